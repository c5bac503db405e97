"""Memory of the app's process with the demo open, and the time of its pages.

python -m tests.bench.memory [loads] [folder with a demo]            on this computer alone, as `make run` is
python -m tests.bench.memory signed-in [loads] [folder with a demo]  as somebody with an account, behind the gate

Pages are opened as a browser's tab does it, by the app's own protocol: a WebSocket for each load, on which the page's
script truly runs and whose answers are read until it ends. What a browser would draw is left out, as it costs the app
nothing; each load leaves a session behind, as a closed tab does. A page that fails, is not there, or shows an error
ends the measure.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier

import requests
from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from data.house import invitations
from data.house.store import House
from data.settings import ROOT, Settings
from tests.conftest import RunningApp

PAGES = [path.stem for path in sorted((ROOT / "dashboard/pages").glob("[!_]*.py"))]
LOADS, WARM, SESSIONS = 1_000, 100, 30
TEAM_PAGES = ("account", "team")  # there once people sign in
STREAMLIT = Subprotocol("streamlit")
PASSWORD = "long enough to measure"


def resident(pid: int) -> float:
    """MB of memory that a process holds."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1_024
    return 0.0


@dataclass(frozen=True, slots=True)
class Visit:
    """Whoever opens the app's pages. `cookie` is what their browser holds, empty where nobody signs in."""

    app: RunningApp
    cookie: str = ""

    @property
    def pages(self) -> list[str]:
        return [page for page in PAGES if self.cookie or page not in TEAM_PAGES]

    @property
    def held(self) -> float:
        """MB of memory that the app holds."""
        return resident(self.app.process.pid)


class Tab:
    """One browser tab: a session of the app, in which pages are opened one after the other."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket

    def open(self, page: str, query: str = "lang=en") -> float:
        """Run a page's script to its end. Seconds that it took; RuntimeError where the script failed."""
        asked = BackMsg()
        asked.rerun_script.page_name = "" if page == "overview" else page
        asked.rerun_script.query_string = query
        started = time.perf_counter()
        self._socket.send(asked.SerializeToString())
        while True:
            got = ForwardMsg.FromString(bytes(self._socket.recv(timeout=120, decode=False)))
            drawn = got.delta.new_element
            if drawn.HasField("exception"):
                raise RuntimeError(f"{page}: {drawn.exception.message}")
            if drawn.HasField("alert") and drawn.alert.format == Alert.ERROR:
                raise RuntimeError(f"{page}: {drawn.alert.title} {drawn.alert.body}")
            if got.WhichOneof("type") == "page_not_found":
                raise RuntimeError(f"{page}: there is no such page")
            if got.WhichOneof("type") == "script_finished":
                if got.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                    return time.perf_counter() - started
                if got.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
                    raise RuntimeError(f"{page} does not compile")


@contextmanager
def tab(visit: Visit) -> Iterator[Tab]:
    """A tab that is open within."""
    address = f"ws://127.0.0.1:{visit.app.port}/_stcore/stream"
    with connect(
        address,
        origin=Origin(visit.app.url),
        subprotocols=[STREAMLIT],
        additional_headers={"Cookie": visit.cookie} if visit.cookie else {},
        max_size=None,
        proxy=None,
    ) as socket:
        yield Tab(socket)


def load(visit: Visit, page: str) -> float:
    """One page opened in a tab of its own, which is closed after. Seconds."""
    with tab(visit) as opened:
        return opened.open(page)


def at_once(visit: Visit, sessions: int, rounds: int) -> list[float]:
    """Seconds of each page where so many tabs, open together, ask for one at the same moment, as often as `rounds`."""
    together = Barrier(sessions)

    def read(place: int) -> list[float]:
        took = []
        with tab(visit) as opened:
            for turn in range(rounds):
                together.wait(timeout=300)
                took.append(opened.open(visit.pages[(place + turn) % len(visit.pages)]))
            together.wait(timeout=300)  # none is closed before all are done
        return took

    with ThreadPoolExecutor(sessions) as pool:
        return [seconds for one in pool.map(read, range(sessions)) for seconds in one]


def demo_in(folder: Path, given: str) -> None:
    """A demo, to be opened by an app: a copy of the one given, else it is made at the first page."""
    for path in Path(given).glob("demo*.sqlite") if given else []:
        shutil.copy(path, folder)


def sign_in(app: RunningApp, folder: Path) -> str:
    """Make the first administrator of the app's data folder, and sign in at the door. What the browser then holds."""
    house, now = House(Settings(data_dir=str(folder)).house_url), datetime.now(UTC)
    invitations.accept(house, invitations.first_link(house, now), "Ana", "ana", PASSWORD, now)
    answer = requests.post(
        f"{app.url}/signin",
        {"login": "ana", "password": PASSWORD},
        headers={"Sec-Fetch-Site": "same-origin"},
        allow_redirects=False,
        timeout=60,
    )
    return f"vigie_session={answer.cookies['vigie_session']}"


def measure(visit: Visit, loads: int, answered: float) -> None:
    held = visit.held
    first = load(visit, "overview")
    print(
        f"at start {held:.0f} MB after {answered:.1f} s; the first page took {first:.2f} s, {visit.held:.0f} MB after it"
    )
    for page in visit.pages:
        load(visit, page)
    print(f"after every page, {len(visit.pages)} of them, {visit.held:.0f} MB", flush=True)
    after = []
    for turn in range(loads):
        load(visit, visit.pages[turn % len(visit.pages)])
        if (turn + 1) % WARM == 0:
            after.append(visit.held)
            print(f"after {turn + 1} loads {after[-1]:.0f} MB", flush=True)
    print(f"{loads} loads end {after[-1] - after[0]:+.1f} MB from the first {WARM} (aim: within 20)")
    alone = statistics.median(at_once(visit, 1, len(visit.pages)))
    took = sorted(at_once(visit, SESSIONS, 4))
    print(
        f"{SESSIONS} sessions at once: {visit.held:.0f} MB; a page takes {statistics.median(took):.2f} s"
        f" (95 in a hundred {took[int(len(took) * 0.95)]:.2f}) against {alone:.3f} s of one session,"
        f" {statistics.median(took) / alone:.1f} times"
    )


def main(loads: int = LOADS, given: str = "", *, signed_in: bool = False) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        demo_in(folder, given)
        started = time.perf_counter()
        app = RunningApp(folder, VIGIE_DEMO="true", VIGIE_WORKER="false")
        answered = time.perf_counter() - started
        try:
            measure(Visit(app, sign_in(app, folder) if signed_in else ""), loads, answered)
        finally:
            app.close()


if __name__ == "__main__":
    words = sys.argv[1:]
    behind_the_gate = words[:1] == ["signed-in"]
    words = words[behind_the_gate:]
    main(int(words[0]) if words else LOADS, words[1] if len(words) > 1 else "", signed_in=behind_the_gate)

"""Memory of the app's process with the demo open, and the time of its pages.

python -m tests.bench.memory [--loads 1000] [--team] [--demo FOLDER]

Pages are opened as a browser's tab does it, by the app's own protocol: a WebSocket for each load, on which the page's
script truly runs and whose answers are read until it ends. What a browser would draw is left out, as it costs the app
nothing; each load leaves a session behind, as a closed tab does.

On this computer alone nobody signs in. With `--team` thirty people have accounts, sign in at the door as a browser
does, and open the pages in turn, each with the cookie of their own session.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
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
OF_AN_ACCOUNT = {"account"}  # pages that are there for people who have signed in only
LOADS, WARM, SESSIONS = 1_000, 100, 30
PASSWORD = "a password of this measurement"
STREAMLIT = Subprotocol("streamlit")


def resident(pid: int) -> float:
    """MB of memory that a process holds."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1_024
    return 0.0


@dataclass(frozen=True, slots=True)
class Visitors:
    """The app and the cookies of those who open its pages: none where nobody signs in."""

    app: RunningApp
    cookies: tuple[str, ...] = ()

    @property
    def pages(self) -> list[str]:
        return [page for page in PAGES if self.cookies or page not in OF_AN_ACCOUNT]

    def headers(self, turn: int) -> dict[str, str]:
        """What the browser sends whose turn it is."""
        return {"Cookie": self.cookies[turn % len(self.cookies)]} if self.cookies else {}


class Tab:
    """One browser tab: a session of the app, in which pages are opened one after the other."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket

    def open(self, page: str, query: str = "lang=en") -> float:
        """Run a page's script to its end. Seconds that it took.

        Raises RuntimeError where the script failed, where the page shows an error, or where the page is not among those that are shown to this
        visitor: at the door, or with another role.
        """
        asked = BackMsg()
        asked.rerun_script.page_name = wanted = "" if page == "overview" else page
        asked.rerun_script.query_string = query
        started, shown = time.perf_counter(), False
        self._socket.send(asked.SerializeToString())
        while True:
            got = ForwardMsg.FromString(bytes(self._socket.recv(timeout=120, decode=False)))
            drawn = got.delta.new_element
            if drawn.HasField("exception"):
                raise RuntimeError(f"{page}: {drawn.exception.message}")
            if drawn.HasField("alert") and drawn.alert.format == Alert.ERROR:
                raise RuntimeError(f"{page}: {drawn.alert.title} {drawn.alert.body}")
            if got.WhichOneof("type") == "navigation":
                shown = any(
                    wanted in (one.url_pathname, "" if one.is_default else None) for one in got.navigation.app_pages
                )
            if got.WhichOneof("type") == "script_finished":
                if got.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
                    raise RuntimeError(f"{page} does not compile")
                if got.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY and not shown:
                    raise RuntimeError(f"{page} is not shown to who asks for it")
                if got.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                    return time.perf_counter() - started


@contextmanager
def tab(visitors: Visitors, turn: int) -> Iterator[Tab]:
    """A tab of the visitor whose turn it is, open within."""
    with connect(
        f"ws://127.0.0.1:{visitors.app.port}/_stcore/stream",
        origin=Origin(visitors.app.url),
        additional_headers=visitors.headers(turn),
        subprotocols=[STREAMLIT],
        max_size=None,
        proxy=None,
    ) as socket:
        yield Tab(socket)


def load(visitors: Visitors, page: str, turn: int = 0) -> float:
    """One page opened in a tab of its own, which is closed after. Seconds."""
    with tab(visitors, turn) as opened:
        return opened.open(page)


def at_once(visitors: Visitors, sessions: int, rounds: int) -> list[float]:
    """Seconds of each page where so many tabs, open together, ask for one at the same moment, as often as `rounds`."""
    together, pages = Barrier(sessions), visitors.pages

    def read(place: int) -> list[float]:
        took = []
        with tab(visitors, place) as opened:
            for turn in range(rounds):
                together.wait(timeout=300)
                took.append(opened.open(pages[(place + turn) % len(pages)]))
            together.wait(timeout=300)  # none is closed before all are done
        return took

    with ThreadPoolExecutor(sessions) as pool:
        return [seconds for one in pool.map(read, range(sessions)) for seconds in one]


def make_people(folder: Path, number: int) -> None:
    """Accounts `p0`, `p1` and so on, which may see every page of the demo."""
    house, now = House(Settings(data_dir=str(folder)).house_url), datetime.now(UTC)
    for place in range(number):
        link = invitations.invite(house, f"Person {place}", "administrator", now, "demo")
        invitations.accept(house, link, f"Person {place}", f"p{place}", PASSWORD, now)
    house.close()


def signed_in(app: RunningApp, number: int) -> tuple[str, ...]:
    """The cookies of so many people, who sign in at the door. Raises RuntimeError where one is not let in."""
    cookies = []
    for place in range(number):
        with requests.Session() as browser:
            browser.trust_env = False
            form = {"login": f"p{place}", "password": PASSWORD}
            browser.post(f"{app.url}/signin", form, headers={"Origin": app.url}, allow_redirects=False, timeout=60)
            if "vigie_session" not in browser.cookies:
                raise RuntimeError(f"p{place} is not let in")
            cookies.append(f"vigie_session={browser.cookies['vigie_session']}")
    return tuple(cookies)


def demo_in(folder: Path, given: str) -> None:
    """A demo, to be opened by an app: a copy of the one given, else it is made at the first page."""
    for path in Path(given).glob("demo*.sqlite") if given else []:
        shutil.copy(path, folder)


def measure(visitors: Visitors, loads: int, answered: float) -> None:
    pid, pages = visitors.app.process.pid, visitors.pages
    held = resident(pid)
    first = load(visitors, "overview")
    print(
        f"at start {held:.0f} MB after {answered:.1f} s; the first page took {first:.2f} s, {resident(pid):.0f} MB after it"
    )
    for page in pages:
        load(visitors, page)
    print(f"after every page {resident(pid):.0f} MB", flush=True)
    after = []
    for turn in range(loads):
        load(visitors, pages[turn % len(pages)], turn)
        if (turn + 1) % WARM == 0:
            after.append(resident(pid))
            print(f"after {turn + 1} loads {after[-1]:.0f} MB", flush=True)
    if after:
        print(f"{loads} loads end {after[-1] - after[0]:+.1f} MB from the first {WARM} (aim: within 20)")
    alone = statistics.median(at_once(visitors, 1, len(pages)))
    took = sorted(at_once(visitors, SESSIONS, 4))
    print(
        f"{SESSIONS} sessions at once: {resident(pid):.0f} MB; a page takes {statistics.median(took):.2f} s"
        f" (95 in a hundred {took[int(len(took) * 0.95)]:.2f}) against {alone:.3f} s of one session,"
        f" {statistics.median(took) / alone:.1f} times"
    )


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.memory", description=__doc__)
    parser.add_argument("--loads", type=int, default=LOADS)
    parser.add_argument("--team", action="store_true", help="people with accounts, who sign in")
    parser.add_argument("--demo", default="", metavar="FOLDER", help="where a demo is that has been made")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        demo_in(folder, given.demo)
        if given.team:
            make_people(folder, SESSIONS)
        started = time.perf_counter()
        app = RunningApp(folder, VIGIE_DEMO="true", VIGIE_WORKER="false")
        try:
            answered = time.perf_counter() - started
            measure(Visitors(app, signed_in(app, SESSIONS) if given.team else ()), given.loads, answered)
        finally:
            app.close()


if __name__ == "__main__":
    main()

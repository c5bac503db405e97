"""Memory of the app's process with the demo open, and the time of its pages.

python -m tests.bench.memory [loads] [folder with a demo]

Pages are opened as a browser's tab does it, by the app's own protocol: a WebSocket for each load, on which the page's
script truly runs and whose answers are read until it ends. What a browser would draw is left out, as it costs the app
nothing; each load leaves a session behind, as a closed tab does.
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
from pathlib import Path
from threading import Barrier

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from data.settings import ROOT
from tests.conftest import RunningApp

PAGES = [path.stem for path in sorted((ROOT / "dashboard/pages").glob("[!_]*.py"))]
LOADS, WARM, SESSIONS = 1_000, 100, 30
STREAMLIT = Subprotocol("streamlit")


def resident(pid: int) -> float:
    """MB of memory that a process holds."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1_024
    return 0.0


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
            if got.delta.new_element.HasField("exception"):
                raise RuntimeError(f"{page}: {got.delta.new_element.exception.message}")
            if got.WhichOneof("type") == "script_finished":
                if got.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                    return time.perf_counter() - started
                if got.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
                    raise RuntimeError(f"{page} does not compile")


@contextmanager
def tab(app: RunningApp) -> Iterator[Tab]:
    """A tab that is open within."""
    address = f"ws://127.0.0.1:{app.port}/_stcore/stream"
    with connect(address, origin=Origin(app.url), subprotocols=[STREAMLIT], max_size=None, proxy=None) as socket:
        yield Tab(socket)


def load(app: RunningApp, page: str) -> float:
    """One page opened in a tab of its own, which is closed after. Seconds."""
    with tab(app) as opened:
        return opened.open(page)


def at_once(app: RunningApp, sessions: int, rounds: int) -> list[float]:
    """Seconds of each page where so many tabs, open together, ask for one at the same moment, as often as `rounds`."""
    together = Barrier(sessions)

    def read(place: int) -> list[float]:
        took = []
        with tab(app) as opened:
            for turn in range(rounds):
                together.wait(timeout=300)
                took.append(opened.open(PAGES[(place + turn) % len(PAGES)]))
            together.wait(timeout=300)  # none is closed before all are done
        return took

    with ThreadPoolExecutor(sessions) as pool:
        return [seconds for one in pool.map(read, range(sessions)) for seconds in one]


def demo_in(folder: Path, given: str) -> None:
    """A demo, to be opened by an app: a copy of the one given, else it is made at the first page."""
    for path in Path(given).glob("demo*.sqlite") if given else []:
        shutil.copy(path, folder)


def measure(app: RunningApp, loads: int, answered: float) -> None:
    held = resident(app.process.pid)
    first = load(app, "overview")
    print(
        f"at start {held:.0f} MB after {answered:.1f} s; the first page took {first:.2f} s,"
        f" {resident(app.process.pid):.0f} MB after it"
    )
    for page in PAGES:
        load(app, page)
    print(f"after every page {resident(app.process.pid):.0f} MB", flush=True)
    after = []
    for turn in range(loads):
        load(app, PAGES[turn % len(PAGES)])
        if (turn + 1) % WARM == 0:
            after.append(resident(app.process.pid))
            print(f"after {turn + 1} loads {after[-1]:.0f} MB", flush=True)
    print(f"{loads} loads end {after[-1] - after[0]:+.1f} MB from the first {WARM} (aim: within 20)")
    alone = statistics.median(at_once(app, 1, len(PAGES)))
    took = sorted(at_once(app, SESSIONS, 4))
    print(
        f"{SESSIONS} sessions at once: {resident(app.process.pid):.0f} MB; a page takes {statistics.median(took):.2f} s"
        f" (95 in a hundred {took[int(len(took) * 0.95)]:.2f}) against {alone:.3f} s of one session,"
        f" {statistics.median(took) / alone:.1f} times"
    )


def main(loads: int = LOADS, given: str = "") -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        demo_in(folder, given)
        started = time.perf_counter()
        app = RunningApp(folder, VIGIE_DEMO="true", VIGIE_WORKER="false")
        try:
            measure(app, loads, time.perf_counter() - started)
        finally:
            app.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else LOADS, sys.argv[2] if len(sys.argv) > 2 else "")

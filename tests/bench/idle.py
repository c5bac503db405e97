"""What waiting costs: processor time and memory of an app and its worker that nobody asks for anything.

    python -m tests.bench.idle [--seconds 300] [--demo FOLDER] [--tab]

The worker first does what is due. Then its hour is made over, once, to know what the look of each hour costs; what
follows is the beat alone. Memory is proportional (PSS): what two processes share is counted once.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from data.store import Store
from tests.bench.memory import Visitors, demo_in, tab
from tests.conftest import RunningApp

TICK = os.sysconf("SC_CLK_TCK")
QUIET = 20.0  # seconds without a step of the worker: it has done what was due


def spent(pid: int) -> float:
    """Seconds of processor time that a process and its ended children took."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(one) for one in fields[11:15]) / TICK


def held(pid: int) -> float:
    """MB of memory, what is shared divided by who shares it."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1_024
    return 0.0


def worker_of(app: RunningApp) -> int:
    for pid in all_children(app.process.pid):
        if b"worker.py" in Path(f"/proc/{pid}/cmdline").read_bytes():
            return pid
    raise RuntimeError("the app has started no worker")


def all_children(pid: int) -> Iterator[int]:
    """Of every thread: the one that starts a process is its parent."""
    for thread in Path(f"/proc/{pid}/task").iterdir():
        yield from (int(one) for one in (thread / "children").read_text().split())


def wait_until_quiet(worker: int, longest: float = 600.0) -> None:
    """Until no step has run for a while. Raises TimeoutError."""
    until, quiet = time.monotonic() + longest, time.monotonic()
    while time.monotonic() < until:
        if list(all_children(worker)):
            quiet = time.monotonic()
        if time.monotonic() - quiet > QUIET:
            return
        time.sleep(0.2)
    raise TimeoutError("the worker is still at work")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.idle", description=__doc__)
    parser.add_argument("--seconds", type=float, default=300.0)
    parser.add_argument("--demo", default="", metavar="FOLDER", help="where a demo of today is that has been made")
    parser.add_argument("--tab", action="store_true", help="a tab stays open on Overview")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, ExitStack() as opened:
        folder = Path(name)
        demo_in(folder, given.demo)
        app = RunningApp(folder, VIGIE_DEMO="true")
        opened.callback(app.close)
        pid, worker = app.process.pid, worker_of(app)
        wait_until_quiet(worker)
        if given.tab:
            opened.enter_context(tab(Visitors(app), 0)).open("overview")
        before = spent(worker)
        store = Store(f"sqlite:///{folder / 'demo.sqlite'}")
        store.set_meta("looked", "")
        time.sleep(7)
        wait_until_quiet(worker)
        hourly = spent(worker) - before
        began, app_then, worker_then = time.monotonic(), spent(pid), spent(worker)
        time.sleep(given.seconds)
        took = time.monotonic() - began
        beat = (spent(worker) - worker_then) / took
        idle = (spent(pid) - app_then) / took
        whole = 100 * (beat + idle + hourly / 3_600)
        print(f"app {100 * idle:.3f}%, worker's beat {100 * beat:.3f}% of a core over {took:.0f} s")
        print(f"the look of each hour {hourly:.1f} s: {100 * hourly / 3_600:.3f}% of a core")
        print(f"together {whole:.3f}% of a core (aim: under 1)")
        print(
            f"app {held(pid):.0f} MB, worker {held(worker):.0f} MB, together {held(pid) + held(worker):.0f} (aim: under 250)"
        )


if __name__ == "__main__":
    main()

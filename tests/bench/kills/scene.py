"""What all scenes have in common: a record, processes that are killed, and what is counted afterwards."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select

from data.schema import post_text
from data.settings import ROOT, Settings
from data.store import Store
from tests.bench import record_at


@dataclass(slots=True)
class Tally:
    """What became of the kills of one kind of process.

    `lost` and `twice` count what had been acknowledged; `again` are messages that a server had taken in the moment
    before the kill, and that are sent once more because nobody could note it. `seconds` are those until each was usable
    again.
    """

    what: str
    kills: int = 0
    lost: int = 0
    twice: int = 0
    again: int = 0
    acknowledged: int = 0
    seconds: list[float] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def row(self) -> str:
        middle, most = (statistics.median(self.seconds), max(self.seconds)) if self.seconds else (0.0, 0.0)
        cells = (self.what, self.kills, self.acknowledged, self.lost, self.twice, self.again, f"{middle:.1f}")
        return f"| {' | '.join(map(str, cells))} | {most:.1f} |"


HEAD = (
    "| killed | kills | acknowledged | lost | twice | sent again | usable again after, s | at most |\n"
    "| --- | --- | --- | --- | --- | --- | --- | --- |"
)


class Victim:
    """A process whose lines are kept as they come."""

    def __init__(self, *command: str, environ: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env=environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))

    def after(self, lines: int, seconds: float, most: float = 20.0) -> None:
        """Wait for so many lines (or its end), then so many seconds."""
        until = time.monotonic() + most
        while len(self.lines) < lines and self.process.poll() is None and time.monotonic() < until:
            time.sleep(0.005)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(seconds)

    def kill(self, *, steps: bool = True) -> None:
        """SIGKILL, for the steps that it started too, or for it alone."""
        if steps:
            self.kill_steps()
        else:
            self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        if steps:
            self._reader.join(5)

    def kill_steps(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def end(self, seconds: float = 180.0) -> int:
        """Let it run to its end."""
        code = self.process.wait(seconds)
        self._reader.join(5)
        return code


class Scene:
    """A record of its own and one kind of process that is killed over it."""

    what = ""

    def __init__(self, folder: Path, rng: random.Random) -> None:
        self.rng = rng
        server = record_at(folder) if os.environ.get("BENCH_DATABASE") else ""
        self.settings = Settings(data_dir=str(folder), demo=False, allow_private_network=True, database_url=server)
        self.store = Store(self.settings.store_url)
        self.environ = {
            **os.environ,
            "VIGIE_DATA_DIR": str(folder),
            "VIGIE_DATABASE_URL": server,
            "VIGIE_DEMO": "false",
            "VIGIE_ALLOW_PRIVATE_NETWORK": "true",
            "VIGIE_WORKER": "false",
            "OMP_NUM_THREADS": "1",
        }
        self.prepare()

    def prepare(self) -> None:
        """Fill the record, start servers."""

    def kill_once(self, tally: Tally) -> None:
        """Start, kill at a random moment, and look."""
        raise NotImplementedError

    def finish(self, tally: Tally) -> None:
        """Run once without a kill, and look at all of it."""

    def close(self) -> None:
        """Stop servers."""

    def start(self, *command: str) -> Victim:
        return Victim(*command, environ=self.environ)

    def look(self, tally: Tally) -> None:
        """A new process opens the record and finds it sound; the time until then counts."""
        began = time.monotonic()
        doctor = self.start("-m", "data", "doctor")
        if doctor.end():
            tally.problems += [line for line in doctor.lines if "roblem" in line or "rror" in line]
        tally.seconds.append(time.monotonic() - began)

    def stored(self) -> Counter[str]:
        """Titles and texts of all posts."""
        with self.store.read() as connection:
            rows = connection.execute(select(post_text.c.title, post_text.c.plain)).tuples().all()
        return Counter(title or plain for title, plain in rows)


def compare(tally: Tally, acknowledged: Iterable[str], stored: Counter[str]) -> None:
    """Count what was acknowledged and is not stored, and what is stored more than once."""
    wanted = set(acknowledged)
    tally.acknowledged = max(tally.acknowledged, len(wanted))
    missing = sorted(wanted - set(stored))
    tally.lost += len(missing)
    tally.twice += sum(number - 1 for number in stored.values())
    if missing:
        tally.problems.append(f"lost: {missing[:3]}")

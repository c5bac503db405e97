"""Whether an app or a worker of this data folder runs on this machine. A lock tells it, which the system takes back
when a process ends, however it ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from data.keeping import locks
from data.store import StoreError

WAIT = 1.0  # seconds


@contextmanager
def running(home: Path) -> Iterator[None]:
    """Run. Raises StoreError (locked) where an upgrade is being made."""
    with suppress(OSError):
        home.mkdir(parents=True, exist_ok=True)
    try:
        with locks.shared(home / "running", WAIT):
            yield
    except locks.TakenError as error:
        raise StoreError("locked", "Vigie is being upgraded. Start it when that has ended.") from error


@contextmanager
def nobody_runs(home: Path) -> Iterator[None]:
    """Keep apps and workers from running meanwhile. Raises StoreError (locked) where one runs."""
    try:
        with locks.alone(home / "running", WAIT):
            yield
    except locks.TakenError as error:
        raise StoreError(
            "locked",
            "Vigie runs: stop its app and its worker (Ctrl+C, or systemctl stop vigie vigie-worker), then do the same "
            "again. Nothing was changed.",
        ) from error

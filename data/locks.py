"""Who works on a SQLite record: a lock in a file beside it, shared by all who write, held alone by a restore.

The system lets go of it when a process ends, however it ends: nothing has to be cleared after a kill, and no clock is
asked.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOOK_AGAIN = 0.02  # seconds


class TakenError(Exception):
    """Somebody else holds the lock."""


def lock_path(record: Path) -> Path:
    return record.with_suffix(".lock")


@contextmanager
def shared(record: Path, seconds: float) -> Iterator[None]:
    """Work on a record beside others. Raises TakenError where it is being restored for longer than `seconds`."""
    try:
        descriptor = os.open(lock_path(record), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError:
        yield  # a folder that cannot be written: nobody restores there
        return
    with _held(descriptor, fcntl.LOCK_SH, seconds):
        yield


@contextmanager
def alone(record: Path, seconds: float) -> Iterator[None]:
    """Be the only one who works on a record. Raises TakenError where another does for longer than `seconds`, OSError
    where the folder cannot be written."""
    record.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(lock_path(record), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    with _held(descriptor, fcntl.LOCK_EX, seconds):
        yield


@contextmanager
def _held(descriptor: int, kind: int, seconds: float) -> Iterator[None]:
    try:
        until = time.monotonic() + seconds
        while True:
            try:
                fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                if time.monotonic() >= until:
                    raise TakenError from error
                time.sleep(LOOK_AGAIN)
        yield
    finally:
        os.close(descriptor)

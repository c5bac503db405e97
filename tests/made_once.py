"""What is costly to make, made once for all processes of a run."""

from __future__ import annotations

import fcntl
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


class MadeOnce:
    """Whoever asks first makes a thing; others wait for it. `base` is a folder that all of them know."""

    def __init__(self, base: Path) -> None:
        self._base = base

    @contextmanager
    def _alone(self, name: str) -> Iterator[None]:
        with (self._base / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def done(self, name: str, work: Callable[[], object]) -> None:
        with self._alone(name):
            if not (done := self._base / f"{name}.done").exists():
                work()
                done.touch()

    def folder(self, name: str, fill: Callable[[Path], object]) -> Path:
        folder = self._base / name

        def made() -> None:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            fill(folder)

        self.done(name, made)
        return folder

    @contextmanager
    def while_used(self, name: str, enter: Callable[[], str], leave: Callable[[str], object]) -> Iterator[str]:
        """What `enter` answers, until the last one that uses it leaves; it is made anew for who comes after that."""
        note = self._base / f"{name}.used"
        with self._alone(name):
            users, made = json.loads(note.read_text()) if note.exists() else (0, "")
            made = made if users else enter()
            note.write_text(json.dumps([users + 1, made]))
        try:
            yield made
        finally:
            with self._alone(name):
                users, made = json.loads(note.read_text())
                if users == 1:
                    leave(made)
                note.write_text(json.dumps([users - 1, made]))

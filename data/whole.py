"""Write a file whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def whole_file(target: Path) -> Iterator[Path]:
    """A path to write to, which takes the place of `target` when the block ends; where the block fails nothing is left
    of it, and `target` is as it was."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.part")
    remove_part(part)
    try:
        yield part
        with part.open("rb") as stream:
            os.fsync(stream.fileno())  # a name that points to nothing after a power cut would be worse than no file
        part.replace(target)
    finally:
        remove_part(part)


def remove_part(part: Path) -> None:
    """A part and what SQLite keeps beside one."""
    for suffix in ("", "-journal", "-wal", "-shm"):
        part.with_name(part.name + suffix).unlink(missing_ok=True)

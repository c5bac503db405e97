"""A batch on its way to a worker: which code it is for, what is done with it. Read by both sides, it imports little."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
# What decides the numbers that models give, beside our own code.
NUMERIC = (
    "numpy",
    "scipy",
    "scikit-learn",
    "torch",
    "transformers",
    "tokenizers",
    "sentence-transformers",
    "distributed",
)


class OtherCodeError(RuntimeError):
    """A worker runs other code than the process that sent it a batch."""


@lru_cache(maxsize=1)
def code_version() -> str:
    """The code of this process as a short name: our modules and what they read, Python, the libraries that reckon.

    Kept from the first call: a process goes on with the code that it began with.
    """
    digest = hashlib.sha256()
    for folder in ("data", "sources", "insights"):
        for path in sorted((ROOT / folder).rglob("*")):
            within = path.relative_to(ROOT)
            if path.suffix == ".py" or (within.parts[:2] == ("data", "reference") and path.is_file()):
                digest.update(f"{within.as_posix()}\0".encode())
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    digest.update(".".join(platform.python_version_tuple()[:2]).encode())
    for name in NUMERIC:
        digest.update(f"{name} {_version(name)}\0".encode())
    return digest.hexdigest()[:12]


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


@dataclass(frozen=True, slots=True, repr=False)
class Task:
    """One batch and what is done with it. It does not show itself: a worker logs what it was given where it fails."""

    version: str
    work: Callable[[Any], Any]
    batch: Any


def run_task(task: Task) -> Any:
    """Do what a task says, on a worker. Raises OtherCodeError where it is meant for other code."""
    if code_version() != task.version:
        raise OtherCodeError(
            f"a worker runs other code ({code_version()}, here {task.version}): upgrade it and start it anew"
        )
    return task.work(task.batch)

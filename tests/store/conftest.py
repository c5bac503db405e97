"""Every test of the store runs on SQLite and on a real PostgreSQL; those of files name `sqlite_store`."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from data.settings import ROOT
from data.store import Store
from tests.conftest import DATABASES, record_on

LATER = ROOT / "tests" / "store" / "later"
Later = Callable[[str], type[Store]]


@pytest.fixture(params=DATABASES)
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    yield from record_on(request)


@pytest.fixture
def later(tmp_path: Path) -> Later:
    """A program of a version to come, by its head."""

    def of(head: str) -> type[Store]:
        folder = tmp_path / f"migrations-{head}"
        shutil.copytree(ROOT / "data" / "migrations", folder, dirs_exist_ok=True)
        for path in LATER.glob("0*.py"):
            if path.name[:4] <= head:
                shutil.copy(path, folder / "versions")
        return type("Later", (Store,), {"head": head, "migrations": folder})

    return of

"""Every test of the store runs on SQLite and on a real PostgreSQL; those of files name `sqlite_store`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from data.store import Store
from tests.conftest import DATABASES, record_on


@pytest.fixture(params=DATABASES)
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    yield from record_on(request)

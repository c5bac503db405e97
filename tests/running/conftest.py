"""A record on SQLite and on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from data.settings import Settings
from data.store import Store


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Store]:
    if request.param == "sqlite":
        yield Store(settings.store_url)
        return
    made = Store(request.getfixturevalue("postgres").make(template="template"))
    yield made
    made.close()

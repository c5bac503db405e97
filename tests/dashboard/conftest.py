"""What the tests of the dashboard share: the demo community as the record in use."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from dashboard.documents import frame as frames
from dashboard.documents.frame import Frame
from data.scope import Scope
from data.store import Store
from tests.conftest import NOW

MONTH = Scope(NOW.date() - timedelta(days=29), NOW.date())


@pytest.fixture
def demo(demo_store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Store:
    """A copy of the demo record, as the one that the app and the worker use."""
    target = tmp_path / "demo.sqlite"
    demo_store.backup(target)
    monkeypatch.setenv("VIGIE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("VIGIE_DEMO", "true")
    return Store(f"sqlite:///{target}")


@pytest.fixture(params=["sqlite", "postgresql"])
def demo_on_both(request: pytest.FixtureRequest, demo: Store, demo_store: Store) -> Iterator[Store]:
    """`demo`, and the same on a server."""
    if request.param == "sqlite":
        yield demo
        return
    server = request.getfixturevalue("postgres")
    url = server.holding("demo_june", demo_store.path.parent)
    request.getfixturevalue("monkeypatch").setenv("VIGIE_DATABASE_URL", url)
    made = Store(url)
    yield made
    made.close()
    server.drop(url)


@pytest.fixture
def frame(demo: Store) -> Frame:
    return Frame(MONTH, frames.own_brand(), "pseudonyms", NOW)

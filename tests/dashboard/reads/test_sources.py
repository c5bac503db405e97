"""Reads of sources: what failed while a period went by."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from dashboard.reads import cache
from dashboard.reads import sources as source_reads
from data.scope import Scope
from data.source_list import add_source, all_sources, note_check, update_source
from data.store import Store
from data.usage import Meter


@pytest.fixture
def failing(store: Store, now: datetime, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Two sources; the first has failed for ten hours, the second for one."""
    monkeypatch.setattr(cache, "store", lambda: store)
    with store.write() as connection:
        for name, hours in (("a", 10), ("b", 1)):
            made, _ = add_source(connection, "feed", f"http://{name}.example", now - timedelta(days=9), title=name)
            update_source(connection, made.id, last_success=now - timedelta(hours=hours), error_code="timeout")
        for row in all_sources(connection):
            note_check(connection, row, True, now)
    return store


def test_a_blind_spot_is_long_enough_and_in_the_period(failing: Store, now: datetime) -> None:
    today = Scope(now.date(), now.date())
    assert [spot.source.title for spot in source_reads.blind_spots(today, now)] == ["a"]
    week_ago = Scope(now.date() - timedelta(days=8), now.date() - timedelta(days=7))
    assert source_reads.blind_spots(week_ago, now) == []
    second = Scope(now.date(), now.date(), sources=(2,))
    assert source_reads.blind_spots(second, now) == []


def test_sources_come_with_their_health(failing: Store, now: datetime) -> None:
    assert [(row.source.title, row.posts, row.condition) for row in source_reads.sources(now)] == [
        ("a", 0, "failing"),
        ("b", 0, "failing"),
    ]


def test_quotas_are_read_as_they_are_now(failing: Store) -> None:
    assert source_reads.usage() == {}
    Meter(failing).take("youtube", "2026-06-15", 100, 10_000)
    Meter(failing).take("youtube", "2026-06-15", 1, 10_000)
    assert source_reads.usage()["youtube"].used == 101  # no new revision, and it shows all the same

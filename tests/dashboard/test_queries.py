"""Reads of the reputation page that compare with the past."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from dashboard.reads import cache
from dashboard.reads import posts as post_reads
from dashboard.reads import reputation as reputation_reads
from data.figures import dirty_days, roll_up
from data.models import Brand, NewPost, Scope
from data.posts.analysis import Understood, save_understood
from data.posts.ingest import add_posts
from data.reputation.brands import save_brand
from data.source_list import add_source
from data.store import Store


@pytest.fixture
def two_years(store: Store, now: datetime, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Kind posts a year ago, harsh ones this week, half of each the week before."""
    brand = save_brand(store, Brand(0, "Acme", True))
    with store.write() as connection:
        made, _ = add_source(connection, "feed", "http://a.example", now, title="A")
        ages = {400: "neutral", 366: "positive", 2: "negative"}
        plan = [(days, n, tone) for days, tone in ages.items() for n in range(30)]
        plan += [(9, n, "negative" if n % 2 else "positive") for n in range(30)]
        posts = [
            NewPost("feed", f"{days}-{n}", "t", "t", published_at=now - timedelta(days=days, minutes=n))
            for days, n, _ in plan
        ]
        add_posts(connection, made.id, posts, now)
        ids = dict(connection.exec_driver_sql("SELECT native_id, id FROM post").tuples().all())
        save_understood(
            connection,
            [Understood(ids[f"{d}-{n}"], made.id, "en", tone, 0.8, (brand,)) for d, n, tone in plan],
        )
        roll_up(connection, dirty_days(connection), 0)
    monkeypatch.setattr(cache, "store", lambda: store)
    return store


def test_a_period_is_compared_with_the_one_before_and_last_year(two_years: Store, now: datetime) -> None:
    week = Scope(now.date() - timedelta(days=6), now.date(), brand=1)
    shown = reputation_reads.seen.__wrapped__(week, "", 0)
    assert (shown.posts, shown.posts_before, shown.posts_last_year) == (30, 30, 30)
    assert shown.change.verdict == "down"
    assert shown.last_year is not None
    assert shown.last_year.verdict == "down"
    assert shown.last_year.move.value < shown.change.move.value
    ((before, year),) = reputation_reads.group_changes.__wrapped__(week, "source", (1,), "", 0)
    assert before.verdict == "down"
    assert year is not None
    assert year.before.posts == 30
    assert reputation_reads.voice_last_year.__wrapped__(week, "", 0) == {1: 30}


def test_a_young_record_says_nothing_of_last_year(two_years: Store, now: datetime) -> None:
    old = Scope(now.date() - timedelta(days=370), now.date() - timedelta(days=364), brand=1)
    shown = reputation_reads.seen.__wrapped__(old, "", 0)
    assert shown.posts == 30
    assert shown.last_year is None
    assert shown.posts_last_year is None
    assert reputation_reads.voice_last_year.__wrapped__(old, "", 0) is None


def test_what_is_cached_belongs_to_its_record(
    two_years: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two records may have the same revision: the demo's figures are never shown for one's own."""
    held = post_reads.content("one", 7)
    assert held.posts == 120
    empty = Store(f"sqlite:///{tmp_path / 'empty.sqlite'}")
    monkeypatch.setattr(cache, "store", lambda: empty)
    assert post_reads.content("other", 7).posts == 0
    assert post_reads.content("one", 7) == held

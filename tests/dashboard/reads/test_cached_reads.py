"""Reads of the reputation page that compare with the past."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from dashboard.reads import cache
from dashboard.reads import posts as post_reads
from dashboard.reads import reputation as reputation_reads
from data.figures import dirty_days, roll_up
from data.models import Brand, NewPost
from data.posts.analysis import Understood, save_understood
from data.posts.ingest import add_posts
from data.reputation.brands import save_brand
from data.scope import Scope
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
    shown = reputation_reads.seen(week)
    assert (shown.posts, shown.posts_before, shown.posts_last_year) == (30, 30, 30)
    assert shown.change.verdict == "down"
    assert shown.last_year is not None
    assert shown.last_year.verdict == "down"
    assert shown.last_year.move.value < shown.change.move.value
    ((before, year),) = reputation_reads.group_changes(week, "source", (1,))
    assert before.verdict == "down"
    assert year is not None
    assert year.before.posts == 30
    voices = reputation_reads.voice_shares_last_year(week)
    assert voices is not None
    assert [(voice.brand.name, voice.posts, voice.share.value) for voice in voices.voices] == [("Acme", 30, 1.0)]


def test_a_young_record_says_nothing_of_last_year(two_years: Store, now: datetime) -> None:
    old = Scope(now.date() - timedelta(days=370), now.date() - timedelta(days=364), brand=1)
    shown = reputation_reads.seen(old)
    assert shown.posts == 30
    assert shown.last_year is None
    assert shown.posts_last_year is None
    assert reputation_reads.voice_shares_last_year(old) is None


def test_more_than_a_year_is_not_compared_with_itself(two_years: Store, now: datetime) -> None:
    with two_years.write() as connection:
        old = NewPost("feed", "old", "t", "t", published_at=now - timedelta(days=2_000))
        add_posts(connection, 1, [old], now)
        found = connection.exec_driver_sql("SELECT id FROM post WHERE native_id = 'old'").scalar_one()
        save_understood(connection, [Understood(found, 1, "en", "neutral", 0.8, (1,))])
        roll_up(connection, dirty_days(connection), 0)
        today = now.date()
        spans = {days: Scope(today - timedelta(days=days), today, brand=1) for days in (363, 364, 900)}
        told = {days: reputation_reads.last_year_of(connection, scope) for days, scope in spans.items()}
    assert told[363] == Scope(today - timedelta(days=727), today - timedelta(days=364), brand=1)
    assert told[364] is told[900] is None


def test_a_switch_of_workspace_files_nothing_under_the_other_record(
    two_years: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two sessions and a switch: one is in the middle of a page of the demo while the other goes to its own posts. Both
    records have the same revision, and the demo's figures stay the demo's."""
    own = Store(f"sqlite:///{tmp_path / 'own.sqlite'}")
    while own.revision() < two_years.revision():
        own.set_meta("round", "again")
    shown = {"url": two_years.url}
    monkeypatch.setattr(cache, "store", lambda: cache.open_store(shown["url"]))
    assert own.revision() == two_years.revision()
    began, switched, found = threading.Event(), threading.Event(), []

    def first_session() -> None:
        with cache.one_record():
            began.set()
            assert switched.wait(10)
            found.append(post_reads.content().posts)

    def second_session() -> None:
        assert began.wait(10)
        shown["url"] = own.url
        found.append(post_reads.content().posts)
        switched.set()

    sessions = [threading.Thread(target=run) for run in (first_session, second_session)]
    for session in sessions:
        session.start()
    for session in sessions:
        session.join(20)
    assert found == [0, 120]
    assert post_reads.content().posts == 0
    shown["url"] = two_years.url
    assert post_reads.content().posts == 120


def test_a_page_sees_what_it_wrote_itself(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "store", lambda: store)
    monkeypatch.setattr(cache, "open_store", lambda _url: store)
    with cache.one_record():
        assert reputation_reads.brands() == []
        save_brand(store, Brand(0, "Acme", True))
        assert [brand.name for brand in reputation_reads.brands()] == ["Acme"]


def test_who_changes_an_answer_changes_a_copy(two_years: Store) -> None:
    with cache.one_record(two_years.url):
        reputation_reads.brands().clear()
        assert [brand.name for brand in reputation_reads.brands()] == ["Acme"]

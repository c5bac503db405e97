"""Reads of posts: a period beside the one before, posts page by page, pseudonyms."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from dashboard.reads import cache
from dashboard.reads import posts as post_reads
from data.figures import dirty_days, roll_up
from data.models import NewPost
from data.posts.analysis import Understood, save_understood
from data.posts.ingest import add_posts
from data.scope import Scope
from data.source_list import add_source
from data.store import Store


@pytest.fixture
def shown(store: Store, now: datetime, monkeypatch: pytest.MonkeyPatch) -> Store:
    """60 posts of this week by six authors, 10 of the week before by one; four of them say the same."""
    with store.write() as connection:
        made, _ = add_source(connection, "feed", "http://a.example", now, title="A")
        posts = [
            NewPost("feed", f"p{n}", "t", "t", author=f"author {n % 6}", published_at=now - timedelta(days=n % 7))
            for n in range(60)
        ]
        posts += [
            NewPost("feed", f"q{n}", "t", "t", author="author 0", published_at=now - timedelta(days=8))
            for n in range(10)
        ]
        add_posts(connection, made.id, posts, now)
        ids = dict(connection.exec_driver_sql("SELECT native_id, id FROM post").tuples().all())
        copied = {f"p{7 * n}": ids["p56"] for n in range(3)}
        save_understood(
            connection,
            [
                Understood(i, made.id, "en", "neutral", 0.8, (), copies_of=copied.get(native, 0))
                for native, i in ids.items()
            ],
        )
        roll_up(connection, dirty_days(connection), 0)
    monkeypatch.setattr(cache, "store", lambda: store)
    return store


@pytest.fixture
def week(now: datetime) -> Scope:
    return Scope(now.date() - timedelta(days=6), now.date())


def test_a_period_beside_the_one_before(shown: Store, week: Scope) -> None:
    summary = post_reads.summary(week, None)
    assert (sum(d.posts for d in summary.days), sum(d.posts for d in summary.before)) == (60, 10)
    assert (summary.authors, summary.authors_before) == (6, 1)
    assert len(summary.authors_a_day) == 7
    assert (summary.brand_days, summary.brand_before) == ([], [])


def test_copies_are_counted_once_where_they_are_folded(shown: Store, week: Scope) -> None:
    assert post_reads.counted(week) == (60, 57)
    assert post_reads.counted(replace(week, author="nobody")) == (0, 0)


@pytest.mark.parametrize(("limit", "number"), [(0, 0), (1, 1), (25, 25), (26, 26), (60, 60), (500, 60)])
def test_the_newest_posts_over_page_borders(shown: Store, week: Scope, limit: int, number: int) -> None:
    posts = post_reads.some_posts(week, limit)
    assert len(posts) == len({post.id for post in posts}) == number
    assert [post.id for post in posts] == sorted((post.id for post in posts), reverse=True)
    assert [post.id for post in posts] == post_reads.ids_of(week, limit)


def test_what_the_record_holds(shown: Store, store: Store) -> None:
    assert post_reads.content() == post_reads.Content(70, 0)


def test_a_pseudonym_is_stable_hides_the_name_and_nobody_stays_nobody(shown: Store) -> None:
    said = post_reads.pseudonym_of("author 1")
    assert said == post_reads.pseudonym_of("author 1") != post_reads.pseudonym_of("author 2")
    assert "author" not in said
    assert post_reads.pseudonym_of("") == ""

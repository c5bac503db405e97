"""Posts that nobody has read yet: counted, as none of the tones; read before others, the newest first."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from data.erasing.people import erase_author
from data.figures import days_of, dirty_days, roll_up
from data.inbox.ours import set_own_account
from data.jobs import run_job, running_job
from data.models import OTHER_LANGUAGE, UNREAD, NewPost
from data.posts.analysis import (
    Understood,
    count_unread,
    count_waiting,
    save_understood,
    settled,
    texts_of,
    unsettled_posts,
    waiting_posts,
)
from data.posts.ingest import add_posts
from data.posts.reads import count_posts, group_of, page_of_posts
from data.reputation.counts import check_tone, posts_to_check, tone_checks, tones_of
from data.scope import Scope
from data.source_list import add_source
from data.store import Store
from tests.conftest import NOW, record_of

WEEK = Scope(NOW.date() - timedelta(days=6), NOW.date())


def arrived(store: Store, *days: int, text: str = "Mira said {n}") -> list[int]:
    """Ids of new posts, one written so many days ago each, in this order."""
    posts = [
        NewPost("feed", f"n{n}", said, said, author="Mira", published_at=NOW - timedelta(days=ago))
        for n, ago in enumerate(days)
        for said in [text.format(n=n)]
    ]
    with store.write() as connection:
        source, _ = add_source(connection, "feed", "http://a", NOW)
        add_posts(connection, source.id, posts, NOW)
        held = {
            post.native_id: post.id
            for post in page_of_posts(connection, Scope(date(2020, 1, 1), NOW.date()), folded=False)
        }
    return [held[post.native_id] for post in posts]


def understood(store: Store, *ids: int, tone: str = "positive", **found: object) -> None:
    with store.write() as connection:
        save_understood(connection, [Understood(i, 1, "en", tone, 0.8, (), **found) for i in ids])  # type: ignore[arg-type]


def counted(store: Store) -> None:
    with store.write() as connection:
        roll_up(connection, dirty_days(connection), 0)


@pytest.mark.parametrize("scope", [WEEK, replace(WEEK, author="Mira")], ids=["from rollups", "post by post"])
def test_they_are_counted_apart(store: Store, scope: Scope) -> None:
    ids = arrived(store, 0, 0, 0, 1)
    understood(store, ids[0], tone="unsure")
    understood(store, ids[1])
    counted(store)
    with store.read() as connection:
        days = days_of(connection, scope)
        assert [(d.posts, d.positive, d.unsure, d.read, d.unread) for d in days[-2:]] == [
            (1, 0, 0, 0, 1),
            (3, 1, 1, 2, 1),
        ]
        assert sum(tones_of(connection, WEEK)) == 2
        unsure = page_of_posts(connection, replace(scope, sentiments=("unsure",)))
        assert [post.id for post in unsure] == [ids[0]]
        assert count_unread(connection) == 2


def test_the_newest_is_read_first_and_before_those_read_anew(store: Store) -> None:
    ids = arrived(store, 3, 0, 1, 2)
    understood(store, ids[1], ids[2])
    set_own_account(store, "Mira")  # all are read anew, and keep their tone until then
    with store.read() as connection:
        assert [post.id for post in waiting_posts(connection, 9)] == [ids[3], ids[0], ids[1], ids[2]]
        assert [post.id for post in waiting_posts(connection, 3)] == [ids[3], ids[0], ids[1]]
        assert (count_unread(connection), count_waiting(connection)) == (2, 4)


def test_a_post_whose_words_changed_is_unread_again(store: Store) -> None:
    [post] = arrived(store, 0)
    understood(store, post)
    arrived(store, 0, text="Mira changed {n}")
    with store.read() as connection:
        assert count_unread(connection) == 1
        assert page_of_posts(connection, WEEK)[0].sentiment == UNREAD
        assert count_posts(connection, replace(WEEK, sentiments=(OTHER_LANGUAGE,))) == 1  # "not read" opens it


def test_the_game_of_tones_asks_about_posts_that_were_read(store: Store, now: datetime) -> None:
    ids = arrived(store, 0, 0, 0)
    understood(store, ids[1])
    with store.read() as connection:
        assert posts_to_check(connection, WEEK, 9, seed=1) == [ids[1]]
    check_tone(store, ids[0], "negative", now)
    with store.read() as connection:
        assert tone_checks(connection) == {}


def test_what_was_read_stays_unsettled_until_it_is_settled_or_erased(store: Store) -> None:
    ids = arrived(store, 2, 1, 0)
    understood(store, *ids[::-1])
    with store.read() as connection:
        assert unsettled_posts(connection) == ids
    with store.write() as connection:
        settled(connection, ids[:1])
    erase_author(store, "Mira")
    with store.read() as connection:
        assert unsettled_posts(connection) == []


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (2, 0, 3, 1), (1, 3, 0, 2)])
def test_a_group_of_copies_bears_the_id_of_its_earliest_post(store: Store, order: tuple[int, ...]) -> None:
    ids = arrived(store, 6, 4, 3, 1)
    before = {ids[1]: ids[0], ids[2]: ids[1], ids[3]: ids[2]}
    for place in (*order, *order):  # and when all are read anew
        understood(store, ids[place], copies_of=before.get(ids[place], 0))
    with store.read() as connection:
        assert [post.id for post in group_of(connection, ids[0])] == ids


def test_a_copy_that_comes_late_and_is_older_heads_the_group(store: Store) -> None:
    ids = arrived(store, 6, 4, 3, 1)
    understood(store, ids[2])
    understood(store, ids[3], copies_of=ids[2])
    understood(store, ids[1])
    understood(store, ids[0], copied_by=(ids[2], ids[1]))
    with store.read() as connection:
        assert [post.id for post in group_of(connection, ids[0])] == ids
        assert group_of(connection, ids[2]) == []


def test_how_far_a_run_is(store: Store, now: datetime) -> None:
    assert running_job(store, "refresh", now) is None
    with run_job(store, "refresh", lambda: now) as job:
        job.progress(40, 100, "understand")
        held = running_job(store, "refresh", now)
        assert held is not None
        assert (held.message, held.done, held.total) == ("understand", 40, 100)
        assert running_job(store, "collect", now) is None
        assert running_job(store, "refresh", now + timedelta(minutes=5)) is None  # it was killed
    assert running_job(store, "refresh", now) is None


def test_unread_posts_of_a_record_of_before_have_no_tone(tmp_path: Path) -> None:
    insert = (
        "INSERT INTO post (id, source_kind, native_id, source_id, published_at, collected_at, pending, sentiment, "
        "sentiment_confidence) VALUES (?, 'feed', ?, 1, 1728000000, 1728000000, ?, ?, ?)"
    )
    day = 200_000_000_000
    rows = [(day, "new", 1, "unsure", 0), (day + 1, "anew", 1, "negative", 0), (day + 2, "read", 0, "unsure", 0.5)]
    statements = [("INSERT INTO source (id, kind, address, added_at) VALUES (1, 'feed', 'http://a', 0)", ())]
    url = record_of("0011", tmp_path / "old.sqlite", *statements, *((insert, row) for row in rows))
    with Store(url).read() as connection:
        tones = connection.exec_driver_sql("SELECT native_id, sentiment FROM post ORDER BY id").all()
        assert [tuple(row) for row in tones] == [("new", UNREAD), ("anew", "negative"), ("read", "unsure")]
        assert dirty_days(connection) == [20_000]
        assert texts_of(connection, []) == unsettled_posts(connection) == []

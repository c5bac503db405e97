"""Distinct people of any period are sums: the same as telling everybody apart, whatever came late or was erased."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, select

from data.erasing.people import erase_author
from data.figures import dirty_days, mark_dirty, roll_up, week_of
from data.models import Engagement, NewPost, Post, date_to_day
from data.posts.analysis import Understood, save_understood
from data.posts.erasure import erase_ids
from data.posts.found import found_by_words
from data.posts.ingest import add_posts
from data.posts.reads import (
    count_authors,
    count_cards,
    count_posts,
    daily_authors,
    page_of_posts,
    total_posts,
)
from data.reputation.actions import newcomers_by_week
from data.reputation.crowd import FIGURES, crowd
from data.reputation.members import ROLES, STATES, how_many_wrote, members, named_like, places, posts_of
from data.reputation.returning import days_behind, forget_before
from data.schema import IDS_PER_DAY, author_day, author_week, member_week, post
from data.scope import Scope
from data.source_list import add_source
from data.store import Store

DAYS = 150
AUTHORS = ["", *(f"Author {n}" for n in range(14))]


def put(store: Store, now: datetime, rng: random.Random, number: int, days: range) -> None:
    """Posts of two networks and some places, in no order, understood and counted in two steps."""
    posts = [
        NewPost(
            rng.choice(["reddit", "forum"]), f"{rng.random()}", "t", "t", author=rng.choice(AUTHORS), lang="en",
            published_at=now - timedelta(days=rng.choice(days), minutes=rng.randrange(600)),
            community=rng.choice(["a", "b", "c", ""]), engagement=Engagement(rng.randrange(9)),
        )
        for _ in range(number)
    ]  # fmt: skip
    with store.write() as connection:
        made, _ = add_source(connection, "reddit", "x", now, title="X")
        add_posts(connection, made.id, posts, now)
        rows = connection.execute(select(post.c.id, post.c.source_id).where(post.c.pending)).all()
        tones = ("negative", "positive", "neutral")
        save_understood(connection, [Understood(i, s, "en", rng.choice(tones), 0.8, ()) for i, s in rows])
    count(store, rng)


def count(store: Store, rng: random.Random) -> None:
    with store.write() as connection:
        days = dirty_days(connection)
        rng.shuffle(days)
        for start in range(0, len(days), 7):
            roll_up(connection, days[start : start + 7], 0)


def check(store: Store, now: datetime, rng: random.Random) -> None:
    """Every read of random periods against the plain way over all posts."""
    with store.read() as connection:
        kept = post.c
        posts = connection.execute(select(kept.id, kept.source_kind, kept.community, kept.author)).all()
        for _ in range(12):
            until = now.date() - timedelta(days=rng.randrange(DAYS))
            scope = Scope(until - timedelta(days=rng.randrange(60)), until)
            first, last = date_to_day(scope.since), date_to_day(scope.until)
            assert days_behind(connection, first, last) == set()
            by_day: dict[int, set[str]] = defaultdict(set)
            for row in posts:
                by_day[row.id // IDS_PER_DAY].add(row.author)
            names = [by_day[day] - {""} for day in range(first, last + 1)]
            assert daily_authors(connection, scope) == [len(one) for one in names]
            assert count_authors(connection, scope) == len(set().union(*names))
            low, high = week_of(first), week_of(last)
            weeks: dict[tuple[str, str], set[int]] = defaultdict(set)
            here: dict[tuple[str, str], dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
            number: dict[tuple[str, str], int] = defaultdict(int)
            for row in posts:
                week, place = week_of(row.id // IDS_PER_DAY), (row.source_kind, row.community or "X")
                number[place] += low <= week <= high
                if row.author:
                    weeks[row.source_kind, row.author].add(week)
                    here[place][row.author].add(week)
            inside = {one: {w for w in found if low <= w <= high} for one, found in weeks.items()}
            assert how_many_wrote(connection, scope) == sum(map(bool, inside.values()))
            told = {(p.network, p.name): (p.posts, p.authors, p.newcomers) for p in places(connection, scope)}
            plain = {}
            for place, posts_here in number.items():
                wrote = [found for found in here[place].values() if any(low <= w <= high for w in found)]
                if posts_here:
                    plain[place] = (posts_here, len(wrote), sum(min(found) >= low for found in wrote))
            assert told == plain
            asked = list(range(low, high + 1))
            starts = [min(found) for found in weeks.values()]
            assert newcomers_by_week(connection, asked) == [starts.count(week) for week in asked]
            everybody = members(connection, scope)
            group, figure = rng.choice(["", *STATES, *ROLES]), rng.choice(FIGURES)
            by_group = Counter(name for m in everybody for name in (m.state, *m.roles))
            mine = [m for m in everybody if not group or group in (m.state, *m.roles)]
            mine.sort(key=lambda m: (-getattr(m, figure), -m.posts, m.network, m.author))
            told = crowd(connection, scope, group, figure, 9)
            assert (told.people, told.wrote) == (len(everybody), sum(m.posts > 0 for m in everybody))
            assert told.groups == by_group
            assert told.first == tuple((m.network, m.author) for m in mine[:9])
            assert posts_of(connection, scope, told.first) == {
                (m.network, m.author): m.posts for m in mine[:9] if m.posts
            }
            chosen = [(m.network, m.author) for m in everybody[::3]]
            assert members(connection, scope, chosen) == everybody[::3]
        assert set(named_like(connection, "author")) == set(weeks)


@pytest.mark.parametrize("seed", [1, 2])
def test_sums_tell_everybody_apart_whatever_came_late(store: Store, now: datetime, seed: int) -> None:
    rng = random.Random(seed)
    put(store, now, rng, 250, range(40))
    check(store, now, rng)
    put(store, now, rng, 250, range(DAYS))  # older posts than those that were counted
    check(store, now, rng)
    with store.write() as connection:
        erase_ids(connection, select(post.c.id).where(post.c.id % 3 == 0))
    count(store, rng)
    check(store, now, rng)
    erase_author(store, "Author 3")
    with store.read() as connection:
        for table in (author_day, author_week, member_week):
            assert "Author 3" not in set(connection.execute(select(table.c.author)).scalars())
    count(store, rng)
    check(store, now, rng)
    with store.write() as connection:  # counted again without a change, all of it
        mark_dirty(connection, {i // IDS_PER_DAY for i in connection.execute(select(post.c.id)).scalars()})
    count(store, rng)
    check(store, now, rng)


def test_who_comes_back_after_what_is_forgotten_is_new(store: Store, now: datetime) -> None:
    rng = random.Random(3)
    put(store, now, rng, 300, range(DAYS))
    line = now - timedelta(days=70)
    week = week_of(date_to_day(line.date()))
    with store.write() as connection:
        assert forget_before(connection, week) > 0
        old = select(post.c.id).where(post.c.id < (7 * week - 3) * IDS_PER_DAY)
        erase_ids(connection, old)
        for table in (member_week, author_week):
            assert set(connection.execute(select(table.c.week)).scalars()) >= {week}
            assert min(connection.execute(select(table.c.week)).scalars()) >= week
    count(store, rng)
    check(store, now, rng)


def test_what_is_not_counted_yet_is_told_from_the_posts(store: Store, now: datetime) -> None:
    rng = random.Random(4)
    put(store, now, rng, 50, range(9))
    scope = Scope(now.date() - timedelta(days=9), now.date())
    with store.write() as connection:
        before = count_authors(connection, scope)
        made, _ = add_source(connection, "reddit", "x", now, title="X")
        late = NewPost("reddit", "late", "t", "t", author="Somebody else", published_at=now, lang="en")
        add_posts(connection, made.id, [late], now)
        assert count_authors(connection, scope) == before + 1
        assert sum(daily_authors(connection, scope)) > 0


def test_words_are_looked_for_once(store: Store, now: datetime) -> None:
    rng = random.Random(5)
    words = ["apple", "apples", "pear", "plum"]
    posts = [
        NewPost(
            "reddit", str(n), "", " ".join(rng.choices(words, k=3)), author=f"a{n % 7}", lang=rng.choice(["en", "fr"]),
            published_at=now - timedelta(days=rng.randrange(20), minutes=rng.randrange(3)),
            engagement=Engagement(rng.choice([None, 1, 5])),
        )
        for n in range(300)
    ]  # fmt: skip
    with store.write() as connection:
        made, _ = add_source(connection, "reddit", "x", now, title="X")
        add_posts(connection, made.id, posts, now)
        connection.exec_driver_sql("UPDATE post SET group_id = 1 + score WHERE score > 0 AND lang = 'fr'")
    with store.read() as connection:
        for query in ("app", "apples", "pear -plum", '"pear plum"', "nowhere"):
            for more in ({}, {"langs": ("fr",)}):
                scope = Scope(now.date() - timedelta(days=15), now.date(), query=query, **more)
                for order in ("newest", "oldest", "engagement"):
                    for folded, page in ((True, 1), (False, 1), (False, 2), (True, 9)):
                        found = found_by_words(connection, scope, page, folded=folded, order=order)
                        plain = page_of_posts(connection, scope, page, folded=folded, order=order)
                        assert found.ids == tuple(item.id for item in plain)
                        assert (found.posts, found.cards) == count_cards(connection, scope)
                assert count_cards(connection, scope) == (
                    count_posts(connection, scope),
                    len({row.group_id or -row.id for row in all_of(connection, scope)}),
                )


def all_of(connection: Connection, scope: Scope) -> list[Post]:
    """All posts of a scope, page by page."""
    found: list[Post] = []
    for page in range(1, 50):
        found += page_of_posts(connection, scope, page, folded=False)
    return found


@pytest.mark.parametrize("behind", [0, 3])
def test_posts_are_counted_by_days_and_by_hand_where_some_wait(store: Store, now: datetime, behind: int) -> None:
    rng = random.Random(6)
    put(store, now, rng, 200, range(30))
    with store.write() as connection:
        connection.exec_driver_sql("UPDATE post SET group_id = 1 + score WHERE score > 5")
        made, _ = add_source(connection, "reddit", "x", now, title="X")
        late = [NewPost("reddit", f"late{n}", "t", "t", published_at=now - timedelta(days=n)) for n in range(behind)]
        add_posts(connection, made.id, late, now)
        for _ in range(10):
            until = now.date() - timedelta(days=rng.randrange(30))
            scope = Scope(until - timedelta(days=rng.randrange(12)), until)
            rows = all_of(connection, scope)
            assert count_cards(connection, scope) == (len(rows), len({row.group_id or -row.id for row in rows}))
            assert count_posts(connection, scope) == len(rows)
        assert total_posts(connection) == 200 + behind


def test_roles_have_a_bit_each() -> None:
    assert ROLES == ("ambassador", "critic", "organiser")  # as `crowd` counts them

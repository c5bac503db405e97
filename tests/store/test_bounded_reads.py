"""What a refresh reads of what was there before: bounded reads give what a walk over all posts gives."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Table, insert, select, update

from data.content import ground
from data.figures import dirty_days, roll_up, week_of
from data.models import Brand, NewPost, to_day
from data.posts.analysis import Understood, ids_before, latest_between, save_understood, waiting_posts
from data.posts.erasure import erase_ids
from data.posts.full_text import Words, condition, ids_holding, typed
from data.posts.ingest import add_posts
from data.reputation.brands import save_brand
from data.schema import (
    IDS_PER_DAY,
    author_day,
    brand,
    brand_day,
    member_week,
    place_week,
    post,
    post_topic,
    source,
    topic,
)
from data.source_list import add_source
from data.store import Store
from data.topics.listing import last_days_of_sources
from insights.pipeline.posts.counting import count_days

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
DAYS, AUTHORS = 60, ["", *(f"Author {n}" for n in range(25))]


@dataclass(frozen=True, slots=True)
class Written:
    """A post as it was written."""

    id: int
    kind: str
    author: str
    own: bool
    by_us: bool
    brands: tuple[int, ...]


def record(store: Store, rng: random.Random, number: int = 400) -> list[Written]:
    """Posts of four sources, two of them ours, some by us, some that name us; with holes where some were erased."""
    save_brand(store, Brand(0, "Ours", True, kind="own"))
    save_brand(store, Brand(0, "Theirs", False, kind="competitor"))
    with store.write() as connection:
        sources = []
        for n in range(4):
            made, _ = add_source(connection, "feed", f"http://{n}.example", NOW)
            sources.append(made.id)
            posts = [
                NewPost(
                    rng.choice(("feed", "forum")), f"{n}-{i}-{rng.random()}", f"text {i}", None,
                    author=rng.choice(AUTHORS), published_at=NOW - timedelta(days=rng.randrange(DAYS)),
                )
                for i in range(number // 4)
            ]  # fmt: skip
            add_posts(connection, made.id, posts, NOW)
        connection.execute(update(source).where(source.c.id.in_(sources[:2])).values(is_own=True))
        ids = list(connection.execute(select(post.c.id)).scalars())
        gone = rng.sample(ids, number // 8)
        erase_ids(connection, select(post.c.id).where(post.c.id.in_(gone)))
        rows = connection.execute(select(post.c.id, post.c.source_id)).all()
        numbers = dict(connection.execute(select(brand.c.name, brand.c.id)).tuples().all())
        named = {row.id: tuple(b for b in numbers.values() if rng.random() < 0.3) for row in rows}
        save_understood(connection, [Understood(r.id, r.source_id, "en", "neutral", 0.8, named[r.id]) for r in rows])
        ours = rng.sample([row.id for row in rows], 20)
        connection.execute(update(post).where(post.c.id.in_(ours)).values(by_us=True))
        roll_up(connection, dirty_days(connection), 0)
        mine = {numbers["Ours"]}
        return [
            Written(
                r.id, r.source_kind, r.author, r.source_id in sources[:2], bool(r.by_us), tuple(mine & set(named[r.id]))
            )
            for r in connection.execute(select(post).order_by(post.c.id))
        ]


@pytest.mark.parametrize("seed", range(3))
def test_newcomers_are_those_of_a_walk(store: Store, seed: int) -> None:
    posts = record(store, random.Random(seed))
    today = to_day(NOW)
    first: dict[tuple[str, str], int] = {}
    for one in posts:
        if one.author and one.own and not one.by_us:
            first.setdefault((one.author, one.kind), one.id)
    for ago in (14, 40, 55):
        since, before = (today - ago // 2) * IDS_PER_DAY, (today - ago) * IDS_PER_DAY
        with store.read() as connection:
            found, earlier = ground.newcomers(connection, since, before)
        assert {row.post for row in found} == {i for i in first.values() if i >= since}
        assert earlier == sum(before <= i < since for i in first.values())


@pytest.mark.parametrize("seed", range(3))
def test_people_posts_and_first_day_of_ours_are_those_of_a_walk(store: Store, seed: int) -> None:
    posts = record(store, random.Random(seed))
    own, day = [one for one in posts if one.own], to_day(NOW) - 20
    with store.read() as connection:
        then, now = ground.people_and_posts(connection, day)
        oldest = ground.first_post_of_ours(connection)
        about = ground.posts_about_us(connection, day * IDS_PER_DAY, 15)
    for (people, number), until in ((then, day * IDS_PER_DAY), (now, 1 << 62)):
        assert people == len({(one.kind, one.author) for one in own if one.author and one.id < until})
        assert number == sum(one.id < until for one in own)
    assert oldest is not None
    assert to_day(oldest) == min(one.id for one in posts if one.own or one.by_us) // IDS_PER_DAY
    named = [one.id for one in posts if one.brands and not one.by_us and one.id >= day * IDS_PER_DAY]
    assert [row.post for row in about] == named[::-1][:15]


@pytest.mark.parametrize(("seed", "limit"), [(0, 30), (1, 100), (2, 10_000)])
def test_older_posts_are_spread_evenly(store: Store, seed: int, limit: int) -> None:
    posts = [one.id for one in record(store, random.Random(seed))]
    middle = posts[len(posts) * 2 // 3]
    with store.read() as connection:
        found = ids_before(connection, middle, limit)
        latest = latest_between(connection, posts[10], middle, 25)
    before = [i for i in posts if i < middle]
    assert set(found) <= set(before)
    assert len(found) >= 0.8 * min(limit, len(before))
    assert len(found) <= 2 * limit
    for part in range(4):  # every quarter of them has its share
        quarter = set(before[part * len(before) // 4 : (part + 1) * len(before) // 4])
        assert 0.15 <= len(quarter & set(found)) / len(found) <= 0.35
    assert [one.id for one in latest] == [i for i in posts if posts[10] <= i <= middle][-25:]


def test_a_topic_ends_with_the_sources_of_its_posts(store: Store) -> None:
    posts = record(store, random.Random(4))
    with store.write() as connection:
        connection.execute(insert(topic), [{"id": n, "label": f"t{n}", "first_fit": 1} for n in (1, 2, 3)])
        connection.execute(update(topic).where(topic.c.id == 3).values(merged_into=2))
        rows = connection.execute(select(post.c.id, post.c.source_id)).tuples().all()
        put = [{"fit_id": 0, "topic_id": 1 + i % 3, "post_id": i, "similarity": 0.5} for i, _ in rows]
        connection.execute(insert(post_topic), put)
        found = last_days_of_sources(connection, [1, 2])
    lasts: dict[int, int] = {}
    for i, one in rows:
        lasts[one] = max(lasts.get(one, 0), i // IDS_PER_DAY)
    for number, members in ((1, {0}), (2, {1, 2})):
        ends = sorted(lasts[one] for i, one in rows if i % 3 in members)
        assert found[number] in {ends[(len(ends) - 1) // 2], ends[len(ends) // 2]}
    assert posts


def test_weeks_are_counted_once_all_are_read(store: Store) -> None:
    """While others wait, days are counted and stay to be counted; their weeks come at the end, the same as ever."""
    record(store, random.Random(5))
    with store.write() as connection:
        days = list(connection.execute(select(brand_day.c.day).where(brand_day.c.brand_id == 0)).scalars())
        whole = {table.name: _rows(connection, table) for table in (member_week, place_week, author_day, brand_day)}
        connection.execute(member_week.delete())
        connection.execute(place_week.delete())
        connection.execute(brand_day.delete())
    count_days(store, days, meanwhile=True)
    with store.read() as connection:
        assert _rows(connection, brand_day) == whole["brand_day"]
        assert not _rows(connection, place_week)
        assert dirty_days(connection) == sorted(days)
    count_days(store, days)
    with store.read() as connection:
        assert dirty_days(connection) == []
        for table in (place_week, author_day, brand_day):
            assert _rows(connection, table) == whole[table.name], table.name
        assert {row[0] for row in _rows(connection, member_week)} == {week_of(day) for day in days}


def _rows(connection: Connection, table: Table) -> list[tuple[Any, ...]]:
    return sorted(tuple(row) for row in connection.execute(select(table)))


@pytest.mark.parametrize("words", ["text", "lamp", "big lamp", "C++", "nothing"])
def test_words_in_the_order_of_the_index_are_those_of_a_condition(store: Store, words: str) -> None:
    rng = random.Random(6)
    said = ("a big lamp", "the lamp is big", "c++ and C", "c and more", "big  lamps", "text of a Lamp")
    with store.write() as connection:
        made, _ = add_source(connection, "feed", "http://a.example", NOW)
        posts = [
            NewPost("feed", f"{n}", rng.choice(said), None, published_at=NOW - timedelta(days=rng.randrange(DAYS)))
            for n in range(120)
        ]
        add_posts(connection, made.id, posts, NOW)
    node = typed(f'"{words}"')
    assert isinstance(node, Words)
    with store.read() as connection:
        every = sorted(connection.execute(select(post.c.id).where(condition(node, post))).scalars())
        assert bool(every) == (words != "nothing")
        middle = sorted(connection.execute(select(post.c.id)).scalars())[60]
        assert ids_holding(connection, node, 10) == every[::-1][:10]
        assert ids_holding(connection, node, 10, before=middle, latest=False) == [i for i in every if i < middle][:10]
        assert ids_holding(connection, node, 500, since=middle) == [i for i in every if i >= middle][::-1]


def test_the_newest_that_wait_come_first_and_those_to_be_read_anew_last(store: Store) -> None:
    rng = random.Random(3)
    tones = ("", "negative", "neutral", "positive", "unsure", "other_language")
    record(store, rng, 200)
    with store.write() as connection:
        for i in list(connection.execute(select(post.c.id)).scalars()):
            values = {"pending": rng.random() < 0.6, "sentiment": rng.choice(tones)}
            connection.execute(update(post).where(post.c.id == i).values(**values))
        rows = connection.execute(select(post.c.id, post.c.sentiment).where(post.c.pending)).tuples().all()
        new, anew = ([i for i, tone in sorted(rows, reverse=True) if bool(tone) is told] for told in (False, True))
        for number in (5, len(new), len(new) + 30, 1_000):
            assert [one.id for one in waiting_posts(connection, number)] == [*new, *anew][:number]

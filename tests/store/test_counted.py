"""What is counted ahead, and what is looked for in few days or by keys, is what reading every post gives."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, insert, select

from data.erasing.people import erase_author
from data.figures import dirty_days, languages, mark_dirty, roll_up
from data.inbox.triage import change
from data.keeping.doctor import examine
from data.models import OTHER_LANGUAGE, SENTIMENTS, Brand, Engagement, NewPost
from data.posts.analysis import Understood, save_understood
from data.posts.erasure import erase_ids
from data.posts.ingest import add_posts
from data.posts.reads import count_cards, count_posts, page_of_posts
from data.reputation.brands import remove_brand, save_brand
from data.reputation.counts import posts_in_other_languages, tones_by, tones_by_day
from data.schema import brand_lang_day, mention, post, post_topic, topic
from data.scope import Scope
from data.settings import Settings
from data.source_list import add_source
from data.store import Store

DAYS, LANGS, TONES = 60, ("en", "fr", "de", ""), (*SENTIMENTS, OTHER_LANGUAGE)
BRANDS, TOPICS = (1, 2), (1, 2, 3)


def fill(store: Store, now: datetime, rng: random.Random, number: int) -> None:
    """Posts with tones, languages, brands, topics and copies, in no order, counted."""
    posts = [
        NewPost(
            "forum", f"{rng.random()}", "t", "t", author=f"a{rng.randrange(9)}",
            published_at=now - timedelta(days=int(rng.random() ** 2 * DAYS), minutes=rng.randrange(600)),
            engagement=Engagement(rng.randrange(9)),
        )
        for _ in range(number)
    ]  # fmt: skip
    with store.write() as connection:
        source, _ = add_source(connection, "reddit", "x", now, title="X")
        add_posts(connection, source.id, posts, now)
        understood(connection, rng)
    count(store)


def understood(connection: Connection, rng: random.Random) -> None:
    rows = connection.execute(select(post.c.id, post.c.source_id).where(post.c.pending)).all()
    items = []
    for i, source in rows:
        lang = rng.choice(LANGS)
        tone = rng.choice(SENTIMENTS) if lang != "de" else OTHER_LANGUAGE
        items.append(Understood(i, source, lang, tone, 0.8, tuple(b for b in BRANDS if rng.random() < 0.4)))
    save_understood(connection, items)
    placed = [{"fit_id": 1, "topic_id": rng.choice(TOPICS), "post_id": i, "similarity": 0.5} for i, _ in rows]
    connection.execute(insert(post_topic), [row for row in placed if rng.random() < 0.8])
    copies = rng.sample([i for i, _ in rows], len(rows) // 3)
    for place, i in enumerate(copies):
        connection.execute(post.update().where(post.c.id == i).values(group_id=1 + place % 7))


def count(store: Store) -> None:
    with store.write() as connection:
        roll_up(connection, dirty_days(connection), 1)


@pytest.fixture
def filled(store: Store, now: datetime) -> Store:
    for number in BRANDS:
        save_brand(store, Brand(0, f"Brand{number}", number == 1, kind="own" if number == 1 else "competitor"))
    with store.write() as connection:
        for number in TOPICS:
            connection.execute(insert(topic).values(id=number, label=f"T{number}", first_fit=1))
        connection.execute(topic.update().where(topic.c.id == 3).values(merged_into=1))
        connection.exec_driver_sql("UPDATE meta SET value = '1' WHERE key = 'topic_fit'")
    fill(store, now, random.Random(1), 400)
    return store


def plain(connection: Connection, scope: Scope) -> list[tuple[int, int]]:
    """(id, group) of a scope's posts, the newest first, told one by one."""
    named = set(connection.execute(select(mention.c.post_id).where(mention.c.brand_id == scope.brand)).scalars())
    within = {scope.topic} | ({3} if scope.topic == 1 else set())
    placed = select(post_topic.c.post_id).where(post_topic.c.topic_id.in_(within), post_topic.c.fit_id == 1)
    there = set(connection.execute(placed).scalars())
    tones = {*scope.sentiments, *(("",) if OTHER_LANGUAGE in scope.sentiments else ())}
    found = []
    for row in connection.execute(select(post).order_by(post.c.published_at.desc(), post.c.id.desc())):
        day = scope.since <= datetime.fromtimestamp(row.published_at, UTC).date() <= scope.until
        told = [
            scope.brand is None or row.id in named,
            scope.topic is None or row.id in there,
            not scope.langs or row.lang in scope.langs,
            not tones or row.sentiment in tones,
        ]
        if day and all(told):
            found.append((int(row.id), int(row.group_id)))
    return found


def folded(found: list[tuple[int, int]]) -> list[int]:
    first: dict[int, int] = {}
    for i, group in found:
        first[group] = min(first.get(group, i), i)
    return [i for i, group in found if not group or first[group] == i]


def scopes(now: datetime, rng: random.Random) -> Iterator[Scope]:
    for _ in range(16):
        until = now.date() - timedelta(days=rng.randrange(DAYS // 2))
        yield Scope(
            until - timedelta(days=rng.randrange(DAYS)),
            until,
            brand=rng.choice([None, *BRANDS]),
            topic=rng.choice([None, None, 1, 2]),
            langs=tuple(rng.sample(LANGS[:3], rng.randrange(3))),
            sentiments=tuple(rng.sample(TONES, rng.choice([0, 0, 1, 2]))),
        )


def check(store: Store, now: datetime, rng: random.Random) -> None:
    with store.read() as connection:
        for scope in scopes(now, rng):
            found = plain(connection, scope)
            cards = folded(found)
            assert count_posts(connection, scope) == len(found)
            assert count_cards(connection, scope) == (len(found), len(cards))
            for order in ("newest", "engagement", "oldest"):
                shown = [one.id for one in page_of_posts(connection, scope, 1, folded=False, order=order)]
                assert set(shown) <= {i for i, _ in found}
                assert len(shown) == min(25, len(found))
            for page in (1, 2, 4):
                part = slice(25 * (page - 1), 25 * page)
                assert [one.id for one in page_of_posts(connection, scope, page, folded=False)] == [
                    i for i, _ in found[part]
                ]
                assert [one.id for one in page_of_posts(connection, scope, page)] == cards[part]
            if not dirty_days(connection):
                langs_match(connection, replace(scope, topic=None, sentiments=()))
        if dirty_days(connection):
            return
        counted = Counter(connection.execute(select(post.c.lang).where(post.c.lang != "")).scalars())
        assert languages(connection, 9) == sorted(counted, key=lambda lang: (-counted[lang], lang))


def langs_match(connection: Connection, scope: Scope) -> None:
    """Tones by language and day of a scope, against its posts."""
    ids = [i for i, _ in plain(connection, scope)]
    rows = connection.execute(select(post.c.lang, post.c.sentiment).where(post.c.id.in_(ids))).all()
    told = Counter((row.lang, row.sentiment) for row in rows)
    langs = {lang for lang, tone in told if tone in SENTIMENTS}
    assert tones_by(connection, scope, "lang") == {
        lang: tuple(told[lang, tone] for tone in SENTIMENTS) for lang in langs
    }
    by_tone = Counter(row.sentiment for row in rows)
    days = tones_by_day(connection, scope)
    assert [sum(day[place] for day in days) for place in range(4)] == [by_tone[tone] for tone in SENTIMENTS]
    assert posts_in_other_languages(connection, scope) == sum(row.lang == "de" for row in rows)


@pytest.mark.parametrize("seed", [2, 3])
def test_what_is_counted_ahead_is_what_the_posts_say(filled: Store, now: datetime, seed: int) -> None:
    rng = random.Random(seed)
    check(filled, now, rng)
    with filled.write() as connection:
        some = connection.execute(select(post.c.id).order_by(post.c.id).limit(60)).scalars().all()
    for i in rng.sample(list(some), 6):  # what a person says of a post holds everywhere
        change(filled, [i], "sentiment", rng.choice(SENTIMENTS[:3]), now)
        change(filled, [i], "lang", "fr", now)
    check(filled, now, rng)  # days that wait are counted now
    count(filled)
    check(filled, now, rng)
    with filled.write() as connection:
        erase_ids(connection, select(post.c.id).where(post.c.id % 3 == 0))
    erase_author(filled, "a3")
    check(filled, now, rng)
    count(filled)
    check(filled, now, rng)


def test_a_brand_that_is_removed_leaves_no_count(filled: Store) -> None:
    remove_brand(filled, 2)
    with filled.read() as connection:
        assert set(connection.execute(select(brand_lang_day.c.brand_id)).scalars()) == {0, 1}


def test_a_count_by_language_that_is_wrong_is_found(filled: Store, settings: Settings, now: datetime) -> None:
    def wrong() -> list[str]:
        return [found.said for found in examine(filled, settings, now) if "figures of" in found.said]

    assert wrong() == []
    with filled.write() as connection:
        day = (
            connection.execute(
                select(brand_lang_day.c.day).where(brand_lang_day.c.brand_id == 0, brand_lang_day.c.lang != "")
            )
            .scalars()
            .first()
        )
        connection.exec_driver_sql(
            f"UPDATE brand_lang_day SET lang = 'xx' WHERE brand_id = 0 AND lang != '' AND day = {day}"
        )
    assert len(wrong()) == 1
    with filled.write() as connection:
        mark_dirty(connection, [int(day or 0)])
    count(filled)
    assert wrong() == []

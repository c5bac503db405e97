"""What common words find is read in the list's order: the same posts as the index gives, without asking it."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from data.models import Engagement, NewPost
from data.posts import found
from data.posts.found import Found, first_ids, found_by_words, walked
from data.posts.ingest import add_posts
from data.posts.reads import PAGE, count_cards, ids_of, page_of_posts
from data.scope import Scope
from data.source_list import add_source
from data.store import Store

# Common words and their plurals, one that stands in most posts, rare ones, signs, marks, other scripts.
OFTEN = [
    "les",
    "message",
    "messages",
    "mot",
    "mots",
    "café",
    "Cafés",
    "apple",
    "apples",
    "C++",
    "C",
    "東京へ行った",
    "été",
]
RARE = ["quince", "quinces", "cœur", "東の方", "Ｖｉｇｉｅ"]
QUERIES = (
    "mes", "message", '"message"', "mot caf", "mot -caf", "mot -quin", "quin mes", "quin -mes", "coeur", "C++ mot",
    '"les mots"', "東京", "東 mot", "ete", "app -apples", '"mot message" caf', "-mes mot", "vigie mes", "nowhere",
    "nowhere mes", "l'été", "C++",
)  # fmt: skip
ORDERS = ("newest", "oldest", "engagement")
PAGES = ((True, 1), (False, 1), (False, 2), (True, 3), (True, 30))


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same in small: a record of hundreds of posts is read as one of millions is."""
    for name, value in {"SAMPLE": 40, "MANY": 70, "AMONG": 70, "TURN": 30, "FARTHEST": 100, "ENOUGH": 60}.items():
        monkeypatch.setattr(found, name, value)


def fill(store: Store, now: datetime, seed: int, number: int = 700) -> None:
    """Posts of twenty days by two sources with copies, which mostly say the same; some wait for an answer."""
    rng = random.Random(seed)
    posts, last = [], "mot"
    for n in range(number):
        if rng.random() > 0.15:
            last = " ".join([*rng.choices(OFTEN, k=rng.randrange(1, 5)), *rng.choices(RARE, k=rng.random() < 0.04)])
        posts.append(
            NewPost(
                "reddit", str(n), rng.choice(["", "Les mots"]), last, author=f"a{n % 9}", lang=rng.choice(["en", "fr"]),
                published_at=now - timedelta(days=rng.randrange(20), minutes=rng.randrange(0, 600, 30)),
                engagement=Engagement(rng.choice([None, None, 1, 5])),
            )
        )  # fmt: skip
    with store.write() as connection:
        made = [add_source(connection, "reddit", name, now, title=name)[0].id for name in "xy"]
        for place, source in enumerate(made):
            add_posts(connection, source, posts[place::2], now)
        ids = dict(connection.exec_driver_sql("SELECT native_id, id FROM post").tuples().all())
        for n, item in enumerate(posts[1:], 1):
            if item.plain == posts[n - 1].plain:  # of two sources, so the groups are of two and more
                group = min(ids[str(n)], ids[str(n - 1)]) if n % 3 else ids["0"]
                connection.exec_driver_sql(f"UPDATE post SET group_id = {group} WHERE id IN ({ids[str(n)]}, {group})")
        connection.exec_driver_sql(
            "INSERT INTO brand_day (brand_id, day, posts, negative, neutral, positive, unsure) "
            f"VALUES (0, 1, {number}, 0, 0, 0, 0)"
        )
        for n in range(0, number, 17):
            connection.exec_driver_sql(f"INSERT INTO inquiry (post_id, kind, alike) VALUES ({ids[str(n)]}, 'q', {n})")


def scopes(now: datetime) -> Iterator[Scope]:
    for query in QUERIES:
        for days, until, more in ((30, 0, {}), (6, 3, {}), (30, 0, {"langs": ("fr",)}), (30, 0, {"author": "a3"})):
            last = now.date() - timedelta(days=until)
            yield Scope(last - timedelta(days=days), last, query=query, **more)  # type: ignore[arg-type]


@pytest.mark.usefixtures("small")
def test_the_same_posts_in_the_same_order(store: Store, now: datetime) -> None:
    fill(store, now, 1)
    rng = random.Random(1)
    ways: dict[str, int] = {"index": 0, "all": 0, "more": 0}
    with store.read() as connection:
        for scope in scopes(now):
            posts, cards = count_cards(connection, scope)
            for order, (folded, page) in zip(rng.sample(ORDERS, 3), rng.sample(PAGES, 3), strict=True):
                one = found_by_words(connection, scope, page, folded=folded, order=order)
                plain = page_of_posts(connection, scope, page, folded=folded, order=order)
                assert one.ids == tuple(item.id for item in plain), (scope, order, folded, page)
                if one.more:
                    assert (PAGE <= one.posts <= posts, one.cards <= cards) == (True, True)
                else:
                    assert (one.posts, one.cards) == (posts, cards), (scope, order)
                way = walked(connection, scope, page, folded=folded, order=order)
                ways["index" if way is None else "more" if way.more else "all"] += 1
    assert min(ways.values()) > 20, ways  # each way was gone


@pytest.mark.usefixtures("small")
def test_what_waits_stands_first(store: Store, now: datetime) -> None:
    fill(store, now, 3)
    read = 0
    with store.read() as connection:
        for scope in scopes(now):
            for folded, page in ((True, 1), (False, 2)):
                one = walked(connection, scope, page, folded=folded, order="waiting")
                if one is not None:
                    plain = page_of_posts(connection, scope, page, folded=folded, order="waiting")
                    assert one.ids == tuple(item.id for item in plain), (scope, folded, page)
                    read += 1
    assert read > 50


@pytest.mark.usefixtures("small")
def test_ids_of_all_that_is_found(store: Store, now: datetime) -> None:
    fill(store, now, 4)
    scope = Scope(now.date() - timedelta(days=30), now.date(), query="mes")
    with store.read() as connection:
        plain = ids_of(connection, scope, 10_000)
        assert first_ids(connection, scope, 100) == plain[:100]
        assert first_ids(connection, scope, 10_000) == plain
        assert first_ids(connection, replace(scope, query="quince"), 10) is None


@pytest.mark.usefixtures("small")
def test_the_index_of_the_record_is_not_asked_for_common_words(sqlite_store: Store, now: datetime) -> None:
    fill(sqlite_store, now, 5)
    asked: list[tuple[str, Any]] = []

    def hear(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if re.search(r"\bpost_fts\b", statement):
            asked.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        with sqlite_store.read() as connection:
            for query, words in (("mes", ""), ("mot -caf", ""), ("mot quin", "quin"), ("mot -quin", "quin")):
                asked.clear()
                scope = Scope(now.date() - timedelta(days=30), now.date(), query=query)
                assert walked(connection, scope, 1, folded=True, order="newest") is not None
                assert bool(asked) == bool(words)
                for _statement, parameters in asked:
                    assert re.findall('"(.+?)"', str(parameters)) == [words]
    finally:
        event.remove(Engine, "before_cursor_execute", hear)


def test_the_index_of_what_was_read_has_the_rules_of_the_record(sqlite_store: Store) -> None:
    with sqlite_store.read() as connection:
        sql = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = 'post_fts'").scalar_one()
    rules = re.compile(r"tokenize='[^']+'")
    assert rules.findall(sql) == rules.findall(found.MADE) != []


def test_all_is_counted_in_a_small_record(sqlite_store: Store, now: datetime) -> None:
    fill(sqlite_store, now, 6, 100)
    scope = Scope(now.date() - timedelta(days=30), now.date(), query="mot")
    with sqlite_store.read() as connection:
        assert walked(connection, scope, 1, folded=True, order="newest") is None
        one = found_by_words(connection, scope, 1, folded=True, order="newest")
        assert one == Found(one.ids, *count_cards(connection, scope))

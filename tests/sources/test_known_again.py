"""A feed whose ids change at each fetch, or are one for all, brings each post once; no two posts become one."""

from __future__ import annotations

import asyncio
import itertools
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from data.models import NewPost
from data.posts.ingest import Added, add_posts
from data.posts.links import is_front_page, same_page, without_tracking
from data.schema import post, post_source, post_text
from data.settings import Settings
from data.source_list import add_source
from data.store import Store
from sources.collect import collect
from sources.kinds.feeds import parse_feed
from tests.conftest import NOW, Loopback, record_of

Serve = Callable[[Any], Loopback]
FRONT = "https://pond.example/"
STAMP = itertools.count()


@dataclass(frozen=True)
class I:  # noqa: E742
    """An item of a feed as a test writes it; an id "*" is new at every writing."""

    text: str = "Words of the pond"
    link: str = ""
    id: str = "*"
    title: str = ""
    author: str = ""
    day: int = 0
    permalink: str = "false"


def feed(*items: I) -> bytes:
    def written(item: I) -> str:
        name = f"n-{next(STAMP)}-{item.title[:2]}" if item.id == "*" else item.id
        parts = [f'<guid isPermaLink="{item.permalink}">{escape(name)}</guid>'] if name else []
        parts += [f"<link>{escape(item.link)}</link>"] if item.link else []
        parts += [f"<title>{escape(item.title)}</title>"] if item.title else []
        parts += [f"<author>{escape(item.author)}</author>"] if item.author else []
        parts += [f"<pubDate>{item.day:02d} Jun 2026 08:00:00 GMT</pubDate>"] if item.day else []
        return f"<item>{''.join(parts)}<description>{escape(item.text)}</description></item>"

    # No two bodies are the same: an unchanged one would not be read.
    body = "".join(map(written, items))
    return f'<rss version="2.0"><!-- {next(STAMP)} --><channel><title>Pond</title>{body}</channel></rss>'.encode()


def p(number: int, text: str = "", **more: Any) -> I:
    """An item with a page, a title and words of its own."""
    words = text or f"Heron number {number} was seen near the old mill at dawn by many people"
    return I(words, f"{FRONT}seen/{number}", title=f"Heron {number}", **more)


A, B, C = p(1), p(2), p(3)
EDITED = replace(B, text="Something else altogether, written again")
THANKS = I("Thank you!", f"{FRONT}guest/1")
ONE_ID = [I(f"Report {n} of the mill: all is well", f"{FRONT}report/{n}", "report", f"Report {n}") for n in (1, 2, 3)]
AT_HOME = [I(f"Notice {n}: the mill is closed on day {n}", FRONT, "*", f"Notice {n}", day=n) for n in (1, 2, 3)]
SAME_HOME = [replace(item, id="notice") for item in AT_HOME]

# What a feed holds at one fetch after the other -> (new, changed, known) of the last, and how many posts there are.
FETCHES: dict[str, tuple[list[list[I]], tuple[int, int, int], int]] = {
    "ids renewed": ([[A, B, C], [A, B, C]], (0, 0, 3), 3),
    "ids renewed, other order, one new": ([[A, B], [p(9), B, A]], (1, 0, 2), 3),
    "ids renewed for the third time": ([[A, B], [B, A], [A, B]], (0, 0, 2), 2),
    "one corrected, ids renewed": ([[A, B, C], [A, EDITED, C]], (0, 1, 2), 3),
    "corrected, then as it was corrected": ([[A, B], [A, EDITED], [EDITED, A]], (0, 0, 2), 2),
    "the only item corrected, same title": ([[A], [replace(A, text="Quite other words now")]], (0, 1, 0), 1),
    "the only item corrected, same date": (
        [[replace(A, day=3)], [replace(A, day=3, title="Herons", text="Quite other words now")]],
        (0, 1, 0),
        1,
    ),
    "a few words corrected, other ids stay": (
        [[p(1, id="a"), p(2)], [p(1, id="a"), p(2, "Heron number 2 was seen near the new mill at dawn by many")]],
        (0, 1, 1),
        2,
    ),
    "other words on a page, other ids stay": ([[p(1, id="a"), B], [p(1, id="a"), EDITED]], (1, 0, 1), 3),
    "one link for all": ([AT_HOME, AT_HOME], (0, 0, 3), 3),
    "one link for all, one at a time": ([[AT_HOME[0]], [AT_HOME[1]], [AT_HOME[2]]], (1, 0, 0), 3),
    "one link for all, corrected": ([AT_HOME, [replace(AT_HOME[0], text="Open again"), *AT_HOME[1:]]], (0, 1, 2), 3),
    "one link for all, no dates": ([[replace(i, day=0) for i in AT_HOME]] * 2, (0, 0, 3), 3),
    "one link for all, no dates, one at a time": ([[replace(i, day=0)] for i in AT_HOME], (1, 0, 0), 3),
    "one page for all": ([[replace(i, link=f"{FRONT}live") for i in AT_HOME]] * 2, (0, 0, 3), 3),
    "one page for all, one at a time": ([[replace(i, link=f"{FRONT}live")] for i in AT_HOME], (1, 0, 0), 3),
    "one id for all": ([ONE_ID, ONE_ID], (0, 0, 3), 3),
    "one id for all, corrected": ([ONE_ID, [replace(ONE_ID[0], text="Report 1: closed"), *ONE_ID[1:]]], (0, 1, 2), 3),
    "one id for all, one of them left": ([ONE_ID, ONE_ID[:1]], (0, 0, 1), 3),
    "one id for all, first alone": ([ONE_ID[:1], ONE_ID], (2, 0, 1), 3),
    "one id and one link for all": ([SAME_HOME, SAME_HOME], (0, 0, 3), 3),
    "one id and one link for all, corrected": (
        [SAME_HOME, [*SAME_HOME[:2], replace(SAME_HOME[2], text="x")]],
        (0, 1, 2),
        3,
    ),
    "one id for all, one at a time": (
        [[p(1, "Rain fell on the old bridge", id="x", day=1)], [p(2, "A fox crossed our field", id="x", day=2)]],
        (1, 0, 0),
        2,
    ),
    "one id for all, one at a time, the same again": (
        [[p(1, "Rain fell on it", id="x")], [p(2, "A fox in there", id="x")], [p(2, "A fox in there", id="x")]],
        (0, 0, 1),
        2,
    ),
    "an id that stays is a post that was rewritten": (
        [[p(1, id="x")], [p(1, "All other words, by the same pen", id="x")]],
        (0, 1, 0),
        1,
    ),
    "same words, other links": ([[THANKS], [replace(THANKS, link=f"{FRONT}guest/2")]], (1, 0, 0), 2),
    "same words, other links, side by side": ([[THANKS, replace(THANKS, link=f"{FRONT}guest/2")]] * 2, (0, 0, 2), 2),
    "same words on a page, other authors": (
        [[replace(THANKS, author="Ida")], [replace(THANKS, author="Omar"), replace(THANKS, author="Ida")]],
        (1, 0, 1),
        2,
    ),
    "other author": ([[replace(A, author="Ida")], [replace(A, author="Omar", text="My own words")]], (1, 0, 0), 2),
    "no link, renewed": ([[I("One", day=1), I("Two", day=2)]] * 2, (0, 0, 2), 2),
    "no link, other date": ([[I("Thank you!", day=1)], [I("Thank you!", day=2)]], (1, 0, 0), 2),
    "no link and no date": ([[I("One"), I("Two")], [I("Two"), I("Three")]], (1, 0, 1), 3),
    "twice in a feed": ([[replace(A, id="a"), replace(A, id="a")]], (1, 0, 0), 1),
    "twice in a feed under two ids": ([[A, A, B], [B, A, A]], (0, 0, 2), 2),
    "twice in a feed, tracked": ([[A, replace(A, link=f"{A.link}?utm_source=rss")]], (1, 0, 0), 1),
    "tracking in the link": ([[A], [replace(A, link=f"{A.link}?fbclid=9x&at_medium=rss#xtor=RSS-1")]], (0, 0, 1), 1),
    "tracking in the id": (
        [[replace(A, id=f"{A.link}?utm_id=1", link="")], [replace(A, id=f"{A.link}?utm_id=2", link="")]],
        (0, 0, 1),
        1,
    ),
    "a session in the id": (
        [[replace(A, id=f"{A.link};jsessionid=1A")], [replace(A, id=f"{A.link};jsessionid=2B", text="Corrected")]],
        (0, 1, 0),
        1,
    ),
    "http, then https and www": (
        [[replace(A, id=x, link=x)] for x in ("http://pond.example/a", "https://www.pond.example/a/")],
        (0, 0, 1),
        1,
    ),
    "the id becomes the link": ([[p(1, id=f"{FRONT}seen/1", permalink="true")], [p(1, id="77")]], (0, 0, 1), 1),
    "the id goes": ([[p(1, id="77")], [p(1, id="")]], (0, 0, 1), 1),
    "only a number": ([[p(1, id="1"), p(2, id="2")]] * 2, (0, 0, 2), 2),
    "only a date": ([[p(1, id="2026-06-01")], [p(1, id="2026-06-01"), p(2, id="2026-06-02")]], (1, 0, 1), 2),
}


@pytest.mark.parametrize("name", FETCHES)
def test_a_feed_over_several_collections(name: str, store: Store, settings: Settings, serve: Serve) -> None:
    fetches, last, number = FETCHES[name]
    bodies = iter([feed(*items) for items in fetches])

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(body=next(bodies), content_type="application/rss+xml")

    server = serve(answer)
    with store.write() as connection:
        add_source(connection, "feed", f"{server.url}/feed", NOW)
    for day in range(len(fetches)):
        (outcome,) = asyncio.run(collect(store, settings, now=lambda day=day: NOW + timedelta(days=day)))
        assert outcome.error is None
    assert (outcome.added.new, outcome.added.changed, outcome.added.known) == last
    with store.read() as connection:
        assert connection.execute(select(func.count()).select_from(post)).scalar_one() == number
        said = set(connection.execute(select(post_text.c.received)).scalars())
    assert said >= {item.text for item in fetches[-1]}


def put(store: Store, address: str, *items: I, **options: Any) -> Added:
    with store.write() as connection:
        source, _ = add_source(connection, "feed", address, NOW)
        return add_posts(connection, source.id, parse_feed(feed(*items), address).posts, NOW, **options)


def test_two_feeds_of_a_site_share_their_posts(store: Store) -> None:
    main, part = f"{FRONT}feed", f"{FRONT}birds/feed"
    assert put(store, main, p(1, id=f"{FRONT}?p=1"), p(2, id=f"{FRONT}?p=2")).new == 2
    assert put(store, part, p(2, id=f"{FRONT}?p=2")) == Added(0, 0, 1)
    # The second feed renews its ids: the post that both brought is known there too, and corrected only by the first.
    assert put(store, part, p(2, "Corrected words of Heron number 2 seen near the mill")).new == 0
    # Without an id the link is the identity, in any feed.
    assert put(store, main, replace(C, id="")).new == 1
    assert put(store, part, replace(C, id="")) == Added(0, 0, 1)
    # An id of their own makes posts of two sources two, whatever they say.
    assert put(store, part, p(1, id="1")).new == 1
    with store.read() as connection:
        assert connection.execute(select(func.count()).select_from(post)).scalar_one() == 4


def test_pseudonyms_are_compared_as_they_are_kept(store: Store) -> None:
    items = [replace(A, author="Ida"), replace(A, author="Omar")]
    assert put(store, f"{FRONT}feed", *items, pseudonymise=True).new == 2
    assert put(store, f"{FRONT}feed", *reversed(items), pseudonymise=True) == Added(0, 0, 2)


def test_posts_of_networks_are_known_by_their_ids_alone(store: Store) -> None:
    with store.write() as connection:
        source, _ = add_source(connection, "reddit", "r/pond", NOW)
        for number in range(3):
            item = NewPost("reddit", f"t3_{number}", "Same", "Same", url=f"{FRONT}x", published_at=NOW)
            assert add_posts(connection, source.id, [item], NOW).new == 1
        assert set(connection.execute(select(post_source.c.link)).scalars()) == {0}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://a.example/x", "http://www.a.example/x/", True),
        ("https://a.example/x?id=1&utm_source=b", "https://a.example/x?id=1", True),
        ("https://a.example/x?id=1", "https://a.example/x?id=2", False),
        ("https://a.example/x?id=1&amp;utm_source=b", "https://a.example/x?id=1", True),
        ("https://a.example/x#c1", "https://a.example/x#c2", False),
        ("https://a.example/x#xtor=RSS-4", "https://a.example/x", True),
        ("https://a.example/x#utm_source=a&utm_medium=b", "https://a.example/x", True),
        ("https://a.example/t?t=4&sid=0123456789abcdef0123456789abcdef", "https://a.example/t?t=4", True),
        ("https://a.example/?s=0123456789abcdef0123456789abcdef", "https://a.example/", False),
        ("https://a.example/x;jsessionid=AB12?y=1", "https://a.example/x?y=1", True),
        ("https://a.example/X", "https://a.example/x", False),
        ("https://a.example:8443/x", "https://a.example/x", False),
        ("https://blog.a.example/x", "https://a.example/x", False),
        ("https://[broken/x", "https://a.example/x", False),
        ("", "https://a.example/", False),
    ],
)
def test_which_addresses_are_one_page(one: str, other: str, same: bool) -> None:
    assert (same_page(one) == same_page(other)) is same


@pytest.mark.parametrize(
    ("link", "kept"),
    [
        ("https://a.example/?q=a%20b&x=%C3%A9&utm_term=z", "https://a.example/?q=a%20b&x=%C3%A9"),
        ("https://a.example/x?gclid=1", "https://a.example/x"),
        ("https://a.example/x?", "https://a.example/x?"),
        ("https://a.example/x?a=&b", "https://a.example/x?a=&b"),
        ("tag:a.example,2026:1?utm_x=1", "tag:a.example,2026:1"),
        ("42", "42"),
    ],
)
def test_a_link_without_tracking_is_else_as_it_was(link: str, kept: str) -> None:
    assert without_tracking(link) == kept
    assert without_tracking(kept) == kept


def test_front_pages() -> None:
    assert [is_front_page(x) for x in ("", "https://a.example", "http://www.a.example/?utm_source=x")] == [True] * 3
    assert [is_front_page(x) for x in ("https://a.example/x", "https://a.example/?p=1", "https://a.example/#1")] == [
        False
    ] * 3


ITEM = st.builds(
    lambda words, page, title, day: I(" ".join(words), page, "*", title, day=day),
    st.lists(st.sampled_from(["heron", "mill", "dawn", "rain", "fox", "bridge"]), min_size=1, max_size=5),
    st.sampled_from(["", FRONT, f"{FRONT}a", f"{FRONT}b", f"{FRONT}c", f"{FRONT}d?x=1"]),
    st.sampled_from(["", "Dawn", "Rain"]),
    st.integers(1, 5),
)
ITEMS = st.lists(ITEM, max_size=8, unique_by=lambda i: (i.link, i.title, i.text, i.day))


@given(ITEMS, st.data())
@hypothesis_settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_order_copies_and_renewed_ids_change_no_number(
    sqlite_known: Store, items: list[I], data: st.DataObject
) -> None:
    address = f"https://pond.example/feed/{next(STAMP)}"
    first = put(sqlite_known, address, *items)
    assert first.new == len(items)
    for _ in range(2):
        mixed = data.draw(st.permutations(items))
        named = [replace(item, id=f"renewed-{next(STAMP)}") for item in mixed]
        copies = data.draw(st.lists(st.sampled_from(named), max_size=4)) if named else []
        assert put(sqlite_known, address, *named, *copies) == Added(0, 0, len(items))


@given(ITEMS, ITEMS)
@hypothesis_settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_ids_that_stay_are_never_taken_for_others(sqlite_known: Store, one: Sequence[I], other: Sequence[I]) -> None:
    """Two fetches of a feed whose ids are good: side by side, every id is a post."""
    address = f"https://pond.example/feed/{next(STAMP)}"
    named = [replace(item, id=f"good-{next(STAMP)}", text=f"{item.text} {next(STAMP)}") for item in (*one, *other)]
    assert put(sqlite_known, address, *named[: len(one)]).new == len(one)
    assert put(sqlite_known, address, *named) == Added(len(other), 0, len(one))


@pytest.fixture(scope="module")
def sqlite_known(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return Store(f"sqlite:///{tmp_path_factory.mktemp('known') / 'known.sqlite'}")


def as_before(folder: Path, version: str) -> str:
    """The address of a record of an earlier version with what `now.sqlite` holds."""
    url = record_of(version, folder / "before.sqlite")
    with closing(sqlite3.connect(folder / "before.sqlite")) as record:
        record.execute("ATTACH DATABASE ? AS now", (str(folder / "now.sqlite"),))
        for table in ("source", "post", "post_text", "post_source"):
            columns = ", ".join(row[1] for row in record.execute(f"PRAGMA main.table_info({table})"))
            record.execute(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM now.{table}")
        record.commit()
    return url


def test_a_record_from_before_knows_its_posts_again(tmp_path: Path) -> None:
    """Marks of posts that are there already are made when the record is brought up to date."""
    put(Store(f"sqlite:///{tmp_path / 'now.sqlite'}"), f"{FRONT}feed", A, B, C)
    again = Store(as_before(tmp_path, "0008"))
    assert put(again, f"{FRONT}feed", C, EDITED, A) == Added(0, 1, 2)
    assert again.check() == []


def test_a_thousand_items_with_one_link_are_bounded_in_time(store: Store) -> None:
    started = datetime.now(UTC)
    items = [I(f"Notice {n}", FRONT, "*", f"N{n}") for n in range(1_000)]
    for number in (1_000, 0, 0):
        assert put(store, f"{FRONT}feed", *items).new == number
    assert datetime.now(UTC) - started < timedelta(seconds=30)

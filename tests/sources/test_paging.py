"""Listings in pages: caught up, resumed, bounded, taken further back when asked."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from dashboard.words.language import speaking
from dashboard.words.sources import note_sentence
from data.models import NewPost, Source
from data.settings import Settings
from sources.base import FetchResult, Page, ReadPage
from sources.errors import NetworkError, RefusedError
from sources.http import Client
from sources.paging import newest_first
from tests.conftest import NOW


def made(number: int) -> NewPost:
    """Post number n was published n hours before NOW."""
    return NewPost("x", str(number), "t", "t", published_at=NOW - timedelta(hours=number))


class Listing:
    """A service with `count` posts an hour apart, ten a page, that may fail or repeat itself."""

    def __init__(self, count: int) -> None:
        self.count, self.asked, self.fails_at = count, list[str](), ""
        self.loops = False

    async def read(self, client: Client, source: Source, now: datetime, token: str) -> Page:
        self.asked.append(token)
        if token and token == self.fails_at:
            raise NetworkError("timeout", "listing")
        start = int(token or 0)
        posts = tuple(made(n) for n in range(start, min(start + 10, self.count)))
        following = start + 10
        return Page(posts, ("10" if self.loops else str(following)) if following < self.count else "", "A place")


def check(settings: Settings, read: ReadPage, source: Source, *, preview: bool = False, **named: int) -> FetchResult:
    async def run() -> FetchResult:
        async with Client(settings, preview=preview) as client:
            return await newest_first(read, **named)(client, source, NOW)

    return asyncio.run(run())


def after(source: Source, result: FetchResult) -> Source:
    known = {k: v for k, v in result.changes.items() if k in {"cursor", "title", "reached"}}
    back = {"back_to": None} if result.changes.get("back_to") == 0 else {}
    return replace(source, **known, **back)


SOURCE = Source(1, "x", "place")


def known_since(hours: int) -> str:
    return json.dumps({"newest": int((NOW - timedelta(hours=hours)).timestamp())})


def test_a_first_visit_is_short_and_a_second_stops_at_what_is_known(settings: Settings) -> None:
    listing = Listing(500)
    first = check(settings, listing.read, SOURCE)
    assert len(first.posts) == 30
    assert first.changes["title"] == "A place"
    listing.asked.clear()
    again = check(settings, listing.read, after(SOURCE, first))
    assert listing.asked == ["", "10"]  # the second page is all older than the newest known
    assert not again.more


def test_a_preview_reads_one_page(settings: Settings) -> None:
    listing = Listing(500)
    assert len(check(settings, listing.read, SOURCE, preview=True).posts) == 10
    assert listing.asked == [""]


def test_an_error_keeps_what_came_before_and_the_gap_is_read_later(settings: Settings) -> None:
    listing = Listing(500)
    seen_long_ago = replace(SOURCE, cursor=known_since(80))
    listing.fails_at = "40"
    first = check(settings, listing.read, seen_long_ago)
    assert first.error is not None
    assert len(first.posts) == 40
    listing.fails_at = ""
    listing.asked.clear()
    second = check(settings, listing.read, after(seen_long_ago, first))
    assert "40" in listing.asked
    assert "30" not in listing.asked  # what was read is not read again
    both = {p.native_id for p in (*first.posts, *second.posts)}
    assert both >= {str(n) for n in range(81)}
    assert second.error is None


def test_an_error_on_the_first_page_rises(settings: Settings) -> None:
    async def broken(client: Client, source: Source, now: datetime, token: str) -> Page:
        raise NetworkError("timeout", "listing")

    with pytest.raises(NetworkError):
        check(settings, broken, SOURCE)


def test_more_than_one_check_may_read_becomes_a_gap(settings: Settings) -> None:
    listing = Listing(500)
    source = replace(SOURCE, cursor=known_since(250))
    found: set[str] = set()
    for _ in range(6):
        result = check(settings, listing.read, source, pages=8)
        found |= {p.native_id for p in result.posts}
        source = after(source, result)
        if not result.more:
            break
    assert found >= {str(n) for n in range(251)}
    assert not result.more


def test_endless_and_repeating_listings_end(settings: Settings) -> None:
    listing = Listing(10**9)
    assert len(check(settings, listing.read, SOURCE).posts) == 30
    listing.loops = True
    listing.asked.clear()
    old = replace(SOURCE, cursor='{"newest": 1}')
    result = check(settings, listing.read, old)
    assert listing.asked == ["", "10"]
    assert not result.more
    asked: list[str] = []

    async def same_page(client: Client, source: Source, now: datetime, token: str) -> Page:
        asked.append(token)
        return Page((made(1), made(2)), f"{len(asked)}")

    check(settings, same_page, old)
    assert len(asked) == 2  # a page that says nothing new is the end, whatever its cursor claims


def test_back_fill_goes_as_far_as_asked_in_pieces_and_says_where_it_is(settings: Settings) -> None:
    listing = Listing(2_000)
    first = check(settings, listing.read, SOURCE)
    goal = NOW - timedelta(hours=1_000)
    source = replace(after(SOURCE, first), back_to=goal)
    found = {p.native_id for p in first.posts}
    reached = []
    for _ in range(12):
        result = check(settings, listing.read, source)
        found |= {p.native_id for p in result.posts}
        reached.append(result.changes["reached"])
        source = after(source, result)
        if source.back_to is None:
            break
    assert found >= {str(n) for n in range(1_000)}
    assert len(reached) > 3
    assert reached == sorted(reached, reverse=True)
    assert source.back_to is None
    # Further still: it starts where the last one ended.
    listing.asked.clear()
    source = replace(source, back_to=NOW - timedelta(hours=1_100))
    result = check(settings, listing.read, source)
    assert min(int(token) for token in listing.asked if token not in {"", "10"}) >= 990
    # Beyond the end: as far as it goes, and done.
    source = replace(after(source, result), back_to=NOW - timedelta(days=3_650))
    for _ in range(12):
        result = check(settings, listing.read, source)
        source = after(source, result)
        if source.back_to is None:
            break
    assert source.back_to is None


def test_reading_forward_skips_nothing(settings: Settings) -> None:
    """As Mastodon's min_id: pages upwards from the last known post, however many there are."""
    top = {"n": 20}

    async def newest(client: Client, source: Source, now: datetime, token: str) -> Page:
        return Page(tuple(made(100 - n) for n in range(top["n"], max(0, top["n"] - 10), -1)), newest=str(top["n"]))

    async def newer(client: Client, source: Source, now: datetime, token: str) -> Page:
        start = int(token)
        numbers = range(start + 1, min(start + 11, top["n"] + 1))
        return Page(tuple(made(100 - n) for n in numbers), str(numbers[-1]) if numbers else "")

    async def run(source: Source) -> FetchResult:
        async with Client(settings) as client:
            return await newest_first(newest, read_newer=newer)(client, source, NOW)

    first = asyncio.run(run(SOURCE))
    assert '"after": "20"' in first.changes["cursor"]
    top["n"] = 77
    second = asyncio.run(run(after(SOURCE, first)))
    assert {int(p.native_id) for p in second.posts} == {100 - n for n in range(21, 78)}
    third = asyncio.run(run(after(SOURCE, second)))
    assert third.posts == ()


def test_a_damaged_cursor_is_a_first_visit(settings: Settings) -> None:
    for cursor in ("{", "[]", '"x"', "17"):
        assert len(check(settings, Listing(50).read, replace(SOURCE, cursor=cursor)).posts) == 30


def test_too_many_gaps_become_one_that_reaches_over_them(settings: Settings) -> None:
    """Six stretches, one more than are remembered: none of their posts is forgotten."""
    listing = Listing(700)
    starts = (60, 160, 260, 360, 460, 560)
    gaps = [[str(start), int((NOW - timedelta(hours=start + 25)).timestamp())] for start in starts]
    state = {"newest": int(NOW.timestamp()), "gaps": gaps[::-1]}
    source, found = replace(SOURCE, cursor=json.dumps(state)), set[int]()
    for _ in range(20):
        result = check(settings, listing.read, source)
        found |= {int(p.native_id) for p in result.posts}
        source = after(source, result)
        if not result.more:
            break
    assert found >= {n for start in starts for n in range(start, start + 25)}
    assert not result.more


def test_a_page_that_is_no_more_is_looked_for_from_the_start(settings: Settings) -> None:
    """A place in a listing that the service has forgotten: the stretch is read from the beginning."""
    listing = Listing(120)

    async def forgets(client: Client, source: Source, now: datetime, token: str) -> Page:
        if token == "forgotten":
            raise RefusedError("not_found", "listing")
        return await listing.read(client, source, now, token)

    gap = ["forgotten", int((NOW - timedelta(hours=90)).timestamp())]
    source = replace(SOURCE, cursor=json.dumps({"newest": int(NOW.timestamp()), "gaps": [gap]}))
    first = check(settings, forgets, source)
    assert first.error is not None
    second = check(settings, forgets, after(source, first))
    assert second.error is None
    assert {int(p.native_id) for p in second.posts} >= set(range(91))


def test_an_empty_page_or_a_known_one_is_not_the_end(settings: Settings) -> None:
    """Posts that are not public leave a page empty; posts that arrive meanwhile push known ones onto the next page."""
    pages = {"": range(5), "1": range(0), "2": range(5, 9), "3": range(6, 9), "4": range(9, 12)}

    async def read(client: Client, source: Source, now: datetime, token: str) -> Page:
        following = str(int(token or 0) + 1)
        return Page(tuple(made(n) for n in pages[token]), following if following in pages else "")

    result = check(settings, read, replace(SOURCE, cursor='{"newest": 1}'))
    assert {int(p.native_id) for p in result.posts} == set(range(12))
    assert result.changes["note"] == ""


def test_what_is_not_read_is_told(settings: Settings) -> None:
    async def same_page(client: Client, source: Source, now: datetime, token: str) -> Page:
        return Page((made(1), made(2)), f"{token}x")

    old = replace(SOURCE, cursor=known_since(400))
    assert check(settings, same_page, old).changes["note"] == "repeats"
    unfinished = check(settings, Listing(500).read, old, pages=8)
    assert unfinished.changes["note"] == "reading"
    with speaking("en"):
        assert note_sentence("reading; closed 3") == (
            "Not everything is read yet: the next checks go on where this one stopped. "
            "3 discussions are listed but open to members only: they are not read."
        )
    with speaking("fr"):
        told = note_sentence("repeats; closed 1; undated 2")
    assert "même page" in told
    assert "1 discussion figure" in told
    assert "2 messages" in told


def test_a_wait_is_no_failure_and_new_posts_do_not_keep_a_gap_from_being_read(settings: Settings) -> None:
    """A service that wants to be left alone after each answer: one page a check, and yet it comes to its end."""
    listing = Listing(100)

    async def slow(client: Client, source: Source, now: datetime, token: str) -> Page:
        return replace(await listing.read(client, source, now, token), wait=20.0)

    source, found = replace(SOURCE, cursor=known_since(55)), set[int]()
    checks, more = 0, True
    while more and checks < 30:
        result = check(settings, slow, source)
        assert (result.error, result.wait) == (None, 20.0)
        found |= {int(p.native_id) for p in result.posts}
        source, more, checks = after(source, result), result.more, checks + 1
    assert found >= set(range(56))
    assert checks == len(listing.asked) <= 8

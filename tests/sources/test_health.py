"""Health: outages and blind spots, quiet sources, counters read again, packs, suggestions, spending."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from aiohttp import web

from data.credentials import Credentials, Secret
from data.models import Engagement, NewPost, Source
from data.posts.ingest import add_posts, due_recounts, mark_removed
from data.posts.reads import posts_by_id
from data.schema import post
from data.settings import Settings
from data.source_list import (
    add_source,
    all_sources,
    ask_back,
    blind_spots,
    get_source,
    gone_quiet,
    mark_own,
    sources_with_health,
)
from data.store import Store
from data.suggestions import dismiss, open_suggestions
from data.usage import Meter, latest_usage, minute_of, month_of
from sources.collect import SOURCES, collect
from sources.credential_checks import check_all_credentials
from sources.errors import SourceError
from sources.http import Client
from sources.packs import add_pack, starter_packs
from sources.suggest import mentioned, refresh_suggestions
from tests.conftest import NOW, Loopback

Serve = Callable[[Any], Loopback]
FEED = b'<rss version="2.0"><channel><title>T</title><item><guid>1</guid><title>x</title></item></channel></rss>'


def test_an_outage_is_a_blind_spot_of_its_period(settings: Settings, store: Store, serve: Serve) -> None:
    state = {"up": True}

    async def answer(request: web.Request) -> web.Response:
        return web.Response(body=FEED) if state["up"] else web.Response(status=500)

    server = serve(answer)
    with store.write() as connection:
        add_source(connection, "feed", f"{server.url}/feed", NOW)

    def check(hours: float) -> None:
        asyncio.run(collect(store, settings, now=lambda: NOW + timedelta(hours=hours), only=[1]))

    def spots(since: float, until: float) -> list[tuple[datetime, datetime | None]]:
        with store.read() as connection:
            found = blind_spots(connection, NOW + timedelta(hours=since), NOW + timedelta(hours=until))
        return [(spot.began, spot.ended) for spot in found]

    check(0)
    state["up"] = False
    check(1)
    assert spots(-24, 2) == []  # an hour without an answer is nothing to speak of
    check(9)
    assert spots(-24, 12) == [(NOW, None)]
    state["up"] = True
    check(20)
    assert spots(-24, 48) == [(NOW, NOW + timedelta(hours=20))]
    assert spots(24, 48) == []
    assert spots(-48, -24) == []
    state["up"] = False
    check(21)
    state["up"] = True
    check(22)
    assert len(spots(-24, 48)) == 1


def test_a_source_gone_quiet_is_told_from_one_that_never_spoke_much(store: Store) -> None:
    assert gone_quiet(0, 250)
    assert gone_quiet(5, 500)
    assert not gone_quiet(0, 5)
    assert not gone_quiet(24, 250)
    assert not gone_quiet(30, 250)
    with store.write() as connection:
        busy, _ = add_source(connection, "feed", "http://busy.example/", NOW - timedelta(days=60))
        rare, _ = add_source(connection, "feed", "http://rare.example/", NOW - timedelta(days=60))
        for source, every in ((busy, 4), (rare, 100)):
            posts = [
                NewPost("feed", f"{source.id}-{n}", "t", "t", published_at=NOW - timedelta(days=4, hours=n * every))
                for n in range(140 if every == 4 else 6)
            ]
            add_posts(connection, source.id, posts, NOW)
    with store.read() as connection:
        quiet = {row.source.id: row.is_quiet for row in sources_with_health(connection, NOW)}
    assert quiet == {busy.id: True, rare.id: False}


def test_counters_are_read_again_at_growing_ages(store: Store) -> None:
    with store.write() as connection:
        source, _ = add_source(connection, "hackernews", "front_page", NOW)
        add_posts(connection, source.id, [NewPost("hackernews", "1", "t", "t", published_at=NOW)], NOW)

    def due(last: float, now: float) -> list[str]:
        with store.read() as connection:
            return due_recounts(connection, source.id, NOW + timedelta(hours=last), NOW + timedelta(hours=now))

    assert due(0, 0.5) == []
    assert due(0.5, 1.5) == ["1"]
    assert due(1.5, 3.5) == []
    assert due(1.5, 5) == ["1"]
    assert due(30, 60) == []
    assert due(5, 24 * 40) == ["1"]  # asleep for weeks: once, not eight times
    with store.write() as connection:
        assert mark_removed(connection, "hackernews", ["1"], NOW) == 1
    assert due(0.5, 1.5) == []


def test_a_recount_brings_new_numbers_edits_and_removals(settings: Settings, store: Store, serve: Serve) -> None:
    did = "did:plc:aaaa"
    views = {
        n: {
            "uri": f"at://{did}/app.bsky.feed.post/{n}",
            "author": {"handle": "jo.example.org"},
            "likeCount": 0,
            "record": {"text": f"post {n}", "createdAt": (NOW - timedelta(minutes=50)).isoformat()},
        }
        for n in ("a", "b", "c")
    }
    listed = list(views.values())

    async def answer(request: web.Request) -> web.Response:
        if request.path.endswith("getPosts"):
            asked = request.query.getall("uris")
            return web.json_response({"posts": [view for view in views.values() if view["uri"] in asked]})
        return web.json_response({"feed": [{"post": view} for view in listed]})

    server = serve(answer)
    with store.write() as connection:
        add_source(connection, "bluesky", "author:jo.example.org", NOW)

    def check(hours: float) -> None:
        bases = {"bluesky": server.url}
        moment = NOW + timedelta(hours=hours)
        asyncio.run(collect(store, settings, now=lambda: moment, only=[1], credentials=Credentials(), base_urls=bases))

    check(0)
    listed.clear()  # no longer on the first page
    del views["c"]
    views["a"]["likeCount"] = 9
    check(0.3)
    with store.read() as connection:
        ids = list(connection.exec_driver_sql("SELECT id FROM post ORDER BY native_id").scalars())
        a, b, c = posts_by_id(connection, ids)
    assert (a.engagement.score, b.engagement.score) == (9, 0)
    assert (a.removed_at, c.removed_at) == (None, NOW + timedelta(hours=0.3))
    assert c.plain == "post c"  # what was said is kept as it was read


def test_ours_is_told_on_every_post(store: Store) -> None:
    with store.write() as connection:
        source, _ = add_source(connection, "feed", "http://ours.example/", NOW)
        item = NewPost("feed", "1", "t", "t", published_at=NOW, accepted=True, engagement=Engagement(ratio=0.5))
        add_posts(connection, source.id, [item], NOW)
        post_id = connection.exec_driver_sql("SELECT id FROM post").scalar_one()
    mark_own(store, source.id, True)
    with store.read() as connection:
        (found,) = posts_by_id(connection, [post_id])
    assert (found.is_own, found.accepted, found.engagement.ratio) == (True, True, 0.5)


def test_packs_are_real_sources_of_known_kinds(store: Store) -> None:
    packs = starter_packs()
    assert len(packs) >= 6
    for pack in packs:
        assert set(pack.titles) == {"en", "fr"}
        assert len(pack.entries) >= 6
        assert len(add_pack(store, pack, NOW)) > 0
        assert add_pack(store, pack, NOW) == []
    with store.read() as connection:
        assert {source.kind for source in all_sources(connection)} <= set(SOURCES)


def test_suggestions_name_places_that_several_people_mention(store: Store) -> None:
    assert mentioned("see r/gardening and https://blog.example/2026/a-post, also @lea@piaille.fr") == {
        ("reddit", "r/gardening/new"),
        ("feed", "https://blog.example/"),
        ("mastodon", "https://piaille.fr/@lea"),
    }
    assert mentioned("and/or r/x, mail me@example.org, https://t.co/abc") == set()
    texts = [
        ("ann", "I read it on r/gardening"),
        ("bob", "r/gardening is full of it"),
        ("ann", "r/gardening again"),
        ("ann", "r/mine"),
        ("ann", "r/mine"),
        ("ann", "r/mine, always me"),
        ("bob", "https://followed.example/a-b-c"),
        ("ann", "https://followed.example/d"),
        ("cat", "https://followed.example/e"),
    ]
    with store.write() as connection:
        source, _ = add_source(connection, "feed", "https://followed.example/feed", NOW)
        posts = [NewPost("feed", str(n), t, t, author=a, published_at=NOW) for n, (a, t) in enumerate(texts)]
        add_posts(connection, source.id, posts, NOW)
    assert refresh_suggestions(store, NOW) == 1
    with store.read() as connection:
        (one,) = open_suggestions(connection)
    assert (one.kind, one.address, one.posts, one.authors, len(one.examples)) == (
        "reddit",
        "r/gardening/new",
        3,
        2,
        3,
    )
    dismiss(store, one.kind, one.address)
    refresh_suggestions(store, NOW)
    with store.read() as connection:
        assert open_suggestions(connection) == []


def test_money_is_counted_before_it_is_spent_and_never_past_the_cap(
    settings: Settings, store: Store, serve: Serve
) -> None:
    tweets = [{"id": str(10**18 + n), "text": f"t{n}", "created_at": NOW.isoformat()} for n in range(100)]

    async def answer(request: web.Request) -> web.Response:
        count = int(request.query["max_results"])
        return web.json_response({"data": tweets[:count], "meta": {"next_token": "more"}})

    server = serve(answer)
    # 5 for 1,000 posts: a page of 100 costs 0.50, so 1.20 buys two.
    rich = replace(settings, x_monthly_cap=1.2, x_price_per_1000_posts=5.0)
    bearer = Credentials({("x", "", "bearer"): Secret("bearer-token")})

    async def fetch(source: Source) -> Any:
        async with Client(rich, bearer, Meter(store), base_urls={"x": server.url}) as client:
            return await SOURCES["x"].fetch(client, source, NOW)

    source = Source(1, "x", "search:vigie")
    asyncio.run(fetch(source))
    asyncio.run(fetch(source))
    with pytest.raises(SourceError) as raised:
        asyncio.run(fetch(source))
    assert raised.value.code == "spend_cap"
    assert len(server.requests) == 2
    with store.read() as connection:
        usage = latest_usage(connection)["x"]
    assert (usage.period, usage.used, usage.allowed) == (month_of(NOW), 100_000, 120_000)
    tweets.clear()  # an answer without posts costs nothing
    Meter(store).give_back("x", month_of(NOW), 100_000)
    asyncio.run(fetch(source))
    with store.read() as connection:
        assert latest_usage(connection)["x"].used == 0
    poor = replace(settings, x_monthly_cap=0.0)

    async def without_cap() -> None:
        async with Client(poor, bearer, Meter(store), base_urls={"x": server.url}) as client:
            await SOURCES["x"].fetch(client, source, NOW)

    with pytest.raises(SourceError):
        asyncio.run(without_cap())


def test_reddit_feeds_are_asked_once_a_minute(settings: Settings, store: Store, serve: Serve) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(text='<feed xmlns="http://www.w3.org/2005/Atom"><title>r</title></feed>')

    server = serve(answer)
    with store.write() as connection:
        for name in ("python", "django", "flask"):
            add_source(connection, "reddit", f"r/{name}/new", NOW)

    def check(minutes: int) -> int:
        moment = NOW + timedelta(minutes=minutes)
        bases = {"reddit_feed": server.url}
        before = len(server.requests)
        asyncio.run(collect(store, settings, now=lambda: moment, credentials=Credentials(), base_urls=bases))
        return len(server.requests) - before

    assert [check(0), check(0), check(2), check(4), check(5)] == [1, 0, 1, 1, 0]
    with store.read() as connection:
        assert {source.note for source in all_sources(connection)} == {"limited"}
        rows = connection.exec_driver_sql("SELECT count(*) FROM service_usage").scalar_one()
    assert rows == 1  # minutes are not kept
    assert minute_of(NOW) == "2026-06-15T12:00"

    async def look_twice() -> None:
        async with Client(settings, base_urls={"reddit_feed": server.url}, preview=True) as client:
            for _ in range(2):
                await SOURCES["reddit"].fetch(client, Source(0, "reddit", "r/python/new"), NOW)

    with pytest.raises(SourceError) as raised:
        asyncio.run(look_twice())
    assert raised.value.code == "too_many_requests"


def test_going_back_is_asked_and_shown(store: Store) -> None:
    with store.write() as connection:
        add_source(connection, "hackernews", "search:x", NOW)
    ask_back(store, 1, NOW - timedelta(days=90))
    with store.read() as connection:
        source = get_source(connection, 1)
        assert source is not None
        assert source.back_to == NOW - timedelta(days=90)
        assert connection.execute(post.select()).all() == []


def test_credentials_are_checked_service_by_service(settings: Settings, serve: Serve) -> None:
    async def answer(request: web.Request) -> web.Response:
        if request.headers.get("Authorization") == "Bearer good" or request.headers.get("X-Goog-Api-Key") == "good":
            return web.json_response({"id": "1", "name": "x", "data": {}})
        return web.json_response({"error": {"code": 190, "error_subcode": 463}}, status=401)

    url = serve(answer).url
    given = Credentials(
        {
            ("youtube", "", "key"): Secret("good"),
            ("x", "", "bearer"): Secret("bad"),
            ("github", "", "token"): Secret("good"),
            ("facebook", "77", "token"): Secret("old"),
        }
    )
    bases = dict.fromkeys(("youtube", "x", "github", "facebook"), url)

    async def run() -> Any:
        async with Client(settings, given, base_urls=bases) as client:
            return await check_all_credentials(client, NOW)

    found = {(a.service, a.account): (a.configured, a.error.code if a.error else "") for a in asyncio.run(run())}
    assert found[("youtube", "")] == (True, "")
    assert found[("github", "")] == (True, "")
    assert found[("x", "")] == (True, "bad_credentials")
    assert found[("facebook", "77")] == (True, "expired_token")
    assert found[("reddit", "")] == (False, "")

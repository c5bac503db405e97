"""Collecting from real servers: everything stored once, failures told, nothing lost when killed."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from sqlalchemy import func, select

from data.models import Source
from data.posts.reads import total_posts
from data.schema import post, post_source, post_text
from data.settings import ROOT, Settings
from data.source_list import add_source, all_sources, get_source, set_state
from data.store import Store
from sources.base import FetchResult
from sources.collect import collect, intent
from sources.discovery import discover_feed
from sources.errors import RefusedError, SourceError
from sources.http import Client
from sources.kinds.feeds import parse_feed
from sources.kinds.hackernews import fetch as fetch_hackernews
from tests.conftest import NOW, Loopback, feed_files, serve_files

Serve = Callable[[Any], Loopback]
SOURCE = Source(1, "feed", "https://a.example/feed")


def follow(store: Store, server: Loopback, names: list[str]) -> None:
    with store.write() as connection:
        for name in names:
            add_source(connection, "feed", f"{server.url}/{name}", NOW)


@pytest.mark.corpora
def test_138_real_feeds_from_a_real_server(store: Store, settings: Settings, serve: Serve, corpora: Path) -> None:
    files = feed_files(corpora)
    server = serve(serve_files(files))
    follow(store, server, list(files))
    outcomes = asyncio.run(collect(store, settings, now=lambda: NOW))
    assert [o.error for o in outcomes if o.error] == []
    assert len(outcomes) == len(files) == 138
    with store.read() as connection:
        rows = connection.execute(select(post_source.c.source_id, func.count()).group_by(post_source.c.source_id))
        stored = dict(rows.tuples().all())
        for source in all_sources(connection):
            name = source.address.rsplit("/", 1)[1]
            assert stored.get(source.id, 0) == len(parse_feed(files[name], source.address).posts), name
            assert source.last_success == NOW
            assert source.next_check is not None
            assert source.next_check > NOW
    before = len(server.requests)
    again = asyncio.run(collect(store, settings, now=lambda: NOW + timedelta(days=2)))
    assert all(outcome.unchanged for outcome in again)
    assert len(server.requests) - before == 138
    assert asyncio.run(collect(store, settings, now=lambda: NOW + timedelta(days=2))) == []


def test_one_failure_leaves_the_others_alone(store: Store, settings: Settings, serve: Serve) -> None:
    good = b'<rss version="2.0"><channel><title>T</title><item><guid>1</guid><title>x</title></item></channel></rss>'

    async def answer(request: web.Request) -> web.Response:
        name = request.path.strip("/")
        return web.Response(body=good) if name == "good" else web.Response(status=int(name))

    server = serve(answer)
    follow(store, server, ["500", "good", "410", "404"])
    outcomes = asyncio.run(collect(store, settings, now=lambda: NOW))
    codes = {o.source.address.rsplit("/", 1)[1]: o.error.code if o.error else "" for o in outcomes}
    assert codes == {"500": "server_error", "good": "", "410": "gone", "404": "not_found"}
    with store.read() as connection:
        by_name = {s.address.rsplit("/", 1)[1]: s for s in all_sources(connection)}
        assert total_posts(connection) == 1
    assert by_name["410"].state == "gone"
    assert by_name["500"].state == "active"
    assert by_name["500"].failures == 1
    assert by_name["good"].title == "T"


def test_decisions_are_pure() -> None:
    rng = random.Random(1)
    failed = replace(SOURCE, failures=3)
    changes = intent(failed, RefusedError("too_many_requests", "x", "", 7_200.0), NOW, 3_600, rng)
    assert changes["next_check"] >= NOW + timedelta(seconds=7_200)
    assert changes["failures"] == 4
    long = intent(SOURCE, FetchResult(wait=10**9), NOW, 3_600, rng)
    assert long["next_check"] <= NOW + timedelta(days=1)
    source = SOURCE
    for day in range(3):
        moment = NOW + timedelta(days=day)
        changes = intent(source, FetchResult(moved_to="https://b.example/feed"), moment, 3_600, rng)
        source = replace(
            source,
            **{k: v for k, v in changes.items() if k in {"redirect_to", "redirect_days", "redirect_day", "address"}},
        )
    assert source.address == "https://b.example/feed"
    same_day = intent(SOURCE, FetchResult(moved_to="https://b.example/feed"), NOW, 3_600, rng)
    assert "address" not in same_day


def test_paused_sources_are_left_alone(store: Store, settings: Settings, serve: Serve) -> None:
    server = serve(serve_files({}))
    follow(store, server, ["a"])
    set_state(store, 1, "paused")
    assert asyncio.run(collect(store, settings, now=lambda: NOW)) == []
    assert server.requests == []


def test_discovery_finds_the_feed_of_a_page(settings: Settings, serve: Serve) -> None:
    feed = b'<rss version="2.0"><channel><title>Site</title><item><guid>1</guid><title>x</title></item></channel></rss>'
    page = b'<html><head><link rel="alternate" type="application/rss+xml" href="/comments/feed"><link rel="alternate"'
    page += b' type="application/rss+xml" href="/news.rss"></head><body><a href="http://[bad">x</a></body></html>'

    async def answer(request: web.Request) -> web.Response:
        if request.path == "/":
            return web.Response(body=page, content_type="text/html")
        if request.path == "/usual":
            return web.Response(body=b"<html>nothing</html>", content_type="text/html")
        return web.Response(body=feed) if request.path in {"/news.rss", "/feed"} else web.Response(status=404)

    server = serve(answer)

    async def find(path: str) -> Any:
        async with Client(settings) as client:
            return await discover_feed(client, server.url + path, NOW)

    assert asyncio.run(find("/")).url == f"{server.url}/news.rss"
    assert asyncio.run(find("/usual")).url == f"{server.url}/feed"
    assert asyncio.run(find("/news.rss")).title == "Site"
    server.handler = serve_files({"": b"<html>nothing</html>"})
    with pytest.raises(SourceError) as raised:
        asyncio.run(find("/"))
    assert raised.value.code == "not_a_feed"


def hit(number: int, **more: Any) -> dict[str, Any]:
    # Fields as documented at hn.algolia.com/api.
    return {
        "objectID": str(number),
        "created_at_i": int(NOW.timestamp()) - number * 60,
        "author": f"user{number}",
        "title": f"Story {number}",
        "url": "https://example.org/",
        "points": 5,
        "num_comments": 2,
        **more,
    }


def test_hacker_news_goes_past_the_1000_hits_of_a_query(settings: Settings, serve: Serve) -> None:
    """The service gives at most 1,000 hits to a query: each window asks for what is older than the last."""
    hits = [hit(n) for n in range(1, 1_301)]

    async def answer(request: web.Request) -> web.Response:
        limits = request.query.get("numericFilters", "")
        before = int(limits.rpartition("<=")[2]) if "<=" in limits else 10**12
        found = [h for h in hits if h["created_at_i"] <= before]
        return web.json_response({"hits": found[:100], "nbPages": min(10, len(found) // 100)})

    server = serve(answer)

    async def fetch(source: Source) -> FetchResult:
        async with Client(settings, base_urls={"hackernews": server.url}) as client:
            return await fetch_hackernews(client, source, NOW)

    source = Source(1, "hackernews", "search:streamlit")
    first = asyncio.run(fetch(source))
    assert len(first.posts) == 298  # three pages; neighbours share a second
    assert first.error is None
    back = replace(source, cursor=first.changes["cursor"], back_to=NOW - timedelta(days=1))
    second = asyncio.run(fetch(back))
    assert second.changes["back_to"] == 0
    assert {p.native_id for p in (*first.posts, *second.posts)} == {str(n) for n in range(1, 1_301)}


def test_hacker_news_discussions_bring_comments_of_the_front_page(settings: Settings, serve: Serve) -> None:
    comment = hit(2, title=None, comment_text="I <i>agree</i>", story_id=1, parent_id=1)

    async def answer(request: web.Request) -> web.Response:
        hits = [comment] if "comment" in request.query["tags"] else [hit(1)]
        return web.json_response({"hits": hits, "nbPages": 1})

    server = serve(answer)

    async def fetch(address: str, cursor: str = "") -> FetchResult:
        async with Client(settings, base_urls={"hackernews": server.url}) as client:
            return await fetch_hackernews(client, Source(1, "hackernews", address, cursor=cursor), NOW)

    assert [p.native_id for p in asyncio.run(fetch("front_page")).posts] == ["1"]
    found = asyncio.run(fetch("discussions"))
    assert [p.native_id for p in found.posts] == ["1", "2"]
    assert (found.posts[1].plain, found.posts[1].root_id) == ("I agree", "1")
    assert "story_1" in server.requests[-1]
    for cursor in (found.changes["cursor"], "1781521200", "{"):  # as it is, as it was once, damaged
        asked = len(server.requests)
        again = asyncio.run(fetch("discussions", cursor))
        assert {p.native_id for p in again.posts} == {"1", "2"}
        assert len(server.requests) - asked == 2


@pytest.mark.parametrize("body", [b"", b"[]", b'{"hits": 3}', b"<html>", b'{"nbPages": 1}'])
def test_hacker_news_answers_that_make_no_sense(body: bytes, settings: Settings, serve: Serve) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(body=body, content_type="application/json")

    server = serve(answer)

    async def fetch() -> FetchResult:
        async with Client(settings, base_urls={"hackernews": server.url}) as client:
            return await fetch_hackernews(client, Source(1, "hackernews", "front_page"), NOW)

    with pytest.raises(SourceError) as raised:
        asyncio.run(fetch())
    assert raised.value.code == "bad_answer"


def test_killed_at_any_moment_nothing_is_lost(settings: Settings, store: Store, serve: Serve) -> None:
    """20 rounds of a real process and SIGKILL: acknowledged posts stay, no post is half there."""
    names = [f"f{i}" for i in range(300)]

    async def answer(request: web.Request) -> web.Response:
        name = request.path.strip("/")
        stamp = time.time_ns()
        items = "".join(f"<item><guid>{name}-{stamp}-{i}</guid><title>t{stamp}-{i}</title></item>" for i in range(12))
        return web.Response(body=f'<rss version="2.0"><channel><title>T</title>{items}</channel></rss>'.encode())

    server = serve(answer)
    follow(store, server, names)
    environ = {
        **os.environ,
        "VIGIE_DATA_DIR": settings.data_dir,
        "VIGIE_DEMO": "false",
        "VIGIE_ALLOW_PRIVATE_NETWORK": "true",
    }
    rng = random.Random(4)
    acknowledged = 0
    for _ in range(20):
        with store.write() as connection:
            connection.exec_driver_sql("UPDATE source SET next_check = 0")
            connection.exec_driver_sql("DELETE FROM lease")
        process = subprocess.Popen(
            [sys.executable, "-m", "sources", "collect"], cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        wanted = rng.randrange(0, 290)
        seen = 0
        for line in process.stdout:
            if line.startswith("["):
                seen += 1
                acknowledged += int(line.rsplit(": ", 1)[1].split(" new")[0])
            if seen >= wanted:
                process.send_signal(signal.SIGKILL)
                break
        # What was printed before the kill is acknowledged too.
        for line in process.stdout:
            if line.startswith("[") and " new" in line:
                acknowledged += int(line.rsplit(": ", 1)[1].split(" new")[0])
        process.wait()
        process.stdout.close()
        with store.read() as connection:
            stored = total_posts(connection)
            texts = connection.execute(select(func.count()).select_from(post_text)).scalar_one()
            links = connection.execute(select(func.count()).select_from(post_source)).scalar_one()
            per_feed = (
                connection.execute(select(func.count()).select_from(post).group_by(post.c.source_id)).scalars().all()
            )
        assert stored >= acknowledged
        assert stored == texts == links
        assert all(number % 12 == 0 for number in per_feed), "half a feed was stored"
    assert store.check() == []
    assert acknowledged > 0


def test_the_command_line_from_add_to_remove(settings: Settings, serve: Serve, tmp_path: Path) -> None:
    feed = b'<rss version="2.0"><channel><title>Site</title><item><guid>1</guid><title>x</title></item></channel></rss>'
    server = serve(serve_files({"feed.xml": feed}))
    environ = {
        **os.environ,
        "VIGIE_DATA_DIR": settings.data_dir,
        "VIGIE_DEMO": "false",
        "VIGIE_ALLOW_PRIVATE_NETWORK": "true",
    }

    def run(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "sources", *arguments],
            cwd=ROOT,
            env=environ,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout + done.stderr

    assert "Added: [1] feed Site" in run("add", f"{server.url}/feed.xml")
    assert "Already followed" in run("add", f"{server.url}/feed.xml")
    assert "1 sources checked, 1 new posts, 0 with an error" in run("collect")
    assert "Site" in run("list")
    assert "404" in run("check", f"{server.url}/nothing")
    file = tmp_path / "posts.jsonl"
    file.write_text(json.dumps({"text": "hello", "date": "2026-01-01"}) + "\nbroken\n")
    assert "1 new, 0 changed, 0 known, 1 rows left out" in run("import", str(file))
    run("export", str(tmp_path / "out.opml"))
    assert b"feed.xml" in (tmp_path / "out.opml").read_bytes()
    assert "1 posts erased" in run("remove", "1", "--erase-posts")
    assert "no source 1" in run("remove", "1")


def test_get_source_of_nothing(store: Store, now: datetime) -> None:
    with store.read() as connection:
        assert get_source(connection, 5) is None

"""Everything that a network offers is read, each once, in a bounded number of requests; or the gap is told.

The services here are small programs on loopback that page, count and refuse as the real ones document it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from aiohttp import web

from data.credentials import Credentials
from data.models import NewPost, Source
from data.settings import Settings
from data.store import Store
from data.usage import Meter, latest_usage
from sources.base import FetchResult
from sources.collect import SOURCES
from sources.errors import SourceError
from sources.http import Client
from tests.conftest import NOW, Loopback
from tests.replay import credentials

Serve = Callable[[Any], Loopback]


def fetched(
    settings: Settings,
    source: Source,
    given: Credentials | None = None,
    *,
    meter: Meter | None = None,
    preview: bool = False,
    **bases: str,
) -> FetchResult:
    async def run() -> FetchResult:
        async with Client(settings, given or Credentials(), meter, base_urls=bases, preview=preview) as client:
            return await SOURCES[source.kind].fetch(client, source, NOW)

    return asyncio.run(run())


def after(source: Source, result: FetchResult) -> Source:
    kept = {k: v for k, v in result.changes.items() if k in {"cursor", "note", "address"}}
    return replace(source, **kept)


def ago(hours: float) -> datetime:
    return NOW - timedelta(hours=hours)


# --- YouTube -----------------------------------------------------------------------------------------------------

VIDEO = "AAAAAAAAAAA"
KEY = credentials({"youtube": {"key": "key-of-the-project"}})


class Tube:
    """Comments of one video as YouTube pages them: 20 threads a page, five replies inline, 3 a page for the rest."""

    def __init__(self, replies: dict[str, int]) -> None:
        self.replies, self.fails = replies, dict[str, str]()  # thread -> number of replies, thread -> reason

    def comment(self, name: str, n: int, parent: str = "") -> dict[str, Any]:
        snippet = {"textOriginal": f"words of {name}", "authorDisplayName": f"@{name}", "likeCount": 1}
        snippet |= {"publishedAt": ago(n).isoformat(), "authorChannelId": {"value": "UC-" + name}}
        # A reply that is asked for by its thread does not say which video it is under.
        return {"id": name, "snippet": snippet | ({"parentId": parent} if parent else {"videoId": VIDEO})}

    async def __call__(self, request: web.Request) -> web.Response:
        asked, start = request.query, int(request.query.get("pageToken", "0"))
        if request.path == "/commentThreads":
            threads = list(self.replies.items())
            page = [
                {
                    "snippet": {
                        "videoId": VIDEO,
                        "channelId": "UC-t2.r4",
                        "totalReplyCount": count,
                        "topLevelComment": self.comment(name, n),
                    },
                    "replies": {"comments": [self.comment(f"{name}.r{i}", n, name) for i in range(min(count, 5))]},
                }
                for n, (name, count) in enumerate(threads[start : start + 20], start)
            ]
            more = {"nextPageToken": str(start + 20)} if start + 20 < len(threads) else {}
            return web.json_response({"items": page, **more})
        parent = asked["parentId"]
        if parent in self.fails:
            return refused(404 if self.fails[parent] == "commentNotFound" else 403, self.fails[parent])
        count = self.replies[parent]
        page = [self.comment(f"{parent}.r{i}", 1, parent) for i in range(start, min(start + 3, count))]
        return web.json_response({"items": page, **({"nextPageToken": str(start + 3)} if start + 3 < count else {})})


def refused(status: int, reason: str) -> web.Response:
    return web.json_response({"error": {"code": status, "errors": [{"reason": reason}]}}, status=status)


def test_all_replies_of_a_thread(settings: Settings, store: Store, serve: Serve) -> None:
    tube = Tube({"t1": 0, "t2": 8, "t3": 5, "t4": 11})
    server = serve(tube)
    source = Source(1, "youtube", f"comments:{VIDEO}", is_own=True)
    first = fetched(settings, source, KEY, meter=Meter(store), youtube=server.url)
    names = [post.native_id for post in first.posts]
    assert sorted(names) == sorted(set(names))
    assert len(names) == 4 + 8 + 5 + 11
    assert (first.error, first.more, first.changes["note"]) == (None, False, "")
    replies = [post for post in first.posts if "." in post.native_id]
    assert {post.root_id for post in first.posts} == {VIDEO}
    assert all(post.parent_id == post.native_id.partition(".")[0] for post in replies)
    assert all(f"v={VIDEO}&lc=" in post.url for post in first.posts)
    assert [post.native_id for post in first.posts if post.ours] == ["t2.r4"]  # the owner of the channel answers
    assert len(server.requests) == 1 + 3 + 4  # nothing is asked of threads that came whole
    with store.read() as connection:
        assert latest_usage(connection)["youtube"].used == len(server.requests)
    # Known threads cost nothing more, until one of them grows.
    tube.replies["t4"] = 12
    again = fetched(settings, after(source, first), KEY, meter=Meter(store), youtube=server.url)
    assert "t4.r11" in {post.native_id for post in again.posts}
    assert len(server.requests) == 8 + 1 + 4


def test_replies_are_read_on_by_the_next_check(settings: Settings, store: Store, serve: Serve) -> None:
    """A quota that ends in the middle loses nothing: what was read is kept, what was not is told and read later."""
    tube = Tube({f"t{n}": 9 for n in range(4)})
    server = serve(tube)
    source = Source(1, "youtube", f"comments:{VIDEO}")
    poor = replace(settings, youtube_daily_quota=6)
    first = fetched(poor, source, KEY, meter=Meter(store), youtube=server.url)
    assert first.error is not None
    assert first.error.code == "quota"
    assert first.changes["note"] == "branches 3"
    assert len(server.requests) == 6
    second = fetched(settings, after(source, first), KEY, meter=Meter(store), youtube=server.url)
    assert second.error is None
    assert second.changes["note"] == ""
    assert len({post.native_id for post in (*first.posts, *second.posts)}) == 4 + 4 * 9
    assert len(server.requests) == 6 + 1 + 7  # the threads that were read are not read again


@pytest.mark.parametrize(("reason", "note"), [("commentNotFound", ""), ("forbidden", "branches 1")])
def test_one_thread_that_is_refused_costs_itself(settings: Settings, serve: Serve, reason: str, note: str) -> None:
    tube = Tube({"t1": 7, "t2": 8})
    tube.fails["t1"] = reason
    result = fetched(settings, Source(1, "youtube", f"comments:{VIDEO}"), KEY, youtube=serve(tube).url)
    assert (result.error, result.changes["note"]) == (None, note)
    assert len(result.posts) == 1 + 5 + 1 + 8


@pytest.mark.parametrize(
    ("status", "reason", "code"), [(403, "commentsDisabled", "comments_off"), (404, "videoNotFound", "video_gone")]
)
def test_a_video_without_comments_says_why(
    settings: Settings, serve: Serve, status: int, reason: str, code: str
) -> None:
    async def answer(request: web.Request) -> web.Response:
        return refused(status, reason)

    url, source = serve(answer).url, Source(1, "youtube", f"comments:{VIDEO}")
    with pytest.raises(SourceError) as raised:
        fetched(settings, source, KEY, preview=True, youtube=url)
    assert raised.value.code == code
    if code == "comments_off":  # that nobody may comment is no failure of the source
        result = fetched(settings, source, KEY, youtube=url)
        assert (result.posts, result.error, result.changes["note"]) == ((), None, "comments_off")


@pytest.mark.parametrize(
    ("address", "asked"),
    [
        ("channel:@pots", ["forHandle=pots"]),
        ("channel:user/pots", ["forUsername=pots"]),
        ("channel:c/pots", ["forHandle=pots", "forUsername=pots"]),
    ],
)
def test_names_of_channels(settings: Settings, serve: Serve, address: str, asked: list[str]) -> None:
    async def answer(request: web.Request) -> web.Response:
        if request.path == "/channels":
            known = {"id": "UC1", "contentDetails": {"relatedPlaylists": {"uploads": "UU1"}}}
            is_known = request.query_string.endswith(asked[-1])
            return web.json_response({"items": [known]} if is_known else {})
        if request.path == "/playlistItems":
            lost = {"snippet": {"title": "Private video"}, "contentDetails": {"videoId": "BBBBBBBBBBB"}}
            kept = {"snippet": {"title": "Pots"}, "contentDetails": {"videoId": VIDEO}}
            return web.json_response({"items": [lost, kept]})
        return web.json_response({"items": []})

    server = serve(answer)
    result = fetched(settings, Source(1, "youtube", address), KEY, youtube=server.url)
    assert [post.native_id for post in result.posts] == [VIDEO]
    assert result.removed == ("BBBBBBBBBBB",)  # known before, it is marked as no longer there
    names = [request for request in server.requests if "/channels" in request]
    assert len(names) == len(asked)
    assert all(name in request for name, request in zip(asked, names, strict=True))


def test_a_channel_by_its_name_of_old_without_a_key(settings: Settings, serve: Serve) -> None:
    async def answer(request: web.Request) -> web.Response:
        assert request.query == {"user": "pots"}
        entry = f"<entry><id>yt:video:{VIDEO}</id><title>Pots</title></entry>"
        return web.Response(text=f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Pots</title>{entry}</feed>')

    result = fetched(settings, Source(1, "youtube", "channel:user/pots"), youtube_feed=serve(answer).url)
    assert [post.native_id for post in result.posts] == [VIDEO]


def told(posts: tuple[NewPost, ...], native_id: str) -> NewPost:
    return next(post for post in posts if post.native_id == native_id)

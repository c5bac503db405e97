"""Everything that a network offers is read, each once, in a bounded number of requests; or the gap is told.

The services here are small programs on loopback that page, count and refuse as the real ones document it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from html import escape
from typing import Any

import pytest
from aiohttp import web

from dashboard.words.sources import error_sentence
from data.credentials import Credentials
from data.models import NewPost, Source
from data.settings import Settings
from data.source_list import add_source, get_source
from data.store import Store
from data.usage import Meter, latest_usage
from sources.base import FetchResult
from sources.collect import SOURCES, collect
from sources.errors import SourceError
from sources.http import Client
from sources.kinds.feeds import parse_feed
from sources.plain_text import plain_text
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


# --- Facebook and Instagram --------------------------------------------------------------------------------------

PAGE, SHOP = "1000", "1784"
TOKEN = credentials({"facebook": {"token": "token-of-the-page"}})


class Graph:
    """A page with one post and its comments, 10 a page and `paging.next` as Facebook has it, and an account on
    Instagram. `streams` is whether replies come in the stream of comments, as documented."""

    def __init__(self, comments: int, *, streams: bool = True) -> None:
        self.comments = [self.comment(n) for n in range(comments)]
        self.streams, self.may_read_tags, self.refuses = streams, True, dict[str, int]()

    def comment(self, n: int) -> dict[str, Any]:
        """Every seventh has three replies, the first of them by the page."""
        who = {"id": PAGE, "name": "Pots"} if n % 7 == 1 else {"id": f"9{n}", "name": f"Person {n}"}
        said = {"id": f"c{n}", "message": f"Comment {n}", "from": who, "created_time": ago(n % 20).isoformat()}
        return said | ({"parent": {"id": f"c{n - n % 7}"}} if 0 < n % 7 < 4 else {"comment_count": 3 * (n % 7 == 0)})

    def page(self, path: str, rows: list[Any], query: Any, size: int = 10) -> dict[str, Any]:
        start = int(query.get("after", "0"))
        following = f"https://graph.facebook.com/{path}?access_token=token-of-the-page&after={start + size}"
        cursors = {"cursors": {"before": str(start), "after": str(start + size)}}
        is_last = start + size >= len(rows)
        return {"data": rows[start : start + size], "paging": cursors | ({} if is_last else {"next": following})}

    def stream(self, query: Any) -> dict[str, Any]:
        rows = [c for c in self.comments if self.streams or "parent" not in c]
        return self.page("p/comments", rows, query) | {"summary": {"total_count": len(self.comments)}}

    async def __call__(self, request: web.Request) -> web.Response:
        assert "token" not in request.path_qs
        assert request.headers["Authorization"] == "Bearer token-of-the-page"
        path, query = request.path.strip("/"), request.query
        if path in self.refuses:
            code = self.refuses[path]
            return web.json_response({"error": {"code": code, "message": f"(#{code}) no"}}, status=400)
        if path == f"{PAGE}/feed":
            ours = {"id": f"{PAGE}_1", "message": "New pots", "from": {"id": PAGE, "name": "Pots"}}
            theirs = {"id": f"{PAGE}_2", "message": "Where are you?"}  # a visitor: Facebook does not say who
            post = ours | {"created_time": ago(30).isoformat(), "comments": self.stream({})}
            return web.json_response({"data": [post, theirs | {"created_time": ago(31).isoformat()}]})
        if path == f"{PAGE}_1/comments":
            assert query["filter"] == "stream"
            return web.json_response(self.stream(query))
        if path.startswith("c") and path.endswith("/comments"):
            under = [c for c in self.comments if c.get("parent", {}).get("id") == path.partition("/")[0]]
            return web.json_response({"data": [{k: v for k, v in c.items() if k != "parent"} for c in under]})
        if path == f"{PAGE}/tagged":
            if not self.may_read_tags:
                return web.json_response({"error": {"code": 10, "message": "(#10) permission"}}, status=403)
            rows = [
                {"id": f"5_{n}", "message": f"@Pots {n}", "created_time": ago(9 * n).isoformat()} for n in range(200)
            ]
            return web.json_response(self.page(path, rows, query, 25))
        names = {"pots.and.more": {"id": PAGE, "name": "Pots"}}
        if path == "me":
            account = {"id": SHOP, "username": "pots.shop"}
            own = {"id": PAGE, "username": "pots.and.more", "instagram_business_account": account}
            return web.json_response(own)
        if path in names:
            return web.json_response(names[path])
        return web.json_response({"error": {"code": 803, "message": "(#803) aliases"}}, status=404)


@pytest.mark.parametrize("streams", [True, False])
def test_all_pages_of_comments(settings: Settings, serve: Serve, streams: bool) -> None:
    graph = Graph(39, streams=streams)
    server = serve(graph)
    source = Source(1, "facebook", PAGE)
    first = fetched(settings, source, TOKEN, facebook=server.url)
    names = [post.native_id for post in first.posts]
    assert len(names) == len(set(names))
    comments = {post.native_id: post for post in first.posts if post.native_id.startswith("c")}
    assert set(comments) == {f"c{n}" for n in range(39)}
    assert (first.error, first.more, first.changes["note"]) == (None, False, "")
    for n in range(39):
        assert comments[f"c{n}"].root_id == f"{PAGE}_1"
        assert comments[f"c{n}"].parent_id == (f"c{n - n % 7}" if 0 < n % 7 < 4 else f"{PAGE}_1")
        assert comments[f"c{n}"].ours is (n % 7 == 1)  # the page answers
    # The page's own post is ours, a visitor's on its wall is not, even where the whole source is marked as ours.
    assert [told(first.posts, f"{PAGE}_{n}").ours for n in (1, 2)] == [True, False]
    tagged = [post for post in first.posts if post.native_id.startswith("5_")]
    assert 80 <= len(tagged) <= 125  # a month of them, not all there ever were
    assert not any(post.ours for post in tagged)
    assert len(server.requests) <= 1 + 4 + 5 + (0 if streams else 6)
    before = len(server.requests)
    known = replace(after(source, first), last_success=NOW)
    again = fetched(settings, known, TOKEN, facebook=server.url)
    assert again.error is None
    assert len(server.requests) - before <= 3  # what did not grow is not read again


def test_a_page_that_may_not_read_its_tags(settings: Settings, serve: Serve) -> None:
    graph = Graph(3)
    graph.may_read_tags = False
    result = fetched(settings, Source(1, "facebook", PAGE), TOKEN, facebook=serve(graph).url)
    assert (result.error, result.changes["note"]) == (None, "tagged_unread")
    assert len(result.posts) == 2 + 3


def test_more_comments_than_one_check_reads(settings: Settings, serve: Serve) -> None:
    server = serve(Graph(1_200))
    source = Source(1, "facebook", PAGE)
    first = fetched(settings, source, TOKEN, facebook=server.url)
    assert (first.error, first.more, first.changes["note"]) == (None, True, "branches 2")
    assert len(server.requests) == 51
    second = fetched(settings, after(source, first), TOKEN, facebook=server.url)
    third = fetched(settings, after(source, second), TOKEN, facebook=server.url)
    names = {post.native_id for result in (first, second, third) for post in result.posts}
    assert {f"c{n}" for n in range(1_200)} <= names
    assert (third.more, third.changes["note"]) == (False, "")


@pytest.mark.parametrize(
    ("name", "refuses", "code"),
    [
        ("pots.and.more", {}, ""),
        ("pots.and.more", {"pots.and.more": 10}, ""),  # the token may not look names up, but knows its own
        ("Pots.And.More", {}, ""),
        ("others", {}, "page_unknown"),
        ("others", {"others": 200, "me": 100}, "page_unknown"),
        ("pots.and.more", {"pots.and.more": 190}, "bad_credentials"),
        ("pots.and.more", {"pots.and.more": 32}, "too_many_requests"),
        ("a/../b", {}, "bad_address"),
    ],
)
def test_names_of_pages(settings: Settings, serve: Serve, name: str, refuses: dict[str, int], code: str) -> None:
    graph = Graph(1)
    graph.refuses = refuses
    url, source = serve(graph).url, Source(1, "facebook", name)
    if code:
        with pytest.raises(SourceError) as raised:
            fetched(settings, source, TOKEN, facebook=url)
        assert raised.value.code == code
    else:
        result = fetched(settings, source, TOKEN, facebook=url)
        assert told(result.posts, f"{PAGE}_1").ours is True


@pytest.mark.parametrize(
    ("code", "sub", "status", "means"),
    [
        (190, 463, 401, "expired_token"),
        (190, 0, 401, "bad_credentials"),
        (10, 0, 403, "missing_permission"),
        (200, 0, 403, "missing_permission"),
        (299, 0, 403, "missing_permission"),
        (4, 0, 400, "too_many_requests"),
        (17, 0, 400, "too_many_requests"),
        (32, 0, 403, "too_many_requests"),
        (613, 0, 400, "too_many_requests"),
        (80001, 0, 400, "too_many_requests"),
        (100, 33, 400, "not_found"),
        (2, 0, 400, "server_error"),
    ],
)
def test_what_facebook_refuses(settings: Settings, serve: Serve, code: int, sub: int, status: int, means: str) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.json_response({"error": {"code": code, "error_subcode": sub, "message": "no"}}, status=status)

    with pytest.raises(SourceError) as raised:
        fetched(settings, Source(1, "facebook", PAGE), TOKEN, facebook=serve(answer).url)
    assert raised.value.code == means


def test_comments_and_replies_of_instagram(settings: Settings, serve: Serve) -> None:
    def comment(n: int) -> dict[str, Any]:
        said = {"id": f"c{n}", "text": f"Comment {n}", "username": "pots.shop" if n == 3 else f"p{n}"}
        replies = [{"id": f"c{n}r{i}", "text": "Yes", "username": "pots.shop"} for i in range(n % 3)]
        deep = {"data": replies, "paging": {"cursors": {"after": "x"}, "next": "https://x"}} if n == 8 else None
        return said | ({"replies": deep or {"data": replies}} if replies else {})

    async def answer(request: web.Request) -> web.Response:
        start = int(request.query.get("after", "0")) if request.query.get("after") != "x" else 0
        more = {"paging": {"cursors": {"after": str(start + 4)}, "next": "https://x"}} if start + 4 < 12 else {}
        page = {"data": [comment(n) for n in range(start, start + 4)], **more}
        match request.path.strip("/"):
            case "me":
                return web.json_response({"instagram_business_account": {"id": SHOP, "username": "pots.shop"}})
            case "1784/media":
                media = {"id": "m1", "caption": "Pots", "username": "pots.shop", "comments_count": 24}
                return web.json_response(
                    {"data": [media | {"permalink": "https://www.instagram.com/p/1/", "comments": page}]}
                )
            case "m1/comments":
                return web.json_response(page)
            case "c8/replies":
                return web.json_response({"data": [{"id": "c8r9", "text": "Late", "username": "ana"}]})
            case "1784/tags":
                return web.json_response({"data": [{"id": "m9", "caption": "At @pots.shop", "username": "ana"}]})
        return web.json_response({"error": {"code": 100, "error_subcode": 33}}, status=400)

    server = serve(answer)
    result = fetched(settings, Source(1, "instagram", "pots.shop"), TOKEN, facebook=server.url)
    assert (result.error, result.changes["note"]) == (None, "")
    names = [post.native_id for post in result.posts]
    assert len(names) == len(set(names)) == 1 + 12 + sum(n % 3 for n in range(12)) + 1 + 1
    late, tagged = told(result.posts, "c8r9"), told(result.posts, "m9")
    assert (late.parent_id, late.root_id, late.ours, late.url) == ("c8", "m1", False, "https://www.instagram.com/p/1/")
    assert (tagged.author, tagged.ours, tagged.community) == ("ana", False, "pots.shop")
    assert told(result.posts, "c8r0").parent_id == "c8"
    assert {p.native_id for p in result.posts if p.ours} == {"m1", "c3"} | {
        f"c{n}r{i}" for n in range(12) for i in range(n % 3)
    }
    assert len(server.requests) == 1 + 1 + 2 + 1 + 1
    with pytest.raises(SourceError) as raised:
        fetched(settings, Source(1, "instagram", "others"), TOKEN, facebook=server.url)
    assert raised.value.code == "page_unknown"


# --- Mastodon and what speaks its API ----------------------------------------------------------------------------


def status(n: int, content: str = "", **more: Any) -> dict[str, Any]:
    """As Mastodon writes one; `more` says what differs."""
    account = {"id": "1", "acct": "lea", "url": "https://here.example/@lea"}
    uri = {"id": str(n), "uri": f"https://here.example/users/lea/statuses/{n}", "created_at": ago(n % 40).isoformat()}
    return {**uri, "content": content, "account": account, "media_attachments": [], "poll": None, **more}


def picture(words: str | None) -> dict[str, Any]:
    return {"type": "image", "url": "https://here.example/1.png", "description": words}


OTHER = {"id": "2", "acct": "tom@there.example", "url": "https://there.example/@tom"}
FORMS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "a picture alone": (
        status(1, media_attachments=[picture("A red pot, cracked\non one side")]),
        {"text": "", "plain": "A red pot, cracked\non one side"},
    ),
    "pictures, one not described": (
        status(1, "<p></p>", media_attachments=[picture("Left"), picture(None), picture("Right: <b>")]),
        {"plain": "Left\nRight: <b>"},
    ),
    "words and a picture": (
        status(1, "<p>Look &amp; see</p>", media_attachments=[picture("A pot")]),
        {"plain": "Look & see"},
    ),
    "a picture that nobody described": (status(1, media_attachments=[picture(None)]), {"plain": ""}),
    "a warning": (status(1, "<p>It broke.</p>", spoiler_text="Broken pots"), {"title": "Broken pots"}),
    "a poll": (
        status(1, "<p>Which?</p>", poll={"options": [{"title": "Clay &amp; sand"}, {"title": "Peat"}]}),
        {"plain": "Which?\nClay & sand\nPeat"},
    ),
    "a boost of another's": (
        status(1, reblog=status(7, "<p>Theirs</p>", account=OTHER, uri="https://there.example/7")),
        {"plain": "Theirs", "author": "tom@there.example", "native_id": "https://there.example/7", "ours": False},
    ),
    "a boost of one's own": (
        status(1, reblog=status(7, "<p>Mine</p>")),
        {"plain": "Mine", "author": "lea@here.example", "ours": None},
    ),
    "a quote": (
        status(1, '<p class="quote-inline">RE: <a href="https://there.example/7">there</a></p><p>Not so.</p>'),
        {"plain": "Not so."},
    ),
    "a quote of Pleroma": (
        status(1, 'Not so.<span class="quote-inline"><br/><br/>RE: <a href="https://there.example/7">7</a></span>'),
        {"plain": "Not so."},
    ),
    "Pixelfed": (
        status(1, media_attachments=[picture("Clay")]) | {"content": None, "spoiler_text": None, "language": None},
        {"plain": "Clay", "title": "", "lang": ""},
    ),
    "GoToSocial": (
        status(1, "<p>Hi</p>") | {"id": "01J0000000000000000000000A", "url": None, "in_reply_to_id": ""},
        {"plain": "Hi", "url": "https://here.example/users/lea/statuses/1"},
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_what_a_status_says(settings: Settings, serve: Serve, form: str) -> None:
    given, wanted = FORMS[form]

    async def answer(request: web.Request) -> web.Response:
        if request.path == "/api/v1/accounts/lookup":
            return web.json_response({"id": "1"})
        return web.json_response([given] if "max_id" not in request.query else [])

    (post,) = fetched(settings, Source(1, "mastodon", f"{serve(answer).url}/@lea")).posts
    assert {key: getattr(post, key) for key in wanted} == wanted


def test_a_search_needs_a_token_and_is_read_to_its_end(settings: Settings, serve: Serve) -> None:
    async def answer(request: web.Request) -> web.Response:
        if request.path == "/api/v1/timelines/tag/pots":
            return web.json_response([status(1, "<p>#pots</p>")] if "max_id" not in request.query else [])
        assert request.path == "/api/v2/search"
        assert (request.query["q"], request.query["type"]) == ("red pots", "statuses")
        assert request.headers["Authorization"] == "Bearer token-of-a-member"
        start = int(request.query.get("offset", "0"))
        found = [status(n, f"<p>Pot {n}</p>") for n in range(start, min(start + 20, 50))]  # it gives fewer than asked
        return web.json_response({"statuses": found, "accounts": [], "hashtags": []})

    server = serve(answer)
    source = Source(1, "mastodon", f"{server.url}/search?q=red+pots", cursor='{"newest": 1}')
    with pytest.raises(SourceError) as raised:
        fetched(settings, source)
    assert raised.value.code == "search_needs_account"
    assert server.requests == []
    instance = server.url.partition("://")[2]
    member = credentials({"mastodon": {"token": "token-of-a-member"}}, instance)
    result = fetched(settings, source, member)
    assert (result.error, len(result.posts), len(server.requests)) == (None, 50, 4)
    by_tag = fetched(settings, Source(1, "mastodon", f"{server.url}/search?q=%23pots"))
    assert [post.plain for post in by_tag.posts] == ["#pots"]


@pytest.mark.parametrize(
    ("answered", "message", "code"),
    [
        (401, "This method requires an authenticated user", "needs_account"),
        (422, "This method requires an authenticated user", "needs_account"),
        (401, "Unauthorized: token not supplied", "needs_account"),
        (403, "This resource requires authentication.", "needs_account"),
        (403, "Invalid credentials.", "needs_account"),
        (401, "Unauthenticated.", "needs_account"),
        (401, "The access token was revoked", "bad_credentials"),
        (403, "You have been blocked", "forbidden"),
    ],
)
def test_an_instance_that_shows_itself_to_members_only(
    settings: Settings, serve: Serve, answered: int, message: str, code: str
) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.json_response({"error": message}, status=answered)

    with pytest.raises(SourceError) as raised:
        fetched(settings, Source(1, "mastodon", f"{serve(answer).url}/public/local"))
    assert raised.value.code == code


def test_a_server_that_does_not_say_where_its_next_page_is(settings: Settings, serve: Serve) -> None:
    async def answer(request: web.Request) -> web.Response:
        below = int(request.query.get("max_id", "51"))
        return web.json_response([status(n, f"<p>{n}</p>") for n in range(below - 1, max(0, below - 21), -1)])

    server = serve(answer)
    result = fetched(settings, Source(1, "mastodon", f"{server.url}/tags/pots", cursor='{"newest": 1}'))
    assert len(result.posts) == 50
    assert len(server.requests) == 4


# --- Bluesky -----------------------------------------------------------------------------------------------------

ME, YOU = {"did": "did:plc:me", "handle": "me.example.org"}, {"did": "did:plc:you", "handle": "handle.invalid"}


def view(name: str, text: str = "", author: dict[str, str] = ME, **record: Any) -> dict[str, Any]:
    uri = f"at://{author['did']}/app.bsky.feed.post/{name}"
    return {"uri": uri, "author": author, "record": {"text": text, "createdAt": ago(3).isoformat(), **record}}


WHOLE = "https://example.org/pots/red-and-blue?n=1"
SHORTENED = "Ça alors: example.org/pots/red-and... and bücher.example…"
BLUE: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "words": ({"post": view("a", "Hi")}, {"plain": "Hi", "ours": None}),
    "a repost of another's": (
        {"post": view("a", "Hi", YOU), "reason": {"$type": "app.bsky.feed.defs#reasonRepost", "by": ME}},
        {"plain": "Hi", "author": "did:plc:you", "ours": False, "url": "https://bsky.app/profile/did:plc:you/post/a"},
    ),
    "a repost of one's own": (
        {"post": view("a", "Hi"), "reason": {"$type": "app.bsky.feed.defs#reasonRepost", "by": ME}},
        {"author": "me.example.org", "ours": None},
    ),
    "pictures alone": (
        {"post": view("a", embed={"images": [{"alt": "Left pot"}, {"alt": ""}, {"alt": "Right pot"}]})},
        {"plain": "Left pot\nRight pot"},
    ),
    "a video beside a quote": (
        {"post": view("a", embed={"media": {"video": {}, "alt": "A pot falls"}, "record": {"uri": "at://x"}})},
        {"plain": "A pot falls"},
    ),
    "links that were shortened": (
        {
            "post": view(
                "a",
                SHORTENED,
                facets=[
                    {
                        "index": {"byteStart": 11, "byteEnd": 38},
                        "features": [{"uri": WHOLE}],
                    },
                    {"index": {"byteStart": 43, "byteEnd": 61}, "features": [{"uri": "https://bücher.example/all"}]},
                    {"index": {"byteStart": 0, "byteEnd": 900}, "features": [{"uri": "https://evil.example/"}]},
                    {"index": {"byteStart": 0, "byteEnd": 4}, "features": [{"uri": "https://evil.example/"}]},
                ],
            )
        },
        {
            "text": SHORTENED,
            "plain": "Ça alors: https://example.org/pots/red-and-blue?n=1 and https://bücher.example/all",
        },
    ),
}


@pytest.mark.parametrize("form", BLUE)
def test_what_a_post_of_bluesky_says(settings: Settings, serve: Serve, form: str) -> None:
    given, wanted = BLUE[form]

    async def answer(request: web.Request) -> web.Response:
        return web.json_response({"feed": [given]})

    url = serve(answer).url
    (post,) = fetched(settings, Source(1, "bluesky", "author:me.example.org"), bluesky=url).posts
    assert {key: getattr(post, key) for key in wanted} == wanted


class Deep:
    """A thread in one line, each post a reply to the one before, cut at the levels that are asked for."""

    def __init__(self, levels: int) -> None:
        self.levels = levels

    def node(self, n: int) -> dict[str, Any]:
        reply = {"reply": {"root": {"uri": view("0")["uri"]}, "parent": {"uri": view(str(n - 1))["uri"]}}} if n else {}
        return {"post": {**view(str(n), f"Level {n}", **reply), "replyCount": int(n + 1 < self.levels)}}

    async def __call__(self, request: web.Request) -> web.Response:
        n, depth = int(request.query["uri"].rpartition("/")[2]), int(request.query["depth"])
        last = min(n + depth, self.levels - 1)
        node = self.node(last)
        for level in range(last - 1, n - 1, -1):
            node = {**self.node(level), "replies": [node]}
        within = node
        for level in range(n - 1, max(-1, n - 1 - int(request.query["parentHeight"])), -1):
            within["parent"] = self.node(level)
            within = within["parent"]
        return web.json_response({"thread": node})


@pytest.mark.parametrize(("levels", "asked"), [(5, 0), (400, 0), (400, 399), (300, 150)])
def test_a_thread_deeper_than_one_answer(settings: Settings, serve: Serve, levels: int, asked: int) -> None:
    server = serve(Deep(levels))
    result = fetched(settings, Source(1, "bluesky", f"thread:{view(str(asked))['uri']}"), bluesky=server.url)
    assert (result.error, result.changes["note"]) == (None, "")
    names = [post.native_id for post in result.posts]
    assert len(names) == len(set(names)) == levels
    assert len(server.requests) <= 1 + levels // 79


def test_a_thread_without_end_is_told(settings: Settings, serve: Serve) -> None:
    server = serve(Deep(5_000))
    result = fetched(settings, Source(1, "bluesky", f"thread:{view('0')['uri']}"), bluesky=server.url)
    assert len(server.requests) == 41
    assert len(result.posts) > 3_000
    assert result.changes["note"] == "branches 1"


# --- X -----------------------------------------------------------------------------------------------------------

BEARER = credentials({"x": {"bearer": "bearer-of-the-app"}})


def test_posts_of_x_are_whole(settings: Settings, store: Store, serve: Serve) -> None:
    """Reposts are their author's and whole, long posts too, over all pages; each post that came is paid for."""

    def tweet(n: int, text: str, author: str = "1", **more: Any) -> dict[str, Any]:
        return {"id": str(n), "text": text, "author_id": author, "created_at": ago(n).isoformat(), **more}

    def reposts(n: int) -> dict[str, Any]:
        return {"referenced_tweets": [{"type": "retweeted", "id": str(n)}]}

    pages = {
        "": {
            "data": [
                tweet(1, "RT @ana: The beginning of somethi…", **reposts(51)),
                tweet(2, "Short…", note_tweet={"text": "Short at first &amp; long after all"}),
                tweet(3, "RT @gone: cut…", **reposts(99)),  # its original is not shown
                tweet(4, "RT @us: Ours ag…", **reposts(52)),
            ],
            "includes": {
                "users": [{"id": "1", "username": "us"}, {"id": "2", "username": "ana"}],
                "tweets": [
                    tweet(51, "The beginning of somethi…", "2", note_tweet={"text": "The beginning of something long"}),
                    tweet(52, "Ours again"),
                ],
            },
            "meta": {"next_token": "p2"},
        },
        "p2": {
            "data": [
                tweet(5, "https://t.co/abc", attachments={"media_keys": ["3_1", "3_2"]}),
                tweet(6, "Which? https://t.co/abc", attachments={"poll_ids": ["9"], "media_keys": ["3_1"]}),
                tweet(7, "@ana Yes", referenced_tweets=[{"type": "replied_to", "id": "51"}], conversation_id="51"),
            ],
            "includes": {
                "users": [{"id": "1", "username": "us"}],
                "media": [{"media_key": "3_1", "alt_text": "A red pot"}, {"media_key": "3_2"}],
                "polls": [{"id": "9", "options": [{"label": "Clay"}, {"label": "Peat"}]}],
            },
            "meta": {},
        },
    }

    async def answer(request: web.Request) -> web.Response:
        if request.path.endswith("/us"):
            return web.json_response({"data": {"id": "1"}})
        assert "referenced_tweets.id" in request.query["expansions"]
        return web.json_response(pages[request.query.get("pagination_token", "")])

    rich = replace(settings, x_monthly_cap=100.0)
    source = Source(1, "x", "account:us", cursor='{"newest": 1}')
    result = fetched(rich, source, BEARER, meter=Meter(store), x=serve(answer).url)
    said = {post.native_id: (post.author, post.plain, post.ours) for post in result.posts}
    assert said == {
        "51": ("ana", "The beginning of something long", False),
        "2": ("us", "Short at first & long after all", None),
        "52": ("us", "Ours again", None),
        "5": ("us", "A red pot", None),
        "6": ("us", "Which? https://t.co/abc\nClay\nPeat", None),
        "7": ("us", "@ana Yes", None),
    }
    assert told(result.posts, "7").parent_id == "51"
    assert told(result.posts, "51").url == "https://x.com/ana/status/51"
    with store.read() as connection:
        used = latest_usage(connection)["x"].used
    assert used == round((2 * 1 + 4 + 2 + 3) * rich.x_price_per_1000_posts * 100)


# --- Reddit ------------------------------------------------------------------------------------------------------

KEYS = credentials({"reddit": {"client_id": "id3", "client_secret": "s"}})
BLOCKED = "<!doctype html><html><title>Blocked</title><body>whoa there, pardner!</body></html>"


@pytest.mark.parametrize(("answered", "body"), [(403, "{}"), (403, BLOCKED), (429, "{}"), (200, BLOCKED), (401, "")])
def test_reddit_that_refuses_says_what_can_be_done(
    settings: Settings, store: Store, serve: Serve, answered: int, body: str
) -> None:
    async def answer(request: web.Request) -> web.Response:
        if request.path.startswith("/feed"):
            return web.Response(text="<rss><channel><item><title>One</title><guid>1</guid></item></channel></rss>")
        return web.Response(status=answered, text=body, content_type="text/html")

    server = serve(answer)
    with store.write() as connection:
        add_source(connection, "reddit", "r/pots/new", NOW)
        add_source(connection, "feed", f"{server.url}/feed", NOW)
    given = Credentials()
    bases = {"reddit_feed": server.url}
    outcomes = asyncio.run(collect(store, settings, now=lambda: NOW, credentials=given, base_urls=bases))
    by_kind = {outcome.source.kind: outcome for outcome in outcomes}
    assert (by_kind["feed"].error, by_kind["feed"].added.new) == (None, 1)  # the rest goes on
    refusal = by_kind["reddit"].error
    assert refusal is not None
    assert refusal.code == "needs_keys"
    with store.read() as connection:
        kept = get_source(connection, by_kind["reddit"].source.id)
    assert kept is not None
    assert (kept.error_code, kept.failures, kept.last_success) == ("needs_keys", 1, None)
    assert kept.next_check is not None
    assert kept.next_check >= NOW + timedelta(hours=6)
    sentence = error_sentence("needs_keys")
    assert all(word in sentence for word in ("reddit.com/prefs/apps", "archive", "feed"))


def thing(n: int, place: str = "pots", **more: Any) -> dict[str, Any]:
    link = f"/r/{place}/comments/{n}/"
    said = {"id": str(n), "name": f"t3_{n}", "title": f"Title {n}", "selftext": "Words", "author": "ana", "score": 1}
    where = {"subreddit": place, "permalink": link, "created_utc": ago(n).timestamp()}
    return {"kind": "t3", "data": {**said, **where, **more}}


def test_several_subreddits_at_once(settings: Settings, serve: Serve) -> None:
    """With and without keys; what was deleted is no post."""

    async def answer(request: web.Request) -> web.Response:
        if request.path.endswith("access_token"):
            return web.json_response({"access_token": "t", "token_type": "bearer", "expires_in": 3600, "scope": "*"})
        if request.path == "/r/pots+clay_work/new/.rss":
            said = [("t3_1", "pots", "One"), ("t3_2", "clay_work", "Two"), ("t3_3", "pots", "[deleted by user]")]
            entries = "".join(
                f"<entry><id>{name}</id><title>{title}</title><author><name>/u/[deleted]</name></author>"
                f"<link href='https://www.reddit.com/r/{place}/comments/{name[3:]}/x/'/></entry>"
                for name, place, title in said
            )
            return web.Response(text=f'<feed xmlns="http://www.w3.org/2005/Atom"><title>r</title>{entries}</feed>')
        assert request.path.startswith("/r/pots+clay_work/new")
        children = [thing(1), thing(2, "clay_work"), thing(3, selftext="[removed]"), thing(4, author="[deleted]")]
        children.append(thing(5, title="[deleted by user]", selftext=""))
        return web.json_response({"kind": "Listing", "data": {"after": None, "children": children}})

    url = serve(answer).url
    source = Source(1, "reddit", "r/pots+clay_work/new")
    with_keys = fetched(settings, source, KEYS, reddit=url, reddit_login=url)
    assert [post.native_id for post in with_keys.posts] == ["t3_1", "t3_2", "t3_4"]
    assert {post.community for post in with_keys.posts} == {"r/pots", "r/clay_work"}
    assert told(with_keys.posts, "t3_4").author == ""
    assert set(with_keys.removed) == {"t3_3", "t3_5"}
    without = fetched(settings, source, reddit_feed=url)
    assert [(post.native_id, post.community, post.author) for post in without.posts] == [
        ("t3_1", "r/pots", ""),
        ("t3_2", "r/clay_work", ""),
    ]


@pytest.mark.parametrize(("folded", "note"), [(3, ""), (40, "folded 50")])
def test_comments_that_a_thread_folds_away(settings: Settings, serve: Serve, folded: int, note: str) -> None:
    """Each is asked for, up to a bound; how many are left is told."""

    def comment(name: str) -> dict[str, Any]:
        said = {"id": name, "name": f"t1_{name}", "body": f"Comment {name}", "author": "bob", "subreddit": "pots"}
        where = {"link_id": "t3_ab", "parent_id": "t3_ab", "created_utc": ago(1).timestamp(), "replies": ""}
        return {"kind": "t1", "data": {**said, **where}}

    async def answer(request: web.Request) -> web.Response:
        if request.path.endswith("access_token"):
            return web.json_response({"access_token": "t", "token_type": "bearer", "expires_in": 3600, "scope": "*"})
        if request.path.startswith("/api/morechildren"):
            names = (await request.post()).get("children") or request.query["children"]
            things = [comment(name) for name in str(names).split(",")]
            return web.json_response({"json": {"errors": [], "data": {"things": things}}})
        of_each = {f"m{n}": [f"m{n}x{i}" for i in range(5)] for n in range(folded)}
        more = [
            {"kind": "more", "data": {"id": name, "count": 5, "parent_id": "t3_ab", "children": children}}
            for name, children in of_each.items()
        ]
        listed = [comment("c1"), *more]
        return web.json_response(
            [
                {"kind": "Listing", "data": {"children": [thing(1, id="ab", name="t3_ab")]}},
                {"kind": "Listing", "data": {"children": listed}},
            ]
        )

    url = serve(answer).url
    result = fetched(settings, Source(1, "reddit", "comments/ab"), KEYS, reddit=url, reddit_login=url)
    names = [post.native_id for post in result.posts]
    assert len(names) == len(set(names)) == 2 + 5 * min(folded, 30)
    assert (result.error, result.changes["note"]) == (None, note)


# --- Feeds -------------------------------------------------------------------------------------------------------

TWICE = [
    ("&lt;p&gt;Pots &amp;amp; pans&lt;/p&gt;", "", "Pots & pans"),
    ("&lt;p&gt;Pots&lt;/p&gt;", "Pots, as text", "Pots, as text"),
    ('&lt;div class="x"&gt;One&lt;br/&gt;Two&lt;/div&gt;\n', "", "One\nTwo"),
    ("Write &lt;b&gt; for bold", "Write <b> for bold", "Write <b> for bold"),
    ("Write &lt;b&gt; for bold", "", "Write <b> for bold"),
    ("&lt;script&gt; is a tag", "", "<script> is a tag"),
    ("&lt;p&gt;&lt;/p&gt;", "", "<p></p>"),  # words on a tag, and no others
    ("<p>Write &lt;p&gt;x&lt;/p&gt;</p>", "Other", "Write <p>x</p>"),
]


@pytest.mark.parametrize(("html", "text", "plain"), TWICE)
def test_html_that_was_escaped_twice(html: str, text: str, plain: str) -> None:
    item = {"id": "1", "content_html": html, **({"content_text": text} if text else {})}
    body = json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "t", "items": [item]})
    forms = [parse_feed(body.encode(), "https://site.example/feed.json")]
    if not text:
        rss = f"<rss><channel><item><guid>1</guid><description>{escape(html)}</description></item></channel></rss>"
        content = f'<content type="html">{escape(html)}</content>'
        atom = f'<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>1</id>{content}</entry></feed>'
        forms += [parse_feed(form.encode(), "https://site.example/feed.xml") for form in (rss, atom)]
    for feed in forms:
        (post,) = feed.posts
        assert (plain_text(post.text) if post.plain is None else post.plain) == plain


@pytest.mark.parametrize(
    "author",
    ["noreply@blogger.com (Tom Klay)", "Tom Klay <tom@site.example>", "tom@site.example (Tom Klay)", "Tom Klay"],
)
def test_an_author_is_a_name(author: str) -> None:
    rss = f"<rss><channel><item><title>t</title><author>{escape(author)}</author></item></channel></rss>"
    assert parse_feed(rss.encode(), "https://site.example/feed.xml").posts[0].author == "Tom Klay"

"""Recorded exchanges of the real services, replayed from loopback through the real client code, PRAW included."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from data.credentials import Credentials, Secret
from data.models import Source
from data.settings import Settings
from data.store import Store
from data.usage import Meter
from sources.base import FetchResult
from sources.collect import SOURCES
from sources.errors import SourceError
from sources.http import Client
from sources.kinds.bluesky import read_thread
from sources.kinds.discourse import parse_posts
from tests.conftest import NOW, Handler, Loopback
from tests.replay import cassette, credentials

pytestmark = pytest.mark.corpora
Serve = Callable[[Any], Loopback]
REDDIT = {"reddit": {"client_id": "id", "client_secret": "secret"}}


def fetched(
    settings: Settings, source: Source, given: Credentials, bases: dict[str, str], meter: Meter | None = None
) -> FetchResult:
    async def run() -> FetchResult:
        async with Client(settings, given, meter, base_urls=bases) as client:
            return await SOURCES[source.kind].fetch(client, source, NOW)

    return asyncio.run(run())


def reddit(settings: Settings, serve: Serve, recording: Path, address: str) -> FetchResult:
    url = serve(cassette(recording)).url
    source = Source(1, "reddit", address)
    return fetched(settings, source, credentials(REDDIT), {"reddit": url, "reddit_login": url})


@pytest.mark.parametrize(
    ("recording", "address", "least"),
    [
        ("TestSubredditListings.test_new", "r/askreddit/new", 90),
        ("TestSubreddit.test_search", "search:praw oauth search", 1),
        ("TestSubmission.test_comments", "comments/2gmzqe", 2),
        ("TestCommentForest.test_replace__all_with_comment_sort", "comments/3hahrw", 300),
    ],
)
def test_reddit(settings: Settings, serve: Serve, corpora: Path, recording: str, address: str, least: int) -> None:
    result = reddit(settings, serve, corpora / f"reddit_cassettes/{recording}.json", address)
    assert result.error is None
    assert len(result.posts) >= least
    for post in result.posts:
        assert post.native_id.startswith(("t3_", "t1_"))
        assert post.root_id.startswith("t3_")
        assert (post.parent_id == "") == post.native_id.startswith("t3_")
        assert post.published_at is not None
        assert post.community.startswith("r/")
        assert post.text not in {"[deleted]", "[removed]"}
        assert post.engagement.score is not None
    if address.startswith("comments/"):
        threads = {post.native_id for post in result.posts}
        replies = [post for post in result.posts if post.parent_id.startswith("t1_")]
        assert all(post.parent_id in threads or post.parent_id in result.removed for post in replies[:50])


def test_reddit_that_is_not_there(settings: Settings, serve: Serve, corpora: Path) -> None:
    path = corpora / "reddit_cassettes/TestSubreddit.test_traffic__not_public.json"
    with pytest.raises(SourceError) as raised:
        reddit(settings, serve, path, "r/announcements/new")
    assert raised.value.code == "not_found"


@pytest.mark.parametrize(
    ("recording", "path"),
    [
        ("test_public_tl_anonymous", "public"),
        ("test_public_tl", "public/local"),
        ("test_list_timeline", "lists/6"),
        ("test_fetch_next_previous", "@mastodonpy_test"),
    ],
)
def test_mastodon(settings: Settings, serve: Serve, corpora: Path, recording: str, path: str) -> None:
    replay = cassette(corpora / f"mastodon_cassettes/{recording}.yaml")

    async def answer(request: web.Request) -> web.Response:
        if request.path == "/api/v1/accounts/lookup":
            return web.json_response({"id": "117020565966271181"})
        return await replay(request)

    source = Source(1, "mastodon", f"{serve(answer).url}/{path}")
    result = fetched(settings, source, Credentials(), {})
    assert result.error is None
    assert result.posts
    for post in result.posts:
        assert post.native_id.startswith("http://localhost:3000/ap/")  # the uri, not the local id
        assert "@" in post.author
        assert post.published_at is not None
        assert (post.engagement.score, post.engagement.comments) != (None, None)
    assert json.loads(result.changes["cursor"])["after"].isdigit()


def test_mastodon_pages_are_followed(settings: Settings, serve: Serve, corpora: Path) -> None:
    """The recorded account was read five statuses at a time: max_id leads from one page to the next."""
    replay = cassette(corpora / "mastodon_cassettes/test_fetch_next_previous.yaml")

    async def answer(request: web.Request) -> web.Response:
        if request.path == "/api/v1/accounts/lookup":
            return web.json_response({"id": "117020565966271181"})
        return await replay(request)

    server = serve(answer)
    fetched(settings, Source(1, "mastodon", f"{server.url}/@mastodonpy_test"), Credentials(), {})
    assert any("max_id=117020580489281910" in request for request in server.requests)


def test_mastodon_without_a_token_is_explained(settings: Settings, serve: Serve, corpora: Path) -> None:
    async def answer(request: web.Request) -> web.Response:
        if "tag" in request.path:
            return web.json_response({"error": "This method requires an authenticated user"}, status=422)
        return web.json_response({"error": "The access token is invalid"}, status=401)

    url = serve(answer).url
    for path, code in (("tags/x", "needs_account"), ("public", "bad_credentials")):
        with pytest.raises(SourceError) as raised:
            fetched(settings, Source(1, "mastodon", f"{url}/{path}"), Credentials(), {})
        assert raised.value.code == code


def youtube_files(corpora: Path, failing: str = "") -> Handler:
    folder = corpora / "youtube/apidata"
    files = {
        ("playlistItems", ""): "playlist_items/playlist_items_paged_1.json",
        ("playlistItems", "CAoQAA"): "playlist_items/playlist_items_paged_2.json",
        ("search", ""): "search/search_by_keywords_p1.json",
        ("search", "CBkQAA"): "search/search_by_keywords_p2.json",
        ("commentThreads", ""): "comment_threads/comment_threads_by_video_paged_1.json",
        ("channels", ""): "channel_info_single.json",
        ("videos", ""): "videos/videos_info_multi.json",
    }

    async def answer(request: web.Request) -> web.Response:
        method = request.path.rpartition("/")[2]
        if failing:
            status = 400 if "error_response" in failing else 403
            return web.Response(body=(corpora / "youtube" / failing).read_bytes(), status=status)
        name = files.get((method, request.query.get("pageToken", "")))
        if name is None:
            return web.json_response({"items": []})
        return web.Response(body=(folder / name).read_bytes(), content_type="application/json")

    return answer


YOUTUBE = Credentials({("youtube", "", "key"): Secret("key-of-the-project")})


@pytest.mark.parametrize(
    ("address", "least"), [("playlist:PL1", 12), ("search:surfing", 49), ("comments:F1UP7wRCPH8", 5)]
)
def test_youtube(settings: Settings, store: Store, serve: Serve, corpora: Path, address: str, least: int) -> None:
    server = serve(youtube_files(corpora))
    old = json.dumps({"newest": 1})  # the recordings are years old: read them all
    source = Source(1, "youtube", address, cursor=old)
    result = fetched(settings, source, YOUTUBE, {"youtube": server.url}, Meter(store))
    assert result.error is None
    assert len(result.posts) >= least
    for post in result.posts:
        assert post.published_at is not None
        assert post.url.startswith("https://www.youtube.com/watch?v=")
        assert post.title or post.text
    costs = [100 if "/search" in request else 1 for request in server.requests]
    from data.usage import latest_usage

    with store.read() as connection:
        assert latest_usage(connection)["youtube"].used == sum(costs)


@pytest.mark.parametrize(
    ("recording", "code"),
    [("error_response.json", "bad_credentials"), ("apidata/error_permission_resp.json", "forbidden")],
)
def test_youtube_refusals(settings: Settings, serve: Serve, corpora: Path, recording: str, code: str) -> None:
    server = serve(youtube_files(corpora, recording))
    with pytest.raises(SourceError) as raised:
        fetched(settings, Source(1, "youtube", "playlist:PL1"), YOUTUBE, {"youtube": server.url})
    assert raised.value.code == code


def test_youtube_stops_at_its_quota(settings: Settings, store: Store, serve: Serve, corpora: Path) -> None:
    server = serve(youtube_files(corpora))
    poor = replace(settings, youtube_daily_quota=150)
    source = Source(1, "youtube", "search:surfing")
    first = fetched(poor, source, YOUTUBE, {"youtube": server.url}, Meter(store))
    assert first.posts
    with pytest.raises(SourceError) as raised:
        fetched(poor, source, YOUTUBE, {"youtube": server.url}, Meter(store))
    assert raised.value.code == "quota"
    assert sum("/search" in request for request in server.requests) == 1


def test_discourse(settings: Settings, serve: Serve, corpora: Path) -> None:
    folder = corpora / "discourse/fixtures"

    async def answer(request: web.Request) -> web.Response:
        name = {"/posts.json": "posts_latest.json", "/t/57.json": "topic.json"}.get(request.path)
        if request.query.get("before"):
            name = "posts_before.json"
        if request.path == "/t/57/posts.json":
            name = "topic_posts.json"
        if name is None:
            return web.json_response({"errors": ["not found"]}, status=404)
        return web.Response(body=(folder / name).read_bytes(), content_type="application/json")

    url = serve(answer).url
    old = json.dumps({"newest": 1})
    forum = fetched(settings, Source(1, "discourse", url, cursor=old), Credentials(), {})
    assert len(forum.posts) >= 4
    assert all(post.plain and post.author and post.published_at for post in forum.posts)
    topic = fetched(settings, Source(1, "discourse", f"{url}/t/sandbox/57"), Credentials(), {})
    assert topic.posts[0].native_id == f"{url}/p/83"
    assert topic.posts[0].title
    assert all(post.root_id == f"{url}/t/57/1" for post in topic.posts)
    listed = json.loads((folder / "topic_posts.json").read_text())
    assert parse_posts(listed["post_stream"]["posts"], url).posts


def test_bluesky(settings: Settings, serve: Serve, corpora: Path) -> None:
    folder = corpora / "bluesky/test_atproto_client/models/test_data"
    body = (folder / "thread_view_post_with_embed_media.json").read_bytes()

    async def answer(request: web.Request) -> web.Response:
        return web.Response(body=body, content_type="application/json")

    url = serve(answer).url
    address = "thread:at://did:plc:kvwvcn5iqfooopmyzvb4qzba/app.bsky.feed.post/3kaheyt6vpc22"
    result = fetched(settings, Source(1, "bluesky", address), Credentials(), {"bluesky": url})
    (post,) = result.posts
    assert post.native_id == address.removeprefix("thread:")
    assert (post.author, post.lang, post.root_id) == ("test.marshal.dev", "en", post.native_id)
    assert post.url == "https://bsky.app/profile/test.marshal.dev/post/3kaheyt6vpc22"
    assert read_thread({}).posts == []

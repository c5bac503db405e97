"""What is particular to single kinds: limits they announce, validators, robots, changes of a page, exports."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import web

from data.credentials import Credentials
from data.models import Source
from data.settings import Settings
from data.store import Store
from sources.base import FetchResult
from sources.collect import SOURCES
from sources.errors import SourceError
from sources.files.posts import posts_of, preview
from sources.files.rows import BadRow
from sources.http import Client
from sources.kinds.webpage import article_links, sitemap_links
from sources.refusals import rate_pause
from tests.conftest import NOW, Loopback
from tests.replay import credentials

Serve = Callable[[Any], Loopback]


def fetched(settings: Settings, source: Source, given: Credentials, **bases: str) -> FetchResult:
    async def run() -> FetchResult:
        async with Client(settings, given, base_urls=bases) as client:
            return await SOURCES[source.kind].fetch(client, source, NOW)

    return asyncio.run(run())


def test_reddit_that_has_had_enough_is_left_alone(settings: Settings, serve: Serve) -> None:
    """What came is kept; PRAW never sleeps for the five minutes that the answer asks for."""

    async def answer(request: web.Request) -> web.Response:
        if request.path.endswith("access_token"):
            return web.json_response({"access_token": "t", "token_type": "bearer", "expires_in": 3600, "scope": "*"})
        start = int(request.query.get("after", "t3_0")[3:])
        children = [
            {
                "kind": "t3",
                "data": {
                    "id": str(n),
                    "name": f"t3_{n}",
                    "title": "t",
                    "selftext": "s",
                    "author": "a",
                    "subreddit": "x",
                    "permalink": f"/r/x/comments/{n}/",
                    "created_utc": NOW.timestamp() - n,
                    "score": 1,
                    "num_comments": 0,
                },
            }
            for n in range(start + 1, start + 101)
        ]
        listing = {"kind": "Listing", "data": {"after": f"t3_{start + 100}", "children": children}}
        limits = {"x-ratelimit-remaining": "0", "x-ratelimit-used": "600", "x-ratelimit-reset": "300"}
        return web.json_response(listing, headers=limits)

    server = serve(answer)
    given = credentials({"reddit": {"client_id": "id2", "client_secret": "s"}})
    source = Source(1, "reddit", "r/python/new")
    result = fetched(settings, source, given, reddit=server.url, reddit_login=server.url)
    assert len(result.posts) == 100
    assert result.error is not None
    assert result.error.code == "too_many_requests"
    assert 250 < (result.error.retry_after or 0) <= 300
    asked = len(server.requests)
    # Each run has threads of its own: another one knows it too, and asks nothing.
    with pytest.raises(SourceError) as refused:
        fetched(settings, source, given, reddit=server.url, reddit_login=server.url)
    assert refused.value.code == "too_many_requests"
    assert len(server.requests) == asked


def test_backoff_of_stack_exchange_is_obeyed(settings: Settings, serve: Serve) -> None:
    question = {"question_id": 1, "title": "t", "body": "b", "creation_date": int(NOW.timestamp()), "answer_count": 3}

    async def answer(request: web.Request) -> web.Response:
        wrapper = {"has_more": True, "backoff": 20, "quota_max": 300, "quota_remaining": 9}
        return web.json_response({"items": [question], **wrapper})

    server = serve(answer)
    source = Source(1, "stackexchange", "stackoverflow:tag:x", cursor='{"newest": 1}')
    result = fetched(settings, source, Credentials(), stackexchange=server.url)
    assert len(server.requests) == 1  # neither answers nor a second page while it asks to wait
    assert result.error is None  # a wait is no failure
    assert (result.more, result.wait) == (True, 20)
    assert [post.native_id for post in result.posts] == ["stackoverflow/q/1"]


def test_github_is_asked_whether_anything_changed(settings: Settings, serve: Serve) -> None:
    release = {"id": 1, "name": "1", "tag_name": "1", "body": "b", "published_at": NOW.isoformat()}

    async def answer(request: web.Request) -> web.Response:
        if request.headers.get("If-None-Match") == '"v1"':
            return web.Response(status=304)
        return web.json_response([release], headers={"ETag": '"v1"'})

    server = serve(answer)
    source = Source(1, "github", "releases:acme/tool")
    first = fetched(settings, source, Credentials(), github=server.url)
    assert len(first.posts) == 1
    known = replace(source, etag=str(first.changes["etag"]), cursor=str(first.changes["cursor"]))
    before = len(server.requests)
    assert fetched(settings, known, Credentials(), github=server.url).unchanged
    assert len(server.requests) - before == 1


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"x-ratelimit-remaining": "3", "x-ratelimit-reset": "60"}, 0),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "60"}, 60),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(NOW.timestamp()) + 90)}, 90),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "2026-06-15T12:02:00.123Z"}, 120.123),
        ({"x-rate-limit-remaining": "0", "x-rate-limit-reset": "soon"}, 60),
        ({"ratelimit-remaining": "0.0", "ratelimit-reset": str(10**12)}, 3_600),
        ({"x-ratelimit-remaining": "many"}, 60),
        ({}, 0),
    ],
)
def test_limits_are_read_in_every_form(headers: dict[str, str], seconds: float) -> None:
    assert rate_pause(headers, NOW) == pytest.approx(seconds)


ARTICLE = (
    "<article><h1>{0}</h1><p>" + "This sentence says what happened in some detail for readers. " * 6 + "</p></article>"
)


def test_a_site_with_a_sitemap_brings_its_new_pages(settings: Settings, store: Store, serve: Serve) -> None:
    pages = ["first-page-of-all", "second-page-of-all"]

    async def answer(request: web.Request) -> web.Response:
        if request.path == "/robots.txt":
            return web.Response(text=f"User-agent: *\nSitemap: http://{request.host}/map.xml\n")
        if request.path == "/map.xml":
            entries = "".join(
                f"<url><loc>http://{request.host}/news/{p}</loc><lastmod>2026-06-1{n}</lastmod></url>"
                for n, p in enumerate(pages)
            )
            return web.Response(text=f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</urlset>')
        name = request.path.rpartition("/")[2]
        body = ARTICLE.format(name) if name in pages else "<p>Welcome</p>"
        return web.Response(text=f"<html><title>{name or 'News'}</title>{body}</html>", content_type="text/html")

    server = serve(answer)
    source = Source(1, "web", f"{server.url}/news")
    first = fetched(settings, source, Credentials())
    assert {post.url.rpartition("/")[2] for post in first.posts} == set(pages)
    pages.append("third-page-of-all")
    known = replace(source, cursor=str(first.changes["cursor"]))
    second = fetched(settings, known, Credentials())
    assert [post.url.rpartition("/")[2] for post in second.posts] == ["third-page-of-all"]
    again = fetched(settings, replace(known, cursor=str(second.changes["cursor"])), Credentials())
    assert again.unchanged


def test_a_lone_page_brings_its_changes_exactly(settings: Settings, serve: Serve) -> None:
    lines = [
        "The museum opens at nine in the morning on every day of the week but Monday.",
        "Tickets are sold at the entrance and cost eight euros for everyone over twelve.",
    ]

    async def answer(request: web.Request) -> web.Response:
        if request.path == "/page":
            body = "".join(f"<p>{line}</p>" for line in lines)
            return web.Response(
                text=f"<html><title>Hours</title><article>{body}</article></html>", content_type="text/html"
            )
        return web.Response(status=404)

    source = Source(1, "web", f"{serve(answer).url}/page")
    first = fetched(settings, source, Credentials())
    assert first.posts[0].text == "\n".join(lines)
    known = replace(source, cursor=str(first.changes["cursor"]))
    assert fetched(settings, known, Credentials()).unchanged
    lines.append("From July on, the museum will also open on Monday afternoons from two to six.")
    (change,) = fetched(settings, known, Credentials()).posts
    assert change.text == lines[2]
    assert change.published_at == NOW


def test_robots_are_obeyed(settings: Settings, serve: Serve) -> None:
    rules = {"text": "User-agent: *\nDisallow: /", "status": 200}

    async def answer(request: web.Request) -> web.Response:
        if request.path == "/robots.txt":
            return web.Response(text=str(rules["text"]), status=int(str(rules["status"])))
        return web.Response(text=f"<html>{ARTICLE}</html>", content_type="text/html")

    server = serve(answer)
    source = Source(1, "web", f"{server.url}/page")
    with pytest.raises(SourceError) as raised:
        fetched(settings, source, Credentials())
    assert raised.value.code == "robots"
    assert server.requests == ["/robots.txt"]
    rules["status"] = 500  # a faulty server allows nothing (RFC 9309)
    with pytest.raises(SourceError):
        fetched(settings, source, Credentials())
    rules["status"] = 404
    assert fetched(settings, source, Credentials()).posts


def test_links_and_sitemaps_that_are_hostile() -> None:
    page = (
        b'<a href="javascript:alert(1)">x</a><a href="//evil.example/a-b-c-d">x</a><a href="/a-long-story-here#x">y</a>'
    )
    page += b'<a href="http://[bad">z</a><a href="/tag/a-b-c">t</a><a href="/files/a-b-c.pdf">p</a>'
    assert article_links(page, "https://here.example/") == ["https://here.example/a-long-story-here"]
    entity = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><urlset><url><loc>&e;</loc></url></urlset>'
    assert sitemap_links(entity) == ([], [])
    assert sitemap_links(b"not xml") == ([], [])


# The first lines of each export, as its network writes them.
EXPORTED = {
    "linkedin": (
        "Post title,Post link,Post type,Created date,Posted by,Impressions,Clicks,Likes,Comments,Reposts\n"
        "We moved!,https://www.linkedin.com/feed/update/urn:li:activity:1,Organic,06/15/2026,Ana,900,10,40,3,2\n",
        ("We moved!", "2026-06-15", 40, 3, 2, 900),
    ),
    "tiktok": (
        "Video title,Video link,Post time,Total likes,Total comments,Total shares,Total views\n"
        "How we pack,https://www.tiktok.com/@acme/video/1,2026-06-15,12,1,0,3000\n",
        ("How we pack", "2026-06-15", 12, 1, 0, 3000),
    ),
    "facebook": (
        "Post ID,Page ID,Page name,Title,Description,Publish time,Permalink,Post type,Reactions,Comments,Shares,Views\n"
        "77,5,Acme,Title,Open on Sunday,06/15/2026 10:00,https://www.facebook.com/77,Photos,9,2,1,500\n",
        ("Open on Sunday", "2026-06-15", 9, 2, 1, 500),
    ),
    "instagram": (
        "Post ID,Account ID,Account username,Account name,Description,Publish time,Permalink,"
        "Likes,Comments,Shares,Views\n"
        "78,6,acme,Acme,New pots,06/15/2026 10:00,https://www.instagram.com/p/78,19,4,0,700\n",
        ("New pots", "2026-06-15", 19, 4, 0, 700),
    ),
    "x": (
        "Post id,Date,Post text,Post Link,Impressions,Likes,Replies,Reposts\n"
        '190,"Mon, Jun 15, 2026",Hello & welcome,https://x.com/acme/status/190,800,7,1,3\n',
        ("Hello & welcome", "2026-06-15", 7, 1, 3, 800),
    ),
    "youtube": (
        "Comment ID,Channel ID,Comment create timestamp,Price,Parent comment ID,Video ID,Comment text\n"
        "Ug1,UC1,2026-06-15T08:00:00+00:00,0,,AAAAAAAAAAA,Great video\n",
        ("Great video", "2026-06-15", None, None, None, None),
    ),
}


@pytest.mark.parametrize("network", EXPORTED)
def test_exports_of_closed_networks_are_recognised(network: str) -> None:
    content, wanted = EXPORTED[network]
    stream = io.BytesIO(content.encode())
    guess = preview(stream, "export.csv").guess
    assert guess.network == network
    ((_, post),) = list(posts_of(stream, "export.csv", guess))
    assert not isinstance(post, BadRow)
    assert post.published_at is not None
    e = post.engagement
    assert (post.text, post.published_at.date().isoformat(), e.score, e.comments, e.shares, e.views) == wanted
    assert post.source_kind == network


def test_a_table_of_ones_own_is_no_export() -> None:
    guess = preview(io.BytesIO(b"date,message,link\n2026-06-15,hello there,https://a.example\n"), "a.csv").guess
    assert (guess.network, guess.columns["text"]) == ("", "message")

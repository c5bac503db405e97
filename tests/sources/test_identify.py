"""One box: whatever is pasted is understood, or answered with why not and what would work."""

from __future__ import annotations

import asyncio
import stat
from collections.abc import Callable
from typing import Any

import pytest
from aiohttp import web

from data.credentials import (
    Credentials,
    CredentialsError,
    Secret,
    credentials_path,
    keep_address_secret,
    load_credentials,
)
from data.settings import Settings
from data.source_list import all_sources
from data.store import Store
from sources.collect import SOURCES, collect
from sources.discovery import follow, look
from sources.errors import SourceError, mask_secrets
from sources.http import Client
from sources.identify import SHORT_FORMS, NotUnderstood, identify, nearest_host, take_secret
from tests.conftest import NOW, Loopback

Serve = Callable[[Any], Loopback]

UNDERSTOOD = {
    "r/CommunityManager": ("reddit", "r/CommunityManager/new"),
    "/r/python/": ("reddit", "r/python/new"),
    "u/spez": ("reddit", "user/spez"),
    "https://www.reddit.com/r/python/top/?t=week": ("reddit", "r/python/top"),
    "https://old.reddit.com/r/python/comments/abc12/some_title/": ("reddit", "comments/abc12"),
    "https://www.reddit.com/search/?q=vigie": ("reddit", "search:vigie"),
    "reddit: our brand": ("reddit", "search:our brand"),
    "#opensource": ("mastodon", "https://mastodon.social/tags/opensource"),
    "#jardin@piaille.fr": ("mastodon", "https://piaille.fr/tags/jardin"),
    "@lea@piaille.fr": ("mastodon", "https://piaille.fr/@lea"),
    "https://piaille.fr/@lea": ("mastodon", "https://piaille.fr/@lea"),
    "https://piaille.fr/tags/velo": ("mastodon", "https://piaille.fr/tags/velo"),
    "!jardin@lemmy.world": ("lemmy", "https://lemmy.world/c/jardin"),
    "https://lemmy.world/c/technology": ("lemmy", "https://lemmy.world/c/technology"),
    "jo.bsky.social": ("bluesky", "author:jo.bsky.social"),
    "@jo.example.org": ("bluesky", "author:jo.example.org"),
    "https://bsky.app/profile/jo.example.org/post/3kabc": (
        "bluesky",
        "thread:at://jo.example.org/app.bsky.feed.post/3kabc",
    ),
    "https://bsky.app/search?q=vigie": ("bluesky", "search:vigie"),
    "https://www.youtube.com/@GoogleDevelopers": ("youtube", "channel:@GoogleDevelopers"),
    "https://www.youtube.com/channel/UC_x5XG1OV2P6uZZ5FSM9Ttw": ("youtube", "channel:UC_x5XG1OV2P6uZZ5FSM9Ttw"),
    "https://youtu.be/AAAAAAAAAAA": ("youtube", "comments:AAAAAAAAAAA"),
    "https://m.youtube.com/watch?v=AAAAAAAAAAA&t=3": ("youtube", "comments:AAAAAAAAAAA"),
    "https://www.youtube.com/playlist?list=PL123": ("youtube", "playlist:PL123"),
    "hn": ("hackernews", "front_page"),
    "hn: streamlit": ("hackernews", "search:streamlit"),
    "https://news.ycombinator.com/item?id=4100": ("hackernews", "item:4100"),
    "https://twitter.com/vigie": ("x", "account:vigie"),
    "https://x.com/search?q=%23velo": ("x", "search:#velo"),
    "https://www.facebook.com/AtelierVert/": ("facebook", "AtelierVert"),
    "https://www.instagram.com/ateliervert": ("instagram", "ateliervert"),
    "https://github.com/acme/tool": ("github", "releases:acme/tool"),
    "https://github.com/acme/tool/discussions/3": ("github", "discussions:acme/tool"),
    "https://github.com/topics/llm": ("github", "search:topic:llm stars:>10"),
    "https://stackoverflow.com/questions/tagged/python": ("stackexchange", "stackoverflow:tag:python"),
    "https://gardening.stackexchange.com/questions/tagged/tomato": ("stackexchange", "gardening:tag:tomato"),
    "https://meta.discourse.org/t/some-title/1234/5": ("discourse", "https://meta.discourse.org/t/some-title/1234"),
    "https://forum.example/c/support/6": ("discourse", "https://forum.example/c/support/6"),
    "https://medium.com/@someone": ("feed", "https://medium.com/feed/@someone"),
    "https://dev.to/t/python": ("feed", "https://dev.to/feed/tag/python"),
    "https://platformer.substack.com/p/x": ("feed", "https://platformer.substack.com/feed"),
    "devto: python": ("feed", "https://dev.to/feed/tag/python"),
    "medium-user: @someone": ("feed", "https://medium.com/feed/@someone"),
    "producthunt: design-tools": ("feed", "https://www.producthunt.com/feed?category=design-tools"),
    "https://podcasts.apple.com/us/podcast/id1200361736": ("podcast", "1200361736"),
    "example.org/blog": ("feed", "https://example.org/blog"),
    "https://example.org/feed.xml": ("feed", "https://example.org/feed.xml"),
}


@pytest.mark.parametrize("pasted", UNDERSTOOD)
def test_what_is_pasted_is_understood(pasted: str) -> None:
    first = identify(f"  {pasted} ")[0]
    assert (first.kind, first.address) == UNDERSTOOD[pasted]
    assert first.kind in SOURCES or first.kind == "podcast"


REFUSED = {
    "": "not_understood",
    "what people say of us": "not_understood",
    "@name": "handle_alone",
    "javascript:alert(1)": "not_understood",
    "file:///etc/passwd": "not_understood",
    "ftp://example.org/feed": "not_understood",
    "https://www.linkedin.com/company/acme": "closed_network",
    "tiktok.com/@acme": "closed_network",
    "https://[bad": "bad_address",
}


@pytest.mark.parametrize("pasted", REFUSED)
def test_what_is_not_is_refused_with_something_that_would_work(pasted: str) -> None:
    with pytest.raises(NotUnderstood) as raised:
        identify(pasted)
    assert raised.value.code == REFUSED[pasted]
    if raised.value.code in {"not_understood", "handle_alone"}:
        assert identify(raised.value.nearest)


def test_hostile_text_never_breaks_the_box(corpora: Any) -> None:
    import json

    strings = json.loads((corpora / "hostile/blns.json").read_text(encoding="utf-8"))
    strings += (corpora / "hostile/xss.txt").read_text(encoding="utf-8", errors="replace").splitlines()
    for text in strings:
        try:
            for candidate in identify(text):
                assert candidate.address
        except NotUnderstood:
            continue


def test_short_forms_give_addresses() -> None:
    for key, (_name, _pattern, example) in SHORT_FORMS.items():
        assert identify(f"{key}: {example}")


def asked(settings: Settings, pasted: str, **bases: str) -> Any:
    async def run() -> Any:
        async with Client(settings, base_urls=bases, preview=True) as client:
            return await look(client, pasted, NOW)

    return asyncio.run(run())


FEED = b'<rss version="2.0"><channel><title>Site</title><item><guid>1</guid><title>x</title></item></channel></rss>'


def test_a_site_shows_what_it_is(settings: Settings, serve: Serve) -> None:
    posts = {"latest_posts": [{"id": 1, "topic_id": 2, "cooked": "<p>hi</p>", "created_at": "2026-06-15T08:00:00Z"}]}
    article = "<p>" + "A sentence of some length that says what happened here today. " * 8 + "</p>"
    links = "".join(f'<a href="/2026/a-long-story-{n}">s</a>' for n in range(4))

    async def answer(request: web.Request) -> web.Response:
        path = request.path
        if path == "/forum" or path == "/forum/":
            return web.Response(text='<html><meta name="generator" content="Discourse 3.4">', content_type="text/html")
        if path == "/forum/posts.json":
            return web.json_response(posts)
        if path == "/blog":
            return web.Response(text=f"<html><title>Blog</title>{links}</html>", content_type="text/html")
        if path.startswith("/2026/"):
            return web.Response(text=f"<html><title>Story</title>{article}</html>", content_type="text/html")
        if path == "/wall":
            return web.Response(text="<html>Just a moment... captcha-delivery", content_type="text/html")
        return web.Response(body=FEED) if path == "/feed.xml" else web.Response(status=404)

    server = serve(answer)
    settings_here = settings
    forum = asked(settings_here, f"{server.url}/forum")
    assert (forum.kind, len(forum.newest)) == ("discourse", 1)
    feed = asked(settings_here, f"{server.url}/feed.xml")
    assert (feed.kind, feed.title) == ("feed", "Site")
    with pytest.raises(SourceError) as raised:
        asked(settings_here, f"{server.url}/wall")
    assert raised.value.code == "captcha"


def test_a_page_without_a_feed_is_watched(settings: Settings, serve: Serve) -> None:
    article = "<p>" + "A sentence of some length that says what happened here today. " * 8 + "</p>"
    links = "".join(f'<a href="/2026/a-long-story-{n}">s</a>' for n in range(4))

    async def answer(request: web.Request) -> web.Response:
        if request.path == "/blog":
            return web.Response(text=f"<html><title>Blog</title>{links}</html>", content_type="text/html")
        if request.path.startswith("/2026/"):
            return web.Response(text=f"<html><title>Story</title>{article}</html>", content_type="text/html")
        return web.Response(status=404)

    found = asked(settings, f"{serve(answer).url}/blog")
    assert (found.kind, found.title, len(found.newest)) == ("web", "Blog", 3)


def test_a_name_misspelt_gets_the_right_one(settings: Settings) -> None:
    assert nearest_host("redit.com/r/python") == "https://reddit.com/r/python"
    assert nearest_host("https://www.githb.com/acme/tool") == "https://github.com/acme/tool"
    assert nearest_host("https://example.org/") == ""
    with pytest.raises(SourceError) as raised:
        asked(settings, "https://nothing-here.invalid/r/python")
    assert raised.value.code == "unknown_host"


def test_a_channel_by_its_handle_needs_no_key(settings: Settings, serve: Serve) -> None:
    channel = "UC" + "a" * 22
    entry = '<entry><id>yt:video:AAAAAAAAAAA</id><title>A film</title><link href="https://www.youtube.com/watch?v=AAAAAAAAAAA"/></entry>'
    feed = f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Chan</title>{entry}</feed>'

    async def answer(request: web.Request) -> web.Response:
        if request.path == "/@chan":
            head = f'<link rel="alternate" type="application/rss+xml" href="/feeds/videos.xml?channel_id={channel}">'
            return web.Response(text=f"<html>{head}</html>", content_type="text/html")
        return web.Response(text=feed, content_type="application/xml")

    url = serve(answer).url
    found = asked(settings, "https://www.youtube.com/@chan", youtube_site=url, youtube_feed=f"{url}/feeds/videos.xml")
    assert (found.kind, found.address, found.note) == ("youtube", f"channel:{channel}", "limited")
    assert found.newest[0].native_id == "AAAAAAAAAAA"


def test_a_token_in_an_address_is_kept_apart(settings: Settings, store: Store, serve: Serve) -> None:
    token = "0123456789abcdef-private"

    async def answer(request: web.Request) -> web.Response:
        return web.Response(body=FEED) if request.query.get("token") == token else web.Response(status=403)

    server = serve(answer)
    found = asked(settings, f"{server.url}/feed.xml?user=me&token={token}")
    assert token not in found.address
    assert token not in repr(found)
    source, is_new = follow(store, settings, found, NOW)
    assert is_new
    path = credentials_path(settings)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    (outcome,) = asyncio.run(collect(store, settings, now=lambda: NOW))
    assert outcome.error is None
    server.handler = _always(500)
    (outcome,) = asyncio.run(collect(store, settings, now=lambda: NOW, only=[source.id]))
    assert token not in str(outcome.error)
    store.close()
    assert token.encode() not in store.path.read_bytes()
    with store.read() as connection:
        assert "{secret:" in all_sources(connection)[0].address


def _always(status: int) -> Any:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=status)

    return answer


def test_secrets_do_not_show_themselves() -> None:
    secret = Secret("hunter2-hunter2")
    assert "hunter2" not in f"{secret} {secret!r} {[secret]} {Credentials({('x', '', 'bearer'): secret})}"
    masked = mask_secrets("https://a.example/?user=1&access_token=hunter2&x=1 Authorization: Bearer hunter2")
    assert "hunter2" not in masked
    assert "user=1" in masked
    address, found = take_secret("https://www.reddit.com/.rss?feed=0123456789abcdef&user=me")
    assert found.reveal() == "0123456789abcdef"
    assert "0123456789abcdef" not in address


def test_credentials_come_from_a_file_or_the_environment(settings: Settings) -> None:
    path = credentials_path(settings)
    path.write_text('[reddit]\nclient_id = "a"\nclient_secret = "b"\n\n[mastodon."piaille.fr"]\ntoken = "t"\n')
    path.chmod(0o644)
    with pytest.raises(CredentialsError, match="chmod 600"):
        load_credentials(settings, {})
    path.chmod(0o600)
    found = load_credentials(
        settings, {"VIGIE_CREDENTIAL_YOUTUBE_KEY": "k", "VIGIE_CREDENTIAL_REDDIT_CLIENT_ID": "env"}
    )
    assert found.get("reddit", "client_id").reveal() == "env"
    assert found.has("reddit")
    assert found.get("mastodon", "token", "piaille.fr").reveal() == "t"
    assert not found.get("mastodon", "token", "evil.example")  # a token goes to its own instance only
    with pytest.raises(CredentialsError, match="Did you mean 'VIGIE_CREDENTIAL_YOUTUBE_KEY'"):
        load_credentials(settings, {"VIGIE_CREDENTIAL_YOUTUB_KEY": "k"})
    for content in ('[redit]\nx = "s3cret"', '[reddit]\nclient = "s3cret"', '[reddit]\nclient_id = s3cret"'):
        path.write_text(content)
        with pytest.raises(CredentialsError) as raised:
            load_credentials(settings, {})
        assert "s3cret" not in str(raised.value)


def test_an_address_secret_is_kept_once(settings: Settings) -> None:
    assert keep_address_secret(settings, "abcdefgh") == keep_address_secret(settings, "abcdefgh")
    assert credentials_path(settings).read_text().count("abcdefgh") == 1

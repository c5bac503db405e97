"""From what is pasted to a source that works: pages, feeds, forums, and names that only their network resolves."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import web

from data.credentials import Credentials, Secret
from data.models import Source
from data.settings import Settings
from sources.addresses.forums import place_of
from sources.addresses.pages import feed_links, sends_to
from sources.collect import SOURCES
from sources.discovery import Looked, look, look_at_each
from sources.errors import SourceError
from sources.http import Client
from sources.inflate import whole
from tests.conftest import NOW, Loopback

Serve = Callable[[Any], Loopback]
STORY = "<p>" + "A sentence of some length that says what happened in the orchard today. " * 8 + "</p>"


def feed_named(name: str) -> bytes:
    return (
        f'<rss version="2.0"><channel><title>{name}</title><item><guid>{name}-1</guid><title>Figs of {name}</title>'
        "</item></channel></rss>"
    ).encode()


def site(**paths: Any) -> Any:
    """A server of pages (text), feeds (bytes) and whole answers; a name holds `_` for `/`; else 404."""

    async def answer(request: web.Request) -> web.StreamResponse:
        held = paths.get(request.path_qs, paths.get(request.path))
        if isinstance(held, str):
            return web.Response(text=held, content_type="text/html")
        if isinstance(held, bytes):
            return web.Response(body=held, content_type="application/xml")
        return held() if callable(held) else web.Response(status=404)

    return answer


def asked(settings: Settings, pasted: str, credentials: Credentials | None = None, **bases: str) -> Any:
    async def run() -> Any:
        async with Client(settings, credentials, base_urls=bases, preview=True) as client:
            return await look(client, pasted, NOW)

    return asyncio.run(run())


def page(head: str = "", body: str = "", opening: str = "<html>") -> str:
    return f"{opening}<head>{head}</head><body>{body}</body></html>"


def alternate(href: str, kind: str = 'type="application/rss+xml"', title: str = "") -> str:
    return f'<link rel="alternate" {kind} title="{title}" href="{href}">'


ANNOUNCED = {
    "base": (page('<base href="/deep/">' + alternate("news.rss")), ["/deep/news.rss"]),
    "base elsewhere": (page('<base href="http://b.example/x/">' + alternate("f.xml")), ["http://b.example/x/f.xml"]),
    "base of another scheme": (page('<base href="javascript:x">' + alternate("f.xml")), ["/dir/f.xml"]),
    "capitals": (page('<LINK REL="Alternate" TYPE="Application/RSS+XML" HREF="f.xml">'), ["/dir/f.xml"]),
    "type with charset": (page(alternate("/f", 'type="application/atom+xml; charset=utf-8"')), ["/f"]),
    "json feed": (page(alternate("/f.json", 'type="application/feed+json"')), ["/f.json"]),
    "json of an interface": (page(alternate("/wp-json/", 'type="application/json"')), []),
    "json named a feed": (page(alternate("/x.json", 'type="application/json"', "JSON Feed")), ["/x.json"]),
    "text/xml": (page(alternate("/f", 'type="text/xml"')), ["/f"]),
    "no type": (page(alternate("/index.rss", "")), ["/index.rss"]),
    "no type, a language": (page(alternate("/fr/", 'hreflang="fr"')), []),
    "rel feed": (page('<link rel="feed" href="/f">'), ["/f"]),
    "comments last": (
        page(alternate("/a/feed", title="Figs » Comments Feed") + alternate("/b/feed", title="Figs » Feed")),
        ["/b/feed", "/a/feed"],
    ),
    "comments in French": (
        page(alternate("/a", title="Figs » Flux des commentaires") + alternate("/b", title="Figs » Flux")),
        ["/b", "/a"],
    ),
    "a section's own first": (page(alternate("/feed") + alternate("/dir/page/feed")), ["/dir/page/feed", "/feed"]),
    "links in the text": (page("", '<a href="/x/rss">RSS</a><a href="/about">x</a>'), ["/x/rss"]),
    "no web address": (page(alternate("javascript:alert(1)") + alternate("file:///etc/passwd")), []),
}


@pytest.mark.parametrize("name", ANNOUNCED)
def test_feeds_that_a_page_announces(name: str) -> None:
    html, wanted = ANNOUNCED[name]
    url = "http://a.example/dir/page"
    assert feed_links(html.encode(), url) == [w if "://" in w else f"http://a.example{w}" for w in wanted]


def test_feeds_in_the_header_of_an_answer() -> None:
    link = (
        '<https://a.example/wp-json/>; rel="https://api.w.org/", <f.xml>; rel="alternate"; type="application/rss+xml"'
    )
    assert feed_links(b"<html></html>", "https://a.example/x/", {"link": link}) == ["https://a.example/x/f.xml"]


SENT = {
    '<meta http-equiv="refresh" content="0; url=/new/">': "/new/",
    "<META HTTP-EQUIV=Refresh CONTENT=\"1;URL='../new'\">": "/new",
    '<meta http-equiv="refresh" content="0;/new">': "/new",
    '<base href="/b/"><meta http-equiv="refresh" content="0; url=new">': "/b/new",
    '<script>window.location.replace("/new");</script>': "/new",
    "<script>location.href = '/new'</script>": "/new",
    f"<script>location.href = '/new'</script>{STORY}": "",  # a page that has something to say
    '<meta http-equiv="refresh" content="300">': "",
    '<meta http-equiv="refresh" content="600; url=/new">': "",
    '<meta http-equiv="refresh" content="0; url=javascript:alert(1)">': "",
    '<meta http-equiv="refresh" content="0; url=file:///etc/passwd">': "",
    "<p>refresh your location</p>": "",
}


@pytest.mark.parametrize("html", SENT)
def test_where_a_page_sends_its_readers(html: str) -> None:
    found = sends_to(f"<html>{html}</html>".encode(), "http://a.example/dir/old")
    assert found.removeprefix("http://a.example") == SENT[html]


def test_pages_that_only_send_on_are_followed(settings: Settings, serve: Serve) -> None:
    server = serve(None)
    server.handler = site(
        **{
            "/old": page('<meta http-equiv="refresh" content="0; url=/older">'),
            "/older": page("", '<script>location.replace("/blog/")</script>'),
            "/blog/": page('<base href="/blog/2026/">' + alternate("f.xml")),
            "/blog/2026/f.xml": feed_named("orchard"),
            "/loop": page('<meta http-equiv="refresh" content="0; url=/loop2">'),
            "/loop2": page('<meta http-equiv="refresh" content="0; url=/loop">'),
            **{f"/far{n}": page(f'<meta http-equiv="refresh" content="0; url=/far{n + 1}">') for n in range(9)},
        }
    )
    found = asked(settings, f"{server.url}/old")
    assert (found.kind, found.address) == ("feed", f"{server.url}/blog/2026/f.xml")
    for path, code in (("/loop", "not_a_feed"), ("/far0", "too_many_redirects")):
        with pytest.raises(SourceError) as raised:
            asked(settings, server.url + path)
        assert raised.value.code == code


def test_a_page_sends_nobody_into_a_private_network(settings: Settings, serve: Serve) -> None:
    inner = serve(site(**{"/feed": feed_named("inner")}))
    html = page(f'<meta http-equiv="refresh" content="0; url={inner.url}/feed">').encode()
    target = sends_to(html, "https://a.example/")
    assert target == f"{inner.url}/feed"  # it is the client that every address goes through
    with pytest.raises(SourceError) as raised:
        asked(replace(settings, allow_private_network=False), target)
    assert raised.value.code == "private_address"
    assert inner.requests == []


def test_compressed_files_are_read(settings: Settings, serve: Serve) -> None:
    packed = gzip.compress(feed_named("first half")[:60]) + gzip.compress(feed_named("first half")[60:])

    def answer() -> web.Response:
        return web.Response(body=packed, content_type="application/gzip")

    server = serve(site(**{"/feed.xml.gz": answer, "/": page(alternate("/feed.xml.gz"))}))
    for pasted in (f"{server.url}/feed.xml.gz", f"{server.url}/"):
        found = asked(settings, pasted)
        assert (found.address, found.title) == (f"{server.url}/feed.xml.gz", "first half")

    async def collected() -> Any:
        async with Client(settings) as client:
            return await SOURCES["feed"].fetch(client, Source(1, "feed", f"{server.url}/feed.xml.gz"), NOW)

    assert [post.title for post in asyncio.run(collected()).posts] == ["Figs of first half"]


def test_a_compressed_file_does_not_grow_without_end() -> None:
    with pytest.raises(SourceError) as raised:
        whole(gzip.compress(b"x" * 5_000_000) * 3, 10_000_000, "https://a.example/")
    assert raised.value.code == "too_large"
    with pytest.raises(SourceError) as raised:
        whole(b"\x1f\x8b\x08" + b"nonsense" * 9, 1_000, "https://a.example/")
    assert raised.value.code == "bad_compression"


def test_several_links_in_headers_are_all_read(settings: Settings, serve: Serve) -> None:
    def answer() -> web.Response:
        made = web.Response(text="<html>nothing</html>", content_type="text/html")
        made.headers.add("Link", '</wp-json/>; rel="https://api.w.org/"')
        made.headers.add("Link", '</hidden/f>; rel="alternate"; type="application/atom+xml"')
        made.headers.add("Link", '</style.css>; rel="preload"')
        return made

    server = serve(site(**{"/": answer, "/hidden/f": feed_named("header")}))
    assert asked(settings, f"{server.url}/").title == "header"


def test_guesses_are_bounded_and_begin_below_the_page(settings: Settings, serve: Serve) -> None:
    server = serve(site(**{"/shop/": page("", STORY), "/shop/rss": feed_named("shop"), "/feed": feed_named("all")}))
    assert asked(settings, f"{server.url}/shop/").title == "shop"
    server.handler = site(**{"/empty": page()})
    server.requests.clear()
    with pytest.raises(SourceError):
        asked(settings, f"{server.url}/empty")
    assert len(server.requests) <= 20


PHPBB = ("<html>", '<body id="phpbb" class="nojs"><p>Powered by <a href="https://www.phpbb.com/">phpBB</a></p>')
XENFORO = ('<html id="XF" lang="en" data-app="public">', "<p>Community platform by XenForo</p>")
VBULLETIN = ("<html>", '<meta name="generator" content="vBulletin 4.2.5">')
SMF = ("<html>", '<script>var smf_scripturl = "/index.php";</script>')
MYBB = ("<html>", '<script>var my_post_key = "x";</script>')
FLARUM = (
    "<html>",
    '<div id="flarum-loading"></div><script id="flarum-json-payload" type="application/json">{}</script>',
)
FLUXBB = ("<html>", '<div id="punviewtopic" class="pun">Powered by <a href="https://fluxbb.org/">FluxBB</a></div>')
NODEBB = ("<html>", '<meta name="generator" content="NodeBB">')
INVISION = ("<html>", '<body class="ipsApp ipsApp_front">')
VANILLA = ("<html>", "<script>gdn.meta = {};</script>")
FORUMS = [
    (PHPBB, "/board/viewtopic.php?f=3&t=12&sid=abc", "/board/app.php/feed/topic/12"),
    (PHPBB, "/board/viewtopic.php?t=12", "/board/feed.php?t=12"),
    (PHPBB, "/board/viewforum.php?f=3", "/board/feed.php?f=3"),
    (PHPBB, "/board/index.php", "/board/feed"),
    (XENFORO, "/forums/figs.12/", "/forums/figs.12/index.rss"),
    (XENFORO, "/community/forums/figs.12/page-3", "/community/forums/figs.12/index.rss"),
    (XENFORO, "/community/", "/community/forums/-/index.rss"),
    (XENFORO, "/index.php?forums/figs.12/", "/index.php?forums/figs.12/index.rss"),
    (VBULLETIN, "/vb/forumdisplay.php?f=7", "/vb/external.php?type=RSS2&forumids=7"),
    (VBULLETIN, "/forumdisplay.php?7-figs", "/external.php?type=RSS2&forumids=7"),
    (SMF, "/smf/index.php?board=4.0", "/smf/index.php?action=.xml;type=rss2;board=4"),
    (SMF, "/smf/index.php/board,4.20.html", "/smf/index.php?action=.xml;type=rss2;board=4"),
    (MYBB, "/forumdisplay.php?fid=9", "/syndication.php?type=atom1.0&fid=9"),
    (FLARUM, "/d/123-how-to-prune", "/atom/d/123"),
    (FLARUM, "/t/pruning", "/atom/t/pruning"),
    (FLARUM, "/", "/atom"),
    (FLUXBB, "/viewtopic.php?id=12", "/extern.php?action=feed&type=atom&tid=12"),
    (NODEBB, "/topic/12/how-to", "/topic/12.rss"),
    (NODEBB, "/category/3/figs", "/category/3.rss"),
    (INVISION, "/forum/3-figs/", "/forum/3-figs.xml"),
    (VANILLA, "/categories/pruning-figs", "/categories/pruning-figs/feed.rss"),
]


@pytest.mark.parametrize(("marks", "path", "feed"), FORUMS)
def test_a_forum_is_read_by_the_feed_of_what_was_pasted(
    marks: tuple[str, str], path: str, feed: str, settings: Settings, serve: Serve
) -> None:
    # Beside it the page announces the feed of the whole board, which is more than was asked for.
    html = page(
        alternate("/whole-board.rss") if path not in {"/", "/community/", "/board/index.php"} else "",
        marks[1],
        marks[0],
    )
    server = serve(site(**{path: html, feed: feed_named("just this"), "/whole-board.rss": feed_named("everything")}))
    found = asked(settings, server.url + path)
    assert (found.kind, found.address, found.title) == ("feed", server.url + feed, "just this")


WATCHED = [
    (XENFORO, "/threads/how-to-prune.123/page-2", "/threads/how-to-prune.123/latest"),
    (VBULLETIN, "/showthread.php?t=12&page=2", "/showthread.php?t=12&goto=newpost"),
    (SMF, "/index.php?topic=12.0", "/index.php?topic=12.new"),
    (MYBB, "/showthread.php?tid=12", "/showthread.php?tid=12&action=lastpost"),
    (PHPBB, "/viewtopic.php?t=12", "/viewtopic.php?t=12"),
]


@pytest.mark.parametrize(("marks", "path", "newest"), WATCHED)
def test_a_topic_without_a_feed_is_watched_where_replies_come(
    marks: tuple[str, str], path: str, newest: str, settings: Settings, serve: Serve
) -> None:
    html = page(alternate("/whole-board.rss") + "<title>How to prune</title>", STORY + marks[1], marks[0])
    server = serve(site(**{path: html, newest: html, "/whole-board.rss": feed_named("everything")}))
    found = asked(settings, server.url + path)
    assert (found.kind, found.address) == ("web", server.url + newest)
    assert "orchard" in found.newest[0].text


def test_the_feed_that_a_forum_announces_for_a_topic_is_taken_first(settings: Settings, serve: Serve) -> None:
    head = alternate("/feed", 'type="application/atom+xml"') + alternate(
        "/feed/topic/12", 'type="application/atom+xml"'
    )
    server = serve(
        site(
            **{
                "/viewtopic.php?p=345": page(head + '<link rel="canonical" href="/viewtopic.php?t=12">', PHPBB[1]),
                "/feed/topic/12": feed_named("topic"),
                "/feed": feed_named("all"),
            }
        )
    )
    assert asked(settings, f"{server.url}/viewtopic.php?p=345").title == "topic"


def test_a_blog_that_speaks_of_a_forum_is_a_blog(settings: Settings, serve: Serve) -> None:
    html = page(alternate("/f.xml"), 'We moved from <a href="https://www.phpbb.com">phpBB</a>.' + STORY)
    assert place_of(html.encode(), "http://a.example/2026/we-moved") is None
    server = serve(site(**{"/2026/we-moved": html, "/f.xml": feed_named("blog")}))
    assert asked(settings, f"{server.url}/2026/we-moved").title == "blog"


def test_a_share_link_is_its_thread(settings: Settings, serve: Serve) -> None:
    entry = '<entry><id>t3_1abc2d</id><title>Figs</title><link href="https://www.reddit.com/r/fig/comments/1abc2d/x/"/></entry>'
    feed = f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Figs</title>{entry}</feed>'.encode()
    sent_on = "/r/fig/comments/1abc2d/figs/?share_id=x"

    def moved() -> web.Response:
        return web.Response(status=301, headers={"Location": sent_on})

    server = serve(None)
    for thread in (lambda: web.Response(status=403), page()):  # its page may be refused: the way there says enough
        server.handler = site(
            **{"/r/fig/s/AbC": moved, sent_on: thread, "/comments/1abc2d/.rss": feed, "/r/fig/s/Gone": page()}
        )
        found = asked(settings, "https://www.reddit.com/r/fig/s/AbC", reddit_feed=server.url)
        assert (found.kind, found.address) == ("reddit", "comments/1abc2d")
    for path in ("Gone", "Missing"):
        with pytest.raises(SourceError) as raised:
            asked(settings, f"https://www.reddit.com/r/fig/s/{path}", reddit_feed=server.url)
        assert raised.value.code == "share_unresolved"


def test_a_multireddit_is_its_subreddits(settings: Settings, serve: Serve) -> None:
    def listed() -> web.Response:
        held = [{"name": "fig"}, {"name": "olive"}, {"name": "../../x"}, {"nonsense": 1}, 7]
        return web.json_response({"kind": "LabeledMulti", "data": {"subreddits": held}})

    feed = b'<feed xmlns="http://www.w3.org/2005/Atom"><title>both</title></feed>'
    server = serve(site(**{"/api/multi/user/tom/m/trees": listed, "/r/fig+olive/new/.rss": feed}))
    found = asked(settings, "https://www.reddit.com/user/tom/m/trees", reddit_feed=server.url)
    assert (found.address, {other.address for other in found.others}) == (
        "r/fig+olive/new",
        {"r/fig+olive/comments", "r/fig+olive/top"},
    )
    server.handler = site(**{"/api/multi/user/tom/m/trees": lambda: web.Response(status=403)})
    with pytest.raises(SourceError) as raised:
        asked(settings, "https://www.reddit.com/user/tom/m/trees", reddit_feed=server.url)
    assert raised.value.code == "multi_unresolved"


CHANNEL = "UC" + "c" * 22
TOLD_BY = {
    "/c/FigTree": f'<link rel="canonical" href="https://www.youtube.com/channel/{CHANNEL}">',
    "/user/figtree": f'<meta itemprop="identifier" content="{CHANNEL}">',
    "/c/Fig": f'<script>var x = {{"externalId":"{CHANNEL}"}}</script>',
}


@pytest.mark.parametrize("path", TOLD_BY)
def test_a_channels_name_is_resolved_by_its_page(path: str, settings: Settings, serve: Serve) -> None:
    feed = b'<feed xmlns="http://www.w3.org/2005/Atom"><title>Fig tree</title></feed>'
    server = serve(site(**{path: page(TOLD_BY[path]), "/feeds/videos.xml": feed, "/c/Wall": page()}))
    bases = {"youtube_site": server.url, "youtube_feed": f"{server.url}/feeds/videos.xml"}
    assert asked(settings, f"https://www.youtube.com{path}", **bases).address == f"channel:{CHANNEL}"
    with pytest.raises(SourceError) as raised:
        asked(settings, "https://www.youtube.com/c/Wall", **bases)
    assert raised.value.code == "channel_unresolved"


def test_a_search_of_mastodon_goes_where_we_are_members(settings: Settings, serve: Serve) -> None:
    def searched() -> web.Response:
        status = {"id": "1", "uri": "https://a.example/1", "content": "<p>figs</p>", "account": {"acct": "lea"}}
        return web.json_response({"statuses": [status], "accounts": [], "hashtags": []})

    server = serve(site(**{"/api/v2/search": searched}))
    host = server.url.removeprefix("http://")
    known = Credentials({("mastodon", host, "token"): Secret("t" * 20)})
    found = asked(settings, f"{server.url}/search?q=figs", known)
    assert (found.kind, found.newest[0].text) == ("mastodon", "<p>figs</p>")


def test_each_of_several_has_its_own_answer(settings: Settings, serve: Serve) -> None:
    server = serve(site(**{f"/{n}.xml": feed_named(f"feed {n}") for n in range(12)}))

    async def run() -> list[Looked]:
        things = [
            *(f"{server.url}/{n}.xml" for n in range(12)),
            f"{server.url}/none",
            "tiktok.com/@fig",
            "what is this",
        ]
        async with Client(settings, preview=True) as client:
            return await look_at_each(client, things, NOW)

    looked = asyncio.run(run())
    assert [one.found.title for one in looked[:12] if one.found] == [f"feed {n}" for n in range(12)]
    assert [one.problem.code for one in looked[12:] if one.problem] == ["not_found", "closed_network", "not_understood"]

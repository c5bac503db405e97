"""Feeds: every real one parsed, none of its entries lost, hostile ones refused in words."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import feedparser
import pytest

from sources.errors import ContentError
from sources.kinds.feeds import parse_feed, parse_patiently
from sources.plain_text import plain_text
from tests.conftest import feed_files

URL = "https://example.org/feed"


def rss(items: str, head: str = "") -> bytes:
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>T</title>{head}{items}</channel></rss>'.encode()


@pytest.mark.corpora
def test_no_real_feed_fails_and_none_loses_an_entry(corpora: Path) -> None:
    fewer = {}
    for name, body in feed_files(corpora).items():
        ours = parse_feed(body, f"https://example.org/{name}")
        theirs = feedparser.parse(body, sanitize_html=False, resolve_relative_uris=False)
        assert len({post.native_id for post in ours.posts}) == len(ours.posts), name
        if len(ours.posts) < len(theirs.entries):
            fewer[name] = (len(ours.posts), len(theirs.entries))
    assert fewer == {}


@pytest.mark.corpora
def test_feedparsers_own_cases_never_crash(corpora: Path) -> None:
    read, refused = 0, set()
    for path in sorted((corpora / "feedparser_tests").rglob("*.xml")):
        try:
            read += len(parse_feed(path.read_bytes(), URL).posts) >= 0
        except ContentError as error:
            refused.add(error.code)
    assert refused <= {"not_a_feed", "broken_feed", "empty_body"}
    assert read > 1_000


def test_items_without_id_date_or_link_are_kept() -> None:
    feed = parse_feed(rss("<item><title>One</title></item><item><description>Two</description></item>"), URL)
    assert [post.title or post.text for post in feed.posts] == ["One", "Two"]
    assert all(post.published_at is None and post.native_id.startswith(URL) for post in feed.posts)


def test_a_guid_that_repeats_identifies_nothing() -> None:
    items = "".join(f"<item><guid>same</guid><title>{i}</title></item>" for i in range(3))
    assert len({post.native_id for post in parse_feed(rss(items), URL).posts}) == 3


def test_rare_fields_are_read() -> None:
    body = (
        b'<rss version="2.0" xmlns:slash="http://purl.org/rss/1.0/modules/slash/"><channel><title>T</title><ttl>60</ttl>'
        b"<item><guid>a</guid><title>A</title><slash:comments>7</slash:comments></item></channel></rss>"
    )
    feed = parse_feed(body, URL)
    assert feed.ttl == 3_600
    assert feed.posts[0].engagement.comments == 7
    odd = parse_feed(body.replace(b">7<", ">²<".encode()), URL)  # a digit that is no number
    assert odd.posts[0].engagement.comments is None


def test_dates_are_utc_and_links_are_http_only() -> None:
    item = (
        "<item><guid>1</guid><title>t</title><link>javascript:alert(1)</link>"
        "<pubDate>Mon, 01 Jun 2026 10:00:00 +0200</pubDate></item>"
    )
    post = parse_feed(rss(item), URL).posts[0]
    assert post.published_at == datetime(2026, 6, 1, 8, tzinfo=UTC)
    assert post.url == ""


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty_body"),
        (b"<!doctype html><html><body>Hello</body></html>", "not_a_feed"),
        (b"\x00\x01\x02 nothing", "broken_feed"),
        (b"{}", "broken_feed"),
    ],
)
def test_what_is_no_feed_says_so(body: bytes, code: str) -> None:
    with pytest.raises(ContentError) as raised:
        asyncio.run(parse_patiently(body, URL))
    assert raised.value.code in {code, "not_a_feed"}


def test_entity_bombs_do_not_grow() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaaaaaaaa">' + b"".join(
        f'<!ENTITY {chr(98 + i)} "{("&" + chr(97 + i) + ";") * 10}">'.encode() for i in range(8)
    )
    bomb += (
        b']><rss version="2.0"><channel><title>T</title><item><guid>1</guid><title>&i;</title></item></channel></rss>'
    )
    try:
        feed = asyncio.run(parse_patiently(bomb, URL))
    except ContentError:
        return
    assert all(len(post.title) < 10_000 for post in feed.posts)


def test_the_patient_parser_reads_what_the_other_refuses() -> None:
    item = "<item><guid>g</guid><title>A &amp; B</title><pubDate>Mon, 01 Jun 2026 10:00:00 GMT</pubDate></item>"
    body = f"<news>{item}</news>".encode()  # a root of no format
    with pytest.raises(ContentError):
        parse_feed(body, URL)
    feed = asyncio.run(parse_patiently(body, URL))
    assert [(post.title, post.published_at) for post in feed.posts] == [("A & B", datetime(2026, 6, 1, 10, tzinfo=UTC))]


@pytest.mark.parametrize(
    ("html", "plain"),
    [
        ("plain words", "plain words"),
        ("I <3 you & me", "I <3 you & me"),
        ("a<br>b", "a\nb"),
        ("<p>One</p><p>Two <b>bold</b>!</p>", "One\nTwo bold!"),
        ("<script>alert(1)</script>safe", "safe"),
        ("caf&eacute; &amp; th&#233;", "café & thé"),
        ("Use <script> and List<String> safely", "Use <script> and List<String> safely"),
        ("<p>The <hello-world> element of <o:p>Word</o:p></p>", "The element of Word"),
        ("<p>Map<K, V> is <b>not</b> List<T></p>", "Map<K, V> is not List<T>"),
        ("if a < b and c > d", "if a < b and c > d"),
        # a tag that never ends is words, and swallows nothing up to the end of the next one
        (
            "<p>cat > note <<END\nName=heron\nEND\ndone, see</p><p>next</p>",
            "cat > note <<END\nName=heron\nEND\ndone, see\nnext",
        ),
        ("<p>when x <y and <b>z</b> grows</p>", "when x <y and z grows"),
        ("so a <b and c", "so a <b and c"),
        ('cut in a link <a href="https://e.org/x', "cut in a link"),
        ("cut in a picture <img width=3", "cut in a picture"),
        # nor does a value whose quote is missing
        ('<h2 id="weirs->-4&#8221;>Weirs > 4 m</h2><p>They <a href="/x">leak</a>.</p>', "-4”>Weirs > 4 m\nThey leak."),
        ("<p class='note>Mind the gap</p><p class='b'>End</p>", "Mind the gap\nEnd"),
        ('<a href="/x>here</a> and "there" <i class="k">too</i>', 'here and "there" too'),
        ('<a href="/x" title="5 > 4">five</a> <img alt="4 < 5" src="/y">ok', "five ok"),
        ("<a title=\"don't\" href='/x'>does</a>", "does"),
        ("<p>one<script>alert(1)</script> two <style>p{}</style></p>", "one two"),
    ],
)
def test_plain_text(html: str, plain: str) -> None:
    assert plain_text(html) == plain


def test_no_date_is_guessed_from_an_id() -> None:
    body = b'<rss version="2.0"><channel><title>T</title><item><guid>%s</guid><title>x</title></item></channel></rss>'
    for guid in (b"3 days ago", b"urn:2024", b"May 5"):
        (post,) = parse_feed(body % guid, "http://a.example/feed").posts
        assert post.published_at is None

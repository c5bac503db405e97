"""Damaged feeds: an error costs its own item at most, and no sign of any other."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest

from data.models import NewPost
from data.settings import ROOT
from sources.errors import ContentError
from sources.feed.decoding import decoded
from sources.kinds.feeds import parse_feed
from sources.plain_text import plain_text
from tests.conftest import feed_files, lacking

URL = "https://site.example.org/blog/feed.xml"
GOOD = (
    "<item><title>Second &amp;amp; last, 5 &lt; 6</title><link>https://e.org/2?a=1&amp;b=2</link><guid>2</guid>"
    "<description>&lt;p&gt;Hello &lt;b&gt;big&lt;/b&gt; world, R&amp;amp;D&lt;/p&gt;"
    "&lt;p&gt;Next&lt;/p&gt;</description>"
    "</item>"
)


def plain(post: NewPost) -> str:
    return plain_text(post.text) if post.plain is None else post.plain


def rss(*items: str, head: str = "", before: str = "") -> bytes:
    return f'{before}<rss version="2.0"><channel><title>T</title>{head}{"".join(items)}</channel></rss>'.encode()


def atom(*entries: str, base: str = "") -> bytes:
    return f'<feed xmlns="http://www.w3.org/2005/Atom"{base}><title>T</title>{"".join(entries)}</feed>'.encode()


@pytest.fixture(scope="session")
def cases() -> Path:
    path = ROOT.parent / "shared" / "cases"
    if not path.is_dir():
        lacking("the shared cases are not on this machine")
    return path


def told(post: NewPost, what: str) -> Any:
    date = post.published_at
    return {
        "date": date.astimezone(UTC).strftime("%Y-%m-%d %H:%M") if date else None,
        "title": post.title,
        "url": post.url,
        "author": post.author,
        "text": post.text,
        "plain": plain(post),
        "lang": post.lang,
        "views": post.engagement.views,
        "parent": post.parent_id,
    }[what]


def test_feeds_that_people_reported(cases: Path) -> None:
    """Each value as it is right; where a want says "A or B", either."""
    wrong = []
    for name, wants in json.loads((cases / "feeds_want.json").read_text()).items():
        posts = parse_feed((cases / "feeds" / name).read_bytes(), URL).posts
        for what, *rest in wants:
            if what == "undated":
                wrong += [(name, p.title) for p in posts[1:] if p.published_at is not None]
            elif what in {"n", "ids"}:
                number = len(posts) if what == "n" else len({post.native_id for post in posts})
                wrong += [] if number == rest[0] else [(name, what, number)]
            else:
                value, right = told(posts[rest[0]], what), rest[1]
                either = {"http(s)://www.example.org/p/4": "https://www.example.org/p/4"}.get(str(right), str(right))
                if value != right and str(value) not in re.split(r" or | \(or |\)", either):
                    wrong.append((name, what, value))
    assert wrong == []


ERRORS = {
    "a control sign": "<item><title>First \x0c one</title><guid>1</guid></item>",
    "a raw ampersand": "<item><title>Tom & Jerry</title><link>https://e.org/1?a=1&b=2</link><guid>1</guid></item>",
    "an entity of HTML": "<item><title>How&ndash;to&nbsp;do</title><guid>1</guid></item>",
    "an entity of nobody": "<item><title>&nobody; there</title><guid>1</guid></item>",
    "a reference to no sign": "<item><title>a&#0;b&#xD800;c&#99999999;d</title><guid>1</guid></item>",
    "an unclosed line break": "<item><title>A</title><description>one<br>two<hr>3</description><guid>1</guid></item>",
    "an unclosed paragraph": "<item><description><p>one<p>two</description><guid>1</guid></item>",
    "a lost end tag": "<item><title>A<link>https://e.org/1</link><guid>1</guid></item>",
    "a lost end of the item": "<item><title>A</title><guid>1</guid>",
    "a damaged start of the item": "<itum><title>A</title><guid>1</guid></item>",
    "an unclosed CDATA": "<item><title>A</title><description><![CDATA[<p>one</p></description><guid>1</guid></item>",
    "a CDATA that closes late": "<item><title>A</title><description><![CDATA[<p>x</p>]]X</description></item>",
    "an unclosed comment": "<item><title>A</title><!-- note <guid>1</guid></item>",
    "an attribute without quotes": '<item><title type=html>A</title><guid isPermaLink="false>1</guid></item>',
    "a sign of smaller": "<item><title>a < b and <3</title><guid>1</guid></item>",
    "an undeclared prefix": "<item><title>A</title><zz:thing>x</zz:thing><guid>1</guid></item>",
}


@pytest.mark.parametrize("error", ERRORS, ids=str)
@pytest.mark.parametrize("place", ["before", "after", "between"])
def test_an_error_costs_no_other_item_a_sign(error: str, place: str) -> None:
    other = GOOD.replace(">2<", ">3<").replace("/2?", "/3?")
    order = {"before": (ERRORS[error], GOOD), "after": (GOOD, ERRORS[error]), "between": (GOOD, ERRORS[error], other)}
    right = {
        (post.title, post.text, post.url, post.native_id) for post in parse_feed(rss(*order[place]), URL).posts
    } & {(p.title, p.text, p.url, p.native_id) for p in parse_feed(rss(GOOD, other), URL).posts}
    assert len(right) == (2 if place == "between" else 1)


@pytest.mark.parametrize(
    ("item", "title", "text"),
    [
        ("<item><title>Tom & Jerry</title><description>R&D & co</description></item>", "Tom & Jerry", "R&D & co"),
        ("<item><title>How&ndash;to</title><description>caf&eacute;</description></item>", "How–to", "café"),
        ("<item><title>a &#55357;&#56832; b</title><description>&#xD83D;&#xDE00;</description></item>", "a 😀 b", "😀"),
        (
            "<item><title>A</title><description>one<br>two <b>three</b> &amp; four</description></item>",
            "A",
            "one\ntwo three & four",
        ),
        ("<item><title>A</title><description><![CDATA[<p>x & y</p>]]> & z</description></item>", "A", "x & y\n& z"),
        ("<item><title>a < b & c</title><description>d</description></item>", "a < b & c", "d"),
    ],
)
def test_a_damaged_item_keeps_its_words(item: str, title: str, text: str) -> None:
    (post,) = parse_feed(rss(item), URL).posts
    assert (post.title, plain(post)) == (title, text)


@pytest.mark.parametrize(
    ("doctype", "right"),
    [
        ('<!DOCTYPE rss [<!ENTITY co "Acme Pumps">]>', "Acme Pumps grows"),
        ("<!DOCTYPE rss [<!ENTITY co 'A &lt; B'>]>", "&co; grows"),  # holds others: it is not followed
        ('<!DOCTYPE rss [<!ENTITY co SYSTEM "file:///etc/passwd">]>', "&co; grows"),
    ],
)
def test_entities_of_a_doctype_are_words_only(doctype: str, right: str) -> None:
    (post,) = parse_feed(rss("<item><title>&co; grows</title><guid>1</guid></item>", before=doctype), URL).posts
    assert post.title == right


def test_an_example_of_an_item_in_a_text_is_words() -> None:
    example = "<![CDATA[<pre><item><title>x</title></item></pre>]]>"
    shown = f"<item><title>How to write RSS</title><description>{example}</description></item>"
    posts = parse_feed(rss(shown, "<item><title>B & C</title></item>"), URL).posts
    assert [post.title for post in posts] == ["How to write RSS", "B & C"]


@pytest.mark.parametrize(
    ("body", "charset", "right"),
    [
        (b"<rss><channel><item><title>caf\xe9</title></item></channel></rss>", "iso-8859-1", "café"),
        (b"<rss><channel><item><title>caf\xe9</title></item></channel></rss>", "", "café"),
        (
            b'<?xml version="1.0" encoding="utf-8"?>'
            b"<rss><channel><item><title>\x93Caf\xe9\x94</title></item></channel></rss>",
            "",
            "“Café”",
        ),
        ("<rss><channel><item><title>Насос</title></item></channel></rss>".encode("cp1251"), "windows-1251", "Насос"),
        ("<rss><channel><item><title>Café été</title></item></channel></rss>".encode(), "iso-8859-1", "Café été"),
        ("<rss><channel><item><title>ポンプ</title></item></channel></rss>".encode("shift_jis"), "Shift_JIS", "ポンプ"),
        ("<rss><channel><item><title>Pumpe läuft</title></item></channel></rss>".encode("utf-16"), "", "Pumpe läuft"),
        (
            "<rss><channel><item><title>Pumpe läuft</title></item></channel></rss>".encode("utf-16-le"),
            "",
            "Pumpe läuft",
        ),
    ],
)
def test_encodings_as_browsers_take_them(body: bytes, charset: str, right: str) -> None:
    assert parse_feed(body, URL, charset).posts[0].title == right


def test_a_bad_byte_keeps_the_rest_of_a_text_in_its_encoding() -> None:
    text = "Café très sévère, déjà là".encode()
    assert decoded(text[:12] + b"\xff" + text[12:]).replace("ÿ", "") == "Café très sévère, déjà là"


@pytest.mark.parametrize(
    ("entry", "base", "url"),
    [
        (
            '<entry><title>a</title><id>urn:1</id><link href="posts/1"/></entry>',
            ' xml:base="https://b.org/en/"',
            "https://b.org/en/posts/1",
        ),
        (
            '<entry xml:base="de/"><title>a</title><id>urn:1</id><link href="1"/></entry>',
            ' xml:base="https://b.org/"',
            "https://b.org/de/1",
        ),
        ('<entry><title>a</title><id>urn:1</id><link href="/p/1"/></entry>', "", "https://site.example.org/p/1"),
        ('<entry><title>a</title><id>urn:1</id><link href="javascript:alert(1)"/></entry>', "", ""),
    ],
)
@pytest.mark.parametrize("damage", ["", "<entry><title>x & y</title></entry>"])
def test_the_base_of_links_counts(entry: str, base: str, url: str, damage: str) -> None:
    assert parse_feed(atom(entry, damage, base=base), URL).posts[0].url == url


@pytest.mark.parametrize(
    ("title", "right"),
    [
        ("<title>Use &lt;script&gt; and List&lt;String&gt; safely</title>", "Use <script> and List<String> safely"),
        ("<title>&lt;hello-world&gt;</title>", "<hello-world>"),
        ("<title><![CDATA[The <em>new</em> pump &mdash; loud?]]></title>", "The new pump — loud?"),
        ("<title>The &lt;b&gt; tag</title>", "The <b> tag"),
        ("<title>R&amp;amp;D</title>", "R&D"),
        ("<title>  two\n lines </title>", "two lines"),
    ],
)
def test_titles_keep_tags_that_are_words(title: str, right: str) -> None:
    assert parse_feed(rss(f"<item>{title}<guid>1</guid></item>"), URL).posts[0].title == right


@pytest.mark.parametrize(
    ("feed", "link", "url"),
    [
        ("https://heron.example/feed.xml", "heron.example/12-days/", "https://heron.example/12-days/"),
        ("http://www.heron.example/feed.xml", "Heron.example/a?b=1", "http://Heron.example/a?b=1"),
        ("https://heron.example/feed.xml", "heron.examples/x", "https://heron.example/heron.examples/x"),
        ("https://heron.example/feed.xml", "www.pond.example/x", "https://www.pond.example/x"),
    ],
)
def test_a_link_without_its_scheme_is_no_folder_of_the_feed(feed: str, link: str, url: str) -> None:
    (post,) = parse_feed(rss(f"<item><title>a</title><link>{link}</link></item>"), feed).posts
    assert post.url == url


def test_what_is_said_twice_is_one_and_one_id_for_all_is_none() -> None:
    twice = parse_feed(rss(GOOD, GOOD), URL).posts
    assert len(twice) == 1
    same = [GOOD.replace("<guid>2</guid>", "<guid>feed</guid>").replace("/2?", f"/{n}?") for n in range(3)]
    assert {post.native_id for post in parse_feed(rss(*same), URL).posts} == {
        f"https://e.org/{n}?a=1&b=2" for n in range(3)
    }


@pytest.mark.parametrize(
    "more", ["&amp;utm_source=rss&amp;utm_medium=feed", "&amp;at_medium=RSS&amp;fbclid=x", "&amp;xtor=RSS-1"]
)
def test_how_a_reader_came_makes_no_new_post(more: str) -> None:
    item = GOOD.replace("<guid>2</guid>", "")
    once, again = (parse_feed(rss(one), URL).posts[0] for one in (item, item.replace("b=2", f"b=2{more}")))
    assert once.native_id == again.native_id
    assert again.url.endswith(more.replace("&amp;", "&"))


@pytest.mark.parametrize(
    "body",
    [
        b"<rss><channel>" + b"<item><a>" * 20_000,
        b"<rss><channel>" + b"<![CDATA[<item>]]>" * 20_000,
        b"<rss>" + b"<b>" * 50_000,
        b"<rss><channel>" + b"".join(b"<item><p%d:x/>&</item>" % n for n in range(4_000)),
    ],
)
def test_hostile_nesting_is_read_or_refused(body: bytes) -> None:
    try:
        number = len(parse_feed(body, URL).posts)
    except ContentError as error:
        number = 0 if error.code == "broken_feed" else -1
    assert 0 <= number <= 5_000


def _said(post: NewPost) -> tuple[Any, ...]:
    return (post.title, post.text, post.plain, post.url, post.author, post.published_at, post.lang, post.parent_id)


@pytest.mark.corpora
def test_a_damaged_byte_changes_nothing_in_any_other_item(corpora: Path) -> None:
    """For every real feed, a few bytes of one item, mostly signs of markup, become others."""
    rng = random.Random(7)
    tried, lost = 0, []
    for name, body in feed_files(corpora).items():
        spans = [found.span() for found in re.finditer(rb"<(item|entry)[\s>].*?</\1\s*>", body, re.DOTALL)]
        before = [_said(post) for post in parse_feed(body, URL).posts]
        if len(spans) < 2 or len(spans) != len(before):
            continue
        for _ in range(3):
            number = rng.randrange(len(spans))
            start, end = spans[number]
            signs = [
                start + found.start() for found in re.finditer(rb'[<>&;/\]\["=!-]|item|entry|CDATA', body[start:end])
            ]
            place = rng.choice(signs) if rng.random() < 0.6 else rng.randrange(start, end)
            damaged = (
                body[:place] + bytes([rng.choice([0, 12, 32, 34, 38, 60, 62, 91, 128, 195, 255])]) + body[place + 1 :]
            )
            after = {_said(post) for post in parse_feed(damaged, URL).posts}
            others = Counter(before[:number] + before[number + 1 :])
            lost += [(name, number, place)] if any(post not in after for post in others) else []
            tried += 1
    assert lost == []
    assert tried > 300

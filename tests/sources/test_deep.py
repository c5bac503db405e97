"""What is nested far deeper than any page, feed or answer is read in a bounded time, or refused by its name."""

from __future__ import annotations

import time

import pytest

from sources.addresses.pages import canonical_of, feed_links
from sources.answers import read_json
from sources.errors import ContentError
from sources.feed import jsonfeed
from sources.kinds.feeds import parse_feed
from sources.kinds.webpage import article_links, sitemap_links
from sources.opml import read_opml
from sources.paging import state_of
from sources.plain_text import MAX_DEPTH, plain_text, shallow

DEEP = 60_000
URL = "https://a.example/feed"
FEED = '{"version": "https://jsonfeed.org/version/1.1", "items": [' + "[" * DEEP + "]" * DEEP + "]}"


def test_values_nested_too_deep_are_refused_in_words() -> None:
    with pytest.raises(ValueError, match="nested too deep"):
        jsonfeed.items_of(FEED)
    with pytest.raises(ContentError, match=r"a\.example/feed.*nested too deep"):
        parse_feed(FEED.encode(), URL)
    with pytest.raises(ContentError, match=r"Some service.*nested too deep"):
        read_json(b"[" * DEEP, "Some service")
    assert state_of("[" * DEEP) == {}


@pytest.mark.parametrize("tag", ["<div>", "<b>", "<div/>", "<path/>", "<svg><div/>", "<svg><g>", "<x-y>", "<ul><li>"])
def test_a_page_of_tags_in_tags_is_read_in_time(tag: str) -> None:
    html = tag * DEEP + "<a href='/news/2026/01/02/one-good-story'>word</a>"
    began = time.process_time()
    assert ("word" in plain_text(html)) is (tag != "<svg><g>")  # nothing in a drawing is read
    feed_links(html.encode(), URL)
    canonical_of(html.encode(), URL)
    article_links(html.encode(), URL)
    assert time.process_time() - began < 2  # four readings


def test_a_real_page_loses_no_tag() -> None:
    rows = "<p>word<br><li>one<svg viewBox='0 0 1 1'><path d='M0'/><use href='#a'/></svg></div><div>" * 2_000
    assert shallow(rows) == rows
    assert shallow("<div>" * MAX_DEPTH + "</div>" * MAX_DEPTH).count("<") == 2 * MAX_DEPTH
    assert shallow("<i>" * 2 * MAX_DEPTH + "x" + "</i>" * 2 * MAX_DEPTH) == "<i>" * MAX_DEPTH + "x" + "</i>" * MAX_DEPTH


def test_deep_lists_and_maps_of_sites_give_what_can_be_read() -> None:
    outlines = b"<opml><body>" + b"<outline text='a'>" * DEEP + b"<outline xmlUrl='https://a.example/f'/>"
    assert [one.url for one in read_opml(outlines)] == ["https://a.example/f"]
    assert sitemap_links(b"<urlset>" + b"<url>" * DEEP) == ([], [])

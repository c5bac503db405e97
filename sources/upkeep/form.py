"""Whether a feed is well made: what strict readers refuse, and what makes them show the wrong thing."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime, timedelta

from lxml import etree

from data.upkeep.findings import Finding
from sources.errors import SourceError
from sources.feed import jsonfeed
from sources.feed.bodies import body_of
from sources.feed.dates import first_moment
from sources.feed.decoding import decoded
from sources.feed.fields import Item, item_of
from sources.kinds.feeds import parse_feed

_PAGES = ("text/html", "application/xhtml")


def feed_findings(body: bytes, url: str, content_type: str, now: datetime) -> list[Finding]:
    """What is wrong with a feed document, as its readers would meet it. `content_type` is what its server says of it.

    One that cannot be read at all is told by that alone.
    """
    charset = content_type.partition("charset=")[2].strip(" \"'")
    try:
        parsed = parse_feed(body, url, charset)
        items = _items(body, url, charset)
    except SourceError as error:
        return [Finding("feed_unreadable", url, error.code)]
    except (ValueError, RecursionError):
        return [Finding("feed_unreadable", url, "broken_feed")]
    told = {
        "feed_form": _malformed(body),
        "feed_type": content_type.partition(";")[0].strip() if content_type.lower().startswith(_PAGES) else "",
        "feed_empty": "" if items else "0",
        "feed_undated": _some(sum(first_moment(item.published) is None for item in items)),
        "feed_ahead": _some(
            sum(p.published_at is not None and p.published_at > now + timedelta(days=1) for p in parsed.posts)
        ),
        "feed_same_ids": _some(sum(n - 1 for n in Counter(item.id for item in items if item.id).values())),
        "feed_no_link": _some(sum(not item.link for item in items)),
        "feed_no_words": _some(sum(not (item.title.strip() or item.text.strip()) for item in items)),
    }
    return [Finding(code, url, detail) for code, detail in told.items() if detail]


def _some(count: int) -> str:
    return str(count) if count else ""


def _items(body: bytes, url: str, charset: str) -> list[Item]:
    if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        return jsonfeed.items_of(decoded(body, charset))[1]
    return [item_of(item, url) for item in body_of(body, charset).items]


def _malformed(body: bytes) -> str:
    """Where the document first breaks the rules of XML or JSON, and how; "" where it keeps them."""
    try:
        if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
            json.loads(body)
        else:
            etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))
    except etree.XMLSyntaxError as error:
        return f"{error.lineno}: {error.msg}"[:200]
    except ValueError as error:
        return str(error)[:200]
    return ""

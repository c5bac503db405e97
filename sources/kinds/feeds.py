"""RSS, Atom, RDF and JSON feeds: fetch politely, read faithfully, fall back to a patient parser.

`parse_feed` is pure: `sources.feed` reads nearly everything, damaged feeds too. What it refuses goes to feedparser in a
process of its own with limits on time and memory, since some hostile input makes it quadratic.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from data.models import Engagement, NewPost, Source, web_link
from data.settings import ROOT
from sources.base import FetchResult
from sources.errors import ContentError
from sources.feed import jsonfeed
from sources.feed.bodies import MOST_ITEMS, NotXml, body_of
from sources.feed.dates import first_moment, is_month_first
from sources.feed.decoding import decoded
from sources.feed.fields import Head, Item, head_of, item_of
from sources.feed.identity import native_ids, without_repeats
from sources.http import Client
from sources.plain_text import once, plain_text

FALLBACK_SECONDS = 20.0
_BEFORE = b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"  # marks and blanks that may stand before all else
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
# What Reddit puts under each post of its feeds: who posted it and where it leads, not words of its author.
_OF_REDDIT = re.compile(
    r"\s*(?:&#32;)?\s*submitted by\s*(?:&#32;)?\s*<a href=\"https://(?:www|old)\.reddit\.com/user/[\s\S]*$"
)


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A feed's posts and what it says of itself. `ttl` is seconds it asks to be kept, 0 if unsaid; `undated` are posts
    whose date could not be read."""

    posts: tuple[NewPost, ...]
    title: str = ""
    site: str = ""
    ttl: float = 0.0
    undated: int = 0


def looks_like_feed(body: bytes) -> bool:
    """A cheap look at the first bytes; `parse_feed` has the last word."""
    head = body[:4_096].replace(b"\x00", b"").lstrip(_BEFORE).lower()
    if head.startswith(b"{"):
        return b"jsonfeed.org/version" in head or b'"items"' in body[:200_000]
    return any(mark in head for mark in (b"<rss", b"<feed", b"<rdf:rdf", b"<channel"))


def parse_feed(body: bytes, url: str, charset: str = "") -> ParsedFeed:
    """Posts of a feed document; `charset` is what its HTTP header says. Raises ContentError (not_a_feed, broken_feed,
    empty_body)."""
    if not body or body.isspace():
        raise ContentError("empty_body", url)
    try:
        if body.lstrip(_BEFORE)[:1] == b"{":
            head, items = jsonfeed.items_of(decoded(body, charset))
        else:
            parts = body_of(body, charset)
            head = head_of(parts.head, url) if parts.head is not None else Head()
            items = [item_of(item, url) for item in parts.items[:MOST_ITEMS]]
    except NotXml as error:
        code = "not_a_feed" if str(error) == "HTML" else "broken_feed"
        raise ContentError(code, url, "it has no root of a feed") from error
    except (ValueError, RecursionError) as error:
        raise ContentError("broken_feed", url, str(error)) from error
    return feed_of(head, items, url)


def feed_of(head: Head, items: Sequence[Item], url: str) -> ParsedFeed:
    """Posts from what the items of a feed say."""
    items = without_repeats(items)[:MOST_ITEMS]
    month_first = is_month_first(date for item in items for date in item.published)
    posts, undated = [], 0
    for item, native_id in zip(items, native_ids(items, url), strict=True):
        moment = first_moment(item.published, month_first=month_first)
        undated += moment is None and bool(item.published)
        posts.append(
            NewPost(
                source_kind="feed",
                native_id=native_id,
                text=item.text,
                plain=_plain(item),
                title=item.title,
                url=web_link(item.link),
                author=item.author or head.author,
                published_at=moment,
                lang=item.lang or head.lang,
                parent_id=item.parent,
                engagement=_counters(item),
            )
        )
    return ParsedFeed(
        tuple(posts),
        title=head.title[:300],
        site=head.link,
        ttl=min(head.ttl * 60.0, 86_400.0),
        undated=undated,
    )


_NOT_COUNTED = Engagement()


def _counters(item: Item) -> Engagement:
    if item.comments is None and item.views is None:
        return _NOT_COUNTED
    return Engagement(comments=item.comments, views=item.views)


def _plain(item: Item) -> str | None:
    """What people read of an item, where it is known without reading HTML; else None: it is made when the post is
    stored, so that known posts cost nothing."""
    if item.is_plain:
        return item.text.strip()
    if (html := once(item.text)) != item.text:
        return plain_text(html)
    if "reddit.com/" not in item.text[-1_000:] or "submitted by" not in item.text:
        return None
    own = _OF_REDDIT.sub("", item.text)
    return plain_text(own) if own != item.text else None


async def parse_patiently(body: bytes, url: str, charset: str = "") -> ParsedFeed:
    """`parse_feed`, then feedparser in a limited process for what it refuses."""
    try:
        if len(body) > 500_000:
            return await asyncio.to_thread(parse_feed, body, url, charset)
        return parse_feed(body, url, charset)
    except ContentError as error:
        if error.code != "broken_feed":
            raise
        first = error
    # A thread that waits for a process: unlike an asyncio process it leaves nothing behind when the loop ends.
    command = [sys.executable, "-m", "sources.kinds.feedparser_process"]
    try:
        done = await asyncio.to_thread(
            subprocess.run, command, input=body, capture_output=True, cwd=ROOT, timeout=FALLBACK_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise first from None
    try:
        found = json.loads(done.stdout)
    except ValueError:
        raise first from None
    if not found["entries"] and not found["version"]:
        raise first
    return _patient_feed(found, url)


def _patient_feed(found: Mapping[str, Any], url: str) -> ParsedFeed:
    head = Head(
        plain_text(found["feed"]["title"]), web_link(found["feed"]["link"]), found["feed"]["language"][:2].lower()
    )
    items = [
        Item(
            id=entry["id"].strip(),
            title=plain_text(entry["title"]),
            text=next((part["value"] for part in entry["content"] if part["value"]), entry["summary"]),
            link=web_link(entry["link"]),
            author=plain_text(entry["author"]),
            published=(entry["published"],) if entry["published"] else (),
        )
        for entry in found["entries"]
    ]
    return feed_of(head, items, url)


async def fetch_feed(client: Client, source: Source, now: datetime) -> FetchResult:
    """Check one feed: conditional, so that an unchanged one costs nearly nothing."""
    headers = {"Accept": "application/atom+xml, application/rss+xml, application/feed+json, */*;q=0.5"}
    if source.etag:
        headers["If-None-Match"] = source.etag
    if source.last_modified:
        headers["If-Modified-Since"] = source.last_modified
    answer = await client.get(source.address, now, headers=headers)
    changes = {
        column: answer.headers[header]
        for column, header in (("etag", "etag"), ("last_modified", "last-modified"))
        if header in answer.headers and len(answer.headers[header]) < 1_000
    }
    if answer.status == 304:
        return FetchResult(changes=changes, wait=answer.max_age, unchanged=True, moved_to=answer.moved_to)
    digest = hashlib.sha256(answer.body).hexdigest()
    for column in ("etag", "last_modified"):
        changes.setdefault(column, "")
    changes["cursor"] = digest
    if digest == source.cursor:
        return FetchResult(changes=changes, wait=answer.max_age, unchanged=True, moved_to=answer.moved_to)
    said = _CHARSET.search(answer.headers.get("content-type", ""))
    feed = await parse_patiently(answer.body, source.address, said[1] if said else "")
    if not source.title and feed.title:
        changes["title"] = feed.title
    changes["note"] = f"undated {feed.undated}" if feed.undated else ""
    if feed.site and not source.site:
        changes["site"] = feed.site
    return FetchResult(feed.posts, changes, max(feed.ttl, answer.max_age), moved_to=answer.moved_to)

"""RSS, Atom, RDF and JSON feeds: fetch politely, parse fast, fall back to a patient parser.

`parse_feed` is pure. fastfeedparser reads nearly everything; what it refuses goes to feedparser in a
process of its own with limits on time and memory, since some hostile input makes it quadratic.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

import fastfeedparser.main
from lxml import etree

from data.models import Engagement, NewPost, Source, web_link
from data.settings import ROOT
from sources.base import FetchResult
from sources.errors import ContentError
from sources.http import Client
from sources.plain_text import plain_text

# Where an item has no date the fast parser looks for one in its id, with a library that happens to be there
# because trafilatura brings it: 0.5 ms an item, and "3 days ago" in an id is no date of a post.
fastfeedparser.main._slow_dateparser = lambda value: None

MAX_ITEMS = 5_000
FALLBACK_SECONDS = 20.0
# Marks of the fields that the fast parser drops; only then is the document read a second time.
_RARE = (b"slash:comments", b"thr:total", b"thr:in-reply-to", b"media:statistics", b"yt:videoId")
_TTL = re.compile(rb"<ttl>\s*(\d{1,6})\s*</ttl>")
_LANGUAGE = re.compile(rb"<(?:dc:)?language>\s*([A-Za-z]{2})\b|<feed[^>]*\sxml:lang=[\"']([A-Za-z]{2})\b")
_DATED = re.compile(rb"<(?:\w+:)?(?:pubDate|published|updated|date|issued|modified|created)\b|\"date_", re.IGNORECASE)
_GLOBAL_ID = re.compile(r"^(?:https?://|tag:|urn:|[a-z0-9+.-]+://)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A feed's posts and what it says of itself. `ttl` is seconds it asks to be kept, 0 if unsaid."""

    posts: tuple[NewPost, ...]
    title: str = ""
    site: str = ""
    ttl: float = 0.0


def looks_like_feed(body: bytes) -> bool:
    """A cheap look at the first bytes; `parse_feed` has the last word."""
    head = body[:4_096].lstrip(b"\xef\xbb\xbf\x00 \t\r\n").lower()
    if head.startswith(b"{"):
        return b"jsonfeed.org/version" in head or b'"items"' in body[:200_000]
    return any(mark in head for mark in (b"<rss", b"<feed", b"<rdf:rdf", b"<channel"))


def parse_feed(body: bytes, url: str) -> ParsedFeed:
    """Posts of a feed document. Raises ContentError (not_a_feed, broken_feed, empty_body)."""
    if not body.strip():
        raise ContentError("empty_body", url)
    try:
        parsed = fastfeedparser.parse(body, include_tags=False, include_media=False, include_enclosures=False)
    except Exception as error:
        words = str(error)
        code = "not_a_feed" if "HTML" in words or "Unknown feed type" in words else "broken_feed"
        raise ContentError(code, url, words) from error
    return feed_from_entries(parsed.feed, parsed.entries, body, url)


def feed_from_entries(
    feed: Mapping[str, Any], entries: Sequence[Mapping[str, Any]], body: bytes, url: str
) -> ParsedFeed:
    """Turn entries of either parser into posts."""
    entries = entries[:MAX_ITEMS]
    extras = _rare_fields(body, len(entries)) if any(mark in body for mark in _RARE) else []
    asked = _TTL.search(body, 0, 20_000)  # minutes, before the items
    native = _native_ids(entries, url)
    said = _LANGUAGE.search(body, 0, 20_000)
    lang = (said[1] or said[2]).decode().lower() if said else str(feed.get("language") or "")[:2].lower()
    dated = _DATED.search(body) is not None  # else the parser has guessed dates from ids
    posts = []
    for index, entry in enumerate(entries):
        extra = extras[index] if extras else {}
        received = _received(entry) or str(extra.get("description", ""))
        title = plain_text(str(entry.get("title") or ""))
        posts.append(
            NewPost(
                source_kind="feed",
                native_id=native[index],
                text=received,
                plain=None,  # made when the post is stored, so known posts cost nothing
                title=title,
                url=_link(entry, url),
                author=plain_text(str(entry.get("author") or "")),
                published_at=_date(entry) if dated else None,
                lang=lang,
                parent_id=str(extra.get("parent", "")),
                engagement=Engagement(comments=extra.get("comments"), views=extra.get("views")),
            )
        )
    return ParsedFeed(
        tuple(posts),
        title=plain_text(str(feed.get("title") or ""))[:300],
        site=_http_only(str(feed.get("link") or ""), url),
        ttl=min(float(asked[1]) * 60, 86_400.0) if asked else 0.0,
    )


def _received(entry: Mapping[str, Any]) -> str:
    for part in entry.get("content") or []:
        if isinstance(part, Mapping) and part.get("value"):
            return str(part["value"])
    return str(entry.get("summary") or entry.get("description") or "")


def _http_only(link: str, base: str) -> str:
    link = link.strip()
    if web_link(link):
        return link
    try:
        joined = urljoin(base, link)
        return joined if urlsplit(joined).scheme in {"http", "https"} and link else ""
    except ValueError:
        return ""


def _link(entry: Mapping[str, Any], base: str) -> str:
    if entry.get("link"):
        return _http_only(str(entry["link"]), base)
    for link in entry.get("links") or []:
        if isinstance(link, Mapping) and link.get("href") and link.get("rel", "alternate") == "alternate":
            return _http_only(str(link["href"]), base)
    guid = str(entry.get("id") or "")
    return web_link(guid)


def _native_ids(entries: Sequence[Mapping[str, Any]], url: str) -> list[str]:
    """guid, else link, else a hash. A guid that repeats inside one feed identifies nothing and is passed over.

    Ids that are unique only within their feed ("1", "post-7") are scoped by the feed's address.
    """
    guids = [str(e.get("id") or "").strip() for e in entries]
    links = [_link(e, url) for e in entries]
    guid_count, link_count = Counter(guids), Counter(links)
    ids = []
    for index, entry in enumerate(entries):
        guid, link = guids[index], links[index]
        if guid and guid_count[guid] == 1:
            ids.append(guid if _GLOBAL_ID.match(guid) else f"{url}#{guid}")
        elif link and link_count[link] == 1:
            ids.append(link)
        else:
            content = f"{guid}\0{link}\0{entry.get('title')}\0{entry.get('published')}\0{_received(entry)}"
            ids.append(f"{url}#" + hashlib.sha256(content.encode("utf-8", "replace")).hexdigest()[:32])
    return ids


def _date(entry: Mapping[str, Any]) -> datetime | None:
    for key in ("published", "updated"):
        value = entry.get(key)
        if not value:
            continue
        try:
            moment = datetime.fromisoformat(str(value).replace("Z", "+00:00"))
        except ValueError:
            continue
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC) if moment.year > 1 else None
    return None


def _rare_fields(body: bytes, expected: int) -> list[dict[str, Any]]:
    """Comment counts, views and reply targets, which the fast parser does not keep."""
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError):
        return []
    if root is None:
        return []
    items = [_rare_of_item(element) for element in root.iter("{*}item", "{*}entry")]
    return items if len(items) == expected else []


def _rare_of_item(item: Any) -> dict[str, Any]:
    rare: dict[str, Any] = {}
    for child in item.iter(etree.Element):
        name = etree.QName(child)
        words = (child.text or "").strip()
        counts_comments = (name.localname == "comments" and "slash" in (name.namespace or "")) or (
            name.localname == "total" and "thread" in (name.namespace or "")
        )
        if counts_comments and words.isdecimal():
            rare["comments"] = int(words[:9])
        elif name.localname == "statistics" and child.get("views", "").isdecimal():
            rare["views"] = int(child.get("views")[:12])
        elif name.localname == "description" and "yahoo" in (name.namespace or ""):
            rare["description"] = child.text or ""
        elif name.localname == "in-reply-to":
            rare["parent"] = child.get("ref") or child.get("href") or ""
    return rare


async def parse_patiently(body: bytes, url: str) -> ParsedFeed:
    """`parse_feed`, then feedparser in a limited process for what it refuses."""
    try:
        if len(body) > 500_000:
            return await asyncio.to_thread(parse_feed, body, url)
        return parse_feed(body, url)
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
        parsed = json.loads(done.stdout)
    except ValueError:
        raise first from None
    if not parsed["entries"] and not parsed["version"]:
        raise first
    return feed_from_entries(parsed["feed"], parsed["entries"], body, url)


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
    feed = await parse_patiently(answer.body, source.address)
    if not source.title and feed.title:
        changes["title"] = feed.title
    if feed.site and not source.site:
        changes["site"] = feed.site
    return FetchResult(feed.posts, changes, max(feed.ttl, answer.max_age), moved_to=answer.moved_to)

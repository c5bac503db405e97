"""From what a person pastes to a feed that works."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from data.models import NewPost
from sources.base import AddressError, ContentError, SourceError
from sources.feeds import ParsedFeed, looks_like_feed, parse_patiently
from sources.http import Client, check_url

FEED_TYPES = {
    "application/rss+xml",
    "application/atom+xml",
    "application/feed+json",
    "application/rdf+xml",
    "text/xml",
    "application/xml",
}
USUAL_PATHS = ("/feed", "/rss", "/feed.xml", "/rss.xml", "/atom.xml", "/index.xml", "/feed/", "/blog/feed")
MAX_TRIES = 10


@dataclass(frozen=True, slots=True)
class FoundFeed:
    """A feed that answered, with its newest posts as a preview."""

    url: str
    title: str
    site: str
    newest: tuple[NewPost, ...]


def feed_links(html: bytes, base: str) -> list[str]:
    """Feed addresses that a page announces, in its order, comment feeds last."""
    tree = LexborHTMLParser(html[:2_000_000])
    announced: list[str] = []
    for node in tree.css("link[rel][href]"):
        values = node.attributes
        rel = (values.get("rel") or "").lower().split()
        if "alternate" in rel and (values.get("type") or "").lower().split(";")[0].strip() in FEED_TYPES:
            announced.append(values.get("href") or "")
    for node in tree.css("a[href]"):
        href = node.attributes.get("href") or ""
        tail = urlsplit(href).path.lower() if len(href) < 500 and "[" not in href else ""
        if tail.endswith((".rss", "/rss", "/feed", "/feed/", "rss.xml", "atom.xml", "feed.xml")):
            announced.append(href)
    found: list[str] = []
    for href in announced:
        try:
            url = check_url(urljoin(base, href.strip()))
        except (AddressError, ValueError):
            continue
        if url not in found:
            found.append(url)
    return sorted(found, key=lambda url: "comment" in url.lower())


def _found(url: str, feed: ParsedFeed) -> FoundFeed:
    newest = sorted(feed.posts, key=lambda p: p.published_at.timestamp() if p.published_at else 0, reverse=True)
    return FoundFeed(url, feed.title, feed.site, tuple(newest[:3]))


async def discover_feed(client: Client, pasted: str, now: datetime) -> FoundFeed:
    """The feed at, or announced by, the address pasted (https:// is added when there is no scheme).

    Raises a SourceError that says why: the address, the network, or a page without a feed.
    """
    pasted = pasted.strip()
    if "://" not in pasted:
        pasted = "https://" + pasted.removeprefix("//")
    url = check_url(pasted)
    answer = await client.get(url, now)
    if looks_like_feed(answer.body):
        return _found(answer.moved_to or url, await parse_patiently(answer.body, url))
    try:
        return _found(answer.moved_to or url, await parse_patiently(answer.body, url))
    except ContentError as error:
        first = error
    candidates = feed_links(answer.body, answer.url)
    candidates += [urljoin(answer.url, path) for path in USUAL_PATHS]
    for candidate in list(dict.fromkeys(candidates))[:MAX_TRIES]:
        try:
            reply = await client.get(candidate, now)
            feed = await parse_patiently(reply.body, candidate)
        except SourceError:
            continue
        if feed.posts or looks_like_feed(reply.body):
            return _found(reply.moved_to or candidate, feed)
    raise ContentError("not_a_feed", url) from first

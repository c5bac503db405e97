"""From what a person pastes to a source that works: asked, with its newest posts, before it is added."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from data.credentials import Credentials, Secret, keep_address_secret
from data.models import NewPost, Source
from data.settings import Settings
from data.source_list import add_source
from data.store import Store
from sources.answers import get_json, link, listed, mapping
from sources.collect import SOURCES
from sources.errors import AddressError, ContentError, RefusedError, SourceError
from sources.http import Answer, Client
from sources.identify import Candidate, NotUnderstood, identify, nearest_host, take_secret
from sources.kinds.feeds import ParsedFeed, looks_like_feed, parse_patiently
from sources.refusals import looks_like_challenge
from sources.web_addresses import check_url

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
    links: list[str] = []
    for href in announced:
        try:
            url = check_url(urljoin(base, href.strip()))
        except (AddressError, ValueError):
            continue
        if url not in links:
            links.append(url)
    return sorted(links, key=lambda url: "comment" in url.lower())


def _newest(posts: tuple[NewPost, ...]) -> tuple[NewPost, ...]:
    ordered = sorted(posts, key=lambda p: p.published_at.timestamp() if p.published_at else 0, reverse=True)
    return tuple(ordered[:3])


def _found(url: str, feed: ParsedFeed) -> FoundFeed:
    return FoundFeed(url, feed.title, feed.site, _newest(feed.posts))


async def discover_feed(client: Client, pasted: str, now: datetime, answer: Answer | None = None) -> FoundFeed:
    """The feed at, or announced by, the address pasted (https:// is added when there is no scheme).

    `answer` is what the address gave, where it has been asked already. Raises a SourceError that says why:
    the address, the network, or a page without a feed.
    """
    pasted = pasted.strip()
    if "://" not in pasted:
        pasted = "https://" + pasted.removeprefix("//")
    url = check_url(pasted)
    answer = await client.get(url, now) if answer is None else answer
    if looks_like_challenge(answer.body):
        raise RefusedError("captcha", url)
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


@dataclass(frozen=True, slots=True)
class Found:
    """A source that answered. `others` are further things to follow at the same place."""

    kind: str
    address: str
    title: str
    newest: tuple[NewPost, ...]
    site: str = ""
    note: str = ""  # as "limited": it works, but gives more with credentials
    secret: Secret = Secret()  # noqa: RUF009 - immutable
    others: tuple[Candidate, ...] = ()


async def _try(client: Client, candidate: Candidate, now: datetime) -> Found:
    source = Source(0, candidate.kind, candidate.address)
    result = await SOURCES[candidate.kind].fetch(client, source, now)
    if result.error is not None and not result.posts:
        raise result.error
    title = str(result.changes.get("title") or "") or candidate.address
    return Found(candidate.kind, candidate.address, title, _newest(result.posts), note=result.changes.get("note", ""))


async def _at_site(client: Client, url: str, now: datetime) -> Found:
    """A forum that says what it is, for it gives more than its feed; else a feed; else the pages themselves."""
    answer = await client.get(check_url(url), now)
    head = answer.body[:200_000].lower()
    if b'name="generator"' in head and b'content="discourse' in head:
        return await _try(client, Candidate("discourse", url), now)
    try:
        feed = await discover_feed(client, url, now, answer)
    except ContentError as error:
        if error.code not in {"not_a_feed", "broken_feed", "empty_body"}:
            raise
        first = error
    else:
        if feed.url.startswith("https://www.youtube.com/feeds/") and "channel_id=" in feed.url:
            return await _try(client, Candidate("youtube", f"channel:{feed.url.rpartition('channel_id=')[2]}"), now)
        address = url if "{secret:" in url else feed.url
        return Found("feed", address, feed.title or feed.url, feed.newest, feed.site)
    try:
        found = await _try(client, Candidate("web", answer.moved_to or url), now)
    except SourceError as error:
        raise (error if error.code in {"robots", "captcha"} else first) from error
    if not found.newest:
        raise first
    return found


async def look(client: Client, pasted: str, now: datetime) -> Found:
    """What was pasted, asked and answered. `client` should be made with `preview=True`.

    Raises a SourceError that says why not; a NotUnderstood names the nearest thing that would work.
    """
    candidates = identify(pasted)
    problem: SourceError | None = None
    for index, candidate in enumerate(candidates):
        address, secret = (
            take_secret(candidate.address) if "://" in candidate.address else (candidate.address, Secret())
        )
        if secret:
            name = address.partition("{secret:")[2].partition("}")[0]
            values = {**client.credentials.values, ("address", name, "value"): secret}
            client.credentials = Credentials(values)
        try:
            if candidate.kind == "podcast":
                found = await _at_site(client, await _podcast_feed(client, candidate.address, now), now)
            elif candidate.kind == "feed":
                found = await _at_site(client, address, now)
            elif candidate.kind == "youtube" and candidate.address.startswith("channel:@"):
                found = await _channel(client, candidate, now)
            else:
                found = await _try(client, candidate, now)
        except SourceError as error:
            if candidate.sure:
                raise
            problem = problem if problem is not None and index else error
            if error.code in {"unknown_host", "private_address", "unreachable", "tls_error", "timeout"}:
                break
            continue
        others = tuple(other for other in candidates[index + 1 :] if other.sure)
        return replace(found, secret=secret, others=others)
    assert problem is not None
    better = nearest_host(pasted.strip()) if problem.code == "unknown_host" else ""
    if better:
        raise NotUnderstood("unknown_host", pasted.strip(), better) from problem
    raise problem


async def _channel(client: Client, candidate: Candidate, now: datetime) -> Found:
    """A channel by its handle. Without a key its page is asked which feed, and so which channel, it has."""
    if client.credentials.get("youtube", "key"):
        return await _try(client, candidate, now)
    site = client.base_url("youtube_site", "https://www.youtube.com")
    answer = await client.get(f"{site}/{candidate.address.removeprefix('channel:')}", now)
    for feed in feed_links(answer.body, answer.url):
        channel = feed.rpartition("channel_id=")[2]
        if channel.startswith("UC"):
            return await _try(client, Candidate("youtube", f"channel:{channel}"), now)
    raise RefusedError("no_credentials", candidate.address)


async def _podcast_feed(client: Client, number: str, now: datetime) -> str:
    """The feed of a podcast, from Apple's public directory."""
    url = f"{client.base_url('podcasts', 'https://itunes.apple.com')}/lookup?id={number}&entity=podcast"
    answer, _ = await get_json(client, url, now, subject=f"podcast {number}")
    for item in listed(mapping(answer).get("results")):
        if feed := link(mapping(item).get("feedUrl")):
            return feed
    raise RefusedError("not_found", f"podcast {number}")


def follow(store: Store, settings: Settings, found: Found, now: datetime) -> tuple[Source, bool]:
    """Add what was found; the source and whether it is new. A secret in its address goes to the credentials file."""
    if found.secret:
        keep_address_secret(settings, found.secret.reveal())
    with store.write() as connection:
        return add_source(connection, found.kind, found.address, now, title=found.title, site=found.site)

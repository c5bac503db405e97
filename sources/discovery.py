"""From what a person pastes to a source that works: asked, with its newest posts, before it is added."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urljoin, urlsplit

from sqlalchemy import Connection

from data.actor import needs
from data.changes import note_change
from data.credentials import Credentials, Secret, keep_address_secret
from data.models import NewPost, Source
from data.settings import Settings
from data.source_list import add_source
from data.store import Store
from sources.addresses.candidates import Candidate, NotUnderstood
from sources.addresses.forums import Place, place_of
from sources.addresses.pages import feed_links, sends_to
from sources.addresses.resolved import resolved
from sources.collect import SOURCES
from sources.errors import ContentError, NetworkError, RefusedError, SourceError
from sources.http import Answer, Client
from sources.identify import identify, nearest_host, take_secret
from sources.kinds.feeds import ParsedFeed, looks_like_feed, parse_patiently
from sources.refusals import looks_like_challenge
from sources.web_addresses import check_url

BELOW = ("feed", "rss", "rss.xml", "index.xml", "atom.xml", "feed.xml")
USUAL_PATHS = ("/feed", "/rss", "/feed.xml", "/rss.xml", "/atom.xml", "/index.xml", "/feed/", "/blog/feed")
MAX_ANNOUNCED, MAX_TRIES = 6, 14
MAX_HOPS = 3  # from a page that only sends on to the next
AT_ONCE = 6  # things that are looked at side by side
# Refusals that only a place of the supposed kind gives: to ask further as for a page would hide them.
SAYS_WHAT_IT_IS = {"needs_account", "share_unresolved", "multi_unresolved", "channel_unresolved"}


@dataclass(frozen=True, slots=True)
class FoundFeed:
    """A feed that answered, with its newest posts as a preview."""

    url: str
    title: str
    site: str
    newest: tuple[NewPost, ...]
    posts: tuple[NewPost, ...] = ()  # all that it holds


def _newest(posts: tuple[NewPost, ...]) -> tuple[NewPost, ...]:
    ordered = sorted(posts, key=lambda p: p.published_at.timestamp() if p.published_at else 0, reverse=True)
    return tuple(ordered[:3])


def _found(url: str, feed: ParsedFeed) -> FoundFeed:
    return FoundFeed(url, feed.title, feed.site, _newest(feed.posts), feed.posts)


async def _page(client: Client, url: str, now: datetime, answer: Answer | None = None) -> Answer:
    """What an address gives, after the pages that only send on. `moved_to` is the address to keep, if it is another."""
    first = answer = await client.get(check_url(url), now) if answer is None else answer
    seen = {url, answer.url}
    for _hop in range(MAX_HOPS + 1):
        if looks_like_feed(answer.body):
            break
        target = sends_to(answer.body, answer.url)
        if not target or target in seen:
            break
        if _hop == MAX_HOPS:
            raise NetworkError("too_many_redirects", url)
        seen.add(target)
        answer = await client.get(target, now)
    return answer if answer is first else replace(answer, moved_to=answer.moved_to or answer.url)


async def discover_feed(client: Client, pasted: str, now: datetime, answer: Answer | None = None) -> FoundFeed:
    """The feed at, or announced by, the address pasted (https:// is added when there is no scheme).

    `answer` is what the address gave, where it has been asked already. Raises a SourceError that says why:
    the address, the network, or a page without a feed.
    """
    pasted = pasted.strip()
    if "://" not in pasted:
        pasted = "https://" + pasted.removeprefix("//")
    url = check_url(pasted)
    answer = await _page(client, url, now, answer)
    if looks_like_challenge(answer.body):
        raise RefusedError("captcha", url)
    try:
        return _found(answer.moved_to or url, await parse_patiently(answer.body, url))
    except ContentError as error:
        if looks_like_feed(answer.body):
            raise
        first = error
    announced = feed_links(answer.body, answer.url, answer.headers)[:MAX_ANNOUNCED]
    found = await _first_feed(client, [*announced, *_guesses(answer.url)][:MAX_TRIES], now)
    if found is None:
        raise ContentError("not_a_feed", url) from first
    return found


def _guesses(url: str) -> list[str]:
    """Where a page's feed usually is: below the page, then at the root of its site."""
    path = urlsplit(url).path
    is_folder = path.strip("/") and "." not in path.rstrip("/").rpartition("/")[2]
    below = [urljoin(url.partition("?")[0].rstrip("/") + "/", name) for name in BELOW] if is_folder else []
    return list(dict.fromkeys([*below[:4], *(urljoin(url, path) for path in USUAL_PATHS)]))


async def _first_feed(client: Client, addresses: Sequence[str], now: datetime) -> FoundFeed | None:
    """The first of these addresses that is a feed."""
    for address in dict.fromkeys(addresses):
        try:
            reply = await client.get(address, now)
            feed = await parse_patiently(reply.body, address)
        except SourceError:
            continue
        if feed.posts or looks_like_feed(reply.body):
            return _found(reply.moved_to or address, feed)
    return None


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
    posts: tuple[NewPost, ...] = ()  # all of the page that was read


async def _try(client: Client, candidate: Candidate, now: datetime) -> Found:
    source = Source(0, candidate.kind, candidate.address)
    result = await SOURCES[candidate.kind].fetch(client, source, now)
    if result.error is not None and not result.posts:
        raise result.error
    title = str(result.changes.get("title") or "") or candidate.address
    note = result.changes.get("note", "")
    return Found(candidate.kind, candidate.address, title, _newest(result.posts), note=note, posts=result.posts)


async def _at_site(client: Client, url: str, now: datetime) -> Found:
    """A forum that says what it is, for it gives more than its feed; else a feed; else the pages themselves."""
    answer = await _page(client, url, now)
    head = answer.body[:200_000].lower()
    if b'name="generator"' in head and b'content="discourse' in head:
        return await _try(client, Candidate("discourse", answer.moved_to or url), now)
    forum = place_of(answer.body, answer.url) if not looks_like_feed(answer.body) else None
    if forum is not None and not looks_like_challenge(answer.body):
        return await _at_forum(client, forum, now)
    try:
        feed = await discover_feed(client, url, now, answer)
    except ContentError as error:
        if error.code not in {"not_a_feed", "broken_feed", "empty_body"}:
            raise
        return await _watched(client, (answer.moved_to or url,), error, now)
    if feed.url.startswith("https://www.youtube.com/feeds/") and "channel_id=" in feed.url:
        return await _try(client, Candidate("youtube", f"channel:{feed.url.rpartition('channel_id=')[2]}"), now)
    address = url if "{secret:" in url else feed.url
    return Found("feed", address, feed.title or feed.url, feed.newest, feed.site, posts=feed.posts)


async def _at_forum(client: Client, place: Place, now: datetime) -> Found:
    """The feed of the topic, forum or board that was pasted; else its page. Never more than was pasted."""
    feed = await _first_feed(client, place.feeds, now)
    if feed is not None:
        return Found("feed", feed.url, feed.title or feed.url, feed.newest, feed.site, posts=feed.posts)
    first = ContentError("not_a_feed", place.page)
    return await _watched(client, tuple(dict.fromkeys((place.page, place.asked))), first, now)


async def _watched(client: Client, pages: Sequence[str], first: SourceError, now: datetime) -> Found:
    """The first of these pages that can be watched. Raises what says most: that it may not be read, else `first`."""
    for page in pages:
        try:
            found = await _try(client, Candidate("web", page), now)
        except SourceError as error:
            first = error if error.code in {"robots", "captcha"} else first
            continue
        if found.newest:
            return found
    raise first


async def look(client: Client, pasted: str, now: datetime) -> Found:
    """What was pasted, asked and answered. `client` should be made with `preview=True`.

    Raises a SourceError that says why not; a NotUnderstood names the nearest thing that would work.
    """
    problem: SourceError | None = None
    candidates = identify(pasted)
    for index, candidate in enumerate(candidates):
        try:
            found, more = await _asked(client, candidate, now)
        except SourceError as error:
            if candidate.sure or error.code in SAYS_WHAT_IT_IS:
                raise
            problem = problem or error
            if error.code in {"unknown_host", "private_address", "unreachable", "tls_error", "timeout"}:
                break
            continue
        others = tuple(other for other in (*more, *candidates[index + 1 :]) if other.sure)
        return replace(found, others=others)
    assert problem is not None
    better = nearest_host(pasted.strip()) if problem.code == "unknown_host" else ""
    if better:
        raise NotUnderstood("unknown_host", pasted.strip(), better) from problem
    raise problem


async def _asked(client: Client, candidate: Candidate, now: datetime) -> tuple[Found, list[Candidate]]:
    """A candidate that answered, and what else it stands for."""
    candidate, *more = await resolved(client, candidate, now)
    address, secret = take_secret(candidate.address) if "://" in candidate.address else (candidate.address, Secret())
    if secret:
        name = address.partition("{secret:")[2].partition("}")[0]
        client.credentials = Credentials({**client.credentials.values, ("address", name, "value"): secret})
    if candidate.kind == "feed":
        found = await _at_site(client, address, now)
    else:
        found = await _try(client, replace(candidate, address=address), now)
    return replace(found, secret=secret), more


@dataclass(frozen=True, slots=True)
class Looked:
    """One of several things that were pasted, and what came of looking: it was found, or why not."""

    pasted: str
    found: Found | None = None
    problem: SourceError | None = None


async def look_at_each(client: Client, things: Sequence[str], now: datetime) -> list[Looked]:
    """What each thing is, in their order; a fault of one is its own."""
    turn = asyncio.Semaphore(AT_ONCE)

    async def one(thing: str) -> Looked:
        async with turn:
            try:
                return Looked(thing, await look(client, thing, now))
            except SourceError as error:
                return Looked(thing, problem=error)

    return list(await asyncio.gather(*(one(thing) for thing in things)))


@needs("administrator")
def follow(store: Store, settings: Settings, found: Found, now: datetime) -> tuple[Source, bool]:
    """Add what was found; the source and whether it is new. A secret in its address goes to the credentials file."""
    if found.secret:
        keep_address_secret(settings, found.secret.reveal())
    with store.write() as connection:
        made, is_new = add_source(connection, found.kind, found.address, now, title=found.title, site=found.site)
        _note(connection, made, is_new)
        return made, is_new


def _note(connection: Connection, made: Source, is_new: bool) -> None:
    if is_new:
        note_change(connection, "source.added", f"source {made.id}: {made.title or made.kind}", after=made.kind)


@needs("administrator")
def follow_address(store: Store, kind: str, address: str, now: datetime) -> tuple[Source, bool]:
    """Add a source by the address that it is stored under; it and whether it is new."""
    with store.write() as connection:
        made, is_new = add_source(connection, kind, address, now)
        _note(connection, made, is_new)
        return made, is_new

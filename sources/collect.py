"""Collect: the sources that are due -> posts in the store, one result for each source.

`SOURCES` is the table of kinds. Only expected errors (SourceError) become a result; a bug rises.
Posts are stored in batches, each one transaction, and reported only once they are safe.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from data import demo_places
from data.cluster.chosen import for_workers, open_workers
from data.cluster.workers import Workers
from data.credentials import Credentials, names_in
from data.models import Source, to_day
from data.posts.ingest import TEXT_LIMIT, Added, add_posts, due_recounts, mark_removed
from data.posts.known import clip
from data.settings import Settings
from data.source_list import NOT_COLLECTED, due_sources, find_source, get_source, note_check, update_source
from data.store import Store
from data.usage import Meter, NoMeter
from sources.addresses.hosts import shared_out
from sources.base import FetchResult, Page, SourceKind
from sources.errors import SourceError
from sources.files.meaning.exports import NETWORKS
from sources.http import Client
from sources.kinds import (
    bluesky,
    discourse,
    facebook,
    feeds,
    github,
    hackernews,
    lemmy,
    mastodon,
    reddit,
    stackexchange,
    threads,
    webpage,
    x,
    youtube,
)
from sources.kinds.chats import discord, slack, telegram
from sources.kinds.threads_tokens import renewed_credentials
from sources.plain_text import plain_text
from sources.refusals import MAX_WAIT, backoff

# The table of kinds. Adding one is a module beside this one and a line here: see docs/sources.md.
SOURCES: dict[str, SourceKind] = {
    kind.kind: kind
    for kind in (
        SourceKind("feed", feeds.fetch_feed, 3_600.0),
        SourceKind("web", webpage.fetch_site, 6 * 3_600.0),
        SourceKind("reddit", reddit.fetch, 900.0, reddit.recount, "reddit", reach="thousand", metered=True),
        SourceKind("hackernews", hackernews.fetch, 900.0, hackernews.recount, reach="all"),
        SourceKind("mastodon", mastodon.fetch, 900.0, mastodon.recount, service="mastodon", reach="all"),
        SourceKind("bluesky", bluesky.fetch, 900.0, bluesky.recount, service="bluesky", reach="all"),
        SourceKind("youtube", youtube.fetch, 3_600.0, youtube.recount, "youtube", reach="all", metered=True),
        SourceKind("x", x.fetch, 3_600.0, service="x", reach="week", metered=True),
        SourceKind("facebook", facebook.fetch_facebook, 1_800.0, service="facebook", reach="all"),
        SourceKind("instagram", facebook.fetch_instagram, 3_600.0, service="facebook", reach="all"),
        SourceKind("discourse", discourse.fetch, 900.0, discourse.recount, reach="all"),
        SourceKind("lemmy", lemmy.fetch, 1_800.0, lemmy.recount, reach="all"),
        SourceKind(
            "stackexchange", stackexchange.fetch, 3_600.0, stackexchange.recount, "stackexchange", "all", metered=True
        ),
        SourceKind("github", github.fetch, 3_600.0, service="github", reach="all", metered=True),
        SourceKind("telegram", telegram.fetch, 1_800.0, telegram.recount, reach="all"),
        SourceKind("discord", discord.fetch, 900.0, discord.recount, service="discord", reach="all"),
        SourceKind("slack", slack.fetch, 1_800.0, slack.recount, service="slack", reach="all"),
        SourceKind("threads", threads.fetch, 3_600.0, threads.recount, service="threads", reach="all"),
    )
}
# Every kind that a source or a post has: those that are collected, those of files with their networks, and the demo.
KINDS = frozenset((*SOURCES, *NOT_COLLECTED, *NETWORKS, *(place.kind for place in demo_places.SOURCES)))
CONCURRENT = 40
BATCH = 50  # sources stored in one transaction
TRAVEL = 20  # sources that go to a worker together
SOON = 60.0  # seconds to the next check while older posts are still to be read
REDIRECT_DAYS = 3  # days on which a permanent redirect must repeat before it is believed
# Conditions that pass by themselves late, or only when a person acts: asking every minute changes nothing.
LASTING = {
    "quota": 3_600.0,
    "spend_cap": 6 * 3_600.0,
    "no_credentials": 3_600.0,
    "bad_credentials": 3_600.0,
    "expired_token": 3_600.0,
    "captcha": 6 * 3_600.0,
    "robots": 86_400.0,
    "forbidden": 3_600.0,
    "needs_keys": 6 * 3_600.0,
    "missing_permission": 3_600.0,
    "page_unknown": 6 * 3_600.0,
    "search_needs_account": 6 * 3_600.0,
    "video_gone": 86_400.0,
    "channel_closed": 6 * 3_600.0,
    "not_in_channel": 3_600.0,
    "no_message_content": 3_600.0,
    "own_account_only": 6 * 3_600.0,
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one check of one source came to. `error` is None on success; `left_out` posts say nothing."""

    source: Source
    added: Added
    unchanged: bool
    error: SourceError | None = None
    left_out: int = 0


Fetched = tuple[Source, "FetchResult | SourceError"]


def intent(
    source: Source, result: FetchResult | SourceError, now: datetime, interval: float, rng: random.Random
) -> dict[str, Any]:
    """The columns to change after a check. Pure: a decision, no I/O."""
    error = result if isinstance(result, SourceError) else result.error
    if error is not None:
        wait = max(backoff(source.failures, interval / 4, rng), error.retry_after or 0.0)
        if error.code in LASTING:
            wait = max(wait, LASTING[error.code])
        return {
            **(result.changes if isinstance(result, FetchResult) else {}),
            "last_attempt": now,
            "failures": source.failures + 1,
            "error_code": error.code,
            "error_detail": error.detail,
            "state": "gone" if error.code == "gone" else source.state,
            "next_check": now + timedelta(seconds=min(wait, MAX_WAIT)),
        }
    assert isinstance(result, FetchResult)
    if result.more:
        interval = min(interval, SOON)
    wait = min(max(interval, result.wait) * rng.uniform(1.0, 1.1), MAX_WAIT)
    changes: dict[str, Any] = {
        **result.changes,
        "last_attempt": now,
        "last_success": now,
        "failures": 0,
        "error_code": "",
        "error_detail": "",
        "next_check": now + timedelta(seconds=wait),
    }
    if source.back_to is not None and not result.more:
        changes.setdefault("back_to", 0)  # as far back as this place goes
    if result.moved_to != source.redirect_to:
        changes.update(redirect_to=result.moved_to, redirect_days=1 if result.moved_to else 0, redirect_day=to_day(now))
    elif result.moved_to and to_day(now) != source.redirect_day:
        changes.update(redirect_days=source.redirect_days + 1, redirect_day=to_day(now))
        if source.redirect_days + 1 >= REDIRECT_DAYS:
            changes.update(address=result.moved_to, redirect_to="", redirect_days=0)
    return changes


async def check_source(
    client: Client, source: Source, now: datetime, recounts: Sequence[str] = ()
) -> FetchResult | SourceError:
    """Fetch one source, and read the posts in `recounts` again. An expected failure is returned, not raised."""
    kind = SOURCES[source.kind]
    try:
        result = await kind.fetch(client, source, now)
    except SourceError as error:
        return error
    if kind.recount is None or not recounts or result.error is not None or result.wait:
        return result
    here = {post.native_id for post in result.posts}
    due = [native_id for native_id in recounts if native_id not in here]
    try:
        again = await kind.recount(client, source, now, due) if due else Page()
    except SourceError as error:
        return replace(result, error=error)
    return replace(
        result,
        posts=result.posts + again.posts,
        removed=result.removed + again.removed,
        changes={**result.changes, "recounted_at": now},
    )


def store_result(
    connection: Connection,
    source: Source,
    result: FetchResult | SourceError,
    now: datetime,
    settings: Settings,
    rng: random.Random,
) -> Outcome:
    """Write one source's posts and state inside the caller's transaction."""
    changes = intent(source, result, now, SOURCES[source.kind].interval, rng)
    address = changes.get("address")
    if address and find_source(connection, source.kind, address) is not None:
        changes.pop("address")  # the new address is followed already
    update_source(connection, source.id, **changes)
    error = result if isinstance(result, SourceError) else result.error
    note_check(connection, source, error is not None, now)
    if isinstance(result, SourceError):
        return Outcome(source, Added(), False, result)
    added = add_posts(
        connection,
        source.id,
        result.posts,
        now,
        pseudonymise=settings.pseudonymise_authors,
        to_plain=plain_text,
    )
    if result.removed:
        mark_removed(connection, source.kind, result.removed, now)
    return Outcome(source, added, result.unchanged, error, result.left_out)


async def _fetch_all(
    client: Client, due: Sequence[Source], recounts: Mapping[int, Sequence[str]], now: datetime
) -> AsyncIterator[Fetched]:
    """Check sources side by side, a bounded number at a time, giving each as soon as it is there."""
    waiting = iter(due)
    running: set[asyncio.Task[Fetched]] = set()

    async def one(source: Source) -> Fetched:
        return source, await check_source(client, source, now, recounts.get(source.id, ()))

    try:
        while True:
            while len(running) < CONCURRENT and (source := next(waiting, None)) is not None:
                running.add(asyncio.create_task(one(source)))
            if not running:
                return
            finished, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for task in finished:
                yield task.result()
    finally:
        for task in running:
            task.cancel()


@dataclass(frozen=True, slots=True)
class Batch:
    """Sources that any process may ask for: they need no credentials, and no quota is counted. `recounts` as in
    `check_source`, by source."""

    settings: Settings
    sources: Sequence[Source]
    recounts: Mapping[int, Sequence[str]]
    now: datetime
    base_urls: Mapping[str, str]


def fetch_batch(batch: Batch) -> list[Fetched]:
    """Ask for the sources of a batch and read what they answer: on a worker, or here."""

    async def fetched() -> list[Fetched]:
        async with Client(batch.settings, meter=NoMeter(), base_urls=batch.base_urls) as client:
            return [one async for one in _fetch_all(client, batch.sources, batch.recounts, batch.now)]

    return [(source, _readable(result)) for source, result in asyncio.run(fetched())]


def _readable(result: FetchResult | SourceError) -> FetchResult | SourceError:
    """With the words that people read, which are else made where posts are stored."""
    if isinstance(result, SourceError):
        return result
    posts = [
        replace(post, plain=plain_text(clip(post.text, TEXT_LIMIT))) if post.plain is None else post
        for post in result.posts
    ]
    return replace(result, posts=tuple(posts))


def stays(source: Source, credentials: Credentials) -> bool:
    """Whether a source is asked for where the record is: what it uses is counted there, and no secret travels."""
    kind = SOURCES[source.kind]
    known = bool(kind.service and credentials.accounts(kind.service))
    return kind.metered or known or bool(names_in(source.address))


async def _fetch_anywhere(
    client: Client, workers: Workers, due: Sequence[Source], recounts: dict[int, list[str]], now: datetime
) -> AsyncIterator[Fetched]:
    """`_fetch_all`, with what may travel done by the workers, if there are any."""
    if not workers.far:
        async for one in _fetch_all(client, due, recounts, now):
            yield one
        return
    size = max(1, min(TRAVEL, -(-len(due) // workers.slots)))
    here, parts = shared_out(due, lambda source: stays(source, client.credentials), size)
    settings, base_urls = for_workers(client.settings), client.base_urls
    batches = (
        Batch(settings, part, {s.id: recounts[s.id] for s in part if s.id in recounts}, now, base_urls)
        for part in parts
    )
    streams = (_fetch_all(client, here, recounts, now), _far(workers, batches))
    waiting = {asyncio.ensure_future(anext(stream, None)): stream for stream in streams}
    try:
        while waiting:
            finished, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            for task in finished:
                stream, found = waiting.pop(task), task.result()
                if found is not None:
                    waiting[asyncio.ensure_future(anext(stream, None))] = stream
                    yield found
    finally:
        for task in waiting:
            task.cancel()


async def _far(workers: Workers, batches: Iterable[Batch]) -> AsyncIterator[Fetched]:
    """What the workers bring, each batch as soon as it is there. A thread waits for them."""
    results = workers.each(fetch_batch, batches, in_order=False)
    while (found := await asyncio.to_thread(next, results, None)) is not None:
        for one in found:
            yield one


async def collect(
    store: Store,
    settings: Settings,
    *,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    only: Sequence[int] | None = None,
    progress: Callable[[int, int, Outcome], None] = lambda done, total, outcome: None,
    seed: int = 0,
    credentials: Credentials | None = None,
    base_urls: dict[str, str] | None = None,
) -> list[Outcome]:
    """Check every due source (or those in `only`, due or not) and store what they bring.

    `progress` is told of each source after its posts are committed. `credentials` default to the configured ones.
    """
    rng = random.Random(seed or None)
    started = now()
    with store.read() as connection:
        if only is None:
            due = [item for item in due_sources(connection, started) if item.kind in SOURCES]
        else:
            chosen = [get_source(connection, source_id) for source_id in only]
            due = [item for item in chosen if item is not None and item.kind in SOURCES]
        recounts = {
            item.id: due_recounts(connection, item.id, item.recounted_at, started)
            for item in due
            if SOURCES[item.kind].recount is not None
        }
    if credentials is None:
        credentials = await renewed_credentials(store, settings, started, base_urls)
    outcomes: list[Outcome] = []
    batch: list[Fetched] = []

    def flush() -> None:
        if not batch:
            return
        with store.write() as connection:
            written = [store_result(connection, s, r, now(), settings, rng) for s, r in batch]
        batch.clear()
        for outcome in written:
            outcomes.append(outcome)
            progress(len(outcomes), len(due), outcome)

    size = 0
    with open_workers(settings) if due else nullcontext(Workers()) as workers:
        async with Client(settings, credentials, Meter(store), base_urls=base_urls) as client:
            async for source, result in _fetch_anywhere(client, workers, due, recounts, started):
                batch.append((source, result))
                size += len(result.posts) if isinstance(result, FetchResult) else 0
                if len(batch) >= BATCH or size >= 2_000:
                    # In a thread: while a slow database writes, answers go on being read.
                    await asyncio.to_thread(flush)
                    size = 0
            await asyncio.to_thread(flush)
    return outcomes

"""Collect: the sources that are due -> posts in the store, one result for each source.

`SOURCES` is the table of kinds. Only expected errors (SourceError) become a result; a bug rises.
Posts are stored in batches, each one transaction, and reported only once they are safe.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from data.models import Source, to_day
from data.posts import Added, add_posts
from data.settings import Settings
from data.source_list import due_sources, find_source, get_source, update_source
from data.store import Store
from sources import feeds, hackernews
from sources.base import FetchResult, SourceError, SourceKind
from sources.http import MAX_WAIT, Client, backoff
from sources.plain_text import plain_text

SOURCES: dict[str, SourceKind] = {
    kind.kind: kind
    for kind in (
        SourceKind("feed", feeds.fetch_feed, feeds.INTERVAL),
        SourceKind("hackernews", hackernews.fetch_hackernews, hackernews.INTERVAL),
    )
}
CONCURRENT = 40
BATCH = 50  # sources stored in one transaction
REDIRECT_DAYS = 3  # days on which a permanent redirect must repeat before it is believed


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one check of one source came to. `error` is None on success."""

    source: Source
    added: Added
    unchanged: bool
    error: SourceError | None = None


Fetched = tuple[Source, "FetchResult | SourceError"]


def intent(
    source: Source, result: FetchResult | SourceError, now: datetime, interval: float, rng: random.Random
) -> dict[str, Any]:
    """The columns to change after a check. Pure: a decision, no I/O."""
    if isinstance(result, SourceError):
        gone = result.code == "gone"
        wait = max(backoff(source.failures, interval / 4, rng), result.retry_after or 0.0)
        return {
            "last_attempt": now,
            "failures": source.failures + 1,
            "error_code": result.code,
            "error_detail": result.detail,
            "state": "gone" if gone else source.state,
            "next_check": now + timedelta(seconds=min(wait, MAX_WAIT)),
        }
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
    if result.moved_to != source.redirect_to:
        changes.update(redirect_to=result.moved_to, redirect_days=1 if result.moved_to else 0, redirect_day=to_day(now))
    elif result.moved_to and to_day(now) != source.redirect_day:
        changes.update(redirect_days=source.redirect_days + 1, redirect_day=to_day(now))
        if source.redirect_days + 1 >= REDIRECT_DAYS:
            changes.update(address=result.moved_to, redirect_to="", redirect_days=0)
    return changes


async def check_source(client: Client, source: Source, now: datetime) -> FetchResult | SourceError:
    """Fetch one source; an expected failure is returned, not raised."""
    try:
        return await SOURCES[source.kind].fetch(client, source, now)
    except SourceError as error:
        return error


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
    return Outcome(source, added, result.unchanged)


async def _fetch_all(client: Client, due: Sequence[Source], now: datetime) -> AsyncIterator[Fetched]:
    """Check sources side by side, a bounded number at a time, giving each as soon as it is there."""
    waiting = iter(due)
    running: set[asyncio.Task[Fetched]] = set()

    async def one(source: Source) -> Fetched:
        return source, await check_source(client, source, now)

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


async def collect(
    store: Store,
    settings: Settings,
    *,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    only: Sequence[int] | None = None,
    progress: Callable[[int, int, Outcome], None] = lambda done, total, outcome: None,
    seed: int = 0,
) -> list[Outcome]:
    """Check every due source (or those in `only`, due or not) and store what they bring.

    `progress` is told of each source after its posts are committed.
    """
    rng = random.Random(seed or None)
    started = now()
    with store.read() as connection:
        if only is None:
            due = due_sources(connection, started, tuple(SOURCES))
        else:
            found = [get_source(connection, source_id) for source_id in only]
            due = [item for item in found if item is not None and item.kind in SOURCES]
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
    async with Client(settings) as client:
        async for source, result in _fetch_all(client, due, started):
            batch.append((source, result))
            size += len(result.posts) if isinstance(result, FetchResult) else 0
            if len(batch) >= BATCH or size >= 2_000:
                flush()
                size = 0
        flush()
    return outcomes

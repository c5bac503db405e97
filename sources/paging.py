"""Listings in pages: catch up, remember what is missing, go further back when asked.

A kind gives one function that reads one page, newest posts first. Everything else is here, once:
stopping at what is known, bounded pages, answers that repeat themselves, resuming after an error or a wait,
threads within a listing.

The cursor of a source is JSON: `newest` (Unix time of the newest post seen), `looked` (when the newest were last
looked for), `tail` (the page after the oldest that was read), `gaps` (stretches still to be read, as [page, until,
whole]: down to `until`, threads as a whole or not), `after` (where a kind that can read forward goes on), `closed`
(threads that are listed and shown to members only), `threads` (it is a listing of threads), `through` (its first
visit went on until it was complete), `lost` (a stretch could not be read, for the listing repeats itself).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from data.models import NewPost, Source, from_epoch, to_epoch
from sources.base import FetchResult, FetchSource, Page, ReadPage
from sources.errors import SourceError
from sources.http import Client

OVERLAP = 3_600  # seconds read again: services index late
FIRST_DAYS = 30
AGAIN = 900  # seconds after which what is newest is looked for again, while older stretches are still being read
MAX_GAPS = 5
MAX_STALE = 3  # pages in a row that may bring nothing new: listings shift while they are read
MAX_CLOSED = 200  # closed threads that are remembered, to be counted
# Answers to a page asked for late that say that this page is no more: its stretch is then read from the start.
STALE_PAGE = {"not_found", "gone", "refused", "bad_answer"}


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch still to be read: from a page down to a time; `whole` reads its threads to their beginning."""

    start: str
    until: int
    whole: bool = False

    def told(self) -> list[Any]:
        return [self.start, self.until, True] if self.whole else [self.start, self.until]


@dataclass(slots=True)
class Walk:
    """Where a walk through pages came to. `next` is the page not read yet; empty at the end of the listing."""

    posts: dict[str, NewPost] = field(default_factory=dict)
    removed: list[str] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    next: str = ""
    title: str = ""
    newest: str = ""
    pages: int = 0
    left_out: int = 0
    wait: float = 0.0  # seconds that the service asked for
    arrived: bool = False  # at `until`, or at the end
    repeats: bool = False  # the listing says the same again: what lies behind cannot be had
    active: int = 0  # in a listing of threads: when the next of them was last active
    error: SourceError | None = None

    @property
    def reached(self) -> int | None:
        """How far back this came: by its posts, or by the activity of its threads, whose posts may be far older."""
        times = [to_epoch(p.published_at) for p in self.posts.values() if p.published_at]
        return (self.active or min(times)) if times else None

    def add(self, page: Page) -> list[NewPost]:
        """Keep what a page brought; its posts that are new to this walk."""
        self.pages += 1
        self.title = self.title or page.title
        self.newest = self.newest or page.newest
        self.removed += page.removed
        self.closed += page.closed
        self.left_out += page.left_out
        self.wait = page.wait
        if page.later is not None:
            self.active = max(to_epoch(page.later), 1)
        fresh = [post for post in page.posts if post.native_id not in self.posts]
        self.posts.update({post.native_id: post for post in fresh})
        return fresh


def _way(page: Page, fresh: list[NewPost], until: int, whole: bool) -> str:
    """The page to read next; empty when all that is wanted was read."""
    times = [to_epoch(p.published_at) for p in fresh if p.published_at]
    is_old = bool(times) and max(times) < until
    if page.next and (not is_old or (whole and page.beyond)):
        return page.next
    if page.beyond and (page.later is None or to_epoch(page.later) >= until):
        return page.beyond
    return ""


async def walk(
    read_page: ReadPage,
    client: Client,
    source: Source,
    now: datetime,
    *,
    start: str,
    until: int,
    pages: int,
    whole: bool = False,
) -> Walk:
    """Read pages from `start` until one holds only posts older than `until`, at most `pages`.

    Threads are read down to `until` too, or from end to beginning when `whole`. An error after the first page is
    kept in the result, with everything read before it.
    """
    done, token, seen, stale = Walk(), start, {start}, 0
    before: set[str] = set()
    while done.pages < pages:
        try:
            page = await read_page(client, source, now, token)
        except SourceError as error:
            if not done.pages:
                raise
            done.error, done.next = error, token
            return done
        fresh = done.add(page)
        here = {post.native_id for post in page.posts}
        stale = 0 if fresh or not here else stale + 1
        # The same page once more, or nothing but what is known time and again: the end, whatever it claims.
        done.repeats = bool(stale) and not page.beyond and (here == before or stale >= MAX_STALE)
        before = here
        onward = "" if done.repeats else _way(page, fresh, until, whole)
        if not onward or onward in seen:
            done.repeats = done.repeats or bool(onward and fresh)
            older = page.next or page.beyond
            done.arrived, done.next = True, older if older not in seen else ""
            return done
        seen.add(onward)
        done.next = token = onward
        if done.wait:
            return done
    return done


def _merged(gaps: list[Gap]) -> list[Gap]:
    """At most MAX_GAPS stretches, the oldest first: two that are too many become one that reaches over both."""
    while len(gaps) > MAX_GAPS:
        (first, second), rest = gaps[:2], gaps[2:]
        gaps = [Gap(second.start, min(first.until, second.until), first.whole or second.whole), *rest]
    return gaps


@dataclass(slots=True)
class _Check:
    """One check of one source: what is remembered of it, and what it has brought so far."""

    client: Client
    source: Source
    now: datetime
    budget: int  # pages that may still be read
    state: dict[str, Any]
    newest: int  # Unix time of the newest post seen before; 0 on a first check
    gaps: list[Gap]
    posts: dict[str, NewPost] = field(default_factory=dict)
    removed: list[str] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    title: str = ""
    error: SourceError | None = None
    more: bool = False
    repeats: bool = False
    left_out: int = 0
    wait: float = 0.0

    async def forward(self, read_newer: ReadPage, after: str) -> str:
        """Read on from the post `after`, so that none is skipped; the post to go on from next time."""
        seen = {after}
        while self.budget:
            try:
                page = await read_newer(self.client, self.source, self.now, after)
            except SourceError as problem:
                if not self.posts:
                    raise
                self.error = problem
                return after
            self.budget -= 1
            self.posts.update({post.native_id: post for post in page.posts})
            if not page.next or page.next in seen:
                return after
            after = page.next
            seen.add(after)
        self.more = True
        return after

    async def latest(self, read_page: ReadPage, pages: int, *, until: int, everything: bool, through: bool) -> str:
        """Read at most `pages` down to what is known; the newest post, from which `forward` can go on."""
        whole = through and not self.newest
        done = await self._walk(read_page, Gap("", 0 if everything else until, whole), pages)
        unfinished = bool(done.next) and not done.arrived
        if unfinished and (self.newest or through) and not everything and not self.client.preview:
            self.gaps.append(Gap(done.next, until, whole))  # more than one check may read: the rest is a gap
        if not self.newest:
            self.state["tail"] = "" if unfinished and through else done.next
            self.state["reached"] = done.reached or 0
        return done.newest

    async def fill_gaps(self, read_page: ReadPage) -> None:
        """Read the stretches still missing; those not finished stay remembered."""
        left: list[Gap] = []
        for gap in _merged(self.gaps):
            if self.error is not None or self.wait or self.budget <= 0:
                left.append(gap)
                continue
            try:
                done = await self._walk(read_page, gap, self.budget)
            except SourceError as problem:
                self.error = problem
                left.append(Gap("", gap.until, gap.whole) if problem.code in STALE_PAGE else gap)
                continue
            if (reached := done.reached) is not None:
                self.state["reached"] = min(reached, int(self.state.get("reached") or reached))
                if done.arrived and done.next and reached <= int(self.state["reached"]):
                    self.state["tail"] = done.next  # a later wish to go further back starts here
            if done.arrived:
                self.state["lost"] = done.repeats
            else:
                left.append(Gap(done.next or gap.start, gap.until, gap.whole))
        self.gaps = left

    async def _walk(self, read_page: ReadPage, gap: Gap, pages: int) -> Walk:
        done = await walk(
            read_page,
            self.client,
            self.source,
            self.now,
            start=gap.start,
            until=gap.until,
            pages=pages,
            whole=gap.whole,
        )
        self.posts = done.posts | self.posts
        self.budget -= done.pages
        self.removed += done.removed
        self.closed += done.closed
        self.title = self.title or done.title
        self.error, self.wait = done.error, done.wait
        self.left_out += done.left_out
        self.repeats = self.repeats or done.repeats
        self.state["threads"] = bool(done.active) or self.state.get("threads", False)
        return done

    def result(self, wish: int) -> FetchResult:
        """The posts, and the columns of the source to change; `wish` is how far back was asked for, or 0."""
        changes: dict[str, Any] = {}
        if wish and not any(gap.until == wish for gap in self.gaps):
            changes["back_to"] = 0  # as far back as asked, or as far as it goes
        self.state["gaps"] = [gap.told() for gap in self.gaps]
        before = self.state.get("closed")
        closed = [c for c in before if isinstance(c, str)] if isinstance(before, list) else []
        self.state["closed"] = list(dict.fromkeys([*self.closed, *closed]))[:MAX_CLOSED]
        changes["cursor"] = json.dumps({k: v for k, v in self.state.items() if v})
        changes["note"] = self._note()
        if self.state.get("reached"):
            changes["reached"] = from_epoch(int(self.state["reached"]))
        if self.title and not self.source.title:
            changes["title"] = self.title
        return FetchResult(
            tuple(self.posts.values()),
            changes,
            wait=self.wait,
            error=self.error,
            more=self.more or (bool(self.gaps) and self.error is None),
            removed=tuple(self.removed),
            left_out=self.left_out,
        )

    def _note(self) -> str:
        """What is not read, for the person who follows this source: codes of `note_sentence`."""
        closed = len(self.state["closed"])
        told = ["reading"] if self.gaps or self.more else []
        told += ["repeats"] if self.repeats or self.state.get("lost") else []
        told += [f"closed {closed}"] if closed else []
        return "; ".join(told)


def state_of(cursor: str) -> dict[str, Any]:
    """What a cursor remembers; one that cannot be read remembers nothing."""
    try:
        state = json.loads(cursor)
    except (ValueError, RecursionError):
        return {}
    return state if isinstance(state, dict) else {}


def _begin(client: Client, source: Source, now: datetime, pages: int) -> _Check:
    """A check that knows what the cursor says."""
    state = state_of(source.cursor)
    gaps = [
        Gap(str(gap[0]), int(gap[1]), len(gap) > 2)
        for gap in state.get("gaps", [])
        if isinstance(gap, list) and len(gap) in {2, 3} and isinstance(gap[1], int)
    ]
    return _Check(client, source, now, 1 if client.preview else pages, state, int(state.get("newest") or 0), gaps)


def newest_first(
    read_page: ReadPage,
    *,
    first_pages: int = 3,
    pages: int = 20,
    read_newer: ReadPage | None = None,
    whole: bool = False,
    through: bool = False,
    first_days: int = FIRST_DAYS,
) -> FetchSource:
    """A fetch function for a listing that gives its newest posts first.

    `read_newer` reads the page after a known post and so never skips any; its `next` is where to go on,
    empty when there is nothing newer. `whole` is for lists in another order than time (top, search by
    relevance): all their pages are read every time. A first visit reads `first_pages` and leaves what is older to a
    wish; with `through` it goes on, check by check, until `first_days` are read, and threads from end to beginning.
    """

    async def fetch(client: Client, source: Source, now: datetime) -> FetchResult:
        check = _begin(client, source, now, pages)
        state = check.state
        if through and not state.get("through"):
            check.newest, check.gaps = 0, []  # read before in another way, which left out what nobody was told of
        after = str(state.get("after") or "")
        looked = int(state.get("looked") or 0)
        if read_newer is not None and after:
            after = await check.forward(read_newer, after)
        elif not check.gaps or not 0 <= to_epoch(now) - looked < AGAIN:
            state["looked"] = to_epoch(now)
            first = 0 if first_days <= 0 else to_epoch(now) - first_days * 86_400
            until = check.newest - OVERLAP if check.newest else first
            limit = min(check.budget, pages if check.newest or whole or through else first_pages)
            newest = await check.latest(read_page, limit, until=until, everything=whole, through=through)
            after = newest if read_newer is not None else ""
        times = [to_epoch(p.published_at) for p in check.posts.values() if p.published_at]
        state["newest"] = min(max([check.newest, *times]), to_epoch(now))
        state["through"] = through
        if after:
            state["after"] = after
        wish = to_epoch(source.back_to) if source.back_to is not None else 0
        is_new = wish and not client.preview and not any(gap.until == wish for gap in check.gaps)
        if is_new and (state.get("tail") or state.get("threads")):
            # Threads that were active since are at the top again: they are read from there.
            start = "" if state.get("threads") else str(state["tail"])
            check.gaps.append(Gap(start, wish, through))
            state["tail"] = ""
        await check.fill_gaps(read_page)
        return check.result(wish)

    return fetch


def patiently(fetch: FetchSource, host: str) -> FetchSource:
    """The same, but a source that asks nothing because `host` wanted to be left alone waits, and has not failed.

    That wish came with an answer to another source of the same run.
    """

    async def waiting(client: Client, source: Source, now: datetime) -> FetchResult:
        try:
            result = await fetch(client, source, now)
        except SourceError as error:
            if not is_wish(error):
                raise
            return FetchResult(unchanged=True, more=True, wait=error.retry_after or 0.0)
        if result.error is not None and is_wish(result.error):
            return replace(result, error=None, more=True, wait=result.error.retry_after or 0.0)
        return result

    def is_wish(error: SourceError) -> bool:
        return error.code == "too_many_requests" and error.detail == host

    return waiting

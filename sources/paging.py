"""Listings in pages: catch up, remember what is missing, go further back when asked.

A kind gives one function that reads one page, newest posts first. Everything else is here, once:
stopping at what is known, bounded pages, answers that repeat themselves, resuming after an error.

The cursor of a source is JSON: `newest` (Unix time of the newest post seen), `tail` (the page after the
oldest that was read), `gaps` (stretches still to be read, as [page, until]), `after` (where a kind that can
read forward goes on).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from data.models import NewPost, Source, from_epoch, to_epoch
from sources.base import FetchResult, FetchSource, ReadPage
from sources.errors import SourceError
from sources.http import Client

OVERLAP = 3_600  # seconds read again: services index late
FIRST_DAYS = 30
MAX_GAPS = 5


@dataclass(slots=True)
class Walk:
    """Where a walk through pages came to. `next` is the page not read yet; empty at the end of the listing."""

    posts: dict[str, NewPost] = field(default_factory=dict)
    removed: list[str] = field(default_factory=list)
    next: str = ""
    title: str = ""
    newest: str = ""
    pages: int = 0
    arrived: bool = False  # at `until`, or at the end
    error: SourceError | None = None

    @property
    def oldest(self) -> int | None:
        times = [to_epoch(p.published_at) for p in self.posts.values() if p.published_at]
        return min(times) if times else None


async def walk(
    read_page: ReadPage, client: Client, source: Source, now: datetime, *, start: str, until: int, pages: int
) -> Walk:
    """Read pages from `start` until one holds only posts older than `until`, at most `pages`.

    An error after the first page is kept in the result, with everything read before it.
    """
    done, token, seen = Walk(), start, {start}
    while done.pages < pages:
        try:
            page = await read_page(client, source, now, token)
        except SourceError as error:
            if not done.pages:
                raise
            done.error, done.next = error, token
            return done
        done.pages += 1
        done.title = done.title or page.title
        done.newest = done.newest or page.newest
        done.removed += page.removed
        fresh = [post for post in page.posts if post.native_id not in done.posts]
        done.posts.update({post.native_id: post for post in fresh})
        times = [to_epoch(p.published_at) for p in fresh if p.published_at]
        done.next = page.next
        # No way on, a way already taken, or a page that says nothing new: the end, whatever it claims.
        if not page.next or page.next in seen or (not fresh and page.posts) or (times and max(times) < until):
            done.arrived, done.next = True, page.next if page.next not in seen else ""
            return done
        seen.add(page.next)
        token = page.next
    return done


@dataclass(slots=True)
class _Check:
    """One check of one source: what is remembered of it, and what it has brought so far."""

    client: Client
    source: Source
    now: datetime
    budget: int  # pages that may still be read
    state: dict[str, Any]
    newest: int  # Unix time of the newest post seen before; 0 on a first check
    gaps: list[list[Any]]
    posts: dict[str, NewPost] = field(default_factory=dict)
    removed: list[str] = field(default_factory=list)
    title: str = ""
    error: SourceError | None = None
    more: bool = False

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

    async def latest(self, read_page: ReadPage, limit: int, whole: bool) -> str:
        """Read at most `limit` pages down to what is known; the newest post, from which `forward` can go on."""
        until = self.newest - OVERLAP if self.newest else to_epoch(self.now) - FIRST_DAYS * 86_400
        done = await walk(
            read_page, self.client, self.source, self.now, start="", until=0 if whole else until, pages=limit
        )
        self.posts, self.removed, self.title, self.error = done.posts, done.removed, done.title, done.error
        self.budget -= done.pages
        if self.newest and not done.arrived and done.next and not whole and not self.client.preview:
            self.gaps.append([done.next, until])  # more has come than one check may read: the rest is a gap
        elif not self.newest:
            self.state["tail"] = done.next
            self.state["reached"] = done.oldest or 0
        return done.newest

    async def fill_gaps(self, read_page: ReadPage) -> None:
        """Read the stretches still missing; those not finished stay remembered."""
        left: list[list[Any]] = []
        for start, until in self.gaps[-MAX_GAPS:]:
            if self.error is not None or self.budget <= 0:
                left.append([start, until])
                continue
            try:
                done = await walk(
                    read_page,
                    self.client,
                    self.source,
                    self.now,
                    start=str(start),
                    until=int(until),
                    pages=self.budget,
                )
            except SourceError as problem:
                self.error = problem
                left.append([start, until])
                continue
            self._keep(done)
            if not done.arrived:
                left.append([done.next or start, until])
        self.state["gaps"] = left

    def _keep(self, done: Walk) -> None:
        """What a walk through older pages brought."""
        self.budget -= done.pages
        self.removed += done.removed
        self.error = done.error
        self.posts = done.posts | self.posts
        if done.oldest is not None:
            self.state["reached"] = min(done.oldest, int(self.state.get("reached") or done.oldest))
            if done.arrived and done.next and done.oldest <= int(self.state["reached"]):
                self.state["tail"] = done.next  # a later wish to go further back starts here

    def result(self, wish: int) -> FetchResult:
        """The posts, and the columns of the source to change; `wish` is how far back was asked for, or 0."""
        left = self.state["gaps"]
        changes: dict[str, Any] = {}
        if wish and not any(int(until) == wish for _, until in left):
            changes["back_to"] = 0  # as far back as asked, or as far as it goes
        changes["cursor"] = json.dumps({k: v for k, v in self.state.items() if v})
        if self.state.get("reached"):
            changes["reached"] = from_epoch(int(self.state["reached"]))
        if self.title and not self.source.title:
            changes["title"] = self.title
        return FetchResult(
            tuple(self.posts.values()),
            changes,
            error=self.error,
            more=self.more or (bool(left) and self.error is None),
            removed=tuple(self.removed),
        )


def _begin(client: Client, source: Source, now: datetime, pages: int) -> _Check:
    """A check that knows what the cursor says; a cursor that cannot be read says nothing."""
    try:
        state = json.loads(source.cursor)
    except ValueError:
        state = {}
    if not isinstance(state, dict):
        state = {}
    gaps = [list(gap) for gap in state.get("gaps", []) if isinstance(gap, list) and len(gap) == 2][:MAX_GAPS]
    return _Check(client, source, now, 1 if client.preview else pages, state, int(state.get("newest") or 0), gaps)


def newest_first(
    read_page: ReadPage,
    *,
    first_pages: int = 3,
    pages: int = 20,
    read_newer: ReadPage | None = None,
    whole: bool = False,
) -> FetchSource:
    """A fetch function for a listing that gives its newest posts first.

    `read_newer` reads the page after a known post and so never skips any; its `next` is where to go on,
    empty when there is nothing newer. `whole` is for lists in another order than time (top, search by
    relevance): all their pages are read every time.
    """

    async def fetch(client: Client, source: Source, now: datetime) -> FetchResult:
        check = _begin(client, source, now, pages)
        state = check.state
        after = str(state.get("after") or "")
        if read_newer is not None and after:
            after = await check.forward(read_newer, after)
        else:
            limit = min(check.budget, pages if check.newest or whole else first_pages)
            newest = await check.latest(read_page, limit, whole)
            after = newest if read_newer is not None else ""
        times = [to_epoch(p.published_at) for p in check.posts.values() if p.published_at]
        state["newest"] = min(max([check.newest, *times]), to_epoch(now))
        if after:
            state["after"] = after
        wish = to_epoch(source.back_to) if source.back_to is not None else 0
        if wish and state.get("tail") and not client.preview:
            check.gaps.append([state["tail"], wish])
            state["tail"] = ""
        await check.fill_gaps(read_page)
        return check.result(wish)

    return fetch

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


def _state(cursor: str) -> dict[str, Any]:
    try:
        found = json.loads(cursor)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


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
        state = _state(source.cursor)
        budget = 1 if client.preview else pages
        newest = int(state.get("newest") or 0)
        gaps = [list(gap) for gap in state.get("gaps", []) if isinstance(gap, list) and len(gap) == 2][:MAX_GAPS]
        posts: dict[str, NewPost] = {}
        error: SourceError | None = None
        after = str(state.get("after") or "")
        removed: list[str] = []
        title = ""
        more = False
        if read_newer is not None and after:
            seen = {after}
            while budget:
                try:
                    page = await read_newer(client, source, now, after)
                except SourceError as problem:
                    if not posts:
                        raise
                    error = problem
                    break
                budget -= 1
                posts.update({post.native_id: post for post in page.posts})
                if not page.next or page.next in seen:
                    break
                after = page.next
                seen.add(after)
            else:
                more = True
        else:
            until = newest - OVERLAP if newest else to_epoch(now) - FIRST_DAYS * 86_400
            limit = min(budget, pages if newest or whole else first_pages)
            done = await walk(read_page, client, source, now, start="", until=0 if whole else until, pages=limit)
            posts, removed, title, error = done.posts, done.removed, done.title, done.error
            budget -= done.pages
            if newest and not done.arrived and done.next and not whole and not client.preview:
                gaps.append([done.next, until])  # more has come than one check may read: the rest is a gap
            elif not newest:
                state["tail"] = done.next
                state["reached"] = done.oldest or 0
            after = done.newest if read_newer is not None else ""
        state["newest"] = min(
            max([newest, *(to_epoch(p.published_at) for p in posts.values() if p.published_at)]), to_epoch(now)
        )
        if after:
            state["after"] = after
        changes: dict[str, Any] = {}
        wish = to_epoch(source.back_to) if source.back_to is not None else 0
        if wish and state.get("tail") and not client.preview:
            gaps.append([state["tail"], wish])
            state["tail"] = ""
        left: list[list[Any]] = []
        for start, until in gaps[-MAX_GAPS:]:
            if error is not None or budget <= 0:
                left.append([start, until])
                continue
            try:
                done = await walk(read_page, client, source, now, start=str(start), until=int(until), pages=budget)
            except SourceError as problem:
                error = problem
                left.append([start, until])
                continue
            budget -= done.pages
            removed += done.removed
            error = done.error
            posts = done.posts | posts
            if done.oldest is not None:
                state["reached"] = min(done.oldest, int(state.get("reached") or done.oldest))
            if done.arrived:
                if done.next and done.oldest is not None and done.oldest <= int(state["reached"]):
                    state["tail"] = done.next  # a later wish to go further back starts here
            else:
                left.append([done.next or start, until])
        state["gaps"] = left
        if wish and not any(int(until) == wish for _, until in left):
            changes["back_to"] = 0  # as far back as asked, or as far as it goes
        changes["cursor"] = json.dumps({k: v for k, v in state.items() if v})
        if state.get("reached"):
            changes["reached"] = from_epoch(int(state["reached"]))
        if title and not source.title:
            changes["title"] = title
        return FetchResult(
            tuple(posts.values()),
            changes,
            error=error,
            more=more or (bool(left) and error is None),
            removed=tuple(removed),
        )

    return fetch

"""What hangs below the posts of a listing, and has pages of its own: comments of a post, replies to a comment.

A listing gives the first of them beside each post. The rest is read after it, within a number of requests a check; what
is left then stays in the source's cursor, and the next checks go on with it. A branch is read again only when its
service counts another number of posts in it.

The cursor of the source, JSON as `sources.paging` keeps it, holds two more things: `branches` (name -> [page, count])
and `read` (name -> count when it was read whole).
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from data.models import NewPost, Source
from sources.base import FetchResult, FetchSource, Page
from sources.errors import SourceError
from sources.http import Client
from sources.paging import newest_first, state_of

MOST_KNOWN = 500  # branches whose count is remembered, the last ones; an older one is read once more
MOST_WAITING = 500
# What is wrong with one branch alone: the others are read all the same.
_OF_ONE = frozenset({"not_found", "gone", "forbidden", "refused", "bad_answer", "comments_off"})


@dataclass(slots=True)
class Branches:
    """The branches of one source: `waiting` are those not read to their end, with the next page and their count."""

    waiting: dict[str, tuple[str, int]] = field(default_factory=dict)
    read: dict[str, int] = field(default_factory=dict)
    posts: dict[str, NewPost] = field(default_factory=dict)
    missed: int = 0
    note: str = ""  # a lasting condition that a branch found
    error: SourceError | None = None

    def add(self, name: str, count: int, page: str = "") -> None:
        """A branch that holds `count` posts, more than its listing gave; `page` leads to the first not given."""
        if self.read.get(name) == count or name in self.waiting:
            return
        if len(self.waiting) >= MOST_WAITING:
            self.missed += 1
        else:
            self.waiting[name] = (page, count)

    async def follow(self, read_branch: Callable[[str, str], Awaitable[Page]], requests: int) -> None:
        """Read on, at most `requests` pages. What a service refuses of one branch costs that branch alone."""
        while self.waiting and requests > 0:
            name, (token, count) = next(iter(self.waiting.items()))
            requests -= 1
            try:
                page = await read_branch(name, token)
            except SourceError as error:
                if error.code not in _OF_ONE:
                    self.error = error
                    return
                page, self.missed = Page(), self.missed + (error.code not in {"not_found", "gone"})
            fresh = [post for post in page.posts if post.native_id not in self.posts]
            self.posts.update({post.native_id: post for post in fresh})
            if page.next and page.next != token and (fresh or not page.posts):  # a page may hold notices alone
                self.waiting[name] = (page.next, count)
            else:
                del self.waiting[name]
                self.read.pop(name, None)
                self.read[name] = count  # the last one in the order of `read`


def branches_of(cursor: str) -> Branches:
    """Those that a cursor remembers; one that cannot be read remembers none."""
    state = state_of(cursor)
    waiting, read = state.get("branches"), state.get("read")
    found = Branches()
    for name, kept in waiting.items() if isinstance(waiting, dict) else ():  # as it was written, or not at all
        if isinstance(kept, list) and len(kept) == 2 and isinstance(kept[0], str) and isinstance(kept[1], int):
            found.waiting[name] = (kept[0], kept[1])
    if isinstance(read, dict):
        found.read = {name: count for name, count in read.items() if isinstance(count, int)}
    return found


def _remembered(cursor: str, branches: Branches) -> str:
    state = {k: v for k, v in state_of(cursor).items() if k not in {"branches", "read"}}
    if branches.waiting:
        state["branches"] = {name: list(kept) for name, kept in branches.waiting.items()}
    if branches.read:
        state["read"] = dict(list(branches.read.items())[-MOST_KNOWN:])
    return json.dumps(state)


ReadListing = Callable[[Client, Source, datetime, str, Branches], Awaitable[Page]]
ReadBranch = Callable[[Client, Source, datetime, str, str, Branches], Awaitable[Page]]


def with_branches(
    read_page: ReadListing,
    read_branch: ReadBranch,
    *,
    requests: int,
    after: Callable[[tuple[NewPost, ...], Branches], None] = lambda posts, branches: None,
    **paging: Any,
) -> FetchSource:
    """A fetch function for a listing, newest posts first, whose posts have branches.

    `read_page` adds to the branches that it is given; `read_branch` reads one page of one, by name and page, and may
    add others. `after` adds those that only show once everything else is read. To the source's note come `branches N`,
    so many are still to be read, and what was noted of them.
    """

    async def fetch(client: Client, source: Source, now: datetime) -> FetchResult:
        branches, left = branches_of(source.cursor), requests

        async def page(client: Client, source: Source, now: datetime, token: str) -> Page:
            return await read_page(client, source, now, token, branches)

        async def branch(name: str, token: str) -> Page:
            nonlocal left
            left -= 1
            return await read_branch(client, source, now, name, token, branches)

        result = await newest_first(page, **paging)(client, source, now)
        if client.preview:
            told = "; ".join(filter(None, (str(result.changes.get("note", "")), branches.note)))
            return replace(result, changes={**result.changes, "note": told})
        if result.error is None:
            await branches.follow(branch, left)
            if branches.error is None and not branches.waiting:
                after((*result.posts, *branches.posts.values()), branches)
                await branches.follow(branch, left)
        posts = {post.native_id: post for post in result.posts} | branches.posts
        unread = len(branches.waiting) + branches.missed
        notes = (str(result.changes.get("note", "")), f"branches {unread}" if unread else "", branches.note)
        return replace(
            result,
            posts=tuple(posts.values()),
            changes={
                **result.changes,
                "cursor": _remembered(str(result.changes["cursor"]), branches),
                "note": "; ".join(filter(None, notes)),
            },
            error=result.error or branches.error,
            more=result.more or (bool(branches.waiting) and branches.error is None and result.error is None),
        )

    return fetch

"""Hacker News by its public search API (hn.algolia.com/api): searches, the front page, a story's discussion.

Addresses: `front_page`, `discussions` (the front page with its comments), `search:QUERY` (stories and
comments), `item:ID` (one story with all its comments). The service gives at most 1,000 hits to a query, so each page
asks for what is older than the last.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from data.models import Engagement, NewPost, Source, to_epoch
from sources.answers import get_json, items, link, listed, mapping, number, words
from sources.base import FetchResult, Page
from sources.errors import AddressError
from sources.http import Client
from sources.paging import newest_first, state_of
from sources.plain_text import plain_text

BASE_URL = "https://hn.algolia.com/api/v1"
ITEM_URL = "https://news.ycombinator.com/item?id="
PAGE_SIZE = 100
MAX_HITS = 1_000  # of one query
MOST_STORIES = 40  # of the front page, whose comments are read
MAX_KNOWN = 300
PACE = (150, 60.0)  # 10,000 an hour


def _post(hit: Mapping[str, Any]) -> NewPost:
    item = words(hit["objectID"])
    is_comment = bool(hit.get("comment_text"))
    received = words(hit.get("comment_text")) if is_comment else words(hit.get("story_text"))
    stamp = number(hit.get("created_at_i"))
    return NewPost(
        source_kind="hackernews",
        native_id=item,
        text=received,
        plain=plain_text(received) if received else "",
        title="" if is_comment else words(hit.get("title")),
        url=("" if is_comment else link(hit.get("url"))) or ITEM_URL + item,
        author=words(hit.get("author")),
        published_at=datetime.fromtimestamp(stamp, UTC) if stamp and 0 < stamp < 4_000_000_000 else None,
        lang="en",
        root_id=words(hit.get("story_id")) or item,
        parent_id=words(hit.get("parent_id")),
        community="Hacker News",
        engagement=Engagement(score=number(hit.get("points")), comments=number(hit.get("num_comments"))),
    )


async def _hits(client: Client, now: datetime, subject: str, path: str, **query: Any) -> list[NewPost]:
    base = client.base_url("hackernews", BASE_URL)
    answer, _ = await get_json(
        client, f"{base}/{path}?{urlencode({**query, 'hitsPerPage': PAGE_SIZE})}", now, subject=subject, pace=PACE
    )
    hits = items(mapping(answer).get("hits"), subject)
    return [_post(hit) for hit in hits if words(hit.get("objectID"))]


def _older(token: str, window: Sequence[NewPost]) -> str:
    """The window of time that follows: `SECOND`, or `SECOND.PAGE` where one second holds more hits than a page."""
    oldest = min((to_epoch(post.published_at) for post in window if post.published_at), default=0)
    if len(window) < PAGE_SIZE or not oldest:
        return ""
    before, _, page = token.partition(".")
    if before != str(oldest):
        return str(oldest)
    number_of = int(page or 0) + 1
    return f"{oldest}.{number_of}" if number_of * PAGE_SIZE < MAX_HITS else str(oldest - 1)


def _until(token: str) -> dict[str, str]:
    before, _, page = token.partition(".")
    return {"numericFilters": f"created_at_i<={before}", **({"page": page} if page else {})} if before else {}


async def read_page(client: Client, source: Source, now: datetime, token: str) -> Page:
    """One window of time of a search or a story's discussion."""
    kind, _, what = source.address.partition(":")
    if kind == "search" and what.strip():
        query = {"query": what, "tags": "(story,comment)"}
    elif kind == "item" and what.isdecimal():
        query = {"tags": f"comment,story_{what}"}
    else:
        raise AddressError("bad_address", source.address)
    posts = await _hits(client, now, source.address, "search_by_date", **query, **_until(token))
    window = tuple(posts)  # the story itself is older than its discussion
    if kind == "item" and not token:
        posts += await _hits(client, now, source.address, "search", tags=f"story,story_{what}")
    return Page(tuple(posts), _older(token, window), _title(kind, what, posts))


def _title(kind: str, what: str, posts: Sequence[NewPost]) -> str:
    if kind == "item":
        return "Hacker News: " + next((p.title for p in posts if p.title), what)
    return f"Hacker News: {what}"


@dataclass(slots=True)
class _Discussions:
    """One check of the front page with its comments. `known` stories were on it before: of them only what is new is
    read, of the others everything. A token is WINDOW|STORIES WITH A BOUND|STORIES WITHOUT.
    """

    known: set[str]
    stories: list[str] = field(default_factory=list)

    async def read(self, client: Client, source: Source, now: datetime, token: str) -> Page:
        if not token:
            found = await _hits(client, now, source.address, "search", tags="front_page")
            self.stories = [story.native_id for story in found]
            asked = self.stories[:MOST_STORIES]
            old, new = [i for i in asked if i in self.known], [i for i in asked if i not in self.known]
            onward = f"|{','.join(old)}|{','.join(new)}" if asked and not client.preview else ""
            return Page(tuple(found), title="Hacker News: front page", beyond=onward)
        window, old_ids, new_ids = [*token.split("|"), "", ""][:3]
        ids = ",".join(f"story_{i}" for i in (old_ids or new_ids).split(",") if i.isdecimal())
        if not ids:
            return Page()
        page = await _hits(client, now, source.address, "search_by_date", tags=f"comment,({ids})", **_until(window))
        older = _older(window, page)
        rest = f"{older}|{old_ids}|{new_ids}" if older else ""
        if old_ids:
            return Page(tuple(page), rest, beyond=f"||{new_ids}" if new_ids else "")
        return Page(tuple(page), beyond=rest)


_search = newest_first(read_page)
_item = newest_first(read_page, through=True, first_days=0)


async def fetch(client: Client, source: Source, now: datetime) -> FetchResult:
    if source.address == "front_page":
        stories = await _hits(client, now, source.address, "search", tags="front_page")
        return FetchResult(tuple(stories), {"title": source.title or "Hacker News: front page"})
    if source.address != "discussions":
        return await (_item if source.address.startswith("item:") else _search)(client, source, now)
    state = state_of(source.cursor)
    reader = _Discussions({i for i in listed(state.get("stories")) if isinstance(i, str)})
    result = await newest_first(reader.read, through=True, first_days=0)(client, source, now)
    kept = state_of(str(result.changes.get("cursor", "")))
    # Stories leave the front page and come back: those of the last checks stay known.
    stories_now = list(dict.fromkeys([*reader.stories, *sorted(reader.known)]))[:MAX_KNOWN]
    return replace(result, changes={**result.changes, "cursor": json.dumps({**kept, "stories": stories_now})})


async def recount(client: Client, source: Source, now: datetime, native_ids: Sequence[str]) -> Page:
    """Stories again, for points and comments. The service gives no points of comments."""
    tags = ",".join(f"story_{native_id}" for native_id in native_ids)
    return Page(tuple(await _hits(client, now, source.address, "search", tags=f"story,({tags})")))

"""Hacker News by its public search API (hn.algolia.com/api): searches, the front page, a story's discussion.

Addresses: `front_page`, `discussions` (the front page with its comments), `search:QUERY` (stories and
comments), `item:ID` (one story with all its comments).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from data.models import Engagement, NewPost, Source, to_epoch
from sources.answers import get_json, items, link, mapping, number, words
from sources.base import FetchResult, Page
from sources.errors import AddressError
from sources.http import Client
from sources.paging import newest_first
from sources.plain_text import plain_text

BASE_URL = "https://hn.algolia.com/api/v1"
ITEM_URL = "https://news.ycombinator.com/item?id="
PAGE_SIZE = 100
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


async def read_page(client: Client, source: Source, now: datetime, token: str) -> Page:
    """One window of time: the service gives at most 1,000 hits to a query, so each page asks for what is older."""
    kind, _, what = source.address.partition(":")
    before = {"numericFilters": f"created_at_i<={token}"} if token else {}
    if kind == "search" and what.strip():
        query = {"query": what, "tags": "(story,comment)"}
    elif kind == "item" and what.isdecimal():
        query = {"tags": f"comment,story_{what}"}
    else:
        raise AddressError("bad_address", source.address)
    posts = await _hits(client, now, source.address, "search_by_date", **query, **before)
    window = tuple(posts)  # the story itself is older than its discussion
    if kind == "item" and not token:
        posts += await _hits(client, now, source.address, "search", tags=f"story,story_{what}")
    oldest = min((to_epoch(post.published_at) for post in window if post.published_at), default=0)
    older = str(oldest if str(oldest) != token else oldest - 1)  # a second with more hits than a page
    return Page(tuple(posts), older if len(window) >= PAGE_SIZE and oldest else "", _title(kind, what, posts))


def _title(kind: str, what: str, posts: Sequence[NewPost]) -> str:
    if kind == "item":
        return "Hacker News: " + next((p.title for p in posts if p.title), what)
    return f"Hacker News: {what}"


_listing = newest_first(read_page)


async def fetch(client: Client, source: Source, now: datetime) -> FetchResult:
    if source.address not in {"front_page", "discussions"}:
        return await _listing(client, source, now)
    stories = await _hits(client, now, source.address, "search", tags="front_page")
    changes = {"title": source.title or "Hacker News: front page"}
    if source.address == "front_page" or not stories or client.preview:
        return FetchResult(tuple(stories), changes)
    since = int(source.cursor) if source.cursor.isdecimal() else to_epoch(now) - 86_400
    asked = ",".join(f"story_{story.native_id}" for story in stories[:40])
    comments: dict[str, NewPost] = {}
    before = to_epoch(now) + 60
    for _ in range(10):
        window = f"created_at_i>{since - 3_600},created_at_i<={before}"
        page = await _hits(
            client, now, source.address, "search_by_date", tags=f"comment,({asked})", numericFilters=window
        )
        fresh = [post for post in page if post.native_id not in comments]
        comments.update({post.native_id: post for post in fresh})
        times = [to_epoch(post.published_at) for post in fresh if post.published_at]
        if len(page) < PAGE_SIZE or not times:
            break
        before = min(times)
    newest = [to_epoch(post.published_at) for post in comments.values() if post.published_at]
    changes["cursor"] = str(min(max([since, *newest]), to_epoch(now)))
    return FetchResult((*stories, *comments.values()), changes)


async def recount(client: Client, source: Source, now: datetime, native_ids: Sequence[str]) -> Page:
    """Stories again, for points and comments. The service gives no points of comments."""
    tags = ",".join(f"story_{native_id}" for native_id in native_ids)
    return Page(tuple(await _hits(client, now, source.address, "search", tags=f"story,({tags})")))

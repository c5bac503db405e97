"""Hacker News by its public search API (hn.algolia.com/api): a search, or the front page.

Address forms: `front_page`, `search:QUERY` (stories and comments), either followed by nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from data.models import Engagement, NewPost, Source, to_epoch
from sources.base import AddressError, ContentError, FetchResult
from sources.http import Client
from sources.plain_text import plain_text

BASE_URL = "https://hn.algolia.com/api/v1"
ITEM_URL = "https://news.ycombinator.com/item?id="
INTERVAL = 900.0
PAGE_SIZE = 100
MAX_PAGES = 10  # the service gives at most 1,000 hits for one query
OVERLAP = 3_600  # read again the last hour: the index is not quite in time order


def parse_hits(body: bytes, url: str) -> tuple[list[NewPost], int]:
    """Posts of one answer and its number of pages. Raises ContentError (bad_answer)."""
    try:
        answer = json.loads(body)
        hits, pages = answer["hits"], int(answer.get("nbPages", 1))
    except (ValueError, KeyError, TypeError) as error:
        raise ContentError("bad_answer", url, str(error)) from error
    if not isinstance(hits, list):
        raise ContentError("bad_answer", url, "hits is not a list")
    posts = [_post(hit) for hit in hits if isinstance(hit, Mapping) and hit.get("objectID")]
    return posts, pages


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _post(hit: Mapping[str, Any]) -> NewPost:
    item = str(hit["objectID"])
    is_comment = "comment_text" in hit and bool(hit["comment_text"])
    received = _text(hit.get("comment_text")) if is_comment else _text(hit.get("story_text"))
    story, parent = hit.get("story_id"), hit.get("parent_id")
    stamp = _number(hit.get("created_at_i"))
    link = "" if is_comment else _text(hit.get("url"))
    return NewPost(
        source_kind="hackernews",
        native_id=item,
        text=received,
        plain=plain_text(received) if received else "",
        title="" if is_comment else _text(hit.get("title")),
        url=link if link.startswith(("http://", "https://")) else ITEM_URL + item,
        author=_text(hit.get("author")),
        published_at=datetime.fromtimestamp(stamp, UTC) if stamp and 0 < stamp < 4_000_000_000 else None,
        lang="en",
        root_id=str(story) if story else item,
        parent_id=str(parent) if parent else "",
        community="Hacker News",
        engagement=Engagement(score=_number(hit.get("points")), comments=_number(hit.get("num_comments"))),
    )


async def fetch_hackernews(client: Client, source: Source, now: datetime, base_url: str = BASE_URL) -> FetchResult:
    """Read what is new since the last check, page by page; the cursor is the newest time seen."""
    if source.address == "front_page":
        answer = await client.get(f"{base_url}/search?tags=front_page&hitsPerPage={PAGE_SIZE}", now)
        posts, _ = parse_hits(answer.body, source.address)
        return FetchResult(tuple(posts), {"title": source.title or "Hacker News: front page"})
    kind, _, query = source.address.partition(":")
    if kind != "search" or not query.strip():
        raise AddressError("bad_address", source.address)
    since = int(source.cursor) if source.cursor.isdigit() else to_epoch(now) - 30 * 86_400
    found: dict[str, NewPost] = {}
    newest = since
    for page in range(MAX_PAGES):
        parameters = urlencode(
            {
                "query": query,
                "tags": "(story,comment)",
                "hitsPerPage": PAGE_SIZE,
                "page": page,
                "numericFilters": f"created_at_i>{max(0, since - OVERLAP)}",
            }
        )
        answer = await client.get(f"{base_url}/search_by_date?{parameters}", now)
        posts, pages = parse_hits(answer.body, source.address)
        fresh = [post for post in posts if post.native_id not in found]
        found.update({post.native_id: post for post in fresh})
        newest = max([newest, *(to_epoch(p.published_at) for p in fresh if p.published_at)])
        if page + 1 >= pages or not fresh:
            break
    changes = {"cursor": str(min(newest, to_epoch(now))), "title": source.title or f"Hacker News: {query}"}
    return FetchResult(tuple(found.values()), changes)

"""Discourse forums: the newest posts of a whole forum, a category, a tag, or one topic.

Addresses are those of the web: https://forum/, https://forum/c/SLUG/ID, https://forum/tag/NAME,
https://forum/t/SLUG/ID. At most 200 requests a minute, and `Retry-After` is obeyed.
API: https://docs.discourse.org/
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from data.models import Engagement, NewPost, Source
from sources.answers import get_json, items, listed, mapping, moment, number, words
from sources.base import FetchResult, Page
from sources.errors import AddressError, SourceError
from sources.http import Client
from sources.paging import newest_first
from sources.plain_text import plain_text

PACE = (200, 60.0)
TOPICS_A_PAGE = 10  # topics whose posts are read for one page of a category


def _likes(post: Mapping[str, Any]) -> int | None:
    direct = number(post.get("like_count"))
    if direct is not None:
        return direct
    for action in listed(post.get("actions_summary")):
        if mapping(action).get("id") == 2:
            return number(mapping(action).get("count")) or 0
    return 0 if isinstance(post.get("actions_summary"), list) else None


def parse_posts(value: Any, base: str, title: str = "", views: int | None = None) -> list[NewPost]:
    """Posts of a list. Small actions ("closed this topic") and hidden ones are passed over."""
    posts = []
    for post in items(value, base):
        native, topic = words(post.get("id")), words(post.get("topic_id"))
        if not native or not topic or post.get("hidden") is True or post.get("deleted_at"):
            continue
        if (number(post.get("post_type")) or 1) not in {1, 4}:
            continue
        order, reply_to = number(post.get("post_number")) or 1, number(post.get("reply_to_post_number"))
        received = words(post.get("cooked")) or words(post.get("raw"))
        head = f"{base}/t/{topic}"
        posts.append(
            NewPost(
                source_kind="discourse",
                native_id=f"{base}/p/{native}",
                text=received,
                plain=plain_text(received),
                title=(words(post.get("topic_title")) or title) if order == 1 else "",
                url=f"{base}/t/{words(post.get('topic_slug')) or '-'}/{topic}/{order}",
                author=words(post.get("username")),
                published_at=moment(post.get("created_at")),
                root_id=f"{head}/1",
                parent_id="" if order == 1 else f"{head}/{reply_to or 1}",
                community=urlsplit(base).netloc,
                engagement=Engagement(
                    score=_likes(post),
                    comments=number(post.get("reply_count")),
                    views=views if order == 1 else number(post.get("reads")),
                ),
            )
        )
    return posts


async def _ask(client: Client, source: Source, now: datetime, url: str) -> Any:
    answer, _ = await get_json(
        client, url, now, subject=source.address, headers={"Discourse-Present": "false"}, pace=PACE
    )
    return mapping(answer)


def _base(address: str) -> tuple[str, str]:
    """(forum, path below it). A forum may live in a folder; the path starts at t/, c/, tag/ or latest."""
    parts = urlsplit(address)
    match = re.match(r"^(.*?)/?(?:((?:t|c|tag|tags)/.*)|latest/?)?$", parts.path)
    folder, path = (match[1], match[2] or "") if match else ("", "")
    return f"{parts.scheme}://{parts.netloc}{folder.rstrip('/')}", path.strip("/")


async def _topic(client: Client, source: Source, now: datetime, base: str, topic: str) -> list[NewPost]:
    """A topic's newest posts: the first answer holds 20 and the ids of all, the newest 20 are then asked for."""
    answer = await _ask(client, source, now, f"{base}/t/{topic}.json")
    title, views = words(answer.get("title")), number(answer.get("views"))
    stream = mapping(answer.get("post_stream"))
    posts = parse_posts(stream.get("posts"), base, title, views)
    ids = [i for i in listed(stream.get("stream")) if isinstance(i, int)]
    here = {post.native_id for post in posts}
    missing = [i for i in ids if f"{base}/p/{i}" not in here]
    for start in range(max(0, len(missing) - 200), len(missing), 50):
        if client.preview:
            break
        query = urlencode([("post_ids[]", i) for i in missing[start : start + 50]])
        rest = await _ask(client, source, now, f"{base}/t/{topic}/posts.json?{query}")
        posts += parse_posts(mapping(rest.get("post_stream")).get("posts"), base, title)
    return [replace(post, title=post.title or "") for post in posts]


async def read_page(client: Client, source: Source, now: datetime, token: str) -> Page:
    base, path = _base(source.address)
    name = urlsplit(base).netloc
    if not path:
        query = f"?before={token}" if token else ""
        answer = await _ask(client, source, now, f"{base}/posts.json{query}")
        listed = items(answer.get("latest_posts"), source.address)
        ids = [i for i in (number(post.get("id")) for post in listed) if i]
        return Page(tuple(parse_posts(listed, base)), str(min(ids)) if ids else "", name)
    if match := re.fullmatch(r"t/(?:[^/]+/)?(\d+)(?:/\d+)?", path):
        posts = await _topic(client, source, now, base, match[1])
        return Page(tuple(posts), "", next((p.title for p in posts if p.title), name))
    if re.fullmatch(r"c/(?:[\w%-]+/)+\d+|tags?/(?:[cC]/)?[^?#]+", path):
        answer = await _ask(client, source, now, f"{base}/{path}.json?page={token or 0}")
        listing = mapping(answer.get("topic_list"))
        topics = items(listing.get("topics"), source.address)
        posts = []
        for topic in topics[: 2 if client.preview else TOPICS_A_PAGE]:
            if words(topic.get("id")):
                posts += await _topic(client, source, now, base, words(topic["id"]))
        more = str(int(token or 0) + 1) if listing.get("more_topics_url") else ""
        return Page(tuple(posts), more, f"{name}: {path.split('/')[1]}")
    raise AddressError("bad_address", source.address)


_listing = newest_first(read_page)
_whole = newest_first(read_page, whole=True)


async def fetch(client: Client, source: Source, now: datetime) -> FetchResult:
    _, path = _base(source.address)
    return await (_whole if path.startswith("t/") else _listing)(client, source, now)


async def recount(client: Client, source: Source, now: datetime, native_ids: Sequence[str]) -> Page:
    base, _ = _base(source.address)
    posts: list[NewPost] = []
    removed: list[str] = []
    for native_id in native_ids[:30]:
        match = re.fullmatch(re.escape(base) + r"/p/(\d+)", native_id)
        if not match:
            continue
        try:
            answer = await _ask(client, source, now, f"{base}/posts/{match[1]}.json")
        except SourceError as error:
            if error.code not in {"not_found", "gone"}:
                raise
            removed.append(native_id)
            continue
        # This answer lacks the topic's title and views: what is known of them stays.
        posts += [replace(post, title=post.title) for post in parse_posts([answer], base)]
    return Page(tuple(post for post in posts if post.parent_id), removed=tuple(removed))

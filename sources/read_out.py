"""What Vigie makes of a file or an address, post by post, with nothing stored: how a misread one is reported."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from data.models import NewPost, Source
from sources.collect import SOURCES
from sources.discovery import look
from sources.errors import ContentError
from sources.files.posts import posts_of, preview
from sources.files.rows import BadRow
from sources.http import Client
from sources.kinds.feeds import looks_like_feed, parse_patiently
from sources.plain_text import plain_text


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row of a file that is no post, and the code of the reason."""

    row: int
    code: str
    detail: str = ""


def line_of(post: NewPost) -> str:
    """A post as one line of JSON. Times are UTC; a counter that nobody gave is null."""
    moment = post.published_at.astimezone(UTC).isoformat() if post.published_at else None
    counts = post.engagement
    return json.dumps(
        {
            "title": post.title,
            "text": post.text,
            "plain": plain_text(post.text) if post.plain is None else post.plain,
            "url": post.url,
            "author": post.author,
            "published_at": moment,
            "native_id": post.native_id,
            "parent_id": post.parent_id,
            "root_id": post.root_id,
            "community": post.community,
            "network": post.source_kind,
            "lang": post.lang,
            "score": counts.score,
            "comments": counts.comments,
            "views": counts.views,
            "shares": counts.shares,
        },
        ensure_ascii=False,
    )


async def of_file(path: Path, base: str, most: int, zone: tzinfo = UTC) -> list[NewPost | LeftOut]:
    """The posts of a feed kept in a file, its links resolved against `base`, or of a file of posts.

    Raises ContentError for what is neither, or larger than `most` bytes.
    """
    size = path.stat().st_size
    if size > most:
        raise ContentError("too_large", str(path), f"{size // 1_000_000} MB; at most {most // 1_000_000}")
    with path.open("rb") as stream:
        head = stream.read(200_000)
        is_list = path.suffix.lower() in {".jsonl", ".ndjson"} or head.lstrip()[:1] == b"["
        if looks_like_feed(head) and not is_list:
            feed = await parse_patiently(head + stream.read(), base or path.resolve().as_uri())
            return list(feed.posts)
        stream.seek(0)
        mapped = preview(stream, path.name).guess
        if mapped.problem():
            raise ContentError("bad_file", path.name, "no column of it holds the text of posts")
        stream.seek(0)
        return [
            LeftOut(number, item.code, item.detail) if isinstance(item, BadRow) else item
            for number, item in posts_of(stream, path.name, mapped, zone)
        ]


async def of_address(client: Client, pasted: str, now: datetime) -> Iterator[NewPost]:
    """The posts that a first check of a pasted address brings. Raises SourceError where it brings none."""
    found = await look(client, pasted, now)
    result = await SOURCES[found.kind].fetch(client, Source(0, found.kind, found.address), now)
    if result.error is not None and not result.posts:
        raise result.error
    return iter(result.posts)

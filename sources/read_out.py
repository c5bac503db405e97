"""What Vigie makes of a file or an address, post by post, with nothing stored: how a misread one is reported."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from data.models import NewPost, Source
from sources.collect import SOURCES
from sources.discovery import look
from sources.errors import ContentError
from sources.files.dates import Order
from sources.files.meaning.columns import Mapped
from sources.files.meaning.exports import is_ours
from sources.files.posts import posts_of, preview
from sources.files.rows import BadRow
from sources.http import Client
from sources.kinds.feeds import looks_like_feed, parse_patiently
from sources.plain_text import plain_text

WHICH_FIRST = (
    "Dates as 03/04/2026 in this file can be read day first or month first, and nothing in it tells which. "
    "Say --day-first or --month-first."
)
_REASONS = {
    "no_text": "it holds no text",
    "removed": "it was deleted or removed",
    "notice": "it is a notice of the program, said by nobody",
    "media": "it is a picture or a file without words",
    "private": "it is a private message",
    "boost": "it repeats somebody else's post",
    "duplicate": "it is in this file already",
    "unreadable": "it is damaged",
    "too_long": "it is too long",
    "too_deep": "it is nested too deeply",
    "too_many_cells": "it has too many cells",
    "bad_quotes": "its quotes are damaged",
    "unclosed_quote": "a quote in it is opened and never closed",
    "cut_off": "the file is damaged from here on, or ends within it",
}


def reason(code: str, detail: str = "") -> str:
    """Why a row was left out, in words."""
    return _REASONS.get(code, code) + (f" ({detail})" if detail else "")


@dataclass(frozen=True, slots=True)
class FileRead:
    """What a file of posts is read as: `items` with the numbers of their rows.

    `ours`: whether its posts are said by us unless a post says otherwise. `asks`: its dates can be read day first or
    month first, and nobody said which. `export`: its form in words.
    """

    items: Iterator[tuple[int, NewPost | BadRow]]
    ours: bool = False
    asks: bool = False
    dated: bool = False  # a column of it holds dates
    export: str = ""
    ignored: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """What a person says of a file: that it is ours, and which comes first in 03/04."""

    ours: bool | None = None
    order: Order = ""

    def of(self, guess: Mapped) -> Mapped:
        """A guess with what was said of it."""
        return replace(guess, order=self.order or guess.order, ours=self.ours)


def line_of(post: NewPost, ours: bool = False) -> str:
    """A post as one line of JSON. Times are UTC; a counter that nobody gave is null. `ours`: as its source is."""
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
            "by_us": ours if post.ours is None else post.ours,
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


async def of_file(
    path: Path, base: str, most: int, zone: tzinfo = UTC, said: Said = Said(), now: datetime | None = None
) -> FileRead:
    """The posts of a feed kept in a file, its links resolved against `base`, or of a file of posts.

    Raises ContentError for what is neither, or larger than `most` bytes.
    """
    size = path.stat().st_size
    if size > most:
        raise ContentError("too_large", str(path), f"{size // 1_000_000} MB; at most {most // 1_000_000}")
    now = now or datetime.now(UTC)
    with path.open("rb") as stream:
        head = stream.read(200_000)
        first = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
        is_feed = looks_like_feed(head) and first != b"["
        # An object of JSON may be a feed or an export: what is one of the known exports is.
        seen = preview(stream, path.name, zone=zone, now=now) if not is_feed or first == b"{" else None
        by_line = first == b"{" and path.suffix.lower() in {".jsonl", ".ndjson"}
        if seen is None or (is_feed and not seen.guess.export and not by_line):
            stream.seek(0)
            feed = await parse_patiently(stream.read(), base or path.resolve().as_uri())
            return FileRead(enumerate(feed.posts, start=1), bool(said.ours))
    if seen.guess.problem():
        raise ContentError("bad_file", path.name, "no column of it holds the text of posts")
    mapped = said.of(seen.guess)
    return FileRead(
        _items(path, mapped, zone, now),
        is_ours(mapped),
        mapped.asks and not mapped.order,
        "date" in mapped.columns,
        mapped.export,
        seen.ignored,
    )


def _items(path: Path, mapped: Mapped, zone: tzinfo, now: datetime) -> Iterator[tuple[int, NewPost | BadRow]]:
    with path.open("rb") as stream:
        yield from posts_of(stream, path.name, mapped, zone, now)


async def of_address(client: Client, pasted: str, now: datetime) -> Iterator[NewPost]:
    """The posts that a first check of a pasted address brings. Raises SourceError where it brings none."""
    found = await look(client, pasted, now)
    result = await SOURCES[found.kind].fetch(client, Source(0, found.kind, found.address), now)
    if result.error is not None and not result.posts:
        raise result.error
    return iter(result.posts)

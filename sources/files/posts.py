"""The posts of a file: a first look at its columns, then each row as a post."""

from __future__ import annotations

import hashlib
import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import IO, Any

from data.models import Engagement, NewPost, web_link
from sources.errors import ContentError
from sources.files.columns import Mapped, guess_mapping
from sources.files.dates import parse_date
from sources.files.rows import MAX_COLUMNS, BadRow, guess_encoding, read_rows
from sources.plain_text import plain_text

SAMPLE_ROWS = 200


@dataclass(frozen=True, slots=True)
class Preview:
    """The first rows of a file, its columns and the mapping guessed from both."""

    columns: tuple[str, ...]
    rows: tuple[Mapping[str, Any], ...]
    guess: Mapped
    encoding: str = ""


def preview(stream: IO[bytes], name: str) -> Preview:
    """Columns, first rows and a guessed mapping. Raises ContentError for a file that cannot be read."""
    rows: list[Mapping[str, Any]] = []
    columns: dict[str, None] = {}
    for _, row in itertools.islice(read_rows(stream, name), SAMPLE_ROWS):
        if not isinstance(row, BadRow):
            rows.append(row)
            columns.update(dict.fromkeys(list(row)[:MAX_COLUMNS]))
    if not rows:
        raise ContentError("bad_file", name, "it holds no readable row")
    stream.seek(0)
    encoding = guess_encoding(stream.read(65_536))
    names = tuple(columns)
    return Preview(names, tuple(rows[:20]), guess_mapping(names, rows), encoding)


def _whole_number(value: Any) -> int | None:
    words = re.sub(r"[\s\u00a0\u202f,]", "", str(value if value is not None else ""))
    match = re.fullmatch(r"(-?\d{1,15})(?:\.0*)?", words)
    return int(match[1]) if match else None


def to_post(row: Mapping[str, Any], mapped: Mapped, kind: str = "import", zone: tzinfo = UTC) -> NewPost | str:
    """The post of one row, or why there is none: `no_text` or `bad_date`.

    Without an id column the id is a hash of author, date and text, so importing twice adds nothing.
    """

    def get(field: str) -> str:
        value = row.get(mapped.columns.get(field, ""))
        return "" if value is None else str(value)

    text, title = get("text"), get("title")
    if not text.strip() and not title.strip():
        return "no_text"
    moment = None
    if mapped.columns.get("date"):
        raw = row.get(mapped.columns["date"])
        moment = parse_date(raw, day_first=mapped.day_first, zone=zone)
        if moment is None:
            return "bad_date"
    url = web_link(get("url").strip())
    content = "\0".join((get("author"), str(moment), title, text))
    native = get("id").strip() or url or hashlib.sha256(content.encode("utf-8", "replace")).hexdigest()[:32]
    return NewPost(
        source_kind=mapped.network or kind,
        native_id=native,
        text=text,
        plain=plain_text(text) if "</" in text or "<br" in text else text.strip(),
        title=plain_text(title),
        url=url,
        author=get("author").strip(),
        published_at=moment,
        lang=get("lang").strip()[:2].lower(),
        parent_id=get("parent").strip(),
        community=get("community").strip(),
        engagement=Engagement(
            *(_whole_number(get(name)) for name in ("score", "comments", "views", "shares")),
        ),
    )


def posts_of(
    stream: IO[bytes], name: str, mapped: Mapped, zone: tzinfo = UTC
) -> Iterator[tuple[int, NewPost | BadRow]]:
    """(row number, post or why it was left out) of every row."""
    for number, row in read_rows(stream, name):
        if isinstance(row, BadRow):
            yield number, row
            continue
        post = to_post(row, mapped, zone=zone)
        yield number, BadRow(number, post) if isinstance(post, str) else post

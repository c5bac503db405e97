"""The basket of quotes, and the one function that makes a quote: byte for byte what the author wrote."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from data.models import Post, to_epoch
from data.posts import author_salt, posts_by_id, pseudonym
from data.schema import post_text, verbatim
from data.store import Store

CUT = "[…]"
DEMO = "Demo: an invented post"


class QuoteError(ValueError):
    """A passage that cannot be quoted; `code` is gone or not_there."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Quote:
    """Exact words of a post with what must stand beside them. `edited`: the post changed since it was collected."""

    id: int
    text: str
    cut_before: bool
    cut_after: bool
    author: str
    place: str
    published_at: datetime
    lang: str
    url: str
    post: Post
    tags: tuple[str, ...]
    edited: bool

    @property
    def shown(self) -> str:
        """The words, with a mark where something was left out."""
        return _marked(self.text, self.cut_before, self.cut_after)


def passage(text: str, start: int = 0, stop: int | None = None) -> str:
    """A part of a text exactly as it stands there, with a mark where something was left out."""
    end = len(text) if stop is None else stop
    return _marked(text[start:end], start > 0, end < len(text))


def _marked(text: str, before: bool, after: bool) -> str:
    return f"{CUT + ' ' if before else ''}{text}{' ' + CUT if after else ''}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def add_verbatim(
    store: Store, post_id: int, who: str, now: datetime, passage: str = "", tags: Sequence[str] = ()
) -> int:
    """Put a post, or an exact passage of it, in the basket. Once: the same passage again gives the same row.

    Raises QuoteError where the post is gone, or does not hold the passage as it is written.
    """
    with store.write() as connection:
        author_salt(connection, make=True)  # pseudonyms of the basket must not be guessable from names
        plain = connection.execute(select(post_text.c.plain).where(post_text.c.post_id == post_id)).scalar()
        if plain is None:
            raise QuoteError("gone")
        start = plain.find(passage) if passage else 0
        if start < 0:
            raise QuoteError("not_there")
        stop = start + len(passage) if passage else len(plain)
        known = connection.execute(
            select(verbatim.c.id).where(
                verbatim.c.post_id == post_id, verbatim.c.start == start, verbatim.c.stop == stop
            )
        ).scalar()
        if known is not None:
            return int(known)
        values = {
            "post_id": post_id, "start": start, "stop": stop, "digest": _digest(plain), "who": who[:80],
            "at": to_epoch(now), "tags": json.dumps(_tags(tags), ensure_ascii=False),
        }  # fmt: skip
        return int(connection.execute(insert(verbatim).values(**values).returning(verbatim.c.id)).scalar_one())


def _tags(tags: Sequence[str]) -> list[str]:
    return sorted({" ".join(tag.split())[:40] for tag in tags} - {""})[:20]


def set_tags(store: Store, verbatim_id: int, tags: Sequence[str]) -> None:
    with store.write() as connection:
        connection.execute(
            update(verbatim)
            .where(verbatim.c.id == verbatim_id)
            .values(tags=json.dumps(_tags(tags), ensure_ascii=False))
        )


def remove_verbatim(store: Store, verbatim_id: int) -> None:
    with store.write() as connection:
        connection.execute(delete(verbatim).where(verbatim.c.id == verbatim_id))


def quotes(connection: Connection, *, tag: str = "", names: bool = True, limit: int = 500) -> list[Quote]:
    """The basket, the latest first. Without `names`, authors have pseudonyms, the same for the same author."""
    rows = connection.execute(select(verbatim).order_by(verbatim.c.id.desc()).limit(limit)).all()
    posts = {post.id: post for post in posts_by_id(connection, list({row.post_id for row in rows}))}
    salt = "" if names else author_salt(connection)
    found = []
    for row in rows:
        post = posts.get(row.post_id)
        tags = tuple(json.loads(row.tags))
        if post is None or (tag and tag not in tags):
            continue
        edited = _digest(post.plain) != row.digest
        # An edited post is quoted whole: where the passage was, other words may stand now.
        start, stop = (0, len(post.plain)) if edited else (row.start, row.stop)
        found.append(
            Quote(
                id=row.id,
                text=post.plain[start:stop],
                cut_before=bool(post.plain[:start].strip()),
                cut_after=bool(post.plain[stop:].strip()),
                author=post.author if names or not post.author else pseudonym(post.author, salt),
                place=post.community or post.source_title,
                published_at=post.published_at,
                lang=post.lang,
                url=post.url if post.url.startswith(("http://", "https://")) else "",
                post=post,
                tags=tags,
                edited=edited,
            )
        )
    return found


def basket_size(connection: Connection) -> int:
    return len(connection.execute(select(verbatim.c.id)).all())


def basket_posts(connection: Connection, ids: Sequence[int]) -> set[int]:
    """Those of `ids` that are in the basket."""
    rows = connection.execute(select(verbatim.c.post_id).where(verbatim.c.post_id.in_(list(ids))))
    return {int(i) for i in rows.scalars()}


def _row(quote: Quote) -> dict[str, str]:
    return {
        "quote": quote.shown, "author": quote.author, "place": quote.place,
        "published_at": quote.published_at.isoformat(), "language": quote.lang, "link": quote.url,
        "tags": ", ".join(quote.tags), "note": DEMO if quote.post.is_demo else "",
    }  # fmt: skip


def as_csv(found: Sequence[Quote]) -> bytes:
    """UTF-8 with a mark, so that spreadsheets read it. A cell that a spreadsheet would run as a formula is kept a
    text by an apostrophe in front, the usual guard; the JSON Lines file has it without."""
    stream = io.StringIO()
    rows = [_row(quote) for quote in found]
    writer = csv.DictWriter(stream, ["quote", "author", "place", "published_at", "language", "link", "tags", "note"])
    writer.writeheader()
    for row in rows:
        writer.writerow({k: f"'{v}" if v.startswith(("=", "+", "-", "@", "\t", "\r")) else v for k, v in row.items()})
    return stream.getvalue().encode("utf-8-sig")


def as_jsonl(found: Sequence[Quote]) -> bytes:
    """One JSON object a line; `quote` is exact."""
    return "".join(json.dumps(_row(quote), ensure_ascii=False) + "\n" for quote in found).encode()


def as_text(found: Sequence[Quote]) -> bytes:
    """Plain text: each quote, then who, where, when and its link."""
    parts = []
    for quote in found:
        beside = " · ".join(p for p in (quote.author, quote.place, f"{quote.published_at:%Y-%m-%d %H:%M} UTC") if p)
        note = f"{DEMO}\n" if quote.post.is_demo else ""
        parts.append(f"« {quote.shown} »\n{beside}\n{quote.url}\n{note}")
    return "\n".join(parts).encode()

"""The basket of quotes, and its files."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from data.actor import actor, needs
from data.changes import StaleError, changed_by, check_seen, note_change
from data.models import to_epoch
from data.posts.pseudonyms import author_salt, pseudonym
from data.posts.quotes import Quote, guarded, quote_of
from data.posts.reads import posts_by_id
from data.schema import post_text, verbatim
from data.store import Store

DEMO = "Demo: an invented post"


class QuoteError(ValueError):
    """A passage that cannot be quoted; `code` is gone or not_there."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


@needs("member")
def add_verbatim(store: Store, post_id: int, now: datetime, passage: str = "", tags: Sequence[str] = ()) -> int:
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
            "post_id": post_id,
            "start": start,
            "stop": stop,
            "digest": _digest(plain),
            "who": actor().name[:80],
            "at": to_epoch(now),
            "tags": json.dumps(_tags(tags), ensure_ascii=False),
        }
        made = int(connection.execute(insert(verbatim).values(**values).returning(verbatim.c.id)).scalar_one())
        note_change(connection, "quote.added", f"quote {made}: post {post_id}", after=plain[start:stop])
        return made


def _tags(tags: Sequence[str]) -> list[str]:
    return sorted({" ".join(tag.split())[:40] for tag in tags} - {""})[:20]


@needs("member")
def set_tags(store: Store, verbatim_id: int, tags: Sequence[str], seen: Sequence[str] | None = None) -> None:
    """Tag a quote. Raises StaleError where somebody tagged it otherwise since its tags were `seen`."""
    wanted, about = _tags(tags), f"quote {verbatim_id}"
    with store.write() as connection:
        held = connection.execute(select(verbatim.c.tags).where(verbatim.c.id == verbatim_id)).scalar()
        if held is None:
            raise StaleError([changed_by(connection, about, "", "")])
        before, after = ", ".join(json.loads(held)), ", ".join(wanted)
        read = None if seen is None else ", ".join(_tags(seen))
        check_seen(connection, about, "tags", read, before, after)
        if before != after:
            note_change(connection, "quote.tags", about, before, after)
            values = {"tags": json.dumps(wanted, ensure_ascii=False)}
            connection.execute(update(verbatim).where(verbatim.c.id == verbatim_id).values(**values))


@needs("member")
def remove_verbatim(store: Store, verbatim_id: int) -> None:
    with store.write() as connection:
        row = connection.execute(
            select(verbatim, post_text.c.plain)
            .outerjoin(post_text, post_text.c.post_id == verbatim.c.post_id)
            .where(verbatim.c.id == verbatim_id)
        ).first()
        if row is not None:
            held = (row.plain or "")[row.start : row.stop]
            note_change(connection, "quote.removed", f"quote {verbatim_id}: post {row.post_id}", held)
            connection.execute(delete(verbatim).where(verbatim.c.id == verbatim_id))


def quotes(connection: Connection, *, names: bool = True, limit: int = 500) -> list[Quote]:
    """The basket, the latest first. Without `names`, authors have pseudonyms, the same for the same author."""
    rows = connection.execute(select(verbatim).order_by(verbatim.c.id.desc()).limit(limit)).all()
    posts = {post.id: post for post in posts_by_id(connection, list({row.post_id for row in rows}))}
    salt = "" if names else author_salt(connection)
    basket = []
    for row in rows:
        post = posts.get(row.post_id)
        if post is None:
            continue
        edited = _digest(post.plain) != row.digest
        # An edited post is quoted whole: where the passage was, other words may stand now.
        start, stop = (0, len(post.plain)) if edited else (row.start, row.stop)
        named = post.author if names or not post.author else pseudonym(post.author, salt)
        basket.append(
            replace(
                quote_of(post, start, stop, author=named), id=row.id, tags=tuple(json.loads(row.tags)), edited=edited
            )
        )
    return basket


def basket_posts(connection: Connection, ids: Sequence[int]) -> set[int]:
    """Those of `ids` that are in the basket."""
    rows = connection.execute(select(verbatim.c.post_id).where(verbatim.c.post_id.in_(list(ids))))
    return {int(i) for i in rows.scalars()}


def _row(quote: Quote) -> dict[str, str]:
    return {
        "quote": quote.shown,
        "author": quote.author,
        "place": quote.place,
        "published_at": quote.published_at.isoformat(),
        "language": quote.lang,
        "link": quote.url,
        "tags": ", ".join(quote.tags),
        "note": DEMO if quote.is_demo else "",
    }


def as_csv(quotes: Sequence[Quote]) -> bytes:
    """UTF-8 with a mark, so that spreadsheets read it; see `guarded` for cells that a spreadsheet would run."""
    stream = io.StringIO()
    rows = [_row(quote) for quote in quotes]
    writer = csv.DictWriter(stream, ["quote", "author", "place", "published_at", "language", "link", "tags", "note"])
    writer.writeheader()
    for row in rows:
        writer.writerow({k: guarded(v) for k, v in row.items()})
    return stream.getvalue().encode("utf-8-sig")


def as_jsonl(quotes: Sequence[Quote]) -> bytes:
    """One JSON object a line; `quote` is exact."""
    return "".join(json.dumps(_row(quote), ensure_ascii=False) + "\n" for quote in quotes).encode()


def as_text(quotes: Sequence[Quote]) -> bytes:
    """Plain text: each quote, then who, where, when and its link."""
    parts = []
    for quote in quotes:
        beside = " · ".join(p for p in (quote.author, quote.place, f"{quote.published_at:%Y-%m-%d %H:%M} UTC") if p)
        note = f"{DEMO}\n" if quote.is_demo else ""
        parts.append(f"« {quote.shown} »\n{beside}\n{quote.url}\n{note}")
    return "\n".join(parts).encode()

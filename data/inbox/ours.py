"""Which posts are ours: brands, accounts and sources of our own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Select, delete, insert, select, text, update

from data.actor import needs
from data.changes import note_change
from data.dialect import CHOSEN, ids_parameter
from data.schema import brand, own_account, post, source
from data.store import Store

# Sources of ours that hold nothing but our own posts, and those where our posts open threads that others answer in.
OURS_ALL = ("feed", "page", "mastodon", "bluesky", "x", "telegram", "import")


OURS_ROOTS = ("facebook", "instagram", "youtube")


def own_brands() -> Select[Any]:
    return select(brand.c.id).where(brand.c.is_own)


def own_accounts(connection: Connection) -> list[str]:
    """Authors that write for us."""
    return list(connection.execute(select(own_account.c.author).order_by(own_account.c.author)).scalars())


@needs("administrator")
def set_own_account(store: Store, author: str, ours: bool = True) -> None:
    """Say that an author writes for us, or not any more. Posts that they answered are found at the next refresh."""
    author = author.strip()[:300]
    if not author:
        return
    with store.write() as connection:
        held = connection.execute(select(own_account.c.author).where(own_account.c.author == author)).scalar()
        note_change(connection, "own.account", author, "ours" if held else "", "ours" if ours else "")
        connection.execute(delete(own_account).where(own_account.c.author == author))
        if ours:
            connection.execute(insert(own_account).values(author=author))
        connection.execute(
            update(post).where(post.c.author == author).values(by_us=ours, pending=True, sentiment_confidence=0)
        )


def own_source_ids(connection: Connection) -> dict[int, str]:
    """Source -> "all" or "roots": which of its posts are ours because the source is."""
    rows = connection.execute(select(source.c.id, source.c.kind).where(source.c.is_own))
    return {
        int(i): "all" if kind in OURS_ALL else "roots" for i, kind in rows if kind in OURS_ALL or kind in OURS_ROOTS
    }


def any_by_us(connection: Connection, ids: Sequence[int]) -> bool:
    """Whether one of these posts is ours."""
    rows = text(f"SELECT EXISTS (SELECT 1 FROM post WHERE by_us AND id IN ({CHOSEN}))")
    return bool(connection.execute(rows, {"ids": ids_parameter(ids)}).scalar_one())


def set_by_us(connection: Connection, ours: Sequence[int], others: Sequence[int]) -> None:
    """Mark posts as written by us, or not."""
    for ids, value in ((ours, True), (others, False)):
        connection.execute(
            text(f"UPDATE post SET by_us = :v WHERE by_us != :v AND id IN ({CHOSEN})"),
            {"v": value, "ids": ids_parameter(ids)},
        )

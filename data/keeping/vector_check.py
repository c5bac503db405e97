"""Vectors that belong to no post, and posts that have none."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

from sqlalchemy import select, update

from data.dialect import is_among
from data.keeping.findings import Finding
from data.posts.vectors import vectors_of
from data.schema import erased_post, post, vector
from data.sqlite import is_read_only, open_to_read
from data.store import Store


def _held(store: Store) -> set[int] | None:
    """Posts that have a vector; None where they cannot be read."""
    if store.is_server:
        with store.read() as connection:
            return {int(i) for i in connection.execute(select(vector.c.post_id).distinct()).scalars()}
    if not store.vector_path.is_file():
        return set()
    try:
        path = store.vector_path
        with closing(open_to_read(path) if is_read_only(path) else sqlite3.connect(path)) as connection:
            return {row[0] for row in connection.execute("SELECT DISTINCT post_id FROM vector")}
    except sqlite3.Error:
        return None


def _compared(store: Store) -> tuple[set[int], set[int]] | None:
    """(ids of vectors without a post, posts that were read and have no vector), None where vectors are damaged."""
    held = _held(store)
    if held is None:
        return None
    with store.read() as connection:
        known = {int(i): bool(waits) for i, waits in connection.execute(select(post.c.id, post.c.pending))}
        told = {int(i) for i in connection.execute(select(erased_post.c.post_id)).scalars()}  # go at the next refresh
    return held - set(known) - told, {i for i, waits in known.items() if not waits and i not in held}


def vectors_told(store: Store) -> Iterator[Finding]:
    found = _compared(store)
    if found is None:
        yield Finding(
            f"{store.vector_path} is damaged. 'python -m data doctor --mend' has its vectors computed again.",
            mends=True,
        )
        return
    strangers, lacking = found
    if strangers:
        yield Finding(
            f"{len(strangers)} vectors belong to no post. 'python -m data doctor --mend' deletes them.", mends=True
        )
    if lacking:
        yield Finding(
            f"{len(lacking)} posts that were read have no vector. 'python -m data doctor --mend' has the next refresh "
            "read them again.",
            mends=True,
        )


def forget_strangers(store: Store) -> None:
    """Delete vectors without a post; posts without a vector are read again at the next refresh."""
    vectors = vectors_of(store)  # a damaged file is set aside here and begun anew
    strangers, lacking = _compared(store) or (set(), set())
    vectors.forget(sorted(strangers))
    if lacking:
        with store.write() as connection:
            connection.execute(update(post).where(is_among(post.c.id, sorted(lacking))).values(pending=True))

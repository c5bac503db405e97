"""Threads: which posts belong together, in their order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, select, text

from data.dialect import CHOSEN, ids_parameter
from data.models import Post
from data.schema import post, post_text

MOST = 200  # posts of a thread that are shown


@dataclass(frozen=True, slots=True)
class ThreadPost:
    """What the heat of a thread reads of one post."""

    id: int
    source_kind: str
    root: str
    at: int
    author: str
    plain: str
    sentiment: str
    confidence: float
    toxicity: float


def in_thread(kind: Any, root: Any) -> ColumnElement[bool]:
    """The posts of a thread, its first among them. Two lookups in two indexes: `root_id != ''` lets SQLite use the
    partial one, without which each would read every post."""
    by_root = select(post.c.id).where(post.c.root_id == root, post.c.root_id != "", post.c.source_kind == kind)
    first = select(post.c.id).where(post.c.source_kind == kind, post.c.native_id == root)
    return post.c.id.in_(by_root.union_all(first))


_THREAD = "coalesce(nullif(p.root_id, ''), p.native_id)"


def thread_posts(connection: Connection, ids: Iterable[int], last: int = 12) -> dict[tuple[str, str], list[ThreadPost]]:
    """(network, root) -> the last posts of the threads that these posts are in, in order."""
    roots = connection.execute(
        text(f"SELECT DISTINCT p.source_kind, {_THREAD} FROM post p WHERE p.id IN ({CHOSEN})"),
        {"ids": ids_parameter(ids)},
    ).all()
    threads: dict[tuple[str, str], list[ThreadPost]] = {}
    query = (
        select(
            post.c.id,
            post.c.source_kind,
            post.c.published_at,
            post.c.author,
            post_text.c.plain,
            post.c.sentiment,
            post.c.sentiment_confidence,
            post.c.toxicity,
        )
        .join(post_text, post_text.c.post_id == post.c.id)
        .where(in_thread(bindparam("kind"), bindparam("root")))
        .order_by(post.c.published_at.desc(), post.c.id.desc())
        .limit(last)
    )
    for kind, root in roots:
        rows = connection.execute(query, {"kind": kind, "root": root}).all()
        if len(rows) > 2:
            threads[kind, root] = [
                ThreadPost(
                    r.id, kind, root, r.published_at, r.author, r.plain, r.sentiment, r.sentiment_confidence, r.toxicity
                )
                for r in rows
            ][::-1]
    return threads


def thread_of(connection: Connection, post_id: int, limit: int = MOST) -> list[int]:
    """Ids of the thread that a post is in, oldest first, at most `limit` around it."""
    row = connection.execute(
        select(post.c.source_kind, post.c.root_id, post.c.native_id).where(post.c.id == post_id)
    ).one_or_none()
    if row is None:
        return []
    root = row.root_id or row.native_id
    ids = (
        connection.execute(
            select(post.c.id).where(in_thread(row.source_kind, root)).order_by(post.c.published_at, post.c.id)
        )
        .scalars()
        .all()
    )
    if len(ids) <= limit:
        return list(ids)
    place = ids.index(post_id)
    start = min(max(1, place - limit // 2), len(ids) - limit + 1)
    return [ids[0], *ids[start : start + limit - 1]]


def in_reading_order(posts: Sequence[Post]) -> list[tuple[Post, int, bool]]:
    """(post, depth, its parent is missing) of a thread as a tree: each reply under what it replies to."""
    known = {item.native_id for item in posts}
    children: dict[str, list[Post]] = {}
    roots: list[tuple[Post, bool]] = []
    for item in posts:
        if item.parent_id in known and item.parent_id != item.native_id:
            children.setdefault(item.parent_id, []).append(item)
        else:
            roots.append((item, bool(item.parent_id) and item.parent_id not in known))
    ordered: list[tuple[Post, int, bool]] = []
    placed: set[int] = set()
    stack = [(root, 0, missing) for root, missing in reversed(roots)]
    while stack:
        item, depth, missing = stack.pop()
        if item.id in placed:
            continue
        placed.add(item.id)
        ordered.append((item, depth, missing))
        stack += [(child, depth + 1, False) for child in reversed(children.get(item.native_id, []))]
    # Posts that reply to each other in a ring hang under no root.
    return ordered + [(item, 0, True) for item in posts if item.id not in placed]

"""The posts of an alert's event: those that hold its words or are in its threads, while it went on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, select

from data.alerts.alerts import Alert
from data.inbox.threads import in_thread
from data.models import from_epoch, to_epoch
from data.schema import inquiry, post, source
from insights.alerts.course import EventPost
from insights.pipeline.alerts import posts_between
from insights.text import terms

MOST = 3_000
BEFORE, AFTER = timedelta(hours=1), timedelta(hours=24)  # around the alert's own times


def posts_of_event(connection: Connection, alert: Alert) -> list[EventPost]:
    """In order of time, at most `MOST`."""
    if alert.rule.kind == "conflict":
        _, kind, root = alert.key.split(":", 2)
        chosen = list(connection.execute(select(post.c.id).where(in_thread(kind, root))).scalars())
    else:
        began, ended = to_epoch(alert.began_at - BEFORE), to_epoch(alert.last_at + AFTER)
        words = set(alert.facts.words)
        needed = 2 if len(words) > 3 else 1
        read = posts_between(connection, 0 if words else alert.rule.brand, began, ended, limit=4 * MOST, newest=False)
        chosen = [item.id for item in read if not words or len(words & set(terms(item.text))) >= needed]
        chosen += [i for i in (*alert.posts, alert.origin) if i]
        chosen = sorted(set(chosen))[:MOST] + _in_their_threads(connection, chosen, began, ended)
    return _read(connection, sorted(set(chosen))[: 2 * MOST])


def _in_their_threads(connection: Connection, ids: list[int], began: int, ended: int) -> list[int]:
    """Posts of the same threads, those of ours among them: they may use other words."""
    found: list[int] = []
    roots: dict[tuple[str, str], None] = {}
    for start in range(0, len(ids), 500):
        rows = connection.execute(
            select(post.c.source_kind, post.c.root_id, post.c.native_id).where(post.c.id.in_(ids[start : start + 500]))
        )
        for row in rows:
            roots.setdefault((row.source_kind, row.root_id or row.native_id))
    for kind in sorted({kind for kind, _ in roots}):
        mine = [root for k, root in roots if k == kind]
        for start in range(0, len(mine), 500):
            part = mine[start : start + 500]
            rows = connection.execute(
                select(post.c.id).where(
                    post.c.source_kind == kind,
                    post.c.root_id != "",
                    post.c.root_id.in_(part),
                    post.c.published_at.between(began, ended),
                )
            )
            found += rows.scalars()
    return found


def _read(connection: Connection, ids: list[int]) -> list[EventPost]:
    found: list[EventPost] = []
    for start in range(0, len(ids), 500):
        query = (
            select(post, source.c.title, inquiry.c.post_id.label("asked"))
            .join(source, source.c.id == post.c.source_id)
            .outerjoin(inquiry, inquiry.c.post_id == post.c.id)
            .where(post.c.id.in_(ids[start : start + 500]))
        )
        found += [_event_post(row) for row in connection.execute(query)]
    return sorted(found, key=lambda p: (p.at, p.id))


def _event_post(row: Any) -> EventPost:
    return EventPost(
        row.id,
        from_epoch(row.published_at),
        row.author,
        row.source_kind,
        row.community or row.title,
        row.sentiment,
        (row.score or 0) + 2 * (row.comments or 0) + (row.shares or 0),
        bool(row.parent_id),
        bool(row.by_us),
        row.asked is not None,
        row.group_id,
    )

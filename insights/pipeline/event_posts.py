"""The posts of an event: what is said in a stretch of time, and those of an alert, by its words and its threads."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, select

from data.alerts.alerts import Alert
from data.inbox.threads import in_thread
from data.models import from_epoch, to_epoch
from data.posts.analysis import Waiting, texts_of
from data.schema import IDS_PER_DAY, inquiry, mention, post, source
from insights.alerts.bursts import words_in
from insights.alerts.course import EventPost
from insights.alerts.naming import Said, names_a_thing
from insights.alerts.onset import telling_words
from insights.text import terms

HOUR, DAY = 3_600, 86_400
MOST = 3_000
READ = 600  # posts of an event that are read, and of the time before it
TO_READ = 5  # posts that an alert points at
BEFORE, AFTER = timedelta(hours=1), timedelta(hours=24)  # around the alert's own times


def posts_between(
    connection: Connection, brand: int, began: int, ended: int, *, limit: int = READ, newest: bool = True
) -> list[Waiting]:
    """At most `limit` posts between two moments that name a brand (0: any), in order of time."""
    low, high = (began // DAY) * IDS_PER_DAY, (ended // DAY + 1) * IDS_PER_DAY - 1
    query = select(post.c.id).where(post.c.id.between(low, high), post.c.published_at.between(began, ended))
    if brand:
        mine = select(mention.c.post_id).where(
            mention.c.brand_id == brand, mention.c.day.between(began // DAY, ended // DAY)
        )
        query = query.where(post.c.id.in_(mine))
    order = (post.c.published_at.desc(), post.c.id.desc()) if newest else (post.c.published_at, post.c.id)
    ids = list(connection.execute(query.order_by(*order).limit(limit)).scalars())
    held = {item.id: item for item in texts_of(connection, ids)}
    return [held[i] for i in (reversed(ids) if newest else ids) if i in held]


def what_is_said(
    connection: Connection, inside: Sequence[Waiting], before: Sequence[Waiting], tone: str = ""
) -> tuple[list[str], int, tuple[int, ...]]:
    """(the words that set posts apart from those before, the first post that is about them, five posts to read)."""
    if not inside:
        return [], 0, ()
    said = {item.id: terms(item.text) for item in inside}
    words = [w for w in telling_words(list(said.values()), [terms(i.text) for i in before]) if names_a_thing(w)]
    needed = 2 if len(words) > 3 else 1
    about = [item.id for item in inside if len(set(words) & set(said[item.id])) >= needed]
    if not about:
        about = [item.id for item in inside]
    strength = {word: len(words) - place for place, word in enumerate(words)}
    heard = {i: sum(strength.get(word, 0) for word in set(said[i])) / (1 + sum(strength.values())) for i in about}
    return words, about[0], _to_read(connection, about, heard, tone)


def voices_of(connection: Connection, items: Sequence[Waiting]) -> list[Said]:
    """Posts with who says them and where, in the order given; what people of a site sign is said by the site."""
    columns = (post.c.id, post.c.author, post.c.community, post.c.group_id, source.c.id.label("site"), source.c.kind)
    rows: dict[int, Any] = {}
    for start in range(0, len(items), 500):
        query = select(*columns, source.c.title).join(source, source.c.id == post.c.source_id)
        query = query.where(post.c.id.in_([item.id for item in items[start : start + 500]]))
        rows |= {int(row.id): row for row in connection.execute(query)}
    return [_said(item, rows[item.id]) for item in items if item.id in rows]


def _said(item: Waiting, row: Any) -> Said:
    site = int(row.site) if row.kind == "feed" else 0
    place = row.community or f"{row.title} {row.site}"
    voice = f"site {site}" if site else row.author or f"post {item.id}"
    return Said(item.id, item.id // IDS_PER_DAY, site, voice, place, words_in(item.text), row.group_id or 0)


def _to_read(connection: Connection, about: list[int], heard: dict[int, float], tone: str) -> tuple[int, ...]:
    """The first post, then those that say most of the event (`heard`, from 0 to 1) and drew most; no copies."""
    columns = (post.c.id, post.c.score, post.c.comments, post.c.sentiment, post.c.group_id)
    rows = {int(row.id): row for row in connection.execute(select(*columns).where(post.c.id.in_(about)))}

    def rank(i: int) -> tuple[float, int]:
        drawn = math.log1p((rows[i].score or 0) + 2 * (rows[i].comments or 0))
        return (-(10 * heard[i] + drawn + (2 if rows[i].sentiment == tone else 0)), i)

    chosen = [about[0]]
    groups = {rows[about[0]].group_id} - {0}
    for i in sorted((i for i in about[1:] if i in rows), key=rank):
        if len(chosen) == TO_READ:
            break
        if rows[i].group_id not in groups:
            chosen.append(i)
            groups |= {rows[i].group_id} - {0}
    return tuple(chosen)


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
    beside: list[int] = []
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
            beside += rows.scalars()
    return beside


def _read(connection: Connection, ids: list[int]) -> list[EventPost]:
    posts: list[EventPost] = []
    for start in range(0, len(ids), 500):
        query = (
            select(post, source.c.title, inquiry.c.post_id.label("asked"))
            .join(source, source.c.id == post.c.source_id)
            .outerjoin(inquiry, inquiry.c.post_id == post.c.id)
            .where(post.c.id.in_(ids[start : start + 500]))
        )
        posts += [_event_post(row) for row in connection.execute(query)]
    return sorted(posts, key=lambda p: (p.at, p.id))


def _event_post(row: Any) -> EventPost:
    return EventPost(
        row.id,
        from_epoch(row.published_at),
        row.author,
        row.source_kind,
        row.community or row.title,
        row.sentiment,
        (row.score or 0) + 2 * (row.comments or 0) + (row.shares or 0),
        bool(row.by_us),
        row.asked is not None,
        row.group_id,
    )

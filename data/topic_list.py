"""Topics as stored: read them, rename, merge, hide, and flip to a new fit in one write."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, text, update

from data.models import Topic, from_epoch, to_epoch
from data.posts import current_fit
from data.schema import meta, post_topic, topic, topic_centroid, topic_day, topic_fit
from data.store import Store


@dataclass(frozen=True, slots=True)
class StoredTopic:
    """One topic of a fit as the refresh writes it. `id` is None for a topic that did not exist before."""

    id: int | None
    label: str
    terms: tuple[str, ...]
    representatives: tuple[int, ...]
    centroid: bytes
    posts: tuple[tuple[int, float], ...] = field(default=(), repr=False)  # (post id, similarity)


def _read(row: Any, posts: int = 0) -> Topic:
    return Topic(
        id=row.id,
        label=row.person_label or row.label,
        named_by="person" if row.person_label else "auto",
        terms=tuple(json.loads(row.terms)),
        representatives=tuple(json.loads(row.representatives)),
        hidden=row.hidden,
        merged_into=row.merged_into,
        first_seen=from_epoch(row.first_seen) if row.first_seen else None,
        trend=row.trend,
        posts=posts,
    )


def topics_of_fit(connection: Connection, *, hidden: bool = False) -> list[Topic]:
    """Topics of the shown fit with their size, largest first; merged ones count with their target."""
    fit = current_fit(connection)
    rows = connection.execute(
        text(
            "SELECT coalesce(t.merged_into, t.id) AS topic_id, sum(d.posts) FROM topic_day d "
            "JOIN topic t ON t.id = d.topic_id WHERE d.fit_id = :fit GROUP BY 1"
        ),
        {"fit": fit},
    )
    sizes = {int(row[0]): int(row[1]) for row in rows}
    found = [
        _read(row, sizes.get(row.id, 0))
        for row in connection.execute(
            select(topic).where(
                topic.c.merged_into.is_(None),
                topic.c.id.in_(select(topic_centroid.c.topic_id).where(topic_centroid.c.fit_id == fit)),
            )
        )
    ]
    found = [item for item in found if hidden or not item.hidden]
    return sorted(found, key=lambda item: (-item.posts, item.id))


def get_topic(connection: Connection, topic_id: int) -> Topic | None:
    row = connection.execute(select(topic).where(topic.c.id == topic_id)).one_or_none()
    if row is None:
        return None
    size = connection.execute(
        text(
            "SELECT coalesce(sum(d.posts), 0) FROM topic_day d JOIN topic t ON t.id = d.topic_id "
            "WHERE d.fit_id = :fit AND (t.id = :id OR t.merged_into = :id)"
        ),
        {"fit": current_fit(connection), "id": topic_id},
    ).scalar_one()
    return _read(row, int(size))


def trend_facts(connection: Connection) -> dict[int, dict[str, Any]]:
    """Per topic the figures behind its trend class."""
    return {row.id: json.loads(row.trend_facts) for row in connection.execute(select(topic))}


def merged_topics(connection: Connection, topic_id: int) -> list[Topic]:
    return [_read(row) for row in connection.execute(select(topic).where(topic.c.merged_into == topic_id))]


def rename_topic(store: Store, topic_id: int, name: str) -> None:
    """Give a topic a name of one's own; an empty name goes back to the automatic one."""
    with store.write() as connection:
        connection.execute(
            update(topic).where(topic.c.id == topic_id).values(person_label=" ".join(name.split())[:120])
        )


def merge_topics(store: Store, topic_id: int, target_id: int) -> None:
    """Count a topic with another from now on. Raises ValueError for a topic merged into itself."""
    if topic_id == target_id:
        raise ValueError("A topic cannot be merged into itself.")
    with store.write() as connection:
        target = connection.execute(select(topic.c.merged_into).where(topic.c.id == target_id)).one()
        final = target.merged_into or target_id
        if final == topic_id:
            raise ValueError("That topic is already part of this one.")
        connection.execute(
            update(topic).where((topic.c.id == topic_id) | (topic.c.merged_into == topic_id)).values(merged_into=final)
        )


def unmerge_topic(store: Store, topic_id: int) -> None:
    with store.write() as connection:
        connection.execute(update(topic).where(topic.c.id == topic_id).values(merged_into=None))


def hide_topic(store: Store, topic_id: int, hidden: bool = True) -> None:
    with store.write() as connection:
        connection.execute(update(topic).where(topic.c.id == topic_id).values(hidden=hidden))


def centroids(connection: Connection) -> tuple[int, str, float, list[tuple[int, bytes]]]:
    """The shown fit: its id, its embedding model, its similarity threshold, (topic id, vector) pairs."""
    fit = current_fit(connection)
    row = connection.execute(select(topic_fit).where(topic_fit.c.id == fit)).one_or_none()
    if row is None:
        return 0, "", 0.0, []
    rows = connection.execute(
        select(topic_centroid.c.topic_id, topic_centroid.c.vector)
        .where(topic_centroid.c.fit_id == fit)
        .order_by(topic_centroid.c.topic_id)
    )
    return fit, row.model, row.threshold, [(r.topic_id, r.vector) for r in rows]


def assignments(connection: Connection, fit: int) -> dict[int, int]:
    """Post id -> topic id of a fit."""
    rows = connection.execute(select(post_topic.c.post_id, post_topic.c.topic_id).where(post_topic.c.fit_id == fit))
    return {int(p): int(t) for p, t in rows}


def fitted_posts(connection: Connection) -> int:
    row = connection.execute(select(topic_fit.c.fitted_posts).where(topic_fit.c.id == current_fit(connection))).scalar()
    return int(row or 0)


def add_assignments(connection: Connection, fit: int, rows: Sequence[tuple[int, int, float]]) -> None:
    """(post, topic, similarity) of new posts under the shown fit; a post changed at its source moves."""
    ids = [row[0] for row in rows]
    for start in range(0, len(ids), 500):
        connection.execute(
            delete(post_topic).where(post_topic.c.post_id.in_(ids[start : start + 500]), post_topic.c.fit_id == fit)
        )
    keep = [row for row in rows if row[1] > 0]
    if keep:
        connection.execute(
            insert(post_topic),
            [{"fit_id": fit, "post_id": p, "topic_id": t, "similarity": s} for p, t, s in keep],
        )


def save_fit(
    connection: Connection, topics: Iterable[StoredTopic], model: str, threshold: float, fitted: int, now: datetime
) -> int:
    """Write a whole fit and show it. Inside one transaction: readers see the old fit or the new one."""
    fit = connection.execute(
        insert(topic_fit)
        .values(created_at=to_epoch(now), model=model, fitted_posts=fitted, threshold=threshold)
        .returning(topic_fit.c.id)
    ).scalar_one()
    for item in topics:
        values: dict[str, Any] = {
            "label": item.label,
            "terms": json.dumps(item.terms, ensure_ascii=False),
            "representatives": json.dumps(item.representatives),
        }
        topic_id = item.id
        if topic_id is None:
            topic_id = connection.execute(
                insert(topic).values(first_fit=fit, **values).returning(topic.c.id)
            ).scalar_one()
        else:
            connection.execute(update(topic).where(topic.c.id == topic_id).values(**values))
        connection.execute(insert(topic_centroid).values(fit_id=fit, topic_id=topic_id, vector=item.centroid))
        if item.posts:
            connection.execute(
                insert(post_topic),
                [{"fit_id": fit, "topic_id": topic_id, "post_id": p, "similarity": s} for p, s in item.posts],
            )
    old = current_fit(connection)
    connection.execute(update(meta).where(meta.c.key == "topic_fit").values(value=str(fit)))
    for table in (post_topic, topic_day, topic_centroid):  # two fits are kept: the shown one and the last
        connection.execute(delete(table).where(table.c.fit_id < old))
    connection.execute(
        text(
            "UPDATE topic SET first_seen = (SELECT min(p.published_at) FROM post_topic t "
            "JOIN post p ON p.id = t.post_id WHERE t.topic_id = topic.id AND t.fit_id = :fit) "
            "WHERE id IN (SELECT topic_id FROM topic_centroid WHERE fit_id = :fit)"
        ),
        {"fit": fit},
    )
    return int(fit)


def set_trends(connection: Connection, trends: Mapping[int, tuple[str, dict[str, Any]]]) -> None:
    """Topic id -> (class, figures behind it)."""
    for topic_id, (name, facts) in trends.items():
        connection.execute(
            update(topic).where(topic.c.id == topic_id).values(trend=name, trend_facts=json.dumps(facts))
        )

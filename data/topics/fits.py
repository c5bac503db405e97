"""Topics as a fit writes them: flipped to in one write, assigned, named, changed by hand."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, text, update

from data import changes
from data.actor import needs
from data.models import Wording, to_epoch
from data.posts.scope_sql import current_fit
from data.schema import (
    brand_topic_day,
    map_day,
    map_mark,
    meta,
    post_pin,
    post_topic,
    topic,
    topic_centroid,
    topic_change,
    topic_day,
    topic_fit,
    topic_part,
)
from data.store import Store, put_meta
from data.topics.names import encoded as encoded_names
from data.topics.trends import TrendFacts, encoded


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a post stands: its topic (0: none), how near its centre, its sub-topic (0: none), its place on the map."""

    post_id: int
    topic_id: int
    similarity: float
    part: int = 0
    x: float | None = None
    y: float | None = None


@dataclass(frozen=True, slots=True)
class StoredTopic:
    """One topic of a fit as the refresh writes it. `id` is None for a topic that did not exist before."""

    id: int | None
    label: str
    terms: tuple[str, ...]
    representatives: tuple[int, ...]
    centroid: bytes
    posts: tuple[Placed, ...] = field(default=(), repr=False)
    parts: tuple[tuple[str, bytes], ...] = ()  # label and vector of each sub-topic, numbered from 1
    made_by: str = "fit"
    wordings: tuple[Wording, ...] = ()  # in each language, of a topic with posts in several
    line: float | None = None  # cosine with the centre from which a post is about it


def note_change(
    connection: Connection, at: datetime, kind: str, topic_id: int, other_id: int = 0, by: str = "fit", **detail: Any
) -> None:
    """Write a line of a topic's passport; `detail` holds what undoes a person's change, which is in the audit too."""
    if by == "person":
        changes.note_change(
            connection,
            f"topic.{kind}",
            f"topic {topic_id}",
            str(detail.get("before", "")),
            str(detail.get("after", "")),
        )
    connection.execute(
        insert(topic_change).values(
            at=to_epoch(at),
            kind=kind,
            topic_id=topic_id,
            other_id=other_id,
            made_by=by,
            detail=json.dumps(detail, ensure_ascii=False),
        )
    )


@needs("administrator")
def ask_refit(store: Store) -> None:
    """Have topics grouped anew by the next refresh."""
    with store.write() as connection:
        before = "wanted" if wanted_refit(connection) else ""
        changes.note_change(connection, "topic.refit", "topics", before, "wanted")
        put_meta(connection, "refit", "wanted")


def note_missing_models(store: Store, names: Sequence[str]) -> None:
    """Remember which packaged models cannot be loaded on this machine."""
    if store.get_meta("models_missing") != ", ".join(names):
        store.set_meta("models_missing", ", ".join(names))


def missing_models(store: Store) -> str:
    """Their names, "" for none."""
    return store.get_meta("models_missing")


def wanted_refit(connection: Connection) -> bool:
    return connection.execute(select(meta.c.value).where(meta.c.key == "refit")).scalar() == "wanted"


def clear_refit(connection: Connection) -> None:
    connection.execute(update(meta).where(meta.c.key == "refit").values(value=""))


def pins(connection: Connection) -> dict[int, int]:
    """Post id -> the topic that a person put it in."""
    return {int(p): int(t) for p, t in connection.execute(select(post_pin.c.post_id, post_pin.c.topic_id))}


def _rows(fit: int, posts: Iterable[Placed]) -> list[dict[str, Any]]:
    return [{"fit_id": fit, **asdict(placed)} for placed in posts if placed.topic_id > 0]


def add_assignments(connection: Connection, fit: int, posts: Sequence[Placed]) -> None:
    """Place posts under the shown fit; those placed before move, and pinned ones stay."""
    pinned = pins(connection)
    moving = [placed for placed in posts if placed.post_id not in pinned]
    for start in range(0, len(moving), 500):
        ids = [placed.post_id for placed in moving[start : start + 500]]
        connection.execute(delete(post_topic).where(post_topic.c.post_id.in_(ids), post_topic.c.fit_id == fit))
    rows = _rows(fit, moving)
    if rows:
        connection.execute(insert(post_topic), rows)


def add_topic(connection: Connection, item: StoredTopic, fit: int) -> int:
    """Write one topic of a fit with its sub-topics and posts; gives its id."""
    values: dict[str, Any] = {
        "label": item.label,
        "terms": json.dumps(item.terms, ensure_ascii=False),
        "wordings": encoded_names(item.wordings),
        "representatives": json.dumps(item.representatives),
        "became": None,
    }
    topic_id = item.id
    if topic_id is None:
        topic_id = connection.execute(
            insert(topic)
            .values(first_fit=fit, first_terms=values["terms"], made_by=item.made_by, **values)
            .returning(topic.c.id)
        ).scalar_one()
    else:
        connection.execute(update(topic).where(topic.c.id == topic_id).values(**values))
    connection.execute(
        insert(topic_centroid).values(fit_id=fit, topic_id=topic_id, vector=item.centroid, line=item.line)
    )
    parts = [
        {"fit_id": fit, "topic_id": topic_id, "number": number, "label": name, "vector": vector}
        for number, (name, vector) in enumerate(item.parts, start=1)
    ]
    if parts:
        connection.execute(insert(topic_part), parts)
    rows = [{**row, "topic_id": topic_id} for row in _rows(fit, (replace(p, topic_id=1) for p in item.posts))]
    if rows:
        connection.execute(insert(post_topic), rows)
    return int(topic_id)


def save_fit(
    connection: Connection,
    topics: Iterable[StoredTopic],
    model: str,
    threshold: float,
    fitted: int,
    now: datetime,
    marks: Sequence[tuple[int, float, float]] = (),
) -> tuple[int, list[int]]:
    """Write a whole fit and show it; gives its id and those of its topics, in order.

    Inside one transaction: readers see the old fit or the new one.
    """
    fit = int(
        connection.execute(
            insert(topic_fit)
            .values(created_at=to_epoch(now), model=model, fitted_posts=fitted, threshold=threshold)
            .returning(topic_fit.c.id)
        ).scalar_one()
    )
    ids = [add_topic(connection, item, fit) for item in topics]
    if marks:
        connection.execute(insert(map_mark), [{"fit_id": fit, "post_id": p, "x": x, "y": y} for p, x, y in marks])
    old = current_fit(connection)
    connection.execute(update(meta).where(meta.c.key == "topic_fit").values(value=str(fit)))
    for table in (post_topic, topic_day, brand_topic_day, topic_centroid, topic_part, map_mark, map_day):
        connection.execute(delete(table).where(table.c.fit_id < old))  # the shown fit and the last are kept
    set_first_seen(connection, fit)
    return fit, ids


def set_first_seen(connection: Connection, fit: int, topic_id: int | None = None) -> None:
    """When the first post of each topic was written; a topic is never younger than it was known to be."""
    connection.execute(
        text(
            "UPDATE topic SET first_seen = (SELECT min(seen) FROM (SELECT first_seen AS seen UNION ALL "
            "SELECT p.published_at FROM post_topic t JOIN post p ON p.id = t.post_id "
            "WHERE t.topic_id = topic.id AND t.fit_id = :fit) moments) "
            "WHERE id IN (SELECT topic_id FROM topic_centroid WHERE fit_id = :fit) AND (:topic = 0 OR id = :topic)"
        ),
        {"fit": fit, "topic": topic_id or 0},
    )


def set_themes(connection: Connection, themes: Mapping[int, int]) -> None:
    """Topic id -> the largest topic of its theme."""
    for topic_id, theme in themes.items():
        connection.execute(update(topic).where(topic.c.id == topic_id).values(theme=theme))


def join_theme(connection: Connection, topic_id: int, other_id: int) -> None:
    """Put a topic in the theme of another."""
    theme = select(topic.c.theme).where(topic.c.id == other_id).scalar_subquery()
    connection.execute(update(topic).where(topic.c.id == topic_id).values(theme=theme))


def leave_topic(connection: Connection, topic_id: int, became: int | None) -> None:
    """A topic that no fit holds any more: its link, and what was merged into it, follow where it went."""
    connection.execute(update(topic).where(topic.c.id == topic_id).values(became=became))
    connection.execute(
        update(topic).where(topic.c.merged_into == topic_id, topic.c.id != (became or 0)).values(merged_into=became)
    )
    if became is not None:
        connection.execute(
            update(topic).where(topic.c.id == became, topic.c.merged_into == topic_id).values(merged_into=None)
        )


def set_trends(connection: Connection, trends: Mapping[int, tuple[str, TrendFacts]]) -> None:
    """Topic id -> (class, figures behind it)."""
    for topic_id, (name, facts) in trends.items():
        connection.execute(update(topic).where(topic.c.id == topic_id).values(trend=name, trend_facts=encoded(facts)))


def move_post(connection: Connection, post_id: int, topic_id: int) -> None:
    """A person puts one post in a topic: later fits leave it there. The caller counts its day again."""
    fit = int(connection.execute(select(meta.c.value).where(meta.c.key == "topic_fit")).scalar() or 0)
    connection.execute(delete(post_pin).where(post_pin.c.post_id == post_id))
    connection.execute(insert(post_pin).values(post_id=post_id, topic_id=topic_id))
    moved = connection.execute(
        update(post_topic)
        .where(post_topic.c.fit_id == fit, post_topic.c.post_id == post_id)
        .values(topic_id=topic_id, part=0)
    ).rowcount
    if not moved:
        connection.execute(insert(post_topic).values(fit_id=fit, topic_id=topic_id, post_id=post_id, similarity=1.0))

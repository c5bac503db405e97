"""Topics as stored: read them, their passport and their places, and flip to a new fit in one write."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, text, update

from data.figures import map_cells
from data.models import Part, Topic, TopicChange, from_epoch, to_epoch
from data.posts import current_fit
from data.schema import (
    IDS_PER_DAY,
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
from data.store import Store


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
class ShownFit:
    """What new posts are placed by: the shown fit's topics, sub-topics and map."""

    fit: int = 0
    model: str = ""
    threshold: float = 0.0
    fitted: int = 0
    made_at: datetime | None = None
    topics: tuple[tuple[int, bytes], ...] = ()
    parts: tuple[tuple[int, int, bytes], ...] = ()  # topic, number, vector
    marks: tuple[tuple[int, float, float], ...] = ()  # post, x, y


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
        first_terms=tuple(json.loads(row.first_terms)),
        noise=row.noise,
        made_by=row.made_by,
        became=row.became,
        theme=row.theme,
    )


def topics_of_fit(connection: Connection, *, hidden: bool = False) -> list[Topic]:
    """Topics of the shown fit with their size, largest first; merged ones count with their target.

    `hidden` adds those that people hid or marked as noise.
    """
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
    found = [item for item in found if hidden or not (item.hidden or item.noise)]
    return sorted(found, key=lambda item: (-item.posts, item.id))


def topic_labels(connection: Connection) -> dict[int, str]:
    """Topic -> the name that is shown, for all that there ever were."""
    rows = connection.execute(select(topic.c.id, topic.c.person_label, topic.c.label))
    return {int(i): given or label for i, given, label in rows}


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


def parts_of_topic(connection: Connection, topic_id: int, since: int, until: int) -> list[Part]:
    """The sub-topics of a topic with their posts between two days, most posts first; those without are left out."""
    fit = current_fit(connection)
    rows = connection.execute(
        select(topic_part.c.number, topic_part.c.label, func.count(post_topic.c.post_id))
        .join(
            post_topic,
            (post_topic.c.fit_id == topic_part.c.fit_id)
            & (post_topic.c.topic_id == topic_part.c.topic_id)
            & (post_topic.c.part == topic_part.c.number),
        )
        .where(
            topic_part.c.fit_id == fit,
            topic_part.c.topic_id == topic_id,
            post_topic.c.post_id >= since * IDS_PER_DAY,
            post_topic.c.post_id < (until + 1) * IDS_PER_DAY,
        )
        .group_by(topic_part.c.number)
    )
    return sorted((Part(*row) for row in rows), key=lambda part: (-part.posts, part.number))


def changes_of(connection: Connection, topic_id: int | None = None, limit: int = 30) -> list[TopicChange]:
    """What became of a topic, or what people changed in all of them, newest first."""
    query = select(topic_change).order_by(topic_change.c.id.desc()).limit(limit)
    if topic_id is not None:
        query = query.where(
            (topic_change.c.topic_id == topic_id)
            | ((topic_change.c.other_id == topic_id) & topic_change.c.kind.in_(("split", "merge", "merged")))
        )
    else:
        query = query.where(topic_change.c.made_by == "person")
    return [
        TopicChange(
            row.id,
            from_epoch(row.at),
            row.topic_id,
            row.other_id,
            row.kind,
            row.made_by,
            json.loads(row.detail),
            row.undone_at is not None,
        )
        for row in connection.execute(query)
    ]


def note_change(
    connection: Connection, at: datetime, kind: str, topic_id: int, other_id: int = 0, by: str = "fit", **detail: Any
) -> None:
    """Write a line of a topic's passport; `detail` holds what undoes a person's change."""
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


@dataclass(frozen=True, slots=True)
class MapMark:
    """A post on the map of topics."""

    post_id: int
    topic_id: int
    label: str
    x: float
    y: float


def map_marks(connection: Connection, since: int, until: int, limit: int = 2_000) -> tuple[list[MapMark], int]:
    """At most `limit` posts with a topic between two days, spread evenly over time, and how many there are."""
    bounds = {"fit": current_fit(connection), "low": since * IDS_PER_DAY, "high": (until + 1) * IDS_PER_DAY}
    total = sum(number for _, _, number in map_cells(connection, since, until))
    step = max(1, -(-total // limit))
    rows = connection.execute(
        text(
            "SELECT p.post_id, coalesce(t.merged_into, t.id), p.x, p.y FROM post_topic p "
            "JOIN topic t ON t.id = p.topic_id "
            "WHERE p.fit_id = :fit AND p.post_id >= :low AND p.post_id < :high AND p.x IS NOT NULL AND NOT t.noise "
            "AND (p.post_id + p.post_id / 10000000) % :step = 0 ORDER BY p.post_id DESC LIMIT :limit"
        ),
        {**bounds, "step": step, "limit": limit},
    ).all()
    names = {row.id: row.person_label or row.label for row in connection.execute(select(topic))}
    return [MapMark(int(p), int(t), names.get(int(t), ""), float(x), float(y)) for p, t, x, y in rows], total


def shown_fit(connection: Connection, *, places: bool = True) -> ShownFit:
    """The shown fit with what new posts are placed by; `places` False leaves out the map."""
    fit = current_fit(connection)
    row = connection.execute(select(topic_fit).where(topic_fit.c.id == fit)).one_or_none()
    if row is None:
        return ShownFit()

    def of(table: Any, *columns: Any) -> tuple[Any, ...]:
        query = select(*columns).where(table.c.fit_id == fit).order_by(*table.primary_key.columns)
        return tuple(tuple(found) for found in connection.execute(query))

    part, mark = topic_part.c, map_mark.c
    return ShownFit(
        fit,
        row.model,
        row.threshold,
        row.fitted_posts,
        from_epoch(row.created_at),
        of(topic_centroid, topic_centroid.c.topic_id, topic_centroid.c.vector),
        of(topic_part, part.topic_id, part.number, part.vector),
        of(map_mark, mark.post_id, mark.x, mark.y) if places else (),
    )


def assignments(connection: Connection, fit: int, first_post: int = 0) -> dict[int, int]:
    """Post id -> topic id of a fit, from one post on."""
    rows = connection.execute(
        select(post_topic.c.post_id, post_topic.c.topic_id).where(
            post_topic.c.fit_id == fit, post_topic.c.post_id >= first_post
        )
    )
    return {int(p): int(t) for p, t in rows}


def merged_into(connection: Connection) -> dict[int, int]:
    """Topic -> the topic that people merged it into."""
    rows = connection.execute(select(topic.c.id, topic.c.merged_into).where(topic.c.merged_into.is_not(None)))
    return {int(t): int(m) for t, m in rows}


def young_topics(connection: Connection, fit: int) -> set[int]:
    """Topics that began between fits, since the shown one."""
    query = select(topic.c.id).where(topic.c.first_fit == fit, topic.c.made_by == "theme")
    return set(connection.execute(query).scalars())


def topic_voices(connection: Connection, since: int, until: int) -> dict[int, tuple[int, int]]:
    """For each topic how many authors wrote in how many places between two days; merged ones with their target."""
    rows = connection.execute(
        text(
            "SELECT coalesce(k.merged_into, k.id), count(DISTINCT nullif(p.author, '')), "
            "count(DISTINCT coalesce(nullif(p.community, ''), CAST(p.source_id AS TEXT))) FROM post p "
            "JOIN post_topic t ON t.post_id = p.id AND t.fit_id = :fit JOIN topic k ON k.id = t.topic_id "
            "WHERE p.id >= :low AND p.id < :high GROUP BY 1"
        ),
        {"fit": current_fit(connection), "low": since * IDS_PER_DAY, "high": (until + 1) * IDS_PER_DAY},
    )
    return {int(row[0]): (int(row[1]), int(row[2])) for row in rows}


def ask_refit(store: Store) -> None:
    """Have topics grouped anew by the next refresh."""
    store.set_meta("refit", "wanted")


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
    connection.execute(insert(topic_centroid).values(fit_id=fit, topic_id=topic_id, vector=item.centroid))
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


def set_trends(connection: Connection, trends: Mapping[int, tuple[str, dict[str, Any]]]) -> None:
    """Topic id -> (class, figures behind it)."""
    for topic_id, (name, facts) in trends.items():
        connection.execute(
            update(topic).where(topic.c.id == topic_id).values(trend=name, trend_facts=json.dumps(facts))
        )


def topics_of(connection: Connection, fit: int, ids: Sequence[int]) -> dict[int, int]:
    """Post id -> topic id of a fit, for some posts."""
    found: dict[int, int] = {}
    for start in range(0, len(ids), 500):
        rows = connection.execute(
            select(post_topic.c.post_id, post_topic.c.topic_id).where(
                post_topic.c.fit_id == fit, post_topic.c.post_id.in_(list(ids[start : start + 500]))
            )
        )
        found.update({int(p): int(t) for p, t in rows})
    return found


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

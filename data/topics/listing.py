"""Topics as stored: those of the shown fit, their passport, their places."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select, text

from data.figures import map_cells
from data.models import Part, Topic, TopicChange, TopicName, from_epoch
from data.posts.scope_sql import current_fit, with_merged
from data.schema import (
    IDS_PER_DAY,
    map_mark,
    post_topic,
    topic,
    topic_centroid,
    topic_change,
    topic_day,
    topic_fit,
    topic_part,
)
from data.topics.names import name_of
from data.topics.trends import TrendFacts, decoded


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
    lines: tuple[float, ...] = ()  # of each topic, in the order of `topics`
    names: tuple[tuple[str, ...], ...] = ()  # what each is called from its words, in all its languages
    terms: tuple[tuple[str, ...], ...] = ()  # and those words


def _read(row: Any, posts: int = 0) -> Topic:
    return Topic(
        id=row.id,
        name=name_of(row),
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
    # In the order of their key, which joined to topics they would lose.
    days = topic_day.c
    counted = select(days.topic_id, func.sum(days.posts)).where(days.fit_id == fit).group_by(days.topic_id)
    kept, sizes = merged_into(connection), Counter[int]()
    for topic_id, posts in connection.execute(counted):
        sizes[kept.get(topic_id, topic_id)] += int(posts)
    topics = [
        _read(row, sizes[row.id])
        for row in connection.execute(
            select(topic).where(
                topic.c.merged_into.is_(None),
                topic.c.id.in_(select(topic_centroid.c.topic_id).where(topic_centroid.c.fit_id == fit)),
            )
        )
    ]
    topics = [item for item in topics if hidden or not (item.hidden or item.noise)]
    return sorted(topics, key=lambda item: (-item.posts, item.id))


def topic_labels(connection: Connection) -> dict[int, TopicName]:
    """Topic -> what it is called, for all that there ever were."""
    rows = connection.execute(select(topic.c.id, topic.c.person_label, topic.c.label, topic.c.wordings))
    return {int(row.id): name_of(row) for row in rows}


def get_topic(connection: Connection, topic_id: int) -> Topic | None:
    row = connection.execute(select(topic).where(topic.c.id == topic_id)).one_or_none()
    if row is None:
        return None
    of_it = topic_day.c.fit_id == current_fit(connection), topic_day.c.topic_id.in_(with_merged(topic_id))
    size = connection.execute(select(func.sum(topic_day.c.posts)).where(*of_it)).scalar()
    return _read(row, int(size or 0))


def trend_facts(connection: Connection) -> dict[int, TrendFacts]:
    """Per topic the figures behind its trend class; nothing for one whose trend was not told yet."""
    rows = connection.execute(select(topic.c.id, topic.c.trend_facts))
    return {int(i): facts for i, text_ in rows if (facts := decoded(text_)) is not None}


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
        .group_by(topic_part.c.number, topic_part.c.label)
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
            undone=row.undone_at is not None,
            posts=detail["posts"] if isinstance(detail.get("posts"), int) else 0,
            named=str(detail.get("after", "")),
        )
        for row in connection.execute(query)
        for detail in [json.loads(row.detail)]
    ]


SPREAD = "(p.post_id + p.post_id / 10000000)"  # no % in a statement: a driver takes it for a place to fill


@dataclass(frozen=True, slots=True)
class MapMark:
    """A post on the map of topics."""

    post_id: int
    topic_id: int
    name: TopicName
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
            f"AND {SPREAD} / :step * :step = {SPREAD} ORDER BY p.post_id DESC LIMIT :limit"
        ),
        {**bounds, "step": step, "limit": limit},
    ).all()
    names = topic_labels(connection)
    return [MapMark(int(p), int(t), names[int(t)], float(x), float(y)) for p, t, x, y in rows], total


def shown_fit(connection: Connection, *, places: bool = True) -> ShownFit:
    """The shown fit with what new posts are placed by; `places` False leaves out the map."""
    fit = current_fit(connection)
    row = connection.execute(select(topic_fit).where(topic_fit.c.id == fit)).one_or_none()
    if row is None:
        return ShownFit()

    def of(table: Any, *columns: Any) -> tuple[Any, ...]:
        query = select(*columns).where(table.c.fit_id == fit).order_by(*table.primary_key.columns)
        return tuple(tuple(cells) for cells in connection.execute(query))

    part, mark = topic_part.c, map_mark.c
    named = {int(item.id): item for item in connection.execute(select(topic))}
    wordings = {number: name_of(item).wordings for number, item in named.items()}
    centres = of(topic_centroid, topic_centroid.c.topic_id, topic_centroid.c.vector, topic_centroid.c.line)
    return ShownFit(
        fit,
        row.model,
        row.threshold,
        row.fitted_posts,
        from_epoch(row.created_at),
        tuple((number, vector) for number, vector, _ in centres),
        of(topic_part, part.topic_id, part.number, part.vector),
        of(map_mark, mark.post_id, mark.x, mark.y) if places else (),
        tuple(row.threshold if line is None else line for _, _, line in centres),
        tuple((named[t].label, *(wording.label for wording in wordings[t])) for t, _, _ in centres),
        tuple(
            (*json.loads(named[t].terms), *(word for wording in wordings[t] for word in wording.terms))
            for t, _, _ in centres
        ),
    )


def assignments(connection: Connection, fit: int, first_post: int = 0) -> dict[int, int]:
    """Post id -> topic id of a fit, from one post on."""
    # The sign before the fit: the index by post is meant, not the whole fit by its key.
    query = text("SELECT post_id, topic_id FROM post_topic WHERE +fit_id = :fit AND post_id >= :first")
    rows = connection.execute(query, {"fit": fit, "first": first_post})
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
            # Crossed, and the sign before the fit: the posts of these days are meant, not the whole fit by its key.
            "CROSS JOIN post_topic t JOIN topic k ON k.id = t.topic_id "
            "WHERE t.post_id = p.id AND +t.fit_id = :fit AND p.id >= :low AND p.id < :high GROUP BY 1"
        ),
        {"fit": current_fit(connection), "low": since * IDS_PER_DAY, "high": (until + 1) * IDS_PER_DAY},
    )
    return {int(row[0]): (int(row[1]), int(row[2])) for row in rows}


LATEST = 2_000  # posts of a topic by which its sources are known


def last_days_of_sources(connection: Connection, topics: Sequence[int]) -> dict[int, int]:
    """For each of some topics the last day on which the sources of most of its latest posts brought anything."""
    last = text("SELECT s.id, (SELECT max(p.id) FROM post p WHERE p.source_id = s.id) / :ids AS last FROM source s")
    lasts = {
        int(row.id): int(row.last) for row in connection.execute(last, {"ids": IDS_PER_DAY}) if row.last is not None
    }
    wanted = set(topics)
    members: dict[int, list[int]] = {}
    for number, target in connection.execute(select(topic.c.id, func.coalesce(topic.c.merged_into, topic.c.id))):
        if int(target) in wanted:
            members.setdefault(int(target), []).append(int(number))
    latest = text(
        "SELECT p.source_id, count(*) FROM (SELECT post_id FROM post_topic WHERE fit_id = :fit AND topic_id = :topic "
        f"ORDER BY post_id DESC LIMIT {LATEST}) t JOIN post p ON p.id = t.post_id GROUP BY p.source_id"
    )
    fit, found = current_fit(connection), {}
    for target, numbers in members.items():
        days: dict[int, int] = {}
        for number in numbers:
            for source, posts in connection.execute(latest, {"fit": fit, "topic": number}):
                days[lasts[int(source)]] = days.get(lasts[int(source)], 0) + int(posts)
        if days:
            found[target] = _middle(days)
    return found


def _middle(days: dict[int, int]) -> int:
    """The day by which half of the posts have had the last of their source."""
    half, seen = sum(days.values()) / 2, 0
    for day in sorted(days):
        seen += days[day]
        if seen >= half:
            return day
    return max(days)


def topics_of(connection: Connection, fit: int, ids: Sequence[int]) -> dict[int, int]:
    """Post id -> topic id of a fit, for some posts."""
    homes: dict[int, int] = {}
    for start in range(0, len(ids), 500):
        rows = connection.execute(
            select(post_topic.c.post_id, post_topic.c.topic_id).where(
                post_topic.c.fit_id == fit, post_topic.c.post_id.in_(list(ids[start : start + 500]))
            )
        )
        homes.update({int(p): int(t) for p, t in rows})
    return homes

"""Discussions that new posts may have made debates, the stances of their posts, and what they were found to be."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, delete, func, insert, select, text, update

from data.debates.findings import DebateFacts, encoded
from data.dialect import CHOSEN, ids_parameter, insert_over, is_among
from data.inbox.threads import in_thread
from data.posts.scope_sql import current_fit, with_merged
from data.schema import (
    IDS_PER_DAY,
    debate,
    debate_post,
    post,
    post_intent,
    post_label,
    post_stance,
    post_text,
    post_topic,
    source,
)

STANCES = {"for": 1, "against": -1, "none": 0}  # what people can say of a post in a debate
MOST_POSTS = 400  # of a discussion, that are read: its opening and its latest
TOPIC_DAYS = 60  # days in which positions on a topic are compared
CUE = 0.5


@dataclass(frozen=True, slots=True)
class DiscussionPost:
    """A post of a discussion with what its words show. `said` is a person's correction, "" for none."""

    id: int
    native_id: str
    author: str
    published_at: int
    parent_id: str
    title: str
    plain: str
    sentiment: str
    sure: float
    complains: bool
    score: int | None
    ratio: float | None
    value: float
    target: str
    depends: bool
    grants: tuple[tuple[int, int], ...]
    said: str
    place: str
    lang: str
    read: bool = True  # its stance is noted, be it none


ANSWERS, PEOPLE = 5, 6  # answers to answers in a thread that may hold an argument, and people in it


@dataclass(frozen=True, slots=True)
class Discussion:
    """Where a discussion is: a thread of a network, or (without a root) positions on a topic."""

    source_kind: str
    root_id: str
    topic_id: int = 0


def save_stances(
    connection: Connection,
    ids: Sequence[int],
    stances: Sequence[tuple[int, float, str, bool, Sequence[tuple[int, int]]]],
) -> None:
    """Replace the stances of posts `ids`: (post, value, target, depends, grants)."""
    connection.execute(delete(post_stance).where(is_among(post_stance.c.post_id, ids)))
    if stances:
        connection.execute(
            insert(post_stance),
            [
                {"post_id": i, "value": value, "target": target, "depends": depends, "grants": json.dumps(list(grants))}
                for i, value, target, depends, grants in stances
            ],
        )


def threads_to_judge(connection: Connection, ids: Sequence[int], least: int) -> list[Discussion]:
    """Threads that these posts are in, of at least `least` posts: those where people contradict each other in words or
    answer each other's answers, those that were noted before, and those with many complaints."""
    rows = connection.execute(
        text(f"""
            WITH touched AS (
              SELECT DISTINCT source_kind, coalesce(nullif(root_id, ''), native_id) AS root FROM post
              WHERE id IN ({CHOSEN}))
            SELECT t.source_kind, t.root FROM touched t
            JOIN post p ON p.root_id = t.root AND p.root_id != '' AND p.source_kind = t.source_kind
            LEFT JOIN post_stance s ON s.post_id = p.id
            LEFT JOIN post_intent i ON i.post_id = p.id AND i.intent = 'complaint'
            LEFT JOIN debate d ON d.source_kind = t.source_kind AND d.root_id = t.root
            GROUP BY t.source_kind, t.root
            HAVING count(DISTINCT p.id) >= :least
              AND (count(CASE WHEN s.value <= -{CUE} THEN 1 END) >= 3 OR count(i.post_id) * 3 >= count(*)
                   OR count(d.id) > 0
                   OR (count(CASE WHEN p.parent_id NOT IN ('', t.root) THEN 1 END) >= :answers
                       AND count(DISTINCT p.author) >= :people))
            ORDER BY 1, 2
        """),
        {"ids": ids_parameter(ids), "least": least, "answers": ANSWERS, "people": PEOPLE},
    )
    return [Discussion(str(kind), str(root)) for kind, root in rows]


def topics_to_judge(connection: Connection, ids: Sequence[int], least: int) -> list[Discussion]:
    """Topics of these posts on which people took sides lately, for and against, outside of threads that are debates."""
    if not ids:
        return []
    fit = current_fit(connection)
    first = max(ids) - TOPIC_DAYS * IDS_PER_DAY
    rows = connection.execute(
        text(f"""
            SELECT coalesce(k.merged_into, k.id) AS topic,
              count(CASE WHEN s.value >= {CUE} THEN 1 END) AS pro, count(CASE WHEN s.value <= -{CUE} THEN 1 END) AS con
            FROM post_stance s CROSS JOIN post_topic a JOIN topic k ON k.id = a.topic_id
            WHERE a.post_id = s.post_id AND +a.fit_id = :fit AND s.post_id >= :first AND s.target = 'question'
              AND NOT k.noise
              AND a.topic_id IN (SELECT topic_id FROM post_topic WHERE +fit_id = :fit AND post_id IN ({CHOSEN}))
              AND NOT EXISTS (SELECT 1 FROM debate_post m JOIN debate d ON d.id = m.debate_id
                              WHERE m.post_id = a.post_id AND d.root_id != '' AND d.state = 'debate')
            GROUP BY 1 ORDER BY 1
        """),
        {"fit": fit, "first": first, "ids": ids_parameter(ids)},
    ).all()
    return [Discussion("", "", int(row.topic)) for row in rows if min(row.pro, row.con) >= least]


def posts_of_discussion(connection: Connection, where: Discussion, last: int = 0) -> list[DiscussionPost]:
    """Its posts, oldest first, at most `MOST_POSTS`: the opening and the latest. `last` is the latest post known, for
    positions on a topic."""
    query = _posts_with_stances()
    query = (
        query.where(in_thread(where.source_kind, where.root_id))
        if where.root_id
        else _on_topic(connection, query, where.topic_id, last - TOPIC_DAYS * IDS_PER_DAY)
    )
    rows = connection.execute(query.order_by(post.c.published_at.desc(), post.c.id.desc()).limit(MOST_POSTS)).all()
    if where.root_id and len(rows) == MOST_POSTS and not any(row.native_id == where.root_id for row in rows):
        opening = connection.execute(query.where(post.c.native_id == where.root_id)).all()
        rows = [*rows[: MOST_POSTS - 1], *opening]
    return [_discussion_post(row) for row in reversed(rows)]


def _posts_with_stances() -> Select[Any]:
    complaints = (
        select(func.count())
        .select_from(post_intent)
        .where(post_intent.c.post_id == post.c.id, post_intent.c.intent == "complaint")
        .scalar_subquery()
    )
    return (
        select(
            post.c.id,
            post.c.native_id,
            post.c.author,
            post.c.published_at,
            post.c.parent_id,
            post_text.c.title,
            post_text.c.plain,
            post.c.sentiment,
            post.c.sentiment_confidence,
            complaints.label("complains"),
            post.c.score,
            post.c.ratio,
            post_stance.c.value,
            post_stance.c.target,
            post_stance.c.depends,
            post_stance.c.grants,
            post_label.c.value.label("said"),
            func.coalesce(func.nullif(post.c.community, ""), source.c.title).label("place"),
            post.c.lang,
        )
        .join(post_text, post_text.c.post_id == post.c.id)
        .join(source, source.c.id == post.c.source_id)
        .outerjoin(post_stance, post_stance.c.post_id == post.c.id)
        .outerjoin(post_label, (post_label.c.post_id == post.c.id) & (post_label.c.field == "stance"))
    )


def _on_topic(connection: Connection, query: Select[Any], topic_id: int, first: int) -> Select[Any]:
    """Only posts from `first` on that take a side on a topic, outside of threads that are debates."""
    # Those that take a side are told first: else each post of the topic is read whole.
    sided = post_stance.alias("sided")
    placed = (
        select(post_topic.c.post_id)
        .join(sided, sided.c.post_id == post_topic.c.post_id)
        .where(
            post_topic.c.fit_id == current_fit(connection),
            post_topic.c.topic_id.in_(with_merged(topic_id)),
            post_topic.c.post_id >= first,
            sided.c.target == "question",
            func.abs(sided.c.value) >= CUE,
        )
    )
    in_debates = (
        select(debate_post.c.post_id)
        .join(debate, debate.c.id == debate_post.c.debate_id)
        .where(debate.c.root_id != "", debate.c.state == "debate")
    )
    return query.where(
        post.c.id.in_(placed),
        post_stance.c.target == "question",
        func.abs(post_stance.c.value) >= CUE,
        post.c.id.not_in(in_debates),
    )


def _discussion_post(row: Row[Any]) -> DiscussionPost:
    return DiscussionPost(
        id=row.id,
        native_id=row.native_id,
        author=row.author,
        published_at=row.published_at,
        parent_id=row.parent_id,
        title=row.title,
        plain=row.plain,
        sentiment=row.sentiment,
        sure=float(row.sentiment_confidence),
        complains=bool(row.complains),
        score=row.score,
        ratio=row.ratio,
        value=float(row.value or 0.0),
        target=row.target or "either",
        depends=bool(row.depends),
        grants=tuple((int(start), int(stop)) for start, stop in json.loads(row.grants or "[]")),
        said=row.said or "",
        place=row.place or "",
        lang=row.lang,
        read=row.value is not None,
    )


def sides_of(connection: Connection, where: Discussion) -> dict[int, int]:
    """Post -> side, as it was found last."""
    rows = connection.execute(
        select(debate_post.c.post_id, debate_post.c.side)
        .join(debate, debate.c.id == debate_post.c.debate_id)
        .where(_at(where))
    )
    return {int(i): int(side) for i, side in rows}


def _at(where: Discussion) -> ColumnElement[bool]:
    return (
        (debate.c.source_kind == where.source_kind)
        & (debate.c.root_id == where.root_id)
        & (debate.c.topic_id == where.topic_id)
    )


def save_debate(
    connection: Connection,
    where: Discussion,
    values: dict[str, Any],
    facts: DebateFacts,
    positions: Mapping[int, tuple[float, int, int]],
) -> int:
    """Write what a discussion was found to be, and where its posts stand: (position, side, argument) by post. Its id,
    and what people made of it, stay."""
    held = {**values, "facts": encoded(facts)}
    debate_id = connection.execute(select(debate.c.id).where(_at(where))).scalar()
    if debate_id is None:
        debate_id = connection.execute(
            insert(debate)
            .values(source_kind=where.source_kind, root_id=where.root_id, topic_id=where.topic_id, **held)
            .returning(debate.c.id)
        ).scalar_one()
    else:
        connection.execute(update(debate).where(debate.c.id == debate_id).values(**held))
        connection.execute(delete(debate_post).where(debate_post.c.debate_id == debate_id))
    if positions:
        connection.execute(
            insert_over(debate_post),
            [
                {"debate_id": debate_id, "post_id": i, "position": position, "side": side, "argument": argument}
                for i, (position, side, argument) in positions.items()
            ],
        )
    return int(debate_id)


def end_debate(connection: Connection, where: Discussion) -> None:
    """A discussion is no longer of note."""
    connection.execute(update(debate).where(_at(where)).values(state="over"))

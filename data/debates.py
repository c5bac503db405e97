"""Debates as stored: stances of posts, discussions found worth a look, who stands where in them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, text, update

from data.dialect import CHOSEN, ids_parameter, insert_over, is_among
from data.inbox.threads import in_thread
from data.models import from_epoch
from data.posts.scope_sql import current_fit
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
    thread_heat,
    topic,
)
from data.store import Store

STATES = ("debate", "lively", "criticism")
STANCES = {"for": 1, "against": -1, "none": 0}  # what people can say of a post in a debate
MOST_POSTS = 400  # of a discussion, that are read: its opening and its latest
TOPIC_DAYS = 60  # days in which positions on a topic are compared
CUE = 0.5


@dataclass(frozen=True, slots=True)
class Said:
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


@dataclass(frozen=True, slots=True)
class Discussion:
    """Where a discussion is: a thread of a network, or (without a root) positions on a topic."""

    source_kind: str
    root_id: str
    topic_id: int = 0


@dataclass(frozen=True, slots=True)
class Debate:
    """A discussion as it is shown. `facts` hold camps, parts of the score, bridges: see `insights.pipeline.debates`."""

    id: int
    where: Discussion
    state: str
    question: str
    asks: bool
    opener: int
    place: str
    lang: str
    score: float
    low: float
    high: float
    sure: float
    posts: int
    people: int
    first_post: int
    last_post: int
    facts: dict[str, Any]
    dismissed: str
    began_at: datetime
    last_at: datetime
    heat: float | None = None
    heat_before: float | None = None


@dataclass(frozen=True, slots=True)
class Positioned:
    """A post of a debate: when, by whom, where it stands."""

    post: int
    at: datetime
    author: str
    position: float
    side: int
    argument: int


def save_stances(
    connection: Connection,
    ids: Sequence[int],
    found: Sequence[tuple[int, float, str, bool, Sequence[tuple[int, int]]]],
) -> None:
    """Replace the stances of posts `ids`: (post, value, target, depends, grants)."""
    connection.execute(delete(post_stance).where(is_among(post_stance.c.post_id, ids)))
    if found:
        connection.execute(
            insert(post_stance),
            [
                {"post_id": i, "value": value, "target": target, "depends": depends, "grants": json.dumps(list(grants))}
                for i, value, target, depends, grants in found
            ],
        )


def threads_to_judge(connection: Connection, ids: Sequence[int], least: int) -> list[Discussion]:
    """Threads that these posts are in, of at least `least` posts: those where people contradict each other, those that
    were noted before, and those with many complaints."""
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
                   OR count(d.id) > 0)
            ORDER BY 1, 2
        """),
        {"ids": ids_parameter(ids), "least": least},
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
            FROM post_topic a JOIN topic k ON k.id = a.topic_id JOIN post_stance s ON s.post_id = a.post_id
            WHERE a.fit_id = :fit AND a.post_id >= :first AND s.target = 'question' AND NOT k.noise
              AND a.topic_id IN (SELECT topic_id FROM post_topic WHERE fit_id = :fit AND post_id IN ({CHOSEN}))
              AND NOT EXISTS (SELECT 1 FROM debate_post m JOIN debate d ON d.id = m.debate_id
                              WHERE m.post_id = a.post_id AND d.root_id != '' AND d.state = 'debate')
            GROUP BY 1 ORDER BY 1
        """),
        {"fit": fit, "first": first, "ids": ids_parameter(ids)},
    ).all()
    return [Discussion("", "", int(row.topic)) for row in rows if min(row.pro, row.con) >= least]


def posts_of_discussion(connection: Connection, where: Discussion, last: int = 0) -> list[Said]:
    """Its posts, oldest first, at most `MOST_POSTS`: the opening and the latest. `last` is the latest post known, for
    positions on a topic."""
    query = (
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
            select(func.count())
            .select_from(post_intent)
            .where(post_intent.c.post_id == post.c.id, post_intent.c.intent == "complaint")
            .scalar_subquery()
            .label("complains"),
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
    if where.root_id:
        query = query.where(in_thread(where.source_kind, where.root_id))
    else:
        named = select(topic.c.id).where((topic.c.id == where.topic_id) | (topic.c.merged_into == where.topic_id))
        placed = select(post_topic.c.post_id).where(
            post_topic.c.fit_id == current_fit(connection),
            post_topic.c.topic_id.in_(named),
            post_topic.c.post_id >= last - TOPIC_DAYS * IDS_PER_DAY,
        )
        in_debates = (
            select(debate_post.c.post_id)
            .join(debate, debate.c.id == debate_post.c.debate_id)
            .where(debate.c.root_id != "", debate.c.state == "debate")
        )
        query = query.where(
            post.c.id.in_(placed),
            post_stance.c.target == "question",
            func.abs(post_stance.c.value) >= CUE,
            post.c.id.not_in(in_debates),
        )
    rows = connection.execute(query.order_by(post.c.published_at.desc(), post.c.id.desc()).limit(MOST_POSTS)).all()
    if where.root_id and len(rows) == MOST_POSTS and not any(row.native_id == where.root_id for row in rows):
        opening = connection.execute(query.where(post.c.native_id == where.root_id)).all()
        rows = [*rows[: MOST_POSTS - 1], *opening]
    return [
        Said(
            r.id,
            r.native_id,
            r.author,
            r.published_at,
            r.parent_id,
            r.title,
            r.plain,
            r.sentiment,
            float(r.sentiment_confidence),
            bool(r.complains),
            r.score,
            r.ratio,
            float(r.value or 0.0),
            r.target or "either",
            bool(r.depends),
            tuple((int(a), int(b)) for a, b in json.loads(r.grants or "[]")),
            r.said or "",
            r.place or "",
            r.lang,
            r.value is not None,
        )
        for r in rows
    ][::-1]


def sides_of(connection: Connection, where: Discussion) -> dict[int, int]:
    """Post -> side, as it was found last."""
    rows = connection.execute(
        select(debate_post.c.post_id, debate_post.c.side)
        .join(debate, debate.c.id == debate_post.c.debate_id)
        .where(_at(where))
    )
    return {int(i): int(side) for i, side in rows}


def _at(where: Discussion) -> Any:
    return (
        (debate.c.source_kind == where.source_kind)
        & (debate.c.root_id == where.root_id)
        & (debate.c.topic_id == where.topic_id)
    )


def save_debate(
    connection: Connection, where: Discussion, values: dict[str, Any], positions: dict[int, tuple[float, int, int]]
) -> int:
    """Write what a discussion was found to be, and where its posts stand. Its id, and what people made of it, stay."""
    held = {**values, "facts": json.dumps(values["facts"], ensure_ascii=False)}
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
    """A discussion is no longer any of `STATES`."""
    connection.execute(update(debate).where(_at(where)).values(state="over"))


def _read(row: Any) -> Debate:
    return Debate(
        row.id,
        Discussion(row.source_kind, row.root_id, row.topic_id),
        row.state,
        row.question,
        bool(row.asks),
        row.opener,
        row.place,
        row.lang,
        row.score,
        row.low,
        row.high,
        row.sure,
        row.posts,
        row.people,
        row.first_post,
        row.last_post,
        json.loads(row.facts),
        row.dismissed,
        from_epoch(row.began),
        from_epoch(row.ended),
        row.heat,
        row.before,
    )


def _debates() -> Any:
    first, last = post.alias("first"), post.alias("last")
    return (
        select(
            debate,
            first.c.published_at.label("began"),
            last.c.published_at.label("ended"),
            thread_heat.c.heat,
            thread_heat.c.before,
        )
        .join(first, first.c.id == debate.c.first_post)
        .join(last, last.c.id == debate.c.last_post)
        .outerjoin(
            thread_heat,
            (thread_heat.c.source_kind == debate.c.source_kind) & (thread_heat.c.root_id == debate.c.root_id),
        )
    )


def debates(
    connection: Connection,
    states: Iterable[str],
    first_id: int,
    last_id: int,
    *,
    dismissed: bool = False,
    limit: int = 60,
) -> list[Debate]:
    """Discussions alive between two post ids, the most controversial first; those that people dismissed only if so
    asked."""
    query = _debates().where(
        debate.c.state.in_(list(states)),
        debate.c.last_post >= first_id,
        debate.c.first_post <= last_id,
        debate.c.dismissed != "" if dismissed else debate.c.dismissed == "",
    )
    rows = connection.execute(query.order_by(debate.c.score.desc(), debate.c.posts.desc(), debate.c.id).limit(limit))
    return [_read(row) for row in rows]


def one_debate(connection: Connection, debate_id: int) -> Debate | None:
    row = connection.execute(_debates().where(debate.c.id == debate_id)).one_or_none()
    return None if row is None else _read(row)


def positioned(connection: Connection, debate_id: int) -> list[Positioned]:
    """Posts of a debate in order of time; at most `MOST_POSTS` were read."""
    rows = connection.execute(
        select(debate_post, post.c.published_at, post.c.author)
        .join(post, post.c.id == debate_post.c.post_id)
        .where(debate_post.c.debate_id == debate_id)
        .order_by(post.c.published_at, post.c.id)
    )
    return [Positioned(r.post_id, from_epoch(r.published_at), r.author, r.position, r.side, r.argument) for r in rows]


def activity(connection: Connection, ids: Sequence[int], now: int) -> dict[int, tuple[int, int]]:
    """Debate -> (posts in the last seven days, in the seven before)."""
    if not ids:
        return {}
    week = 7 * 86_400
    rows = connection.execute(
        text(f"""
            SELECT m.debate_id, count(CASE WHEN p.published_at > :week THEN 1 END),
              count(CASE WHEN p.published_at <= :week AND p.published_at > :before THEN 1 END)
            FROM debate_post m JOIN post p ON p.id = m.post_id WHERE m.debate_id IN ({CHOSEN}) GROUP BY m.debate_id
        """),
        {"ids": ids_parameter(ids), "week": now - week, "before": now - 2 * week},
    )
    return {int(i): (int(a), int(b)) for i, a, b in rows}


def first_posts(connection: Connection, authors: Sequence[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """(network, author) -> the first post of that author in the record."""
    found = {}
    for kind, name in authors:
        first = connection.execute(
            select(func.min(post.c.id)).where(post.c.author == name, post.c.source_kind == kind)
        ).scalar()
        if first is not None:
            found[kind, name] = int(first)
    return found


def dismiss(store: Store, debate_id: int, who: str) -> None:
    """A person says that this is no debate ("" takes it back)."""
    with store.write() as connection:
        connection.execute(update(debate).where(debate.c.id == debate_id).values(dismissed=who[:80]))


def debate_of_post(connection: Connection, post_id: int) -> int | None:
    """The debate that a post is in."""
    found = connection.execute(
        select(debate.c.id)
        .join(debate_post, debate_post.c.debate_id == debate.c.id)
        .where(debate_post.c.post_id == post_id, debate.c.state == "debate")
        .limit(1)
    ).scalar()
    return None if found is None else int(found)

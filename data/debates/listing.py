"""Debates as they are shown, and where their posts stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select, text, update

from data.actor import actor, needs
from data.changes import note_change
from data.debates.discussions import Discussion
from data.debates.findings import DebateFacts, decoded
from data.dialect import CHOSEN, ids_parameter, is_among
from data.models import from_epoch
from data.schema import debate, debate_post, post, thread_heat
from data.store import Store

STATES = ("debate", "lively", "criticism")
NOBODY = "?"  # who set a debate aside, where nobody gave a name


@dataclass(frozen=True, slots=True)
class Debate:
    """A discussion as it is shown. `score`, from 0 to 1, lies between `low` and `high`; `sure` says how well its camps
    are founded. `heat` is that of its thread, None for none; `told_with` is the debate on the same question in another
    language, 0 for none."""

    id: int
    where: Discussion
    state: str
    question: str
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
    facts: DebateFacts
    dismissed: str
    began_at: datetime
    last_at: datetime
    heat: float | None = None
    told_with: int = 0


@dataclass(frozen=True, slots=True)
class Positioned:
    """A post of a debate: when, by whom, where it stands."""

    post: int
    at: datetime
    author: str
    position: float
    side: int
    argument: int


def _debates() -> Select[Any]:
    first, last = post.alias("first"), post.alias("last")
    return (
        select(
            debate,
            first.c.published_at.label("began"),
            last.c.published_at.label("ended"),
            thread_heat.c.heat,
        )
        .join(first, first.c.id == debate.c.first_post)
        .join(last, last.c.id == debate.c.last_post)
        .outerjoin(
            thread_heat,
            (thread_heat.c.source_kind == debate.c.source_kind) & (thread_heat.c.root_id == debate.c.root_id),
        )
    )


def _read(row: Row[Any]) -> Debate:
    return Debate(
        id=row.id,
        where=Discussion(row.source_kind, row.root_id, row.topic_id),
        state=row.state,
        question=row.question,
        opener=row.opener,
        place=row.place,
        lang=row.lang,
        score=row.score,
        low=row.low,
        high=row.high,
        sure=row.sure,
        posts=row.posts,
        people=row.people,
        first_post=row.first_post,
        last_post=row.last_post,
        facts=decoded(row.facts),
        dismissed=row.dismissed,
        began_at=from_epoch(row.began),
        last_at=from_epoch(row.ended),
        heat=row.heat,
        told_with=row.told_with,
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


def questions(connection: Connection, limit: int = 500) -> list[tuple[int, str, str]]:
    """(id, question, place) of debates and lively discussions, the latest first; without those that were dismissed."""
    rows = connection.execute(
        select(debate.c.id, debate.c.question, debate.c.place)
        .where(debate.c.dismissed == "", debate.c.question != "")
        .order_by(debate.c.last_post.desc(), debate.c.id)
        .limit(limit)
    )
    return [(int(number), str(question), str(place)) for number, question, place in rows]


def together(shown: Sequence[Debate], lang: str = "") -> list[tuple[Debate, tuple[Debate, ...]]]:
    """Discussions, each debate with those on the same question in other languages. The one in `lang` stands for all,
    else the first in their order. What is no debate any more, or was set aside, stands for itself, whatever it was told
    with."""
    groups: dict[int, list[Debate]] = {}
    for item in shown:
        told = item.state == "debate" and not item.dismissed
        groups.setdefault((item.told_with or item.id) if told else -item.id, []).append(item)
    heads = (sorted(group, key=lambda item: item.lang != lang) for group in groups.values())
    return [(first, tuple(others)) for first, *others in heads]


def one_debate(connection: Connection, debate_id: int) -> Debate | None:
    row = connection.execute(_debates().where(debate.c.id == debate_id)).one_or_none()
    return None if row is None else _read(row)


def on_same_question(connection: Connection, item: Debate) -> list[Debate]:
    """The debates that are told with one, in other languages."""
    head = item.told_with or item.id
    query = _debates().where(
        (debate.c.told_with == head) | (debate.c.id == head),
        debate.c.id != item.id,
        debate.c.state == "debate",
        debate.c.dismissed == "",
    )
    return [_read(row) for row in connection.execute(query.order_by(debate.c.id))]


def posts_by_debate(connection: Connection, most: int) -> dict[int, tuple[str, list[int]]]:
    """Debate -> its language and its posts, of the latest debates, at most `most`."""
    latest = connection.execute(
        select(debate.c.id, debate.c.lang)
        .where(debate.c.state == "debate")
        .order_by(debate.c.last_post.desc(), debate.c.id)
        .limit(most)
    ).all()
    placed: dict[int, tuple[str, list[int]]] = {row.id: (row.lang, []) for row in sorted(latest)}
    rows = connection.execute(
        select(debate_post.c.debate_id, debate_post.c.post_id).where(is_among(debate_post.c.debate_id, placed))
    )
    for debate_id, post_id in rows:
        placed[debate_id][1].append(post_id)
    return placed


def save_together(connection: Connection, told: Mapping[int, int]) -> None:
    """Note for debates which other one they are told with, 0 for none."""
    for debate_id, head in told.items():
        connection.execute(
            update(debate).where(debate.c.id == debate_id, debate.c.told_with != head).values(told_with=head)
        )


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
    posts = {}
    for kind, name in authors:
        first = connection.execute(
            select(func.min(post.c.id)).where(post.c.author == name, post.c.source_kind == kind)
        ).scalar()
        if first is not None:
            posts[kind, name] = int(first)
    return posts


@needs("member")
def dismiss(store: Store, debate_id: int, dismissed: bool = True) -> None:
    """A person says that this is no debate, or takes that back."""
    who = (actor().name[:80] or NOBODY) if dismissed else ""
    with store.write() as connection:
        held = connection.execute(select(debate.c.dismissed).where(debate.c.id == debate_id)).scalar()
        was, told = "set aside" if held else "", "set aside" if dismissed else ""
        if was != told:
            note_change(connection, "debate.dismissed", f"debate {debate_id}", was, told)
        connection.execute(update(debate).where(debate.c.id == debate_id).values(dismissed=who))

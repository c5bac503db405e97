"""Who waits for an answer of ours, and what we answered before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, literal_column, select, text, update

from data.dialect import CHOSEN, ids_parameter, is_among
from data.inbox.moderation import CERTAIN
from data.models import from_epoch
from data.posts.scope_sql import REACH
from data.schema import inquiry, past_answer, post

ORDERS = ("newest", "reached", "waiting")
OF_A_PERSON = 20  # reactions that weigh like one more person who asks


@dataclass(frozen=True, slots=True)
class Speaking:
    """A post that may ask something of us or complain to us, with what tells whether it does. `question`, `complaint`
    and `fault`: how surely it is one. `source`: the kind of its source; `home`: in a place of ours; `named`: it names a
    brand of ours; `to_us`: it answers a post of ours; `by_person`: a person said what it is."""

    post: int
    title: str
    plain: str
    source: str
    question: float
    complaint: float
    fault: float
    reply: bool
    home: bool
    named: bool
    to_us: bool
    by_person: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """What several people asked of us, or one: `posts` are theirs, the oldest first."""

    kind: str  # question | complaint
    posts: tuple[int, ...]
    people: int
    places: int
    since: datetime
    until: datetime  # the last that asks it
    loud: int  # reactions and replies that it drew


@dataclass(frozen=True, slots=True)
class OurReply:
    """A post of ours, the post that it replies to (0 for none), and when, in seconds."""

    post: int
    asked: int
    at: int


_ANSWER = """
    SELECT min(r.id) FROM post r WHERE r.root_id = coalesce(nullif(p.root_id, ''), p.native_id) AND r.root_id != ''
    AND r.source_kind = p.source_kind AND r.by_us AND r.id != p.id AND r.published_at >= p.published_at
    AND r.removed_at IS NULL AND r.parent_id IN (p.native_id, p.root_id, '')
"""


_NAMED = "EXISTS (SELECT 1 FROM mention m JOIN brand b ON b.id = m.brand_id AND b.is_own WHERE m.post_id = p.id)"
_UNDER_US = """EXISTS (SELECT 1 FROM post o WHERE o.source_kind = p.source_kind
    AND o.native_id IN (p.root_id, p.parent_id) AND o.by_us AND o.id != p.id)"""
_TO_US = """EXISTS (SELECT 1 FROM post o WHERE o.source_kind = p.source_kind
    AND o.native_id = coalesce(nullif(p.parent_id, ''), p.root_id) AND o.by_us AND o.id != p.id)"""


def speaking(connection: Connection, ids: Sequence[int]) -> list[Speaking]:
    """Those of these posts that may speak to us: a question or a complaint that names a brand of ours, in a place of
    ours or in a thread that we opened or answer in."""
    rows = connection.execute(
        text(f"""
            SELECT p.id, t.title, t.plain, s.kind,
              max(CASE i.intent WHEN 'question' THEN i.confidence ELSE 0 END) AS question,
              max(CASE i.intent WHEN 'complaint' THEN i.confidence ELSE 0 END) AS complaint,
              max(CASE i.intent WHEN 'bug' THEN i.confidence ELSE 0 END) AS fault,
              p.parent_id, s.is_own, {_NAMED} AS named, {_UNDER_US} AS under_us, {_TO_US} AS to_us,
              EXISTS (SELECT 1 FROM post_label l WHERE l.post_id = p.id AND l.field = 'intents') AS by_person
            FROM post p JOIN post_intent i ON i.post_id = p.id JOIN source s ON s.id = p.source_id
            JOIN post_text t ON t.post_id = p.id
            WHERE p.id IN ({CHOSEN}) AND NOT p.by_us
            GROUP BY p.id, t.title, t.plain, s.kind, p.parent_id, s.is_own
        """),
        {"ids": ids_parameter(ids)},
    )
    return [
        Speaking(
            int(row.id),
            row.title,
            row.plain,
            row.kind,
            float(row.question),
            float(row.complaint),
            float(row.fault),
            reply=bool(row.parent_id),
            home=bool(row.is_own),
            named=bool(row.named),
            to_us=bool(row.to_us),
            by_person=bool(row.by_person),
        )
        for row in rows
        if max(row.question, row.complaint) >= CERTAIN and (row.named or row.is_own or row.under_us)
    ]


def find_inquiries(connection: Connection, ids: Sequence[int], heard: Mapping[int, str] | None = None) -> list[int]:
    """Note which of these posts ask something of us or complain to us, and which posts ours answer.

    `heard` are those that appeal to us and how (question, complaint): no other is noted. Without it, where nobody
    looked at their words, every one is that names a brand of ours, or is in a place of ours or under a post of ours.
    Gives the ids of the inquiries among `ids`.
    """
    wanted, chosen = {"ids": ids_parameter(ids)}, CHOSEN
    before: dict[int, int] = dict(
        connection.execute(text(f"SELECT post_id, alike FROM inquiry WHERE post_id IN ({chosen})"), wanted)
        .tuples()
        .all()
    )
    connection.execute(text(f"DELETE FROM inquiry WHERE post_id IN ({chosen})"), wanted)
    connection.execute(
        text(f"""
            INSERT INTO inquiry (post_id, kind, alike)
            SELECT p.id, min(CASE i.intent WHEN 'question' THEN 'question' ELSE 'complaint' END), p.id
            FROM post p JOIN post_intent i ON i.post_id = p.id JOIN source s ON s.id = p.source_id
            WHERE p.id IN ({chosen}) AND i.intent IN ('question', 'complaint') AND i.confidence >= {CERTAIN}
            AND NOT p.by_us AND NOT EXISTS (
              SELECT 1 FROM post_label l WHERE l.post_id = p.id AND l.field = 'about' AND l.value = 'no')
            AND (s.is_own
              OR {_NAMED} OR {_UNDER_US})
            GROUP BY p.id
        """),
        wanted,
    )
    if heard is not None:
        _keep_heard(connection, ids, heard)
    for post_id, alike in before.items():
        connection.execute(update(inquiry).where(inquiry.c.post_id == post_id).values(alike=alike))
    connection.execute(
        text(f"""
            UPDATE inquiry SET answered_by = coalesce((
              SELECT ({_ANSWER}) FROM post p WHERE p.id = inquiry.post_id), 0)
            WHERE post_id IN ({chosen}) OR post_id IN (
              SELECT q.id FROM post o JOIN post q ON q.source_kind = o.source_kind AND q.root_id = o.root_id
              WHERE o.id IN ({chosen}) AND o.root_id != '' AND q.root_id != ''
              UNION SELECT q.id FROM post o JOIN post q ON q.source_kind = o.source_kind AND q.native_id = o.root_id
              WHERE o.id IN ({chosen}) AND o.root_id != '')
        """),
        wanted,
    )
    return list(connection.execute(text(f"SELECT post_id FROM inquiry WHERE post_id IN ({chosen})"), wanted).scalars())


def _keep_heard(connection: Connection, ids: Sequence[int], heard: Mapping[int, str]) -> None:
    """Drop the inquiries among `ids` that do not appeal to us, and say of the others how they do."""
    noted = connection.execute(select(inquiry.c.post_id).where(is_among(inquiry.c.post_id, ids))).scalars()
    connection.execute(delete(inquiry).where(is_among(inquiry.c.post_id, [i for i in noted if i not in heard])))
    for kind in sorted(set(heard.values())):
        mine = [i for i, appeal in heard.items() if appeal == kind]
        connection.execute(update(inquiry).where(is_among(inquiry.c.post_id, mine)).values(kind=kind))


def open_inquiries(connection: Connection, limit: int = 5_000) -> list[tuple[int, int]]:
    """(post, the first that asks the same) of inquiries without an answer of ours, the latest last."""
    rows = connection.execute(
        select(inquiry.c.post_id, inquiry.c.alike)
        .where(inquiry.c.answered_by == 0)
        .order_by(inquiry.c.post_id.desc())
        .limit(limit)
    )
    return [(int(a), int(b)) for a, b in rows][::-1]


def set_alike(connection: Connection, alike: dict[int, int]) -> None:
    """Note which inquiry asks the same as which earlier one."""
    for post_id, first in alike.items():
        connection.execute(update(inquiry).where(inquiry.c.post_id == post_id).values(alike=first))


def answers_of_ours(connection: Connection, limit: int = 5_000) -> list[OurReply]:
    """Our latest posts, with what they reply to."""
    asked = post.alias("asked")
    rows = connection.execute(
        select(post.c.id, func.coalesce(asked.c.id, 0), post.c.published_at)
        .outerjoin(
            asked,
            (asked.c.source_kind == post.c.source_kind)
            & (asked.c.native_id == func.coalesce(func.nullif(post.c.parent_id, ""), post.c.root_id))
            & (asked.c.id != post.c.id),
        )
        .where(literal_column("post.by_us"))  # as its partial index says it
        .order_by(post.c.id.desc())
        .limit(limit)
    )
    return [OurReply(int(a), int(b), int(at)) for a, b, at in rows]


def answered(connection: Connection, first_id: int, last_id: int, limit: int = 500) -> list[tuple[int, int]]:
    """(what was asked of us, our answer) for answers among these posts, the latest first."""
    reply = inquiry.c.answered_by
    rows = connection.execute(
        select(inquiry.c.post_id, reply)
        .join(post, post.c.id == reply)
        .where(reply >= first_id, reply < last_id)
        .order_by(post.c.published_at.desc(), reply.desc())
        .limit(limit)
    )
    return [(int(a), int(b)) for a, b in rows]


def save_past_answers(connection: Connection, by_inquiry: dict[int, list[tuple[int, float]]]) -> None:
    """Replace, for each inquiry, the posts of ours that may answer it: (post, similarity)."""
    for post_id, answers in by_inquiry.items():
        connection.execute(delete(past_answer).where(past_answer.c.post_id == post_id))
        if answers:
            connection.execute(
                insert(past_answer),
                [{"post_id": post_id, "answer_id": a, "similarity": value} for a, value in answers],
            )


def past_answers(connection: Connection, post_id: int) -> list[tuple[int, float]]:
    """(our post, similarity) that may answer an inquiry, the likeliest first."""
    rows = connection.execute(
        select(past_answer.c.answer_id, past_answer.c.similarity)
        .join(post, post.c.id == past_answer.c.answer_id)
        .where(past_answer.c.post_id == post_id)
        .order_by(past_answer.c.similarity.desc())
    )
    return [(int(a), float(b)) for a, b in rows]


def to_answer(
    connection: Connection,
    today: datetime,
    *,
    first_id: int = 0,
    who: str = "",
    kind: str = "",
    order: str = "newest",
    limit: int = 500,
) -> tuple[list[Asked], int]:
    """(what waits for an answer of ours, each thing asked once; how many older posts wait). Posts before `first_id`
    are the older ones. `order`: the newest first, what most people ask and react to (`reached`), or what was asked
    first (`waiting`).

    Handled and snoozed posts are left out; `who` keeps what is assigned to one person, `kind` questions or complaints.
    """
    rows = connection.execute(
        text(f"""
            SELECT q.alike, q.kind, p.id, p.author, coalesce(nullif(p.community, ''), s.title) AS place,
              p.published_at, coalesce({REACH}, 0) AS loud
            FROM inquiry q JOIN post p ON p.id = q.post_id JOIN source s ON s.id = p.source_id
            LEFT JOIN triage t ON t.post_id = p.id
            WHERE q.answered_by = 0 AND p.removed_at IS NULL
            AND coalesce(t.handled, '') = '' AND (coalesce(t.snoozed, '') = '' OR t.snoozed <= :today)
            AND (:who = '' OR t.assigned = :who) AND (:kind = '' OR q.kind = :kind)
            ORDER BY q.post_id DESC LIMIT 5000
        """),
        {"today": today.date().isoformat(), "who": who, "kind": kind},
    ).all()
    groups: dict[int, list[Any]] = {}
    recent = [row for row in rows if row.id >= first_id]
    for row in recent:
        groups.setdefault(row.alike, []).append(row)
    asked = []
    for members in groups.values():
        members.sort(key=lambda row: (row.published_at, row.id))
        asked.append(
            Asked(
                kind=members[0].kind,
                posts=tuple(row.id for row in members),
                people=len({row.author or row.id for row in members}),
                places=len({row.place for row in members}),
                since=from_epoch(members[0].published_at),
                until=from_epoch(members[-1].published_at),
                loud=sum(row.loud for row in members),
            )
        )

    def place(item: Asked) -> tuple[float, ...]:
        newest = (-item.until.timestamp(), -item.posts[-1])
        return {
            "reached": (-item.loud - OF_A_PERSON * (item.people - 1), *newest),
            "waiting": (item.since.timestamp(), item.posts[0]),
        }.get(order, newest)

    return sorted(asked, key=place)[:limit], len(rows) - len(recent)

"""Who waits for an answer of ours, what is to be moderated, and how hot threads are."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, delete, func, insert, select, text, update

from data.dialect import CHOSEN, ids_parameter, insert_over
from data.models import from_epoch, to_epoch
from data.schema import (
    brand,
    inquiry,
    moderation,
    own_account,
    past_answer,
    post,
    post_text,
    source,
    thread_heat,
)
from data.store import Store

# Sources of ours that hold nothing but our own posts, and those where our posts open threads that others answer in.
OURS_ALL = ("feed", "page", "mastodon", "bluesky", "x")
OURS_ROOTS = ("facebook", "instagram", "youtube")
CERTAIN = 0.5  # confidence from which a post counts as a question or a complaint


@dataclass(frozen=True, slots=True)
class Asked:
    """What several people asked of us, or one: `posts` are theirs, the oldest first."""

    kind: str  # question | complaint
    posts: tuple[int, ...]
    people: int
    places: int
    since: datetime
    loud: int  # reactions and replies that it drew


@dataclass(frozen=True, slots=True)
class Case:
    """A post to judge: its `risk` and the `heat` of its thread, from 0 to 1, with the words that made it stand out."""

    post: int
    risk: float
    heat: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HotThread:
    """A thread with the parts of its heat, and what the heat was before its last posts."""

    source_kind: str
    root_id: str
    heat: float
    before: float
    parts: dict[str, float]
    posts: int
    last_post: int


@dataclass(frozen=True, slots=True)
class ThreadPost:
    """What the heat of a thread reads of one post."""

    id: int
    source_kind: str
    root: str
    at: int
    author: str
    plain: str
    sentiment: str
    confidence: float
    toxicity: float


def own_brands() -> Select[Any]:
    return select(brand.c.id).where(brand.c.is_own)


def own_accounts(connection: Connection) -> list[str]:
    """Authors that write for us."""
    return list(connection.execute(select(own_account.c.author).order_by(own_account.c.author)).scalars())


def set_own_account(store: Store, author: str, ours: bool = True) -> None:
    """Say that an author writes for us, or not any more. Posts that they answered are found at the next refresh."""
    author = author.strip()[:300]
    if not author:
        return
    with store.write() as connection:
        connection.execute(delete(own_account).where(own_account.c.author == author))
        if ours:
            connection.execute(insert(own_account).values(author=author))
        connection.execute(
            update(post).where(post.c.author == author).values(by_us=ours, pending=True, sentiment_confidence=0)
        )


def in_thread(kind: Any, root: Any) -> ColumnElement[bool]:
    """The posts of a thread, its first among them. Two lookups in two indexes: `root_id != ''` lets SQLite use the
    partial one, without which each would read every post."""
    by_root = select(post.c.id).where(post.c.root_id == root, post.c.root_id != "", post.c.source_kind == kind)
    first = select(post.c.id).where(post.c.source_kind == kind, post.c.native_id == root)
    return post.c.id.in_(by_root.union_all(first))


_THREAD = "coalesce(nullif(p.root_id, ''), p.native_id)"
_ANSWER = """
    SELECT min(r.id) FROM post r WHERE r.root_id = coalesce(nullif(p.root_id, ''), p.native_id) AND r.root_id != ''
    AND r.source_kind = p.source_kind AND r.by_us AND r.id != p.id AND r.published_at >= p.published_at
    AND r.removed_at IS NULL AND r.parent_id IN (p.native_id, p.root_id, '')
"""


def find_inquiries(connection: Connection, ids: Sequence[int]) -> list[int]:
    """Note which of these posts ask something of us or complain to us, and which posts ours answer.

    A post speaks to us when it names a brand of ours, when it is in a place of ours, or under a post of ours.
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
              OR EXISTS (SELECT 1 FROM mention m JOIN brand b ON b.id = m.brand_id AND b.is_own WHERE m.post_id = p.id)
              OR EXISTS (SELECT 1 FROM post o WHERE o.source_kind = p.source_kind
                         AND o.native_id IN (p.root_id, p.parent_id) AND o.by_us))
            GROUP BY p.id
        """),
        wanted,
    )
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


def open_inquiries(connection: Connection, since_id: int = 0, limit: int = 5_000) -> list[tuple[int, int]]:
    """(post, the first that asks the same) of inquiries without an answer of ours, the latest last."""
    rows = connection.execute(
        select(inquiry.c.post_id, inquiry.c.alike)
        .where(inquiry.c.answered_by == 0, inquiry.c.post_id >= since_id)
        .order_by(inquiry.c.post_id.desc())
        .limit(limit)
    )
    return [(int(a), int(b)) for a, b in rows][::-1]


def set_alike(connection: Connection, alike: dict[int, int]) -> None:
    """Note which inquiry asks the same as which earlier one."""
    for post_id, first in alike.items():
        connection.execute(update(inquiry).where(inquiry.c.post_id == post_id).values(alike=first))


def answers_of_ours(connection: Connection, limit: int = 5_000) -> list[tuple[int, int]]:
    """(our post, the post that it replies to or 0) of our latest posts."""
    asked = post.alias("asked")
    rows = connection.execute(
        select(post.c.id, func.coalesce(asked.c.id, 0))
        .outerjoin(
            asked,
            (asked.c.source_kind == post.c.source_kind)
            & (asked.c.native_id == func.coalesce(func.nullif(post.c.parent_id, ""), post.c.root_id))
            & (asked.c.id != post.c.id),
        )
        .where(post.c.by_us)
        .order_by(post.c.id.desc())
        .limit(limit)
    )
    return [(int(a), int(b)) for a, b in rows]


def answered(connection: Connection, first_id: int, last_id: int, limit: int = 500) -> list[tuple[int, int]]:
    """(what was asked of us, our answer) for answers among these posts, the latest first."""
    reply = inquiry.c.answered_by
    rows = connection.execute(
        select(inquiry.c.post_id, reply).where(reply >= first_id, reply < last_id).order_by(reply.desc()).limit(limit)
    )
    return [(int(a), int(b)) for a, b in rows]


def save_past_answers(connection: Connection, found: dict[int, list[tuple[int, float]]]) -> None:
    """Replace, for each inquiry, the posts of ours that may answer it: (post, similarity)."""
    for post_id, answers in found.items():
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
    limit: int = 500,
) -> tuple[list[Asked], int]:
    """(what waits for an answer of ours, each thing asked once, most people and longest wait first; how many older
    posts wait). Posts before `first_id` are the older ones.

    Handled and snoozed posts are left out; `who` keeps what is assigned to one person, `kind` questions or complaints.
    """
    rows = connection.execute(
        text("""
            SELECT q.alike, q.kind, p.id, p.author, coalesce(nullif(p.community, ''), s.title) AS place,
              p.published_at, coalesce(p.score, 0) + 2 * coalesce(p.comments, 0) AS loud
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
    found = []
    for members in groups.values():
        members.sort(key=lambda row: row.published_at)
        found.append(
            Asked(
                kind=members[0].kind,
                posts=tuple(row.id for row in members),
                people=len({row.author or row.id for row in members}),
                places=len({row.place for row in members}),
                since=from_epoch(members[0].published_at),
                loud=sum(row.loud for row in members),
            )
        )
    now = to_epoch(today)

    def urgency(item: Asked) -> float:
        waited = max(0.0, (now - to_epoch(item.since)) / 86_400)
        # Old and loud first: a day of waiting weighs as much as five reactions, one more person as three days.
        return waited + 0.2 * min(item.loud, 200) + 3 * (item.people - 1)

    return sorted(found, key=lambda item: (-urgency(item), item.posts))[:limit], len(rows) - len(recent)


def thread_posts(connection: Connection, ids: Iterable[int], last: int = 12) -> dict[tuple[str, str], list[ThreadPost]]:
    """(network, root) -> the last posts of the threads that these posts are in, in order."""
    roots = connection.execute(
        text(f"SELECT DISTINCT p.source_kind, {_THREAD} FROM post p WHERE p.id IN ({CHOSEN})"),
        {"ids": ids_parameter(ids)},
    ).all()
    found: dict[tuple[str, str], list[ThreadPost]] = {}
    query = (
        select(
            post.c.id, post.c.source_kind, post.c.published_at, post.c.author, post_text.c.plain, post.c.sentiment,
            post.c.sentiment_confidence, post.c.toxicity,
        )
        .join(post_text, post_text.c.post_id == post.c.id)
        .where(in_thread(bindparam("kind"), bindparam("root")))
        .order_by(post.c.published_at.desc(), post.c.id.desc())
        .limit(last)
    )  # fmt: skip
    for kind, root in roots:
        rows = connection.execute(query, {"kind": kind, "root": root}).all()
        if len(rows) > 2:
            found[kind, root] = [
                ThreadPost(r.id, kind, root, r.published_at, r.author, r.plain, r.sentiment, r.sentiment_confidence,
                           r.toxicity)
                for r in rows
            ][::-1]  # fmt: skip
    return found


def save_heat(connection: Connection, kind: str, root: str, heat: float, parts: dict[str, float], last: int) -> None:
    """Write the heat of a thread; what it was is kept beside it, so that a rise can be told."""
    old = connection.execute(
        select(thread_heat.c.heat).where(thread_heat.c.source_kind == kind, thread_heat.c.root_id == root)
    ).scalar()
    posts = connection.execute(select(func.count()).select_from(post).where(in_thread(kind, root))).scalar_one()
    connection.execute(
        insert_over(thread_heat).values(
            source_kind=kind, root_id=root, heat=heat, before=float(old or 0.0), parts=json.dumps(parts), posts=posts,
            last_post=last,
        )
    )  # fmt: skip


def save_cases(connection: Connection, ids: Sequence[int], cases: Sequence[Case]) -> None:
    """Replace what is to be judged among `ids`."""
    connection.execute(
        text(f"DELETE FROM moderation WHERE post_id IN ({CHOSEN})"),
        {"ids": ids_parameter(ids)},
    )
    if cases:
        connection.execute(
            insert_over(moderation),
            [
                {
                    "post_id": case.post,
                    "risk": case.risk,
                    "heat": case.heat,
                    "reasons": json.dumps(case.reasons, ensure_ascii=False),
                }
                for case in cases
            ],
        )


def _waiting_cases() -> str:
    return """
        FROM moderation m JOIN post p ON p.id = m.post_id LEFT JOIN triage t ON t.post_id = m.post_id
        WHERE p.removed_at IS NULL AND NOT p.by_us AND m.post_id >= :first AND m.risk >= :least
        AND coalesce(t.decision, '') IN ('', :watched) AND coalesce(t.handled, '') = ''
        AND (coalesce(t.snoozed, '') = '' OR t.snoozed <= :today)
    """


def to_moderate(
    connection: Connection, today: datetime, *, first_id: int = 0, least: float = 0.0, watched: bool = False,
    page: int = 1, size: int = 10,
) -> tuple[list[Case], int]:  # fmt: skip
    """(a page of posts to judge, riskiest first; how many there are). `watched`: those under watch instead."""
    values = {
        "first": first_id, "least": least, "today": today.date().isoformat(), "watched": "watch" if watched else "",
    }  # fmt: skip
    rule = _waiting_cases() + (" AND t.decision = 'watch'" if watched else "")
    total = int(connection.execute(text(f"SELECT count(*) {rule}"), values).scalar_one())
    rows = connection.execute(
        text(f"SELECT m.post_id, m.risk, m.heat, m.reasons {rule} ORDER BY m.risk DESC, m.post_id LIMIT :n OFFSET :o"),
        {**values, "n": size, "o": size * max(0, page - 1)},
    )
    return [Case(r.post_id, r.risk, r.heat, tuple(json.loads(r.reasons))) for r in rows], total


def hot_threads(connection: Connection, first_id: int, least: float, limit: int = 5) -> list[HotThread]:
    """Threads with posts since `first_id` whose heat is at least `least`, the hottest first."""
    rows = connection.execute(
        select(thread_heat)
        .where(thread_heat.c.heat >= least, thread_heat.c.last_post >= first_id)
        .order_by(thread_heat.c.heat.desc(), thread_heat.c.root_id)
        .limit(limit)
    )
    return [
        HotThread(r.source_kind, r.root_id, r.heat, r.before, json.loads(r.parts), r.posts, r.last_post) for r in rows
    ]


def heat_of_thread(connection: Connection, kind: str, root: str) -> HotThread | None:
    """The heat of one thread, None where it has too few posts."""
    r = connection.execute(
        select(thread_heat).where(thread_heat.c.source_kind == kind, thread_heat.c.root_id == root)
    ).one_or_none()
    if r is None:
        return None
    return HotThread(r.source_kind, r.root_id, r.heat, r.before, json.loads(r.parts), r.posts, r.last_post)


def thread_of(connection: Connection, post_id: int, limit: int = 200) -> list[int]:
    """Ids of the thread that a post is in, oldest first, at most `limit` around it."""
    row = connection.execute(
        select(post.c.source_kind, post.c.root_id, post.c.native_id).where(post.c.id == post_id)
    ).one_or_none()
    if row is None:
        return []
    root = row.root_id or row.native_id
    ids = connection.execute(
        select(post.c.id)
        .where(in_thread(row.source_kind, root))
        .order_by(post.c.published_at, post.c.id)
    ).scalars().all()  # fmt: skip
    if len(ids) <= limit:
        return list(ids)
    place = ids.index(post_id)
    start = min(max(1, place - limit // 2), len(ids) - limit + 1)
    return [ids[0], *ids[start : start + limit - 1]]


def own_source_ids(connection: Connection) -> dict[int, str]:
    """Source -> "all" or "roots": which of its posts are ours because the source is."""
    rows = connection.execute(select(source.c.id, source.c.kind).where(source.c.is_own))
    return {
        int(i): "all" if kind in OURS_ALL else "roots" for i, kind in rows if kind in OURS_ALL or kind in OURS_ROOTS
    }


def set_by_us(connection: Connection, ours: Sequence[int], others: Sequence[int]) -> None:
    """Mark posts as written by us, or not."""
    for ids, value in ((ours, True), (others, False)):
        connection.execute(
            text(f"UPDATE post SET by_us = :v WHERE by_us != :v AND id IN ({CHOSEN})"),
            {"v": value, "ids": ids_parameter(ids)},
        )


def judged(connection: Connection) -> tuple[int, int]:
    """(posts of the queue that people decided upon, those that were not fine)."""
    row = connection.execute(
        text("""
            SELECT count(*), count(*) FILTER (WHERE t.decision != 'fine') FROM triage t
            JOIN moderation m ON m.post_id = t.post_id WHERE t.decision != ''
        """)
    ).one()
    return int(row[0]), int(row[1])

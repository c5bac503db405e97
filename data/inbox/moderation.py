"""What is to be moderated, and how hot threads are."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select, text

from data.dialect import CHOSEN, ids_parameter, insert_over
from data.inbox.threads import in_thread
from data.posts.scope_sql import REACH
from data.schema import moderation, post, thread_heat

CERTAIN = 0.5  # confidence from which a post counts as a question or a complaint


@dataclass(frozen=True, slots=True)
class Case:
    """A post to judge: its `risk` and the `heat` of its thread, from 0 to 1, with the words that made it stand out."""

    post: int
    risk: float
    heat: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HeatParts:
    """What makes a thread hot, each from 0 to 1: a negative tone that worsens, words to a person, two people by turns,
    fast replies, the strongest attack."""

    tone: float = 0.0
    address: float = 0.0
    turns: float = 0.0
    pace: float = 0.0
    attack: float = 0.0


@dataclass(frozen=True, slots=True)
class HotThread:
    """A thread with the parts of its heat, and what the heat was before its last posts."""

    source_kind: str
    root_id: str
    heat: float
    before: float
    parts: HeatParts
    posts: int
    last_post: int


def save_heat(connection: Connection, kind: str, root: str, heat: float, parts: HeatParts, last: int) -> None:
    """Write the heat of a thread; what it was is kept beside it, so that a rise can be told."""
    old = connection.execute(
        select(thread_heat.c.heat).where(thread_heat.c.source_kind == kind, thread_heat.c.root_id == root)
    ).scalar()
    posts = connection.execute(select(func.count()).select_from(post).where(in_thread(kind, root))).scalar_one()
    connection.execute(
        insert_over(thread_heat).values(
            source_kind=kind,
            root_id=root,
            heat=heat,
            before=float(old or 0.0),
            parts=json.dumps(asdict(parts)),
            posts=posts,
            last_post=last,
        )
    )


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


# What the queue can be ordered by, in SQL.
ORDERS = {
    "risk": "m.risk DESC",
    "newest": "p.published_at DESC",
    "waiting": "p.published_at",
    "engagement": f"({REACH}) IS NULL, ({REACH}) DESC",
}
# Crossed, so that SQLite begins with the few that were judged: else it goes through all posts since the first.
_WAITING = """
        FROM moderation m CROSS JOIN post p LEFT JOIN triage t ON t.post_id = m.post_id
        WHERE p.id = m.post_id AND p.removed_at IS NULL AND NOT p.by_us AND m.post_id >= :first
        AND coalesce(t.decision, '') IN ('', :decided) AND coalesce(t.handled, '') = ''
        AND (coalesce(t.snoozed, '') = '' OR t.snoozed <= :today)
    """


def to_moderate(
    connection: Connection,
    today: datetime,
    *,
    first_id: int = 0,
    under_watch: bool = False,
    page: int = 1,
    size: int = 10,
    order: str = "risk",
) -> tuple[list[Case], int]:
    """(a page of posts to judge, in one of `ORDERS`; how many there are). `under_watch`: those that are watched."""
    values = {
        "first": first_id,
        "today": today.date().isoformat(),
        "decided": "watch" if under_watch else "",
    }
    rule = _WAITING + (" AND t.decision = 'watch'" if under_watch else "")
    total = int(connection.execute(text(f"SELECT count(*) {rule}"), values).scalar_one())
    rows = connection.execute(
        text(
            f"SELECT m.post_id, m.risk, m.heat, m.reasons {rule} ORDER BY {ORDERS[order]}, m.post_id LIMIT :n OFFSET :o"
        ),
        {**values, "n": size, "o": size * max(0, page - 1)},
    )
    return [Case(r.post_id, r.risk, r.heat, tuple(json.loads(r.reasons))) for r in rows], total


def _hot_thread(row: Any) -> HotThread:
    stored = json.loads(row.parts)
    parts = HeatParts(**{part.name: float(stored.get(part.name, 0.0)) for part in fields(HeatParts)})
    return HotThread(row.source_kind, row.root_id, row.heat, row.before, parts, row.posts, row.last_post)


def hot_threads(connection: Connection, first_id: int, least: float, limit: int = 5) -> list[HotThread]:
    """Threads with posts since `first_id` whose heat is at least `least`, the hottest first."""
    rows = connection.execute(
        select(thread_heat)
        .where(thread_heat.c.heat >= least, thread_heat.c.last_post >= first_id)
        .order_by(thread_heat.c.heat.desc(), thread_heat.c.root_id)
        .limit(limit)
    )
    return [_hot_thread(row) for row in rows]


def heat_of_thread(connection: Connection, kind: str, root: str) -> HotThread | None:
    """The heat of one thread, None where it has too few posts."""
    row = connection.execute(
        select(thread_heat).where(thread_heat.c.source_kind == kind, thread_heat.c.root_id == root)
    ).one_or_none()
    return None if row is None else _hot_thread(row)


def judged(connection: Connection) -> tuple[int, int]:
    """(posts of the queue that people decided upon, those that were not fine)."""
    row = connection.execute(
        text("""
            SELECT count(*), count(*) FILTER (WHERE t.decision != 'fine') FROM triage t
            JOIN moderation m ON m.post_id = t.post_id WHERE t.decision != ''
        """)
    ).one()
    return int(row[0]), int(row[1])

"""Ideas as stored: what was found, how it ranks, what people made of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select, update

from data.dialect import insert_new
from data.models import from_epoch, to_epoch
from data.schema import idea
from data.store import Store

STATES = ("", "kept", "dismissed")
REASONS = ("not_us", "done", "too_much", "risky", "weak", "other")


class IdeaError(ValueError):
    """A change that makes no sense; `code` is state or reason."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Idea:
    """An idea with its evidence. `why` says what each part adds to the score; `posts` are all of
    it, most reactions first."""

    id: int
    key: str
    kind: str
    facts: dict[str, Any]
    score: float
    why: dict[str, float]
    posts: tuple[int, ...]
    total: int
    people: int
    places: int
    days: int
    interest: float | None
    sample: int
    effort: float
    risk: float
    formats: tuple[str, ...]
    lang: str
    place: int
    state: str
    reason: str
    dismissed_total: int
    liked: int
    who: str
    first_at: datetime


def _read(row: Any) -> Idea:
    return Idea(
        row.id,
        row.key,
        row.kind,
        json.loads(row.facts),
        row.score,
        json.loads(row.why),
        tuple(json.loads(row.posts)),
        row.total,
        row.people,
        row.places,
        row.days,
        row.interest,
        row.sample,
        row.effort,
        row.risk,
        tuple(json.loads(row.formats)),
        row.lang,
        row.place,
        row.state,
        row.reason,
        row.dismissed_total,
        row.liked,
        row.who,
        from_epoch(row.first_at),
    )


def ideas(connection: Connection, states: Sequence[str] = ("", "kept"), limit: int = 100) -> list[Idea]:
    """Ideas that still have their evidence, best first; those that were kept also without."""
    found = idea.c.place > 0
    if "kept" in states or "dismissed" in states:
        found = found | idea.c.state.in_([s for s in states if s])
    rows = connection.execute(
        select(idea)
        .where(idea.c.state.in_(list(states)), found)
        .order_by(idea.c.place == 0, idea.c.place, idea.c.id)
        .limit(limit)
    )
    return [_read(row) for row in rows]


def one_idea(connection: Connection, idea_id: int) -> Idea | None:
    row = connection.execute(select(idea).where(idea.c.id == idea_id)).one_or_none()
    return None if row is None else _read(row)


def dismissed(connection: Connection) -> dict[str, int]:
    """Key -> posts of evidence when it was dismissed."""
    rows = connection.execute(select(idea.c.key, idea.c.dismissed_total).where(idea.c.state == "dismissed"))
    return {str(key): int(number) for key, number in rows}


def history(connection: Connection) -> dict[str, tuple[int, int]]:
    """Kind -> (ideas kept or asked for more of, ideas dismissed)."""
    rows = connection.execute(
        select(idea.c.kind, idea.c.state, func.count(), func.sum(idea.c.liked)).group_by("kind", "state")
    )
    found: dict[str, tuple[int, int]] = {}
    for kind, state, number, liked in rows:
        kept, gone = found.get(kind, (0, 0))
        kept += int(liked or 0) + (int(number) if state == "kept" else 0)
        found[str(kind)] = (kept, gone + (int(number) if state == "dismissed" else 0))
    return found


def save_ideas(connection: Connection, rows: Sequence[dict[str, Any]], back: Sequence[str], now: datetime) -> None:
    """Replace what was found by `rows`, best first (columns of the table by name, lists and dicts as they are). `back`
    are keys of dismissed ideas that are shown again. What people made of the others stays."""
    connection.execute(update(idea).where(idea.c.place > 0).values(place=0))
    if back:
        connection.execute(update(idea).where(idea.c.key.in_(list(back))).values(state="", reason=""))
    for place, row in enumerate(rows, start=1):
        values = {
            name: json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list, tuple)) else value
            for name, value in row.items()
        }
        connection.execute(insert_new(idea).values(**values, place=place, first_at=to_epoch(now)))
        connection.execute(update(idea).where(idea.c.key == row["key"]).values(**values, place=place))


def decide(store: Store, idea_id: int, state: str, who: str, reason: str = "") -> None:
    """Keep an idea, dismiss it for a reason, or take that back (""). Raises IdeaError for another state or reason."""
    if state not in STATES:
        raise IdeaError("state")
    if (state == "dismissed") != (reason in REASONS):
        raise IdeaError("reason")
    with store.write() as connection:
        connection.execute(
            update(idea)
            .where(idea.c.id == idea_id)
            .values(
                state=state,
                reason=reason,
                who=who[:80],
                dismissed_total=idea.c.total if state == "dismissed" else 0,
            )
        )


def more_like(store: Store, idea_id: int) -> None:
    """Somebody asks for more ideas like this one."""
    with store.write() as connection:
        connection.execute(update(idea).where(idea.c.id == idea_id).values(liked=idea.c.liked + 1))

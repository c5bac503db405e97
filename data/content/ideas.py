"""Ideas as stored: what was found, how it ranks, what people made of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select, update

from data.actor import actor, needs
from data.changes import StaleError, changed_by, check_seen, note_change
from data.dialect import insert_new
from data.models import to_epoch
from data.schema import idea, meta
from data.store import Store, put_meta

STATES = ("", "kept", "dismissed")
SILENT = "silent"  # the kind of a subject on which to stay silent: shown apart, never drafted
LEFT_OUT = "ideas_left_out"  # subjects that were too far from us, as counted when ideas were found
REASONS = ("not_us", "done", "too_much", "risky", "weak", "other")


class IdeaError(ValueError):
    """A change that makes no sense; `code` is state or reason."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class IdeaFacts:
    """What an idea is about, and the figures that speak for it; what a kind of idea does not need keeps its default."""

    about: str = ""  # topic:1, wishes:1, debate:2, tool:3, ...: ideas about one thing repeat each other
    label: str = ""  # of a topic
    trend: str = ""
    rate: float = 1.0  # posts of two weeks against the usual two weeks
    question: str = ""  # of a debate
    name: str = ""  # of a tool
    title: str = ""  # of what we did
    before: int = 0  # complaints, newcomers: before, and after
    after: int = 0
    names: dict[str, str] = field(default_factory=dict)  # of a day, or the words of a subject, by language
    days: int = 0  # until a day, since an answer
    what: str = ""  # passed a round number: people | posts
    number: int = 0
    author: str = ""
    words: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()  # to stay out of, that a subject touches
    questions: int = 0
    posts: int = 0
    wishes: int = 0
    replies: int = 0
    people: int = 0
    copies: int = 0


_EMPTY = IdeaFacts()
_NAMES = {field.name for field in fields(IdeaFacts)}


def _facts(written: str) -> IdeaFacts:
    """Facts from JSON; what a row of long ago lacks has its default, what it has beside is left."""
    held: dict[str, Any] = {name: value for name, value in json.loads(written).items() if name in _NAMES}
    if isinstance(held.get("name"), dict):  # the days of ideas from before they had names of their own
        held["names"] = held.pop("name")
    return IdeaFacts(**held | {name: tuple(held.get(name, ())) for name in ("words", "themes")})


def _written(facts: IdeaFacts) -> str:
    """Facts as JSON, without what stands at its default."""
    held = {name: value for name, value in asdict(facts).items() if value != getattr(_EMPTY, name)}
    return json.dumps(held, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class NewIdea:
    """An idea as it is found. `why` says what each part adds to the score; `posts` are all of its evidence, most
    reactions first; `interest` is None where it is not known."""

    key: str
    kind: str
    facts: IdeaFacts
    score: float
    why: dict[str, float]
    posts: tuple[int, ...]
    people: int
    places: int
    days: int
    interest: float | None
    sample: int
    effort: float
    risk: float
    formats: tuple[str, ...]
    lang: str


@dataclass(frozen=True, slots=True)
class Idea:
    """An idea as stored: what was found, its place in the order (0: its evidence has gone), what people made of it."""

    id: int
    key: str
    kind: str
    facts: IdeaFacts
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
    who: str


def _read(row: Any) -> Idea:
    return Idea(
        row.id,
        row.key,
        row.kind,
        _facts(row.facts),
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
        row.who,
    )


def ideas(connection: Connection, states: Sequence[str] = ("", "kept"), limit: int = 100) -> list[Idea]:
    """Ideas that still have their evidence, best first; those that were kept also without."""
    shown = idea.c.place > 0
    if "kept" in states or "dismissed" in states:
        shown = shown | idea.c.state.in_([s for s in states if s])
    rows = connection.execute(
        select(idea)
        .where(idea.c.state.in_(list(states)), shown, idea.c.kind != SILENT)
        .order_by(idea.c.place == 0, idea.c.place, idea.c.id)
        .limit(limit)
    )
    return [_read(row) for row in rows]


def silent_subjects(connection: Connection, limit: int = 20) -> list[Idea]:
    """Subjects of the news on which to stay silent, those of most posts first."""
    rows = connection.execute(
        select(idea)
        .where(idea.c.kind == SILENT, idea.c.place > 0, idea.c.state == "")
        .order_by(idea.c.total.desc(), idea.c.id)
        .limit(limit)
    )
    return [_read(row) for row in rows]


def left_out(connection: Connection) -> int:
    """Subjects that people speak of and that were too far from us to be ideas."""
    return int(connection.execute(select(meta.c.value).where(meta.c.key == LEFT_OUT)).scalar() or 0)


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
    counts: dict[str, tuple[int, int]] = {}
    for kind, state, number, liked in rows:
        kept, gone = counts.get(kind, (0, 0))
        kept += int(liked or 0) + (int(number) if state == "kept" else 0)
        counts[str(kind)] = (kept, gone + (int(number) if state == "dismissed" else 0))
    return counts


def save_ideas(
    connection: Connection, rows: Sequence[NewIdea], back: Sequence[str], now: datetime, left: int = 0
) -> None:
    """Replace what was found, best first. `back` are keys of dismissed ideas that are shown again. What people made of
    the others stays. `left`: how many subjects were too far from us."""
    put_meta(connection, LEFT_OUT, str(left))
    connection.execute(update(idea).where(idea.c.place > 0).values(place=0))
    if back:
        connection.execute(update(idea).where(idea.c.key.in_(list(back))).values(state="", reason=""))
    for place, item in enumerate(rows, start=1):
        values = {
            "key": item.key,
            "kind": item.kind,
            "facts": _written(item.facts),
            "score": item.score,
            "why": json.dumps(item.why),
            "posts": json.dumps(item.posts),
            "total": len(item.posts),
            "people": item.people,
            "places": item.places,
            "days": item.days,
            "interest": item.interest,
            "sample": item.sample,
            "effort": item.effort,
            "risk": item.risk,
            "formats": json.dumps(item.formats),
            "lang": item.lang,
            "place": place,
        }
        connection.execute(insert_new(idea).values(**values, first_at=to_epoch(now)))
        connection.execute(update(idea).where(idea.c.key == item.key).values(**values))


@needs("member")
def decide(store: Store, idea_id: int, state: str, reason: str = "", seen: str | None = None) -> None:
    """Keep an idea, dismiss it for a reason, or take that back ("").

    Raises IdeaError for another state or reason, StaleError where it is gone, or somebody decided otherwise since its
    state was `seen`.
    """
    if state not in STATES:
        raise IdeaError("state")
    if (state == "dismissed") != (reason in REASONS):
        raise IdeaError("reason")
    with store.write() as connection:
        held, about = _held(connection, idea_id), f"idea {idea_id}"
        check_seen(connection, about, "state", seen, held.state, state)
        before, after = f"{held.state} {held.reason}".strip(), f"{state} {reason}".strip()
        if before != after:
            note_change(connection, "idea.decided", about, before, after)
        connection.execute(
            update(idea)
            .where(idea.c.id == idea_id)
            .values(
                state=state,
                reason=reason,
                who=actor().name[:80],
                dismissed_total=idea.c.total if state == "dismissed" else 0,
            )
        )


@needs("member")
def more_like(store: Store, idea_id: int) -> None:
    """Somebody asks for more ideas like this one."""
    with store.write() as connection:
        liked = _held(connection, idea_id).liked
        note_change(connection, "idea.liked", f"idea {idea_id}", str(liked), str(liked + 1))
        connection.execute(update(idea).where(idea.c.id == idea_id).values(liked=liked + 1))


def _held(connection: Connection, idea_id: int) -> Any:
    """An idea's row. Raises StaleError where it is gone."""
    row = connection.execute(select(idea).where(idea.c.id == idea_id)).one_or_none()
    if row is None:
        raise StaleError([changed_by(connection, f"idea {idea_id}", "", "")])
    return row

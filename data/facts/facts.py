"""Dated facts: each with the questions that it answers, how long it holds, where it is from, who keeps it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from data.actor import needs
from data.changes import check_unchanged, note_edit, reconciled
from data.dialect import is_among
from data.models import from_epoch, to_epoch
from data.posts.full_text import facts_condition, typed
from data.schema import fact, fact_match, fact_vector
from data.store import Store

KINDS = ("product", "brand", "company", "rule")
STATES = ("valid", "soon", "expired", "later")
SOON = timedelta(days=30)
TEXT, QUESTIONS, SOURCE = 4_000, 2_000, 2_000  # characters
MOST_QUESTIONS = 12
MOST = 5_000  # facts of a record: all are looked at where an answer is sought
FIELDS = ("kind", "questions", "text", "lang", "valid_from", "valid_until", "source", "owner")


class FactError(ValueError):
    """A fact that cannot be kept; `code` is text, long, kind, dates or many."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that we know, in the words in which it is quoted. `questions`: what it answers, in any number of
    wordings; `source` an address, or a file and the place in it. It holds from and until these days, both included;
    None is no bound."""

    id: int
    text: str
    questions: tuple[str, ...] = ()
    kind: str = "product"
    lang: str = ""
    valid_from: date | None = None
    valid_until: date | None = None
    source: str = ""
    owner: str = ""
    made_at: datetime | None = None
    changed_at: datetime | None = None

    @property
    def title(self) -> str:
        """What it is called in a list: its first question, else how it begins."""
        return self.questions[0] if self.questions else " ".join(self.text.split())[:120]


def state_of(one: Fact, today: date) -> str:
    """valid, soon (it expires within `SOON`), expired, or later (it does not hold yet)."""
    if one.valid_until is not None and one.valid_until < today:
        return "expired"
    if one.valid_from is not None and one.valid_from > today:
        return "later"
    return "soon" if one.valid_until is not None and one.valid_until < today + SOON else "valid"


def holds(one: Fact, today: date) -> bool:
    """Whether a draft may use it."""
    return state_of(one, today) in {"valid", "soon"}


def _read(row: Any) -> Fact:
    return Fact(
        row.id,
        row.text,
        tuple(row.questions.split("\n")) if row.questions else (),
        row.kind,
        row.lang,
        date.fromisoformat(row.valid_from) if row.valid_from else None,
        date.fromisoformat(row.valid_until) if row.valid_until else None,
        row.source,
        row.owner,
        from_epoch(row.made_at),
        from_epoch(row.changed_at),
    )


_COLUMNS = tuple(fact.c)  # on PostgreSQL the table has one more, for its index


@dataclass(frozen=True, slots=True)
class Asked:
    """Which facts: with these words as a person `typed` them, of a state and of a kind; "" for all."""

    words: str = ""
    state: str = ""
    kind: str = ""


def _in_state(state: str, today: date) -> ColumnElement[bool]:
    """As `state_of` says."""
    now, soon = today.isoformat(), (today + SOON).isoformat()
    expired = (fact.c.valid_until != "") & (fact.c.valid_until < now)
    later = ~expired & (fact.c.valid_from > now)
    ends = (fact.c.valid_until != "") & (fact.c.valid_until < soon)
    return {"expired": expired, "later": later, "soon": ~expired & ~later & ends}.get(state, ~expired & ~later & ~ends)


def find_facts(
    connection: Connection, asked: Asked, today: date, page: int = 1, size: int = 25
) -> tuple[list[Fact], int]:
    """(a page of facts, those that expire first before those without an end; how many there are)."""
    wanted: list[ColumnElement[bool]] = []
    if (node := typed(asked.words)) is not None:
        wanted.append(facts_condition(node))
    if asked.state in STATES:
        wanted.append(_in_state(asked.state, today))
    if asked.kind in KINDS:
        wanted.append(fact.c.kind == asked.kind)
    total = connection.execute(select(func.count()).select_from(fact).where(*wanted)).scalar_one()
    rows = connection.execute(
        select(*_COLUMNS)
        .where(*wanted)
        .order_by(fact.c.valid_until == "", fact.c.valid_until, fact.c.id.desc())
        .limit(size)
        .offset(max(0, page - 1) * size)
    )
    return [_read(row) for row in rows], int(total)


def facts_of(connection: Connection, ids: Sequence[int]) -> list[Fact]:
    """Facts by their ids, in this order; those that are gone are left out."""
    rows = connection.execute(select(*_COLUMNS).where(is_among(fact.c.id, ids)))
    held = {row.id: _read(row) for row in rows}
    return [held[i] for i in ids if i in held]


def one_fact(connection: Connection, fact_id: int) -> Fact | None:
    return next(iter(facts_of(connection, [fact_id])), None)


def all_facts(connection: Connection) -> list[Fact]:
    """Every fact, at most `MOST`, in the order in which they were written."""
    return [_read(row) for row in connection.execute(select(*_COLUMNS).order_by(fact.c.id).limit(MOST))]


def count_states(connection: Connection, today: date) -> dict[str, int]:
    """State -> how many facts are in it."""
    numbers = {}
    for state in STATES:
        query = select(func.count()).select_from(fact).where(_in_state(state, today))
        numbers[state] = int(connection.execute(query).scalar_one())
    return numbers


def tidied(one: Fact) -> Fact:
    """A fact as it is kept. Raises FactError."""
    text = one.text.replace("\0", "").replace("\r\n", "\n").strip()
    if not text:
        raise FactError("text")
    questions = tuple(dict.fromkeys(" ".join(line.replace("\0", "").split()) for line in one.questions if line.strip()))
    if len(text) > TEXT or len("\n".join(questions)) > QUESTIONS or len(questions) > MOST_QUESTIONS:
        raise FactError("long")
    if one.kind not in KINDS:
        raise FactError("kind")
    if one.valid_from is not None and one.valid_until is not None and one.valid_from > one.valid_until:
        raise FactError("dates")
    return replace(
        one,
        text=text,
        questions=questions,
        lang=one.lang[:2],
        source=" ".join(one.source.replace("\0", "").split())[:SOURCE],
        owner=" ".join(one.owner.replace("\0", "").split())[:80],
    )


def _values(one: Fact) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "questions": "\n".join(one.questions),
        "text": one.text,
        "lang": one.lang,
        "valid_from": one.valid_from.isoformat() if one.valid_from is not None else "",
        "valid_until": one.valid_until.isoformat() if one.valid_until is not None else "",
        "source": one.source,
        "owner": one.owner,
    }


@needs("editor")
def save_fact(store: Store, one: Fact, now: datetime, seen: Fact | None = None) -> int:
    """Keep a fact (id 0: a new one); gives its id. `seen` is it as its author read it.

    Raises FactError for what cannot be kept, StaleError where somebody changed the same meanwhile (see `data.changes`).
    """
    one = tidied(one)
    with store.write() as connection:
        before = one_fact(connection, one.id) if one.id else None
        if one.id:
            one = tidied(reconciled(connection, f"fact {one.id}", seen, before, one, FIELDS))
            values = _values(one) | {"changed_at": to_epoch(now)}
            connection.execute(update(fact).where(fact.c.id == one.id).values(**values))
        else:
            _room(connection, 1)
            one = replace(one, id=_insert(connection, one, now))
        note_edit(connection, "fact.saved", f"fact {one.id}: {one.title}", before, one, FIELDS)
        return one.id


def _room(connection: Connection, more: int) -> None:
    held = connection.execute(select(func.count()).select_from(fact)).scalar_one()
    if held + more > MOST:
        raise FactError("many")


def _insert(connection: Connection, one: Fact, now: datetime) -> int:
    values = _values(one) | {"made_at": to_epoch(now), "changed_at": to_epoch(now)}
    return int(connection.execute(insert(fact).values(**values).returning(fact.c.id)).scalar_one())


@needs("editor")
def add_facts(store: Store, some: Sequence[Fact], now: datetime) -> tuple[list[int], int]:
    """Keep several new facts at once: all of them or none; gives (their ids, how many were there already word for word
    and stay as they are). Raises FactError."""
    wanted = [tidied(one) for one in some]
    with store.write() as connection:
        known = {(row.questions, row.text) for row in connection.execute(select(fact.c.questions, fact.c.text))}
        new: list[Fact] = []
        for one in wanted:
            key = ("\n".join(one.questions), one.text)
            if key not in known:
                known.add(key)
                new.append(one)
        _room(connection, len(new))
        ids = []
        for one in new:
            made = replace(one, id=_insert(connection, one, now))
            note_edit(connection, "fact.saved", f"fact {made.id}: {made.title}", None, made, FIELDS)
            ids.append(made.id)
        return ids, len(wanted) - len(new)


@needs("editor")
def remove_fact(store: Store, fact_id: int, seen: Fact | None = None) -> None:
    """Forget a fact. Raises StaleError for one that somebody changed since it was `seen`."""
    with store.write() as connection:
        before = one_fact(connection, fact_id)
        if before is None:
            return
        check_unchanged(connection, f"fact {fact_id}", seen, before, FIELDS)
        note_edit(connection, "fact.removed", f"fact {fact_id}: {before.title}", before, None, FIELDS)
        for table in (fact_vector, fact_match):
            connection.execute(delete(table).where(table.c.fact_id == fact_id))
        connection.execute(delete(fact).where(fact.c.id == fact_id))

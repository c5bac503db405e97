"""What guests of a shared link write: comments and approvals, without an account.

It is text from strangers: bounded, without invisible signs, and signed as a guest's whatever the name. Who wrote is
not kept beyond the name that they gave: no address, no browser.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, case, delete, func, insert, select, update

from data.acting import by_link
from data.actor import Actor, acting, needs
from data.changes import note_change
from data.content.calendar import one_item
from data.models import from_epoch, to_epoch, whole
from data.schema import calendar_item, change, guest_answer, meta, snapshot
from data.sharing.snapshots import ACT, ASKS, GUESTS, LONGEST_QUESTION, Snapshot, document_of, one_snapshot, snapshots
from data.store import Store, put_meta

KINDS = ("comment", "approved", "changes")
MOST = 200  # answers of one link
LONGEST_TEXT, LONGEST_NAME = 2_000, 80  # characters
LONGEST_NOTE = 4_000  # of a calendar item, as its form has it
# Invisible signs that writing needs: joiners, and marks of direction, which change nothing but their neighbours.
_NEEDED = frozenset("\u200c\u200d\u200e\u200f\u061c")


class AnswerError(ValueError):
    """An answer that is not kept. `code` is closed, full, kind, section, empty, long or name."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Answer:
    """What a guest wrote. `section` counts from 1, 0 is the whole document; `kind` is one of KINDS; `state` is new,
    seen or hidden."""

    id: int
    snapshot: int
    section: int
    kind: str
    name: str
    text: str
    at: datetime
    state: str


@dataclass(frozen=True, slots=True)
class Answers:
    """How many answers a link has that are not hidden."""

    all: int
    new: int
    approved: int
    changes: int


NONE = Answers(0, 0, 0, 0)


def plain(words: str, *, lines: bool = True) -> str:
    """A stranger's words without what cannot be seen: control signs, overrides of direction, lone surrogates. With
    `lines`, line ends stay."""
    words = words.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    if not lines:
        words = words.replace("\n", " ").replace("\t", " ")
    kept = (c for c in words if c in "\n\t" or c in _NEEDED or unicodedata.category(c) not in {"Cc", "Cf", "Cs"})
    return "".join(kept).strip() if lines else " ".join("".join(kept).split())


def _read(row: Any) -> Answer:
    return Answer(row.id, row.snapshot_id, row.section, row.kind, row.name, row.text, from_epoch(row.at), row.state)


def are_allowed(connection: Connection) -> bool:
    """Whether links of this record take answers at all."""
    return connection.execute(select(meta.c.value).where(meta.c.key == GUESTS)).scalar() != "off"


def takes_answers(connection: Connection, held: Snapshot, now: datetime) -> bool:
    """Whether a guest may answer there now."""
    if held.page == ACT and by_link.act_behind(connection, held) is None:
        return False
    return bool(held.asks) and not held.presenting and held.is_open(now) and are_allowed(connection)


def leave(
    store: Store, snapshot_id: int, now: datetime, *, kind: str, text: str = "", name: str = "", section: int = 0
) -> int:
    """Keep what a guest of a link wrote; gives its id. Whoever holds the link may: it is the permission. Of a link to
    an act, the answer decides on it, and is the last.

    Raises AnswerError for a link that takes none (closed, switched off, damaged) or holds MOST already, a kind that it
    does not ask for, a section that it does not have, a comment or a wish for changes without words, and words that
    are too long: nothing is cut.
    """
    text, name = plain(text), plain(name, lines=False)
    with store.read() as connection:
        try:
            sections = len(document_of(connection, snapshot_id).sections)
        except (KeyError, ValueError) as error:
            raise AnswerError("closed") from error
    with store.write() as connection:
        held = one_snapshot(connection, snapshot_id)
        if held is None or not takes_answers(connection, held, now):
            raise AnswerError("closed")
        if kind not in (KINDS if held.asks == "approval" else KINDS[:1]):
            raise AnswerError("kind")
        if not 0 <= section <= sections:
            raise AnswerError("section")
        if not text and kind != "approved":
            raise AnswerError("empty")
        if len(text) > LONGEST_TEXT:
            raise AnswerError("long")
        if len(name) > LONGEST_NAME:
            raise AnswerError("name")
        mine = select(func.count()).where(guest_answer.c.snapshot_id == snapshot_id)
        if int(connection.execute(mine).scalar_one()) >= MOST:
            raise AnswerError("full")
        values = {"section": section, "kind": kind, "name": name, "text": text, "at": to_epoch(now)}
        made = connection.execute(
            insert(guest_answer).values(snapshot_id=snapshot_id, **values).returning(guest_answer.c.id)
        ).scalar_one()
        if kind != "comment":
            with acting(Actor(0, f"guest {name}".strip(), "reader")):
                note_change(connection, f"share.{kind}", f"{_subject(snapshot_id, made)}: {held.title}")
                if held.page == ACT and not by_link.decide(
                    connection, held, kind, text, _subject(snapshot_id, made), now
                ):
                    raise AnswerError("closed")
    return int(made)


def _subject(snapshot_id: int, answer_id: int) -> str:
    return f"share {snapshot_id}, answer {answer_id}"


def answers(connection: Connection, snapshot_id: int, *, hidden: bool = True) -> list[Answer]:
    """What guests of a link wrote, the first first; `hidden`: with what is hidden."""
    query = select(guest_answer).where(guest_answer.c.snapshot_id == snapshot_id).order_by(guest_answer.c.id)
    if not hidden:
        query = query.where(guest_answer.c.state != "hidden")
    return [_read(row) for row in connection.execute(query)]


def counts(connection: Connection, since: datetime | None = None) -> dict[int, Answers]:
    """Snapshot -> how many answers it has, or has had since a moment; hidden ones do not count."""
    where = guest_answer.c.state != "hidden"
    if since is not None:
        where &= guest_answer.c.at >= to_epoch(since)

    def of(condition: Any) -> Any:
        return func.sum(case((condition, 1), else_=0))

    rows = connection.execute(
        select(
            guest_answer.c.snapshot_id,
            func.count(),
            of(guest_answer.c.state == "new"),
            of(guest_answer.c.kind == "approved"),
            of(guest_answer.c.kind == "changes"),
        )
        .where(where)
        .group_by(guest_answer.c.snapshot_id)
    )
    return {int(row[0]): Answers(*(int(number) for number in row[1:])) for row in rows}


def item_of(parameters: Mapping[str, str], page: str) -> int | None:
    """The item of the calendar that a snapshot of this page and these parameters is of."""
    return whole(parameters.get("item", "")) if page == "calendar" else None


def snapshots_of_item(connection: Connection, item_id: int) -> list[Snapshot]:
    """Links to an item of the calendar, the latest first."""
    return [s for s in snapshots(connection) if item_of(s.parameters, s.page) == item_id]


@needs("editor")
def ask(store: Store, snapshot_id: int, asks: str, question: str = "", *, mutual: bool = False) -> None:
    """Change what a link asks of its guests, "" for nothing. Raises ValueError for what cannot be asked."""
    if asks not in ASKS:
        raise ValueError("asks")
    question = plain(question, lines=False)[:LONGEST_QUESTION]
    with store.write() as connection:
        before = one_snapshot(connection, snapshot_id)
        if before is None or before.presenting:
            raise ValueError("asks")
        values = {"asks": asks, "question": question, "mutual": mutual}
        connection.execute(update(snapshot).where(snapshot.c.id == snapshot_id).values(**values))
        note_change(connection, "share.asks", f"share {snapshot_id}: {before.title}", before.asks, asks)


@needs("editor")
def allow(store: Store, allowed: bool) -> None:
    """Let links of this record take answers, or none of them."""
    with store.write() as connection:
        before = are_allowed(connection)
        put_meta(connection, GUESTS, "on" if allowed else "off")
        note_change(connection, "share.guests", "guests", "on" if before else "off", "on" if allowed else "off")


@needs("editor")
def note_seen(store: Store, snapshot_id: int) -> None:
    """What is new there has been looked at."""
    mine = (guest_answer.c.snapshot_id == snapshot_id) & (guest_answer.c.state == "new")
    with store.write(counts=False) as connection:
        connection.execute(update(guest_answer).where(mine).values(state="seen"))


@needs("editor")
def hide(store: Store, answer_id: int, hidden: bool = True) -> None:
    """Take an answer out of what guests see and of every count, or put it back."""
    state = "hidden" if hidden else "seen"
    with store.write() as connection:
        found = connection.execute(select(guest_answer).where(guest_answer.c.id == answer_id)).first()
        if found is not None and found.state != state:
            connection.execute(update(guest_answer).where(guest_answer.c.id == answer_id).values(state=state))
            note_change(connection, "share.answer", _subject(found.snapshot_id, answer_id), found.state, state)


@needs("editor")
def erase(store: Store, answer_id: int) -> None:
    """Erase what a guest wrote, and the name that they gave wherever the audit holds it."""
    with store.write() as connection:
        gone = delete(guest_answer).where(guest_answer.c.id == answer_id).returning(guest_answer.c.snapshot_id)
        found = connection.execute(gone).scalar()
        if found is None:
            return
        subject = _subject(int(found), answer_id)
        theirs = change.c.action.in_(["share.approved", "share.changes"]) & change.c.subject.startswith(f"{subject}:")
        theirs |= change.c.action.in_(["act.approved", "act.sent_back"]) & change.c.after.endswith(f"({subject})")
        connection.execute(update(change).where(theirs).values(who="guest"))
        note_change(connection, "share.answer", subject, "kept", "erased")


@needs("editor")
def take_into_item(store: Store, answer_id: int, line: str, now: datetime) -> None:
    """Put `line`, an answer as it is told, under the note of the calendar item that its link is of; an approval makes
    the item ready, where it was an idea or a draft. Raises AnswerError: closed where there is no such item any more,
    long where its note is full.
    """
    with store.write() as connection:
        row = connection.execute(select(guest_answer).where(guest_answer.c.id == answer_id)).first()
        held = one_snapshot(connection, row.snapshot_id) if row is not None else None
        number = item_of(held.parameters, held.page) if held is not None else None
        item = one_item(connection, number) if number is not None else None
        if row is None or item is None:
            raise AnswerError("closed")
        note = item.note if line in item.note else f"{item.note}\n\n{line}".strip()  # asked twice: there once
        if len(note) > LONGEST_NOTE:
            raise AnswerError("long")
        ready = row.kind == "approved" and item.status in {"idea", "draft"}
        after = replace(item, note=note, status="ready" if ready else item.status)
        values = {"note": after.note, "status": after.status, "changed_at": to_epoch(now)}
        connection.execute(update(calendar_item).where(calendar_item.c.id == item.id).values(**values))
        action = "calendar.approved" if row.kind == "approved" else "calendar.noted"
        # Without the line: a name that is erased later must not stay here.
        told = f"{after.status} ({_subject(row.snapshot_id, answer_id)})"
        note_change(connection, action, f"item {item.id}: {item.title}", item.status, told)

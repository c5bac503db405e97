"""Events: what they are, when, where people enter, under which rules; who takes no part, which answers are right."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from data.actor import actor, needs
from data.changes import StaleError, changed_by, note_change, note_edit, reconciled
from data.dialect import insert_over
from data.models import from_epoch, to_epoch, whole
from data.posts.links import same_page
from data.schema import IDS_PER_DAY, event, event_draw, event_exclusion, event_mark, post, post_text
from data.store import Store

KINDS = ("contest", "challenge", "quiz", "qa")
LANGS = ("fr", "en")
FIELDS = ("kind", "title", "rules", "lang", "starts", "ends", "hashtag", "thread", "most", "prizes", "answers")
LONGEST = timedelta(days=366)
RULES, ANSWERS, MOST_ANSWERS = 8_000, 2_000, 20
MOST_PRIZES, MOST_EACH = 100, 100
BEFORE = timedelta(days=60)  # how long before an event its post may have been published
_HASHTAG = re.compile(r"(?!\d+$)\w{1,100}")
_OWN_LINK = re.compile(r"[?&]post=(\d+)")


class EventError(ValueError):
    """What cannot be done; `code` is title, kind, dates, hashtag, where, thread, number, long, reason, mark; of a draw:
    open, none, many, drawn, seed, closed."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Event:
    """An event with its rules. Entries are posts from `starts` until before `ends` with the hashtag (written without
    its sign), or in the thread of the post `thread`; at most `most` of one person (0: any number). `prizes`: how many
    people win in a draw, 0 for none. `answers`: the right ones of a quiz, in any number of wordings."""

    id: int
    title: str
    starts: datetime
    ends: datetime
    kind: str = "contest"
    rules: str = ""
    lang: str = ""
    hashtag: str = ""
    thread: int = 0
    most: int = 1
    prizes: int = 1
    answers: tuple[str, ...] = ()
    who: str = ""

    @property
    def judged(self) -> bool:
        """Whether its entries are right or wrong."""
        return self.kind == "quiz" and bool(self.answers)


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Somebody who takes no part."""

    kind: str
    author: str
    reason: str
    who: str
    at: datetime


def state_of(one: Event, now: datetime) -> str:
    """planned, running or over."""
    return "planned" if now < one.starts else "running" if now < one.ends else "over"


def _read(row: Any) -> Event:
    return Event(
        row.id,
        row.title,
        from_epoch(row.starts_at),
        from_epoch(row.ends_at),
        row.kind,
        row.rules,
        row.lang,
        row.hashtag,
        row.thread_id,
        row.most,
        row.prizes,
        tuple(row.answers.split("\n")) if row.answers else (),
        row.who,
    )


def some_events(connection: Connection, page: int = 1, size: int = 20) -> tuple[list[Event], int]:
    """(a page of events, those that begin last first; how many there are)."""
    total = connection.execute(select(func.count()).select_from(event)).scalar_one()
    rows = connection.execute(
        select(event).order_by(event.c.starts_at.desc(), event.c.id.desc()).limit(size).offset(max(0, page - 1) * size)
    )
    return [_read(row) for row in rows], int(total)


def one_event(connection: Connection, number: int) -> Event | None:
    row = connection.execute(select(event).where(event.c.id == number)).one_or_none()
    return None if row is None else _read(row)


def held_event(connection: Connection, number: int) -> Event:
    """Raises StaleError where it is gone."""
    held = one_event(connection, number)
    if held is None:
        raise StaleError([changed_by(connection, f"event {number}", "", "")])
    return held


def post_at(connection: Connection, address: str, starts: datetime, ends: datetime) -> int:
    """The post that an address leads to: one of Vigie's own (`?post=12`), or that of a post of the record which was
    published from `BEFORE` the event until its end. Raises EventError where there is none."""
    mine = _OWN_LINK.search(address)
    if mine is not None:
        found = connection.execute(select(post.c.id).where(post.c.id == (whole(mine[1]) or 0))).scalar()
    else:
        first, last = ((to_epoch(moment) // 86_400) for moment in (starts - BEFORE, ends))
        near = post_text.c.post_id.between(first * IDS_PER_DAY, (last + 1) * IDS_PER_DAY)
        wanted = same_page(address)
        _host, _slash, rest = wanted.partition("/")
        rows = connection.execute(
            select(post_text.c.post_id, post_text.c.url).where(near, post_text.c.url.contains(rest, autoescape=True))
        )
        found = next((row.post_id for row in rows if wanted and rest and same_page(row.url) == wanted), None)
    if not found:
        raise EventError("thread")
    return int(found)


def tidied(one: Event) -> Event:
    """An event as it is kept. Raises EventError."""
    title = " ".join(one.title.replace("\0", "").split())[:200]
    hashtag = one.hashtag.strip().lstrip("#＃")
    answers = tuple(dict.fromkeys(" ".join(line.replace("\0", "").split()) for line in one.answers if line.strip()))
    rules = one.rules.replace("\0", "").strip()
    wrong = {
        "title": not title,
        "kind": one.kind not in KINDS,
        "dates": not timedelta(0) < one.ends - one.starts <= LONGEST,
        "hashtag": bool(hashtag) and _HASHTAG.fullmatch(hashtag) is None,
        "where": not hashtag and not one.thread,
        "number": not (0 <= one.most <= MOST_EACH and 0 <= one.prizes <= MOST_PRIZES),
        "long": len(rules) > RULES or len("\n".join(answers)) > ANSWERS or len(answers) > MOST_ANSWERS,
    }
    for code, is_wrong in wrong.items():
        if is_wrong:
            raise EventError(code)
    return replace(
        one,
        title=title,
        hashtag=hashtag,
        answers=answers if one.kind == "quiz" else (),
        rules=rules,
        lang=one.lang if one.lang in LANGS else "",
    )


def _values(one: Event) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "title": one.title,
        "rules": one.rules,
        "lang": one.lang,
        "starts_at": to_epoch(one.starts),
        "ends_at": to_epoch(one.ends),
        "hashtag": one.hashtag,
        "thread_id": one.thread,
        "most": one.most,
        "prizes": one.prizes,
        "answers": "\n".join(one.answers),
    }


@needs("editor")
def save_event(store: Store, one: Event, now: datetime, seen: Event | None = None) -> int:
    """Keep an event (id 0: a new one); gives its id. A list of entries that was closed stays as it is.

    Raises EventError for what cannot be kept, StaleError where somebody changed the same since it was `seen`.
    """
    one = tidied(one)
    with store.write() as connection:
        if one.thread and connection.execute(select(post.c.id).where(post.c.id == one.thread)).first() is None:
            raise EventError("thread")
        before = one_event(connection, one.id) if one.id else None
        if one.id:
            one = tidied(reconciled(connection, f"event {one.id}", seen, before, one, FIELDS))
            connection.execute(update(event).where(event.c.id == one.id).values(**_values(one)))
        else:
            values = _values(one) | {"who": actor().name[:80], "made_at": to_epoch(now)}
            number = connection.execute(insert(event).values(**values).returning(event.c.id)).scalar_one()
            one = replace(one, id=int(number))
        note_edit(connection, "event.saved", f"event {one.id}: {one.title}", before, one, FIELDS)
        return one.id


@needs("editor")
def remove_event(store: Store, number: int) -> None:
    """Forget an event. Raises EventError for one whose list was closed: what was promised then stays to be seen."""
    with store.write() as connection:
        held = one_event(connection, number)
        if held is None:
            return
        if connection.execute(select(event_draw.c.id).where(event_draw.c.event_id == number)).first() is not None:
            raise EventError("closed")
        note_edit(connection, "event.removed", f"event {number}: {held.title}", held, None, FIELDS)
        for table in (event_exclusion, event_mark):
            connection.execute(delete(table).where(table.c.event_id == number))
        connection.execute(delete(event).where(event.c.id == number))


def exclusions(connection: Connection, number: int) -> list[Exclusion]:
    """Who takes no part in an event, the latest first."""
    rows = connection.execute(
        select(event_exclusion).where(event_exclusion.c.event_id == number).order_by(event_exclusion.c.at.desc())
    )
    return [Exclusion(row.source_kind, row.author, row.reason, row.who, from_epoch(row.at)) for row in rows]


@needs("editor")
def exclude(store: Store, number: int, kind: str, author: str, reason: str, now: datetime) -> None:
    """Leave a person out of an event, with the reason, which the audit keeps. Raises EventError for no reason or no
    name, StaleError where the event is gone."""
    why = " ".join(reason.replace("\0", "").split())[:500]
    if not why or not author.strip():
        raise EventError("reason")
    with store.write() as connection:
        held = held_event(connection, number)
        before = {(one.kind, one.author): one.reason for one in exclusions(connection, number)}
        connection.execute(
            insert_over(event_exclusion).values(
                event_id=number,
                source_kind=kind,
                author=author,
                reason=why,
                who=actor().name[:80],
                at=to_epoch(now),
            )
        )
        was = before.get((kind, author))
        told = f"{author} ({kind}): "
        note_change(
            connection, "event.excluded", f"event {number}: {held.title}", "" if was is None else told + was, told + why
        )


@needs("editor")
def readmit(store: Store, number: int, kind: str, author: str) -> None:
    """Let a person take part again. Raises StaleError where the event is gone."""
    with store.write() as connection:
        held = held_event(connection, number)
        mine = (
            event_exclusion.c.event_id == number,
            event_exclusion.c.source_kind == kind,
            event_exclusion.c.author == author,
        )
        reason = connection.execute(select(event_exclusion.c.reason).where(*mine)).scalar()
        if reason is None:
            return
        connection.execute(delete(event_exclusion).where(*mine))
        note_change(connection, "event.readmitted", f"event {number}: {held.title}", f"{author} ({kind}): {reason}")


def marks(connection: Connection, number: int) -> dict[int, str]:
    """Post -> right or wrong, as people said."""
    rows = connection.execute(select(event_mark.c.post_id, event_mark.c.mark).where(event_mark.c.event_id == number))
    return {row.post_id: row.mark for row in rows}


@needs("editor")
def mark(store: Store, number: int, post_ids: Sequence[int], value: str) -> None:
    """Say that answers to a quiz are right or wrong, whatever their words; "" to go by their words again. Raises
    EventError for another value, StaleError where the event is gone."""
    if value not in {"right", "wrong", ""}:
        raise EventError("mark")
    with store.write() as connection:
        held, before = held_event(connection, number), marks(connection, number)
        known = set(connection.execute(select(post.c.id).where(post.c.id.in_(list(post_ids)[:500]))).scalars())
        for post_id in sorted(known):
            was = before.get(post_id, "")
            if was == value:
                continue
            if value:
                connection.execute(insert_over(event_mark).values(event_id=number, post_id=post_id, mark=value))
            else:
                connection.execute(
                    delete(event_mark).where(event_mark.c.event_id == number, event_mark.c.post_id == post_id)
                )
            note_change(
                connection,
                "event.marked",
                f"event {number}: {held.title}",
                f"post {post_id}: {was or 'by its words'}",
                f"post {post_id}: {value or 'by its words'}",
            )

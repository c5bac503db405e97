"""The audit read: who did what, when, from what to what, of posts, of the record and of the house together.

Each is written where it happens: `data.inbox.triage` for posts, `data.changes` for the record, `data.house.changes`
for accounts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, Table, func, literal, or_, select, union

from data.house.schema import house_change
from data.models import from_epoch, to_epoch
from data.schema import change, triage_event

# What changes are about: the first word of their name, "post" for those of posts, the house's under "team".
SUBJECTS: dict[str, tuple[str, ...]] = {
    "posts": ("post", "triage", "quote", "view", "ticket"),
    "topics": ("topic", "watch"),
    "debates": ("debate", "tool"),
    "reputation": ("brand", "action", "own", "tone"),
    "facts": ("fact",),
    "ideas": ("idea", "themes", "day", "format", "reply", "word"),
    "calendar": ("calendar", "event"),
    "acts": ("act",),
    "alerts": ("alert", "rule", "channel"),
    "reports": ("report", "share", "subscription", "token"),
    "sources": ("source", "suggestion", "credentials", "finding", "venue"),
    "kept": ("person", "retention", "record"),
    "settings": ("workspace",),
    "team": (),
}


@dataclass(frozen=True, slots=True)
class Audited:
    """One change. `action` is its name as "brand.saved" or "post.note"; `account` 0 where nobody signed in; `undone`
    where it was taken back since."""

    at: datetime
    account: int
    who: str
    action: str
    subject: str
    before: str
    after: str
    undone: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """Which changes: by whom ("" for all), about what (a key of SUBJECTS, "" for all), between two moments, with these
    words in them."""

    since: datetime
    until: datetime
    who: str = ""
    about: str = ""
    words: str = ""


def _of_posts(asked: Asked) -> Select[Any]:
    event = triage_event.c
    return select(
        event.id.label("row"),
        event.at,
        event.account,
        event.who,
        (literal("post.") + event.field).label("action"),
        event.post_id.label("subject"),
        event.before,
        event.after,
        event.undone_at.is_not(None).label("undone"),
    ).where(*_conditions(asked, triage_event, (event.before, event.after)))


def _of(table: Table, asked: Asked) -> Select[Any]:
    c = table.c
    query = select(
        c.id.label("row"),
        c.at,
        c.account,
        c.who,
        c.action,
        c.subject,
        c.before,
        c.after,
        literal(False).label("undone"),
    ).where(*_conditions(asked, table, (c.subject, c.before, c.after)))
    if asked.about and table is change:
        query = query.where(or_(*(c.action.startswith(f"{name}.", autoescape=True) for name in SUBJECTS[asked.about])))
    return query


def _conditions(asked: Asked, table: Table, texts: Iterable[Any]) -> list[Any]:
    found = [table.c.at >= to_epoch(asked.since), table.c.at < to_epoch(asked.until)]
    if asked.who:
        found.append(table.c.who == asked.who)
    if asked.words.strip():
        found.append(or_(*(text.icontains(asked.words.strip()[:200], autoescape=True) for text in texts)))
    return found


def _read(connection: Connection, query: Select[Any], most: int) -> list[Audited]:
    inner = query.subquery()
    rows = connection.execute(select(inner).order_by(inner.c.at.desc(), inner.c.row.desc()).limit(most))
    return [
        Audited(from_epoch(r.at), r.account, r.who, r.action, str(r.subject), r.before, r.after, bool(r.undone))
        for r in rows
    ]


def audited(record: Connection, house: Connection | None, asked: Asked, most: int) -> list[Audited]:
    """The latest changes that are asked for, at most so many, the newest first. `house` None where there is none.

    Raises KeyError for an `about` that there is not.
    """
    wanted = asked.about or "all"
    if asked.about:
        SUBJECTS[asked.about]
    found: list[Audited] = []
    if wanted in {"all", "posts"}:
        found += _read(record, _of_posts(asked), most)
    if wanted != "team":
        found += _read(record, _of(change, asked), most)
    if house is not None and wanted in {"all", "team"}:
        found += _read(house, _of(house_change, asked), most)
    return sorted(found, key=lambda one: one.at, reverse=True)[:most]


def acted(record: Connection, house: Connection | None, limit: int = 100) -> list[str]:
    """Names under changes, by name: for choosing one."""
    both = union(select(triage_event.c.who), select(change.c.who)).subquery()
    names = set(record.execute(select(both.c[0]).limit(limit)).scalars())
    if house is not None:
        names |= set(house.execute(select(func.distinct(house_change.c.who)).limit(limit)).scalars())
    return sorted((name for name in names if name), key=str.casefold)

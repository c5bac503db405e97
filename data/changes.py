"""The audit: who changed what, when, from what to what. Written in the transaction of the change itself.

A change of something that people edit together says what its author saw of it. What others changed meanwhile stays
where the author left it alone; where both changed the same, nothing is written and the other's change is told.

Changes to posts (read, assigned, noted, corrected) have a history of their own: see `data.inbox.triage`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, insert, or_, select

from data.actor import actor
from data.models import from_epoch, to_epoch
from data.schema import change

T = TypeVar("T")
MOST = 2_000  # characters of a value that are kept
LOOKED_AT = 50  # latest changes of a thing among which the one of a field is looked for


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """What somebody made of a field since it was read. `field` is "" where the whole thing is gone, "drafts.x" for one
    entry of a field that has several; `who` is "" where nobody signed in, `at` None where it is not known."""

    field: str
    value: str
    who: str = ""
    at: datetime | None = None


class StaleError(ValueError):
    """Somebody changed the same meanwhile: nothing was written. `others` tells what, `held` is what is kept now, None
    where it is gone."""

    def __init__(self, others: Sequence[Meanwhile], held: Any = None) -> None:
        super().__init__(", ".join(one.field for one in others) or "gone")
        self.others, self.held = tuple(others), held


def note_change(connection: Connection, action: str, subject: str, before: str = "", after: str = "") -> None:
    """Note a change that this transaction makes. `action` is a short name as "brand.saved", `subject` what it is about:
    for what has a number, "brand 5: its name".

    The clock is the machine's own: an audit tells when something was done, not for when.
    """
    who = actor()
    connection.execute(
        insert(change).values(
            at=to_epoch(datetime.now(UTC)),
            account=who.account,
            who=who.name[:80],
            action=action,
            subject=subject[:200],
            before=before[:MOST],
            after=after[:MOST],
        )
    )


def note_edit(
    connection: Connection,
    action: str,
    subject: str,
    before: object | None,
    after: object | None,
    fields: Sequence[str],
    secret: Iterable[str] = (),
) -> None:
    """Note which fields of a thing changed, from what to what, None for a thing that is not there. Nothing where none
    did. Of those in `secret` only that they changed."""
    was, now = fields_of(before, fields), fields_of(after, fields)
    hidden = set(secret)
    changed = [name for name in dict.fromkeys((*was, *now)) if was.get(name, "") != now.get(name, "")]
    if changed or (before is None) != (after is None):
        told = [
            {name: ("…" if side[name] else "") if name in hidden else side[name] for name in changed if name in side}
            for side in (was, now)
        ]
        note_change(connection, action, subject, *map(_written, told))


def fields_of(thing: object | None, fields: Sequence[str]) -> dict[str, str]:
    """Field -> its value as text, each entry of a field that has several by itself."""
    told: dict[str, str] = {}
    for name in fields if thing is not None else ():
        value = getattr(thing, name)
        if isinstance(value, Mapping):
            told |= {f"{name}.{key}": _text(one) for key, one in value.items()}
        else:
            told[name] = _text(value)
    return told


def _text(value: Any) -> str:
    if isinstance(value, (tuple, list)):
        return ", ".join(map(_text, value))
    if isinstance(value, bool):
        return "yes" if value else ""
    return "" if value is None else str(value)


def _written(values: Mapping[str, str]) -> str:
    """Fields as JSON that fits in a line of the audit: long values are cut, so that each field is named."""
    held = {name: value for name, value in values.items() if value}
    longest = MOST
    while held:
        cut = {name: value if len(value) <= longest else value[:longest] + "…" for name, value in held.items()}
        line = json.dumps(cut, ensure_ascii=False)
        if len(line) <= MOST:
            return line
        longest //= 2
        if not longest:
            held.popitem()
    return ""


def told_fields(line: str) -> dict[str, str]:
    """The fields that a line of the audit tells of, nothing for one that tells of a single value."""
    try:
        held = json.loads(line) if line.startswith("{") else {}
    except ValueError:
        return {}
    return {str(name): _text(value) for name, value in held.items()} if isinstance(held, dict) else {}


def reconciled(
    connection: Connection, about: str, seen: T | None, held: T | None, wanted: T, fields: Sequence[str]
) -> T:
    """What to write where `seen` was read, `held` is kept by now and `wanted` was made of what was read: fields that
    the author left as they were are as others made them. `about` is how the audit names the thing.

    `seen` None writes all of `wanted`. Raises StaleError where the thing is gone, or both changed the same field.
    """
    if held is None:
        raise StaleError([changed_by(connection, about, "", "")])
    if seen is None:
        return wanted
    was, now, asked = (fields_of(thing, fields) for thing in (seen, held, wanted))
    theirs = [name for name in dict.fromkeys((*was, *now)) if now.get(name, "") != was.get(name, "")]
    both = [name for name in theirs if asked.get(name, "") not in {was.get(name, ""), now.get(name, "")}]
    if both:
        raise StaleError([changed_by(connection, about, name, now.get(name, "")) for name in both], held)
    kept = [name for name in theirs if asked.get(name, "") == was.get(name, "")]
    return replace(wanted, **_taken(held, wanted, kept)) if kept else wanted  # type: ignore[type-var]


def _taken(held: object, wanted: object, names: Sequence[str]) -> dict[str, Any]:
    """Values of `wanted` with these fields, or entries of fields, as `held` has them."""
    taken: dict[str, Any] = {}
    for name in names:
        field, dot, key = name.partition(".")
        if not dot:
            taken[field] = getattr(held, field)
            continue
        entries = taken.setdefault(field, dict(getattr(wanted, field)))
        theirs = getattr(held, field)
        if key in theirs:
            entries[key] = theirs[key]
        else:
            entries.pop(key, None)
    return taken


def once_told(seen: T, error: StaleError) -> T:
    """What its author has seen once they were told: in the fields that were told, what is kept now."""
    names = [one.field for one in error.others]
    if error.held is None or isinstance(error.held, (str, float)):
        return seen if error.held is None else error.held  # type: ignore[return-value]
    return replace(seen, **_taken(error.held, seen, names))  # type: ignore[type-var]


def check_seen(connection: Connection, about: str, field: str, seen: str | None, held: str, wanted: str) -> None:
    """Raises StaleError where a value is neither what its author saw (None: nobody looked) nor what is wanted."""
    if seen is not None and held not in {seen, wanted}:
        raise StaleError([changed_by(connection, about, field, held)], held)


def check_unchanged(connection: Connection, about: str, seen: T | None, held: T | None, fields: Sequence[str]) -> None:
    """For taking a thing away. Raises StaleError where it is another by now than what was seen; one that is gone is
    as it is wanted."""
    if seen is None or held is None:
        return
    was, now = fields_of(seen, fields), fields_of(held, fields)
    both = [name for name in dict.fromkeys((*was, *now)) if now.get(name, "") != was.get(name, "")]
    if both:
        raise StaleError([changed_by(connection, about, name, now.get(name, "")) for name in both], held)


def changed_by(connection: Connection, about: str, field: str, value: str) -> Meanwhile:
    """Who made a field of a thing what it is, as far as the audit tells; for "", who took the thing away."""
    mine = or_(change.c.subject == about, change.c.subject.startswith(f"{about}: ", autoescape=True))
    rows = connection.execute(select(change).where(mine).order_by(change.c.id.desc()).limit(LOOKED_AT)).all()
    if not rows:
        return Meanwhile(field, value)
    row = next((row for row in rows if _tells_of(row, about, field)), rows[0])
    return Meanwhile(field, value, row.who, from_epoch(row.at))


def _tells_of(row: Any, about: str, field: str) -> bool:
    """Whether a line of the audit is about this field: as one of several, or as the one that it names."""
    named = row.action.endswith(f".{field}") or row.subject == f"{about}: {field}"
    return named or field in told_fields(row.after) or field in told_fields(row.before)

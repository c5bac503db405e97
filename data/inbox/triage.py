"""What people did with posts, with a history: who, when, from what to what; each batch can be undone.

A change says what its author saw. Where somebody else changed the same field meanwhile, nothing is written and
the other's change is told: a later write never silently undoes an earlier one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, case, delete, func, insert, select, update

from data.actor import actor, needs, require
from data.changes import note_change
from data.dialect import insert_new, insert_over, is_among
from data.figures import mark_dirty, roll_up
from data.inbox.notices import note_assigned
from data.inbox.ours import own_brands
from data.inbox.waiting import find_inquiries
from data.models import INTENTS, SENTIMENTS, Triage, TriageEvent, from_epoch, to_epoch
from data.posts.scope_sql import current_fit
from data.schema import IDS_PER_DAY, mention, post, post_intent, post_label, post_pin, triage, triage_event
from data.schema import change as change_table
from data.store import Store
from data.topics.fits import move_post

FIELDS = ("seen", "starred", "handled", "snoozed", "assigned", "decision", "note")
DECISIONS = ("fine", "watch", "hide", "warn", "escalate")
# What people can correct; `about` no: not about us; `stance` for, against, none: in its debate.
LABELS = ("sentiment", "intents", "lang", "topic", "about", "stance")
NOTE_LIMIT = 2_000
UNDONE = "triage.undone"
# Who may set which field: a note is a comment, everything else decides.
ROLE_OF = dict.fromkeys((*FIELDS, *LABELS), "member") | {"note": "reader"}


class TriageError(ValueError):
    """A change that makes no sense; `code` is one of field, value, post."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Changed:
    """What a change did: `batch` undoes it (0: nothing was written); `conflicts` were changed by others meanwhile."""

    batch: int
    posts: int
    conflicts: tuple[TriageEvent, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """What a page knew as it was drawn: numbers of the latest change, and of the latest that was taken back."""

    change: int
    undone: int


def known(connection: Connection) -> Known:
    """What is known now; for `change`, where posts are too many to say what was seen of each."""
    undone = select(func.max(change_table.c.id)).where(change_table.c.action == UNDONE)
    numbers = (connection.execute(query).scalar() for query in (select(func.max(triage_event.c.id)), undone))
    return Known(*(int(number or 0) for number in numbers))


def _changed_since(connection: Connection, ids: Iterable[int], field: str, seen: Known) -> set[int]:
    """Those of the posts whose field somebody changed, or took a change of back, since."""
    undone = connection.execute(
        select(change_table.c.subject).where(change_table.c.action == UNDONE, change_table.c.id > seen.undone)
    ).scalars()
    batches = [int(said.partition(":")[0]) for said in undone]
    event = triage_event.c
    newer = (event.id > seen.change) | event.batch.in_(batches)
    rows = connection.execute(
        select(event.post_id.distinct()).where(event.field == field, newer, is_among(event.post_id, ids))
    )
    return {int(i) for i in rows.scalars()}


def _check(field: str, value: str) -> str:
    """The value as it is stored. Raises TriageError for one that the field cannot hold."""
    if field == "decision" and value and value not in DECISIONS:
        raise TriageError("value")
    if field == "snoozed" and value:
        try:
            return datetime.fromisoformat(value).date().isoformat()
        except ValueError as error:
            raise TriageError("value") from error
    if field == "sentiment" and value and value not in SENTIMENTS:
        raise TriageError("value")
    if field == "intents" and value:
        named = sorted(set(value.split(",")), key=lambda n: INTENTS.index(n) if n in INTENTS else -1)
        if any(name not in INTENTS for name in named):
            raise TriageError("value")
        return ",".join(named)
    if field == "lang" and value and not (value.isalpha() and value.isascii() and len(value) in {2, 3}):
        raise TriageError("value")
    if field == "about" and value not in {"", "no"}:
        raise TriageError("value")
    if field == "stance" and value not in {"", "for", "against", "none"}:
        raise TriageError("value")
    if field == "topic" and value and not value.isdecimal():
        raise TriageError("value")
    return value.replace("\0", "")[: NOTE_LIMIT if field == "note" else 120]


def _current(connection: Connection, ids: Sequence[int], field: str) -> dict[int, str]:
    if field in FIELDS:
        rows = connection.execute(select(triage.c.post_id, triage.c[field]).where(is_among(triage.c.post_id, ids)))
    else:
        rows = connection.execute(
            select(post_label.c.post_id, post_label.c.value).where(
                post_label.c.field == field,
                is_among(post_label.c.post_id, ids),
            )
        )
    held = {int(i): str(value) for i, value in rows}
    return {i: held.get(i, "") for i in ids}


def _write(connection: Connection, values: Mapping[int, str], field: str, stamp: int) -> None:
    """Set a field of posts, the same value at once for all that get it."""
    if not values:
        return
    if field in FIELDS:
        connection.execute(insert_new(triage), [{"post_id": i} for i in values])
    for value, ids in _by_value(values).items():
        if field in FIELDS:
            connection.execute(update(triage).where(is_among(triage.c.post_id, ids)).values({field: value}))
        elif value:
            row = {"field": field, "value": value, "who": actor().name[:80], "at": stamp}
            connection.execute(insert_over(post_label), [{"post_id": i, **row} for i in ids])
        else:
            mine = is_among(post_label.c.post_id, ids) & (post_label.c.field == field)
            connection.execute(delete(post_label).where(mine))
    if field not in FIELDS:
        _apply_labels(connection, list(values), field)


def _by_value(values: Mapping[int, str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for post_id, value in values.items():
        found.setdefault(value, []).append(post_id)
    return found


@needs("reader")
def change(
    store: Store,
    ids: Sequence[int],
    field: str,
    value: str,
    now: datetime,
    seen: Mapping[int, str] | None = None,
    since: Known | None = None,
) -> Changed:
    """Set one field of posts: of `FIELDS` (triage) or of `LABELS` (a correction); "" takes it back.

    `seen` holds what the page showed, post id -> value: a post whose field is another by now is left alone. So is, of
    many posts, one whose field was changed `since` what was known as the page was drawn.
    Raises TriageError for an unknown field or value, RefusedError for a field that who acts may not set.
    """
    if field not in ROLE_OF:
        raise TriageError("field")
    require(ROLE_OF[field], f"triage.{field}")
    value = _check(field, value)
    stamp, by = to_epoch(now), actor()
    with store.write() as connection:
        there = set(connection.execute(select(post.c.id).where(is_among(post.c.id, ids))).scalars())
        current = _current(connection, [i for i in dict.fromkeys(ids) if i in there], field)
        stale = {i for i, held in current.items() if seen is not None and seen.get(i, "") != held != value}
        if since is not None:
            stale |= {i for i in _changed_since(connection, current, field, since) if current[i] != value}
        wanted = {i: held for i, held in current.items() if i not in stale and held != value}
        conflicts = _latest(connection, {i: current[i] for i in sorted(stale)}, field)
        if not wanted:
            return Changed(0, 0, conflicts)
        batch = int(connection.execute(select(func.coalesce(func.max(triage_event.c.batch), 0))).scalar_one()) + 1
        connection.execute(
            insert(triage_event),
            [
                {
                    "batch": batch,
                    "at": stamp,
                    "who": by.name[:80],
                    "account": by.account,
                    "post_id": i,
                    "field": field,
                    "before": held,
                    "after": value,
                }
                for i, held in wanted.items()
            ],
        )
        _write(connection, dict.fromkeys(wanted, value), field, stamp)
        if field == "assigned":
            note_assigned(connection, list(wanted), value, by, now)
    return Changed(batch, len(wanted), conflicts)


@needs("reader")
def undo(store: Store, batch: int, now: datetime) -> Changed:
    """Take back a batch of changes, where nobody changed the same field since. Raises RefusedError as `change`."""
    stamp = to_epoch(now)
    with store.write() as connection:
        rows = connection.execute(
            select(triage_event).where(triage_event.c.batch == batch, triage_event.c.undone_at.is_(None))
        ).all()
        if not rows:
            return Changed(0, 0)
        field = rows[0].field
        require(ROLE_OF.get(field, "member"), f"triage.{field}")
        current = _current(connection, [row.post_id for row in rows], field)
        mine = {row.post_id: row.before for row in rows if current[row.post_id] == row.after}
        left = {row.post_id: current[row.post_id] for row in rows if row.post_id not in mine}
        conflicts = _latest(connection, left, field)
        taken = (triage_event.c.batch == batch) & is_among(triage_event.c.post_id, mine)
        connection.execute(update(triage_event).where(taken).values(undone_at=stamp))
        _write(connection, mine, field, stamp)
        if mine:
            note_change(connection, UNDONE, f"{batch}: {field}", rows[0].after, rows[0].before)
    return Changed(batch, len(mine), conflicts)


def _latest(connection: Connection, held: Mapping[int, str], field: str) -> tuple[TriageEvent, ...]:
    """For each post, the change that made its field what it is: `held`. Where it came of taking a change back, by whom
    that was."""
    mine = (triage_event.c.field == field) & is_among(triage_event.c.post_id, held)
    last = select(func.max(triage_event.c.id)).where(mine).group_by(triage_event.c.post_id)
    rows = {row.post_id: row for row in connection.execute(select(triage_event).where(triage_event.c.id.in_(last)))}
    batches = {row.batch for row in rows.values() if row.undone_at is not None}
    said = {f"{batch}: {field}": batch for batch in batches}
    undone = select(change_table.c.subject, change_table.c.who).where(
        change_table.c.action == UNDONE, change_table.c.subject.in_(said)
    )
    by = {said[row.subject]: row.who for row in connection.execute(undone.order_by(change_table.c.id))}

    def event(post_id: int) -> TriageEvent:
        row = rows.get(post_id)
        if row is None:
            return TriageEvent(0, from_epoch(0), "", post_id, field, "", held[post_id])
        if row.undone_at is None:
            return _event(row)
        who = by.get(row.batch, "")
        return TriageEvent(row.batch, from_epoch(row.undone_at), who, post_id, field, row.after, held[post_id])

    return tuple(map(event, held))


def _event(row: Any) -> TriageEvent:
    undone = row.undone_at is not None
    return TriageEvent(
        row.batch, from_epoch(row.at), row.who, row.post_id, row.field, row.before, row.after, undone, row.account
    )


def history(connection: Connection, post_id: int) -> list[TriageEvent]:
    """What was done with a post, the latest first, at most 50."""
    query = select(triage_event).where(triage_event.c.post_id == post_id).order_by(triage_event.c.id.desc())
    return [_event(row) for row in connection.execute(query.limit(50))]


def by_others(connection: Connection, ids: Sequence[int], seen: Known, account: int) -> list[TriageEvent]:
    """What others than an account made of posts since `seen`, or took back: for each post and field the latest."""
    event, told = triage_event.c, change_table.c
    undone = select(told.subject).where(told.action == UNDONE, told.id > seen.undone, told.account != account)
    batches = [int(said.partition(":")[0]) for said in connection.execute(undone).scalars()]
    theirs = ((event.id > seen.change) & (event.account != account)) | event.batch.in_(batches)
    rows = connection.execute(select(event.field, event.post_id).where(theirs, is_among(event.post_id, ids)).distinct())
    touched: dict[str, list[int]] = {}
    for field, post_id in rows:
        touched.setdefault(field, []).append(post_id)
    found = [_latest(connection, _current(connection, posts, field), field) for field, posts in touched.items()]
    return sorted((one for some in found for one in some), key=lambda one: one.at)


def triage_of(connection: Connection, ids: Sequence[int]) -> dict[int, Triage]:
    """The state of posts; those never touched have an empty one."""
    rows = connection.execute(select(triage).where(triage.c.post_id.in_(list(ids))))
    touched = {r.post_id: Triage(*(getattr(r, name) for name in FIELDS)) for r in rows}
    return {i: touched.get(i, Triage()) for i in ids}


def labels_of(connection: Connection, ids: Sequence[int]) -> dict[int, dict[str, str]]:
    """What people said of posts: post id -> field -> value."""
    labels: dict[int, dict[str, str]] = {}
    for start in range(0, len(ids), 500):
        rows = connection.execute(select(post_label).where(post_label.c.post_id.in_(list(ids[start : start + 500]))))
        for row in rows:
            labels.setdefault(row.post_id, {})[row.field] = row.value
    return labels


def done_since(connection: Connection, since: datetime) -> int:
    """Posts handled, or decided upon, since a moment and not reopened."""
    event = triage_event.c
    return int(
        connection.execute(
            select(func.count(event.post_id.distinct())).where(
                event.at >= to_epoch(since),
                event.field.in_(("handled", "decision")),
                event.after != "",
                event.undone_at.is_(None),
            )
        ).scalar_one()
    )


def people(connection: Connection) -> list[str]:
    """Names that posts were assigned to or that changed something, most used first."""
    number = func.count().label("number")
    used = (
        select(triage_event.c.who.label("name"))
        .union_all(select(triage_event.c.after).where(triage_event.c.field == "assigned"))
        .subquery()
    )
    rows = connection.execute(
        select(used.c.name, number).where(used.c.name != "").group_by(used.c.name).order_by(number.desc()).limit(30)
    )
    return [str(name) for name, _ in rows]


def assigned_to(connection: Connection, name: str, first_id: int) -> tuple[int, int]:
    """(posts from an id on that are assigned to a name, those of them that are not handled)."""
    wanted = (triage.c.assigned == name) & (triage.c.post_id >= first_id) & post.c.removed_at.is_(None)
    undone = func.coalesce(func.sum(case((triage.c.handled == "", 1), else_=0)), 0)
    row = connection.execute(select(func.count(), undone).join(post, post.c.id == triage.c.post_id).where(wanted)).one()
    return int(row[0]), int(row[1])


def _apply_labels(connection: Connection, ids: Sequence[int], field: str) -> None:
    """Make what people said true in the posts themselves. What is taken back is estimated anew at the next refresh."""
    if field == "stance":  # where the others stand follows from it: the next refresh looks again
        connection.execute(update(post).where(is_among(post.c.id, ids)).values(pending=True))
        return
    labels = labels_of(connection, ids)
    for value, mine in _by_value({i: labels.get(i, {}).get(field, "") for i in ids}).items():
        _apply(connection, mine, field, value)
    days = sorted({i // IDS_PER_DAY for i in ids})
    mark_dirty(connection, days)
    if len(days) <= 10:  # few days: figures follow at once; many are counted by the next refresh
        roll_up(connection, days, current_fit(connection))
    if field in {"intents", "about"}:
        find_inquiries(connection, ids)


def _apply(connection: Connection, ids: Sequence[int], field: str, value: str) -> None:
    """Make one thing that people said true in the posts that they said it of."""
    mine, named = is_among(post.c.id, ids), is_among(mention.c.post_id, ids)
    if not value:
        if field == "topic":
            connection.execute(delete(post_pin).where(is_among(post_pin.c.post_id, ids)))
        # Nothing is stale: its text is the one that its vector was made of.
        connection.execute(update(post).where(mine).values(pending=True, sentiment_confidence=0))
    elif field == "sentiment":
        connection.execute(update(post).where(mine).values(sentiment=value, sentiment_confidence=1.0))
        connection.execute(update(mention).where(named).values(sentiment=value))
    elif field == "lang":  # its tone is read anew, in this language
        connection.execute(update(post).where(mine).values(lang=value, pending=True, sentiment_confidence=0))
        connection.execute(update(mention).where(named).values(lang=value))
    elif field == "intents":
        connection.execute(delete(post_intent).where(is_among(post_intent.c.post_id, ids)))
        names = value.split(",")
        connection.execute(
            insert(post_intent), [{"intent": name, "post_id": i, "confidence": 1.0} for i in ids for name in names]
        )
    elif field == "about":
        connection.execute(delete(mention).where(named, mention.c.brand_id.in_(own_brands())))
    elif field == "topic":
        for post_id in ids:
            move_post(connection, post_id, int(value))

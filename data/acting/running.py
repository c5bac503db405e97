"""What the worker makes of acts: taken by one process, tried, waited for, done. Every step is kept as it happens.

A claim is a compare-and-set on the state, the holder and the moment that were read: of two workers one gets it. Before
anything is sent, `maybe` is written: a process that is killed afterwards leaves an act that is looked for at its place
before it is tried again, and not before the place has had a minute to show it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from sqlalchemy import ColumnElement, Connection, or_, select, update

from data.acting.again import link_collected
from data.acting.kept import KeptAct, about, note_step, one_act, read_act
from data.acting.policy import policy_of
from data.actor import Actor, acting
from data.changes import note_change
from data.content.calendar import note_published
from data.inbox import triage
from data.jobs import is_dead
from data.models import to_epoch, web_link
from data.schema import act, act_try
from data.store import Store

LEASE = timedelta(minutes=5)  # longer than all steps of one try may take
SHOWS_AFTER = timedelta(minutes=1)  # that a place has to show what arrived
WAITS = (60, 300, 1_800, 7_200, 21_600)  # seconds until the next try
TRIES = len(WAITS) + 1


@dataclass(frozen=True, slots=True)
class Ending:
    """How a try ended that did not do it. `code` is that of the error. `certain`: nothing arrived. `final`: a person
    must look. `wait`: seconds that the place asked for. `patient`: however often it is looked at, it waits."""

    code: str
    detail: str = ""
    certain: bool = True
    final: bool = False
    wait: float = 0.0
    patient: bool = False


def _due(now: datetime) -> ColumnElement[bool]:
    stamp = to_epoch(now)
    free = act.c.state.in_(("ready", "waits")) & (act.c.due_at <= stamp)
    return or_(free, act.c.state == "trying", (act.c.state.in_(("done", "undone"))) & ~act.c.settled)


def any_act_due(connection: Connection, now: datetime) -> bool:
    """Whether the worker has something to do here; never where the workspace does not act."""
    return policy_of(connection).on and any(
        row.state != "trying" or _is_free(row, now) for row in connection.execute(select(act).where(_due(now)))
    )


def _is_free(row: Any, now: datetime) -> bool:
    """Whether an act that somebody tried is nobody's any more, and its place has had time to show it."""
    gone = row.lease_until <= to_epoch(now) or is_dead(row.holder)
    return gone and (not row.maybe or row.tried_at + SHOWS_AFTER.total_seconds() <= to_epoch(now))


def due_acts(connection: Connection, now: datetime, limit: int = 50) -> list[int]:
    """What is to be tried now, the longest due first."""
    rows = connection.execute(select(act).where(_due(now)).order_by(act.c.due_at, act.c.id))
    free = [
        int(row.id) for row in rows if row.state in {"ready", "waits"} or (row.state == "trying" and _is_free(row, now))
    ]
    return free[:limit]


def claim(store: Store, act_id: int, holder: str, now: datetime) -> KeptAct | None:
    """Take an act to try it; None where another process was faster, or it is due no more."""
    with store.write(counts=False) as connection:
        row = connection.execute(select(act).where(act.c.id == act_id, _due(now))).one_or_none()
        if row is None or row.state in {"done", "undone"} or (row.state == "trying" and not _is_free(row, now)):
            return None
        same = [act.c[name] == getattr(row, name) for name in ("state", "holder", "tried_at", "attempts", "aim")]
        values = {
            "state": "trying",
            "holder": holder,
            "lease_until": to_epoch(now + LEASE),
            "tried_at": to_epoch(now),
            "first_try": row.first_try or to_epoch(now),
            "attempts": row.attempts + 1,
        }
        taken = connection.execute(
            update(act).where(act.c.id == act_id, *same).values(**values).returning(act.c.id)
        ).first()
        return one_act(connection, act_id) if taken is not None else None


def _mine(kept: KeptAct) -> list[ColumnElement[bool]]:
    return [act.c.id == kept.id, act.c.state == "trying", act.c.holder == kept.holder, act.c.attempts == kept.attempts]


def begin(store: Store, kept: KeptAct, step: str, now: datetime) -> bool:
    """From here on it may have arrived. False where it is no longer this process's."""
    with store.write(counts=False) as connection:
        values = {"maybe": True, "tried_at": to_epoch(now), "lease_until": to_epoch(now + LEASE)}
        if connection.execute(update(act).where(*_mine(kept)).values(**values).returning(act.c.id)).first() is None:
            return False
        note_step(connection, kept.id, step, "", "", now)
        return True


def note_look(store: Store, kept: KeptAct, step: str, outcome: str, now: datetime, detail: str = "") -> None:
    """How a look or a search ended; one that found nothing says that no try arrived."""
    with store.write(counts=False) as connection:
        note_step(connection, kept.id, step, outcome, detail, now)
        if step == "find" and outcome == "none":
            connection.execute(update(act).where(*_mine(kept)).values(maybe=False))


def note_done(store: Store, kept: KeptAct, native_id: str, url: str, at: datetime, now: datetime) -> bool:
    """It is done, and what it left. False where it is no longer this process's: whoever took it finds it there."""
    values = {
        "state": "done",
        "aim": "do",
        "maybe": False,
        "error": "",
        "detail": "",
        "native_id": native_id,
        "url": url[:2_000],
        "done_at": to_epoch(at),
        "settled": False,
    }
    return _ended(store, kept, values, "act.done", url or native_id, now)


def note_undone(store: Store, kept: KeptAct, now: datetime) -> bool:
    """It was taken back at its place."""
    values = {"state": "undone", "aim": "do", "maybe": False, "error": "", "detail": "", "settled": False}
    return _ended(store, kept, values, "act.undone", "undone", now)


def note_rehearsed(store: Store, kept: KeptAct, now: datetime) -> bool:
    """Everything was looked at, and nothing was sent."""
    return _ended(store, kept, {"state": "rehearsed", "maybe": False}, "act.rehearsed", "rehearsed", now)


def note_stopped(store: Store, kept: KeptAct, now: datetime) -> bool:
    """Nothing of it is at its place, and it is done no more."""
    return _ended(store, kept, {"state": "cancelled", "aim": "do", "maybe": False}, "act.stopped", "cancelled", now)


def _ended(store: Store, kept: KeptAct, values: dict[str, Any], action: str, after: str, now: datetime) -> bool:
    """Write how it ended, with its line of the audit under the name of who asked for it."""
    who = Actor(kept.asked_account, kept.asked_by, "editor")
    with store.write() as connection, acting(who):
        if connection.execute(update(act).where(*_mine(kept)).values(**values).returning(act.c.id)).first() is None:
            return False
        _end_step(connection, kept.id, "ok", "")
        note_change(connection, action, about(kept), kept.state, after)
        if values["state"] == "done":
            link_collected(connection, [kept.id])
        return True


def _end_step(connection: Connection, act_id: int, outcome: str, detail: str) -> None:
    """How the step ended that was begun and is not noted yet."""
    open_step = (act_try.c.act_id == act_id) & (act_try.c.outcome == "")
    connection.execute(update(act_try).where(open_step).values(outcome=outcome, detail=detail[:300]))


def note_ending(store: Store, kept: KeptAct, ending: Ending, now: datetime) -> bool:
    """It was not done, as far as is known: it waits and is tried again, later and later, or waits for a person."""
    final = ending.final or (kept.attempts >= TRIES and not ending.patient)
    grown = WAITS[1] if ending.patient else WAITS[min(kept.attempts, len(WAITS)) - 1]
    wait = max(ending.wait, grown if not ending.certain or not ending.wait else 0)
    values: dict[str, Any] = {
        "state": "refused" if final else "waits",
        "due_at": to_epoch(now) + ceil(wait),
        "error": ending.code[:60],
        "detail": ending.detail[:300],
    }
    if final and kept.aim == "undo":  # it still stands there
        values |= {"state": "done", "aim": "do"}
    who = Actor(kept.asked_account, kept.asked_by, "editor")
    with store.write() as connection, acting(who):
        held = connection.execute(select(act.c.maybe).where(*_mine(kept))).first()
        if held is None:
            return False
        values["maybe"] = bool(held.maybe) and not ending.certain
        connection.execute(update(act).where(*_mine(kept)).values(**values))
        _end_step(connection, kept.id, ending.code, ending.detail)
        if final:
            note_change(connection, "act.refused", about(kept), kept.state, ending.code)
        return True


def settle(store: Store, now: datetime) -> int:
    """What acts that ended mean for their posts: one that we answered is handled, one whose answer was taken back is
    open again; by who asked for it. Gives how many."""
    with store.read() as connection:
        query = select(act).where(act.c.state.in_(("done", "undone")), ~act.c.settled).order_by(act.c.id)
        ended = [read_act(row) for row in connection.execute(query)]
    for kept in ended:
        if kept.deed == "answer" and kept.post:
            with acting(Actor(kept.asked_account, kept.asked_by, "editor")):
                triage.change(store, [kept.post], "handled", "yes" if kept.state == "done" else "", now)
        if kept.deed == "publish" and kept.item and kept.state == "done":
            with acting(Actor(kept.asked_account, kept.asked_by, "editor")):
                note_published(store, kept.item, web_link(kept.url), now)
        with store.write(counts=False) as connection:
            connection.execute(update(act).where(act.c.id == kept.id, act.c.state == kept.state).values(settled=True))
    return len(ended)

"""Who is to be told of what was assigned to them or waits for their approval, each by one message at most.

An assignment, or an act that waits, is put down here in the transaction that makes it. Before a message is handed
over, its rows are claimed; what was claimed and never marked, as when the machine stops in between, may have arrived
and is not sent again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, exists, insert, select, update

from data.actor import Actor
from data.alerts.destinations import after_attempt, is_due
from data.dialect import is_among
from data.models import from_epoch, to_epoch
from data.schema import act, post, triage
from data.schema import assignment_notice as notice
from data.store import Store

GATHER = timedelta(minutes=3)  # what is assigned within it goes in one message
CLAIM = timedelta(minutes=10)  # after which a message that was being handed over is told as cut off
LATE = timedelta(days=3)  # nobody is told of an assignment any more that is older
KEPT = timedelta(days=30)  # that it is remembered what was sent
CUT_OFF = "cut_off"


@dataclass(frozen=True, slots=True)
class Notice:
    """One assignment to tell: `post` went to `name`, by `who` of the account `account`; or, where `act` is one, that it
    waits for the approval of `name`."""

    id: int
    post: int
    name: str
    who: str
    account: int
    at: datetime
    state: str  # waiting | sending | sent | failed | dropped
    error: str = ""
    act: int = 0


def note_asked(connection: Connection, act_id: int, by: Actor, now: datetime) -> None:
    """An act was just asked for, in this transaction, and waits: whoever may approve it is to be told. Where nobody
    signs in there is nobody to tell."""
    again = (notice.c.state == "waiting") & (notice.c.act_id == act_id)
    connection.execute(delete(notice).where(again))
    if by.account:
        row = {"post_id": 0, "act_id": act_id, "name": "", "who": by.name[:80], "account": by.account}
        connection.execute(insert(notice).values(at=to_epoch(now), due_at=to_epoch(now + GATHER), **row))


def name_approvers(store: Store, names: Sequence[str], now: datetime) -> None:
    """Put down by name whom to tell of acts that wait: `names` are those who may approve here."""
    unnamed = (notice.c.act_id != 0) & (notice.c.name == "") & (notice.c.state == "waiting") & _is_open(now)
    with store.read() as connection:
        if connection.execute(select(notice.c.id).where(unnamed).limit(1)).first() is None:
            return
    with store.write(counts=False) as connection:
        for row in connection.execute(delete(notice).where(unnamed).returning(notice)).all():
            same = {name: getattr(row, name) for name in ("post_id", "act_id", "who", "account", "at", "due_at")}
            if names:
                connection.execute(insert(notice), [{"name": name, **same} for name in dict.fromkeys(names)])


def note_assigned(connection: Connection, ids: Sequence[int], name: str, by: Actor, now: datetime) -> None:
    """Posts were just assigned to `name`, in this transaction: they are to be told, unless they did it themselves.
    Where nobody signs in there is nobody to tell."""
    if not name or not ids:
        return
    again = (notice.c.state == "waiting") & (notice.c.name == name) & is_among(notice.c.post_id, ids)
    connection.execute(delete(notice).where(again))
    if not by.account or name == by.name:
        return
    row = {"name": name, "who": by.name[:80], "account": by.account, "at": to_epoch(now)}
    due = to_epoch(now + GATHER)
    connection.execute(insert(notice), [{"post_id": i, "due_at": due, **row} for i in ids])


def _is_open(now: datetime) -> Any:
    """Waiting or being handed over, and its time has come."""
    return notice.c.state.in_(("waiting", "sending")) & is_due(notice.c.due_at, now)


def _holds() -> Any:
    """The post is still that person's, and not handled; the act still waits for approval."""
    waits = exists(select(act.c.id).where(act.c.id == notice.c.act_id, act.c.state == "asked"))
    return waits | exists(
        select(triage.c.post_id)
        .join(post, post.c.id == triage.c.post_id)
        .where(triage.c.post_id == notice.c.post_id, triage.c.assigned == notice.c.name, triage.c.handled == "")
    )


def any_notice_due(connection: Connection, now: datetime) -> bool:
    return connection.execute(select(notice.c.id).where(_is_open(now)).limit(1)).first() is not None


def due_notices(store: Store, now: datetime) -> dict[str, list[Notice]]:
    """Name -> what waits to be told to them, the oldest first, where some of it is due.

    What was taken back or handled meanwhile, or is too old, is dropped; what was cut off while it was handed over has
    failed.
    """
    with store.write(counts=False) as connection:
        cut_off = (notice.c.state == "sending") & _is_open(now)
        connection.execute(update(notice).where(cut_off).values(state="failed", error=CUT_OFF))
        over = ~_holds() | (notice.c.at < to_epoch(now - LATE))
        due = (notice.c.state == "waiting") & _is_open(now)
        connection.execute(update(notice).where(due & over).values(state="dropped"))
        ended = notice.c.state.in_(("sent", "failed", "dropped"))
        connection.execute(delete(notice).where(ended, notice.c.at < to_epoch(now - KEPT)))
        names = select(notice.c.name).where(due)
        waiting = (notice.c.state == "waiting") & notice.c.name.in_(names) & _holds()
        found: dict[str, list[Notice]] = {}
        for row in connection.execute(select(notice).where(waiting).order_by(notice.c.id)):
            found.setdefault(row.name, []).append(_notice(row))
    return found


def claim(store: Store, ids: Sequence[int], now: datetime) -> bool:
    """Take these to be handed over now; false, and nothing is taken, where one of them is taken, handled or another's
    by now. From here on they are sent once or not at all."""
    mine = is_among(notice.c.id, ids) & (notice.c.state == "waiting") & _holds()
    with store.write(counts=False) as connection:
        free = set(connection.execute(select(notice.c.id).where(mine)).scalars())
        if free != set(ids):
            return False
        values = {"state": "sending", "due_at": to_epoch(now + CLAIM)}
        taken = connection.execute(update(notice).where(mine).values(**values).returning(notice.c.id)).scalars().all()
        if set(taken) != free:  # another process was faster
            back = {"state": "waiting", "due_at": to_epoch(now)}
            connection.execute(update(notice).where(is_among(notice.c.id, taken)).values(**back))
            return False
    return True


def note_notices(store: Store, ids: Sequence[int], now: datetime, error: str = "") -> None:
    """What became of a message that a server took, or certainly did not: then it is tried again, later and later."""
    with store.write(counts=False) as connection:
        for row in connection.execute(select(notice.c.id, notice.c.attempts).where(is_among(notice.c.id, ids))).all():
            values = {"state": "waiting"} | after_attempt(row.attempts + 1, error, now)
            connection.execute(update(notice).where(notice.c.id == row.id).values(**values))


def end_notices(store: Store, ids: Sequence[int], error: str = "") -> None:
    """Tell these no more: nobody is to be told, or (with an `error`) nobody knows whether it arrived."""
    with store.write(counts=False) as connection:
        values = {"state": "failed" if error else "dropped", "error": error}
        connection.execute(update(notice).where(is_among(notice.c.id, ids)).values(**values))


def failed_notices(connection: Connection, limit: int = 25) -> list[Notice]:
    """What did not arrive, or perhaps not, the latest first."""
    query = select(notice).where(notice.c.state == "failed").order_by(notice.c.id.desc()).limit(limit)
    return [_notice(row) for row in connection.execute(query)]


def _notice(row: Any) -> Notice:
    found = (row.id, row.post_id, row.name, row.who, row.account)
    return Notice(*found, from_epoch(row.at), row.state, row.error, row.act_id)

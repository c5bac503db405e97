"""The audit of the house: who came in, was invited, changed role, was closed. Written with the change itself."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select

from data.actor import Actor, actor
from data.audit import Audited
from data.changes import MOST
from data.house.schema import house_change
from data.models import from_epoch, to_epoch


def note_house_change(
    connection: Connection,
    action: str,
    subject: str,
    now: datetime,
    before: str = "",
    after: str = "",
    who: Actor | None = None,
) -> None:
    """Note a change that this transaction makes. `who` where it is not the one who acts: a door has opened to them."""
    by = who or actor()
    connection.execute(
        insert(house_change).values(
            at=to_epoch(now),
            account=by.account,
            who=by.name[:80],
            action=action,
            subject=subject[:200],
            before=before[:MOST],
            after=after[:MOST],
        )
    )


def latest_changes(connection: Connection, most: int = 100) -> list[Audited]:
    """What was done last, the newest first."""
    rows = connection.execute(select(house_change).order_by(house_change.c.id.desc()).limit(most))
    return [Audited(from_epoch(r.at), r.account, r.who, r.action, r.subject, r.before, r.after) for r in rows]

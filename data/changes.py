"""The audit: who changed what, when, from what to what. Written in the transaction of the change itself.

Changes to posts (read, assigned, noted, corrected) have a history of their own: see `data.inbox.triage`.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection, insert

from data.actor import actor
from data.models import to_epoch
from data.schema import change

MOST = 2_000  # characters of a value that are kept


def note_change(connection: Connection, action: str, subject: str, before: str = "", after: str = "") -> None:
    """Note a change that this transaction makes. `action` is a short name as "brand.saved", `subject` what it is about.

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

"""What is shared, as pages read it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from dashboard.reads.cache import cached
from data.sharing import guests, snapshots
from data.sharing.guests import Answers


@cached()
def answered_since(connection: Connection, since: datetime) -> list[tuple[int, str, Answers]]:
    """(snapshot, its title, what guests answered there since a moment), the latest share first."""
    found = guests.counts(connection, since)
    if not found:
        return []
    return [(s.id, s.title, found[s.id]) for s in snapshots.snapshots(connection) if s.id in found]

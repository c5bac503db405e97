"""What is kept about people, as a page reads it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from dashboard.reads.cache import cached
from data.erasing.person import About
from data.erasing.person import about as all_about
from data.erasing.register import Register
from data.erasing.register import register as counted
from data.erasing.retention import due, months_kept


@cached()
def register(connection: Connection) -> Register:
    return counted(connection)


@cached()
def retention(connection: Connection) -> int:
    return months_kept(connection)


@cached()
def due_tomorrow(connection: Connection, months: int, day: datetime) -> int:
    """Posts that lose their words at the next run, with this choice; `day` is a midnight."""
    return due(connection, months, day)


@cached(entries=1)  # of one who asks, not of all who asked
def about(connection: Connection, author: str) -> About:
    return all_about(connection, author)

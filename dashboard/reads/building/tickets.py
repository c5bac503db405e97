"""What was passed on to those who build, as pages read it."""

from __future__ import annotations

from sqlalchemy import Connection

from dashboard.reads.cache import cached
from data.tickets import listing
from data.tickets.listing import Ticket


@cached(20)
def tickets(connection: Connection) -> list[Ticket]:
    return listing.tickets(connection)


@cached(20)
def last_tracker(connection: Connection) -> str:
    """Where the latest ticket went."""
    return listing.last_tracker(connection)

"""Our own places as pages read them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from dashboard.reads.cache import cached
from data.upkeep import findings as upkeep
from data.upkeep.findings import Answered, KnownFinding


@cached(20)
def own_places(connection: Connection) -> list[str]:
    """Home pages of the places that are ours."""
    return [place.home for place in upkeep.own_places(connection)]


@cached(20)
def findings(connection: Connection) -> list[KnownFinding]:
    """What is to be mended at the places that are ours, and what was."""
    return upkeep.findings(connection)


@cached(20)
def answered(connection: Connection, minute: datetime) -> list[Answered]:
    """How the places that are ours answered when they were looked at last."""
    return upkeep.answered(connection, minute)

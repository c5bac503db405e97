"""How the workspace that is read presents itself: what its record says, else what the settings say."""

from __future__ import annotations

from sqlalchemy import Connection

from dashboard.reads import cache
from dashboard.reads.cache import cached
from data import identity as stored
from data.identity import Identity


@cached(20)
def identity(connection: Connection) -> Identity:
    return stored.identity_of(connection)


def zone() -> str:
    """The zone of what is sent or fed: a page has its reader's where none is set."""
    return identity().zone or cache.settings().timezone


def language() -> str:
    """auto, en or fr."""
    return identity().language or cache.settings().language

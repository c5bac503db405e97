"""The first steps of the workspace that is read: what its record, its settings and its team say of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from dashboard.reads import cache
from dashboard.reads.cache import cached
from dashboard.reads.house import has_accounts, house
from data.house import accounts, invitations
from data.posts.scope_sql import current_fit
from data.settings import Settings
from data.start import steps as stored
from data.start.steps import Facts


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the record says: of each step, whether topics were looked for and there are some, whether the steps were
    put away."""

    facts: Facts
    is_grouped: bool
    has_topics: bool
    is_put_away: bool


@cached(20)
def recorded(connection: Connection) -> Recorded:
    return Recorded(
        stored.facts_of(connection),
        bool(current_fit(connection)),
        stored.has_topics(connection),
        stored.is_put_away(connection),
    )


def facts(now: datetime) -> Facts:
    """What is done. A brand or a language that the settings name is one."""
    held, settings = recorded().facts, cache.settings()
    return replace(
        held,
        brand=held.brand or bool(settings.brand_name),
        language=held.language or settings.language != "auto",
        team=_has_colleagues(settings, now),
    )


def _has_colleagues(settings: Settings, now: datetime) -> bool | None:
    """Whether a second person is in, or invited; None where nobody signs in."""
    if not has_accounts(settings):
        return None
    key = accounts.OWN if settings.is_built_in else settings.key
    with house(settings).read() as connection:
        return len(accounts.roles(connection, key)) > 1 or bool(invitations.waiting(connection, now, key))

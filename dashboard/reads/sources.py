"""Sources as pages read them, with their health."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from sqlalchemy import Connection

from dashboard.reads import cache
from dashboard.reads.cache import cached
from data import source_list
from data.scope import Scope
from data.source_list import BlindSpot, SourceHealth
from data.suggestions import Suggestion, open_suggestions
from data.upkeep import findings as upkeep
from data.upkeep.findings import Answered, KnownFinding
from data.usage import Usage, latest_usage


@cached(20)
def sources(connection: Connection, minute: datetime) -> list[SourceHealth]:
    return source_list.sources_with_health(connection, minute)


@cached()
def blind_spots(connection: Connection, scope: Scope, hour: datetime) -> list[BlindSpot]:
    """Outages of the scope's sources in its period; `hour` is when it is asked."""
    since = datetime.combine(scope.since, time.min, UTC)
    until = min(datetime.combine(scope.until + timedelta(days=1), time.min, UTC), hour)
    return source_list.blind_spots(connection, since, until, scope.sources)


@cached(20)
def suggested(connection: Connection) -> list[Suggestion]:
    return open_suggestions(connection)


def usage() -> dict[str, Usage]:
    """What each service says, or we counted, of its quota. Not cached: it changes without a new revision."""
    with cache.store().read() as connection:
        return latest_usage(connection)


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

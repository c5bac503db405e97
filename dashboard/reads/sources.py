"""Sources as pages read them, with their health."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import streamlit as st

from dashboard.reads import cache
from dashboard.reads.cache import MAX_ENTRIES
from data import source_list
from data.models import Scope
from data.source_list import BlindSpot, SourceHealth
from data.suggestions import Suggestion, open_suggestions
from data.usage import Usage, latest_usage


@st.cache_data(max_entries=20, show_spinner=False)
def sources(url: str, revision: int, minute: datetime) -> list[SourceHealth]:
    with cache.store().read() as connection:
        return source_list.sources_with_health(connection, minute)


@st.cache_data(max_entries=MAX_ENTRIES, show_spinner=False)
def blind_spots(scope: Scope, url: str, revision: int, hour: datetime) -> list[BlindSpot]:
    """Outages of the scope's sources in its period; `hour` is when it is asked."""
    since = datetime.combine(scope.since, time.min, UTC)
    until = min(datetime.combine(scope.until + timedelta(days=1), time.min, UTC), hour)
    with cache.store().read() as connection:
        return source_list.blind_spots(connection, since, until, scope.sources)


@st.cache_data(max_entries=20, show_spinner=False)
def suggested(url: str, revision: int) -> list[Suggestion]:
    with cache.store().read() as connection:
        return open_suggestions(connection)


def usage() -> dict[str, Usage]:
    """What each service says, or we counted, of its quota. Not cached: it changes without a new revision."""
    with cache.store().read() as connection:
        return latest_usage(connection)

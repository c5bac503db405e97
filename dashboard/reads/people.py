"""People and communities as pages read them."""

from __future__ import annotations

import streamlit as st

from dashboard.reads import cache
from data.models import Scope
from data.reputation import members as members_store


@st.cache_data(max_entries=20, show_spinner=False)
def members(scope: Scope, url: str, revision: int) -> list[members_store.Member]:
    with cache.store().read() as connection:
        return members_store.members(connection, scope)


@st.cache_data(max_entries=20, show_spinner=False)
def places(scope: Scope, url: str, revision: int) -> list[members_store.Place]:
    with cache.store().read() as connection:
        return members_store.places(connection, scope)


@st.cache_data(max_entries=50, show_spinner=False)
def hours_of_week(scope: Scope, network: str, name: str, url: str, revision: int) -> list[int]:
    with cache.store().read() as connection:
        return members_store.hours_of_week(connection, scope, network, name)


@st.cache_data(max_entries=20, show_spinner=False)
def shared_members(
    scope: Scope, chosen: tuple[tuple[str, str], ...], url: str, revision: int
) -> list[tuple[str, str, str, int, int]]:
    with cache.store().read() as connection:
        return members_store.shared_members(connection, scope, chosen)


@st.cache_data(max_entries=20, show_spinner=False)
def our_topics(scope: Scope, url: str, revision: int) -> list[int]:
    with cache.store().read() as connection:
        return members_store.our_topics(connection, scope)

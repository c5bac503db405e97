"""Reads of ideas and of the calendar, cached by store revision as in `dashboard.reads.cache`."""

from __future__ import annotations

from datetime import date

import streamlit as st

from dashboard.reads import cache
from dashboard.reads.cache import MAX_ENTRIES
from data.content import calendar as calendar_store
from data.content import ideas as ideas_store
from data.content import occasions
from data.content.calendar import Item
from data.content.ideas import Idea
from data.content.occasions import YearlyDay


@st.cache_data(max_entries=MAX_ENTRIES, show_spinner=False)
def ideas(states: tuple[str, ...], url: str, revision: int) -> list[Idea]:
    with cache.store().read() as connection:
        return ideas_store.ideas(connection, states)


@st.cache_data(max_entries=MAX_ENTRIES, show_spinner=False)
def one_idea(idea_id: int, url: str, revision: int) -> Idea | None:
    with cache.store().read() as connection:
        return ideas_store.one_idea(connection, idea_id)


@st.cache_data(max_entries=MAX_ENTRIES, show_spinner=False)
def history(url: str, revision: int) -> dict[str, tuple[int, int]]:
    with cache.store().read() as connection:
        return ideas_store.history(connection)


@st.cache_data(max_entries=MAX_ENTRIES, show_spinner=False)
def items(since: date, until: date, undated: bool, url: str, revision: int) -> list[Item]:
    with cache.store().read() as connection:
        return calendar_store.items(connection, since, until, undated=undated)


@st.cache_data(max_entries=MAX_ENTRIES, show_spinner=False)
def all_items(url: str, revision: int) -> list[Item]:
    with cache.store().read() as connection:
        return calendar_store.items(connection)


@st.cache_data(max_entries=MAX_ENTRIES, show_spinner=False)
def one_item(item_id: int, url: str, revision: int) -> Item | None:
    with cache.store().read() as connection:
        return calendar_store.one_item(connection, item_id)


@st.cache_data(max_entries=MAX_ENTRIES, show_spinner=False)
def items_of_idea(idea_id: int, url: str, revision: int) -> list[Item]:
    with cache.store().read() as connection:
        return calendar_store.items_of_idea(connection, idea_id)


@st.cache_data(max_entries=MAX_ENTRIES, show_spinner=False)
def templates(url: str, revision: int) -> dict[tuple[str, str], str]:
    with cache.store().read() as connection:
        return calendar_store.templates(connection)


@st.cache_data(max_entries=MAX_ENTRIES, show_spinner=False)
def yearly_days(url: str, revision: int) -> list[YearlyDay]:
    with cache.store().read() as connection:
        return occasions.yearly_days(connection)

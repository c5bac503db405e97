"""Reads of the pages on new tools, cached by store revision as in `dashboard.reads.cache`."""

from __future__ import annotations

from datetime import date

import streamlit as st

from dashboard.reads import cache
from dashboard.reads.cache import MAX_ENTRIES
from data import tools as tools_store
from data.models import date_to_day
from data.schema import IDS_PER_DAY
from data.tools import Tool

SHOWN = ("", "follow")
ASIDE = ("ignore", "known")


@st.cache_data(max_entries=MAX_ENTRIES, show_spinner=False)
def tools(since: date, until: date, decisions: tuple[str, ...], url: str, revision: int) -> list[Tool]:
    first, last = date_to_day(since) * IDS_PER_DAY, (date_to_day(until) + 1) * IDS_PER_DAY
    with cache.store().read() as connection:
        return tools_store.tools(connection, first, last, decisions=decisions)


@st.cache_data(max_entries=MAX_ENTRIES, show_spinner=False)
def one_tool(tool_id: int, until: date, url: str, revision: int) -> Tool | None:
    with cache.store().read() as connection:
        return tools_store.one_tool(connection, tool_id, (date_to_day(until) + 1) * IDS_PER_DAY)


@st.cache_data(max_entries=MAX_ENTRIES, show_spinner=False)
def posts_a_day(tool_id: int, url: str, revision: int) -> list[tuple[int, int]]:
    with cache.store().read() as connection:
        return tools_store.posts_a_day(connection, tool_id)

"""Reads of the pages on new tools, cached by store revision as in `dashboard.reads.cache`."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection

from dashboard.reads.cache import cached
from data import tools as tools_store
from data.models import date_to_day
from data.schema import IDS_PER_DAY
from data.tools import Tool

SHOWN = ("", "follow")
ASIDE = ("ignore", "known")


@cached()
def tools(connection: Connection, since: date, until: date, decisions: tuple[str, ...]) -> list[Tool]:
    first, last = date_to_day(since) * IDS_PER_DAY, (date_to_day(until) + 1) * IDS_PER_DAY
    return tools_store.tools(connection, first, last, decisions=decisions)


@cached()
def one_tool(connection: Connection, tool_id: int, until: date) -> Tool | None:
    return tools_store.one_tool(connection, tool_id, (date_to_day(until) + 1) * IDS_PER_DAY)


@cached()
def posts_a_day(connection: Connection, tool_id: int) -> list[tuple[int, int]]:
    return tools_store.posts_a_day(connection, tool_id)

"""Reads of the page on new tools, cached by store revision as in `dashboard.reads.cache`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from dashboard.reads.cache import cached
from dashboard.reads.passages import posts_of
from data.models import Post, date_to_day, web_link
from data.posts.passages import Passage, titled_text
from data.schema import IDS_PER_DAY
from data.tools import listing
from data.tools.listing import Tool

SHOWN = ("", "follow")
ASIDE = ("ignore", "known")


@dataclass(frozen=True, slots=True)
class Definition:
    """What people say a tool is: a passage, counted from the title on, of a post."""

    post: Post
    passage: Passage

    @property
    def words(self) -> str:
        return titled_text(self.post.title, self.post.plain)[self.passage.start : self.passage.stop]


@dataclass(frozen=True, slots=True)
class Noted:
    """A tool of the weekly note: its exact definition and who wrote that, "" for none; a link, "" for none."""

    tool: Tool
    definition: str
    author: str
    link: str


@cached()
def tools(connection: Connection, since: date, until: date, decisions: tuple[str, ...]) -> list[Tool]:
    first, last = date_to_day(since) * IDS_PER_DAY, (date_to_day(until) + 1) * IDS_PER_DAY
    return listing.tools(connection, first, last, decisions=decisions)


@cached()
def waiting(connection: Connection, since: date, until: date) -> int:
    """Names of these days that are not shown: too little says that they are tools."""
    first, last = date_to_day(since) * IDS_PER_DAY, (date_to_day(until) + 1) * IDS_PER_DAY
    return listing.count_waiting(connection, first, last)


@cached()
def one_tool(connection: Connection, tool_id: int, until: date) -> Tool | None:
    return listing.one_tool(connection, tool_id, (date_to_day(until) + 1) * IDS_PER_DAY)


@cached()
def posts_a_day(connection: Connection, tool_id: int) -> list[tuple[int, int]]:
    return listing.posts_a_day(connection, tool_id)


def definitions(items: Iterable[Tool]) -> dict[int, Definition]:
    """Tool -> its definition, where somebody gave one."""
    parts = {item.id: item.story.definition for item in items if item.story.definition is not None}
    posts = posts_of(parts.values())
    return {i: Definition(posts[part.post], part) for i, part in parts.items() if part.post in posts}


def first_seen(since: date, until: date) -> list[Noted]:
    """Tools that were first named in these days, as the weekly note tells them."""
    items = [item for item in tools(since, until, SHOWN) if item.first_at.date() >= since]
    defined = definitions(items)
    return [_noted(item, defined.get(item.id)) for item in items]


def _noted(item: Tool, definition: Definition | None) -> Noted:
    links = [link.address for link in item.story.links[:1]] or ([definition.post.url] if definition else [])
    link = next((address for address in links if web_link(address)), "")
    if definition is None:
        return Noted(item, "", "", link)
    return Noted(item, definition.words, definition.post.author, link)

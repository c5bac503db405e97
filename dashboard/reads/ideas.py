"""Reads of ideas and of the calendar, cached by store revision as in `dashboard.reads.cache`."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection

from dashboard.reads.cache import cached
from data.content import calendar as calendar_store
from data.content import ideas as ideas_store
from data.content import occasions
from data.content import themes as themes_store
from data.content.calendar import Item
from data.content.ideas import Idea
from data.content.occasions import YearlyDay
from data.content.themes import Themes


@cached()
def ideas(connection: Connection, states: tuple[str, ...]) -> list[Idea]:
    return ideas_store.ideas(connection, states)


@cached()
def silent_subjects(connection: Connection) -> list[Idea]:
    return ideas_store.silent_subjects(connection)


@cached()
def left_out(connection: Connection) -> int:
    return ideas_store.left_out(connection)


@cached()
def themes(connection: Connection) -> Themes:
    return themes_store.themes(connection)


@cached()
def one_idea(connection: Connection, idea_id: int) -> Idea | None:
    return ideas_store.one_idea(connection, idea_id)


@cached()
def history(connection: Connection) -> dict[str, tuple[int, int]]:
    return ideas_store.history(connection)


@cached()
def items(connection: Connection, since: date, until: date, undated: bool) -> list[Item]:
    return calendar_store.items(connection, since, until, undated=undated)


@cached()
def all_items(connection: Connection) -> list[Item]:
    return calendar_store.items(connection)


@cached()
def one_item(connection: Connection, item_id: int) -> Item | None:
    return calendar_store.one_item(connection, item_id)


@cached()
def items_of_idea(connection: Connection, idea_id: int) -> list[Item]:
    return calendar_store.items_of_idea(connection, idea_id)


@cached()
def templates(connection: Connection) -> dict[tuple[str, str], str]:
    return calendar_store.templates(connection)


@cached()
def yearly_days(connection: Connection) -> list[YearlyDay]:
    return occasions.yearly_days(connection)

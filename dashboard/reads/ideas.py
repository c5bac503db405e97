"""Reads of ideas, of the calendar and of events, cached by store revision as in `dashboard.reads.cache`."""

from __future__ import annotations

from datetime import date, datetime, tzinfo

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
from data.events import attendance as attendances
from data.events import draws as draws_store
from data.events import entries as entries_store
from data.events import events as events_store
from data.events.attendance import Attendance
from data.events.draws import Draw, Drawn
from data.events.entries import Entries, Entry
from data.events.events import Event, Exclusion


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


@cached()
def some_events(connection: Connection, page: int, size: int) -> tuple[list[Event], int]:
    return events_store.some_events(connection, page, size)


@cached()
def one_event(connection: Connection, number: int) -> Event | None:
    return events_store.one_event(connection, number)


@cached(20)
def entries_of(connection: Connection, event: Event) -> Entries:
    return entries_store.entries_of(connection, event)


@cached(20)
def answers_to(connection: Connection, questions: tuple[Entry, ...]) -> dict[int, int]:
    return entries_store.answers_to(connection, questions)


@cached(20)
def attendance(
    connection: Connection, event: Event, entries: tuple[Entry, ...], hour: datetime, zone: tzinfo
) -> Attendance:
    return attendances.attendance(connection, event, entries, hour, zone)


@cached()
def exclusions(connection: Connection, event: int) -> list[Exclusion]:
    return events_store.exclusions(connection, event)


@cached()
def draws_of(connection: Connection, event: int) -> list[Draw]:
    return draws_store.draws_of(connection, event)


@cached(20)
def drawn_entries(connection: Connection, draw: Draw) -> list[Drawn]:
    return draws_store.drawn_entries(connection, draw)


@cached(20)
def came_late(connection: Connection, draw: Draw, posts: tuple[int, ...]) -> list[int]:
    return draws_store.came_late(connection, draw, posts)

"""The calendar as iCalendar and CSV, read back by programs that know these files."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar

from dashboard.files.calendar import COLUMNS, as_csv, as_ics
from data.content.calendar import Item
from tests.conftest import NOW


def test_the_calendar_as_files() -> None:
    found = [
        Item(1, "=2+2", channel="x", day=date(2026, 6, 20), hour=9, status="ready", drafts={"x": "Line\nline; \\ , é"}),
        Item(2, "All day", day=date(2026, 6, 21), note="@note"),
        Item(3, "No day"),
        Item(4, "Dropped", day=date(2026, 6, 22), status="dropped"),
    ]
    read = icalendar.Calendar.from_ical(as_ics(found, "Vigie", UTC, NOW))
    events = [part for part in read.walk() if part.name == "VEVENT"]
    assert [str(e["summary"]) for e in events] == ["x · =2+2", "All day"]
    assert events[0].decoded("dtstart") == datetime(2026, 6, 20, 9, tzinfo=UTC)
    assert events[1].decoded("dtstart") == date(2026, 6, 21)
    assert "Line\nline; \\ , é" in str(events[0]["description"])
    rows = list(csv.DictReader(io.StringIO(as_csv(found))))
    assert rows[0]["title"] == "'=2+2"
    assert rows[1]["note"] == "'@note"


def test_hours_are_those_of_the_place() -> None:
    held = as_ics([Item(1, "Here", day=date(2026, 1, 20), hour=9)], "Vigie", ZoneInfo("Europe/Paris"), NOW)
    (event,) = icalendar.Calendar.from_ical(held).walk("VEVENT")
    assert event.decoded("dtstart") == datetime(2026, 1, 20, 8, tzinfo=UTC)
    assert event.decoded("dtend") - event.decoded("dtstart") == timedelta(hours=1)


def test_an_empty_calendar_is_a_calendar_still() -> None:
    assert icalendar.Calendar.from_ical(as_ics([], "Vigie", UTC, NOW)).walk("VEVENT") == []
    assert list(csv.reader(io.StringIO(as_csv([])))) == [list(COLUMNS)]

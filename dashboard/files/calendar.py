"""The calendar as files: iCalendar and CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta, tzinfo

from data.content.calendar import Item

COLUMNS = ("day", "hour", "title", "status", "channel", "format", "lang", "owner", "subject", "note", "url")


def as_ics(items: Sequence[Item], name: str, zone: tzinfo, now: datetime) -> bytes:
    """An iCalendar (RFC 5545) of the items that have a day and are not dropped."""
    from icalendar import Calendar, Event  # slow to import

    calendar = Calendar()
    calendar.add("prodid", "-//Vigie//Content calendar//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    for item in items:
        if item.day is None or item.status == "dropped":
            continue
        event = Event()
        event.add("uid", f"item-{item.id}@vigie")
        event.add("dtstamp", (item.changed_at or now).astimezone(UTC))
        event.add("summary", " · ".join(part for part in (item.channel, item.title) if part))
        parts = [item.status, item.owner, item.note, *item.drafts.values()]
        event.add("description", "\n\n".join(part for part in parts if part)[:8_000])
        if item.url:
            event.add("url", item.url)
        if item.hour < 0:
            event.add("dtstart", item.day)
            event.add("dtend", item.day + timedelta(days=1))
        else:
            start = datetime.combine(item.day, time(item.hour), zone).astimezone(UTC)
            event.add("dtstart", start)
            event.add("dtend", start + timedelta(hours=1))
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def as_csv(items: Sequence[Item]) -> str:
    """Items as a table; a cell that a spreadsheet would take for a formula gets an apostrophe."""
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(COLUMNS)
    for item in items:
        values = [str(getattr(item, name) if getattr(item, name) is not None else "") for name in COLUMNS]
        writer.writerow([f"'{v}" if v[:1] in "=+-@\t\r" and v != "-1" else v for v in values])
    return stream.getvalue()

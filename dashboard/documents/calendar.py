"""What is planned."""

from __future__ import annotations

from datetime import date

from dashboard.reads import ideas as idea_reads
from dashboard.words.ideas import content_channels, format_names, status_names
from dashboard.words.language import _, n_
from data.sharing.document import Section, Table, Words


def calendar() -> Section:
    """Items that are not dropped, by day."""
    items = [i for i in idea_reads.all_items() if i.status != "dropped"]
    rows = tuple(
        (
            i.title,
            i.day.isoformat() if i.day else "",
            content_channels().get(i.channel, ""),
            format_names().get(i.format, ""),
            status_names()[i.status],
            i.owner,
        )
        for i in sorted(items, key=lambda i: (i.day or date.max, i.id))[:100]
    )
    columns = (
        (_("Title"), "text"),
        (_("Day"), "date"),
        (_("Channel"), "text"),
        (_("Format"), "text"),
        (_("Status"), "text"),
        (_("Who does it"), "text"),
    )
    words = Words(n_("{n} item", "{n} items", len(items)), "lead")
    table = (Table(_("What is planned"), columns, rows),) if rows else ()
    return Section("calendar", _("Calendar"), (words, *table))

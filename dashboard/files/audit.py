"""The audit as a table for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from dashboard.words.changes.told import told_subject, told_value
from dashboard.words.team import done_words
from data.audit import Audited
from data.posts.quotes import guarded

COLUMNS = ("when", "account", "who", "what", "about", "before", "after", "taken back", "in words")


def as_csv(rows: Iterable[Audited]) -> bytes:
    """UTF-8 with a mark, moments in UTC; cells that a spreadsheet would run are guarded."""
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(COLUMNS)
    for row in rows:
        values = (told_value(row.action, value) for value in (row.before, row.after))
        told = (row.who, row.action, told_subject(row.subject), *values)
        undone = "yes" if row.undone else ""
        writer.writerow(
            [row.at.isoformat(), row.account, *(guarded(cell) for cell in told), undone, done_words(row.action)]
        )
    return stream.getvalue().encode("utf-8-sig")

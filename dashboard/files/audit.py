"""The audit as a table for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from data.audit import Audited
from data.posts.quotes import guarded

COLUMNS = ("when", "account", "who", "what", "about", "before", "after", "taken back")


def as_csv(rows: Iterable[Audited]) -> bytes:
    """UTF-8 with a mark, moments in UTC; cells that a spreadsheet would run are guarded."""
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(COLUMNS)
    for row in rows:
        told = (row.who, row.action, row.subject, row.before, row.after)
        undone = "yes" if row.undone else ""
        writer.writerow([row.at.isoformat(), row.account, *(guarded(cell) for cell in told), undone])
    return stream.getvalue().encode("utf-8-sig")

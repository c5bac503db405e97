"""Sheets and rows of a workbook, read in a process of its own: what it unpacks to is not known before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time
from typing import IO, Any

from sources.bounded import answers
from sources.errors import ContentError
from sources.files.rows import BadRow, Part

MAX_CELL = 1_000_000  # characters


def _answers(stream: IO[bytes], name: str, *command: str) -> Iterator[Any]:
    late = "it took too much time or memory; save its sheet as CSV"
    return answers("sources.files.xlsx_process", stream, name, late, *command)


def sheets_of(stream: IO[bytes], name: str) -> tuple[Part, ...]:
    """The sheets of a workbook in their order; hidden ones have {"hidden": True} around them. Raises ContentError."""
    sheets = [sheet for answer in _answers(stream, name, "sheets") for sheet in answer]
    if not sheets:
        raise ContentError("bad_file", name, "it has no sheet with cells")
    return tuple(Part(title, "table", {"hidden": True} if hidden else {}) for title, hidden in sheets)


def _typed(cell: Any) -> Any:
    if not isinstance(cell, dict):
        return cell
    words = cell["at"]
    try:
        return time.fromisoformat(words) if ":" in words[:3] else datetime.fromisoformat(words)
    except ValueError:
        return words


def sheet_rows(stream: IO[bytes], name: str, sheet: str) -> Iterator[tuple[int, list[Any] | BadRow]]:
    """(row of the sheet, cells: None, text, number, bool, datetime or time) of each row that holds something.

    Raises ContentError for a sheet that is missing, damaged or beyond bounds, in the middle if need be.
    """
    titles = [part.path for part in sheets_of(stream, name)]
    if sheet not in titles:
        raise ContentError("bad_file", name, f"it has no sheet {sheet!r}")
    for batch in _answers(stream, name, "rows", str(titles.index(sheet))):
        for number, cells in batch:
            if any(isinstance(cell, str) and len(cell) > MAX_CELL for cell in cells):
                yield number, BadRow(number, "too_long")
            else:
                yield number, [_typed(cell) if isinstance(cell, dict) else cell for cell in cells]

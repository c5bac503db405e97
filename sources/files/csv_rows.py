"""Rows of separated values, around what is damaged in them.

Python's own reader does the work, strictly; what it refuses, and cells of several lines that look like rows, are
read again with care. A quote that is opened and never closed costs its own row: the lines after it are read again.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from sources.errors import ContentError
from sources.files.rows import MAX_COLUMNS, BadRow

MAX_CELL = 5_000_000  # characters
AHEAD = 300  # lines looked at after a bad quote
BUDGET = 3_000_000  # such looks in a file, so that time stays linear whatever it holds
NO_DELIMITER = "\x1f"  # of a table with one column


@dataclass(frozen=True, slots=True)
class Dialect:
    """`width` is the usual number of cells (0: not known), `escaped` whether a quote in a cell is written \\"."""

    delimiter: str
    width: int = 0
    escaped: bool = False
    end: str = "\n"
    skip: int = 0  # lines before the first row, such as "sep=;"


class Taken(NamedTuple):
    """What a careful look made of some lines: how many it used and the row, or why there is none."""

    lines: int
    row: list[str] | BadRow


@dataclass(slots=True)
class _Cells:
    """Cells of a record read with patience: a quote closes only before a delimiter or the end of a line."""

    delimiter: str
    cells: list[str] = field(default_factory=list)
    open: list[str] | None = None  # what a quoted cell holds so far

    def add(self, line: str) -> bool:
        """Read one more line. True when the record is whole."""
        body, after = _patterns(self.delimiter)
        place, end = 0, len(line.rstrip("\r\n"))
        while True:
            if self.open is None and line[place : place + 1] == '"':
                self.open, place = [], place + 1
            if self.open is None:
                stop = line.find(self.delimiter, place)
                stop = end if stop < 0 else stop
                self.cells.append(line[place:stop])
            else:
                inside = body.match(line, place)
                self.open.append(inside[0].replace('""', '"') if inside else "")
                place = inside.end() if inside else place
                closed = after.match(line, place)
                if closed is None:
                    return False
                self.cells.append("".join(self.open))
                self.open, stop = None, closed.end()
            if stop >= end:
                return True
            place = stop + 1


@lru_cache(maxsize=16)
def _patterns(delimiter: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    closing = rf'"(?=[ \t]*(?:{re.escape(delimiter)}|[\r\n]|\Z))' if delimiter != "\t" else r'"(?= *(?:\t|[\r\n]|\Z))'
    blank = "[ \t]*" if delimiter != "\t" else " *"
    return re.compile(rf'(?:[^"]++|""|(?!{closing})")*+'), re.compile(rf'"{blank}')


def _shape(cell: str) -> str:
    """2026-05-01 as 9-9-9, lea_b as a_a: what a column's cells have in common."""
    return re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "9", cell.strip()))


class _Reader:
    """Rows of lines, with lines given back where a row took too many."""

    def __init__(self, lines: Iterable[str], dialect: Dialect) -> None:
        self.dialect = dialect
        self.delimiter = dialect.delimiter
        self._source = iter(lines)
        self._again: list[str] = []  # lines given back, the next one last
        self._taken: list[str] = []
        self._budget = BUDGET

    def _feed(self) -> Iterator[str]:
        again, taken, escaped = self._again, self._taken, self.dialect.escaped
        while True:
            while again:
                line = again.pop()
                taken.append(line)
                yield line
            for line in self._source:
                if "\0" in line:
                    line = line.replace("\0", "")
                if escaped and "\\" in line:
                    line = line.replace("\\\\", "\0").replace('\\"', '""').replace("\0", "\\")
                taken.append(line)
                yield line
                if again:
                    break
            else:
                return

    def _has(self, index: int) -> bool:
        """Whether there is such a line of those taken, one more taken if need be, within the budget."""
        self._budget -= 1
        return self._budget >= 0 and (index < len(self._taken) or next(self._feed(), None) is not None)

    def rows(self) -> Iterator[tuple[int, list[str] | BadRow]]:
        csv.field_size_limit(MAX_CELL)
        number, taken = 1, self._taken
        while True:
            reader = csv.reader(self._feed(), delimiter=self.delimiter, strict=True)
            try:
                for row in reader:
                    lines = len(taken)
                    if lines > 1 and not self._is_fine(row):
                        break
                    if row and (row[0] or any(row)):
                        yield number, self._bounded(number, row)
                    number += lines
                    taken.clear()
                else:
                    return
            except csv.Error:
                pass
            found = self._look(number)
            self._again += reversed(taken[found.lines :])
            taken.clear()
            yield number, found.row if isinstance(found.row, BadRow) else self._bounded(number, found.row)
            number += found.lines

    def _bounded(self, number: int, row: list[str]) -> list[str] | BadRow:
        if len(row) <= MAX_COLUMNS:
            return row
        if self.dialect.width > MAX_COLUMNS:
            raise ContentError("bad_file", "CSV", f"it has {len(row)} columns; at most {MAX_COLUMNS} are read")
        return BadRow(number, "too_many_cells", str(len(row)))

    def _cells_alone(self, line: str) -> int:
        """How many cells a line has if it is a row by itself, 0 if it is none."""
        if '"' not in line:
            return line.count(self.delimiter) + 1 if line.strip() else 0
        try:
            return len(next(csv.reader([line], delimiter=self.delimiter, strict=True)))
        except (csv.Error, StopIteration):
            return 0

    def _begins_a_row(self, line: str, first: str) -> bool:
        """Whether a line is a whole row, or the beginning of one that goes on in the next line."""
        if line.count(self.delimiter) + 1 >= self.dialect.width and self._cells_alone(line) == self.dialect.width:
            return True
        shape = _shape(first)
        if "9" not in shape or _shape(line[: len(first) + 40].split(self.delimiter)[0]) != shape:
            return False
        cells = _Cells(self.delimiter)
        return not cells.add(line) and len(cells.cells) < self.dialect.width

    def _is_fine(self, row: list[str]) -> bool:
        """Whether a row of several lines is one, and not a quote that was never closed with the rows after it.

        Where its number of cells is right, only lines that are whole rows and begin as its own first cell begins
        speak against it; where it is not, half of its lines being whole rows is enough.
        """
        width, taken = self.dialect.width, self._taken
        if width < 2:
            return True
        if len(row) == width and (taken[0][0] == '"' or taken[-1].count(self.delimiter) + 1 < width):
            return True  # nearly always: the last line holds the end of a text
        following = [line for line in taken[1:] if line.strip()]
        whole = [line for line in following if line.count(self.delimiter) + 1 == width]
        literal = taken[0].count(self.delimiter) + 1 == width
        if len(row) != width:
            return not ((literal and self._begins_a_row(taken[-1], row[0])) or len(whole) * 2 >= len(following) > 0)
        if len(whole) < 0.8 * len(following) or not (literal or len(whole) > 2):
            return True
        shape = _shape(row[0])
        alike = sum(_shape(line.split(self.delimiter, 1)[0]) == shape for line in whole)
        return alike < 0.8 * len(whole) or ("9" not in shape and (width < 4 or len(whole) < 3))

    def _look(self, number: int) -> Taken:
        """The record that begins with the first line taken, read with patience."""
        taken, width = self._taken, self.dialect.width
        cells = _Cells(self.delimiter)
        whole = cells.add(taken[0])
        before = cells.cells[0] if cells.cells else ""
        used = 1
        while not whole and used < AHEAD and self._has(used):
            if width > 1 and self._begins_a_row(taken[used], before):
                break
            whole = cells.add(taken[used])
            used += 1
        if whole and max(map(len, cells.cells)) > MAX_CELL:
            return Taken(used, BadRow(number, "too_long"))
        if whole and (width < 2 or len(cells.cells) == width or (used == 1 and len(cells.cells) < width)):
            return Taken(used, cells.cells)
        if whole and used == 1:
            return Taken(1, BadRow(number, "bad_quotes", f"{len(cells.cells)} cells instead of {width}"))
        return Taken(self._debris(before), BadRow(number, "unclosed_quote", taken[0].strip()[:80]))

    def _debris(self, first: str) -> int:
        """How many lines the row with the bad quote has: up to the next that begins a row."""
        if self.dialect.width < 2:
            return 1
        for lines in range(1, AHEAD):
            if not self._has(lines):
                return 1
            if self._begins_a_row(self._taken[lines], first):
                return lines
        return 1


def rows_of(lines: Iterable[str], dialect: Dialect) -> Iterator[tuple[int, list[str] | BadRow]]:
    """(line of the file where it begins, cells or why they cannot be read) of every row that holds something.

    Rows come as they are, with more or fewer cells than others. Raises ContentError for more than 500 columns.
    """
    for number, row in _Reader(lines, dialect).rows():
        if isinstance(row, BadRow) or number > dialect.skip:
            yield number, row

"""A part of a file as rows with named columns: where its header is, and which rows are none."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain, islice
from typing import IO, Any

from sources.files.csv_form import TABLE_ENDINGS
from sources.files.dates import date_form
from sources.files.meaning.names import flat, fold
from sources.files.meaning.whatsapp import chat_rows, is_day_first, is_pairs, pair_rows
from sources.files.parts import read_part
from sources.files.rows import MAX_COLUMNS, BadRow, Part, Record
from sources.files.text_lines import is_chat

LOOKED_AT = 60  # rows, for a header and for the first look
_DATA = re.compile(r"https?://\S+|[^\s@]+@[^\s@]+\.\w+|[-+]?[\d][\d\s.,:/%-]*|\[[^\]]*\d[^\]]*\]?.*")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A part with its columns. `header` is the number of the row that names them, 0 where none does. `kind`: chat or
    pairs for lines of text. `first`: its first rows."""

    part: Part
    columns: tuple[str, ...]
    header: int = 0
    kind: str = ""
    first: tuple[Mapping[str, Any], ...] = ()
    day_first: bool = False  # the language of a chat says so
    width: int = 0  # a row of separated values with more cells than this is damaged; 0: any number is fine


def sheet_of(stream: IO[bytes], name: str, part: Part, marks: Collection[frozenset[str]], now: Any) -> Sheet | None:
    """The columns of a part, from its first rows; None where it holds no rows. `marks` tell a header for sure."""
    is_separated = part.form == "table" and _is_separated(stream, part)
    records = read_part(stream, name, part)  # once: each reading of a workbook is a process
    first = list(islice(records, LOOKED_AT))
    if part.form == "table":
        rows = [(number, cells) for number, cells in first if not isinstance(cells, (BadRow, str, Mapping))]
        if not rows:
            return None
        place, names = _header(rows, marks, now)
        sheet = Sheet(part, names, rows[place][0] if place >= 0 else 0)
        if place >= 0 and is_separated:
            below = [cells for _, cells in rows[place + 1 :]]
            over = sum(any(not _is_empty(cell) for cell in cells[len(names) :]) for cells in below)
            sheet = replace(sheet, width=0 if 2 * over > len(below) else len(names))
    elif part.form == "lines":
        texts = [line for _, line in first if isinstance(line, str)]
        kind = "chat" if is_chat(texts) else "pairs" if is_pairs(texts) else ""
        if not kind:
            return None
        sheet = Sheet(part, (), 0, kind, (), kind == "chat" and is_day_first(texts))
    else:
        sheet = Sheet(part, ())
    rows_seen = islice(_rows(chain(first, records), sheet), LOOKED_AT)
    seen = [row for _, row in rows_seen if not isinstance(row, BadRow)]
    named = dict.fromkeys(sheet.columns) | {column: None for row in seen for column in row}
    if not seen:
        return None
    return replace(sheet, columns=tuple(named)[:MAX_COLUMNS], first=tuple(seen))


def rows_of(stream: IO[bytes], name: str, sheet: Sheet) -> Iterator[tuple[int, Mapping[str, Any] | BadRow]]:
    """(number, row by column, or why it is none) of a part."""
    return _rows(read_part(stream, name, sheet.part), sheet)


def _rows(records: Iterator[tuple[int, Record]], sheet: Sheet) -> Iterator[tuple[int, Mapping[str, Any] | BadRow]]:
    if sheet.kind:
        yield from (chat_rows if sheet.kind == "chat" else pair_rows)(records)
        return
    for number, record in records:
        if isinstance(record, BadRow):
            if number > sheet.header:
                yield number, record
        elif isinstance(record, Mapping):
            yield number, flat(record, sheet.part)
        elif isinstance(record, str) or sheet.part.form != "table":
            yield number, BadRow(number, "unreadable", "not an object")
        elif number > sheet.header and any(not _is_empty(cell) for cell in record):
            if sheet.width and any(not _is_empty(cell) for cell in record[sheet.width :]):
                # a comma in a text without quotes: which of its cells are one, nobody can tell
                yield number, BadRow(number, "too_many_cells", str(len(record)))
                continue
            row = _row(record, sheet)
            yield number, row if row else BadRow(number, "notice", "the names of the columns again")


def _is_separated(stream: IO[bytes], part: Part) -> bool:
    """Whether a table is text with separators. In a workbook, notes beside the table are no damage."""
    stream.seek(0)
    return stream.read(2) != b"PK" or part.path.lower().endswith((*TABLE_ENDINGS, ".txt"))


def _row(cells: Sequence[Any], sheet: Sheet) -> dict[str, Any]:
    """The cells of a row by column; nothing where they repeat the header."""
    names = sheet.columns
    row = {
        (names[place] if place < len(names) else f"column {place + 1}"): cell
        for place, cell in enumerate(cells[:MAX_COLUMNS])
        if not _is_empty(cell)
    }
    return {} if len(row) > 1 and all(isinstance(c, str) and c.strip() == n for n, c in row.items()) else row


def _is_empty(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _header(
    rows: Sequence[tuple[int, Sequence[Any]]], marks: Collection[frozenset[str]], now: Any
) -> tuple[int, tuple[str, ...]]:
    """(place of the header among these rows, -1 for none; the names of the columns)."""
    for place, (_, cells) in enumerate(rows):
        folded = {fold(str(cell)) for cell in cells if not _is_empty(cell)}
        if any(one <= folded for one in marks):
            return place, _names(cells)
    filled = [sum(not _is_empty(cell) for cell in cells) for _, cells in rows]
    width = Counter(filled).most_common(1)[0][0]
    usual = max(width, sorted(filled)[len(filled) // 2])
    for place, (_, cells) in enumerate(rows[:30]):
        if filled[place] >= max(1, 0.7 * usual) and _is_header(cells, now):
            return place, _names(cells)
    widest = max(len(cells) for _, cells in rows)
    return -1, tuple(f"column {place + 1}" for place in range(min(widest, MAX_COLUMNS)))


def _is_header(cells: Sequence[Any], now: Any) -> bool:
    """Whether these cells name columns: short texts, each once, none a number, a date, an address or a link."""
    given = [cell for cell in cells if not _is_empty(cell)]
    if not all(isinstance(cell, str) for cell in given) or any(isinstance(cell, date) for cell in given):
        return False
    texts = [cell.strip() for cell in given]
    if len({text.lower() for text in texts}) < 0.6 * len(texts) or any(_DATA.fullmatch(text) for text in texts):
        return False
    dated = date_form([text for text in texts if any(c.isdigit() for c in text)], now=now, named_date=True)
    return dated is None and all(len(text) <= 300 for text in texts)


def _names(cells: Sequence[Any]) -> tuple[str, ...]:
    """A name for each column, each once."""
    names: dict[str, None] = {}
    for place, cell in enumerate(cells[:MAX_COLUMNS]):
        name = " ".join(str(cell).lstrip("\ufeff").split()) if not _is_empty(cell) else f"column {place + 1}"
        many = 2
        while name in names:
            name = f"{name.removesuffix(f' ({many - 1})')} ({many})"
            many += 1
        names[name] = None
    return tuple(names)

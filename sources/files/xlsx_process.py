"""Sheets and rows of a workbook in a process with limits: the workbook on stdin, lines of JSON on stdout.

    python -m sources.files.xlsx_process sheets   -> [[name, hidden], ...]
    python -m sources.files.xlsx_process rows 0   -> [[number, [cell, ...]], ...] in several lines, of the first sheet

A cell is null, a text, a number, true or false, or {"at": moment}. The last line is {"end": ""} or {"end": why not}.
What openpyxl reads in memory, or fills up between two far cells, is never built here.
"""

from __future__ import annotations

import json
import posixpath
import re
import resource
import sys
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import IO, Any

from lxml import etree

MEMORY = 700_000_000
SECONDS = 120
MAX_SHEET = 105_000_000  # bytes, unpacked; so many also for the texts that all sheets share
MAX_PLAN = 20_000_000  # of the workbook's own lists
MAX_SHEETS = 200
MAX_COLUMNS = 500
MAX_GAP = 100_000  # rows without any cell
MAX_TEXTS = 5_000_000
MAX_CELL = 1_000_000  # characters; a spreadsheet itself takes 32,767
MAX_OUTPUT = 1_000_000_000
BATCH = 500_000  # characters

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_DATES = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}  # formats that are built in
_FIRST_DAY = datetime(1899, 12, 30)  # noqa: DTZ001 - cells know no zone
_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_REL_STRICT = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"


class RefusedError(Exception):
    """Why this workbook is not read, in words."""


class _Bounded:
    """A member of the archive that ends with an error beyond a limit."""

    def __init__(self, stream: IO[bytes], limit: int, what: str) -> None:
        self._stream, self._left, self._what = stream, limit, what

    def read(self, size: int = -1) -> bytes:
        piece = self._stream.read(min(size, 1 << 16) if size > 0 else 1 << 16)
        self._left -= len(piece)
        if self._left < 0:
            raise RefusedError(f"{self._what} is too large once unpacked; save its sheet as CSV")
        return piece


def _elements(archive: zipfile.ZipFile, member: str, tag: str, limit: int, what: str) -> Iterator[Any]:
    """Elements of a member, each forgotten after it was used. Nothing outside is ever read."""
    info = archive.getinfo(member)
    if info.file_size > limit:
        raise RefusedError(f"{what} unpacks to {info.file_size // 1_000_000} MB; save its sheet as CSV")
    with archive.open(info) as stream:
        source: Any = _Bounded(stream, limit, what)
        for _, element in etree.iterparse(
            source, tag="{*}" + tag, resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False
        ):
            yield element
            element.clear(keep_tail=False)
            parent = element.getparent()
            while parent is not None and element.getprevious() is not None:
                del parent[0]


def _clean(text: str) -> str:
    """Signs that a workbook writes as _x000D_, as themselves."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _is_date(code: str) -> bool:
    plain = re.sub(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', "", code.split(";")[0], flags=re.IGNORECASE)
    return re.search(r"[dmyhs]", plain, re.IGNORECASE) is not None and not re.search(r"general", plain, re.IGNORECASE)


class Workbook:
    """The sheets of a workbook, and the rows of one at a time."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        names = archive.namelist()
        plan = next((n for n in names if re.fullmatch(r"xl/workbook\d*\.xml", n)), "")
        if not plan:
            raise RefusedError("it has no sheets")
        folder, file = posixpath.split(plan)
        links = f"{folder}/_rels/{file}.rels"
        targets = {
            link.get("Id"): posixpath.normpath(posixpath.join(folder, link.get("Target", ""))).lstrip("/")
            if not link.get("Target", "").startswith("/")
            else link.get("Target", "").lstrip("/")
            for link in (_elements(archive, links, "Relationship", MAX_PLAN, "it") if links in names else ())
            if link.get("TargetMode") != "External"
        }
        self._of = {posixpath.basename(target): target for target in targets.values() if target in names}
        self._old_dates = any(
            p.get("date1904") in {"1", "true"} for p in _elements(archive, plan, "workbookPr", MAX_PLAN, "it")
        )
        self.sheets: list[tuple[str, bool, str]] = []  # name, hidden, member
        for sheet in _elements(archive, plan, "sheet", MAX_PLAN, "it"):
            member = targets.get(sheet.get(_REL) or sheet.get(_REL_STRICT), "")
            if member in names and "worksheets" in member:
                self.sheets.append((sheet.get("name", ""), sheet.get("state", "visible") != "visible", member))
        if len(self.sheets) > MAX_SHEETS:
            raise RefusedError(f"it has {len(self.sheets)} sheets; at most {MAX_SHEETS} are read")
        self._texts: list[str] | None = None
        self._columns: dict[str, int] = {}

    def _shared(self) -> list[str]:
        """The texts that cells of all sheets share."""
        texts: list[str] = []
        if (member := self._of.get("sharedStrings.xml")) is None:
            return texts
        for item in _elements(self._archive, member, "si", MAX_SHEET, "the list of its texts"):
            texts.append(_clean(_text(item)))
            if len(texts) > MAX_TEXTS:
                raise RefusedError("it has millions of texts; save its sheet as CSV")
        return texts

    def _date_styles(self) -> list[bool]:
        """For each style of cells, whether it shows a number as a date."""
        if (member := self._of.get("styles.xml")) is None:
            return []
        codes = {
            f.get("numFmtId"): f.get("formatCode", "")
            for f in _elements(self._archive, member, "numFmt", MAX_PLAN, "it")
        }
        return [
            _is_date(codes[number]) if (number := style.get("numFmtId", "0")) in codes else int(number) in _DATES
            for styles in _elements(self._archive, member, "cellXfs", MAX_PLAN, "it")
            for style in styles
            if isinstance(style.tag, str)
        ]

    def rows(self, index: int) -> Iterator[tuple[int, list[Any]]]:
        """(number, cells) of each row that holds something."""
        member = self.sheets[index][2]
        dates = self._date_styles()
        number = last = 0
        for row in _elements(self._archive, member, "row", MAX_SHEET, "this sheet"):
            number = int(row.get("r") or number + 1)
            cells = self._cells(row, dates)
            if not cells:
                continue
            if number - last > MAX_GAP:
                raise RefusedError(
                    f"its rows {last} and {number} have nothing between them; delete what is in row {number} and below"
                )
            last = number
            yield number, cells

    def _cells(self, row: Any, dates: list[bool]) -> list[Any]:
        cells: list[Any] = []
        for cell in row:
            if not isinstance(cell.tag, str):
                continue
            column = self._column(cell.get("r"), len(cells))
            value = self._value(cell, dates)
            if value is None or value == "":
                continue
            if column >= MAX_COLUMNS:
                raise RefusedError(f"it has more than {MAX_COLUMNS} columns; keep those with posts")
            if column < len(cells):
                cells[column] = value
            else:
                cells.extend([None] * (column - len(cells)))
                cells.append(value)
        return cells

    def _column(self, reference: str | None, following: int) -> int:
        if not reference:
            return following
        letters = reference.rstrip("0123456789")
        if (known := self._columns.get(letters)) is None:
            known = 0
            for letter in letters[:4].upper():
                known = known * 26 + ord(letter) - 64
            known -= 1
            self._columns[letters] = known
        return known

    def _value(self, cell: Any, dates: list[bool]) -> Any:
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            return _clean(_text(cell))[: MAX_CELL + 1]
        words = next((child.text for child in cell if isinstance(child.tag, str) and child.tag.endswith("}v")), None)
        if words is None:
            return None
        if kind == "s":
            if self._texts is None:
                self._texts = self._shared()
            place = int(words)
            return self._texts[place] if 0 <= place < len(self._texts) else None
        if kind == "n":
            style = int(cell.get("s", "0"))
            return _number(words, style < len(dates) and dates[style], self._old_dates)
        if kind == "b":
            return words.strip() == "1"
        return {"at": words} if kind == "d" else _clean(words)


def _text(item: Any) -> str:
    """The text of an item in its runs, without what is said of how it is pronounced."""
    runs = item.iter("{*}t")
    return "".join(t.text or "" for t in runs if not t.getparent().tag.endswith("}rPh"))


def _number(words: str, dated: bool, old_dates: bool) -> Any:
    try:
        value: float = int(words) if re.fullmatch(r"\s*[-+]?\d{1,30}\s*", words) else float(words)
    except ValueError:
        return words
    if not dated or not 0 <= value < 2_958_466:
        return value if abs(value) < float("inf") else words
    since = timedelta(milliseconds=round(value * 86_400_000))
    if value < 1 and not old_dates:
        return {"at": (_FIRST_DAY + since).time().isoformat()}
    days = 1_462 if old_dates else 1 if value < 60 else 0  # a 29 February 1900 is counted that never was
    return {"at": (_FIRST_DAY + timedelta(days) + since).isoformat()}


def _print(value: Any) -> int:
    line = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return sys.stdout.write(line + "\n")


def _print_rows(book: Workbook, index: int) -> None:
    batch: list[tuple[int, list[Any]]] = []
    size = total = 0
    for number, cells in book.rows(index):
        batch.append((number, cells))
        size += 20 + sum(len(cell) if isinstance(cell, str) else 10 for cell in cells)
        if size > BATCH or len(batch) == 1:  # the first row at once, for who looks at the beginning only
            total += _print(batch)
            batch, size = [], 0
        if total > MAX_OUTPUT:
            raise RefusedError("it is too large once unpacked; save its sheet as CSV")
    _print(batch)


def main() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    end = ""
    try:
        with zipfile.ZipFile(sys.stdin.buffer) as archive:
            book = Workbook(archive)
            if sys.argv[1] == "sheets":
                _print([(name, hidden) for name, hidden, _ in book.sheets])
            else:
                _print_rows(book, int(sys.argv[2]))
    except RefusedError as error:
        end = str(error)
    except MemoryError:
        end = "it needs too much memory; save its sheet as CSV"
    except Exception as error:  # noqa: BLE001 - whatever a hostile workbook makes the libraries raise
        end = f"it is not a readable workbook ({type(error).__name__}); save it again as XLSX or CSV"
    _print({"end": end})


if __name__ == "__main__":
    main()

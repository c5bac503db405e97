"""Rows of a CSV, JSONL or XLSX file, one at a time, so a large file costs little memory.

A bad row is reported with its number and the rest is kept.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from sources.errors import ContentError

MAX_COLUMNS = 500
MAX_XLSX_BYTES = 1_000_000_000  # after decompression


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that was left out: its number in the file (the header is row 1) and why.

    Codes of the form: unreadable, unclosed_quote, bad_quotes, too_many_cells, too_long, too_deep, cut_off.
    """

    row: int
    code: str  # no_text | bad_date | one of the form
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One list of records of a file: the whole of it, a sheet, a member of an archive, an array within JSON.

    `path`: "" the whole file; "All posts" a sheet; "general/2024-01-01.json" a member of an archive; "messages" or
    "chats.list[3].messages" an array within JSON; member and array are joined as "member:array".
    `form`: "table" (rows of cells, no header chosen yet), "records" (JSON objects) or "lines" (lines of text).
    `around`: for an array within JSON the small fields of the objects that hold it, a channel's name for
    instance; of a hidden sheet {"hidden": True}; of a member that cannot be read {"problem": why}.
    """

    path: str
    form: str
    around: Mapping[str, Any] = field(default_factory=dict)


Record = Sequence[Any] | Mapping[str, Any] | str | BadRow


def guess_encoding(head: bytes) -> str:
    """utf-8, utf-16 or Windows-1252 from the first bytes."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if head.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    for cut in range(4):  # the sample may end inside a character
        try:
            head[: len(head) - cut].decode("utf-8")
            return "utf-8"
        except UnicodeDecodeError:
            continue
    if head[1:2] == b"\0" or head[:1] == b"\0":
        return "utf-16-le" if head[1:2] == b"\0" else "utf-16-be"
    return "cp1252"


def _csv_rows(stream: IO[bytes]) -> Iterator[tuple[int, Mapping[str, Any] | BadRow]]:
    encoding = guess_encoding(stream.read(65_536))
    stream.seek(0)
    # A file that is not UTF-8 all the way through is read on, its odd bytes shown as such.
    lines = io.TextIOWrapper(stream, encoding=encoding, errors="replace", newline="")
    try:
        yield from _csv_lines(lines)
    finally:
        lines.detach()  # the stream stays its owner's


def _csv_lines(lines: io.TextIOWrapper) -> Iterator[tuple[int, Mapping[str, Any] | BadRow]]:
    sample = lines.read(65_536)
    lines.seek(0)
    first = next((line for line in sample.splitlines() if line.strip()), "")
    delimiter = max(",;\t|", key=first.count)
    csv.field_size_limit(5_000_000)
    reader = csv.reader((line.replace("\0", "") for line in lines), delimiter=delimiter)
    try:
        header = next(row for row in reader if any(cell.strip() for cell in row))
    except (StopIteration, csv.Error) as error:
        raise ContentError("bad_file", "CSV", "it has no header row") from error
    if len(header) > MAX_COLUMNS:
        raise ContentError("bad_file", "CSV", f"it has {len(header)} columns; at most {MAX_COLUMNS} are read")
    names = [cell.strip() or f"column {index + 1}" for index, cell in enumerate(header)]
    number = 1
    while True:
        number += 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield number, BadRow(number, "unreadable", str(error))
            continue
        if any(cell.strip() for cell in row):
            yield number, dict(zip(names, row, strict=False))


def _jsonl_rows(stream: IO[bytes]) -> Iterator[tuple[int, Mapping[str, Any] | BadRow]]:
    for number, line in enumerate(stream, start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line[:5_000_000].decode("utf-8-sig", "replace"))
        except (ValueError, RecursionError) as error:
            yield number, BadRow(number, "unreadable", str(error)[:100])
            continue
        if isinstance(value, dict):
            yield number, value
        else:
            yield number, BadRow(number, "unreadable", "not an object")


def _xlsx_rows(stream: IO[bytes]) -> Iterator[tuple[int, Mapping[str, Any] | BadRow]]:
    import openpyxl

    try:
        with zipfile.ZipFile(stream) as archive:
            if sum(item.file_size for item in archive.infolist()) > MAX_XLSX_BYTES:
                raise ContentError("bad_file", "XLSX", "it is too large once unpacked")
        stream.seek(0)
        book = openpyxl.load_workbook(stream, read_only=True, data_only=True)
        sheet = book.worksheets[0]
        rows = sheet.iter_rows(values_only=True, max_col=MAX_COLUMNS)
        header = next(rows)
    except ContentError:
        raise
    except Exception as error:
        raise ContentError("bad_file", "XLSX", "it is not a readable workbook; save it again as XLSX or CSV") from error
    names = [str(cell).strip() if cell not in (None, "") else f"column {i + 1}" for i, cell in enumerate(header)]
    for number, row in enumerate(rows, start=2):
        if any(cell not in (None, "") for cell in row):
            yield number, {k: v for k, v in zip(names, row, strict=False) if v is not None}
    book.close()


def read_rows(stream: IO[bytes], name: str) -> Iterator[tuple[int, Mapping[str, Any] | BadRow]]:
    """(row number, row or why it cannot be read) of a file, by its ending.

    Raises ContentError when the file as a whole is unreadable.
    """
    ending = Path(name).suffix.lower()
    stream.seek(0)
    if ending in {".jsonl", ".ndjson", ".json"}:
        return _jsonl_rows(stream)
    if ending == ".xlsx":
        return _xlsx_rows(stream)
    if ending in {".csv", ".tsv", ".txt"}:
        return _csv_rows(stream)
    raise ContentError("bad_file", name, "only CSV, TSV, JSONL and XLSX files are read")

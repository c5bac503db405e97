"""A file of posts cut into its parts, and the records of one part, one at a time.

What a file is, is told by its content; its name only decides what content leaves open.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import IO

from sources.errors import ContentError
from sources.files.archives import gunzipped, open_member, opened, readable_members, unpacked
from sources.files.csv_form import dialect_of
from sources.files.csv_rows import rows_of
from sources.files.encodings import encoding_of, text_of
from sources.files.forms import refuse_other_forms, zip_form
from sources.files.json_parts import arrays_of, go_to
from sources.files.json_rows import is_by_line, items, json_start, line_records
from sources.files.json_text import BadValueError, Cursor
from sources.files.rows import BadRow, Part, Record
from sources.files.text_lines import is_chat, line_end, lines_of, numbered_lines
from sources.files.xlsx_rows import sheet_rows, sheets_of

__all__ = ["BadRow", "Part", "Record", "parts_of", "read_part"]

HEAD = 262_144  # characters that decide what a text is
SMALL = 1_000_000  # characters of an object that may be a record itself
BY_LINE = (".jsonl", ".ndjson")


def _head(stream: IO[bytes], encoding: str) -> str:
    return next(text_of(stream, encoding), "")[:HEAD]


def _text_parts(stream: IO[bytes], name: str) -> list[Part]:
    encoding = encoding_of(stream)
    head = _head(stream, encoding)
    if not head.strip("\ufeff\0 \t\r\n"):
        raise ContentError("empty_file", name)
    start = json_start(head)
    if start is None:
        sample = lines_of([head], line_end(head))
        if is_chat(line for line, _ in zip(sample, range(200), strict=False)) or dialect_of(head, name) is None:
            return [Part("", "lines")]
        return [Part("", "table")]
    if is_by_line(head[start:]):
        return [Part("", "records")]
    cursor = Cursor(text_of(stream, encoding), start)
    parts, alone = arrays_of(cursor)
    if head[start] == "[" or not alone or not parts:
        return parts or [Part("", "records")]
    if name.lower().endswith(BY_LINE):  # the only line of its file
        return [Part("", "records")]
    size = stream.seek(0, 2)
    return [*parts, Part("", "records")] if size < SMALL else parts


def _read_text(stream: IO[bytes], name: str, part: Part, path: str) -> Iterator[tuple[int, Record]]:
    encoding = encoding_of(stream)
    head = _head(stream, encoding)
    if part.form == "records":
        start = json_start(head) or 0
        if not path and is_by_line(head[start:]):
            yield from line_records(lines_of(text_of(stream, encoding), line_end(head)))
            return
        cursor = Cursor(text_of(stream, encoding), start)
        if not path and head[start : start + 1] == "[":
            cursor.place += 1
        elif path and not go_to(cursor, path):
            raise ContentError("bad_file", name, f"it has no list {path!r}")
        yield from items(cursor, "]" if path or head[start : start + 1] == "[" else "")
        return
    dialect = dialect_of(head, name) if part.form == "table" else None
    lines = lines_of(text_of(stream, encoding), dialect.end if dialect else line_end(head))
    yield from rows_of(lines, dialect) if dialect else numbered_lines(lines)


@contextmanager
def _opened(stream: IO[bytes], name: str) -> Iterator[tuple[str, IO[bytes]]]:
    """(text, xlsx or archive, the stream of it): what gzip packs is opened first. Raises ContentError."""
    with ExitStack() as stack:
        stream.seek(0)
        head = stream.read(65_536)
        if head.startswith(b"\x1f\x8b"):
            stream = stack.enter_context(gunzipped(stream, name))
            head = stream.read(65_536)
        refuse_other_forms(head, name)
        if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
            yield zip_form(opened(stream, name).NameToInfo, name), stream
        else:
            yield "text", stream


def parts_of(stream: IO[bytes], name: str) -> tuple[Part, ...]:
    """The lists of records that a file holds, in its order.

    A JSON object with arrays of objects in it has a part for each of them, and for itself (path "") where it is small.
    Raises ContentError naming the thing and what to do.
    """
    with _opened(stream, name) as (form, inner):
        if form == "xlsx":
            return sheets_of(inner, name)
        if form == "text":
            return tuple(_text_parts(inner, _plain_name(name)))
        archive = opened(inner, name)
        return tuple(part for member in readable_members(archive, name) for part in _member_parts(archive, member))


def _plain_name(name: str) -> str:
    return name[:-3] if name.lower().endswith(".gz") else name


def _member_parts(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> list[Part]:
    """The parts of a member; one with {"problem": why} around it where it cannot be read."""
    path = member.filename
    try:
        with open_member(archive, member) as packed, unpacked(packed, path) as stream, _opened(stream, path) as found:
            form, inner = found
            if form == "archive":
                raise ContentError("bad_file", path, "it is an archive within the archive; unpack it")
            parts = list(sheets_of(inner, path)) if form == "xlsx" else _text_parts(inner, path)
    except ContentError as error:
        return [] if error.code == "empty_file" else [Part(path, "records", {"problem": error.detail})]
    return [Part(f"{path}:{part.path}" if part.path else path, part.form, part.around) for part in parts]


def read_part(stream: IO[bytes], name: str, part: Part) -> Iterator[tuple[int, Record]]:
    """(number, record) of one part: cells, a JSON object, a line of text, or why there is none.

    The number is the line of the file where a row of cells, a line of text or a record of a JSON file with one record
    a line begins; the row of a sheet; else the place of the record in its list; all from 1. Rows of cells come as they
    are, header included, with more or fewer cells than others; rows without anything are left out. Cells of a workbook
    are None, text, number, bool, datetime or time.
    Raises ContentError when the part as a whole is unreadable.
    """
    try:
        with _opened(stream, name) as (form, inner):
            if form == "xlsx":
                yield from sheet_rows(inner, name, part.path)
            elif form == "text":
                yield from _read_text(inner, _plain_name(name), part, part.path)
            else:
                yield from _read_member(inner, name, part)
    except BadValueError as error:
        raise ContentError("bad_file", name, "its JSON is damaged; export it again") from error


def _read_member(stream: IO[bytes], name: str, part: Part) -> Iterator[tuple[int, Record]]:
    if "problem" in part.around:
        yield 1, BadRow(1, "unreadable", str(part.around["problem"]))
        return
    archive = opened(stream, name)
    # A member's name may hold a colon itself.
    cuts = [part.path, *(part.path[:found] for found in range(len(part.path)) if part.path[found] == ":")]
    path = next((cut for cut in cuts if cut in archive.NameToInfo), None)
    if path is None:
        raise ContentError("bad_file", name, f"it has no member {part.path!r}")
    inside = part.path[len(path) + 1 :]
    with (
        open_member(archive, archive.NameToInfo[path]) as packed,
        unpacked(packed, path) as copy,
        _opened(copy, path) as (form, inner),
    ):
        yield from sheet_rows(inner, path, inside) if form == "xlsx" else _read_text(inner, path, part, inside)

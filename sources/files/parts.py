"""A file of posts cut into its parts, and the records of one part, one at a time."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from typing import IO, Any

from sources.errors import ContentError
from sources.files.rows import BadRow, Part, Record, guess_encoding

__all__ = ["BadRow", "Part", "Record", "parts_of", "read_part"]


def _text(stream: IO[bytes]) -> str:
    stream.seek(0)
    body = stream.read()
    return body.decode(guess_encoding(body[:65_536]), "replace")


def _arrays(value: Any, path: str, around: Mapping[str, Any], depth: int = 0) -> Iterator[Part]:
    if isinstance(value, dict) and depth < 6:
        fields = {**around, **{k: v for k, v in value.items() if isinstance(v, str | int | float)}}
        for key, inner in value.items():
            inside = f"{path}.{key}" if path else key
            if isinstance(inner, list) and any(isinstance(item, dict) for item in inner):
                yield Part(inside, "records", fields)
            yield from _arrays(inner, inside, fields, depth + 1)


def parts_of(stream: IO[bytes], name: str) -> tuple[Part, ...]:
    """The lists of records that a file holds. Raises ContentError naming the thing and what to do."""
    stream.seek(0)
    if zipfile.is_zipfile(stream):
        import openpyxl

        return tuple(Part(title, "table") for title in openpyxl.load_workbook(stream, read_only=True).sheetnames)
    text = _text(stream).lstrip("\ufeff \r\n")
    if not text:
        raise ContentError("bad_file", name, "it is empty")
    if text[0] in "{[":
        try:
            value = json.loads(text)
        except ValueError:
            return (Part("", "records"),)
        return tuple(_arrays(value, "", {})) or (Part("", "records"),)
    return (Part("", "table" if any(d in text.split("\n")[0] for d in ",;\t|") else "lines"),)


def read_part(stream: IO[bytes], name: str, part: Part) -> Iterator[tuple[int, Record]]:
    """(number, record) of one part.

    The number is the line of the file where a row of cells or a line of text begins, the row of a sheet, or the
    place of the record in its list; all from 1. Rows of cells come as they are, with more or fewer cells than others.
    Raises ContentError when the file as a whole is unreadable.
    """
    stream.seek(0)
    if zipfile.is_zipfile(stream):
        import openpyxl

        book = openpyxl.load_workbook(stream, read_only=True, data_only=True)
        yield from enumerate(book[part.path].iter_rows(values_only=True), start=1)
        return
    text = _text(stream)
    if part.form == "lines":
        yield from enumerate(text.splitlines(), start=1)
    elif part.form == "table":
        yield from enumerate(csv.reader(io.StringIO(text, newline="")), start=1)
    else:
        try:
            value = json.loads(text)
            for step in filter(None, part.path.split(".")):
                value = value[step]
            yield from enumerate(value if isinstance(value, list) else [value], start=1)
        except ValueError:
            yield from ((n, json.loads(line)) for n, line in enumerate(text.splitlines(), start=1) if line.strip())

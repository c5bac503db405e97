"""Records of a JSON text: an array of them, one a line, one after another, or an array somewhere within an object."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from sources.files.json_text import MAX_RECORD, BadValueError, Cursor, decoded, repaired
from sources.files.rows import BadRow
from sources.files.text_lines import lines_of

SEEN = 20  # lines or records that decide what the others are
_ASSIGNED = re.compile(r"[\s\ufeff]*(?:(?:var|let|const)\s+)?[A-Za-z_$][\w.$\[\]'\"]{0,100}\s*=\s*(?=[\[{])")
_BEGIN = re.compile(r'\{\s*(?:["}]|\Z)|\[\s*(?:[{\[\]"]|\Z)')


def json_start(head: str) -> int | None:
    """Where JSON begins in a text that is JSON, after the name that a script gives it; None if it is none."""
    assigned = _ASSIGNED.match(head)
    start = assigned.end() if assigned else len(head) - len(head.lstrip("\ufeff \t\r\n\0"))
    return start if _BEGIN.match(head, start) else None


def is_by_line(head: str) -> bool:
    """Whether each line is a record by itself. `head` may end inside a line."""
    if head[:1] == "[":
        return False
    lines = [line for line in islice(lines_of([head]), 10 * SEEN) if line.strip()]
    if len(lines) < 2:
        return False
    whole = [line for line in lines[:SEEN] if _is_record(line)]
    return len(whole) * 2 >= min(len(lines), SEEN)


def _is_record(line: str) -> bool:
    try:
        return isinstance(json.loads(line.strip().strip("\ufeff").rstrip(",")), dict)
    except (ValueError, RecursionError):
        return False


def line_records(lines: Iterator[str]) -> Iterator[tuple[int, Mapping[str, Any] | BadRow]]:
    """(number of the line, record) of a text with a record a line. A bad line costs that line."""
    for number, line in enumerate(lines, start=1):
        text = line.strip("\ufeff \t\r\n\0").rstrip(",")
        if not text:
            continue
        if len(text) > MAX_RECORD:
            yield number, BadRow(number, "too_long")
            continue
        try:
            value, end = decoded(text)
            if isinstance(value, dict) and end == len(text):
                yield number, value
                continue
        except (BadValueError, json.JSONDecodeError):
            pass
        for _, found in items(Cursor(iter([text])), closing=""):
            yield number, BadRow(number, found.code, found.detail) if isinstance(found, BadRow) else found


def items(cursor: Cursor, closing: str = "]") -> Iterator[tuple[int, Mapping[str, Any] | BadRow]]:
    """(number, record) up to `closing`, or to the end of the text where that is "". One bad record costs itself."""
    number, like = 0, _Alike()
    while True:
        sign = cursor.peek()
        if sign == "" or (closing and sign == closing):
            if sign != closing:
                yield number + 1, BadRow(number + 1, "cut_off")
            cursor.place += len(sign)
            return
        if sign in ",;":
            cursor.place += 1
            continue
        number += 1
        try:
            value = cursor.value()
        except BadValueError as error:
            found = _mended(cursor, error, like, number)
            yield number, found
            if isinstance(found, BadRow) and found.code == "cut_off":
                return
            continue
        if isinstance(value, dict):
            like.see(value)
            yield number, value
        else:
            yield number, BadRow(number, "unreadable", "not an object")


class _Alike:
    """How records of a list begin, by the first good one: where reading can go on after one without an end."""

    def __init__(self) -> None:
        self._keys: set[str] = set()
        self._begin: re.Pattern[str] | None = None

    def see(self, record: Mapping[str, Any]) -> None:
        if not self._keys and record:
            self._keys = set(record)
            first = re.escape(json.dumps(next(iter(record)), ensure_ascii=False))
            self._begin = re.compile(rf"\{{\s*{first}\s*:")

    def next_in(self, text: str, start: int) -> int | None:
        """Where in a text the next such record begins."""
        for begin in self._begin.finditer(text, start) if self._begin else ():
            try:
                value = decoded(text, begin.start())[0]
            except (BadValueError, json.JSONDecodeError):
                continue
            if len(self._keys & set(value)) * 2 > len(self._keys):
                return begin.start()
        return None


def _mended(cursor: Cursor, error: BadValueError, like: _Alike, number: int) -> Mapping[str, Any] | BadRow:
    """The record that could not be read at first, or why not; the cursor is then behind it."""
    bad = BadRow(number, error.code, error.detail)
    if error.code == "too_long":
        return bad if cursor.skip() else BadRow(number, "cut_off")
    end = cursor.end_of_value()
    if end is not None:
        text = cursor.text[cursor.place : end]
        follows = cursor.text[end : end + 100].lstrip()[:1]
        if error.code == "too_deep" or follows in {"", ",", "]", "{"}:
            cursor.place = end
            return _repaired(text, bad)
    # A string without its end turns what follows inside out: go on at the next record that is like the others.
    resumed = like.next_in(cursor.text, cursor.place + 1) if error.code == "unreadable" else None
    if resumed is None:
        cursor.place = len(cursor.text)
        while cursor.fill():
            cursor.place = len(cursor.text)
        return BadRow(number, "cut_off", error.detail)
    cursor.place = resumed
    return bad


def _repaired(text: str, bad: BadRow) -> Mapping[str, Any] | BadRow:
    try:
        value = repaired(text)
    except BadValueError:
        return bad
    return value if isinstance(value, dict) else bad

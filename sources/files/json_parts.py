"""The arrays of records within a JSON object, found in one pass, and the way back to one of them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sources.files.json_rows import SEEN
from sources.files.json_text import BadValueError, Cursor
from sources.files.rows import Part

MAX_PARTS = 1_000
DEPTH = 6  # objects and arrays above the records
FIELDS = 60  # of those around an array
FIELD_SIZE = 2_000  # characters
# Arrays of what holds posts have few words of their own and one of these lists in each of their objects.
HELD = ("messages", "posts", "comments", "tweets", "items", "entries", "children", "conversations", "threads", "data")


TEXTS = {"text", "body", "content", "message", "caption", "comment"}  # what has one is a post, and holds none


def _key(cursor: Cursor) -> str | None:
    """The name of the next member of an object, the cursor then behind its colon; None if there is none here."""
    try:
        key = cursor.value() if cursor.peek() == '"' else None
    except BadValueError:
        key = None
    if key is None or cursor.peek() != ":":
        cursor.place += key is None
        return None
    cursor.place += 1
    return str(key)


class _Pass:
    """One pass over a JSON text that notes the arrays of objects in it."""

    def __init__(self, cursor: Cursor) -> None:
        self._cursor = cursor
        self.parts: list[Part] = []

    def object(self, path: str, depth: int) -> dict[str, Any]:
        """The object that begins here: its small fields, which its arrays get too, also those that come before."""
        cursor, own = self._cursor, len(self.parts)
        fields: dict[str, Any] = {}
        cursor.place += 1
        while cursor.peek() not in {"", "}"}:
            if cursor.peek() == ",":
                cursor.place += 1
            elif (key := _key(cursor)) is not None:
                self._member(f"{path}.{key}" if path else key, key, fields, depth)
        cursor.place += 1
        self.parts[own:] = [Part(part.path, part.form, {**fields, **part.around}) for part in self.parts[own:]]
        return fields

    def _member(self, path: str, key: str, fields: dict[str, Any], depth: int) -> None:
        sign = self._cursor.peek()
        if sign == "[" and depth < DEPTH:
            self.array(path, depth + 1)
        elif sign == "{" and depth < DEPTH:
            _note(fields, key, self.object(path, depth + 1))
        else:
            try:
                _note(fields, key, self._cursor.value())
            except BadValueError:
                self._cursor.skip()

    def array(self, path: str, depth: int) -> None:
        """The array that begins here, and those in its objects where it only holds other lists of records."""
        cursor, index, holds = self._cursor, 0, False
        seen: list[Mapping[str, Any]] = []
        own = len(self.parts)
        cursor.place += 1
        while (sign := cursor.peek()) not in {"", "]"}:
            if sign == ",":
                cursor.place += 1
                continue
            try:
                value = cursor.value()
            except BadValueError as error:
                if error.code == "too_long" and sign == "{" and depth < DEPTH:
                    seen.append({})
                    self.object(f"{path}[{index}]", depth + 1)
                else:
                    cursor.skip()
                value = None
            if isinstance(value, dict):
                if len(seen) < SEEN:
                    seen.append(value)
                if index < SEEN or holds:
                    self.parts += _within(value, f"{path}[{index}]", depth)
            index += 1
            if index == SEEN:
                holds = self._settle(seen, own)
            if len(self.parts) - own > MAX_PARTS:
                del self.parts[own + MAX_PARTS :]
        if index < SEEN:
            self._settle(seen, own)
        cursor.place += 1
        if seen:
            self.parts.insert(own, Part(path, "records", {}))

    def _settle(self, seen: list[Mapping[str, Any]], own: int) -> bool:
        """Whether this is an array of what holds posts; what was found in its objects is dropped if not."""
        filled = [value for value in seen if value]
        wordy = any(isinstance(v, str) and len(v) > 80 for value in filled for v in value.values())
        if wordy or any(not TEXTS.isdisjoint(value) for value in filled) or (len(self.parts) - own) * 2 < len(seen):
            del self.parts[own:]
        return len(self.parts) > own


def _note(fields: dict[str, Any], key: str, value: Any) -> None:
    if len(fields) < FIELDS and not isinstance(value, list) and len(key) <= 200:
        size = len(value) if isinstance(value, str) else len(json.dumps(value, default=str))
        if size <= FIELD_SIZE:
            fields[key] = value


def _within(value: Mapping[str, Any], path: str, depth: int) -> Iterator[Part]:
    """Lists of records in an object that is in memory, under the names that such lists have."""
    if depth >= DEPTH:
        return
    fields: dict[str, Any] = {}
    for key, inner in value.items():
        if not isinstance(inner, list):
            _note(fields, key, inner)
    for key, inner in value.items():
        if key in HELD and isinstance(inner, list) and inner and all(isinstance(item, dict) for item in inner):
            yield Part(f"{path}.{key}", "records", fields)
        elif key in HELD and isinstance(inner, dict):
            yield from _within(inner, f"{path}.{key}", depth + 1)


def arrays_of(cursor: Cursor) -> tuple[list[Part], bool]:
    """(arrays of records within the value that begins here, whether nothing else follows it).

    `around` has the small fields of the objects that hold the array, also of those further out.
    """
    found = _Pass(cursor)
    if cursor.peek() == "[":
        found.array("", 0)
    else:
        found.object("", 0)
    return found.parts, cursor.peek() in {"", ";"}


def go_to(cursor: Cursor, wanted: str, path: str = "") -> bool:
    """Move to the array of this path, behind its opening bracket. False where the text has none."""
    sign = cursor.peek()
    if path == wanted:
        cursor.place += sign == "["
        return sign == "["
    closing, index = {"{": "}", "[": "]"}.get(sign, ""), 0
    if not closing:
        return False
    cursor.place += 1
    while (sign := cursor.peek()) not in {"", closing}:
        if sign == ",":
            cursor.place += 1
            continue
        if closing == "]":
            inner, index = f"{path}[{index}]", index + 1
        else:
            key = _key(cursor)
            if key is None:
                continue
            inner = f"{path}.{key}" if path else key
        if wanted == inner or wanted.startswith((f"{inner}.", f"{inner}[")):
            if go_to(cursor, wanted, inner):
                return True
            continue
        try:
            cursor.value()
        except BadValueError:
            cursor.skip()
    cursor.place += 1
    return False

"""Values of a JSON text, one at a time, from pieces of it: a large array costs the memory of one record.

What people have is not always JSON: trailing commas, NaN, raw newlines in strings and a missing end are read around.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

MAX_RECORD = 5_000_000  # characters
MAX_DEPTH = 60  # of lists and objects within a record

_DECODER = json.JSONDecoder(parse_constant=lambda name: None, strict=False)
_BLANK = re.compile(r"[\s\ufeff\x00]*+")
_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"|["{}\[\]]', re.DOTALL)
_TRAILING = re.compile(r'("(?:[^"\\]++|\\.)*+")|,(?=\s*[}\]])', re.DOTALL)
_SCALAR = re.compile(r'"(?:[^"\\]++|\\.)*+"|[^\s,\]}]++', re.DOTALL)
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


class BadValueError(ValueError):
    """A value that is none. `code` says why: unreadable, cut_off, too_long or too_deep."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code, self.detail = code, detail


def _depth(value: Any) -> int:
    level, found = [value], 0
    while level:
        found += 1
        inner = (v.values() if isinstance(v, dict) else v for v in level if isinstance(v, dict | list))
        level = [v for values in inner for v in values if isinstance(v, dict | list)]
        if found > MAX_DEPTH:
            break
    return found


def _whole(value: Any) -> Any:
    """The value with halves of signs (lone surrogates), which no store takes, as the replacement sign."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_whole(item) for item in value]
    if isinstance(value, dict):
        return {_whole(key): _whole(item) for key, item in value.items()}
    return value


def decoded(text: str, start: int = 0) -> tuple[Any, int]:
    """(value that begins at `start`, where it ends). Raises json.JSONDecodeError, BadValueError."""
    try:
        value, end = _DECODER.raw_decode(text, start)
    except json.JSONDecodeError:
        raise
    except RecursionError as error:
        raise BadValueError("too_deep") from error
    except ValueError as error:  # a number of thousands of digits
        raise BadValueError("unreadable", str(error)[:80]) from error
    if text.count("{", start, end) + text.count("[", start, end) > MAX_DEPTH and _depth(value) > MAX_DEPTH:
        raise BadValueError("too_deep")
    if text.find("\\u", start, end) >= 0 and _SURROGATE.search(text, start, end):
        value = _whole(value)
    return value, end


class Cursor:
    """A place in a JSON text of which only the next part is in memory."""

    def __init__(self, pieces: Iterator[str], start: int = 0) -> None:
        self._pieces = pieces
        self.text, self.place, self.ended = "", 0, False
        while start >= len(self.text) and self.fill():
            pass
        self.place = start

    def fill(self, least: int = 1) -> bool:
        """Read on. False where the text has ended."""
        parts = [self.text[self.place :]]
        size = 0
        while size < least and not self.ended:
            piece = next(self._pieces, None)
            self.ended = piece is None
            parts.append(piece or "")
            size += len(parts[-1])
        self.text, self.place = "".join(parts), 0
        return size > 0

    def peek(self) -> str:
        """The next sign that is no blank, "" at the end."""
        while True:
            blank = _BLANK.match(self.text, self.place)
            self.place = blank.end() if blank else self.place
            if self.place < len(self.text):
                return self.text[self.place]
            if not self.fill():
                return ""

    def value(self) -> Any:
        """The next value. Raises BadValueError, still in front of it."""
        self.peek()
        while True:
            try:
                value, end = decoded(self.text, self.place)
                if end < len(self.text) or self.ended:
                    self.place = end
                    return value
            except json.JSONDecodeError as error:
                far = error.pos >= len(self.text) - 16 or error.msg.startswith("Unterminated string")
                if not far or self.ended:
                    raise BadValueError("cut_off" if far else "unreadable", error.msg) from error
            rest = len(self.text) - self.place
            if rest > MAX_RECORD:
                raise BadValueError("too_long")
            if not self.fill(rest):
                self.ended = True

    def end_of_value(self) -> int | None:
        """Where the list or object ends that begins here, by its brackets; None if not within a record's bounds."""
        if len(self.text) - self.place < MAX_RECORD:
            self.fill(MAX_RECORD)
        depth = 0
        for token in _TOKEN.finditer(self.text, self.place):
            depth += (token[0] in "{[") - (token[0] in "}]")
            if depth == 0:
                return token.end()
        return None

    def skip(self) -> bool:
        """Go past the next value, however long. False where the text ends before it does."""
        if self.peek() not in {"{", "["}:
            found = _SCALAR.match(self.text, self.place)
            self.place = max(found.end() if found else 0, self.place + 1)
            return True
        depth = 0
        while True:
            at = len(self.text)
            for token in _TOKEN.finditer(self.text, self.place):
                if token[0] == '"':  # a string that goes on beyond this part
                    at = token.start()
                    break
                depth += (token[0] in "{[") - (token[0] in "}]")
                if depth == 0:
                    self.place = token.end()
                    return True
            self.place = at
            if len(self.text) - at > MAX_RECORD or not self.fill(len(self.text) - at + 1):
                return False


def repaired(text: str) -> Any:
    """The value of a text whose lists or objects end in commas. Raises BadValueError."""
    try:
        mended = _TRAILING.sub(lambda found: found[1] or "", text[:MAX_RECORD])
        return decoded(mended)[0]
    except json.JSONDecodeError as error:
        raise BadValueError("unreadable", error.msg) from error

"""Physical lines of a text, with their ends, and texts that are read line by line, such as chats."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from sources.errors import ContentError
from sources.files.rows import BadRow

MAX_LINE = 20_000_000  # characters
MAX_TEXT = 5_000_000  # characters of a line that is a text

PHONE_MARKS = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\ufeff"
# Day and time before "03/05/2026, 21:15 - Léa: ..." and "[03.05.26, 9:15:00 PM] Léa: ...".
CHAT_HEAD = (
    rf"[{PHONE_MARKS}]*\[?(\d{{1,4}}[./-]\d{{1,2}}[./-]\d{{1,4}}\.?),?\s+(?:at\s|à\s|um\s|a\slas\s)?"
    r"(\d{1,2}[:.h]\d{2}(?:[:.]\d{2})?(?:\s*[ap]\.?\s?m\.?)?)(?:\]|\s[-–])\s"
)
_CHAT = re.compile(rf"{CHAT_HEAD}\s*\S", re.IGNORECASE)


def line_end(sample: str) -> str:
    """How lines end: a text of old Macs has a newline within a cell at most."""
    return "\r" if sample.count("\r") - sample.count("\r\n") > sample.count("\n") else "\n"


def lines_of(pieces: Iterable[str], end: str = "\n") -> Iterator[str]:
    """Lines with their ends, cut at `end` alone. Raises ContentError for one beyond any bound."""
    cut = re.compile(f"[^{end}]*{end}")
    rest = ""
    for piece in pieces:
        text = rest + piece if rest else piece
        last = text.rfind(end) + 1
        rest = text[last:]
        if len(rest) > MAX_LINE:
            raise ContentError("bad_file", "text", f"a line of it is longer than {MAX_LINE // 1_000_000} MB")
        if last:
            yield from cut.findall(text, 0, last)
    if rest:
        yield rest


def is_chat(lines: Iterable[str]) -> bool:
    """Whether these first lines are of an exported chat: the first begins with a moment, and so do many others."""
    filled = [line for line in lines if line.strip()]
    begin = [_CHAT.match(line) is not None for line in filled]
    return any(begin[:3]) and sum(begin) >= max(1, len(begin) / 20)


def numbered_lines(lines: Iterable[str]) -> Iterator[tuple[int, str | BadRow]]:
    """(number, line without its end) of every line, marks and blanks kept as they are."""
    for number, line in enumerate(lines, start=1):
        text = line.removesuffix("\n").removesuffix("\r")
        yield number, text if len(text) <= MAX_TEXT else BadRow(number, "too_long")

"""How the parts of a document are written, the same in every output: cells, sentences, what stands beside a quote."""

from __future__ import annotations

import math
from datetime import date
from urllib.parse import urlsplit

from dashboard.words.language import _, count, day, in_quotes, language_name, moment, percent
from data.posts.quotes import CUT, Quote
from data.sharing.document import Table, Words


def cell_words(value: object, kind: str) -> str:
    """A cell of a table as it is written."""
    if value is None or value == "":
        return "–"
    if kind == "share" and isinstance(value, (int, float)):
        return percent(float(value))
    if kind == "number" and isinstance(value, (int, float)):
        return count(value)
    if kind == "date":
        try:
            return day(date.fromisoformat(str(value)))
        except ValueError:
            return str(value)
    return str(value)


def written_rows(block: Table) -> list[list[str]]:
    """The rows of a table, each cell as it is written."""
    return [
        [cell_words(value, kind) for value, (_name, kind) in zip(row, block.columns, strict=True)] for row in block.rows
    ]


WIDEST = 36  # letters of a column, before its words go on to another line


def column_letters(block: Table, most: float = 0.0) -> list[float]:
    """How wide each column wants to be, in letters: as its longest cell up to WIDEST, no word of it broken, its header
    on two lines at most. Where a line of the table holds `most` letters, the widest give way first."""
    columns = zip(*[[name for name, _kind in block.columns], *written_rows(block)], strict=True)
    wanted, least = [], []
    for name, *cells in columns:
        word = max((len(word) for cell in (name, *cells) for word in cell.split()), default=0)
        bare = max(6, min(word, WIDEST), len(name) // 2 + 2) + 1
        wanted.append(float(max(bare, min(max(map(len, cells), default=0), WIDEST) + 1)))
        least.append(float(bare))
    while most and sum(wanted) > most:
        room = [one - bare for one, bare in zip(wanted, least, strict=True)]
        if max(room) <= 0:
            break
        wanted[room.index(max(room))] -= 1
    return wanted


def row_lines(block: Table, letters: float) -> list[int]:
    """How many lines the header and each row take where a line of the whole table holds so many letters."""
    wanted = column_letters(block, letters)
    share = max(1.0, letters / sum(wanted))
    grid = [[name for name, _kind in block.columns], *written_rows(block)]
    return [max(max(1, math.ceil(len(c) / (share * w))) for c, w in zip(row, wanted, strict=True)) for row in grid]


def plain_words(block: Words) -> str:
    """A sentence with the words of a post that it ends with, as plain text."""
    if block.said is None:
        return block.text
    said = block.said.text or CUT
    return said if block.kind == "heading" and not block.text else f"{block.text} {in_quotes(said)}"


def source_words(quote: Quote) -> str:
    """What stands beside a quote: who, where, when, in which language."""
    lang = language_name(quote.lang)
    parts = [quote.author, quote.place, moment(quote.published_at), lang, _("Demo") if quote.is_demo else ""]
    return " · ".join(part for part in parts if part)


def erased_words() -> str:
    return _("These words were removed: the posts of their author were erased.")


def host_of(url: str) -> str:
    try:
        return urlsplit(url).hostname or url
    except ValueError:
        return url


def line_names() -> dict[str, str]:
    """Names of the kinds of lines in the morning brief."""
    return {
        "alert": _("Alert"),
        "volume": _("Out of the ordinary"),
        "new": _("New"),
        "rising": _("Growing"),
        "fading": _("Fading"),
        "resolved": _("Resolved"),
        "answered": _("Answered"),
        "asked": _("Waiting for you"),
        "debate": _("Debate"),
        "tool": _("New tool"),
        "guest": _("Guests"),
    }

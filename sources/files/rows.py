"""What a file of posts is cut into: its parts, their records, and the rows that are left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

MAX_COLUMNS = 500


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that was left out: its number in the file (the header is row 1) and why.

    Codes of the form: unreadable, unclosed_quote, bad_quotes, too_many_cells, too_long, too_deep, cut_off.
    """

    row: int
    code: str  # one of the form, or what its meaning says: no_text, duplicate, removed, notice, media, private, boost
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

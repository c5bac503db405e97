"""Every export that is known, and which of them a part of a file is."""

from __future__ import annotations

import re

from sources.files.meaning import chats, communities, listening, platforms, research, reviews, scrapers, takeouts
from sources.files.meaning.columns import Mapped
from sources.files.meaning.export import Export
from sources.files.meaning.identity import LINKED
from sources.files.meaning.layout import Sheet
from sources.files.meaning.names import fold
from sources.files.meaning.wording import plain_value

TABLES = (listening, platforms, takeouts, reviews, communities, research, scrapers, chats)
EXPORTS: tuple[Export, ...] = tuple(one for table in TABLES for one in table.EXPORTS)
# Every network that posts of files are of: as their export says, or their own address.
NETWORKS = frozenset((*(one.network for one in EXPORTS if one.network), *LINKED))
MARKS = frozenset(frozenset(marks) for one in EXPORTS for marks in one.marks if len(marks) > 2)


def known_export(sheet: Sheet, file: str) -> Export | None:
    """The export that a part of a `file` of that name is: all of a set of its marks are there.

    Of several, the one that asks for most wins.
    """
    names = {fold(column): column for column in sheet.columns}
    best: Export | None = None
    asked = 0
    for one in EXPORTS:
        marks = max((len(marks) for marks in one.marks if names.keys() >= set(marks)), default=0)
        weight = 2 * marks + bool(one.path) + bool(one.holds[0])
        if marks and weight > asked and _is_there(one, sheet, names, file):
            best, asked = one, weight
    return best


def is_ours(mapped: Mapped) -> bool:
    """Whether what a file holds is said by us: as a person says, else as its export is."""
    by_nature = any(one.name == mapped.export and one.ours for one in EXPORTS)
    return by_nature if mapped.ours is None else mapped.ours


def _is_there(one: Export, sheet: Sheet, names: dict[str, str], file: str) -> bool:
    if one.path and not re.search(one.path, f"{file}:{sheet.part.path}"):
        return False
    column, pattern = one.holds
    if not column:
        return True
    values = (plain_value(row.get(names.get(column, ""))).strip() for row in sheet.first)
    return any(re.fullmatch(pattern, value) for value in values)

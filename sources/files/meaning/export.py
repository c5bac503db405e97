"""What a known export is: how it is told, and what its columns mean. Its tables are beside this module."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

# How a cell writes a text; `wording.words_of` reads each.
Wording = Literal["", "html", "entities", "segments", "pieces", "slack", "shares", "latin1", "reactions"]


@dataclass(frozen=True, slots=True)
class Skip:
    """Rows that are no posts: those whose `column` has a value that `pattern` matches as a whole, for `code`."""

    column: str  # folded
    pattern: str
    code: str  # removed | notice | private | boost


@dataclass(frozen=True, slots=True)
class Export:
    """One export. Names of columns are folded (`names.fold`), of JSON they are paths.

    `marks`: sets of names, one of which a file of it has as a whole (a set a language or version). `path`: a pattern
    that the path of the part matches. `holds`: a column and a pattern that one of its values matches.
    `columns`: field -> names, the first that holds something counts. Templates (`ids`, `parents`, `roots`, `url`,
    `community`) take fields and columns, in braces with underscores; one that lacks a value gives nothing.
    """

    name: str
    network: str  # the kind of its posts; "" where the link of each says it
    marks: tuple[tuple[str, ...], ...]
    columns: Mapping[str, tuple[str, ...]]
    path: str = ""
    holds: tuple[str, str] = ("", "")
    order: Literal["day", "month", ""] = ""
    zone: str = ""  # of times that name none; "" the user's own
    ours: bool = False  # its posts are said by those who exported it
    wording: Wording = ""
    score: Wording = ""
    ids: str = ""  # the id that the network knows a post by; "" where ids count only within such an export
    parents: str = ""
    roots: str = ""
    url: str = ""
    community: str = ""
    skips: tuple[Skip, ...] = ()
    boost: tuple[str, str] = ("", "")  # column and pattern of posts whose words are somebody else's


def export(
    name: str,
    network: str,
    marks: str,
    *,
    path: str = "",
    holds: tuple[str, str] = ("", ""),
    order: Literal["day", "month", ""] = "",
    zone: str = "",
    ours: bool = False,
    wording: Wording = "",
    counts: Wording = "",
    ids: str = "",
    parents: str = "",
    roots: str = "",
    link: str = "",
    place: str = "",
    skips: tuple[Skip, ...] = (),
    boost: tuple[str, str] = ("", ""),
    **columns: str,
) -> Export:
    """An export in one line: names apart by commas, sets of marks by `|`."""
    return Export(
        name,
        network,
        tuple(listed(one) for one in marks.split("|")),
        {field: listed(names) for field, names in columns.items()},
        path,
        holds,
        order,
        zone,
        ours,
        wording,
        counts,
        ids,
        parents,
        roots,
        link,
        place,
        skips,
        boost,
    )


def listed(names: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in names.split(",") if name.strip())


REMOVED = r"\[(?:deleted|removed|deleted by user|removed by reddit|unavailable)[^\]]*\]"

"""Names of columns and keys, made comparable; records of JSON as rows with one value a name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from sources.files.rows import Part

DEPTH = 16
MOST = 800  # values of one record
FIRST = 3  # elements of a list that get a name each

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_SIGNS = re.compile(r"[\W_]+")


def fold(name: str) -> str:
    """A name without case, accents and signs, its words apart: `authorMeta.name` and `Author meta: name` are one."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", _HUMP.sub(" ", name)) if not unicodedata.combining(c))
    return _SIGNS.sub(" ", plain.lower().replace("ß", "ss")).strip()


def flat(record: Mapping[str, Any], part: Part) -> dict[str, Any]:
    """The values of a record by their path (`author.name`, `media.0.title`); lists are there as a whole, too.

    What stands around its list is under `around.`, with the folder and the name of the member that it is in.
    """
    row = dict(_leaves(record, "", 0))
    row |= _leaves(part.around, "around.", 0)
    member = PurePosixPath(part.path.partition(":")[0])
    if member.suffix:
        row |= {"around.folder": member.parent.name, "around.member": member.stem}
    return row


def _leaves(value: Mapping[str, Any], path: str, depth: int) -> Iterator[tuple[str, Any]]:
    left = MOST
    for key, inner in value.items():
        for pair in _leaf(f"{path}{key}", inner, depth):
            yield pair
            left -= 1
            if left <= 0:
                return


def _leaf(name: str, inner: Any, depth: int) -> Iterator[tuple[str, Any]]:
    if isinstance(inner, Mapping) and depth < DEPTH:
        yield from _leaves(inner, f"{name}.", depth + 1)
        return
    yield name, inner
    if isinstance(inner, list) and depth < DEPTH:
        for place, element in enumerate(inner[:FIRST]):
            if isinstance(element, Mapping):
                yield from _leaves(element, f"{name}.{place}.", depth + 1)
            elif not isinstance(element, list):
                yield f"{name}.{place}", element

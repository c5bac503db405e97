"""Names that everybody knows: those of tools, people, places and brands, and the words of the language."""

from __future__ import annotations

import gzip
import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from data.settings import REFERENCE
from insights.text import STOP_WORDS, fold


@dataclass(frozen=True, slots=True)
class KnownNames:
    tools: frozenset[str]
    names: frozenset[str]
    words: frozenset[str]
    everyday: frozenset[str]  # of the tools, those that people name all day: never news


@lru_cache(maxsize=1)
def known_names() -> KnownNames:
    from babel import Locale

    tools: set[str] = set()
    known: set[str] = set()
    everyday: set[str] = set()
    for line in (REFERENCE / "known_names.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        keys = {key_of(name) for name in line.lstrip("~=").split(",") if name.strip()}
        if line.startswith("="):
            everyday |= keys
        if line.startswith("~"):
            known |= keys
        else:
            tools |= keys
    text = gzip.decompress((REFERENCE / "words.txt.gz").read_bytes()).decode("utf-8")
    words, _, names = text.partition("\n\n")
    known |= {key_of(name) for name in names.split()}
    for lang in ("en", "fr"):
        locale = Locale(lang)
        for table in (locale.territories, locale.languages, locale.currencies):
            known |= {key_of(name) for name in table.values()}
        known |= {people for name in locale.territories.values() for people in _peoples(key_of(name))}
        for width in locale.months["format"].values(), locale.days["format"].values():
            known |= {key_of(name) for group in width for name in group.values()}
    return KnownNames(frozenset(tools) - {""}, frozenset(known) - {""}, frozenset(words.split()), frozenset(everyday))


def _peoples(country: str) -> set[str]:
    """What the people of a country may be called, "Bangladeshi" of "bangladesh"; most of the forms are no words."""
    if len(country) < 4:
        return set()
    ends = ("i", "is", "an", "ans", "ian", "ians", "ese", "ish", "ien", "iens", "ienne", "ais", "aise", "ois", "oise")
    stems = {country, country[:-1]} if country[-1] in "aeoy" else {country}
    return {stem + end for stem in stems for end in ends}


@lru_cache(maxsize=50_000)
def key_of(name: str) -> str:
    """A name without what its spellings differ in: case, accents, spaces, dots, hyphens; "Next.js" is "NextJS"."""
    bare = fold(name.strip()).replace("c++", "cplusplus").replace("c#", "csharp").replace("f#", "fsharp")
    return re.sub(r"[\W_]+", "", bare)


def is_known(name: str, others: Collection[str] = frozenset()) -> bool:
    """Whether everybody knows this name, or it is among `others` (keys): brands, tools that were there before."""
    key = key_of(name)
    if len(key) < 2 or key in others:
        return True
    known = known_names()
    if key in known.tools or key in known.names:
        return True
    parts = [key_of(part) for part in name.split()]
    if len(parts) < 2:
        return False
    listed = [p in known.tools or p in known.names or p in others for p in parts]
    # "Google Something" may be new; "Emmanuel Dupont" is a person, "Part-Dieu Lyon" a place.
    return (
        all(listed)
        or (listed[0] and parts[0] not in known.tools)
        or (parts[0] in known.tools and parts[1] in known.words)
    )


def is_everyday(name: str) -> bool:
    """Whether a name is that of a tool, a language or a thing of computing that people name all day."""
    return key_of(name) in known_names().everyday


def is_named(name: str) -> bool:
    """Whether a name, or its first word, is one of people, places or bodies that everybody knows."""
    names = known_names().names
    return key_of(name) in names or any(key_of(first) in names for first in name.split()[:1])


def is_word(name: str) -> bool:
    folded = fold(name)
    return folded in known_names().words or folded in STOP_WORDS

"""What the guard knows of words (`reference/guard.toml`), and when two words say the same."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache

from data.settings import REFERENCE
from insights.text import fold

SAME, OPPOSITE = 1, -1
_SHORTEST = 3  # letters of a stem
_NOT = re.compile(r"^(?:un|in|im|ir|il|dis|non|des)(?=\w{4})")
_FUTURE = re.compile(
    r"(?!camera$|opera$)\w{2,}(?:erai|eras|era|erons|erez|eront|irai|ira|irons|irez|iront|dra|drons|drez|dront)$|^(?:aura|auront)$"
)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Sets of folded words by what they do in a sentence."""

    bind: frozenset[str]
    tell: frozenset[str]
    meta: frozenset[str]
    negations: frozenset[str]
    soft_negations: frozenset[str]
    all: frozenset[str]
    also_all: frozenset[str]
    most: frozenset[str]
    several: frozenset[str]
    only: frozenset[str]
    hedges: frozenset[str]
    wishes: frozenset[str]
    future: frozenset[str]
    causes: frozenset[str]
    gives_cause: frozenset[str]
    direct: frozenset[str]
    hang: frozenset[str]
    before: frozenset[str]
    points_back: frozenset[str]
    endings: tuple[str, ...]  # longest first
    times: dict[str, str]  # a day, a part of it or a month -> the same in one spelling
    units: dict[str, str]
    numbers: dict[str, float]
    groups: dict[str, frozenset[tuple[int, int]]]  # word -> (line, side)
    general: dict[str, tuple[frozenset[str], ...]]  # word -> words that bear it out

    def promises(self, word: str) -> bool:
        """Whether a word speaks of what is to come."""
        return word in self.future or bool(_FUTURE.match(word))


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    held = tomllib.loads((REFERENCE / "guard.toml").read_text(encoding="utf-8"))
    groups: dict[str, set[tuple[int, int]]] = defaultdict(set)
    for line, words in enumerate(held["groups"]):
        for side, part in enumerate(words.split("|")):
            for word in part.split():
                groups[word].add((line, side))
    general: dict[str, list[frozenset[str]]] = defaultdict(list)
    for words in held["general"]:
        sums, _, borne = words.partition(":")
        for word in sums.split():
            general[word].append(frozenset(borne.split()))
    numbers = {word: float(value) for value, words in enumerate(held["numbers"]) for word in words.split()}
    return Lexicon(
        **{name: frozenset(held[name].split()) for name in _SETS},
        endings=tuple(sorted(held["endings"].split(), key=len, reverse=True)),
        times=_first_of([*held["days"], *held["months"]]),
        units=_first_of(held["units"]),
        numbers=numbers | {word: float(value) for word, value in held["large"].items()},
        groups={word: frozenset(places) for word, places in groups.items()},
        general={word: tuple(sets) for word, sets in general.items()},
    )


_SETS = (
    "bind",
    "tell",
    "meta",
    "negations",
    "soft_negations",
    "all",
    "also_all",
    "most",
    "several",
    "only",
    "hedges",
    "wishes",
    "future",
    "causes",
    "gives_cause",
    "direct",
    "hang",
    "before",
    "points_back",
)


def _first_of(lines: list[str]) -> dict[str, str]:
    return {word: line.split()[0] for line in lines for word in line.split()}


@lru_cache(maxsize=20_000)
def stems(word: str) -> frozenset[str]:
    """What is left of a folded word without an ending; itself too."""
    found = {word}
    for ending in lexicon().endings:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            bare = word[: -len(ending)]
            found.add(bare)
            if len(bare) > _SHORTEST and bare[-1] == bare[-2]:
                found.add(bare[:-1])
            if ending in {"ies", "ied"}:
                found.add(bare + "y")
    return frozenset(found)


def same_word(one: str, other: str) -> bool:
    """Whether two folded words are forms of one word."""
    if one == other:
        return True
    if min(len(one), len(other)) < _SHORTEST or one[:3] != other[:3]:
        return False
    shared = stems(one) & stems(other)
    return any(len(stem) >= min(4, len(one), len(other)) for stem in shared)


def likeness(one: str, other: str) -> int:
    """`SAME`, `OPPOSITE` or 0 of two folded words, by form and by the groups of the lexicon."""
    if same_word(one, other):
        return SAME
    held = lexicon()
    if one in held.units and held.units[one] == held.units.get(other):
        return SAME
    mine, theirs = held.groups.get(one, frozenset()), held.groups.get(other, frozenset())
    if mine & theirs:
        return SAME
    sides = dict(theirs)
    if any(line in sides and sides[line] != side for line, side in mine):
        return OPPOSITE
    bare_one, bare_other = _NOT.sub("", one), _NOT.sub("", other)
    if (bare_one != one) != (bare_other != other) and same_word(bare_one, bare_other):
        return OPPOSITE
    return 0


def sums_up(word: str) -> tuple[frozenset[str], ...]:
    """Sets of words any of which bears out a general word, "?" for a question."""
    return lexicon().general.get(word, ())


def folded(text: str) -> str:
    return fold(text.replace("’", "'"))

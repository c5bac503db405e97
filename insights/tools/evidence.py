"""Names in a sentence, and what the words beside each tell of it.

A sign is a cue with its weight, from 0 to 1. Signs are found beside a name, others are added where they hold only
together with these, and those that may be said of ordinary words, people or places count for less.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from data.settings import REFERENCE
from insights.text import STOP_WORDS, fold
from insights.tools.known import is_known, is_word, key_of, known_names
from insights.tools.patterns import (
    A_KIND,
    ACTS,
    AFTERWARDS,
    COMPANY_LAUNCHES,
    CONTRACTED,
    ELIDED,
    ENDING,
    INVERTED,
    LEFT,
    NAME,
    OF_COMPANY,
    OF_NAME,
    PERSON_LEFT,
    PERSON_RIGHT,
    PLACE_LEFT,
    RIGHT,
    ROLE,
    STORE,
)

Sign = tuple[str, float]  # cue, weight

# Signs that an ordinary word at the start of a sentence can have.
_OF_FIRST_WORDS = frozenset({"launch", "show", "version", "link", "defined", "repo", "does", "afterwards"})
_OPENERS = frozenset(
    fold(word)
    for line in (REFERENCE / "openers.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
    for word in line.split()
) | frozenset(fold(word) for word in STOP_WORDS)


@dataclass(frozen=True, slots=True)
class Spot:
    """A name where it stands in a sentence, with the words before and after it."""

    name: str
    start: int
    before: str
    after: str
    first: bool  # nothing stands before it
    ordinary: bool  # one ordinary word, whose capital may come from the start of the sentence

    @property
    def made(self) -> bool:
        """Whether it is written as ordinary words never are."""
        return looks_made(self.name)


def spots_in(sentence: str, others: Collection[str]) -> Iterator[Spot]:
    """Names in a sentence that are not known, in order. In one that shouts, capitals tell nothing."""
    letters = [c for c in sentence if c.isalpha()]
    if sum(c.isupper() for c in letters) > 0.5 * len(letters):
        return
    for match in NAME.finditer(sentence):
        name, cut = _trim(match[0].rstrip("'-"))
        name = name.removesuffix("'s")
        if CONTRACTED.search(name) or len(name) < 2 or is_known(name, others) or name.isdigit():
            continue
        start = match.start() + cut
        stop = start + len(name)
        first = not sentence[:start].strip("\"'«“( *-–—>")
        ordinary = " " not in name and not looks_made(name) and (is_word(name) or (first and bool(ENDING.search(name))))
        yield Spot(name, start, sentence[max(0, start - 90) : start], sentence[stop : stop + 120], first, ordinary)


def signs_of(spot: Spot, sentence: str, later: str, hosts: Collection[str], others: Collection[str]) -> list[Sign]:
    """What a sentence, and the words `later` than it, tell of a name; nothing where it is somebody's. `hosts` are keys
    of the addresses in the post."""
    signs = _beside(spot, others)
    signs += _added(spot, signs, sentence, later, hosts)
    signs = _doubted(spot, signs)
    if _is_somebody(spot, signs):
        return []
    if PLACE_LEFT.search(spot.before) and not _has(signs, "used", "switched"):
        return _scaled(signs, 0.15)
    return signs


def _beside(spot: Spot, others: Collection[str]) -> list[Sign]:
    """Signs that the words right before and right after the name are."""
    company = bool(OF_COMPANY.search(spot.before) or COMPANY_LAUNCHES.match(spot.after))
    right = ((cue, weight * (0.2 if company else 1), words.match(spot.after)) for cue, weight, words in RIGHT)
    left = ((cue, weight, words.search(spot.before)) for cue, weight, words in LEFT)
    return [
        (cue, weight)
        for cue, weight, match in (*right, *left)
        if match is not None and (cue != "versus" or _is_tool(match["other"], others))
    ]


def _is_tool(name: str | None, others: Collection[str]) -> bool:
    """Whether a name, or its first word, is a tool that is known."""
    if not name:
        return False
    known = known_names().tools
    return any(key in known or key in others for key in (key_of(name), key_of(name.split()[0])))


def _added(spot: Spot, signs: list[Sign], sentence: str, later: str, hosts: Collection[str]) -> list[Sign]:
    """Signs that hold for the name besides those of the words beside it, or only together with them."""
    added: list[Sign] = []
    if "." not in spot.name and key_of(spot.name) in hosts:
        added.append(("link", 0.55))
    if spot.first and AFTERWARDS.match(sentence[-1:] + later):
        added.append(("afterwards", 0.3))
    coined = not spot.ordinary and " " not in spot.name and not spot.name.isupper()
    if coined and max((weight for _, weight in (*signs, *added)), default=0.0) >= 0.3:
        added.append(("coined", 0.2))
    if signs or added:
        if STORE.search(sentence):
            added.append(("store", 0.2))
        if spot.made:
            added.append(("shape", 0.25))
    return added


def _doubted(spot: Spot, signs: list[Sign]) -> list[Sign]:
    """The signs, less those and less of those that ordinary words have too."""
    if spot.name.isupper() and len(spot.name) < 6:
        signs = _scaled(signs, 0.4)  # initials are mostly no tools
    if spot.ordinary and spot.first:
        signs = [(cue, weight) for cue, weight in signs if cue in _OF_FIRST_WORDS]
        if all(cue in {"defined", "does"} for cue, _ in signs):
            signs = _scaled(signs, 0.75)
    if _is_actor(spot):
        signs = _scaled(signs, 0.35)
    if spot.ordinary and not _has(signs, "launch", "show", "repo"):
        # "Chapter 3.2", "a nice app Easy to use"
        signs = [(cue, {"version": 0.6, "named": 0.8}.get(cue, 1) * weight) for cue, weight in signs]
    return signs


def _is_actor(spot: Spot) -> bool:
    """ "Emmaüs launches a collection": who, not what."""
    acts = ACTS.match(spot.after)
    return acts is not None and not A_KIND.search(acts["rest"]) and not re.search(r"\bb[êe]ta\b", acts["rest"])


def _is_somebody(spot: Spot, signs: list[Sign]) -> bool:
    """Whether the words beside the name are those beside a person's, or make it a part of another name."""
    return bool(
        (OF_NAME.search(spot.before) and not _has(signs, "launch"))
        or PERSON_RIGHT.search(spot.after)
        or ROLE.search(spot.after)
        or (PERSON_LEFT.search(spot.before) and not _has(signs, "switched"))
    )


def _has(signs: Iterable[Sign], *cues: str) -> bool:
    return any(cue in cues for cue, _ in signs)


def _scaled(signs: Iterable[Sign], factor: float) -> list[Sign]:
    return [(cue, factor * weight) for cue, weight in signs]


def _trim(name: str) -> tuple[str, int]:
    """A name without the ordinary words that begin a sentence, and how many characters were cut."""
    cut = 0
    elided = ELIDED.match(name)
    if elided is not None:
        cut = elided.end()
        name = name[cut:]
        if not name[:1].isupper():
            return "", cut
    if INVERTED.search(name):
        return "", cut
    while " " in name:
        first, rest = name.split(" ", 1)
        if fold(first) not in _OPENERS and not INVERTED.search(first):
            break
        cut += len(first) + 1
        name = rest
    if " " not in name and (fold(name) in _OPENERS):
        return "", cut
    return name, cut


def looks_made(name: str) -> bool:
    """Whether a name is written as ordinary words never are."""
    return bool(re.search(r"[a-z][A-Z]|\w\.\w|^[a-z]+[A-Z]", name)) and not name.isupper()

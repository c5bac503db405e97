"""Names of tools in a post, and how surely its words tell that they are new: nothing here knows other posts.

A name is what is written like one (capitals, camel case, a domain, a package that is installed, a repository). What is
said beside it is evidence: it is launched, tried, switched to, compared with a known tool, or said to be "a tool that".
A name that everybody knows is none: `data/reference/known_names.txt`, names and words of older posts
(`words.txt.gz`), countries, languages and months.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from insights.tools.evidence import Sign, signs_of, spots_in
from insights.tools.known import is_known, key_of
from insights.tools.patterns import HOST, HUNT, INSTALL, LOWER, REPO, SENTENCE, SHOW

MAX_CHARACTERS = 4_000
MAX_NAMES = 25  # of one post
SHOWN = 0.5  # evidence from which a name is shown as a new tool
LAUNCHED = ("launch", "show", "repo", "install")  # cues that say by themselves that a thing is new
_AS_CODE = (
    (INSTALL, "install", 0.75),
    (REPO, "repo", 0.65),
    (HUNT, "repo", 0.7),
    (SHOW, "show", 0.85),
    (LOWER, "defined", 0.6),
)


@dataclass(frozen=True, slots=True)
class Sighting:
    """A name in a post. `evidence` from 0 to 1 that it is a tool which is new to those who read, by what `cue`."""

    name: str
    key: str
    cue: str
    evidence: float
    start: int
    stop: int


def joined(values: Iterable[float]) -> float:
    """The chance that one of several signs is right, were they independent (noisy or)."""
    doubt = 1.0
    for value in values:
        doubt *= 1 - value
    return 1 - doubt


def sightings(text: str, others: Collection[str] = frozenset()) -> list[Sighting]:
    """Names in a post that are not known, each once with all its evidence, in order. Names without any evidence have 0:
    they tell that a name was there."""
    part = text[:MAX_CHARACTERS].replace("’", "'")
    first: dict[str, tuple[str, int]] = {}  # the name as it stands first, and where
    signs: dict[str, list[Sign]] = {}
    for name, start, sign in chain(_as_code(part, others), _in_sentences(part, others)):
        key = key_of(name)
        if key in first or len(first) < MAX_NAMES:
            first.setdefault(key, (name, start))
            signs.setdefault(key, []).append(sign)
    for key, (name, _) in list(first.items()):
        bare = key_of(name.split(".")[0]) if name.count(".") == 1 else key
        if bare != key and bare in first:  # "Portico (portico.so)": one thing
            del first[key]
    seen = (_sighting(key, name, start, signs[key]) for key, (name, start) in first.items())
    return sorted(seen, key=lambda sighting: sighting.start)


def _as_code(part: str, others: Collection[str]) -> Iterator[tuple[str, int, Sign]]:
    """Names that are installed, linked to, or shown: (name, start, sign)."""
    for pattern, cue, weight in _AS_CODE:
        for match in pattern.finditer(part):
            name = match["name"].rstrip(".,/").removesuffix(".git").split("/")[-1]
            if not is_known(name, others) and len(key_of(name)) > 2:
                yield name, match.start("name"), (cue, weight)


def _in_sentences(part: str, others: Collection[str]) -> Iterator[tuple[str, int, Sign]]:
    """Names in running words, once for each sign: (name, start, sign)."""
    hosts = {key_of(match["name"]) for match in HOST.finditer(part)}
    part = re.sub(r"#(?=[A-ZÀ-Þ])", " ", part)  # a tag that is written as a name is one
    for match in SENTENCE.finditer(part):
        later = part[match.end() : match.end() + 40]
        for spot in spots_in(match[0], others):
            for sign in signs_of(spot, match[0], later, hosts, others) or [("", 0.0)]:
                yield spot.name, match.start() + spot.start, sign


def _sighting(key: str, name: str, start: int, signs: Iterable[Sign]) -> Sighting:
    strongest = dict(sorted(signs, key=lambda sign: sign[1]))  # each cue once, at its strongest
    best = max(strongest, key=lambda cue: strongest[cue])
    value = round(joined(strongest.values()), 3)
    return Sighting(name, key, best if value else "", value, start, start + len(name))

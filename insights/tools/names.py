"""Names of tools in a post, and how surely its words tell that they are: nothing here knows other posts.

A name is what is written like one (capitals, camel case, a domain, a package that is installed, a repository), or a
small word of no language beside words of software. What is said beside it is evidence for and against (`evidence.py`).
Names that everybody says all day are none (`data/reference/known_names.txt`); tools that are known elsewhere may be new
here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from insights.tools.cleaning import running_text
from insights.tools.evidence import FIRM, chance, cue_of, signs_of, small_spots, spots_in, weights, whole
from insights.tools.known import is_everyday, key_of, known_names
from insights.tools.patterns import HUNT, INSTALL, REPO, SENTENCE, SHOP, SHOW

MAX_CHARACTERS = 6_000
MAX_NAMES = 40  # of one post
MOST_PLACES = 4  # of one name in a post that are looked at
LEAST = 0.12  # evidence from which a name is worth keeping until more is said
SHOWN = 0.5  # evidence from which a name is shown as a tool
LAUNCHED = ("launch", "show", "repo", "install")  # cues that say by themselves that a thing is new
ALONE = (
    "install",
    "repo",
    "show",
    "link",
    "launch",
    "defined",
    "version",
    "versus",
)  # one post with these may be enough
CERTAIN = ("install", "repo", "show", "version")
FAIR = 0.58  # evidence from which one post with an address of that name is enough: many sites are no tools
SURE = 0.65  # evidence from which one post is enough without any of these
BARE = ("coined", "shape", "title", "store", "afterwards")  # what these say is of the name, not of the thing
NOT_SAID = ("software", "listed", "small", "often")  # what these tell, nobody says
BARELY = 0.25  # most that such a post can tell: any number of them makes no tool
PASSING = 0.45  # most that another post can tell: two people in two places are needed
_AS_CODE = ((INSTALL, "install"), (REPO, "repo"), (SHOP, "repo_shop"), (HUNT, "repo_hunt"), (SHOW, "show"))


@dataclass(frozen=True, slots=True)
class Sighting:
    """A name in a post. `evidence` from 0 to 1 that it is a tool which is new to those who read, by what `cue`."""

    name: str
    key: str
    cue: str
    evidence: float
    start: int
    stop: int
    signs: frozenset[str] = frozenset()


def joined(values: Iterable[float]) -> float:
    """The chance that one of several signs is right, were they independent (noisy or)."""
    doubt = 1.0
    for value in values:
        doubt *= 1 - value
    return 1 - doubt


def sightings(text: str, others: Collection[str] = frozenset()) -> list[Sighting]:
    """Names in a post, each once with all its evidence, in order. Names without any evidence have 0: they tell that a
    name was there."""
    part = text[:MAX_CHARACTERS].replace("’", "'")
    first: dict[str, tuple[str, int]] = {}  # the name as it stands first, and where
    signs: dict[str, list[set[str]]] = {}
    for name, start, found in chain(_as_code(part, others), _in_sentences(part, others)):
        key = key_of(name)
        if key in first or len(first) < MAX_NAMES:
            first.setdefault(key, (name, start))
            signs.setdefault(key, []).append(found)
    for key, (name, _) in list(first.items()):
        bare = key_of(name.split(".")[0]) if name.count(".") == 1 else key
        if bare != key and bare in first:  # "Portico (portico.so)": one thing
            del first[key]
    seen = (_sighting(key, name, start, signs[key]) for key, (name, start) in first.items())
    return sorted(seen, key=lambda sighting: sighting.start)


def _as_code(part: str, others: Collection[str]) -> Iterator[tuple[str, int, set[str]]]:
    """Names that are installed, linked to, or shown: (name, start, sign)."""
    for pattern, sign in _AS_CODE:
        for match in pattern.finditer(part):
            name = match["name"].rstrip(".,/").removesuffix(".git").split("/")[-1]
            key = key_of(name)
            if key not in others and not is_everyday(name) and len(key) > 2 and not _is_number(key):
                yield name, match.start("name"), {sign, *(("listed",) if key in known_names().tools else ())}


def _is_number(key: str) -> bool:
    """Whether a name is a number or hash of a machine."""
    return bool(re.fullmatch(r"(?:id)?\d+|[0-9a-f]{7,}", key)) and any(c.isdigit() for c in key)


def _in_sentences(part: str, others: Collection[str]) -> Iterator[tuple[str, int, set[str]]]:
    """Names in running words, once for each place: (name, start, signs)."""
    clean = running_text(part)
    about = whole(part, clean)
    clean = re.sub(r"#(?=[A-ZÀ-Þ])", " ", clean)  # a tag that is written as a name is one
    heard: Counter[str] = Counter()
    at = 0
    for line in clean.splitlines(keepends=True):
        headline = is_headline(line)
        for match in SENTENCE.finditer(line):
            later = line[match.end() : match.end() + 40]
            spots = spots_in(match[0], others, headline=headline)
            for spot in chain(
                spots, small_spots(match[0], others) if about.readable and (about.technical or about.hosts) else ()
            ):
                heard[spot.name] += 1
                if not is_everyday(spot.name):
                    told = heard[spot.name] <= MOST_PLACES
                    signs = signs_of(spot, match[0], later, about, others) if told else set()
                    yield spot.name, at + match.start() + spot.start, signs
        at += len(line)


def is_headline(line: str) -> bool:
    """Whether a line writes its words with capitals, as English headlines do: then a capital tells nothing."""
    words = re.findall(r"(?<![\w'])[^\W\d_]{4,}", line[:400])
    return len(words) >= 3 and sum(word[0].isupper() for word in words) >= 0.7 * len(words)


def _sighting(key: str, name: str, start: int, places: list[set[str]]) -> Sighting:
    """One name with what all its places in a post tell: what speaks for it anywhere, and what speaks against it
    wherever it says something."""
    telling = [signs for signs in places if signs]
    if not telling:
        return Sighting(name, key, "", 0.0, start, start + len(name))
    signs = set.union(*telling)
    everywhere = set.intersection(*telling)
    signs -= {sign for sign in ("no_headline", "no_first", "no_place", "no_part", "small") if sign not in everywhere}
    if len(places) >= 3:
        signs.add("often")
    value = chance(signs)
    weight = {sign: max(weights().get(sign, 0.0), FIRM.get(sign, 0.0)) for sign in signs}
    told = [sign for sign in signs if weight[sign] > 0 and cue_of(sign) not in NOT_SAID]
    best = max(told, key=lambda sign: (cue_of(sign) in ALONE, cue_of(sign) not in BARE, weight[sign], sign), default="")
    new = [sign for sign in told if cue_of(sign) in LAUNCHED]
    if new and cue_of(best) == "defined":  # that it is out says more than what it is
        best = max(new, key=lambda sign: (weight[sign], sign))
    if cue_of(best) in BARE or not best:
        value = min(value, BARELY)
    elif not _enough_alone(cue_of(best), value, signs):
        value = min(value, PASSING)
    return Sighting(name, key, cue_of(best) or "named", round(value, 3), start, start + len(name), frozenset(signs))


def _enough_alone(cue: str, value: float, signs: set[str]) -> bool:
    """Whether one post can be enough: it links or installs it, says what it is or that it is out, or says so much that
    little doubt is left. Of a tool that is known elsewhere, only a post about it, or about software, is news; where
    much speaks for a person, for a word of a program or for another subject, only a link or a version is enough."""
    if "listed" in signs and not signs & {"title", "title_begins", "software_3"}:
        return False
    if signs & {"no_two", "no_given", "no_software", "no_identifier", "no_person", "no_work"} and cue not in CERTAIN:
        return False
    if cue == "link" and not signs & FIRM.keys():
        return value >= FAIR
    return cue in ALONE or value >= SURE or bool(signs & FIRM.keys())

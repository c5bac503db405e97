"""Names in a sentence, and what the words beside each tell of it.

A sign is a key; what it weighs is in `data/reference/tool_signs.toml`, learned from posts that were read one by one
(`python -m insights train tools`). Signs for and against are added up as in a logistic regression.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from data.settings import REFERENCE
from insights.text import STOP_WORDS, fold
from insights.tools.known import is_named, is_word, key_of, known_names
from insights.tools.patterns import (
    A_KIND,
    A_WORK,
    ACTS,
    AFTERWARDS,
    COMPANY_LAUNCHES,
    CONTRACTED,
    ELIDED,
    ENDING,
    HOST,
    IDENTIFIER,
    INVERTED,
    LEFT,
    LINKED,
    LOWER,
    NAME,
    NO_TOOL,
    OF_COMPANY,
    OF_NAME,
    OF_SOFTWARE,
    PERSON_LEFT,
    PERSON_RIGHT,
    PLACE_LEFT,
    RIGHT,
    ROLE,
    STORE,
)

# Signs that an ordinary word at the start of a sentence can have.
_OF_FIRST_WORDS = ("launch", "show", "version", "link", "defined", "repo", "does", "afterwards", "named", "title")
# Signs that tell of all the words of a run, not of one among them.
_OF_RUNS = ("launch", "found", "used", "tried", "named", "switched", "aside")
# Signs one of which a word without a capital needs: any word of any text is one.
_OF_LOWER = ("launch", "link", "named", "used", "switched", "tried", "show", "found", "versus", "defined", "title")
_OPENERS = frozenset(
    fold(word)
    for line in (REFERENCE / "openers.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
    for word in line.split()
) | frozenset(fold(word) for word in STOP_WORDS)
# Signs that are enough by themselves, too rare in what was read for their weight to be learned.
FIRM = {
    "install": 0.75,
    "show": 0.8,
    "repo": 0.6,
    "repo_shop": 0.65,
    "repo_hunt": 0.7,
    "named_so": 0.6,
    "versus_left": 0.6,
}
_DOUBTED = {"no_person", "no_given", "no_identifier", "no_work", "no_ordinary", "no_kind"}
_STRANGE = 0.2  # share of unknown small words from which a text is in neither language
NEAR = 45  # characters before a name in which what kind of thing it is stands
LONG = 800  # characters from which a post about software holds several words of it
TITLE = 160  # characters of a title at most


@lru_cache(maxsize=1)
def weights() -> dict[str, float]:
    """What each sign adds to the log-odds that a name is a tool worth knowing; "" is where they start."""
    return {
        key: float(value)
        for key, value in tomllib.loads((REFERENCE / "tool_signs.toml").read_text(encoding="utf-8"))["weights"].items()
    }


def chance(signs: Iterable[str]) -> float:
    """The chance, from 0 to 1, that a name with these signs is a tool worth knowing."""
    learned = weights()
    told = set(signs)
    odds = learned[""] + sum(learned.get(sign, 0.0) for sign in told)
    least = 0.0 if told & _DOUBTED else max((FIRM.get(sign, 0.0) for sign in told), default=0.0)
    return max(least, 1 / (1 + math.exp(-odds)))


def cue_of(sign: str) -> str:
    """What a sign tells in one word: several patterns tell the same."""
    return sign.split("_")[0].rstrip("0123456789")


@dataclass(frozen=True, slots=True)
class Whole:
    """What a whole post tells of each name in it."""

    title: str  # its first line where more follows, else ""
    hosts: frozenset[str]  # keys of names in its addresses, and of words that are links
    small: Counter[str]  # words without a capital
    technical: int  # how many different words of software it holds
    long: bool  # whether it is long enough to show what it speaks of
    readable: bool  # whether its small words are of a language that we know


@dataclass(frozen=True, slots=True)
class Spot:
    """A name where it stands in a sentence, with the words before and after it."""

    name: str
    start: int
    before: str
    after: str
    first: bool  # nothing stands before it
    headline: bool  # its line writes most words with a capital: one tells nothing
    ordinary: bool  # all its words are of the language

    @property
    def made(self) -> bool:
        """Whether it is written as ordinary words never are."""
        return looks_made(self.name)


def whole(text: str, clean: str) -> Whole:
    """What a post tells as a whole; `clean` is its running text."""
    title, _, body = clean.strip().partition("\n")
    has_title = len(body.strip()) >= 40 and 0 < len(title) <= TITLE and not title.rstrip().endswith((".", ":", ","))
    hosts = {key_of(match["name"]) for match in HOST.finditer(text)}
    hosts |= {key_of(match["name"]) for match in LINKED.finditer(text)}
    small = Counter(re.findall(r"(?<![\w@#/.'-])[a-zà-ÿ]{3,}(?![\w/.@])", clean))
    strange = sum(not is_word(word) for word in small)
    technical = {fold(match[0]) for match in OF_SOFTWARE.finditer(clean)}
    return Whole(
        title if has_title else "",
        frozenset(hosts - {""}),
        small,
        len(technical),
        len(clean) > LONG,
        strange <= max(2, _STRANGE * len(small)),
    )


def spots_in(sentence: str, others: Collection[str], *, headline: bool = False) -> Iterator[Spot]:
    """Names in a sentence, in order. In one that shouts, capitals tell nothing."""
    letters = [c for c in sentence if c.isalpha()]
    if sum(c.isupper() for c in letters) > 0.5 * len(letters):
        return
    for match in NAME.finditer(sentence):
        for part, at in _owned(match[0]):
            name, cut = _trim(part.rstrip("'-"), headline)
            if CONTRACTED.search(name) or len(name) < 2 or name.isdigit() or key_of(name) in others:
                continue
            if len(key_of(name)) < 2 or re.fullmatch(r"[A-Z]{2,}s", name):
                continue  # initials in the plural are a kind of thing
            start = match.start() + at + cut
            stop = start + len(name)
            if sentence.startswith(("::", "(", "->"), stop) or sentence.endswith(("::", "->", "&", "."), 0, start):
                continue  # out of a program
            first = not sentence[:start].strip("\"'«“( *-–—>[")
            before, after = sentence[max(0, start - 90) : start], sentence[stop : stop + 120]
            yield Spot(name, start, before, after, first, headline, _is_ordinary(name, first))


def small_spots(sentence: str, others: Collection[str]) -> Iterator[Spot]:
    """Words without a capital that are of no language that we know, in order: they may be names."""
    for match in LOWER.finditer(sentence):
        name = match["name"]
        if len(key_of(name)) < 3 or _is_plain(name) or key_of(name) in others:
            continue
        start, stop = match.span("name")
        first = not sentence[:start].strip("\"'«“( *-–—>[`")
        before, after = sentence[max(0, start - 90) : start].rstrip('`*["'), sentence[stop : stop + 120].lstrip('`*"]')
        yield Spot(
            name, start, before if before[-1:].isspace() or not before else before + " ", after, first, False, False
        )


@lru_cache(maxsize=50_000)
def _is_plain(name: str) -> bool:
    """Whether a small word is of the language, in one of its forms or compounds."""
    return bool(A_KIND.fullmatch(name) or OF_SOFTWARE.fullmatch(name)) or all(
        is_word(part)
        or any(part.startswith(begin) and is_word(part[len(begin) :]) for begin in ("re", "un", "non", "pre", "over"))
        or any(is_word(part.removesuffix(end)) for end in ("s", "es", "ed", "ing", "ly", "er", "r", "d"))
        or part.isdigit()
        for part in re.split(r"[-_.]", name)
    )


def _is_ordinary(name: str, first: bool) -> bool:
    if looks_made(name) or any(c.isdigit() for c in name):
        return False
    return all(is_word(part) for part in name.split()) or (
        " " not in name and first and (bool(ENDING.search(name)) or _is_plain(name.lower()))
    )


def signs_of(spot: Spot, sentence: str, later: str, about: Whole, others: Collection[str]) -> set[str]:
    """What a sentence, and the words `later` than it, tell of a name, for and against."""
    signs = _beside(spot, others)
    signs |= _added(spot, signs, sentence, later, about)
    if spot.ordinary and spot.first:
        signs = {sign for sign in signs if cue_of(sign) in _OF_FIRST_WORDS}
    if spot.name[:1].islower() and not spot.made and not any(cue_of(sign) in _OF_LOWER for sign in signs):
        return set()
    if spot.headline and re.match(
        r" [A-Z][a-z]", spot.after
    ):  # "Release of Merrow Files": what is said is of the files
        signs = {sign for sign in signs if cue_of(sign) not in _OF_RUNS}
    return (signs | _against(spot, signs, about)) if signs else signs


def _beside(spot: Spot, others: Collection[str]) -> set[str]:
    """Signs that the words right before and right after the name are."""
    company = bool(OF_COMPANY.search(spot.before) or COMPANY_LAUNCHES.match(spot.after))
    right = ((sign, words.match(spot.after)) for sign, words in RIGHT if not company)
    near = spot.before[-NEAR:]  # where a kind of thing stands
    left = ((sign, words.search(near if sign.startswith("named") else spot.before)) for sign, words in LEFT)
    return {
        sign
        for sign, match in (*right, *left)
        if match is not None and (cue_of(sign) != "versus" or _is_tool(match["other"], others))
    }


def _word_in(text: str, word: str) -> int:
    """Where a word stands in a text as a whole, -1 for nowhere."""
    at = text.find(word)
    while at >= 0:
        if not text[at - 1 : at].isalnum() and not text[at + len(word) : at + len(word) + 1].isalnum():
            return at
        at = text.find(word, at + 1)
    return -1


def told_by(before: str, after: str, others: Collection[str] = frozenset()) -> float:
    """How much the words beside a name, before and after it in its sentence, tell that it is a tool, from 0 to 1."""
    spot = Spot("", 0, before[-90:].replace("’", "'"), after[:120].replace("’", "'"), False, False, False)
    return 1 - math.exp(-sum(max(0.0, weights().get(sign, 0.0)) for sign in _beside(spot, others)))


def _is_tool(name: str | None, others: Collection[str]) -> bool:
    """Whether a name, or its first word, is a tool that is known."""
    if not name or not name[0].isupper():
        return False
    known = known_names().tools
    return any(key in known or key in others for key in (key_of(name), key_of(name.split()[0])))


def _added(spot: Spot, signs: set[str], sentence: str, later: str, about: Whole) -> set[str]:
    """Signs that hold for the name besides those of the words beside it, or only together with them."""
    added: set[str] = set()
    if "." not in spot.name and key_of(spot.name) in about.hosts:
        added.add("link")
    if "switched" in signs and any(_is_tool(match[0], ()) for match in NAME.finditer(spot.before)):
        added.add("versus_left")
    if spot.first and AFTERWARDS.match(sentence[-1:] + later):
        added.add("afterwards")
    at = _word_in(about.title.lower(), spot.name.lower())
    if at >= 0:
        added.add("title" if at else "title_begins")
    if not signs and not added and not (about.technical and spot.made) and about.technical < 3:
        return added
    if not spot.ordinary and not is_named(spot.name) and not spot.name.isupper():
        added.add("coined" if " " not in spot.name else "coined_long")
    if STORE.search(sentence):
        added.add("store")
    if spot.made:
        added.add("shape")
    if spot.name[:1].islower() and not spot.made:
        added.add("small")
    for step in (1, 3, 6):
        if about.technical >= step:
            added.add(f"software_{step}")
    if key_of(spot.name) in known_names().tools:
        added.add("listed")
    return added


def _against(spot: Spot, signs: set[str], about: Whole) -> set[str]:
    """Signs that a name is somebody's, a place's, an organisation's or none at all."""
    parts = spot.name.split()
    found = {
        "no_initials": bool(re.fullmatch(r"[A-Z0-9-]{2,5}s?", spot.name)),
        "no_identifier": (spot.made or "_" in spot.name) and bool(IDENTIFIER.search(spot.name)),
        "no_software": about.long and about.technical < 3,
        "no_ordinary": spot.ordinary and len(parts) == 1,
        "no_ordinary_long": spot.ordinary and len(parts) > 1,
        "no_first": spot.ordinary and spot.first,
        "no_headline": spot.headline,
        "no_actor": _is_actor(spot),
        "no_person": _is_somebody(spot),
        "no_part": bool(OF_NAME.search(spot.before)),
        "no_place": "versus_left" not in signs and bool(PLACE_LEFT.search(spot.before)),
        "no_known": is_named(spot.name),
        "no_given": len(parts) == 2 and is_named(parts[0]) and not spot.made,
        "no_two": len(parts) == 2 and not spot.ordinary and not spot.made and not any(map(is_word, parts)),
        "no_long": len(parts) > 3,
        "no_kind": bool(NO_TOOL.search(spot.name)),
        "no_work": bool(A_WORK.search(spot.before[-NEAR:]) or A_WORK.match(spot.after)),
        "no_small": len(parts) == 1
        and spot.name[:1].isupper()
        and is_word(spot.name)
        and about.small[spot.name.lower()] > 0,
        "no_owner": bool(re.match(r"'s\b", spot.after)),
    }
    return {sign for sign, holds in found.items() if holds}


def _is_actor(spot: Spot) -> bool:
    """ "Emmaüs launches a collection": who, not what."""
    acts = ACTS.match(spot.after)
    return acts is not None and not A_KIND.search(acts["rest"]) and not re.search(r"\bb[êe]ta\b", acts["rest"])


def _is_somebody(spot: Spot) -> bool:
    """Whether the words beside the name are those beside a person's."""
    return bool(PERSON_RIGHT.search(spot.after) or ROLE.search(spot.after) or PERSON_LEFT.search(spot.before[-NEAR:]))


def _owned(run: str) -> Iterator[tuple[str, int]]:
    """The owner and what is owned, each with where it starts: "Eltima's Port Driver" are two names."""
    at = 0
    for part in re.split(r"'s(?= |$)", run):
        bare = part.lstrip(" ")
        if bare:
            yield bare, at + len(part) - len(bare)
        at += len(part) + 2


def _trim(name: str, headline: bool) -> tuple[str, int]:
    """A name without the ordinary words that begin a sentence, and how many characters were cut. In a headline, all
    ordinary words around a name that is none go."""
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
        action = first.endswith("ing") and is_word(first) and not is_word(rest.split(" ")[0])
        if fold(first) not in _OPENERS and not INVERTED.search(first) and not action:
            break
        cut += len(first) + 1
        name = rest
    if " " not in name and (fold(name) in _OPENERS):
        return "", cut
    if headline and " " in name:
        return _bared(name, cut)
    if name.count(" ") == 1 and name.split(" ")[1].isupper() and key_of(name.split(" ")[0]) in known_names().tools:
        name = name.split(" ")[0]  # "CloudFront CDN"
    return name, cut


def _bared(name: str, cut: int) -> tuple[str, int]:
    parts = name.split(" ")
    listed = next((run for run in _runs(parts) if key_of(" ".join(run)) in known_names().tools), None)
    if listed is not None:
        at = name.index(" ".join(listed))
        return " ".join(listed), cut + at
    telling = [not is_word(part) or looks_made(part) or key_of(part) in known_names().tools for part in parts]
    if not any(telling):
        return name, cut
    first, last = telling.index(True), len(parts) - telling[::-1].index(True)
    return " ".join(parts[first:last]), cut + sum(len(part) + 1 for part in parts[:first])


def _runs(parts: list[str]) -> Iterator[list[str]]:
    """Two neighbours and more among words, the longest first."""
    for size in range(min(3, len(parts)), 1, -1):
        for at in range(len(parts) - size + 1):
            yield parts[at : at + size]


def looks_made(name: str) -> bool:
    """Whether a name is written as ordinary words never are."""
    return bool(re.search(r"[a-z][A-Z]|\w\.\w|^[a-z]+[A-Z]|^[a-z]+\d", name)) and not name.isupper()

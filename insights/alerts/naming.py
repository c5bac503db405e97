"""Whether what bursts is a thing that people speak of: its words name something, and it is said by several voices.

A site writes for one voice, whoever signs; elsewhere each author is one. What a site has in its posts on other days
too, its template or its daily column, is nothing new there. Pure.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from babel import Locale

from data.settings import REFERENCE
from insights.text import fold

LEAST_VOICES = 4
LEAST_SAID = 6  # posts that say it, copies counted once
COLUMN_DAYS = 3  # earlier days on which a site wrote a word: it is no news there
MOST_WORDS = 5


@dataclass(frozen=True, slots=True)
class Said:
    """A post of a burst, or of the days before it. `voice`: its site, or its author elsewhere; `copies`: the group of
    its copies, 0 for none."""

    id: int
    day: int
    site: int  # 0 where people write, not a site
    voice: str
    place: str
    words: frozenset[str]
    copies: int = 0


@dataclass(frozen=True, slots=True)
class Thing:
    """What a burst is about: its words, strongest first, the posts that say it, voices and places."""

    words: tuple[str, ...]
    posts: tuple[int, ...]
    voices: int
    places: int


@lru_cache(maxsize=1)
def unnaming() -> frozenset[str]:
    """Folded words that name nothing: days, months, greetings, times, numbers, what pages say of themselves."""
    lines = (REFERENCE / "unnaming_words.txt").read_text(encoding="utf-8").splitlines()
    words = {fold(word) for line in lines if not line.startswith("#") for word in line.split()}
    for lang in ("en", "fr"):
        locale = Locale(lang)
        for table in (locale.days, locale.months):
            for width in ("wide", "abbreviated"):
                names = [fold(name).strip(".") for name in table["format"][width].values()]
                words |= {*names, *(f"{name}s" for name in names)}
    return frozenset(words)


def names_a_thing(word: str) -> bool:
    """Whether a folded word can name a thing."""
    return word.lstrip("#") not in unnaming() and not word.lstrip("#").isdigit()


def thing_of(words: Sequence[str], inside: Sequence[Said], before: Sequence[Said]) -> Thing | None:
    """What a burst of words is about, None where it is about nothing, or is what one site always writes.

    `words` strongest first; `inside` are the posts that hold one of them, `before` those of the two weeks before.
    """
    days: dict[tuple[int, str], set[int]] = defaultdict(set)
    wanted = [word for word in words if names_a_thing(word)]
    for post in before:
        if post.site:
            for word in post.words.intersection(wanted):
                days[post.site, word].add(post.day)
    usual = {key for key, seen in days.items() if len(seen) >= COLUMN_DAYS}
    told: dict[int, set[str]] = {}
    for post in inside:
        held = {word for word in post.words.intersection(wanted) if (post.site, word) not in usual}
        if held:
            told[post.id] = held
    said = [post for post in inside if post.id in told]
    texts = {post.copies or -post.id for post in said}
    voices = {post.voice for post in said}
    if len(texts) < LEAST_SAID or len(voices) < LEAST_VOICES:
        return None
    holders = Counter(word for held in told.values() for word in held)
    kept = [word for word in wanted if holders[word] >= LEAST_VOICES][:MOST_WORDS]
    if not kept:
        return None
    return Thing(tuple(kept), tuple(post.id for post in said), len(voices), len({post.place for post in said}))

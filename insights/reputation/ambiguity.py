"""Whether a brand's name is also a common word where it is looked for, and what a stricter query would lose. Pure.

A name without its capital is no proof of a common word: many write names so. Each post is looked at for how the name
stands in it: behind an article it is a word ("a notion of"), behind a preposition or beside the words that stand
beside it elsewhere it is the name, and in a post without any capital its own says nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from insights.text import fold, terms

LEAST = 5  # posts that write the name
COMMON = 0.3  # of them without its capital: worth a look
LOST = 0.1  # of the mentions, at most, that a stricter query may lose
LEAST_WORDS = 3  # posts in which the name is a common word
BESIDE = 0.1  # of the posts with a capital hold a word: it stands beside the name
_BEFORE = 40  # characters before a name that are looked at

_ARTICLE = re.compile(
    r"(?:\b(?:a|an|the|this|that|these|those|no|any|some|every|each|my|your|his|her|its|our|their|one|two|three|many"
    r"|several|un|une|le|la|les|des|du|au|aux|ce|cet|cette|ces|mon|ma|mes|ton|ta|tes|son|sa|ses|notre|nos|votre|vos"
    r"|leur|leurs|aucun|aucune|quelque|quelques|chaque|plusieurs|deux|trois)\s+|\b[lL]['’])(?:[\w-]+\s+)?$",
    re.IGNORECASE,
)
_NAMELIKE = re.compile(
    r"(?:\b(?:on|with|from|via|using|use|uses|used|try|tried|love|like|install|installed|switch(?:ed)? to|moved? to"
    r"|than|sur|avec|chez|depuis|par|utilise|utiliser|utilisons|utilisez|essay\w+|adore|aime|installer?|passer? à"
    r"|passé à|que)\s+|[@#])$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Ambiguity:
    """How a name is written in a sample. `small` are the posts without its capital: of them `mentions` are about the
    name, `common` use the word. `advice`: capital (take it with its capital only), context (ask for a word beside it),
    keep (most without the capital are mentions: leave it), "" where there is nothing to say."""

    advice: str = ""
    with_capital: tuple[int, ...] = ()  # places in the sample
    mentions: tuple[int, ...] = ()
    common: tuple[int, ...] = ()
    unclear: tuple[int, ...] = ()

    @property
    def small(self) -> int:
        return len(self.mentions) + len(self.common) + len(self.unclear)

    @property
    def total(self) -> int:
        return self.small + len(self.with_capital)


def ambiguity_of(name: str, texts: Sequence[str]) -> Ambiguity:
    """Look at how posts write a name, and at what each way of writing it says."""
    written = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE)
    if not name[:1].isupper():
        return Ambiguity()
    places = {number: list(written.finditer(text[:4_000])) for number, text in enumerate(texts)}
    places = {number: found for number, found in places.items() if found}
    capital = [number for number, found in places.items() if any(f[0][:1].isupper() for f in found)]
    beside = _beside(name, [texts[number] for number in capital])
    sides: dict[str, list[int]] = {"mention": [], "common": [], "": []}
    for number, found in places.items():
        if number not in set(capital):
            sides[_meant(texts[number], found[0], beside)].append(number)
    held = Ambiguity("", tuple(capital), tuple(sides["mention"]), tuple(sides["common"]), tuple(sides[""]))
    return Ambiguity(_advice(held), held.with_capital, held.mentions, held.common, held.unclear)


def _beside(name: str, texts: Sequence[str]) -> frozenset[str]:
    """Words that stand in posts with the name written as a name."""
    own = {fold(word) for word in name.split()}
    counts = Counter(word for text in texts for word in set(terms(text)) - own)
    return frozenset(word for word, number in counts.items() if number >= max(2, BESIDE * len(texts)))


def _meant(text: str, found: re.Match[str], beside: frozenset[str]) -> str:
    """What a name without its capital is in a post: mention, common, or "" where it cannot be told."""
    before = text[max(0, found.start() - _BEFORE) : found.start()]
    if _ARTICLE.search(before):
        return "common"
    if _NAMELIKE.search(before) or beside & set(terms(text)):
        return "mention"
    # Who writes without any capital writes names so too.
    return "mention" if text == text.lower() else ""


def _advice(held: Ambiguity) -> str:
    if held.total < LEAST or held.small < COMMON * held.total:
        return ""
    # What cannot be told may be a mention: it is counted as one that would be lost.
    may_lose = len(held.mentions) + len(held.unclear)
    if len(held.common) < LEAST_WORDS:
        return "keep"
    return "capital" if may_lose <= LOST * (may_lose + len(held.with_capital)) else "context"

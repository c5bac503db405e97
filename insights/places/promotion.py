"""What the rules of a place say of promotion: the sentences, word for word, and how strictly they read. Pure.

A sentence is quoted where it speaks of promotion; whether it forbids is a reading of a few words, shown beside the
quote and never instead of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

HOW = ("forbids", "limits", "speaks")  # the strictest first
MOST = 6  # sentences
_ABOUT = re.compile(
    r"self[- ]?promo\w*|promot(?:e|es|ed|ing|ion|ions|ional)\b|advertis\w+|\bads?\b|\bspam\w*|affiliate|referral"
    r"|solicit\w*|commercial\w*|market(?:ing|ers?)\b|\bvendors?\b"
    r"|\b(?:your|their|one's) (?:own )?(?:products?|compan(?:y|ies)|blogs?|channels?|(?:web)?sites?|content|links?)\b"
    r"|auto-?promo\w*|\bpromo(?:tion\w*|uvoir)?\b|publicit\w+|\bpub\b|\bpubs\b|\bdémarch\w+|parrainage|affiliation"
    r"|\bvotre (?:propre )?(?:produit|entreprise|blog|chaîne|site)\b",
    re.IGNORECASE,
)
_FORBIDS = re.compile(
    r"\bno\b|\bnot\b|n['’]t\b|\bnever\b|\bwithout\b|forbid\w*|prohibit\w*|\bbann?(?:ed|s)?\b|\bremoved?\b|disallow\w*|refrain|avoid"
    r"|\bzero tolerance\b"
    r"|interdi\w+|\bpas\b|aucune?s?\b|\bjamais\b|proscri\w+|bannie?s?\b|prohib\w+|supprim\w+|évite[zr]?\b|\bni\b",
    re.IGNORECASE,
)
_UNLESS = re.compile(
    r"\bunless\b|\bexcept\b|\bonly\b|\bmay\b|\ballowed\b|\bpermitted\b|\bif you\b|\bask\b|\bpermission\b|\bweekly\b"
    r"|\bthread\b"
    r"|\d+ ?%|\bdisclos\w+|\bdisclaim\w*|\bas long as\b|\bexcessive\w*|\bprimarily\b|\bmainly\b|\baffiliation\b"
    r"|\bsauf\b|\buniquement\b|\bseulement\b|\bautoris\w+|\bpermis\w*|\bà condition\b|\baccord\b|\bhebdomadaire\b"
    r"|\bfil\b|\bpréciser\b|\bexcessi\w+",
    re.IGNORECASE,
)
_NOT_ALLOWED = re.compile(r"\bnot (?:be )?(?:allowed|permitted)\b|n['’]est pas (?:autoris|permis)\w*", re.IGNORECASE)
_SENTENCE = re.compile(r"[^\n]+?(?:(?<!e\.g)(?<!i\.e)[.!?…]+(?=\s|$)|(?=\n)|$)")


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence of the rules that speaks of promotion: `text` is text[start:stop] of them. `how` is forbids,
    limits (it forbids or allows under a condition) or speaks."""

    text: str
    start: int
    how: str


def promotion_in(rules: str) -> list[Said]:
    """The sentences on promotion, in their order, at most MOST; those that forbid or limit before others."""
    found = []
    for match in _SENTENCE.finditer(rules):
        words = match[0].strip()
        if len(words) < 4 or not _ABOUT.search(words):
            continue
        start = match.start() + match[0].index(words)
        found.append(Said(words, start, _how(words)))
    kept = sorted(found, key=lambda one: (HOW.index(one.how), one.start))[:MOST]
    return sorted(kept, key=lambda one: one.start)


def _how(sentence: str) -> str:
    limits = _UNLESS.search(_NOT_ALLOWED.sub(" ", sentence))
    if limits:
        return "limits"
    return "forbids" if _FORBIDS.search(sentence) else "speaks"


def verdict(said: list[Said]) -> str:
    """The strictest that a sentence says: forbids, limits, speaks; "" where none speaks of it."""
    ways = {one.how for one in said}
    return next((how for how in HOW if how in ways), "")

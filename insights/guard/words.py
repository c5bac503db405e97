"""A text as the guard reads it: sentences, their clauses, and in each the words that claim something."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby

from insights.guard.lexicon import folded, lexicon
from insights.tools.known import known_names

FIGURE, NAME, CONTENT, OTHER = "figure", "name", "content", "other"
MAX_CHARACTERS = 6_000
_SENTENCE = re.compile(r"(?:[^.!?…\n]|[.,](?=\d)|\.(?=\w))+[.!?…]*")
# Where a statement ends within a sentence; "that" and "que" go on with it.
_CLAUSE = re.compile(
    r"[,;:()—–]|\s-\s|\b(?:and|but|or|while|whereas|although|though|because|since|when|why|where|so|et|mais|ou|car|donc|"
    r"alors que|tandis que|parce que|puisque|quand|lorsque|pourquoi|depuis que|si|if)\b",
    re.IGNORECASE,
)
_JOINS = re.compile(r"\s*(?:and|or|et|ou|,)\s*", re.IGNORECASE)
_SHORT = [
    (re.compile(r"'d (?=love|like|prefer|rather|be\b)", re.IGNORECASE), " would "),
    (re.compile(r"\b(par|chaque|cet|un) an\b", re.IGNORECASE), r"\1 année"),
    (re.compile(r"\bcan't\b|\bcannot\b", re.IGNORECASE), "can not"),
    (re.compile(r"\bwon't\b", re.IGNORECASE), "will not"),
    (re.compile(r"(?<=\w)n't\b", re.IGNORECASE), " not"),
    (re.compile(r"\bnot (?:only|just)\b|\bpas (?:seulement|que)\b|\bnon seulement\b", re.IGNORECASE), " "),
    (re.compile(r"\bau lieu d", re.IGNORECASE), "plutot d"),
    (re.compile(r"\bno longer\b", re.IGNORECASE), "not"),
    (re.compile(r"\bpeut-être\b", re.IGNORECASE), "probablement"),
    (re.compile(r"(?<=\w)'s\b", re.IGNORECASE), " "),
    (re.compile(r"(?<=\d)(?=(?:[kmg]b|[kmg]o|km|min|ms|kg|h|hrs?)\b)", re.IGNORECASE), " "),
]
_TOKEN = re.compile(
    r"(?P<time>\b\d{1,2}(?::|[hH])\d{2}\b)"
    r"|(?P<figure>[€$£]?\d+(?:[ \u00a0\u202f.,]\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d+(?:[.,]\d+)?(?!\.?\d))"
    r"(?P<tail>st|nd|rd|th|er|ère|e|ème|k|K)?(?![\w])"
    r"|(?P<sign>[%€$£])"
    r"|(?P<word>\w+(?:\.\w+)*(?:\+\+|#)?)"
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word in its place. `key` is folded; of a figure its value; `unit` what is counted, where it is a known unit."""

    place: int
    text: str
    key: str
    kind: str
    clause: int
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Sentence:
    text: str
    tokens: tuple[Token, ...]

    @property
    def asks(self) -> bool:
        return self.text.rstrip(")\"'»” ").endswith("?")

    @property
    def claims(self) -> tuple[Token, ...]:
        return tuple(token for token in self.tokens if token.kind != OTHER)

    def said(self, clause: int | None = None) -> set[str]:
        return {token.key for token in self.tokens if clause is None or token.clause == clause}

    def negated(self, clause: int) -> set[str]:
        """The words that negate a clause."""
        held, keys = lexicon(), self.said(clause)
        found = keys & (held.negations | held.soft_negations)
        return found | ({"plus"} if "plus" in keys and keys & {"ne", "n"} else set())


def sentences(text: str) -> list[Sentence]:
    """The sentences of a text, quoted lines as what they say."""
    return [
        sentence
        for found in _SENTENCE.finditer(text[:MAX_CHARACTERS].replace("’", "'"))
        if (sentence := _read(found[0].strip())).tokens
    ]


@lru_cache(maxsize=4_096)
def _read(text: str) -> Sentence:
    plain = text
    for pattern, instead in _SHORT:
        plain = pattern.sub(instead, plain)
    ends = [found.start() for found in _CLAUSE.finditer(plain) if not _within_figure(plain, found)]
    tokens: list[Token] = []
    heading = _is_heading(plain)
    for found in _TOKEN.finditer(plain):
        clause = bisect_right(ends, found.start())
        tokens.append(_token(len(tokens), found, clause, first=not tokens or heading))
    return Sentence(text, tuple(_with_units(_joined(tokens))))


def _joined(tokens: list[Token]) -> list[Token]:
    """Tokens with what is no statement of its own ("since Monday", "ordered in March") in the clause beside it."""
    held = lexicon()
    parts = [list(part) for _clause, part in groupby(tokens, key=lambda token: token.clause)]
    number, placed, alone = 0, list[Token](), True  # alone: what came so far is no statement
    for part in parts:
        told = sum(token.kind != OTHER for token in part)
        keys = {token.key for token in part}
        hangs = told < 2 or next((t for t in part if not _CLAUSE.fullmatch(t.text)), part[0]).key in held.hang
        if placed and not alone and not (hangs and not keys & (held.negations | held.soft_negations)):
            number += 1
        alone = (alone or not placed) and told < 2
        placed += [replace(token, clause=number) for token in part]
    return placed


def _within_figure(text: str, found: re.Match[str]) -> bool:
    around = text[max(0, found.start() - 1) : found.end() + 1]
    return len(around) == 3 and around[0].isdigit() and around[2].isdigit()


def _is_heading(text: str) -> bool:
    """Whether most words have a capital, as in a headline: capitals tell no names there."""
    words = re.findall(r"[^\W\d_]{4,}", text)
    return len(words) >= 3 and sum(word[0].isupper() for word in words) > 0.7 * len(words)


def _token(place: int, found: re.Match[str], clause: int, *, first: bool) -> Token:
    written = found[0]
    if found["time"]:
        return Token(place, written, written.lower().replace("h", ":"), FIGURE, clause)
    if found["figure"]:
        return Token(place, written, _value(found["figure"], found["tail"] or ""), FIGURE, clause)
    if found["sign"]:
        return Token(place, written, written, OTHER, clause)
    return Token(place, written, folded(written), _kind(written, first=first), clause)


def _value(written: str, tail: str) -> str:
    bare = re.sub(r"[€$£ \u00a0\u202f]", "", written)
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+(?:[.,]\d{1,2})?", bare):
        whole, part = re.fullmatch(r"([\d.,]*?\d{3})(?:[.,](\d{1,2}))?", bare).groups()  # type: ignore[union-attr]
        bare = re.sub(r"[.,]", "", whole) + (f".{part}" if part else "")
    value = float(bare.replace(",", ".")) * (1_000 if tail in {"k", "K"} else 1)
    return f"{value:.10g}"


def _kind(written: str, *, first: bool) -> str:
    held, key = lexicon(), folded(written)
    if key in held.numbers or (key in held.times and (key != "may" or written[0].isupper())):
        return FIGURE
    if any(c.isdigit() for c in written) or any(c.isupper() for c in written[1:]) or "." in written.strip("."):
        return NAME
    if key in _function_words():
        return OTHER
    if written[0].isupper() and not (first and key in known_names().words):
        return NAME
    return CONTENT if len(key) > 1 else OTHER


@lru_cache(maxsize=1)
def _function_words() -> frozenset[str]:
    held = lexicon()
    said = (held.bind, held.tell, held.meta, held.negations, held.soft_negations, held.all, held.most, held.several)
    return frozenset().union(*said, held.only, held.hedges, held.future, held.causes) - held.wishes


def _with_units(tokens: list[Token]) -> Iterator[Token]:
    held = lexicon()
    for token in tokens:
        if token.kind != FIGURE or token.key in held.times:
            yield replace(token, key=held.times[token.key]) if token.kind == FIGURE else token
            continue
        near = [t.key for t in tokens[token.place + 1 : token.place + 2]]
        unit = next((held.units[key] for key in near if key in held.units), "")
        if not unit and token.text[:1] in "€$£":
            unit = token.text[0]
        if not unit and token.place and tokens[token.place - 1].text in {"$", "£", "€"}:
            unit = tokens[token.place - 1].text
        value = held.numbers.get(token.key)
        key = f"{value:.10g}" if value is not None else token.key
        yield replace(token, key=key, unit=unit)

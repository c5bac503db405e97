"""Which facts answer what is asked. Pure.

A fact says which questions it answers; what is asked is compared with those, not with the fact itself: questions are
near to questions, and statements to whatever is on the same subject. Vectors alone take "Where can I get A?" for "Where
can I get B?", so both must also agree in names, figures and the word that asks, and, in one language, in their words.
Lines and what they let through: docs/benchmarks.md.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from insights.guard.lexicon import SAME, folded, likeness
from insights.guard.words import CONTENT, FIGURE, NAME, Token, sentences
from insights.reading.questions import sentences_that_ask, spoken, without_greeting
from insights.topics.fit import Vectors

SURE = 0.9  # cosine from which a fact answers, where both agree; of two wordings in one language
SURE_ACROSS = 0.85  # of wordings in two languages, which are never as near
MAYBE = 0.82  # from which it is offered to a person: about half of those are right
LOOK = 0.55  # cosine of all that a post asks with a question, below which none of its sentences is looked at
SHARED = 0.6  # of the words of each that the other has too, in one language
MOST = 3  # facts for one post
LONGEST = 300  # characters of a sentence that is compared
MOST_SENTENCES = 4  # of a post that are compared

# What asks for a place, a moment, a reason, a person, a number. Who asks "how" or "can I" may want any of them.
_KINDS = {
    "where": r"\bwhere\b|\boù\b",
    "when": r"\bwhen\b|\bwhat (?:time|day|date)\b|\bhow soon\b|\bquand\b|\bquelle? (?:heure|jour|date)\b|\bquel jour\b",
    "why": r"\bwhy\b|\bhow come\b|\bpourquoi\b",
    "who": r"\bwho(?:m|se)?\b|\bqui (?:est|a|peut|sont|d'autre)\b|^\s*(?:à|de|avec|pour|chez) qui\b",
    "number": r"\bhow (?:many|much|long|old|far|often|big|large)\b|\bcombien\b|\bà quelle fréquence\b",
}
_ASKS = {kind: re.compile(pattern, re.IGNORECASE) for kind, pattern in _KINDS.items()}
_NOT = re.compile(r"\bnot\b|n['’]t\b|\bnever\b|\bno longer\b|\b(?:pas|jamais|plus)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Question:
    """Words that ask something, and their language; "" where it is not known."""

    text: str
    lang: str = ""


def asking(text: str) -> list[str]:
    """The sentences of a post that ask and say what of; its first line where none does."""
    body = spoken(text)
    found = [without_greeting(one) for one, _ in sentences_that_ask(body)] or [body.strip().split("\n", 1)[0]]
    told = [one for one in dict.fromkeys(found) if len(one) <= LONGEST and _of(one, CONTENT, NAME)]
    return told[:MOST_SENTENCES]


@lru_cache(maxsize=20_000)
def _tokens(text: str) -> tuple[Token, ...]:
    return tuple(token for sentence in sentences(text) for token in sentence.tokens)


def _of(text: str, *kinds: str) -> list[str]:
    return list(dict.fromkeys(token.key for token in _tokens(text) if token.kind in kinds))


def _held(word: str, others: Sequence[str]) -> bool:
    return word in others or any(likeness(word, other) == SAME for other in others)


def _share(words: Sequence[str], others: Sequence[str]) -> float:
    return sum(_held(word, others) for word in words) / len(words) if words else 1.0


def asked_for(text: str) -> frozenset[str]:
    """What a question asks for: where, when, why, who, number; none where it does not say."""
    return frozenset(kind for kind, pattern in _ASKS.items() if pattern.search(text))


def across(asked: Question, question: Question) -> bool:
    """Whether they are in two languages."""
    return bool(asked.lang and question.lang) and asked.lang != question.lang


def agrees(asked: Question, question: Question) -> bool:
    """Whether two questions that are near may ask the same: the same names and figures, nothing else that is asked for,
    both negated or none, and in one language mostly the same words."""
    mine, theirs = asked_for(asked.text), asked_for(question.text)
    if mine and theirs and not mine & theirs:
        return False
    if bool(_NOT.search(asked.text)) != bool(_NOT.search(question.text)):
        return False
    if set(_of(asked.text, FIGURE)) != set(_of(question.text, FIGURE)):
        return False
    names, others = _of(asked.text, NAME), _of(question.text, NAME)
    words = [folded(token.text) for token in _tokens(asked.text)]
    their_words = [folded(token.text) for token in _tokens(question.text)]
    if not all(_held(n, their_words) for n in names) or not all(_held(n, words) for n in others):
        return False
    if across(asked, question):
        return True
    content, their_content = _of(asked.text, CONTENT), _of(question.text, CONTENT)
    return min(_share(content, their_content), _share(their_content, content)) >= SHARED


@dataclass(frozen=True, slots=True)
class Known:
    """A question that a fact answers."""

    fact: int
    question: Question


def answering(
    asked: Sequence[Question], rows: Vectors, known: Sequence[Known], vectors: Vectors
) -> list[tuple[int, float, bool]]:
    """(fact, cosine, whether surely) that may answer what a post asks, the nearest first, at most `MOST`. `rows` (unit,
    one for each of `asked`) are of its sentences, `vectors` (unit rows) of the questions in `known`."""
    found: dict[int, tuple[float, bool]] = {}
    near = np.asarray(rows @ vectors.T, dtype=np.float32) if known and asked else np.zeros((0, 0), np.float32)
    for mine, place in zip(*map(list, np.nonzero(near >= MAYBE)), strict=True):
        one = known[place]
        if agrees(asked[mine], one.question):
            value = min(1.0, float(near[mine, place]))
            line = SURE_ACROSS if across(asked[mine], one.question) else SURE
            found[one.fact] = max(found.get(one.fact, (0.0, False)), (value, value >= line))
    ordered = sorted(found.items(), key=lambda pair: (not pair[1][1], -pair[1][0], pair[0]))[:MOST]
    return [(fact, value, sure) for fact, (value, sure) in ordered]

"""The order of ideas: their score in parts, what was made of their kind before, one of those about the same thing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from insights.ideas.candidates import Candidate

WEIGHTS = {"demand": 0.4, "now": 0.3, "interest": 0.2, "learned": 0.1}
COSTS = {"effort": 0.12, "risk": 0.12}
REPEAT = 0.08  # what a second idea of one kind loses
ALIKE = 0.7  # between the mean vectors of two subjects' posts: one subject, also across languages
DOUBLED = 2.0  # evidence against what it was when an idea was dismissed


def learned_weight(kept: int, dismissed: int) -> float:
    """What was made of ideas of a kind, from 0 to 1: the mean of Beta(1 + kept, 1 + dismissed)."""
    return (1 + kept) / (2 + kept + dismissed)


def scored(item: Candidate, learned: float) -> Candidate:
    """An idea with its score from 0 to 1, and what each part adds or takes."""
    interest = 0.5 if item.interest is None else item.interest
    why = {
        "demand": WEIGHTS["demand"] * item.demand,
        "now": WEIGHTS["now"] * item.now,
        "interest": WEIGHTS["interest"] * interest,
        "learned": WEIGHTS["learned"] * learned,
        "effort": -COSTS["effort"] * item.effort,
        "risk": -COSTS["risk"] * item.risk,
    }
    total = max(0.0, min(1.0, sum(why.values())))
    return replace(item, score=round(total, 4), why={name: round(v, 4) for name, v in why.items()})


def rank(
    items: Sequence[Candidate],
    history: dict[str, tuple[int, int]],
    meanings: Mapping[str, NDArray[np.float32]] | None = None,
) -> list[Candidate]:
    """Ideas best first; of those about the same thing the best one. `history`: kind -> (kept, dismissed); `meanings`:
    key -> the unit vector of what its posts say, for ideas about a subject.

    A kind that was shown already stands back a little, so that the first ten are of many kinds.
    """
    held = meanings or {}
    waiting = [scored(item, learned_weight(*history.get(item.kind, (0, 0)))) for item in items]
    waiting.sort(key=lambda item: (-item.score, item.kind, item.key))
    taken: list[Candidate] = []
    kinds: Counter[str] = Counter()
    while waiting:
        best = max(waiting, key=lambda item: item.score - REPEAT * kinds[item.kind])
        waiting.remove(best)
        if not any(_same(best, other) or _alike(best, other, held) for other in taken):
            taken.append(best)
            kinds[best.kind] += 1
    return taken


def _same(a: Candidate, b: Candidate) -> bool:
    """Whether two ideas are about one thing: the same subject or posts, or a debate that the same people began at the
    same time in another place."""
    if a.facts.about == b.facts.about:
        return True
    shared = len(set(a.posts) & set(b.posts))
    if shared >= 0.5 * min(len(a.posts), len(b.posts)):
        return True
    if a.kind == b.kind == "poll":
        both = len(a.people & b.people)
        return abs(a.first_day - b.first_day) <= 3 and both >= 0.4 * min(len(a.people), len(b.people))
    return False


def _alike(a: Candidate, b: Candidate, meanings: Mapping[str, NDArray[np.float32]]) -> bool:
    """Whether the posts of two ideas say the same, in whichever language."""
    if a.key not in meanings or b.key not in meanings:
        return False
    return float(meanings[a.key] @ meanings[b.key]) >= ALIKE


def comes_back(posts: int, posts_when_dismissed: int) -> bool:
    """Whether a dismissed idea is shown again: its evidence has doubled."""
    return posts >= DOUBLED * max(1, posts_when_dismissed)

"""How controversial a debate is: a sum of parts that are shown beside it, and how it would vary with other people."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from data.debates.findings import Parts
from insights.debates.camps import Voice
from insights.debates.placed import Placed, person_of

WEIGHTS = {"replies": 0.2, "balance": 0.3, "cross": 0.2, "spread": 0.15, "votes": 0.15}
DRAWS = 200


def score_of(parts: Parts) -> float:
    """The weighted mean of the parts that are known."""
    known = {name: value for name, value in parts.by_name().items() if value is not None}
    return sum(WEIGHTS[name] * value for name, value in known.items()) / sum(WEIGHTS[name] for name in known)


def parts_of(placed: Placed, ratio: float | None) -> Parts:
    """`ratio` is the share of votes that are up, for the post that opened it, None where the network gives none."""
    people = [len(placed.people(placed.on_side(side))) for side in (1, -1)]
    votes = _votes(placed, ratio)
    return Parts(
        replies=round(_replies(placed), 3),
        balance=round(2 * min(people) / max(1, sum(people)), 3),
        cross=round(_cross(placed), 3),
        spread=round(_spread(placed), 3),
        votes=None if votes is None else round(votes, 3),
    )


def _replies(placed: Placed) -> float:
    depths = _depths(placed.voices)
    depth = sum(depths[k] for k in placed.said) / len(placed.said)
    times = sorted(placed.voices[k].at for k in placed.said)
    gaps = sorted(b - a for a, b in pairwise(times))
    hours = max(gaps[len(gaps) // 2], 60) / 3_600 if gaps else 24.0
    return 0.5 * (1 - math.exp(-max(0.0, depth - 1) / 2)) + 0.5 / (1 + hours / 2)


def _depths(voices: Sequence[Voice]) -> list[int]:
    depths: list[int] = []
    for voice in voices:  # a parent comes before its replies, or counts as none
        depths.append(depths[voice.parent] + 1 if 0 <= voice.parent < len(depths) else 0)
    return depths


def _cross(placed: Placed) -> float:
    voices, sides = placed.voices, placed.sides
    replies = [
        k
        for k in placed.said
        if voices[k].parent >= 0
        and voices[k].parent != placed.opener
        and sides[k]
        and sides[voices[k].parent]
        and voices[k].author != voices[voices[k].parent].author
    ]
    return sum(sides[k] != sides[voices[k].parent] for k in replies) / len(replies) if replies else 0.0


def _spread(placed: Placed) -> float:
    posts_of = Counter(person_of(placed.voices[k]) for k in placed.said)
    even = len(placed.said) ** 2 / sum(n * n for n in posts_of.values()) / len(posts_of)
    return even * len(posts_of) / (len(posts_of) + 5)


def _votes(placed: Placed, ratio: float | None) -> float | None:
    backed = [sum(max(0, placed.voices[k].score or 0) for k in placed.on_side(side)) for side in (1, -1)]
    signs = [2 * min(backed) / sum(backed)] if sum(backed) >= 10 else []
    if ratio is not None:
        signs.append(4 * ratio * (1 - ratio))
    return sum(signs) / len(signs) if signs else None


def interval_of(placed: Placed, parts: Parts, seed: int) -> tuple[float, float]:
    """The score's 90% interval if other people like these had spoken: people drawn anew, with replacement."""
    voices, sides = placed.voices, placed.sides
    names = sorted(placed.people(placed.said))
    seat = {name: place for place, name in enumerate(names)}
    table = np.zeros((len(names), 5))  # on one side, on the other, replies across, replies with two sides, posts
    for k in placed.said:
        row = table[seat[person_of(voices[k])]]
        row[4] += 1
        if sides[k]:
            row[0 if sides[k] > 0 else 1] = 1
            parent = voices[k].parent
            if parent >= 0 and sides[parent] and voices[parent].author != voices[k].author:
                row[3] += 1
                row[2] += sides[parent] != sides[k]
    rng = np.random.default_rng(seed)
    drawn = rng.multinomial(len(names), np.full(len(names), 1 / len(names)), size=DRAWS)
    sums = drawn @ table
    balance = 2 * np.minimum(sums[:, 0], sums[:, 1]) / np.maximum(sums[:, 0] + sums[:, 1], 1)
    cross = np.where(sums[:, 3] > 0, sums[:, 2] / np.maximum(sums[:, 3], 1), parts.cross)
    square = drawn @ (table[:, 4] ** 2)
    people = (drawn > 0).sum(axis=1)
    spread = np.minimum(sums[:, 4] ** 2 / np.maximum(square, 1) / len(names), 1) * people / (people + 5)
    # What a redraw of people does not vary is left as it is.
    known = {name: value for name, value in parts.by_name().items() if value is not None}
    whole = sum(WEIGHTS[name] for name in known)
    totals = sum(
        WEIGHTS[name] * {"balance": balance, "cross": cross, "spread": spread}.get(name, value)
        for name, value in known.items()
    )
    low, high = np.quantile(np.asarray(totals) / whole, [0.05, 0.95])
    score = score_of(parts)
    return round(float(min(low, score)), 3), round(float(max(high, score)), 3)

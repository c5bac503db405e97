"""How a brand is seen, with what is not known of it. Pure functions on counts of posts by tone.

The program takes some posts for what they are not, and how often was measured (the confusion matrix). Shares of
true tones are found back from the shares of labels (adjusted classify and count, Forman 2008, after Rogan and
Gladen 1978), and their uncertainty holds both the number of posts and that of the measure: the matrix is drawn many
times from its Dirichlet posterior, and for each the shares of true tones from theirs.

Counts are always (negative, neutral, positive, unsure); net sentiment is positive minus negative share, from -1 to 1.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
DRAWS = 300
LEVEL = 0.9
STEPS = 25  # of expectation-maximisation
TURNS = 6  # of Gibbs sampling
PRIOR = 0.5  # posts of each tone before any was seen
FEW = 10  # posts with a tone; fewer tell nothing
TRUSTED = 15  # posts of a tone that the shipped measure counts for, however many it had: those of a record differ
LOCAL_ENOUGH = 30  # posts that people labelled here before the measure on them takes part


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with the bounds that hold it nine times in ten."""

    value: float
    low: float
    high: float

    @property
    def holds_zero(self) -> bool:
        return self.low <= 0.0 <= self.high


@dataclass(frozen=True, slots=True)
class Estimate:
    """True shares of tones and net sentiment among `posts`; `labelled` is the net of the labels as they are."""

    posts: int
    negative: Interval
    neutral: Interval
    positive: Interval
    net: Interval
    labelled: float

    @property
    def enough(self) -> bool:
        return self.posts >= FEW


@dataclass(frozen=True, slots=True)
class ErrorModel:
    """How often posts of each true tone (rows: negative, neutral, positive) get each label (columns, unsure last).

    `labelled` is how many posts of the user's own took part in the measure, 0 for the shipped one alone.
    """

    counts: tuple[tuple[float, ...], ...]
    labelled: int = 0

    @property
    def agreement(self) -> float:
        """Of the posts that get a tone, the share that gets the right one, each true tone weighing the same."""
        rows = [row[index] / max(1e-9, sum(row[:3])) for index, row in enumerate(self.counts)]
        return sum(rows) / 3


def error_model(
    shipped: Mapping[str, Sequence[Sequence[int]]], langs: Mapping[str, int], checks: Mapping[tuple[int, int], int]
) -> ErrorModel:
    """The measure for posts in these languages (code -> posts), from the shipped matrices by language and what people
    checked here, (true, label) -> posts."""
    total = sum(langs.get(lang, 0) for lang in shipped) or len(shipped)
    table = np.zeros((3, 4))
    for lang, counts in shipped.items():
        part = np.asarray(counts, dtype=float)
        share = langs.get(lang, 0) / total if sum(langs.get(code, 0) for code in shipped) else 1 / len(shipped)
        table += share * part / np.maximum(part.sum(axis=1, keepdims=True), 1)
    own = np.zeros((3, 4))
    for (true, label), number in checks.items():
        own[true, label] += number
    labelled = int(own.sum())
    if labelled < LOCAL_ENOUGH:
        return ErrorModel(tuple(tuple(float(v) for v in row) for row in TRUSTED * table))
    # What was measured here counts as it is; the shipped measure fills in for what was seen little of.
    mixed = own + 0.25 * LOCAL_ENOUGH * table
    return ErrorModel(tuple(tuple(float(v) for v in row) for row in mixed), labelled)


@lru_cache(maxsize=64)
def _drawn_errors(errors: ErrorModel, draws: int, seed: int) -> Array:
    """`draws` x 3 x 4: confusion matrices that the measure allows."""
    rng = np.random.default_rng(seed)
    gammas = rng.gamma(np.asarray(errors.counts) + 0.25, size=(draws, 3, 4))
    return np.asarray(gammas / gammas.sum(axis=2, keepdims=True))


def _solve(shares: Array, errors: Array) -> list[Array]:
    """B x 4 shares of labels and D x 3 x 4 matrices: the mixture of true tones that explains them best, by EM; three
    arrays B x D."""
    mixture = [np.full((len(shares), len(errors)), 1 / 3) for _ in range(3)]
    label = [shares[:, f, None] for f in range(4)]
    cell = [[np.ascontiguousarray(errors[:, t, f]) for f in range(4)] for t in range(3)]
    for _ in range(STEPS):
        ratio = [
            label[f] / np.maximum(mixture[0] * cell[0][f] + mixture[1] * cell[1][f] + mixture[2] * cell[2][f], 1e-12)
            for f in range(4)
        ]
        mixture = [
            mixture[t] * (ratio[0] * cell[t][0] + ratio[1] * cell[t][1] + ratio[2] * cell[t][2] + ratio[3] * cell[t][3])
            for t in range(3)
        ]
        total = np.maximum(mixture[0] + mixture[1] + mixture[2], 1e-12)  # no post at all
        mixture = [part / total for part in mixture]
    return mixture


def _draw(counts: Array, errors: ErrorModel, draws: int, seed: int) -> Array:
    """B x 4 counts: B x D x 3 shares of true tones from their posterior.

    Each draw takes one confusion matrix, begins at the mixture that fits best, and lets the true tones of the posts and
    their shares settle by turns (Gibbs sampling of a mixture with known components, Tanner and Wong 1987).
    """
    matrices = _drawn_errors(errors, draws, seed)
    shares = _solve(counts / np.maximum(counts.sum(axis=1, keepdims=True), 1), matrices)
    # Chance of its own for each row: what is told of one does not hang on what stands after it.
    rows = [
        _settled(numbers, [part[row] for part in shares], matrices, np.random.default_rng((seed + 1, row)))
        for row, numbers in enumerate(counts.astype(np.int64))
    ]
    return np.stack(rows)


def _settled(numbers: Array, shares: list[Array], matrices: Array, rng: np.random.Generator) -> Array:
    """4 counts and three arrays of D shares: D x 3 shares of true tones."""
    for _ in range(TURNS):
        tones = [np.full(shares[0].shape, PRIOR) for _ in range(3)]
        for f in range(4):
            weight = [shares[t] * matrices[:, t, f] for t in range(3)]
            total = np.maximum(weight[0] + weight[1] + weight[2], 1e-12)
            first = rng.binomial(numbers[f], np.clip(weight[0] / total, 0, 1))
            left = np.maximum(weight[1] + weight[2], 1e-12)
            second = rng.binomial(numbers[f] - first, np.clip(weight[1] / left, 0, 1))
            tones[0] += first
            tones[1] += second
            tones[2] += numbers[f] - first - second
        gammas = [rng.standard_gamma(tone) for tone in tones]
        whole = np.maximum(gammas[0] + gammas[1] + gammas[2], 1e-12)
        shares = [gamma / whole for gamma in gammas]
    return np.stack(shares, axis=1)


def _interval(draws: Array) -> Interval:
    tail = 100 * (1 - LEVEL) / 2
    low, middle, high = np.percentile(draws, [tail, 50, 100 - tail])
    return Interval(float(middle), float(low), float(high))


def labelled_net(counts: Sequence[float] | Array) -> float:
    """Net sentiment of labels as they are, unsure posts left out."""
    negative, neutral, positive = (float(v) for v in counts[:3])
    total = negative + neutral + positive
    return (positive - negative) / total if total else 0.0


def estimates(
    counts: Sequence[Sequence[int]], errors: ErrorModel, *, draws: int = DRAWS, seed: int = 0
) -> list[Estimate]:
    """The true tones behind each of several counts of labels."""
    if not counts:
        return []
    table = np.asarray(counts, dtype=float).reshape(-1, 4)
    return _estimates(table, _draw(table, errors, draws, seed))


def _estimates(table: Array, drawn: Array) -> list[Estimate]:
    result = []
    for row, shares in zip(table, drawn, strict=True):
        negative, neutral, positive = (_interval(shares[:, index]) for index in range(3))
        net = _interval(shares[:, 2] - shares[:, 0])
        result.append(Estimate(int(row[:3].sum()), negative, neutral, positive, net, labelled_net(row)))
    return result


@dataclass(frozen=True, slots=True)
class Change:
    """How net sentiment moved between two periods. `verdict`: up, down, unclear (smaller than the error), few."""

    before: Estimate
    after: Estimate
    move: Interval
    verdict: str


def change(
    before: Sequence[int], after: Sequence[int], errors: ErrorModel, *, draws: int = DRAWS, seed: int = 0
) -> Change:
    """Compare two periods, given that the program errs alike in both. What is told of the later one is the same
    whatever it is compared with."""
    table = np.asarray([after, before], dtype=float)
    drawn = _draw(table, errors, draws, seed)
    move = _interval((drawn[0, :, 2] - drawn[0, :, 0]) - (drawn[1, :, 2] - drawn[1, :, 0]))
    second, first = _estimates(table, drawn)
    # The move is the difference of the two figures that are told: the middle of the differences is near it, not it.
    told = second.net.value - first.net.value
    move = Interval(told, min(move.low, told), max(move.high, told))
    if not (first.enough and second.enough):
        verdict = "few"
    else:
        verdict = "unclear" if move.holds_zero else "up" if move.value > 0 else "down"
    return Change(first, second, move, verdict)


@dataclass(frozen=True, slots=True)
class Part:
    """What one group adds to a move of net sentiment: `mix` by being a larger or smaller share of the posts, `rate` by
    its own tone. Shares and nets before and after; counts of posts."""

    group: Any
    mix: float
    rate: float
    posts_before: int
    posts_after: int
    net_before: float
    net_after: float

    @property
    def total(self) -> float:
        return self.mix + self.rate


@dataclass(frozen=True, slots=True)
class Decomposition:
    """A move of net sentiment (of labels) as the sum of what groups add. `verdict`: mix where it comes from the groups'
    shares and not from opinion within them, rate where opinion moved, both, or unclear."""

    move: Interval
    mix: Interval
    rate: Interval
    parts: tuple[Part, ...]
    verdict: str


def decompose(
    before: Mapping[Any, Sequence[int]],
    after: Mapping[Any, Sequence[int]],
    *,
    draws: int = DRAWS,
    seed: int = 0,
) -> Decomposition:
    """Split a move between two periods by group: mix against rate (Kitagawa 1955), with how sure both are."""
    groups = sorted({*before, *after}, key=str)
    zero = (0, 0, 0, 0)
    tables = [np.asarray([list(side.get(g, zero))[:3] for g in groups], dtype=float) for side in (before, after)]
    if not groups or not all(table.sum() for table in tables):
        nothing = Interval(0.0, 0.0, 0.0)
        return Decomposition(nothing, nothing, nothing, (), "unclear")
    rng = np.random.default_rng(seed)
    sums = [table.sum(axis=1) for table in tables]
    pooled = (tables[0] + tables[1]).sum(axis=0)
    prior = pooled / pooled.sum()

    def split(shares: list[Array], nets: list[Array]) -> tuple[Array, Array]:
        overall = [(s * n).sum(axis=-1, keepdims=True) for s, n in zip(shares, nets, strict=True)]
        level = (overall[0] + overall[1]) / 2
        mix = (shares[1] - shares[0]) * ((nets[0] + nets[1]) / 2 - level)
        rate = (shares[0] + shares[1]) / 2 * (nets[1] - nets[0])
        return mix, rate

    # A group that is missing on one side has the tone of the other side there: it moves by its share alone.
    nets = [np.array([labelled_net(row) for row in table]) for table in tables]
    for side in (0, 1):
        nets[side] = np.where(sums[side] > 0, nets[side], nets[1 - side])
    shares = [s / s.sum() for s in sums]
    mix, rate = split(shares, nets)
    drawn_shares, drawn_nets = [], []
    for table, number in zip(tables, sums, strict=True):
        gammas = rng.gamma(number[None, :] + 1e-3, size=(draws, len(groups)))
        drawn_shares.append(gammas / gammas.sum(axis=1, keepdims=True))
        # Half a post of what everybody says keeps groups of a few posts from being sure of themselves.
        tones = rng.gamma(table[None] + 0.5 * prior, size=(draws, len(groups), 3))
        tones /= tones.sum(axis=2, keepdims=True)
        drawn_nets.append(tones[:, :, 2] - tones[:, :, 0])
    for side in (0, 1):
        drawn_nets[side] = np.where(sums[side][None] > 0, drawn_nets[side], drawn_nets[1 - side])
    many_mix, many_rate = split(drawn_shares, drawn_nets)
    whole_mix, whole_rate = _interval(many_mix.sum(axis=1)), _interval(many_rate.sum(axis=1))
    move = _interval((many_mix + many_rate).sum(axis=1))
    move = Interval(float((mix + rate).sum()), move.low, move.high)
    whole_mix = Interval(float(mix.sum()), whole_mix.low, whole_mix.high)
    whole_rate = Interval(float(rate.sum()), whole_rate.low, whole_rate.high)
    parts = tuple(
        Part(g, float(mix[i]), float(rate[i]), int(sums[0][i]), int(sums[1][i]), float(nets[0][i]), float(nets[1][i]))
        for i, g in enumerate(groups)
    )
    return Decomposition(move, whole_mix, whole_rate, parts, _cause(move, whole_mix, whole_rate))


@dataclass(frozen=True, slots=True)
class Steps:
    """A move from `level` to `end` step by step: what each of some groups adds, `others` together, and `rest`, which no
    group can be given. They add up to the move."""

    level: float
    end: float
    groups: tuple[Part, ...]
    others: float
    number_of_others: int
    rest: float


def steps_of(told: Change, cause: Decomposition, most: int) -> Steps:
    """The move that is told, as the sum of what the groups of a decomposition add, the `most` largest on their own.

    Groups are known by their labels; the rest is the correction of the program's mistakes, and posts of no group.
    """
    level, end = told.before.net.value, told.after.net.value
    parts = sorted(cause.parts, key=lambda part: -abs(part.total))
    shared = sum(part.total for part in parts)
    others = sum(part.total for part in parts[most:])
    return Steps(level, end, tuple(parts[:most]), others, len(parts[most:]), end - level - shared)


def _cause(move: Interval, mix: Interval, rate: Interval) -> str:
    if move.holds_zero and mix.holds_zero and rate.holds_zero:
        return "unclear"
    if not mix.holds_zero and rate.holds_zero:
        return "mix"
    if not rate.holds_zero and mix.holds_zero:
        return "rate"
    return "both" if not (mix.holds_zero or rate.holds_zero) else "unclear"


def share_of_voice(posts: Sequence[int]) -> list[Interval]:
    """Each brand's share of the posts that name any of them, with Wilson's interval (1927)."""
    total = sum(posts)
    return [wilson(number, total) for number in posts]


def wilson(number: int, total: int, z: float = 1.6449) -> Interval:
    """A share with its interval (Wilson 1927); `z` is that of nine times in ten."""
    if not total:
        return Interval(0.0, 0.0, 1.0)
    share = number / total
    centre = (share + z * z / (2 * total)) / (1 + z * z / total)
    half = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total)) / (1 + z * z / total)
    return Interval(share, max(0.0, centre - half), min(1.0, centre + half))


def standing(part: Estimate, whole: Estimate) -> str:
    """Whether an aspect is a strength or a weakness: its interval lies above or below what is said in all."""
    if not part.enough:
        return "few"
    if part.net.low > whole.net.value:
        return "strength"
    return "weakness" if part.net.high < whole.net.value else "even"

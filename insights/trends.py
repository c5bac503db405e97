"""How a topic moves, and which days stand out. Pure functions on daily counts.

A topic's posts of the recent days are compared with its own baseline, given how much was said in all:
under "no change" the recent share of its posts is binomial (Przyborowski and Wilenski 1940). Over all
topics the false-discovery rate is held (Benjamini and Hochberg 1995). A flat topic is steady.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

SHORT = (7, 28)  # days: recent, baseline before it
LONG = (21, 63)
NEW_DAYS = 14
QUIET_DAYS = 14
MIN_RECENT = 5
MIN_RATIO = 1.5
FALSE_DISCOVERY = 0.05


@dataclass(frozen=True, slots=True)
class Trend:
    """A class and the figures that explain it. Rates are posts a week; `p` is the two-sided p-value."""

    name: str
    recent: int
    recent_days: int
    baseline_a_week: float
    ratio: float
    p: float
    age_days: int

    def facts(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class _Test:
    recent: int
    days: int
    weekly: float
    ratio: float  # against the baseline, given how much was said in all
    pace: float  # against the baseline, by the calendar alone
    p: float

    @property
    def direction(self) -> int:
        """1 up, -1 down, 0 neither: a change counts only when share and pace agree on it."""
        if self.ratio >= MIN_RATIO and self.pace >= MIN_RATIO and self.recent >= MIN_RECENT:
            return 1
        return -1 if self.ratio <= 1 / MIN_RATIO and self.pace <= 1 / MIN_RATIO else 0


def _compare(topic: NDArray[np.int64], total: NDArray[np.int64], recent_days: int, baseline_days: int) -> _Test:
    from scipy.stats import binomtest

    baseline_days = max(1, min(baseline_days, len(topic) - recent_days))
    recent, before = topic[-recent_days:], topic[-recent_days - baseline_days : -recent_days]
    all_recent = int(total[-recent_days:].sum()) - int(recent.sum())
    all_before = int(total[-recent_days - baseline_days : -recent_days].sum()) - int(before.sum())
    # One pseudo-post a week keeps a silent surrounding from deciding anything.
    share = (all_recent + recent_days / 7) / (all_recent + all_before + (recent_days + baseline_days) / 7)
    a, b = int(recent.sum()), int(before.sum())
    p = float(binomtest(a, a + b, share).pvalue) if a + b else 1.0
    expected = (b + 0.5) * share / max(1e-9, 1 - share)
    pace = (a + 0.5) / ((b + 0.5) * recent_days / baseline_days)
    return _Test(a, recent_days, b / baseline_days * 7, (a + 0.5) / max(expected, 1e-9), pace, p)


def benjamini_hochberg(p: Sequence[float], rate: float = FALSE_DISCOVERY) -> list[bool]:
    """Which hypotheses are rejected at this false-discovery rate."""
    if not p:
        return []
    order = np.argsort(p)
    ranks = np.arange(1, len(p) + 1)
    below = np.asarray(p)[order] <= rate * ranks / len(p)
    cut = int(ranks[below].max()) if below.any() else 0
    kept = set(order[:cut].tolist())
    return [index in kept for index in range(len(p))]


def classify_topics(topics: Mapping[int, Sequence[int]], total: Sequence[int]) -> dict[int, Trend]:
    """Topic -> trend. `topics` and `total` are posts a day over the same days, the last one today.

    Every topic gets a class from its first day: one that began within two weeks, in a record longer
    than that, is new.
    """
    if not topics:
        return {}
    days = len(total)
    everything = np.asarray(total, dtype=np.int64)
    found: dict[int, tuple[NDArray[np.int64], int, list[_Test]]] = {}
    p_values: list[float] = []
    for topic_id, counts in topics.items():
        series = np.asarray(counts, dtype=np.int64)
        first = int(np.argmax(series > 0)) if series.any() else days - 1
        tests = [_compare(series, everything, recent, before) for recent, before in (SHORT, LONG) if days > recent + 3]
        found[topic_id] = (series, days - first, tests)
        p_values += [test.p for test in tests]
    accepted = iter(benjamini_hochberg(p_values))
    result: dict[int, Trend] = {}
    record = days - int(np.argmax(everything > 0)) if everything.any() else 0
    for topic_id, (series, age, tests) in found.items():
        verdicts = [(test, next(accepted)) for test in tests]
        name, told = "steady", tests[0] if tests else _Test(int(series.sum()), days, 0.0, 1.0, 1.0, 1.0)
        moved = [test for test, kept in verdicts if kept and test.direction]
        if age <= NEW_DAYS and record > 2 * NEW_DAYS:
            name = "new"
        elif series[-QUIET_DAYS:].sum() == 0 and series.sum() >= MIN_RECENT:
            name = "resolved"
        elif moved:
            told = moved[0]  # what moved most recently decides
            name = "rising" if told.direction > 0 else "fading"
        result[topic_id] = Trend(name, told.recent, told.days, round(told.weekly, 1), round(told.ratio, 2), told.p, age)
    return result


@dataclass(frozen=True, slots=True)
class Anomaly:
    """A day above what the four weeks before let expect. Counts of posts."""

    index: int
    count: int
    expected: float
    threshold: float


def anomalies(counts: Sequence[int], *, history: int = 28, strictness: float = 4.0) -> list[Anomaly]:
    """Days whose count passes `expected + strictness x spread`, from at least 14 days before them.

    Expected is the median of the 28 days before; spread is the larger of the scaled median absolute
    deviation and the Poisson one.
    """
    found: list[Anomaly] = []
    values = np.asarray(counts, dtype=float)
    for index in range(14, len(values)):
        before = values[max(0, index - history) : index]
        expected = float(np.median(before))
        deviation = float(np.median(np.abs(before - expected))) * 1.4826
        threshold = expected + strictness * max(deviation, float(np.sqrt(max(expected, 1.0))))
        if values[index] > threshold and values[index] >= 5:
            found.append(Anomaly(index, int(values[index]), expected, threshold))
    return found

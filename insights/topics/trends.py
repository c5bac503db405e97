"""How a topic moves, and which days stand out. Pure functions on daily counts.

A topic's posts of the recent days are compared with its own baseline, given how much was said in all:
under "no change" the recent share of its posts is binomial (Przyborowski and Wilenski 1940). Over all
topics the false-discovery rate is held (Benjamini and Hochberg 1995). A flat topic is steady.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.topics.trends import TrendFacts

SHORT = (7, 28)  # days: recent, baseline before it
LONG = (21, 63)
NEW_DAYS = 14
QUIET_DAYS = 14
MIN_RECENT = 5
MIN_RATIO = 1.5
FALSE_DISCOVERY = 0.05
RHYTHM_WEEKS = 8  # in which a weekly rhythm is looked for
RHYTHM_SHARE = 0.6  # of a topic's posts on one or two days of the week
RHYTHM_P = 1e-4
YEAR = 364  # whole weeks
HISTORY = 28  # days before a day that say what is usual


@dataclass(frozen=True, slots=True)
class Trend:
    """A class and the figures that explain it; who wrote where is not known here. `p` is the two-sided p-value."""

    name: str
    facts: TrendFacts


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


def _weekly(series: NDArray[np.int64], total: NDArray[np.int64], weekday: int) -> tuple[tuple[int, ...], float] | None:
    """The one or two days of the week on which a topic is talked of, week after week, and their share of it."""
    from scipy.stats import binomtest

    span = min(7 * RHYTHM_WEEKS, len(series) // 7 * 7)
    part, around = series[len(series) - span :], total[len(total) - span :]
    if span < 28 or part.sum() < 2 * RHYTHM_WEEKS:
        return None
    days = (np.arange(len(series) - span, len(series)) + weekday) % 7
    counts, usual = np.bincount(days, part, 7), np.bincount(days, around, 7)
    top = np.argsort(-counts, kind="stable")
    for number in (1, 2):
        chosen = top[:number]
        share = float(counts[chosen].sum() / counts.sum())
        expected = float(usual[chosen].sum() / max(1, usual.sum()))
        held = sum(part[week * 7 : week * 7 + 7][np.isin(days[:7], chosen)].sum() > 0 for week in range(span // 7))
        if share >= RHYTHM_SHARE and held >= 0.75 * span // 7 and expected < 0.6 * share:
            p = binomtest(int(counts[chosen].sum()), int(counts.sum()), min(1.0, max(expected, number / 7))).pvalue
            if p < RHYTHM_P:
                return tuple(sorted(int(day) for day in chosen)), share
    return None


def _yearly(series: NDArray[np.int64], recent: int) -> int:
    """Posts of the same days a year ago when both years stand out from the months between, else 0."""
    if len(series) < YEAR + recent or series[: -YEAR + 1].sum() < MIN_RECENT:
        return 0
    now = int(series[-recent:].sum())
    then = max(
        int(series[-YEAR - recent - late : -YEAR - late or None].sum()) for late in (-7, 0, 7) if YEAR + late > 0
    )
    between = series[-YEAR + recent : -2 * recent]
    usual = float(between.sum()) / max(1, len(between)) * recent
    return then if min(now, then) >= max(MIN_RECENT, 2 * usual) else 0


def classify_topics(topics: Mapping[int, Sequence[int]], total: Sequence[int], *, weekday: int = 0) -> dict[int, Trend]:
    """Topic -> trend. `topics` and `total` are posts a day over the same days, the last one today; `weekday` is
    that of the first (0: Monday).

    A topic that keeps to days of the week, or comes back at this time of the year, is seasonal. Every topic gets a
    class from its first day: one that began within two weeks, in a record longer than that, is new. A record that is
    over has no trends: all its topics ended with it, and their facts are those of its last days.
    """
    if not topics:
        return {}
    quiet = len(total) - 1 - max((day for day, posts in enumerate(total) if posts), default=-1)
    if QUIET_DAYS <= quiet < len(total):
        then = _told({key: counts[:-quiet] for key, counts in topics.items()}, total[:-quiet], weekday)
        return {key: Trend("ended", trend.facts) for key, trend in then.items()}
    return _told(topics, total, weekday)


def _told(topics: Mapping[int, Sequence[int]], total: Sequence[int], weekday: int) -> dict[int, Trend]:
    days = len(total)
    everything = np.asarray(total, dtype=np.int64)
    tested: dict[int, tuple[NDArray[np.int64], int, list[_Test]]] = {}
    p_values: list[float] = []
    for topic_id, counts in topics.items():
        series = np.asarray(counts, dtype=np.int64)
        first = int(np.argmax(series > 0)) if series.any() else days - 1
        tests = [_compare(series, everything, recent, before) for recent, before in (SHORT, LONG) if days > recent + 3]
        tested[topic_id] = (series, days - first, tests)
        p_values += [test.p for test in tests]
    accepted = iter(benjamini_hochberg(p_values))
    result: dict[int, Trend] = {}
    record = days - int(np.argmax(everything > 0)) if everything.any() else 0
    for topic_id, (series, age, tests) in tested.items():
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
        rhythm, year_ago = None, 0
        if name == "steady":
            rhythm = _weekly(series, everything, weekday)
        if name in ("steady", "rising", "fading") and age > YEAR:
            year_ago = _yearly(series, LONG[0])
        if rhythm or year_ago:
            name = "seasonal"
        facts = TrendFacts(
            recent=told.recent,
            recent_days=told.days,
            baseline_a_week=round(told.weekly, 1),
            ratio=round(told.ratio, 2),
            p=told.p,
            age_days=age,
            weekdays=rhythm[0] if rhythm else (),
            share=round(rhythm[1], 2) if rhythm else 0.0,
            year_ago=year_ago,
        )
        result[topic_id] = Trend(name, facts)
    return result


def compare_periods(
    posts: Mapping[int, tuple[int, int]], totals: tuple[int, int], days: tuple[int, int]
) -> dict[int, str]:
    """Topic -> new, gone, grew, shrank or same between an earlier and a later period.

    `posts` are (earlier, later) counts, `totals` those of all posts, `days` the lengths. A topic grew or shrank when
    both its share and its pace changed by half, the false-discovery rate held over all topics (two-proportion z).
    """
    keys = sorted(posts)
    p_values = []
    for key in keys:
        a, b = posts[key]
        n, m = max(totals[0], a, 1), max(totals[1], b, 1)
        pooled = (a + b) / (n + m)
        error = math.sqrt(max(pooled * (1 - pooled) * (1 / n + 1 / m), 1e-12))
        p_values.append(math.erfc(abs(a / n - b / m) / error / math.sqrt(2)))
    kinds = {}
    for key, sure in zip(keys, benjamini_hochberg(p_values), strict=True):
        a, b = posts[key]
        ratio = (b + 0.5) / max(totals[1], 1) / ((a + 0.5) / max(totals[0], 1))
        pace = (b + 0.5) / days[1] / ((a + 0.5) / days[0])
        if not a and b:
            kinds[key] = "new"
        elif a and not b:
            kinds[key] = "gone"
        elif sure and ratio >= MIN_RATIO and pace >= MIN_RATIO:
            kinds[key] = "grew"
        elif sure and ratio <= 1 / MIN_RATIO and pace <= 1 / MIN_RATIO:
            kinds[key] = "shrank"
        else:
            kinds[key] = "same"
    return kinds


@dataclass(frozen=True, slots=True)
class Anomaly:
    """A day above what the four weeks before let expect. Counts of posts."""

    index: int
    count: int
    expected: float
    threshold: float


def anomalies(counts: Sequence[int], *, history: int = HISTORY, strictness: float = 4.0) -> list[Anomaly]:
    """Days whose count passes `expected + strictness x spread`, from at least 14 days before them.

    Expected is the median of the 28 days before; spread is the larger of the scaled median absolute
    deviation and the Poisson one.
    """
    unusual: list[Anomaly] = []
    values = np.asarray(counts, dtype=float)
    for index in range(14, len(values)):
        before = values[max(0, index - history) : index]
        expected = float(np.median(before))
        deviation = float(np.median(np.abs(before - expected))) * 1.4826
        threshold = expected + strictness * max(deviation, float(np.sqrt(max(expected, 1.0))))
        if values[index] > threshold and values[index] >= 5:
            unusual.append(Anomaly(index, int(values[index]), expected, threshold))
    return unusual

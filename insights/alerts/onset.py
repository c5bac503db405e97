"""When something out of the ordinary began, from counts of posts an hour. Pure functions.

What is usual is learned for each hour of the week from the eight weeks before, days of past events set aside
(medians, as in robust seasonal baselines: Vallis et al. 2014). A window of hours is unusual when so many posts would
come by chance once in very long (negative binomial, its dispersion measured on the same weeks). A fall of tone is a
share of negative posts that the days before make as unlikely. One event is told once: while hours stay unusual, or
are so again within `QUIET` hours, it goes on.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
WEEK = 168  # hours
HISTORY = 8 * WEEK
LEAST_HISTORY = 14 * 24  # hours before which nothing is told
WINDOWS = (1, 3, 6, 24)  # hours
QUIET = 48  # hours without anything unusual after which an event is over
LEAST_POSTS = 6
LEAST_TIMES = 2.0  # the usual
# By chance once in so many looks; an hour has one look for each window.
SENSITIVITY = {"low": 1e-8, "normal": 1e-6, "high": 1e-4}
TONE_WINDOWS = (24, 72)
TONE_SENSITIVITY = {"low": 1e-6, "normal": 1e-4, "high": 3e-3}
TONE_POSTS = 12  # posts with a tone in the window
TONE_RISE = 0.15  # of the share of negative posts
TONE_HISTORY = 28 * 24


@dataclass(frozen=True, slots=True)
class Unusual:
    """One event in a series of hours, as places in it: the hour it `began`, in which it was `noticed` (at its end) and
    the `last` unusual one; the window in which it was noticed, what came there and what was expected."""

    began: int
    noticed: int
    last: int
    window: int
    count: float
    expected: float
    chance: float  # of so much by chance


def _profile(past: Array, slots: NDArray[np.int64]) -> tuple[Array, Array]:
    """(for each of the 168 hours of the week its posts over those of the mean hour; for each past hour what the others
    let expect of it), from past hours.

    Few weeks make few hours known: each is drawn towards its hour of the day, and that to the mean.
    """
    mean = max(float(past.sum()), 1e-9) / len(past)
    by_hour = np.bincount(slots % 24, past, 24)
    seen_hour = np.maximum(np.bincount(slots % 24, minlength=24), 1)
    hour = (by_hour + 5 * 1.0) / (seen_hour * mean + 5)
    hour = np.convolve(np.r_[hour[-1], hour, hour[0]], [0.25, 0.5, 0.25], "valid")
    by_slot = np.bincount(slots, past, WEEK)
    seen_slot = np.bincount(slots, minlength=WEEK)
    prior = 3 + mean  # posts: as much as one more week
    of_day = np.tile(hour, WEEK // 24)
    profile = (by_slot + prior * of_day) / (seen_slot * mean + prior)
    others = (by_slot[slots] - past + prior * of_day[slots]) / ((seen_slot[slots] - 1) * mean + prior)
    return profile, np.maximum(mean * others, 1e-3)


def _level(past: Array, slots: NDArray[np.int64]) -> tuple[Array, float]:
    """(past hours with the days of events brought down, the usual posts an hour): medians of whole days, and of the
    same day of the week, so that what comes every week is no event."""
    days = len(past) // 24
    whole = past[len(past) - 24 * days :].reshape(days, 24)
    totals, weekday = whole.sum(axis=1), slots[len(past) - 24 * days :: 24] // 24
    middle = float(np.median(totals))
    spread = max(1.4826 * float(np.median(np.abs(totals - middle))), math.sqrt(max(middle, 1.0)))
    cap = np.full(days, middle + 3 * spread)
    for name in range(7):
        same = weekday == name
        if same.sum() >= 3:
            cap[same] = np.maximum(cap[same], np.median(totals[same]) + 2 * spread)
    calm = whole * np.minimum(1.0, cap / np.maximum(totals, 1e-9))[:, None]
    recent = np.sort(calm[-28:].sum(axis=1))
    cut = len(recent) // 10
    level = float(recent[cut : len(recent) - cut].mean()) / 24
    return calm.reshape(-1), level


def expected_posts(
    counts: Sequence[int], first_hour: int, everything: Sequence[int] | None = None
) -> tuple[Array, Array, Array]:
    """(expected posts of each hour, dispersion, lumps) from the weeks before its day; NaN while too little is known.

    `first_hour` is that of the first count, in hours since 1970 UTC. `everything` are the hours of all posts: days
    without any were not collected and say nothing. The dispersion is the variance of six hours over their mean, at
    least 1; an hour's variance is its mean plus lumps times its square.
    """
    values = np.asarray(counts, dtype=float)
    slots = (np.arange(len(values)) + first_hour + 3 * 24) % WEEK
    expected, dispersion, lumps = np.full(len(values), np.nan), np.ones(len(values)), np.zeros(len(values))
    start = (-first_hour) % 24
    days = (len(values) - start) // 24
    whole = np.asarray(counts if everything is None else everything, dtype=float)[start : start + 24 * days]
    seen_day = whole.reshape(days, 24).sum(axis=1) > 0
    for day in range(days + 1):
        known = np.flatnonzero(seen_day[:day])[-HISTORY // 24 :]
        if 24 * len(known) < LEAST_HISTORY:
            continue
        hours = (start + 24 * known[:, None] + np.arange(24)).reshape(-1)
        past, before = values[hours], slots[hours]
        calm, level = _level(past, before)
        profile, usual = _profile(calm, before)
        part = slice(start + 24 * day, min(start + 24 * day + 24, len(values)))
        expected[part] = np.maximum(level * profile[slots[part]], 1e-3)
        groups = len(calm) // 6
        seen = calm[len(calm) - 6 * groups :].reshape(groups, 6).sum(axis=1)
        meant = usual[len(usual) - 6 * groups :].reshape(groups, 6).sum(axis=1)
        dispersion[part] = min(10.0, max(1.0, float(((seen - meant) ** 2 / meant).mean())))
        lumps[part] = min(2.0, max(0.0, float(((calm - usual) ** 2 - usual).sum() / (usual**2).sum())))
    return expected, dispersion, lumps


def _tail(count: Array, mean: Array, dispersion: Array) -> Array:
    """P(X >= count) of a negative binomial with this mean and variance = dispersion x mean."""
    from scipy.special import betainc, gammainc

    mean = np.maximum(mean, 1e-3)
    poisson = gammainc(np.maximum(count, 1e-9), mean)
    size = mean / np.maximum(dispersion - 1, 1e-9)
    negative = betainc(np.maximum(count, 1e-9), size, (dispersion - 1) / dispersion)
    return np.where(count <= 0, 1.0, np.where(dispersion > 1.001, negative, poisson))


def _rolling(values: Array, window: int) -> Array:
    total = np.cumsum(np.r_[0.0, values])
    sums = np.full(len(values), np.nan)
    sums[window - 1 :] = total[window:] - total[:-window]
    return sums


def _began(values: Array, expected: Array, noticed: int, back: int) -> int:
    """The hour from which on more came than twice the usual, looked for in the hours before it was noticed."""
    first = max(0, noticed - back + 1)
    excess = values[first : noticed + 1] - np.maximum(2 * expected[first : noticed + 1], 1.0)
    sums = np.cumsum(excess[::-1])  # of the last hours: one, two and so on
    return noticed - int(np.argmax(sums))


def spikes(
    counts: Sequence[int], first_hour: int, sensitivity: str = "normal", everything: Sequence[int] | None = None
) -> list[Unusual]:
    """Events of far more posts than usual, in order. For `everything` see `expected_posts`."""
    values = np.asarray(counts, dtype=float)
    if len(values) < LEAST_HISTORY:
        return []
    expected, dispersion, lumps = expected_posts(counts, first_hour, everything)
    known, limit = np.nan_to_num(expected), SENSITIVITY[sensitivity]
    if not known.any():
        return []
    looks: list[tuple[int, int, float, float, float]] = []
    for window in WINDOWS:
        seen, meant = _rolling(values, window), _rolling(known, window)
        told = np.arange(len(values)) >= int(np.argmax(expected > 0)) + window
        with np.errstate(invalid="ignore"):
            wide = np.maximum(dispersion, 1 + lumps * _rolling(known**2, window) / np.maximum(meant, 1e-9))
            chance = _tail(seen, meant, wide)
            high = told & (chance < limit) & (seen >= LEAST_POSTS) & (seen >= LEAST_TIMES * meant) & (values > 0)
        looks += [(int(i), window, float(seen[i]), float(meant[i]), float(chance[i])) for i in np.flatnonzero(high)]
    return _joined(looks, lambda _: QUIET, lambda hour, window, _: _began(values, known, hour, max(6, window)))


def _joined(
    looks: list[tuple[int, int, float, float, float]],
    quiet: Callable[[int], int],
    began: Callable[[int, int, float], int],
) -> list[Unusual]:
    """Unusual (hour, window, count, expected, chance) as events: what comes within `quiet` hours, given the window,
    goes on; `began` tells the first hour of a new one."""
    events: list[Unusual] = []
    for hour, window, count, expected, chance in sorted(looks):
        if events and hour - events[-1].last <= quiet(window):
            events[-1] = replace(events[-1], last=hour)
        else:
            events.append(Unusual(began(hour, window, expected), hour, hour, window, count, expected, chance))
    return events


def tone_falls(negative: Sequence[int], clear: Sequence[int], sensitivity: str = "normal") -> list[Unusual]:
    """Events of far more negative posts among those with a tone than in the four weeks before; `count` and `expected`
    are shares of negative posts."""
    bad, all_ = np.asarray(negative, dtype=float), np.asarray(clear, dtype=float)
    if len(bad) < LEAST_HISTORY + max(TONE_WINDOWS):
        return []
    limit = TONE_SENSITIVITY[sensitivity]
    looks: list[tuple[int, int, float, float, float]] = []
    for window in TONE_WINDOWS:
        seen_bad, seen = _rolling(bad, window), _rolling(all_, window)
        lagged = np.r_[np.zeros(window), np.arange(len(bad) - window)].astype(int)
        total_bad, total = np.cumsum(np.r_[0.0, bad]), np.cumsum(np.r_[0.0, all_])
        start = np.maximum(0, lagged + 1 - TONE_HISTORY)
        before_bad, before = total_bad[lagged + 1] - total_bad[start], total[lagged + 1] - total[start]
        for hour in range(LEAST_HISTORY + window, len(bad)):
            if not all_[hour] or seen[hour] < TONE_POSTS or before[hour] < 2 * TONE_POSTS:
                continue
            usual = (before_bad[hour] + 1) / (before[hour] + 2)
            share = seen_bad[hour] / seen[hour]
            if share < usual + TONE_RISE:
                continue
            # What is usual is itself known from so many posts only: two shares are compared.
            pooled = (before_bad[hour] + seen_bad[hour] + 1) / (before[hour] + seen[hour] + 2)
            error = math.sqrt(pooled * (1 - pooled) * (1 / before[hour] + 1 / seen[hour]))
            # People of one thread say alike: half as many voices as posts.
            chance = 0.5 * math.erfc((share - usual) / max(error, 1e-9) / 2)
            if chance < limit:
                looks.append((hour, window, share, usual, chance))

    def began(hour: int, window: int, usual: float) -> int:
        first = max(0, hour - window + 1)
        excess = bad[first : hour + 1] - 1.5 * usual * all_[first : hour + 1]
        return first + int(np.argmax(np.cumsum(excess[::-1])[::-1]))

    return _joined(looks, lambda window: QUIET + window, began)


def telling_words(inside: Sequence[Sequence[str]], before: Sequence[Sequence[str]], most: int = 12) -> list[str]:
    """The words that set posts apart from those before them: by log odds with an informative prior (Monroe et al.
    2008), each post's words counted once. Texts are lists of words."""
    here, there = (Counter(word for words in posts for word in set(words)) for posts in (inside, before))
    n, m = max(1, len(inside)), max(1, len(before))
    scored = []
    for word, count in here.items():
        if count < max(2, 0.05 * n):
            continue
        prior = (count + there[word]) / (n + m)
        a, b = count + 10 * prior, there[word] + 10 * prior
        odds = math.log(a / (n + 10 - a + 1e-9)) - math.log(b / (m + 10 - b + 1e-9)) if a < n + 10 else 5.0
        scored.append((odds / math.sqrt(1 / a + 1 / b), word))
    return [word for score, word in sorted(scored, key=lambda s: (-s[0], s[1]))[:most] if score > 1.64]

"""What an action seems to have changed: before and after, against what would have come anyway. Pure.

What would have come is forecast from the days before by a structural time series (local level, weekly rhythm) with
series that the action should not touch as regressors, as in Brodersen et al. 2015 (causal impact), fitted by
statsmodels. The interval is that of many simulated futures. Too few days, too little to see and a past that the model
cannot follow are said, not hidden.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from data.reputation.effects import Effect

Array = NDArray[np.float64]
BEFORE = 56  # days that the forecast learns from
LEAST_BEFORE = 28
LEAST_AFTER = 3
MOST_AFTER = 14
DRAWS = 1_000
LEVEL = 0.9
NOISY = 1.0  # an interval wider than this many times what was expected tells nothing


def effect_of(
    measure: str,
    before: Sequence[float],
    after: Sequence[float],
    beside_before: Sequence[Sequence[float]] = (),
    beside_after: Sequence[Sequence[float]] = (),
    *,
    is_share: bool = False,
    seed: int = 0,
) -> Effect:
    """The effect on one measure. `before` and `after` are daily values, `beside_*` comparable daily series, each
    as long; at most `MOST_AFTER` days after count."""
    days = min(len(after), MOST_AFTER)
    if len(before) < LEAST_BEFORE:
        return Effect(measure, "unknown", days)
    if days < LEAST_AFTER:
        return Effect(measure, "early", days)
    past, future = np.asarray(before, dtype=float)[-BEFORE:], np.asarray(after, dtype=float)[:days]
    beside = [
        (np.asarray(a, dtype=float)[-len(past) :], np.asarray(b, dtype=float)[:days])
        for a, b in zip(beside_before, beside_after, strict=True)
        if len(a) >= len(past) and len(b) >= days and np.std(np.asarray(a, dtype=float)[-len(past) :]) > 0
    ]
    if _unsettled(past):
        return Effect(measure, "unsettled", days, float(future.mean() if is_share else future.sum()))
    drawn = _futures(past, days, beside, seed)
    total = drawn.mean(axis=1) if is_share else drawn.sum(axis=1)
    seen = float(future.mean() if is_share else future.sum())
    expected = float(np.mean(total))
    tail = 100 * (1 - LEVEL) / 2
    low, high = (float(v) for v in np.percentile(seen - total, [tail, 100 - tail]))
    width = high - low
    scale = 0.5 if is_share else max(abs(expected), 1.0)
    if low <= 0.0 <= high or (not is_share and abs(seen - expected) < 1.0):
        verdict = "noisy" if width > 2 * NOISY * scale else "none"
    else:
        verdict = "more" if seen > expected else "less"
    return Effect(measure, verdict, days, seen, expected, low, high)


def _unsettled(past: Array) -> bool:
    """An uproar in the week before: what would have come anyway can't be told from days of uproar."""
    middle = float(np.median(past))
    spread = max(1.4826 * float(np.median(np.abs(past - middle))), 0.5 * math.sqrt(max(middle, 0.0)), 1e-3)
    return bool(past[-7:].max() > middle + 8 * spread)


def weekly_effect(measure: str, before: Sequence[int], after: Sequence[int], *, seed: int = 0) -> Effect:
    """The effect on a count a week: weeks after against what weeks like those before bring (gamma-Poisson, with the
    spread of the weeks before)."""
    if len(before) < 4:
        return Effect(measure, "unknown", 7 * len(after))
    if not after:
        return Effect(measure, "early", 0)
    past = np.asarray(before, dtype=float)
    mean, excess = float(past.mean()), max(0.0, float(past.var(ddof=1) - past.mean()))
    shape = min(1e4, max(mean * mean / excess if excess > 0 else 1e4, 0.5))
    rng = np.random.default_rng(seed)
    known = rng.gamma(past.sum() + 0.5, 1 / len(past), DRAWS)  # the mean itself is known from so many weeks only
    total = rng.poisson(known[:, None] * rng.gamma(shape, 1 / shape, (DRAWS, len(after)))).sum(axis=1)
    seen, expected = float(sum(after)), float(total.mean())
    tail = 100 * (1 - LEVEL) / 2
    low, high = (float(v) for v in np.percentile(seen - total, [tail, 100 - tail]))
    if low <= 0.0 <= high:
        verdict = "noisy" if high - low > 2 * NOISY * max(expected, 1.0) else "none"
    else:
        verdict = "more" if seen > expected else "less"
    return Effect(measure, verdict, 7 * len(after), seen, expected, low, high)


def _futures(past: Array, days: int, beside: Sequence[tuple[Array, Array]], seed: int) -> Array:
    """`DRAWS` x days: futures without the action."""
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    # Days of an uproar teach nothing of usual days: values far out are brought in.
    middle = float(np.median(past))
    spread = max(1.4826 * float(np.median(np.abs(past - middle))), float(np.std(past)) / 3, 1e-3)
    calm = np.clip(past, middle - 4 * spread, middle + 4 * spread)
    inside = np.column_stack([(a - a.mean()) / a.std() for a, _ in beside]) if beside else None
    outside = np.column_stack([(b - a.mean()) / a.std() for a, b in beside]) if beside else None
    model = UnobservedComponents(
        calm,
        level="local level",
        exog=inside,
        freq_seasonal=[{"period": 7, "harmonics": 2}],
        stochastic_freq_seasonal=[False],
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitted = model.fit(disp=False, maxiter=200)
        drawn = fitted.simulate(days, repetitions=DRAWS, anchor="end", exog=outside, rng=np.random.default_rng(seed))
    futures = np.asarray(drawn, dtype=float).reshape(days, -1).T
    # What the model could not say of its own past widens what it says of the future (counts jump more than Gauss).
    missed = calm[14:] - np.asarray(fitted.fittedvalues)[14:]
    wider = max(1.0, float(np.std(missed)) / max(float(np.std(futures[:, 0] - futures[:, 0].mean())), 1e-9))
    centre = futures.mean(axis=0, keepdims=True)
    return np.asarray(np.clip(centre + (futures - centre) * min(wider, 3.0), 0.0, None))

"""Plain ways to notice an event, that the detector is measured against."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from insights.alerts.bursts import Event
from insights.alerts.onset import spikes

EARLIEST = 6  # steps of before that they need


def _onsets(times: Sequence[int], step: int, is_high: Callable[[list[int]], bool]) -> list[Event]:
    """An event where `is_high` begins to hold of the counts up to and with a step, every step from the first on."""
    members: dict[int, list[int]] = {}
    for number, moment in enumerate(times):
        members.setdefault(moment // step, []).append(number)
    events: list[Event] = []
    counts: list[int] = []
    on = False
    for slot in range(min(members, default=0), max(members, default=-1) + 1):
        counts.append(len(members.get(slot, ())))
        high = is_high(counts)
        if high and not on:
            events.append(Event((slot + 1) * step, (), tuple(members[slot])))
        on = high
    return events


def volume_alarms(times: Sequence[int], *, step: int = 3_600, history: int = 48, sigmas: float = 3.0) -> list[Event]:
    """The plain way: hours whose number of posts passes the mean of the hours before by three deviations."""

    def is_high(counts: list[int]) -> bool:
        before = counts[-history - 1 : -1]
        if len(before) < EARLIEST:
            return False
        mean = sum(before) / len(before)
        spread = math.sqrt(sum((c - mean) ** 2 for c in before) / len(before))
        return counts[-1] > mean + sigmas * max(spread, math.sqrt(max(mean, 1.0)))

    return _onsets(times, step, is_high)


def threshold_alarms(times: Sequence[int], *, step: int = 3_600, days: int = 7, factor: float = 3.0) -> list[Event]:
    """A fixed threshold, as a person sets one after a first week: hours with three times its mean."""
    first = min(times, default=0) // step
    early = [moment for moment in times if moment // step - first < days * 24]
    line = factor * len(early) / (days * 24)
    alarms = _onsets(times, step, lambda counts: counts[-1] > line)
    return [event for event in alarms if event.at // step - first > days * 24]


def ewma_alarms(times: Sequence[int], *, step: int = 3_600, weight: float = 0.1, sigmas: float = 3.0) -> list[Event]:
    """An EWMA control chart on the number of posts an hour (Roberts 1959)."""
    mean, variance = 0.0, 0.0

    def is_high(counts: list[int]) -> bool:
        nonlocal mean, variance
        value, seen = float(counts[-1]), len(counts) - 1
        high = seen >= EARLIEST and value > mean + sigmas * math.sqrt(max(variance, mean, 1.0))
        step_size = max(weight, 1 / (seen + 1))
        variance = (1 - step_size) * (variance + step_size * (value - mean) ** 2)
        mean += step_size * (value - mean)
        return high

    return _onsets(times, step, is_high)


def spike_alarms(times: Sequence[int], sensitivity: str = "normal") -> list[Event]:
    """The alert on volume (`insights.alerts.onset.spikes`) as events: the posts are those of the
    window it looked at."""
    if not times:
        return []
    first = min(times) // 86_400 * 24
    counts = [0] * (max(times) // 3_600 - first + 1)
    for moment in times:
        counts[moment // 3_600 - first] += 1
    events = []
    for event in spikes(counts, first, sensitivity):
        low, high = (first + event.noticed + 1 - event.window) * 3_600, (first + event.noticed + 1) * 3_600
        events.append(Event(high, (), tuple(n for n, moment in enumerate(times) if low <= moment < high)))
    return events

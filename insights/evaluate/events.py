"""How many events are noticed in posts replayed in time, how late, and how many alarms are about nothing."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from insights.evaluate.files import FileError, read_events


def evaluate_events(path: Path) -> dict[str, Any]:
    """Replay posts in time; how many events are noticed, how late, and how many alarms are about nothing.

    An alarm is about an event when most of its posts carry its label and they are more than by chance would be.
    """
    from insights.alerts.bursts import detect
    from insights.evaluate.alarms import ewma_alarms, spike_alarms, threshold_alarms, volume_alarms

    times, texts, labels = read_events(path)
    if not times:
        raise FileError(f"{path.name}: no posts")
    started = time.perf_counter()
    ours = detect(zip(times, texts, strict=True))
    seconds = time.perf_counter() - started
    return {
        "n": len(times),
        "events": len({label for label in labels if label}),
        **_alarm_scores(ours, times, labels),
        "posts_per_s": round(len(times) / max(seconds, 1e-9), 1),
        "volume_alert": _alarm_scores(spike_alarms(times), times, labels),
        "both_alerts": _alarm_scores(_either(ours, spike_alarms(times)), times, labels),
        "baselines": {
            "fixed_threshold": _alarm_scores(threshold_alarms(times), times, labels),
            "counts": _alarm_scores(volume_alarms(times), times, labels),
            "ewma": _alarm_scores(ewma_alarms(times), times, labels),
        },
    }


def _either(*alarms: Sequence[Any]) -> list[Any]:
    """What two rules tell together: an alarm within two days of one before it, on posts of the same time, is one."""
    told: list[Any] = []
    for alarm in sorted((a for some in alarms for a in some), key=lambda a: a.at):
        if not any(set(alarm.posts) & set(old.posts) for old in told if alarm.at - old.at < 172_800):
            told.append(alarm)
    return told


def _alarm_scores(alarms: Sequence[Any], times: Sequence[int], labels: Sequence[str]) -> dict[str, Any]:
    first: dict[str, int] = {}
    for moment, label in zip(times, labels, strict=True):
        if label:
            first.setdefault(label, moment)
    noticed: dict[str, int] = {}
    false = 0
    for alarm in alarms:
        counts: dict[str, int] = {}
        for number in alarm.posts:
            counts[labels[number]] = counts.get(labels[number], 0) + 1
        label = max(counts, key=lambda name: (counts[name], name)) if counts else ""
        if label:
            noticed.setdefault(label, alarm.at)
        else:
            false += 1
    delays = sorted((noticed[label] - first[label]) / 3_600 for label in noticed)
    days = len({moment // 86_400 for moment in times})
    return {
        "recall": round(len(noticed) / max(1, len(first)), 4),
        "delay_hours": round(float(np.median(delays)), 2) if delays else None,
        "false_alarms_per_day": round(false / max(1, days), 3),
        "alarms": len(alarms),
    }

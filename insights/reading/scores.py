"""How well what was read agrees with what people say it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np


def class_scores(truth: Sequence[str], guessed: Sequence[str], labels: Sequence[str]) -> dict[str, float]:
    """Macro F1 and macro recall over the labels that occur in `truth`, as fractions of 1."""
    recalls, f1s = [], []
    for label in labels:
        actual = sum(t == label for t in truth)
        if not actual:
            continue
        hit = sum(t == label == f for t, f in zip(truth, guessed, strict=True))
        named = sum(f == label for f in guessed)
        recalls.append(hit / actual)
        f1s.append(2 * hit / (actual + named))
    count = max(1, len(recalls))
    return {"macro_f1": round(sum(f1s) / count, 4), "macro_recall": round(sum(recalls) / count, 4)}


def calibration_error(confidence: Any, right: Any, bins: int = 10) -> float:
    """Expected calibration error (Naeini et al. 2015) over equal-width bins of confidence."""
    place = np.minimum((np.asarray(confidence) * bins).astype(int), bins - 1)
    total = 0.0
    for index in range(bins):
        mask = place == index
        if mask.any():
            total += float(mask.mean()) * abs(
                float(np.asarray(confidence)[mask].mean() - np.asarray(right)[mask].mean())
            )
    return total

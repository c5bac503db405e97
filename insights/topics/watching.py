"""Posts near a subject that a person described in words: zero-shot, by meaning and by its words. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from insights.text import terms

WORDS = 0.15  # what holding all of the subject's words adds to the cosine
UNUSUAL = 2.0  # standard deviations above the mean of all posts: from here on a post counts


def words_held(subject: str, texts: Sequence[str]) -> NDArray[np.float32]:
    """The share of the subject's words that each text holds, endings aside."""
    wanted = [word[: max(4, len(word) - 2)] for word in dict.fromkeys(terms(subject))]
    if not wanted:
        return np.zeros(len(texts), dtype=np.float32)
    shares = []
    for text in texts:
        words = set(terms(text))
        shares.append(sum(any(word.startswith(stem) for word in words) for stem in wanted) / len(wanted))
    return np.array(shares, dtype=np.float32)


def nearness(cosine: NDArray[np.float32], held: NDArray[np.float32]) -> NDArray[np.float32]:
    """From 0 to 1: how near posts are to a subject, given their cosine with it and the share of its words."""
    return np.clip(np.asarray(cosine) + WORDS * np.asarray(held), 0.0, 1.0).astype(np.float32)


def usual_threshold(mean: float, deviation: float) -> float:
    """Where to start: two standard deviations above what posts in general reach."""
    return float(min(0.95, max(0.05, mean + UNUSUAL * deviation)))

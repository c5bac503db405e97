"""Sentiment of a post: negative, neutral or positive with a calibrated confidence, or "unsure"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import scipy.sparse as sparse

from data.settings import REFERENCE
from insights.reading.classifier import Classifier, Matrix, Read, softmax
from insights.reading.features import MAX_CHARACTERS, features, valence

LABELS = ("negative", "neutral", "positive")
WEIGHTS = REFERENCE / "sentiment.npz"
UNSURE_BELOW = 0.45  # calibrated probability of the likeliest class; chance is .33


@dataclass(frozen=True, slots=True)
class Scored:
    """Labels ("unsure" among them) and probabilities (n x 3, in the order of LABELS) of n posts."""

    labels: list[str]
    probabilities: Matrix

    @property
    def confidence(self) -> list[float]:
        return [float(p) for p in self.probabilities.max(axis=1)]


class SentimentModel(Classifier):
    """The sentiment weights, and what a post without a word says."""

    def __init__(self, path: Path = WEIGHTS) -> None:
        super().__init__(path)

    def score(
        self,
        texts: Sequence[str],
        langs: Sequence[str],
        read: Read | None = None,
        rows: sparse.csr_matrix | None = None,
    ) -> Scored:
        """Score posts; `rows` are their features where they are at hand."""
        rows = features(texts, langs) if rows is None else rows
        probabilities = self.probabilities(rows, read)
        for index, text in enumerate(texts):
            if not any(c.isalnum() for c in text[:MAX_CHARACTERS]):
                probabilities[index] = _wordless(text)
        return scored(probabilities)


def scored(probabilities: Matrix) -> Scored:
    """Labels from probabilities, "unsure" where no class is likely enough."""
    labels = [LABELS[int(row.argmax())] if float(row.max()) >= UNSURE_BELOW else "unsure" for row in probabilities]
    return Scored(labels, probabilities)


def _wordless(text: str) -> Matrix:
    """Probabilities of a post without a word: from its emoji, or even thirds where there is nothing to read."""
    total = sum(valence(c, "fr") for c in text[:MAX_CHARACTERS])  # emoji are in the French list, for all
    scores: Matrix = np.array([[-total / 3, -abs(total) / 15, total / 3]], dtype=np.float32)
    return np.asarray(softmax(scores)[0], dtype=np.float32)


@lru_cache(maxsize=1)
def default_model() -> SentimentModel:
    return SentimentModel()

"""A small layer over the tone model, learned from one's own corrections and kept only where it is better.

Its inputs are the log probabilities of the model below and the sentence vector (stacking, Wolpert 1992); it is
judged on labels held out in five parts, and adopted only if the macro-recall rises.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from insights.reading.classifier import Matrix, softmax
from insights.reading.scores import class_scores
from insights.reading.sentiment import LABELS

ENOUGH = 60  # labels from which it is tried
GAIN = 0.01  # of macro-recall that makes it worth having
FOLDS = 5


@dataclass(frozen=True, slots=True)
class Trial:
    """Macro-recall without and with the layer, on labels held out, and the layer's weights."""

    labels: int
    before: float
    after: float
    weights: bytes

    @property
    def better(self) -> bool:
        return self.after >= self.before + GAIN


def inputs(probabilities: Matrix, vectors: Matrix) -> Matrix:
    """n x (3 + dimensions)."""
    return np.hstack([np.log(np.clip(probabilities, 1e-4, 1.0)), vectors]).astype(np.float32)


def try_layer(probabilities: Matrix, vectors: Matrix, labels: Sequence[str], seed: int = 0) -> Trial | None:
    """Learn from labelled posts: None with fewer than 60 labels, or fewer than five of a tone that occurs."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold

    truth = np.array([LABELS.index(label) for label in labels])
    counts = np.bincount(truth, minlength=3)
    if len(truth) < ENOUGH or (counts > 0).sum() < 2 or counts[counts > 0].min() < FOLDS:
        return None
    x = inputs(probabilities, vectors)

    def model() -> LogisticRegression:
        return LogisticRegression(C=0.2, max_iter=1_000, class_weight="balanced")

    guessed = np.zeros_like(truth)
    for train, test in StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(x, truth):
        guessed[test] = model().fit(x[train], truth[train]).predict(x[test])

    def recall(tones: NDArray[np.int_]) -> float:
        return class_scores(list(labels), [LABELS[i] for i in tones], LABELS)["macro_recall"]

    final = model().fit(x, truth)
    weights = np.zeros((3, x.shape[1]), np.float32)
    intercept = np.full(3, -20.0, np.float32)  # a tone that nobody labelled is never said
    if len(final.classes_) == 2:
        rows, shifts = np.vstack([-final.coef_, final.coef_]) / 2, np.concatenate([-final.intercept_, final.intercept_])
        shifts = shifts / 2
    else:
        rows, shifts = final.coef_, final.intercept_
    weights[final.classes_], intercept[final.classes_] = rows, shifts
    stream = io.BytesIO()
    np.savez_compressed(stream, weights=weights.astype(np.float16), intercept=intercept)
    return Trial(len(truth), recall(probabilities.argmax(axis=1)), recall(guessed), stream.getvalue())


class LocalLayer:
    """An adopted layer."""

    def __init__(self, weights: bytes) -> None:
        with np.load(io.BytesIO(weights)) as stored:
            self._weights = stored["weights"].astype(np.float32).T
            self._intercept = stored["intercept"].astype(np.float32)

    def probabilities(self, below: Matrix, vectors: Matrix) -> Matrix:
        """n x 3 from the model below and the vectors; those of another model leave them as they are."""
        x = inputs(below, vectors)
        if x.shape[1] != len(self._weights):
            return below
        return softmax(np.asarray(x @ self._weights + self._intercept, dtype=np.float32))

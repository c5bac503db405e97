"""A linear model of posts that is kept in a small file, and a second one that reads sentence vectors beside it.

Where vectors are at hand, the second model reads the first one's scores and the vector (stacking, Wolpert 1992).
Weights are kept in eight bits; probabilities are fitted to held-out labels by one temperature (Guo et al. 2017).
Trained by `python -m insights train`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sparse
from numpy.typing import NDArray

from insights.reading.features import LEXICON_FEATURES, features

Matrix = NDArray[np.float32]


def softmax(scores: Matrix) -> Matrix:
    """Rows of scores as probabilities."""
    shifted = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True), dtype=np.float32)


def stack_features(scores: Matrix, vectors: Matrix, langs: Sequence[str]) -> Matrix:
    """Inputs of the second model: the first one's scores, apart for French, and the sentence vector."""
    french = np.array([[lang == "fr"] for lang in langs], dtype=np.float32)
    return np.hstack([scores, scores * french, 3.0 * vectors, french]).astype(np.float32)


class Classifier:
    """Loaded weights. Cheap to keep (about 3 MB); scores thousands of posts a second without vectors."""

    def __init__(self, path: Path) -> None:
        with np.load(path) as stored:
            scale = stored["scale"].astype(np.float32)
            self._weights = (stored["weights"].astype(np.float32) * scale[:, None]).T.copy()
            self._style = stored["style"].astype(np.float32).T.copy()
            self._intercept = stored["intercept"].astype(np.float32)
            self._temperature = float(stored["temperature"])
            self._stack = stored["stack"].astype(np.float32).T.copy()
            self._stack_intercept = stored["stack_intercept"].astype(np.float32)
            self._stack_temperature = float(stored["stack_temperature"])
            self.labels: tuple[str, ...] = tuple(json.loads(str(stored["labels"])))
            self.stack_model = str(stored["stack_model"])
            self.version = str(stored["version"])
            self.held_out: dict[str, Any] = json.loads(str(stored["held_out"]))

    def scores(self, rows: sparse.csr_matrix) -> Matrix:
        """Decision values (n x labels) of the model without vectors, from `insights.reading.features.features`."""
        if not rows.shape[0]:
            return np.zeros((0, len(self.labels)), dtype=np.float32)
        hashed, style = rows[:, :-LEXICON_FEATURES], rows[:, -LEXICON_FEATURES:]
        return np.asarray(hashed @ self._weights + style @ self._style + self._intercept, dtype=np.float32)

    def probabilities(
        self, rows: sparse.csr_matrix, langs: Sequence[str], vectors: Matrix | None = None, vector_model: str = ""
    ) -> Matrix:
        """n x labels. `vectors` are used only when they come from the model that the weights were trained with."""
        scores = self.scores(rows)
        if vectors is not None and vector_model == self.stack_model and len(scores):
            scores = stack_features(scores, vectors, langs) @ self._stack + self._stack_intercept
            return softmax(scores / self._stack_temperature)
        return softmax(scores / self._temperature)


def temperature_of(scores: Matrix, truth: NDArray[np.int_]) -> float:
    """The temperature that makes probabilities fit held-out labels, by a grid."""
    best, least = 1.0, float("inf")
    for temperature in np.geomspace(0.3, 4.0, 40):
        probabilities = softmax(scores / float(temperature))
        loss = -float(np.log(probabilities[np.arange(len(truth)), truth] + 1e-9).mean())
        if loss < least:
            best, least = float(temperature), loss
    return best


def _decisions(model: Any, x: Any) -> Matrix:
    """Decision values with one column a class, of a model of two classes too."""
    found = np.asarray(model.decision_function(x), dtype=np.float32)
    return np.stack([-found / 2, found / 2], axis=1) if found.ndim == 1 else found


def _coefficients(model: Any) -> tuple[Matrix, Matrix]:
    weights, intercept = np.asarray(model.coef_, np.float32), np.asarray(model.intercept_, np.float32)
    if len(weights) == 1:
        weights = np.asarray(np.vstack([-weights, weights]) / 2, np.float32)
        intercept = np.asarray(np.concatenate([-intercept, intercept]) / 2, np.float32)
    return weights, intercept


def train(
    texts: Sequence[str],
    labels: Sequence[str],
    langs: Sequence[str],
    vectors: Matrix,
    vector_model: str,
    target: Path,
    *,
    classes: Sequence[str],
    seed: int = 0,
    folds: int = 4,
    strength: float = 2.0,
    unsure_below: float = 0.0,
) -> None:
    """Fit both models and write the weights. The second one learns from held-out scores of the first. What held-out
    posts were taken for is kept with the weights: the error that figures carry."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold

    truth = np.array([classes.index(label) for label in labels])
    french = np.array([lang == "fr" for lang in langs])
    weight = np.where(french, 4.0 if french.mean() < 0.2 else 1.0, 1.0)
    x = features(texts, langs)

    def first() -> Any:
        return LogisticRegression(C=strength, max_iter=120, tol=1e-3, class_weight="balanced")

    held = np.zeros((len(truth), len(classes)), dtype=np.float32)
    splitter = StratifiedKFold(folds, shuffle=True, random_state=seed)
    for train_rows, test_rows in splitter.split(x, truth * 2 + french):
        model = first().fit(x[train_rows], truth[train_rows], sample_weight=weight[train_rows])
        held[test_rows] = _decisions(model, x[test_rows])
    stacked = stack_features(held, vectors, langs)
    second = LogisticRegression(C=0.3, max_iter=500, class_weight="balanced")
    second_held = np.zeros_like(held)
    for train_rows, test_rows in splitter.split(x, truth * 2 + french):
        second.fit(stacked[train_rows], truth[train_rows], sample_weight=weight[train_rows])
        second_held[test_rows] = _decisions(second, stacked[test_rows])
    second.fit(stacked, truth, sample_weight=weight)
    final, intercept = _coefficients(first().fit(x, truth, sample_weight=weight))
    stack, stack_intercept = _coefficients(second)
    weights = final[:, :-LEXICON_FEATURES]
    scale = np.abs(weights).max(axis=1) / 127
    temperature, stack_temperature = temperature_of(held, truth), temperature_of(second_held, truth)
    np.savez_compressed(
        target,
        weights=np.round(weights / scale[:, None]).astype(np.int8),
        scale=scale.astype(np.float32),
        style=final[:, -LEXICON_FEATURES:].astype(np.float32),
        intercept=intercept,
        temperature=np.float32(temperature),
        stack=stack.astype(np.float16),
        stack_intercept=stack_intercept,
        stack_temperature=np.float32(stack_temperature),
        labels=np.str_(json.dumps(list(classes))),
        stack_model=np.str_(vector_model),
        version=np.str_(f"linear-{len(truth)}-{seed}"),
        held_out=np.str_(
            json.dumps(
                {
                    **_held_out(softmax(second_held / stack_temperature), truth),
                    "errors": {
                        "en": _errors(softmax(second_held / stack_temperature)[~french], truth[~french], unsure_below),
                        "fr": _errors(softmax(held / temperature)[french], truth[french], unsure_below),
                    },
                }
            )
        ),
    )


def _held_out(probabilities: Matrix, truth: NDArray[np.int_], recall: float = 0.8) -> dict[str, float]:
    """For a model of two classes: the score that finds 80% of the second class in held-out posts, and how many of
    the posts above it are of that class."""
    if probabilities.shape[1] != 2:
        return {}
    score = probabilities[truth == 1, 1]
    line = float(np.quantile(score, 1 - recall))
    above = probabilities[:, 1] >= line
    return {"threshold": round(line, 4), "recall": recall, "precision": round(float(truth[above].mean()), 4)}


def _errors(probabilities: Matrix, truth: NDArray[np.int_], unsure_below: float) -> list[list[int]]:
    """For each true class how many held-out posts were taken for each class, and last for none (unsure)."""
    classes = probabilities.shape[1]
    found = np.where(probabilities.max(axis=1) >= unsure_below, probabilities.argmax(axis=1), classes)
    return [[int(((truth == t) & (found == f)).sum()) for f in range(classes + 1)] for t in range(classes)]

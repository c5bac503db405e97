"""A linear model of posts that is kept in a small file, and a second one that reads sentence vectors beside it.

Where vectors are at hand, the second model reads the first one's scores and the vector (stacking, Wolpert 1992).
Weights are kept in eight bits; probabilities are fitted to held-out labels by one temperature (Guo et al. 2017).
Trained by `python -m insights train` (`insights/evaluate/train_reading.py`).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sparse
from numpy.typing import NDArray

from insights.reading.features import LEXICON_FEATURES
from insights.reading.origins import ARTICLE, COMMENT, Origin, origin_columns

Matrix = NDArray[np.float32]
SIZE = 8.0  # about what several hundred standardised numbers are divided by to weigh like a few scores


def softmax(scores: Matrix) -> Matrix:
    """Rows of scores as probabilities."""
    shifted = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Read:
    """What the second model reads beside the first one's scores, for n posts: `vectors` (n x dimensions) of the model
    `model`, languages, where the posts come from, and numbers of a model's own (`more`, n x any)."""

    vectors: Matrix
    model: str
    langs: Sequence[str]
    origins: Sequence[Origin]
    more: Matrix | None = None

    def rows(self, where: Sequence[int]) -> Read:
        """Those of some posts."""
        return Read(
            self.vectors[where],
            self.model,
            [self.langs[i] for i in where],
            [self.origins[i] for i in where],
            None if self.more is None else self.more[where],
        )


def stack_features(scores: Matrix, read: Read, middle: Matrix, spread: Matrix) -> Matrix:
    """Inputs of the second model: the first scores, apart for French; the vector at the size of one, and once
    more for articles and for comments, as what a tone looks like differs between them; language and origin."""
    french = np.array([[lang == "fr"] for lang in read.langs], dtype=np.float32)
    more = np.zeros((len(scores), 0), np.float32) if read.more is None else read.more
    vectors = (read.vectors - middle) / spread / SIZE
    apart = [vectors * np.array([[o.kind == kind] for o in read.origins], np.float32) for kind in (ARTICLE, COMMENT)]
    columns = [scores, scores * french, vectors, *apart, french, origin_columns(read.origins), more]
    return np.hstack(columns).astype(np.float32)


def version_of(path: Path) -> str:
    """Which training the weights of a file come from, without loading them."""
    with np.load(path) as stored:
        return str(stored["version"])


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
            self._middle, self._spread = (stored[name].astype(np.float32) for name in ("middle", "spread"))
            self.stack_model = str(stored["stack_model"])
            self.version = str(stored["version"])
            self.held_out: dict[str, Any] = json.loads(str(stored["held_out"]))

    def scores(self, rows: sparse.csr_matrix) -> Matrix:
        """Decision values (n x labels) of the model without vectors, from `insights.reading.features.features`."""
        if not rows.shape[0]:
            return np.zeros((0, len(self.labels)), dtype=np.float32)
        hashed, style = rows[:, :-LEXICON_FEATURES], rows[:, -LEXICON_FEATURES:]
        return np.asarray(hashed @ self._weights + style @ self._style + self._intercept, dtype=np.float32)

    def probabilities(self, rows: sparse.csr_matrix, read: Read | None = None) -> Matrix:
        """n x labels. `read` is used only where its vectors come from the model that the weights were trained with."""
        scores = self.scores(rows)
        if read is not None and read.model == self.stack_model and len(scores):
            scores = stack_features(scores, read, self._middle, self._spread) @ self._stack + self._stack_intercept
            return softmax(scores / self._stack_temperature)
        return softmax(scores / self._temperature)

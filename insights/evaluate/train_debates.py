"""Learn which statements divide from conversations with votes, and write the weights."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from insights.debates.divisive import FEATURES, MIN_VOTES, WEIGHTS, Matrix, mark_of, split_of, statement_features
from insights.evaluate.files import read_statements
from insights.models.topic_vectors import TopicEmbedder
from insights.topics.fit import unit

_STRENGTH_WORDS, _STRENGTH_VECTORS = 60.0, 30_000.0


def _ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    from scipy.stats import rankdata

    return np.asarray((rankdata(values) - 1) / max(1, len(values) - 1))


def _ridge(matrix: Matrix, wanted: NDArray[np.float64], weight: NDArray[np.float64], strength: float) -> Matrix:
    weight = weight / weight.mean()
    middle = np.average(matrix, axis=0, weights=weight)
    centred, target = matrix - middle, wanted - np.average(wanted, weights=weight)
    scaled = centred * weight[:, None]
    return np.asarray(np.linalg.solve(scaled.T @ centred + strength * np.eye(matrix.shape[1]), scaled.T @ target))


def train_from_files(files: Sequence[Path], out: Path | None) -> tuple[int, Path]:
    """Train on files of statements with votes; how many statements, and where the weights are."""
    rows = [row for path in files for row in read_statements(path)]
    embedder = TopicEmbedder()
    vectors = unit(embedder.encode([row["text"] for row in rows])).astype(np.float64)
    target = out or WEIGHTS
    train_divisive(rows, vectors, embedder.name, target)
    return len(rows), target


def train_divisive(rows: Sequence[dict[str, Any]], vectors: Matrix, model: str, target: Path) -> None:
    """Learn the weights from statements with votes and write them, with one more set for each conversation, learned
    without it. `vectors` are of unit length, in the order of `rows`."""
    names = sorted({row["conversation"] for row in rows})
    where = np.array([names.index(row["conversation"]) for row in rows])
    agrees, disagrees = (np.array([row[side] for row in rows]) for side in ("agrees", "disagrees"))
    known = agrees + disagrees >= MIN_VOTES
    words = np.zeros((len(rows), len(FEATURES)))
    wanted, weight = split_of(agrees, disagrees), np.zeros(len(rows))
    for number in range(len(names)):
        mine = np.flatnonzero(where == number)
        features = statement_features([rows[int(i)]["text"] for i in mine], vectors[mine])
        words[mine] = features - features.mean(axis=0)
        some = mine[known[mine]]
        wanted[some] = _ranks(wanted[some])
        weight[some] = 1 / np.sqrt(max(1, len(some)))  # a long conversation does not decide alone
    scale, vector_scale = words.std(axis=0) + 1e-9, vectors.std(axis=0) + 1e-9
    sets_words, sets_vectors = [], []
    for left_out in (-1, *range(len(names))):
        some = known & (where != left_out)
        sets_words.append(_ridge(words[some] / scale, wanted[some], weight[some], _STRENGTH_WORDS))
        sets_vectors.append(_ridge(vectors[some] / vector_scale, wanted[some], weight[some], _STRENGTH_VECTORS))
    by_words = words[known] / scale @ sets_words[0]
    by_vectors = vectors[known] / vector_scale @ sets_vectors[0]
    spread = [float(by_words.std()), float(by_vectors.std())]
    np.savez_compressed(
        target,
        words=np.array(sets_words, dtype=np.float32),
        vectors=np.array(sets_vectors, dtype=np.float32),
        scale=scale.astype(np.float32),
        vector_scale=vector_scale.astype(np.float32),
        spread=np.array(spread),
        marks=np.array([mark_of(name) for name in names]),
        model=np.str_(model),
    )

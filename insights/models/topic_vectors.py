"""The vectors that topics are made of: MiniLM with each language's mean taken out, beside USE, in 256 numbers.

MiniLM tells English subjects apart best, and keeps languages apart too: most of that is one shift for each language
(Reimers and Gurevych 2020 call it language bias), so a fixed mean from parallel sentences is taken out. USE puts a
post beside its translation. Each is brought to the 128 directions in which sentences differ most (principal
components), made of unit length, and both are set side by side. Means and directions are in
`reference/topic_vectors.npz`, made by `python -m insights train vectors`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from data.settings import REFERENCE
from insights.language import detect_languages
from insights.models.packaged import ModelError
from insights.models.precision import Precision, Vectors
from insights.models.sentences import PACKAGED, Embedder, Told
from insights.models.use import UseModel
from insights.topics.fit import unit

NAME = "minilm-use-2"
WEIGHTS = REFERENCE / "topic_vectors.npz"
EACH = 128
DIMENSIONS = 2 * EACH
LANGS = ("en", "fr")


@lru_cache(maxsize=2)
def _weights(path: Path = WEIGHTS) -> dict[str, Any]:
    with np.load(path) as stored:
        return {name: stored[name].astype(np.float32) for name in ("means", "minilm", "use")}


def without_means(vectors: Vectors, langs: Sequence[str], means: Vectors) -> Vectors:
    """Unit vectors of MiniLM, n x 384, each without the mean of its language. It knows no language but those of
    `LANGS`: of others it says nothing (zeros)."""
    rows = np.zeros_like(vectors)
    for row, lang in enumerate(langs):
        if lang in LANGS:
            rows[row] = vectors[row] - means[LANGS.index(lang)]
    return unit(rows)


def joined(minilm: Vectors, use: Vectors, langs: Sequence[str]) -> Vectors:
    """Vectors of both models (n x 384, n x 512) -> unit vectors, n x 256."""
    held = _weights()
    own = without_means(minilm, langs, held["means"])
    return unit(np.hstack([unit(own @ held["minilm"]), unit(use @ held["use"])]))


class TopicEmbedder:
    """Both models behind one `encode`. Raises ModelError where one is missing."""

    name = NAME

    def __init__(self, threads: int = 0, precision: str = "") -> None:
        self.use = UseModel(threads)
        self._minilm = Embedder(PACKAGED, threads, precision)
        self.precision: Precision = self._minilm.precision

    def encode(self, texts: Sequence[str], progress: Told | None = None) -> Vectors:
        """Unit vectors (n x 256, float32) in the order of `texts`."""
        return self.encode_both(texts, progress)[0]

    def encode_both(self, texts: Sequence[str], progress: Told | None = None) -> tuple[Vectors, Vectors]:
        """Topic vectors (n x 256) and USE's own (n x 512): what asks the same thing is told by the latter."""
        if not texts:
            return np.zeros((0, DIMENSIONS), np.float32), self.use.encode(texts)
        use = self.use.encode(texts)
        return joined(self._minilm.encode(texts, progress), use, detect_languages(texts)), use


def open_embedder(wanted: str = "auto", threads: int = 0, precision: str = "") -> Embedder | TopicEmbedder:
    """The model of the setting `embedding_model`: a name, or `auto`: the packaged ones, MiniLM alone where USE has no
    package for this machine. Raises ModelError."""
    if wanted != "auto":
        return Embedder(wanted, threads, precision)
    try:
        return TopicEmbedder(threads, precision)
    except ModelError:
        return Embedder(PACKAGED, threads, precision)

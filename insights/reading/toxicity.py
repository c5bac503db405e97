"""How likely a post attacks or insults, and the words that make it look so. It only ranks what people review."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import scipy.sparse as sparse

from data.settings import REFERENCE
from insights.reading.classifier import Classifier, Read
from insights.reading.features import features, tokens

LABELS = ("fine", "toxic")
WEIGHTS = REFERENCE / "toxicity.npz"
MOST_WORDS = 5


@lru_cache(maxsize=1)
def default_model() -> Classifier:
    return Classifier(WEIGHTS)


def toxicity(rows: sparse.csr_matrix, read: Read | None = None) -> list[float]:
    """Calibrated probability of each post, from its features (`insights.reading.features.features`)."""
    return [float(row[1]) for row in default_model().probabilities(rows, read)]


def reasons(text: str, lang: str) -> tuple[str, ...]:
    """The words of a post that look most like an attack when read alone, at most five, as they are written."""
    words = list(dict.fromkeys(word for word in tokens(text) if len(word) > 2 and word[-1].isalnum()))[:150]
    if not words:
        return ()
    alone = default_model().scores(features(words, [lang] * len(words)))
    margin = alone[:, 1] - alone[:, 0]
    order = np.argsort(-margin, kind="stable")[:MOST_WORDS]
    return tuple(words[i] for i in order if margin[i] > 1.0)

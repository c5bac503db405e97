"""How likely a post attacks somebody, and the words that make it look so. It only ranks what people review.

A score of words cannot tell an attack from harsh words about a thing, a game or a piece of news. So what it says counts
in full only where the words are aimed at somebody (`insights.reading.attacks`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import scipy.sparse as sparse

from data.settings import REFERENCE
from insights.reading.attacks import find_aims, is_addressed
from insights.reading.classifier import Classifier, Read
from insights.reading.features import features, tokens

LABELS = ("fine", "toxic")
WEIGHTS = REFERENCE / "toxicity.npz"
MOST_WORDS = 5
RULES = 1  # of `insights.reading.attacks` and of what follows: posts read by others are read again

# Where words are aimed at somebody, seven or eight of ten such posts are attacks, whatever the score; where a post only
# speaks to somebody or of a people, six of ten from a score of .7; else one or two of ten at any score: see
# docs/benchmarks.md.
AIMED, ADDRESSED, NEITHER = 0.7, 0.65, 0.3
LINE = ADDRESSED * 0.7  # from which a post is put before people
TIPPING_LINE = ADDRESSED * 0.5  # in a thread that tips


@lru_cache(maxsize=1)
def default_model() -> Classifier:
    return Classifier(WEIGHTS)


def toxicity(rows: sparse.csr_matrix, read: Read | None = None) -> list[float]:
    """Calibrated probability of each post, from its features (`insights.reading.features.features`)."""
    return [float(row[1]) for row in default_model().probabilities(rows, read)]


def attack_probabilities(
    texts: Sequence[str], langs: Sequence[str], rows: sparse.csr_matrix, read: Read | None = None
) -> list[float]:
    """How likely each post attacks somebody, from 0 to 1, from its features and whom its words are aimed at."""
    return [_attack(score, text, lang) for score, text, lang in zip(toxicity(rows, read), texts, langs, strict=True)]


def _attack(score: float, text: str, lang: str) -> float:
    if find_aims(text, lang):
        return AIMED + (1 - AIMED) * score
    return (ADDRESSED if is_addressed(text, lang) else NEITHER) * score


def reasons(text: str, lang: str) -> tuple[str, ...]:
    """The words of a post that are aimed at somebody; where there are none, those that look most like an attack when
    read alone. At most five, as they are written."""
    aims = list(dict.fromkeys(aim.words for aim in find_aims(text, lang)))
    if aims:
        return tuple(aims[:MOST_WORDS])
    words = list(dict.fromkeys(word for word in tokens(text) if len(word) > 2 and word[-1].isalnum()))[:150]
    if not words:
        return ()
    alone = default_model().scores(features(words, [lang] * len(words)))
    margin = alone[:, 1] - alone[:, 0]
    order = np.argsort(-margin, kind="stable")[:MOST_WORDS]
    return tuple(words[i] for i in order if margin[i] > 1.0)

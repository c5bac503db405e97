"""Words whose tone people set: brand terms that are neutral, slang that praises, names that mean trouble. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np

from insights.reading.classifier import Matrix
from insights.reading.sentiment import LABELS

PUSH = 1.6  # log odds that a word with a tone adds to it: about five times likelier


def _pattern(words: Sequence[str]) -> re.Pattern[str]:
    inner = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{inner})(?!\w)", re.IGNORECASE) if inner else re.compile(r"(?!)")


def without_words(texts: Sequence[str], words: Mapping[str, str]) -> list[str]:
    """The texts as the models should read them: words whose tone people set are left out, whatever it is."""
    pattern = _pattern(list(words))
    return [pattern.sub(" ", text) for text in texts] if words else list(texts)


def with_tones(probabilities: Matrix, texts: Sequence[str], words: Mapping[str, str]) -> Matrix:
    """n x 3 probabilities, moved towards the tone of each word that a post holds."""
    result = np.array(probabilities, dtype=np.float32)
    for tone in ("negative", "positive"):
        pattern = _pattern([word for word, value in words.items() if value == tone])
        for row, text in enumerate(texts):
            if pattern.search(text):
                result[row, LABELS.index(tone)] *= np.exp(PUSH)
    return np.asarray(result / result.sum(axis=1, keepdims=True), dtype=np.float32)

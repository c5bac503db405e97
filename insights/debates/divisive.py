"""How much a statement divides people, guessed from its words and from what else was said in its conversation.

A weak guess, and measured as such (`python -m insights evaluate debates`): without votes or replies, words say little.
It orders arguments where a network gives no votes; no page shows it as a figure. Learned from Polis conversations
(compdemocracy openData, CC BY 4.0), ridge regression on the rank of the observed split within each conversation.
"""

# ruff: noqa: E501 (patterns read better unbroken)
from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.settings import REFERENCE
from insights.language import detect_languages
from insights.reading.sentiment import default_model

Matrix = NDArray[np.float64]
Vectors = NDArray[np.float32] | NDArray[np.float64]
WEIGHTS = REFERENCE / "divisive.npz"
MIN_VOTES = 10
# Words by kind in the languages of the conversations it was learned from, and in French.
_COUNTED = {
    "not": r"\b(?:not|no|never|nothing|none|nobody|without|stop|nicht|kein\w*|nie|ne|pas|jamais|sans)\b|n't|不",
    "should": r"\b(?:should|must|need|needs|have to|ought|soll\w*|muss|müssen|faut|doit|devrai\w+)\b|應",
    "i": r"\b(?:i|my|me|i'm|ich|mein\w*|je|mon|ma)\b|我",
    "all": r"\b(?:all|every|always|only|any|completely|immer|alle|nur|jede\w*|tous|toutes|toujours|ban|verbot\w*|verbiet\w*|"
    r"abolish|forbid|interdi\w+)\b",
    "but": r"\b(?:but|however|although|if|aber|jedoch|wenn|mais|si)\b",
    "money": r"\b(?:tax\w*|pay\w*|cost\w*|price\w*|steuer\w*|kosten|zahl\w*|prei\w*|taxe\w*|impôt\w*|prix|coût\w*|penalt\w*)\b",
    "i am": r"^(?:i am|i'm|i |my |ich |we |our |je |nous |on )",
    "gently": r"\b(?:could|might|may|perhaps|consider|encourage|support\w*|improve|better|more|help|könnte|fördern|mehr|"
    r"besser|pourrai\w+|encourag\w+|améliorer|mieux|aider|plus de)\b",
    "figure": r"\d",
    "asks": r"\?",
}
_PATTERNS = {name: re.compile(words, re.IGNORECASE) for name, words in _COUNTED.items()}
FEATURES = ("words", "negative", "positive", "central", *_COUNTED)


def statement_features(texts: Sequence[str], vectors: Vectors) -> Matrix:
    """n x len(FEATURES) of the statements of one conversation. `vectors` are of unit length."""
    scored = default_model().score(texts, detect_languages(texts, [""] * len(texts))).probabilities
    # Signs that stand for words count as half a word.
    words = [len(text) / 2 if re.search(r"[\u4e00-\u9fff]", text) else len(text.split()) for text in texts]
    middle = vectors.mean(axis=0)
    central = vectors @ (middle / max(1e-9, float(np.linalg.norm(middle))))
    counted = [[len(pattern.findall(text[:3_000])) for text in texts] for pattern in _PATTERNS.values()]
    return np.column_stack([np.log1p(words), scored[:, 0], scored[:, 2], central, *counted]).astype(np.float64)


def mark_of(conversation: str) -> str:
    """How a conversation is known to the weights: a digest of its name."""
    return hashlib.sha256(conversation.encode()).hexdigest()[:16]


@lru_cache(maxsize=2)
def _weights(path: Path = WEIGHTS) -> dict[str, Any]:
    with np.load(path) as stored:
        return {name: stored[name] for name in stored.files}


def divisiveness(
    texts: Sequence[str], vectors: Vectors, model: str = "", conversation: str = "", path: Path = WEIGHTS
) -> NDArray[np.float64]:
    """How much each statement of one conversation is likely to divide: comparable within it, without a unit.

    Vectors of another model than the weights were learned with are left out. A `conversation` that the weights were
    learned from is scored by weights that have not seen it.
    """
    held = _weights(path)
    marks = [str(mark) for mark in held["marks"]]
    row = marks.index(mark_of(conversation)) + 1 if conversation and mark_of(conversation) in marks else 0
    features = statement_features(texts, vectors)
    score = (features - features.mean(axis=0)) / held["scale"] @ held["words"][row] / held["spread"][0]
    if not model or model == str(held["model"]):
        score = score + (vectors / held["vector_scale"]) @ held["vectors"][row] / held["spread"][1]
    return np.asarray(score)


def split_of(agrees: NDArray[np.float64], disagrees: NDArray[np.float64]) -> NDArray[np.float64]:
    """How votes split, from 0 (all alike) to 1 (as many for as against)."""
    return np.asarray(1 - np.abs(agrees - disagrees) / np.maximum(1, agrees + disagrees))

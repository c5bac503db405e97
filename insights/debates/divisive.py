"""How much a statement divides people, guessed from its words and from what else was said in its conversation.

A weak guess, and measured as such (`python -m insights evaluate debates`): without votes or replies, words say little.
It orders arguments where a network gives no votes; no page shows it as a figure. Learned from Polis conversations
(compdemocracy openData, CC BY 4.0), ridge regression on the rank of the observed split within each conversation.
"""

# ruff: noqa: E501 (patterns read better unbroken)
from __future__ import annotations

import csv
import gzip
import hashlib
import io
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
_STRENGTH_WORDS, _STRENGTH_VECTORS = 60.0, 6_000.0
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


def _ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    from scipy.stats import rankdata

    return np.asarray((rankdata(values) - 1) / max(1, len(values) - 1))


def _ridge(matrix: Matrix, wanted: NDArray[np.float64], weight: NDArray[np.float64], strength: float) -> Matrix:
    weight = weight / weight.mean()
    middle = np.average(matrix, axis=0, weights=weight)
    centred, target = matrix - middle, wanted - np.average(wanted, weights=weight)
    scaled = centred * weight[:, None]
    return np.asarray(np.linalg.solve(scaled.T @ centred + strength * np.eye(matrix.shape[1]), scaled.T @ target))


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


def read_statements(path: Path) -> list[dict[str, Any]]:
    """Rows of a CSV (or CSV.gz) with conversation, text, agrees, disagrees.

    Raises FileError where a column is missing or a vote is no number.
    """
    from insights.evaluate.labelled import FileError

    raw = path.read_bytes()
    plain = gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
    rows = list(csv.DictReader(io.StringIO(plain.decode("utf-8-sig"), newline="")))
    for name in ("conversation", "text", "agrees", "disagrees"):
        if not rows or rows[0].get(name) is None:
            raise FileError(f"{path.name}: no column '{name}'")
    try:
        return [
            {
                "conversation": row["conversation"],
                "text": row["text"] or "",
                "agrees": float(row["agrees"] or 0),
                "disagrees": float(row["disagrees"] or 0),
            }
            for row in rows
        ]
    except ValueError as error:
        raise FileError(f"{path.name}: a vote is no number ({error})") from error


def train_divisive(rows: Sequence[dict[str, Any]], vectors: Matrix, model: str, target: Path = WEIGHTS) -> None:
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

"""Sentiment of a post: negative, neutral or positive with a calibrated confidence, or "unsure".

A linear model on hashed words, word pairs and character n-grams (Joachims 1998; Wang and Manning 2012),
with features of a valence lexicon (Hutto and Gilbert 2014), routed by language. Where sentence vectors are
at hand, a second small linear model reads the first one's scores beside them (stacking, Wolpert 1992).
Weights are kept in eight bits. Trained by `python -m insights train sentiment`.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sparse
from numpy.typing import NDArray
from sklearn.feature_extraction.text import HashingVectorizer

from data.settings import REFERENCE

LABELS = ("negative", "neutral", "positive")
WEIGHTS = REFERENCE / "sentiment.npz"
WORD_BUCKETS = 2**17
CHARACTER_BUCKETS = 2**17
UNSURE_BELOW = 0.45  # calibrated probability of the likeliest class; chance is .33
MAX_CHARACTERS = 3_000

Matrix = NDArray[np.float32]

_NEGATION = re.compile(
    r"not|no|never|cannot|without|nor|neither|hardly|barely|\w+n't|ne|n|pas|jamais|aucune?|sans|ni|guère|dont",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"#?\w+(?:'\w+)?|[:;=8xX][-o*']?[)\](\[dDpP/\\|]+|<3|[!?]+|\.{2,}|[^\w\s]")
_URL = re.compile(r"https?://\S+|\bhttp\b")
_USER = re.compile(r"@\w+")
_LONG = re.compile(r"(.)\1{3,}")
_STOPS = frozenset(".,;:!?") | {"but", "mais", "however", "pourtant"}


def _normalise(text: str) -> str:
    text = text[:MAX_CHARACTERS].replace("\\u2019", "'").replace("’", "'").replace("&amp;", "&")
    return _LONG.sub(r"\1\1\1", _USER.sub(" @user ", _URL.sub(" httplink ", text)))


def _words(text: str) -> list[str]:
    """Tokens with the reach of a negation marked, and pairs of neighbours."""
    found: list[str] = []
    reach = 0
    for token in _TOKEN.findall(_normalise(text)):
        word = token.lower()
        if word in _STOPS:
            reach = 0
        found.append(f"not_{word}" if reach else word)
        if len(token) > 2 and token.isupper():
            found.append("*caps*")
        reach = 4 if _NEGATION.fullmatch(word) else max(0, reach - 1)
    return found + [f"{a}_{b}" for a, b in itertools.pairwise(found)]


def _characters(text: str) -> str:
    return _normalise(text).lower()


@lru_cache(maxsize=4)
def lexicon(lang: str) -> tuple[dict[str, float], tuple[tuple[str, float], ...]]:
    """(exact words, (prefix, valence) pairs) of a language's lexicon."""
    exact: dict[str, float] = {}
    prefixes: list[tuple[str, float]] = []
    path = REFERENCE / f"sentiment_{'fr' if lang == 'fr' else 'en'}.tsv"
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("# ") or "\t" not in line:
            continue
        word, value = line.split("\t")[:2]
        if word.endswith("*") and len(word) > 3 and lang == "fr":
            prefixes.append((word[:-1], float(value)))
        else:
            exact[word.lower()] = float(value)
    return exact, tuple(sorted(prefixes, key=lambda p: -len(p[0])))


@lru_cache(maxsize=200_000)
def valence(word: str, lang: str) -> float:
    """Valence of a lower-case word, 0 where the lexicon does not know it."""
    exact, prefixes = lexicon(lang)
    if word in exact:
        return exact[word]
    bare = word.lstrip("#")
    if bare in exact:
        return exact[bare]
    for prefix, value in prefixes:
        if bare.startswith(prefix):
            return value
    return 0.0


LEXICON_FEATURES = 14


def lexicon_features(text: str, lang: str) -> list[float]:
    """Fourteen numbers of order one: sums of valence under negation, the last and extreme ones, marks of style."""
    hits: list[float] = []
    after_but: list[float] = []
    reach, seen_but = 0, False
    prepared = _normalise(text)
    for token in _TOKEN.findall(prepared):
        word = token.lower()
        value = valence(word, lang)
        if value:
            value = -0.74 * value if reach else value
            hits.append(value)
            if seen_but:
                after_but.append(value)
        if word in {"but", "mais"}:
            seen_but = True
        reach = 3 if _NEGATION.fullmatch(word) else max(0, reach - 1)
    up, down = sum(v for v in hits if v > 0), -sum(v for v in hits if v < 0)
    total = up - down
    return [
        min(up, 12) / 4,
        min(down, 12) / 4,
        total / float(np.sqrt(total * total + 15)),
        float(bool(hits)),
        (hits[-1] if hits else 0.0) / 4,
        max(hits, default=0.0) / 4,
        min(hits, default=0.0) / 4,
        max(-1.0, min(1.0, sum(after_but) / 4)),
        float("!" in prepared),
        float("?" in prepared),
        float("httplink" in prepared),
        float(prepared.count("#") > 1),
        min(len(prepared) / 140, 3.0),
        float(lang == "fr"),
    ]


@lru_cache(maxsize=1)
def _vectorizers() -> tuple[Any, Any]:
    word = HashingVectorizer(analyzer=_words, n_features=WORD_BUCKETS, alternate_sign=False, norm="l2", binary=True)
    character = HashingVectorizer(
        analyzer="char_wb",
        ngram_range=(3, 5),
        n_features=CHARACTER_BUCKETS,
        alternate_sign=False,
        norm="l2",
        binary=True,
        preprocessor=_characters,
    )
    return word, character


def features(texts: Sequence[str], langs: Sequence[str]) -> sparse.csr_matrix:
    """n x (words + characters + 14 lexicon features), sparse."""
    word, character = _vectorizers()
    style = np.array([lexicon_features(t, lang) for t, lang in zip(texts, langs, strict=True)], dtype=np.float32)
    style = style.reshape(len(texts), LEXICON_FEATURES)
    return sparse.hstack(
        [word.transform(texts), character.transform(texts), sparse.csr_matrix(style)], format="csr", dtype=np.float32
    )


def softmax(scores: Matrix) -> Matrix:
    shifted = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True), dtype=np.float32)


def stack_features(scores: Matrix, vectors: Matrix, langs: Sequence[str]) -> Matrix:
    """Inputs of the second model: the first one's scores, apart for French, and the sentence vector."""
    french = np.array([[lang == "fr"] for lang in langs], dtype=np.float32)
    return np.hstack([scores, scores * french, 3.0 * vectors, french]).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Scored:
    """Labels ("unsure" among them) and probabilities (n x 3, in the order of LABELS) of n posts."""

    labels: list[str]
    probabilities: Matrix

    @property
    def likeliest(self) -> list[str]:
        """The likeliest class of each post, unsure or not."""
        return [LABELS[i] for i in self.probabilities.argmax(axis=1)]

    @property
    def confidence(self) -> list[float]:
        return [float(p) for p in self.probabilities.max(axis=1)]


class SentimentModel:
    """Loaded weights. Cheap to keep (about 3 MB); scores thousands of posts a second without vectors."""

    def __init__(self, path: Path = WEIGHTS) -> None:
        with np.load(path) as stored:
            scale = stored["scale"].astype(np.float32)
            self._weights = (stored["weights"].astype(np.float32) * scale[:, None]).T.copy()
            self._style = stored["style"].astype(np.float32).T.copy()
            self._intercept = stored["intercept"].astype(np.float32)
            self._temperature = float(stored["temperature"])
            self._stack = stored["stack"].astype(np.float32).T.copy()
            self._stack_intercept = stored["stack_intercept"].astype(np.float32)
            self._stack_temperature = float(stored["stack_temperature"])
            self.stack_model = str(stored["stack_model"])
            self.version = str(stored["version"])

    def scores(self, texts: Sequence[str], langs: Sequence[str]) -> Matrix:
        """Decision values (n x 3) of the model without vectors."""
        if not texts:
            return np.zeros((0, 3), dtype=np.float32)
        found = features(texts, langs)
        hashed, style = found[:, :-LEXICON_FEATURES], found[:, -LEXICON_FEATURES:]
        return np.asarray(hashed @ self._weights + style @ self._style + self._intercept, dtype=np.float32)

    def score(
        self, texts: Sequence[str], langs: Sequence[str], vectors: Matrix | None = None, vector_model: str = ""
    ) -> Scored:
        """Score posts. `vectors` are used only when they come from the model that the weights were trained with."""
        scores = self.scores(texts, langs)
        if vectors is not None and vector_model == self.stack_model and len(texts):
            scores = stack_features(scores, vectors, langs) @ self._stack + self._stack_intercept
            probabilities = softmax(scores / self._stack_temperature)
        else:
            probabilities = softmax(scores / self._temperature)
        for index, text in enumerate(texts):
            if not any(c.isalnum() for c in text[:MAX_CHARACTERS]):
                probabilities[index] = _wordless(text)
        labels = [LABELS[int(row.argmax())] if float(row.max()) >= UNSURE_BELOW else "unsure" for row in probabilities]
        return Scored(labels, probabilities)


def _wordless(text: str) -> Matrix:
    """Probabilities of a post without a word: from its emoji, or even thirds where there is nothing to read."""
    total = sum(valence(c, "fr") for c in text[:MAX_CHARACTERS])  # emoji are in the French list, for all
    scores: Matrix = np.array([[-total / 3, -abs(total) / 15, total / 3]], dtype=np.float32)
    return np.asarray(softmax(scores)[0], dtype=np.float32)


@lru_cache(maxsize=1)
def default_model() -> SentimentModel:
    return SentimentModel()


def _temperature(scores: Matrix, truth: NDArray[np.int_]) -> float:
    """The temperature that makes probabilities fit held-out labels (Guo et al. 2017), by a grid."""
    best, least = 1.0, float("inf")
    for temperature in np.geomspace(0.3, 4.0, 40):
        probabilities = softmax(scores / float(temperature))
        loss = -float(np.log(probabilities[np.arange(len(truth)), truth] + 1e-9).mean())
        if loss < least:
            best, least = float(temperature), loss
    return best


def train(
    texts: Sequence[str],
    labels: Sequence[str],
    langs: Sequence[str],
    vectors: Matrix,
    vector_model: str,
    target: Path,
    *,
    seed: int = 0,
    folds: int = 4,
) -> None:
    """Fit both models and write the weights. The second one learns from held-out scores of the first."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold

    truth = np.array([LABELS.index(label) for label in labels])
    french = np.array([lang == "fr" for lang in langs])
    # Equal texts (the sets overlap) stay on one side of every fold.
    weight = np.where(french, 4.0, 1.0)
    x = features(texts, langs)

    def first() -> Any:
        return LogisticRegression(C=2.0, max_iter=120, tol=1e-3, class_weight="balanced")

    held = np.zeros((len(truth), 3), dtype=np.float32)
    splitter = StratifiedKFold(folds, shuffle=True, random_state=seed)
    for train_rows, test_rows in splitter.split(x, truth * 2 + french):
        model = first().fit(x[train_rows], truth[train_rows], sample_weight=weight[train_rows])
        held[test_rows] = model.decision_function(x[test_rows])
    stacked = stack_features(held, vectors, langs)
    second = LogisticRegression(C=0.3, max_iter=500, class_weight="balanced")
    second_held = np.zeros_like(held)
    for train_rows, test_rows in splitter.split(x, truth * 2 + french):
        second.fit(stacked[train_rows], truth[train_rows], sample_weight=weight[train_rows])
        second_held[test_rows] = second.decision_function(stacked[test_rows])
    second.fit(stacked, truth, sample_weight=weight)
    final = first().fit(x, truth, sample_weight=weight)
    weights = final.coef_[:, :-LEXICON_FEATURES].astype(np.float32)
    scale = np.abs(weights).max(axis=1) / 127
    np.savez_compressed(
        target,
        weights=np.round(weights / scale[:, None]).astype(np.int8),
        scale=scale.astype(np.float32),
        style=final.coef_[:, -LEXICON_FEATURES:].astype(np.float32),
        intercept=final.intercept_.astype(np.float32),
        temperature=np.float32(_temperature(held, truth)),
        stack=second.coef_.astype(np.float16),
        stack_intercept=second.intercept_.astype(np.float32),
        stack_temperature=np.float32(_temperature(second_held, truth)),
        stack_model=np.str_(vector_model),
        version=np.str_(f"linear-{len(truth)}-{seed}"),
    )

"""How well tone, attacks, kinds and questions are read, on labelled posts: files in, one dictionary out."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from insights.evaluate.files import FileError, read_labelled
from insights.reading.classifier import Read
from insights.reading.origins import ARTICLE, COMMENT, LONG, STATUS, Origin, origin_of
from insights.reading.scores import calibration_error, class_scores

if TYPE_CHECKING:
    from insights.models.e5 import ReadingModel


@dataclass(frozen=True, slots=True)
class _ReadPosts:
    """Posts with what the models need of them."""

    texts: list[str]
    langs: list[str]
    features: Any
    read: Read | None


def evaluate_sentiment(path: Path, *, vectors: bool = True, model: str = "") -> dict[str, Any]:
    """Score `text` against `label`, by `lang` where given. "unsure" counts as its likeliest class.

    `model` names a transformers model to measure instead (see `insights.reading.transformer`).
    """
    from insights.reading.sentiment import LABELS, UNSURE_BELOW, default_model

    if model:
        from insights.reading.transformer import TransformerSentiment

        other = TransformerSentiment(model)
        return _evaluate(path, "label", LABELS, lambda posts: other.probabilities(posts.texts), False, UNSURE_BELOW)
    mine = default_model()
    return _evaluate(
        path,
        "label",
        LABELS,
        lambda posts: mine.score(posts.texts, posts.langs, posts.read, posts.features).probabilities,
        vectors,
        UNSURE_BELOW,
    )


def evaluate_toxicity(path: Path, *, vectors: bool = True) -> dict[str, Any]:
    """Score `text` against `toxic` (0 or 1)."""
    from insights.reading.toxicity import LABELS, default_model

    mine = default_model()
    return _evaluate(
        path,
        "toxic",
        LABELS,
        lambda posts: mine.probabilities(posts.features, posts.read),
        vectors,
    )


def evaluate_kind(path: Path, *, vectors: bool = True) -> dict[str, Any]:
    """Score `text` against `kind` (bug, idea, other)."""
    from insights.reading.intents import KINDS, kind_probabilities

    return _evaluate(
        path,
        "kind",
        KINDS,
        lambda posts: kind_probabilities(posts.texts, posts.langs, posts.features, posts.read),
        vectors,
    )


def evaluate_questions(path: Path, *, vectors: bool = True) -> dict[str, Any]:
    """Score `text` against `question` (0 or 1); `f1` is that of questions."""
    from insights.reading.questions import LABELS, question_probabilities

    def asked(posts: _ReadPosts) -> Any:
        sure = np.array(question_probabilities(posts.texts, posts.features, posts.read), dtype=np.float32)
        return np.stack([1 - sure, sure], axis=1)

    return _evaluate(path, "question", LABELS, asked, vectors)


def labelled_posts(rows: Sequence[dict[str, Any]], *, vectors: bool = True) -> _ReadPosts:
    """The posts of labelled rows as the models read them, with vectors where asked for."""
    model = None
    if vectors:
        from insights.models.e5 import ReadingModel

        model = ReadingModel()
    texts, hints = [str(row["text"]) for row in rows], [str(row.get("lang") or "") for row in rows]
    return _read_posts(texts, hints, [_origin_of(row) for row in rows], model)


def _truth(path: Path, rows: Sequence[dict[str, Any]], field: str, labels: Sequence[str]) -> list[str]:
    """The labels of rows; 0 and 1 stand for the first and second of two. Raises FileError for an unknown one."""
    truth = []
    for number, row in enumerate(rows, start=1):
        value = row[field]
        if len(labels) == 2 and str(value) in {"0", "1", "False", "True"}:
            value = labels[str(value) in {"1", "True"}]
        if value not in labels:
            known = ", ".join(labels) if len(labels) > 2 else "0, 1"
            raise FileError(f"{path.name}, post {number}: {field} {value!r} is not one of {known}")
        truth.append(str(value))
    return truth


def _evaluate(
    path: Path,
    field: str,
    labels: Sequence[str],
    score: Callable[[_ReadPosts], Any],
    vectors: bool,
    unsure_below: float = 0.0,
) -> dict[str, Any]:
    """Read the posts of a file, with `vectors` too, and compare what `score` finds (n x labels) with their `field`."""
    rows = list(read_labelled(path, ("text", field)))
    if not rows:
        raise FileError(f"{path.name}: no posts")
    truth = _truth(path, rows, field, labels)
    texts, hints = [str(row["text"]) for row in rows], [str(row.get("lang") or "") for row in rows]
    origins = [_origin_of(row) for row in rows]
    embedder = None
    if vectors:
        from insights.models.e5 import ReadingModel

        embedder = ReadingModel()
    score(_read_posts(texts[:50], hints[:50], origins[:50], None))  # loading is not part of the pace
    started = time.perf_counter()
    plain = _read_posts(texts, hints, origins, None)
    probabilities = score(plain)
    seconds_without = seconds = time.perf_counter() - started
    if embedder is not None:
        started = time.perf_counter()
        probabilities = score(_read_posts(texts, hints, origins, embedder))
        seconds = time.perf_counter() - started
    guessed = [labels[i] for i in probabilities.argmax(axis=1)]
    confidence = np.asarray(probabilities.max(axis=1), dtype=float)
    return {
        "n": len(rows),
        **class_scores(truth, guessed, labels),
        "by_lang": _by_lang(plain.langs, truth, guessed, labels),
        "docs_per_s": round(len(rows) / max(seconds, 1e-9), 1),
        "docs_per_s_without_vectors": round(len(rows) / max(seconds_without, 1e-9), 1),
        **_how_sure(confidence, np.array([a == b for a, b in zip(truth, guessed, strict=True)])),
        "vectors": embedder.name if embedder is not None else None,
        **({"unsure": round(float((confidence < unsure_below).mean()), 4)} if unsure_below else {}),
        **(_second_of_two(truth, guessed, labels[1]) if len(labels) == 2 else {}),
    }


def _origin_of(row: dict[str, Any]) -> Origin:
    """Where a row comes from: its field `kind` or `origin` where that names one, else what the text looks like."""
    for name in ("kind", "origin"):
        if row.get(name) in {ARTICLE, COMMENT, STATUS}:
            return Origin(str(row[name]), len(str(row["text"])) > LONG)
    return origin_of(str(row["text"]))


def _read_posts(
    texts: Sequence[str], hints: Sequence[str], origins: Sequence[Origin], model: ReadingModel | None
) -> _ReadPosts:
    """Posts with their languages, features and, given a model, what it reads."""
    from insights.language import detect_languages
    from insights.reading.features import features

    langs = detect_languages(texts, hints)
    read = Read(model.encode(texts), model.name, langs, origins) if model is not None else None
    return _ReadPosts(list(texts), langs, features(texts, langs), read)


def _by_lang(
    langs: Sequence[str], truth: Sequence[str], guessed: Sequence[str], labels: Sequence[str]
) -> dict[str, dict[str, float]]:
    """The scores of each language apart, with its number of posts."""
    scores = {}
    for lang in sorted(set(langs)):
        index = [i for i, value in enumerate(langs) if value == lang]
        scores[lang or "unknown"] = {
            "n": len(index),
            **class_scores([truth[i] for i in index], [guessed[i] for i in index], labels),
        }
    return scores


def _how_sure(confidence: Any, right: Any) -> dict[str, Any]:
    """Whether what is said surely is more often right: accuracy of the surest part, and the error of the confidence."""
    order = np.argsort(-confidence, kind="stable")
    return {
        "accuracy_at_coverage": {
            f"{share}%": round(float(right[order[: max(1, len(right) * share // 100)]].mean()), 4)
            for share in (100, 60, 40)
        },
        "calibration_error": round(calibration_error(confidence, right), 4),
    }


def _second_of_two(truth: Sequence[str], guessed: Sequence[str], label: str) -> dict[str, float]:
    """F1, precision and recall of the class that is looked for, of two."""
    hit = sum(t == label == f for t, f in zip(truth, guessed, strict=True))
    wanted, named = truth.count(label), guessed.count(label)
    return {
        "f1": round(2 * hit / max(1, wanted + named), 4),
        "precision": round(hit / max(1, named), 4),
        "recall": round(hit / max(1, wanted), 4),
    }

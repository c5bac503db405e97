"""Train the linear models of tone, attacks and kinds on labelled posts, and write their weights."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.demo_community import demo_posts
from insights.embeddings import PACKAGED, Embedder
from insights.evaluate.files import read_labelled
from insights.language import detect_languages
from insights.reading import intents, sentiment, toxicity
from insights.reading.classifier import Matrix, softmax, stack_features
from insights.reading.features import LEXICON_FEATURES, features

PROSE = 100  # sentences a language


def train_model(
    what: str,
    files: Sequence[Path],
    out: Path | None,
    fine: Sequence[Path] = (),
    prose: Sequence[Path] = (),
    progress: Callable[[int, int], None] | None = None,
) -> tuple[int, Path]:
    """Train `what` (sentiment, toxicity, kind) on files of labelled posts; how many, and where the weights are."""
    classes, shipped, field, strength = {
        "sentiment": (sentiment.LABELS, sentiment.WEIGHTS, "label", 2.0),
        "toxicity": (toxicity.LABELS, toxicity.WEIGHTS, "toxic", 1.0),
        "kind": (intents.KINDS, intents.WEIGHTS, "kind", 2.0),
    }[what]
    rows = [row for path in files for row in read_labelled(path, ("text", field))]
    rows += _fine(fine) if what == "toxicity" else _prose(prose) if what == "sentiment" else []
    rows = [row for row in rows if _label_of(what, row) in classes]
    texts = [str(row["text"]) for row in rows]
    embedder = Embedder(PACKAGED)
    target = out or shipped
    train(
        texts,
        [_label_of(what, row) for row in rows],
        detect_languages(texts, [str(row.get("lang") or "") for row in rows]),
        embedder.encode(texts, progress),
        embedder.name,
        target,
        classes=classes,
        strength=strength,
        unsure_below=sentiment.UNSURE_BELOW if what == "sentiment" else 0.0,
    )
    return len(rows), target


def _label_of(what: str, row: dict[str, Any]) -> str:
    if what == "toxicity":
        return "toxic" if int(row["toxic"]) else "fine"
    return str(row["label" if what == "sentiment" else "kind"])


def _fine(files: Sequence[Path]) -> list[dict[str, Any]]:
    """Texts without attacks: French posts that are labelled are mostly attacks, so these say what usual ones are."""
    rows = [row for path in files for row in read_labelled(path, ("text",)) if row.get("label") != "negative"]
    rows = [row for row in rows if row.get("lang") == "fr" or "set" not in row]
    ours = [
        {"text": p.text, "lang": p.lang}
        for _, p in demo_posts(datetime(2026, 1, 1, 12, tzinfo=UTC))
        if "conflict" not in p.native_id
    ]
    return [{**row, "toxic": 0} for row in [*rows, *ours]]


def _prose(files: Sequence[Path]) -> list[dict[str, Any]]:
    """Plain sentences as neutral posts: the labelled tweets alone make a model that takes French prose for complaints.
    More of them would cost more on tweets than they bring."""
    rows = [row for path in files for row in read_labelled(path, ("text", "lang"))]
    return [
        {"text": row["text"], "lang": lang, "label": "neutral"}
        for lang in ("en", "fr")
        for row in [row for row in rows if row["lang"] == lang][::2][:PROSE]
    ]


def temperature_of(scores: Matrix, truth: NDArray[np.int_]) -> float:
    """The temperature that makes probabilities fit held-out labels, by a grid."""
    best, least = 1.0, float("inf")
    for temperature in np.geomspace(0.3, 4.0, 40):
        probabilities = softmax(scores / float(temperature))
        loss = -float(np.log(probabilities[np.arange(len(truth)), truth] + 1e-9).mean())
        if loss < least:
            best, least = float(temperature), loss
    return best


def _decisions(model: Any, x: Any) -> Matrix:
    """Decision values with one column a class, of a model of two classes too."""
    scores = np.asarray(model.decision_function(x), dtype=np.float32)
    return np.stack([-scores / 2, scores / 2], axis=1) if scores.ndim == 1 else scores


def _coefficients(model: Any) -> tuple[Matrix, Matrix]:
    weights, intercept = np.asarray(model.coef_, np.float32), np.asarray(model.intercept_, np.float32)
    if len(weights) == 1:
        weights = np.asarray(np.vstack([-weights, weights]) / 2, np.float32)
        intercept = np.asarray(np.concatenate([-intercept, intercept]) / 2, np.float32)
    return weights, intercept


def _held_scores(
    model: Any, x: Any, truth: NDArray[np.int_], weight: NDArray[np.float64], parts: Sequence[tuple[Any, Any]]
) -> Matrix:
    """Decision values of every post (n x classes) by a model that was fitted without it, part by part."""
    held: list[tuple[Any, Matrix]] = []
    for train_rows, test_rows in parts:
        model.fit(x[train_rows], truth[train_rows], sample_weight=weight[train_rows])
        held.append((test_rows, _decisions(model, x[test_rows])))
    scores = np.zeros((len(truth), held[0][1].shape[1]), dtype=np.float32)
    for test_rows, decided in held:
        scores[test_rows] = decided
    return scores


def train(
    texts: Sequence[str],
    labels: Sequence[str],
    langs: Sequence[str],
    vectors: Matrix,
    vector_model: str,
    target: Path,
    *,
    classes: Sequence[str],
    seed: int = 0,
    folds: int = 4,
    strength: float = 2.0,
    unsure_below: float = 0.0,
) -> None:
    """Fit both models and write the weights. The second one learns from held-out scores of the first. What held-out
    posts were taken for is kept with the weights: the error that figures carry."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold

    truth = np.array([classes.index(label) for label in labels])
    french = np.array([lang == "fr" for lang in langs])
    weight = np.where(french, 4.0 if french.mean() < 0.2 else 1.0, 1.0)
    parts = list(StratifiedKFold(folds, shuffle=True, random_state=seed).split(truth, truth * 2 + french))
    x = features(texts, langs)
    first = LogisticRegression(C=strength, max_iter=120, tol=1e-3, class_weight="balanced")
    second = LogisticRegression(C=0.3, max_iter=500, class_weight="balanced")
    held = _held_scores(first, x, truth, weight, parts)
    stacked = stack_features(held, vectors, langs)
    second_held = _held_scores(second, stacked, truth, weight, parts)
    temperature, stack_temperature = temperature_of(held, truth), temperature_of(second_held, truth)
    both = softmax(second_held / stack_temperature)
    errors = {
        "en": _errors(both[~french], truth[~french], unsure_below),
        "fr": _errors(softmax(held / temperature)[french], truth[french], unsure_below),
    }
    final, intercept = _coefficients(first.fit(x, truth, sample_weight=weight))
    stack, stack_intercept = _coefficients(second.fit(stacked, truth, sample_weight=weight))
    weights = final[:, :-LEXICON_FEATURES]
    scale = np.abs(weights).max(axis=1) / 127
    np.savez_compressed(
        target,
        weights=np.round(weights / scale[:, None]).astype(np.int8),
        scale=scale.astype(np.float32),
        style=final[:, -LEXICON_FEATURES:].astype(np.float32),
        intercept=intercept,
        temperature=np.float32(temperature),
        stack=stack.astype(np.float16),
        stack_intercept=stack_intercept,
        stack_temperature=np.float32(stack_temperature),
        labels=np.str_(json.dumps(list(classes))),
        stack_model=np.str_(vector_model),
        version=np.str_(f"linear-{len(truth)}-{seed}"),
        held_out=np.str_(json.dumps({**_held_out(both, truth), "errors": errors})),
    )


def _held_out(probabilities: Matrix, truth: NDArray[np.int_], recall: float = 0.8) -> dict[str, float]:
    """For a model of two classes: the score that finds 80% of the second class in held-out posts, and how many of
    the posts above it are of that class."""
    if probabilities.shape[1] != 2:
        return {}
    score = probabilities[truth == 1, 1]
    line = float(np.quantile(score, 1 - recall))
    above = probabilities[:, 1] >= line
    return {"threshold": round(line, 4), "recall": recall, "precision": round(float(truth[above].mean()), 4)}


def _errors(probabilities: Matrix, truth: NDArray[np.int_], unsure_below: float) -> list[list[int]]:
    """For each true class how many held-out posts were taken for each class, and last for none (unsure)."""
    classes = probabilities.shape[1]
    guessed = np.where(probabilities.max(axis=1) >= unsure_below, probabilities.argmax(axis=1), classes)
    return [[int(((truth == t) & (guessed == f)).sum()) for f in range(classes + 1)] for t in range(classes)]

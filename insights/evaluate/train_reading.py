"""Train the models of tone, attacks, kinds and questions on labelled posts, and write their weights."""

from __future__ import annotations

import json
import random
import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.demo_community import demo_posts
from insights.evaluate.files import FileError, read_labelled
from insights.language import detect_languages
from insights.models.e5 import ReadingModel
from insights.reading import intents, questions, sentiment, toxicity
from insights.reading.classifier import Matrix, Read, softmax, stack_features
from insights.reading.features import LEXICON_FEATURES, features
from insights.reading.origins import ARTICLE, COMMENT, STATUS, Origin
from insights.reading.scores import class_scores

PROSE = 100  # sentences a language
MOST = 12_000  # posts of one set and language: more of the same kind bring little, and take hours to embed
FOLDS = 5
READ_BY_HAND = 5.0  # what one post that was read for this weighs against one of a set
LENT = 3  # of ten tweets are read as comments, of which too few are labelled to learn all words from
FRENCH_BY_HAND = 10.0  # there are fewer
FRENCH = 4.0  # and one of the few French tweets


@dataclass(frozen=True, slots=True)
class Examples:
    """n labelled posts. `groups` says what may not be both learned from and measured on: the set of a post, for those
    read by hand its feed or forum."""

    texts: list[str]
    labels: list[str]
    langs: list[str]
    origins: list[Origin]
    groups: list[str]
    by_hand: NDArray[np.bool_]
    weights: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Task:
    """What is learned: its classes, where the weights are, how strongly the first model is bound (C), the probability
    below which a post counts as unsure, and whether the classes of a set weigh the same."""

    classes: tuple[str, ...]
    target: Path
    strength: float
    unsure_below: float = 0.0
    balanced: bool = True


TASKS = {
    "sentiment": Task(sentiment.LABELS, sentiment.WEIGHTS, 2.0, sentiment.UNSURE_BELOW),
    "toxicity": Task(toxicity.LABELS, toxicity.WEIGHTS, 10.0, balanced=False),
    "kind": Task(intents.KINDS, intents.WEIGHTS, 2.0),
    "questions": Task(questions.LABELS, questions.WEIGHTS, 5.0),
}


def train_model(
    what: str,
    files: Sequence[Path],
    out: Path | None,
    fine: Sequence[Path] = (),
    prose: Sequence[Path] = (),
    progress: Callable[[int, int], None] | None = None,
    without: str = "",
) -> tuple[dict[str, Any], Path]:
    """Train `what` (sentiment, toxicity, kind, questions) on files of labelled posts; what was held out and found, and
    where the weights are. Posts of the set `without` are not learned from, and measured on afterwards."""
    task, target = TASKS[what], out or TASKS[what].target
    rows = _at_most(MOST, [row for path in files for row in read_labelled(path, ("text",))])
    rows += _fine(fine) if what == "toxicity" else _prose(prose) if what == "sentiment" else []
    examples = examples_of(what, rows, task.classes)
    model = ReadingModel()
    vectors = model.encode(examples.texts, progress)
    found = train(examples, vectors, model.name, target, task, more=_more(what, examples.texts), without=without)
    return found, target


def _at_most(most: int, rows: Sequence[dict[str, Any]], seed: int = 0) -> list[dict[str, Any]]:
    """At most so many rows of each set and language, drawn by chance; those read by hand are all kept."""
    drawn = list(rows)
    random.Random(seed).shuffle(drawn)
    taken: Counter[tuple[str, str]] = Counter()
    chosen = []
    for row in drawn:
        key = (str(row.get("set", "")), str(row.get("lang", "")))
        taken[key] += 1
        if taken[key] <= most or _by_hand(row):
            chosen.append(row)
    return chosen


def _more(what: str, texts: Sequence[str]) -> Matrix | None:
    return questions.marks_of(texts) if what == "questions" else None


def examples_of(what: str, rows: Sequence[dict[str, Any]], classes: Sequence[str]) -> Examples:
    """Rows that have a label of the task. Raises FileError where none has."""
    labelled = [(row, _label_of(what, row)) for row in rows]
    kept = [(row, label) for row, label in labelled if label in classes]
    if not kept:
        raise FileError(f"no post with a label for {what}")
    texts = [str(row["text"]) for row, _ in kept]
    langs = detect_languages(texts, [_known(row) for row, _ in kept])
    hand = np.array([_by_hand(row) for row, _ in kept])
    french = np.array([lang == "fr" for lang in langs])
    rare = french & ~hand if (french & ~hand).sum() < 0.2 * (~hand).sum() else np.zeros(len(kept), dtype=bool)
    return Examples(
        texts,
        [label for _, label in kept],
        langs,
        [_origin(row) for row, _ in kept],
        [_group(row) for row, _ in kept],
        hand,
        np.where(hand, np.where(french, FRENCH_BY_HAND, READ_BY_HAND), np.where(rare, FRENCH, 1.0)),
    )


def _known(row: dict[str, Any]) -> str:
    lang = str(row.get("lang") or "")
    return "" if lang == "und" else lang


def _by_hand(row: dict[str, Any]) -> bool:
    return "tone" in row


def _group(row: dict[str, Any]) -> str:
    """The feed, forum or set that a post is of."""
    if not _by_hand(row):
        return str(row.get("set", ""))
    origin = str(row["origin"])
    return ":".join(str(row["id"]).split(":")[:2]) if origin == "feed" else origin


def _origin(row: dict[str, Any]) -> Origin:
    long = len(str(row["text"])) > 600
    if _by_hand(row):
        return Origin(ARTICLE if row["kind"] == "article" else COMMENT, long)
    # Reviews, forum posts and chat lines are comments; all other sets are of tweets.
    comments = {"cyberagression", "agreement", "jigsaw-mt", "prose", "demo"}
    if row.get("set") in comments or "kind" in row:
        return Origin(COMMENT, long)
    lent = zlib.crc32(str(row["text"]).encode()) % 10 < LENT
    return Origin(COMMENT if lent else STATUS, long)


def _label_of(what: str, row: dict[str, Any]) -> str:
    """The label of a row for a task, "" for none."""
    if _by_hand(row):
        return {
            "sentiment": str(row["tone"]),
            "toxicity": "toxic" if int(row["attack"]) else "fine",
            "kind": str(row["intent"]) if row["intent"] in intents.KINDS else "other",
            "questions": "question" if int(row["asks"]) else "other",
        }[what]
    if what == "toxicity":
        return ("fine", "toxic")[int(row["toxic"])] if "toxic" in row else ""
    return str(row.get({"sentiment": "label", "kind": "kind"}.get(what, "question"), ""))


def _fine(files: Sequence[Path]) -> list[dict[str, Any]]:
    """Texts without attacks: French posts that are labelled are mostly attacks, so these say what usual ones are."""
    rows = [row for path in files for row in read_labelled(path, ("text",)) if row.get("label") != "negative"]
    rows = [row for row in rows if row.get("lang") == "fr" or "set" not in row]
    ours = [
        {"text": p.text, "lang": p.lang, "set": "demo"}
        for _, p in demo_posts(datetime(2026, 1, 1, 12, tzinfo=UTC))
        if "conflict" not in p.native_id
    ]
    return [{**row, "toxic": 0} for row in [*rows, *ours]]


def _prose(files: Sequence[Path]) -> list[dict[str, Any]]:
    """Plain sentences as neutral posts: the labelled tweets alone make a model that takes French prose for complaints.
    More of them would cost more on tweets than they bring."""
    rows = [row for path in files for row in read_labelled(path, ("text", "lang"))]
    return [
        {"text": row["text"], "lang": lang, "label": "neutral", "set": "prose"}
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


def _parts(examples: Examples, truth: NDArray[np.int_], seed: int) -> list[tuple[Any, Any]]:
    """Posts read by hand are held out by their feed or forum, those of a set at random (a whole set is `without`)."""
    from sklearn.model_selection import StratifiedGroupKFold

    count = Counter(examples.groups)
    groups = np.unique(
        [f"{g} {i}" if count[g] > len(truth) / 20 else g for i, g in enumerate(examples.groups)], return_inverse=True
    )[1]
    return list(StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed).split(truth, truth, groups))


def train(
    examples: Examples,
    vectors: Matrix,
    vector_model: str,
    target: Path,
    task: Task,
    *,
    more: Matrix | None = None,
    without: str = "",
    seed: int = 0,
) -> dict[str, Any]:
    """Fit both models and write the weights. The second one learns from held-out scores of the first. What held-out
    posts were taken for is kept with the weights: the error that figures carry. Gives the scores of held-out posts,
    those read by hand and each set apart."""
    from sklearn.linear_model import LogisticRegression

    kept = np.array([group != without or not without for group in examples.groups])
    truth = np.array([task.classes.index(label) for label in examples.labels])
    x = features(examples.texts, examples.langs)
    middle, spread = vectors[kept].mean(axis=0), vectors[kept].std(axis=0) + 1e-6
    read = Read(vectors, vector_model, examples.langs, examples.origins, more)
    first = LogisticRegression(C=task.strength, max_iter=300, tol=1e-3)
    second = LogisticRegression(C=0.1, max_iter=400, tol=1e-3)
    rows = np.flatnonzero(kept)
    weight = (examples.weights * (_balanced(examples, truth, task) if task.balanced else 1.0))[rows]
    # Words read alone know no origin: posts read by hand, most of them neutral, would teach them to see nothing.
    plain = np.where(examples.by_hand[rows], 1.0, weight)
    parts = _parts(_of(examples, rows), truth[rows], seed)
    held = _held_scores(first, x[rows], truth[rows], plain, parts)
    stacked = stack_features(held, read.rows(rows.tolist()), middle, spread)
    second_held = _held_scores(second, stacked, truth[rows], weight, parts)
    temperature, stack_temperature = temperature_of(held, truth[rows]), temperature_of(second_held, truth[rows])
    final, intercept = _coefficients(first.fit(x[rows], truth[rows], sample_weight=plain))
    stack, stack_intercept = _coefficients(second.fit(stacked, truth[rows], sample_weight=weight))
    probabilities = np.zeros((len(truth), len(task.classes)), dtype=np.float32)
    probabilities[rows] = softmax(second_held / stack_temperature)
    rest = np.flatnonzero(~kept)
    if len(rest):
        scores = x[rest] @ final.T + intercept
        stacked = stack_features(np.asarray(scores, np.float32), read.rows(rest.tolist()), middle, spread)
        probabilities[rest] = softmax((stacked @ stack.T + stack_intercept) / stack_temperature)
    found, errors = _found(examples, probabilities, truth, task), _errors_of(examples, probabilities, truth, task)
    np.savez_compressed(
        target,
        **_small(final),
        intercept=intercept,
        temperature=np.float32(temperature),
        middle=middle.astype(np.float32),
        spread=spread.astype(np.float32),
        stack=stack.astype(np.float16),
        stack_intercept=stack_intercept,
        stack_temperature=np.float32(stack_temperature),
        labels=np.str_(json.dumps(list(task.classes))),
        stack_model=np.str_(vector_model),
        version=np.str_(f"linear-4-{len(rows)}-{seed}"),
        held_out=np.str_(json.dumps({**_line(examples, probabilities, truth), "errors": errors})),
    )
    return found


def _small(final: Matrix) -> dict[str, Any]:
    """The weights of the first model as they are kept: those of words in one byte each."""
    words, style = final[:, :-LEXICON_FEATURES], final[:, -LEXICON_FEATURES:].astype(np.float32)
    scale = (np.abs(words).max(axis=1) / 127).astype(np.float32)
    return {"weights": np.round(words / scale[:, None]).astype(np.int8), "scale": scale, "style": style}


def _of(examples: Examples, rows: NDArray[np.int_]) -> Examples:
    def some(values: list[Any]) -> list[Any]:
        return [values[i] for i in rows]

    return Examples(
        some(examples.texts),
        some(examples.labels),
        some(examples.langs),
        some(examples.origins),
        some(examples.groups),
        examples.by_hand[rows],
        examples.weights[rows],
    )


def _balanced(examples: Examples, truth: NDArray[np.int_], task: Task) -> NDArray[np.float64]:
    """Within the sets each class weighs the same: how they were drawn says nothing. Posts read by hand are as they
    come, and teach how rare a tone is where."""
    hand = examples.by_hand
    result = np.ones(len(truth))
    for lang in ("fr", ""):
        mine = ~hand & np.array([(one == "fr") == (lang == "fr") for one in examples.langs])
        count = np.bincount(truth[mine], minlength=len(task.classes))
        result[mine] = (mine.sum() / len(task.classes) / np.maximum(count, 1))[truth[mine]]
    return result


def _found(
    examples: Examples, probabilities: Matrix, truth: NDArray[np.int_], task: Task
) -> dict[str, dict[str, float]]:
    """Scores of held-out posts, of each set and language with fifty posts or more."""
    hand = examples.by_hand
    named = [
        f"{origin.kind if by else group} {lang}"
        for by, group, lang, origin in zip(hand, examples.groups, examples.langs, examples.origins, strict=True)
    ]
    result = {}
    for name in sorted({*named, "by hand"}):
        mine = hand if name == "by hand" else np.array([one == name for one in named])
        if mine.sum() < 50:
            continue
        guessed = probabilities[mine].argmax(axis=1)
        labels = [task.classes[i] for i in truth[mine]]
        scores = class_scores(labels, [task.classes[i] for i in guessed], task.classes)
        result[name] = {
            "n": int(mine.sum()),
            "accuracy": round(float((guessed == truth[mine]).mean()), 4),
            **scores,
        }
    return result


def _line(examples: Examples, probabilities: Matrix, truth: NDArray[np.int_], recall: float = 0.8) -> dict[str, float]:
    """For a model of two classes: the score that finds 80% of the second class in held-out posts read by hand, and how
    many of the posts above it are of that class."""
    if probabilities.shape[1] != 2:
        return {}
    mine = examples.by_hand
    mine = mine if (truth[mine] == 1).sum() >= 30 else np.ones(len(truth), dtype=bool)
    score = probabilities[mine & (truth == 1), 1]
    line = float(np.quantile(score, 1 - recall))
    above = mine & (probabilities[:, 1] >= line)
    return {"threshold": round(line, 4), "recall": recall, "precision": round(float(truth[above].mean()), 4)}


def _errors_of(
    examples: Examples, probabilities: Matrix, truth: NDArray[np.int_], task: Task
) -> dict[str, list[list[int]]]:
    """By language, what held-out posts were taken for: posts read by hand where there are enough, as they are like
    those that people have."""
    hand, result = examples.by_hand, {}
    for lang in ("en", "fr"):
        spoken = np.array([one == lang for one in examples.langs])
        mine = spoken & hand if (spoken & hand).sum() >= 100 else spoken
        result[lang] = _errors(probabilities[mine], truth[mine], task.unsure_below)
    return result


def _errors(probabilities: Matrix, truth: NDArray[np.int_], unsure_below: float) -> list[list[int]]:
    """For each true class how many held-out posts were taken for each class, and last for none (unsure)."""
    classes = probabilities.shape[1]
    guessed = np.where(probabilities.max(axis=1) >= unsure_below, probabilities.argmax(axis=1), classes)
    return [[int(((truth == t) & (guessed == f)).sum()) for f in range(classes + 1)] for t in range(classes)]

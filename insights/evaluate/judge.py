"""How many of the posts that are put before people to judge are attacks, and how many attacks are found."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from insights.evaluate.files import FileError, read_labelled
from insights.evaluate.reading import labelled_posts
from insights.reading.toxicity import LINE, attack_probabilities
from insights.reputation.estimates import wilson


def evaluate_judge(path: Path, *, vectors: bool = True) -> dict[str, Any]:
    """What the queue would show of the posts of a file: `text` and `attack` (0 or 1), optional `lang`, `kind` (article,
    comment, status) and `conversation` (0: a feed in which nobody answers, which is not judged).

    Gives precision and recall with 90% intervals, by language too. Raises FileError for a file without posts.
    """
    rows = list(read_labelled(path, ("text",)))
    if not rows:
        raise FileError(f"{path.name}: no posts")
    truth = np.array([_attack(path, number, row) for number, row in enumerate(rows, start=1)])
    posts = labelled_posts(rows, vectors=vectors)
    score = np.array(attack_probabilities(posts.texts, posts.langs, posts.features, posts.read))
    judged = np.array([str(row.get("conversation", 1)).lower() not in {"0", "false"} for row in rows])
    shown = judged & (score >= LINE)
    langs = np.array(posts.langs)
    return {
        "n": len(rows),
        "not_judged": int((~judged).sum()),
        **_counts(truth, shown),
        "by_lang": {lang: _counts(truth[langs == lang], shown[langs == lang]) for lang in sorted(set(posts.langs))},
        "line": round(LINE, 4),
        "vectors": posts.read.model if posts.read is not None else None,
    }


def _attack(path: Path, number: int, row: dict[str, Any]) -> bool:
    value = str(row.get("attack", row.get("toxic", row.get("label", "")))).lower()
    if value not in {"0", "1", "false", "true"}:
        raise FileError(f"{path.name}, post {number}: attack {value!r} is not one of 0, 1")
    return value in {"1", "true"}


def _counts(truth: Any, shown: Any) -> dict[str, Any]:
    right, named, wanted = int((truth & shown).sum()), int(shown.sum()), int(truth.sum())
    return {
        "attacks": wanted,
        "shown": named,
        "right": right,
        "precision": round(right / named, 4) if named else None,
        "precision_90": _bounds(right, named),
        "recall": round(right / wanted, 4) if wanted else None,
        "recall_90": _bounds(right, wanted),
    }


def _bounds(number: int, total: int) -> list[float] | None:
    if not total:
        return None
    found = wilson(number, total)
    return [round(found.low, 4), round(found.high, 4)]

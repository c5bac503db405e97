"""How well themes to stay out of are told: by post, and by subject, where a brand should stay silent."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

from data.content.themes import Themes, silent_themes
from insights.evaluate.files import read_labelled
from insights.ideas.standing import is_heavy
from insights.ideas.themes import ThemeReader

LEAST = 3  # posts of a subject


def evaluate_ideas(path: Path) -> dict[str, Any]:
    """JSONL with `text` and `sensitive` (0 or 1; a theme that a brand stays out of), and, where the posts are those of
    subjects, `subject`: one of three posts or more is silent when most of its posts are labelled so.

    Raises FileError for a bad line.
    """
    rows = list(read_labelled(path, ("text", "sensitive")))
    reader = ThemeReader(silent_themes(Themes()))
    told = [bool(reader.touched(str(row["text"]))) for row in rows]
    wanted = [bool(row["sensitive"]) for row in rows]
    subjects: dict[str, list[int]] = defaultdict(list)
    for number, row in enumerate(rows):
        if row.get("subject"):
            subjects[str(row["subject"])].append(number)
    held = [numbers for numbers in subjects.values() if len(numbers) >= LEAST]
    silent = [2 * sum(wanted[n] for n in numbers) > len(numbers) for numbers in held]
    kept_silent = [is_heavy(sum(told[n] for n in numbers), len(numbers)) for numbers in held]
    return {
        "posts": len(rows),
        **_scores(told, wanted),
        "subjects": len(held),
        **{f"subjects_{name}": value for name, value in _scores(kept_silent, silent).items()},
    }


def _scores(told: list[bool], wanted: list[bool]) -> dict[str, float]:
    """Of those told, how many are right; of those wanted, how many are told."""
    right = sum(a and b for a, b in zip(told, wanted, strict=True))
    return {
        "to_stay_out_of": sum(wanted),
        "told": sum(told),
        "precision": round(right / sum(told), 4) if any(told) else 0.0,
        "recall": round(right / sum(wanted), 4) if any(wanted) else 0.0,
    }

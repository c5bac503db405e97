"""How well copies are told from templates and series, on posts that a person grouped."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Any

from insights.duplicates import Groups, is_copy, signatures, wording
from insights.evaluate.files import FileError, read_labelled


def evaluate_copies(path: Path) -> dict[str, Any]:
    """Pairs of posts said to be copies, against `group`: posts with the same one are copies, "" is a copy of none.

    JSONL with `text`, `group`, and where known `author` and `place`: the same author in the same place says a thing
    again only in the same words. Under `alike` the same for what merely looks alike. Raises FileError.
    """
    rows = list(read_labelled(path, ("text", "group")))
    if len(rows) < 2:
        raise FileError(f"{path.name}: at least two posts are needed")
    texts = [str(row["text"]) for row in rows]
    hands = [(str(row["place"]), str(row.get("author", ""))) if "place" in row else None for row in rows]
    groups = Groups()
    words = [wording(text) for text in texts]
    alike: set[tuple[int, int]] = set()
    for number, values in enumerate(signatures(texts)):
        if values is not None:
            alike |= {(other, number) for other in groups.copies_of(number, values)}
            groups.add(number, values)
    same = {
        (a, b) for a, b in alike if is_copy(words[a], words[b], one_hand=hands[a] is not None and hands[a] == hands[b])
    }
    truth = {
        (a, b)
        for a, b in combinations(range(len(rows)), 2)
        if rows[a]["group"] and rows[a]["group"] == rows[b]["group"]
    }
    return {
        "n": len(rows),
        "pairs": len(truth),
        **_found(same, truth),
        "wrong": [[texts[a], texts[b]] for a, b in sorted(same - truth)],
        "missed": [[texts[a], texts[b]] for a, b in sorted(truth - same)],
        "alike": _found(alike, truth),
    }


def _found(said: set[tuple[int, int]], truth: set[tuple[int, int]]) -> dict[str, Any]:
    right = len(said & truth)
    return {
        "said": len(said),
        "precision": round(right / len(said), 3) if said else None,
        "recall": round(right / len(truth), 3) if truth else None,
    }

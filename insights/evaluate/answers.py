"""How many of the posts shown as waiting for an answer do ask us, and how many proposed past answers fit."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from insights.evaluate.files import FileError, read_labelled
from insights.language import detect_languages
from insights.reading.appeals import Said, appeal_of
from insights.reading.classifier import Read
from insights.reading.features import features
from insights.reading.inquiries import Likeness, Reply, answers_nothing, asked_in, is_passing, likely_answers
from insights.reading.intents import intents, kind_probabilities
from insights.reading.origins import ARTICLE, Origin, origin_of
from insights.reading.questions import question_probabilities
from insights.reading.sentiment import default_model

_DAY = 86_400


def evaluate_answers(path: Path) -> dict[str, Any]:
    """Read posts as the refresh does, and compare what is shown with the labels.

    JSONL(.gz) with two kinds of rows. A post: `text` and `for_us` (0 or 1: it appeals to us), with `names` (ours),
    `article`, `home` (a place of ours), `to_us`, `to_other` (what it answers) where they hold. A post of ours: `said`,
    `date` (ISO), `key` and `asked`, what it replied to ("" for nothing). Posts with `fits` (keys of ours that answer
    them, perhaps none) and `date` are asked of those. Raises FileError for a row that is neither.
    """
    rows = list(read_labelled(path, ()))
    posts = [row for row in rows if "text" in row]
    ours = [row for row in rows if "said" in row]
    if len(posts) + len(ours) != len(rows):
        raise FileError(f"{path.name}: a row has neither 'text' nor 'said'")
    result: dict[str, Any] = {"posts": len(posts), "ours": len(ours)}
    judged = [row for row in posts if "for_us" in row]
    if judged:
        result |= _appeals(judged)
    asking = [row for row in posts if "fits" in row]
    if asking:
        result |= _past_answers(asking, ours)
    return result


def _said(rows: list[dict[str, Any]]) -> list[Said]:
    """Posts with what the models say of them."""
    from insights.models.e5 import open_reading_model

    texts = [str(row["text"]) for row in rows]
    langs = [str(row.get("lang") or found) for row, found in zip(rows, detect_languages(texts), strict=True)]
    words, model = features(texts, langs), open_reading_model()
    read = Read(model.encode(texts), model.name, langs, [_origin(row) for row in rows]) if model else None
    asked = question_probabilities(texts, words, read)
    named = [bool(row.get("names")) for row in rows]
    tones = default_model().score(texts, langs, read, words).probabilities
    kinds = intents(texts, kind_probabilities(texts, langs, words, read), tones, named, asked)
    return [
        Said(
            text,
            held.get("question", 0.0),
            held.get("complaint", 0.0),
            held.get("bug", 0.0),
            tuple(row.get("names", ())),
            named=bool(row.get("names")),
            article=bool(row.get("article")),
            home=bool(row.get("home")),
            to_us=bool(row.get("to_us")),
            to_other=bool(row.get("to_other")),
        )
        for row, text, held in zip(rows, texts, map(dict, kinds), strict=True)
    ]


def _origin(row: dict[str, Any]) -> Origin:
    origin = origin_of(str(row["text"]))
    return Origin(ARTICLE, origin.long) if row.get("article") else origin


def _appeals(rows: list[dict[str, Any]]) -> dict[str, Any]:
    shown = [bool(appeal_of(said)) for said in _said(rows)]
    wanted = [bool(row["for_us"]) for row in rows]
    right = sum(a and b for a, b in zip(shown, wanted, strict=True))
    return {
        "shown": sum(shown),
        "precision": round(right / max(1, sum(shown)), 4),
        "recall": round(right / max(1, sum(wanted)), 4),
        "false": [row["text"][:100] for row, a, b in zip(rows, shown, wanted, strict=True) if a and not b],
        "missed": [row["text"][:100] for row, a, b in zip(rows, shown, wanted, strict=True) if b and not a],
    }


def _past_answers(rows: list[dict[str, Any]], ours: list[dict[str, Any]]) -> dict[str, Any]:
    from insights.models.use import UseModel
    from insights.topics.fit import unit

    told = [row for row in ours if not answers_nothing(row["said"])]
    replies = [
        Reply(place, int(bool(row["asked"])), _seconds(row), is_passing(row["said"])) for place, row in enumerate(told)
    ]
    model = UseModel()
    before = unit(model.encode([asked_in(row["asked"] or row["said"]) for row in told]))
    likeness = Likeness.of(before[[bool(row["asked"]) for row in told]])
    proposed = fitting = found = 0
    false, missed = [], []
    for row, vector in zip(rows, unit(model.encode([asked_in(row["text"]) for row in rows])), strict=True):
        keys = [told[i]["key"] for i, _ in likely_answers(vector, _seconds(row), replies, before, likeness)]
        good = [key for key in keys if key in row["fits"]]
        proposed, fitting, found = proposed + len(keys), fitting + len(good), found + bool(good)
        false += [(row["text"][:80], key) for key in keys if key not in row["fits"]]
        missed += [row["text"][:80]] if row["fits"] and not good else []
    answerable = sum(bool(row["fits"]) for row in rows)
    return {
        "asked": len(rows),
        "answerable": answerable,
        "proposed": proposed,
        "proposed_that_fit": round(fitting / max(1, proposed), 4),
        "answerable_found": round(found / max(1, answerable), 4),
        "unfit": false,
        "not_found": missed,
    }


def _seconds(row: dict[str, Any]) -> int:
    """The day of a row. Raises FileError for a date that cannot be read."""
    try:
        return date.fromisoformat(str(row.get("date", ""))[:10]).toordinal() * _DAY
    except ValueError as error:
        raise FileError(f"a date is not written as 2026-01-31 ({error})") from error

"""How many new tools are found in labelled posts, how many of those found are new, and how late."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

from data.tools.story import Naming
from insights.evaluate.files import FileError, read_labelled
from insights.tools.known import key_of
from insights.tools.names import SHOWN, sightings
from insights.tools.spread import OLD_DAYS, evidence_of, is_ordinary, is_surname


def evaluate_tools(path: Path) -> dict[str, Any]:
    """Read posts in order of their date as the program does, and compare what is called new with the labels.

    JSONL with `text`, `date` (ISO) and `tools`, the names that are new at that date; optional `author` and `place` (a
    thread, a feed), without which a post is of a person and a place of its own. A tool counts once, however often it is
    named; its delay is in days from the first post that is labelled with it. Raises FileError for a bad line.
    """
    rows = list(read_labelled(path, ("text", "date", "tools")))
    try:
        days = [date.fromisoformat(str(row["date"])[:10]).toordinal() for row in rows]
    except ValueError as error:
        raise FileError(f"{path.name}: a date is not written as 2026-01-31 ({error})") from error
    wanted: dict[str, tuple[str, int]] = {}
    namings: dict[str, list[Naming]] = defaultdict(list)
    first: dict[str, int] = {}
    texts: dict[str, list[str]] = defaultdict(list)  # by word, in any case
    found: dict[str, tuple[str, int]] = {}
    for number in sorted(range(len(rows)), key=lambda i: days[i]):
        text, day = str(rows[number]["text"]), days[number]
        for name in rows[number]["tools"]:
            wanted.setdefault(key_of(str(name)), (str(name), day))
        for word in set(re.findall(r"\w+", text.lower())):
            texts[word].append(text)
        author = str(rows[number].get("author") or f"post {number}")
        for sighting in sightings(text):
            key = sighting.key
            first.setdefault(key, day)
            namings[key].append(
                Naming(
                    number,
                    day * 86_400,
                    author,
                    "",
                    "",
                    "unsure",
                    sighting.cue,
                    sighting.evidence,
                    text,
                    thread=str(rows[number].get("place") or ""),
                )
            )
            if key in found or evidence_of(namings[key])[0] < SHOWN or day - first[key] > OLD_DAYS:
                continue
            held = texts[sighting.name.lower()]
            if not is_ordinary(sighting.name, held) and not is_surname(sighting.name, held):
                found[key] = (sighting.name, day)
    right = sorted(set(found) & set(wanted))
    delays = {wanted[key][0]: found[key][1] - wanted[key][1] for key in right}
    return {
        "posts": len(rows),
        "posts_without_new_tools": sum(not row["tools"] for row in rows),
        "tools": len(wanted),
        "found": len(found),
        "precision": round(len(right) / len(found), 4) if found else 0.0,
        "recall": round(len(right) / len(wanted), 4) if wanted else 0.0,
        "median_delay_days": median(delays.values()) if delays else None,
        "delays": delays,
        "missed": sorted(name for key, (name, _) in wanted.items() if key not in found),
        "false": sorted(name for key, (name, _) in found.items() if key not in wanted),
    }

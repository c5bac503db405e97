"""Learn what the signs beside a name weigh, from posts whose tools were listed by reading, and write the weights.

The posts are split by where they come from (a feed, a community): three fifths teach, two fifths are kept aside to be
measured on, so that no feed is on both sides. Written posts that hold each wording once are added: real ones are few.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from data.settings import REFERENCE
from insights.evaluate.files import read_labelled
from insights.tools.known import key_of
from insights.tools.names import sightings

WEIGHTS = REFERENCE / "tool_signs.toml"
READ = 720  # characters of a post that its readers saw
OF_WRITTEN = 1.5  # what a written post counts, against a real one
STRENGTH = 1.0  # of the inverse penalty on large weights


def place_of(row: Mapping[str, Any]) -> str:
    """Where a post comes from: its feed, or the community or forum it was written in; "" for a written one."""
    number = str(row.get("id", ""))
    return number.split(":")[1] if number.startswith("feed:") else str(row.get("origin", ""))


def kept_aside(place: str) -> bool:
    """Whether posts from there are only measured on, never learned from."""
    return int(hashlib.sha1(place.encode(), usedforsecurity=False).hexdigest(), 16) % 5 < 2


def examples(
    rows: Iterable[Mapping[str, Any]], read: Mapping[tuple[str, str], int]
) -> list[tuple[Collection[str], bool]]:
    """(signs, whether it is a tool) of the names in posts. `read` has what a second reading made of a name, by post and
    key: 1 a tool, 0 none, 2 neither to learn from. Names within a listed one teach nothing, nor do known tools that
    nobody listed."""
    found: list[tuple[Collection[str], bool]] = []
    for row in rows:
        listed = {key_of(str(name)) for name in row["tools"]}
        for sighting in sightings(str(row["text"])[:READ]):
            key = sighting.key
            told = read.get((str(row.get("id", "")), key), int(key in listed))
            within = not told and any(key in name or name in key for name in listed)
            if sighting.signs and told != 2 and not within and (told or "listed" not in sighting.signs):
                found.append((sighting.signs, told == 1))
    return found


def train_tools(files: Sequence[Path], out: Path | None) -> tuple[int, Path]:
    """Learn from files of posts with `text` and `tools`, those with an `id` real and split by place; files of `id`,
    `key` and `tool` hold second readings. Gives how many names there were, and where the weights are."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    rows = [row for path in files for row in read_labelled(path, ())]
    read = {(str(row["id"]), str(row["key"])): int(row["tool"]) for row in rows if "key" in row}
    posts = [row for row in rows if "tools" in row]
    real = examples((row for row in posts if row.get("id") and not kept_aside(place_of(row))), read)
    written = examples([row for row in posts if not row.get("id")][::2], {})
    every = [*real, *written]
    signs = sorted(set().union(*(told for told, _ in every)))
    matrix = np.array([[sign in told for sign in signs] for told, _ in every], dtype=float)
    model = LogisticRegression(C=STRENGTH, max_iter=3_000).fit(
        matrix, [is_tool for _, is_tool in every], np.repeat([1.0, OF_WRITTEN], [len(real), len(written)])
    )
    lines = [f"{sign} = {weight:.2f}" for sign, weight in zip(signs, model.coef_[0], strict=True)]
    target = out or WEIGHTS
    head = target.read_text(encoding="utf-8").partition("[weights]")[0] if target.exists() else ""
    target.write_text(head + "\n".join(["[weights]", f'"" = {model.intercept_[0]:.2f}', *lines, ""]), encoding="utf-8")
    return len(every), target

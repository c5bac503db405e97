"""Make the means and the directions of the topic vectors, and write them."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from insights.evaluate.files import read_labelled
from insights.language import detect_languages
from insights.models.sentences import PACKAGED, Embedder
from insights.models.topic_vectors import EACH, LANGS, WEIGHTS, without_means
from insights.models.use import UseModel

PAIRS = 1_500  # of each set of parallel sentences
TEXTS = 1_500  # of each language and set of a file of posts


def train_vectors(
    files: Sequence[Path],
    others: Sequence[Path],
    out: Path | None,
    progress: Callable[[int, int], None] | None = None,
    seed: int = 0,
) -> tuple[int, Path]:
    """`files` hold sentences that say the same (`en`, `fr`, and `set`, where they come from), which give the means;
    `others` hold posts (`text`, `lang`): the directions in which texts differ are those of both. How many texts were
    used, and where the weights are."""
    pairs = [row for path in files for row in _some(read_labelled(path, LANGS), PAIRS, seed)]
    posts = [row for path in others for row in _some(read_labelled(path, ("text",)), TEXTS, seed)]
    minilm, use = Embedder(PACKAGED), UseModel()
    texts = [str(row[lang]) for lang in LANGS for row in pairs]
    langs = [lang for lang in LANGS for _ in pairs]
    parallel = minilm.encode(texts, progress)
    means = np.stack([parallel[[one == lang for one in langs]].mean(axis=0) for lang in LANGS])
    more = [str(row["text"]) for row in posts]
    texts += more
    langs += detect_languages(more, [str(row.get("lang") or "") for row in posts])
    vectors = np.vstack([parallel, minilm.encode(more, progress)]) if more else parallel
    target = out or WEIGHTS
    np.savez_compressed(
        target,
        means=means.astype(np.float32),
        minilm=_directions(without_means(vectors, langs, means)),
        use=_directions(use.encode(texts)),
        texts=np.int64(len(texts)),
    )
    return len(texts), target


def _directions(vectors: Any) -> Any:
    """The directions in which n vectors differ most, dimensions x `EACH`."""
    _, axes = np.linalg.eigh(np.cov(vectors.T))
    return axes[:, ::-1][:, :EACH].astype(np.float16)


def _some(rows: Iterable[dict[str, Any]], most: int, seed: int) -> list[dict[str, Any]]:
    """At most so many rows of each language and set, drawn by chance."""
    drawn = list(rows)
    random.Random(seed).shuffle(drawn)
    taken: Counter[tuple[str, str]] = Counter()
    chosen = []
    for row in drawn:
        key = (str(row.get("lang", "")), str(row.get("set", "")))
        taken[key] += 1
        if taken[key] <= most:
            chosen.append(row)
    return chosen

"""Debates in two languages on one question are one debate: which are told together. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from insights.topics.fit import Vectors, unit

# Cosine of the means of two debates' posts. Measured on the demo: on one question .79 and .83, on two at most .44.
SAME = 0.7


def told_together(ids: Sequence[int], langs: Sequence[str], means: Vectors) -> dict[int, int]:
    """For each debate (ascending `ids`) the earlier one, in another language, on the same question; 0 for none.

    `means` (n x d) are the means of their posts' vectors of a model that reads both languages. A debate is compared
    with those that stand for themselves only, and takes no second one of a language that is there: no chains.
    """
    rows = unit(means)
    told: dict[int, int] = {}
    heads: list[int] = []  # places
    spoken: dict[int, set[str]] = {}
    for place, (debate, lang) in enumerate(zip(ids, langs, strict=True)):
        free = [head for head in heads if lang not in spoken[head]]
        near = rows[free] @ rows[place] if free else np.zeros(0, np.float32)
        if len(near) and float(near.max()) >= SAME:
            head = free[int(near.argmax())]
            told[debate] = ids[head]
            spoken[head].add(lang)
        else:
            told[debate] = 0
            heads.append(place)
            spoken[place] = {lang}
    return told

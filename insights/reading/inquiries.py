"""Which inquiries ask the same thing, and which posts of ours answered it before. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from insights.topics.fit import Vectors

ALIKE = 0.72  # cosine from which two inquiries ask the same
ANSWERS = 0.45  # similarity from which a post of ours may answer
MOST_ANSWERS = 3


def same_inquiries(
    ids: Sequence[int], vectors: Vectors, known: Sequence[tuple[int, int]], known_vectors: Vectors
) -> dict[int, int]:
    """For each new inquiry the first that asks the same, itself if there is none.

    `vectors` are unit rows of `ids`; `known` are (inquiry, the first that asks the same) with `known_vectors`.
    """
    firsts = [inquiry for inquiry, first in known if inquiry == first]
    rows = [vector for (inquiry, first), vector in zip(known, known_vectors, strict=True) if inquiry == first]
    same: dict[int, int] = {}
    for inquiry, vector in sorted(zip(ids, vectors, strict=True), key=lambda pair: pair[0]):
        # Compared with the first of each group only: from one to the next, a chain would join everything.
        near = np.stack(rows) @ vector if rows else np.zeros(0, np.float32)
        best = int(near.argmax()) if len(near) else -1
        if best >= 0 and float(near[best]) >= ALIKE:
            same[inquiry] = firsts[best]
        else:
            same[inquiry] = inquiry
            firsts.append(inquiry)
            rows.append(vector)
    return same


def likely_answers(
    question: Vectors, answers: Sequence[int], answer_vectors: Vectors, asked_vectors: Vectors
) -> list[tuple[int, float]]:
    """(post of ours, similarity) that may answer one question, the likeliest first, at most three.

    `asked_vectors` are those of what each post of ours replied to, zeros where that is not known: a question like
    this one says more than an answer that looks like it.
    """
    if not len(answers):
        return []
    value = np.maximum(answer_vectors @ question, asked_vectors @ question)
    order = np.argsort(-value, kind="stable")[:MOST_ANSWERS]
    return [(int(answers[i]), float(value[i])) for i in order if value[i] >= ANSWERS]

"""Inquiries: which ask the same thing, and what we answered before."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from data.inbox.waiting import answers_of_ours, open_inquiries, save_past_answers, set_alike
from data.posts.analysis import texts_of
from data.posts.vectors import PostVectors
from data.store import Store
from insights.pipeline.places import TextEmbedder
from insights.reading.inquiries import likely_answers, same_inquiries
from insights.topics.fit import Vectors, unit

BATCH = 512


def relate(store: Store, embedder: TextEmbedder, vectors: PostVectors, asked: Sequence[int], answered: bool) -> None:
    """Join inquiries that ask the same thing, and find posts of ours that answered it before."""
    if not asked and not answered:
        return
    with store.read() as connection:
        waiting = open_inquiries(connection)
        ours = answers_of_ours(connection)
    model = embedder.name
    new = set(asked)
    make_sure(store, embedder, vectors, new | {i for i, _ in waiting} | {i for pair in ours for i in pair if i})
    known = [pair for pair in waiting if pair[0] not in new]
    have, rows = vectors.get(model, [i for i, _ in known])
    owner = dict(known)
    fresh, matrix = vectors.get(model, sorted(new))
    alike = same_inquiries(fresh, unit(matrix), [(i, owner[i]) for i in have], unit(rows)) if fresh else {}
    answers, answer_rows, before = _answered(vectors, model, dict(ours))
    targets = sorted({i for i, _ in waiting} if answered else new & {i for i, _ in waiting})
    wanted, wanted_rows = vectors.get(model, targets)
    likely = {
        post: likely_answers(vector, answers, unit(answer_rows), unit(before))
        for post, vector in zip(wanted, unit(wanted_rows), strict=True)
    }
    with store.write() as connection:
        set_alike(connection, alike)
        save_past_answers(connection, likely)


def make_sure(store: Store, embedder: TextEmbedder, vectors: PostVectors, wanted: set[int]) -> None:
    """Give posts a vector of this model where they lack one."""
    lacking = sorted(wanted - set(vectors.get(embedder.name, sorted(wanted))[0]))
    for start in range(0, len(lacking), BATCH):
        with store.read() as connection:
            part = texts_of(connection, lacking[start : start + BATCH])
        if part:
            vectors.put(embedder.name, [post.id for post in part], embedder.encode([post.text for post in part]))


def _answered(vectors: PostVectors, model: str, asked_of: dict[int, int]) -> tuple[list[int], Vectors, Vectors]:
    """Posts of ours with their vectors, and those of the posts that they reply to (zeros for none). `asked_of` gives
    for each post of ours the one that it replies to, 0 for none."""
    answers, rows = vectors.get(model, list(asked_of))
    held, held_rows = vectors.get(model, sorted({asked_of[answer] for answer in answers} - {0}))
    seat = {post: row for row, post in enumerate(held)}
    before = np.zeros_like(rows)
    for row, answer in enumerate(answers):
        if asked_of[answer] in seat:
            before[row] = held_rows[seat[asked_of[answer]]]
    return answers, rows, before

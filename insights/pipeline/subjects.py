"""Watched subjects: the posts near a person's words, back in time and as they come."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sqlalchemy import Connection

from data.posts.analysis import texts_of
from data.posts.vectors import PostVectors
from data.store import Store
from data.topics.watches import KEPT, save_watch, watch_vectors
from insights.pipeline.places import Progress, TextEmbedder, blob_of
from insights.topics.fit import Vectors, unit
from insights.topics.watching import nearness, usual_threshold, words_held

Subject = tuple[int, str, Vectors]  # number, words, vector


def subjects_of(connection: Connection, model: str) -> list[Subject]:
    """Those that were looked for with this model."""
    return [
        (watch_id, words, np.frombuffer(vector, dtype="<f4"))
        for watch_id, words, vector in watch_vectors(connection, model)
        if vector is not None
    ]


def near(
    subjects: Sequence[Subject], ids: Sequence[int], matrix: Vectors, texts: Sequence[str]
) -> list[tuple[int, int, float]]:
    """(subject, post, nearness) of new posts."""
    return [
        (watch_id, post_id, float(value))
        for watch_id, words, vector in subjects
        for post_id, value in zip(ids, nearness(matrix @ vector, words_held(words, texts)), strict=True)
    ]


def look_for_subjects(store: Store, embedder: TextEmbedder, vectors: PostVectors, progress: Progress) -> None:
    """Look through all posts for each subject that has not been looked for with this model."""
    with store.read() as connection:
        waiting = [(i, words) for i, words, vector in watch_vectors(connection, embedder.name) if vector is None]
    for number, (watch_id, words) in enumerate(waiting):
        subject = unit(embedder.encode([words]))[0]
        ids: list[int] = []
        parts = []
        for some, rows in vectors.all(embedder.name):
            ids += some
            parts.append(np.asarray(unit(rows) @ subject, dtype=np.float32))
        cosine = np.concatenate(parts) if parts else np.zeros(0, np.float32)
        # Words are looked for only where the meaning is not far: the rest could not come near anyway.
        order = np.argsort(-cosine, kind="stable")[:KEPT]
        chosen = sorted(ids[i] for i in order)
        with store.read() as connection:
            texts = {post.id: post.text for post in texts_of(connection, chosen)}
        value = dict(zip(ids, cosine.tolist(), strict=True))
        chosen = [i for i in chosen if i in texts]
        close = nearness(np.array([value[i] for i in chosen]), words_held(words, [texts[i] for i in chosen]))
        threshold = usual_threshold(float(cosine.mean()), float(cosine.std())) if len(cosine) else 0.5
        kept = list(zip(chosen, close.tolist(), strict=True))
        with store.write() as connection:
            save_watch(connection, watch_id, embedder.name, blob_of(subject), threshold, kept)
        progress("watch", number + 1, len(waiting))

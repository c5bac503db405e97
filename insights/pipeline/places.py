"""Where posts belong in the shown fit, and what the steps of the pipeline have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np

from data.posts.vectors import PostVectors
from data.topics.fits import Placed
from data.topics.listing import ShownFit
from insights.models.precision import Precision
from insights.text import terms
from insights.topics.cores import BAND, belonging
from insights.topics.fit import STAY, Vectors, unit
from insights.topics.labels import telling_words
from insights.topics.map import place_on_map

Progress = Callable[[str, int, int], None]  # step, done, of how many


class TextEmbedder(Protocol):
    """What the refresh needs of an embedder."""

    @property
    def name(self) -> str: ...
    @property
    def precision(self) -> Precision: ...
    def encode(self, texts: Sequence[str], progress: Callable[[int, int], None] | None = None) -> Vectors: ...


class Places:
    """Where new posts belong in the shown fit: topic, sub-topic, place on the map."""

    def __init__(self, shown: ShownFit, vectors: PostVectors) -> None:
        self.fit, self.model = shown.fit, shown.model
        self._ids = [topic for topic, _ in shown.topics]
        self._centroids = matrix_of([blob for _, blob in shown.topics])
        self._lines = np.array(shown.lines, dtype=np.float32)
        self._words = [telling_words(names, terms) for names, terms in zip(shown.names, shown.terms, strict=True)]
        self._parts: dict[int, tuple[list[int], Vectors]] = {}
        for topic in {topic for topic, _, _ in shown.parts}:
            mine = [(number, blob) for owner, number, blob in shown.parts if owner == topic]
            self._parts[topic] = ([number for number, _ in mine], matrix_of([blob for _, blob in mine]))
        have, rows = vectors.get(shown.model, [post for post, _, _ in shown.marks])
        at = {post: (x, y) for post, x, y in shown.marks}
        self._marks = unit(rows) if have else np.zeros((0, 0), np.float32)
        self._spots = np.array([at[post] for post in have], dtype=np.float32).reshape(-1, 2)

    def of(
        self, ids: Sequence[int], matrix: Vectors, say: Callable[[int], str], home: Sequence[int] | None = None
    ) -> list[Placed]:
        """Each post's place. `say` gives the text of a row of the unit vectors `matrix`, and is asked for those little
        beyond a line; `home` the topic that a post has, which it leaves only for one clearly closer, or beyond all."""
        if not self._ids:
            return []
        scores = matrix @ self._centroids.T
        where, similarity = belonging(scores, self._lines, lambda row: set(terms(say(row))), self._words)
        spots = place_on_map(matrix, self._marks, self._spots)
        seat = {topic: row for row, topic in enumerate(self._ids)}
        placed = []
        for row, post_id in enumerate(ids):
            best, near = int(where[row]), float(similarity[row])
            own = seat.get(home[row], -1) if home is not None else -1
            if own not in (best, -1) and self._stays(scores[row], own, near if best >= 0 else -1.0):
                best, near = own, float(scores[row, own])
            topic = self._ids[best] if best >= 0 else 0
            part = self._part(topic, matrix[row], near)
            x, y = (float(v) for v in spots[row]) if len(self._marks) else (None, None)
            placed.append(Placed(int(post_id), topic, near, part, x, y))
        return placed

    def _stays(self, scores: Vectors, own: int, other: float) -> bool:
        near = float(scores[own])
        return other - near < STAY and near >= float(self._lines[own]) - BAND - STAY

    def _part(self, topic: int, vector: Vectors, near: float) -> int:
        """The sub-topic whose centre is nearer than that of the whole topic, 0 for none."""
        if topic not in self._parts:
            return 0
        numbers, centres = self._parts[topic]
        scores = centres @ vector
        best = int(scores.argmax())
        return numbers[best] if scores[best] > near else 0


def matrix_of(blobs: Sequence[bytes]) -> Vectors:
    if not blobs:
        return np.zeros((0, 0), dtype=np.float32)
    return np.stack([np.frombuffer(blob, dtype="<f4") for blob in blobs])


def blob_of(vector: Vectors) -> bytes:
    return np.ascontiguousarray(vector, dtype="<f4").tobytes()


def stratified(ids: Sequence[int], limit: int, seed: int) -> list[int]:
    """At most `limit` ids, each day keeping its share, in ascending order."""
    if len(ids) <= limit:
        return sorted(ids)
    rng = np.random.default_rng(seed)
    ordered = sorted(ids)
    places = np.linspace(0, len(ordered), limit, endpoint=False)
    jitter = rng.uniform(0, len(ordered) / limit, size=limit)
    return [ordered[i] for i in sorted(set(np.minimum((places + jitter).astype(int), len(ordered) - 1).tolist()))]

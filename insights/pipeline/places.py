"""Where posts belong in the shown fit, and what the steps of the pipeline have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np

from data.posts.vectors import PostVectors
from data.topics.fits import Placed
from data.topics.listing import ShownFit
from insights.models.precision import Precision
from insights.topics.fit import STAY, Vectors, assign, unit
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
        self.fit, self.model, self._threshold = shown.fit, shown.model, shown.threshold
        self._ids = [topic for topic, _ in shown.topics]
        self._centroids = matrix_of([blob for _, blob in shown.topics])
        self._parts: dict[int, tuple[list[int], Vectors]] = {}
        for topic in {topic for topic, _, _ in shown.parts}:
            mine = [(number, blob) for owner, number, blob in shown.parts if owner == topic]
            self._parts[topic] = ([number for number, _ in mine], matrix_of([blob for _, blob in mine]))
        have, rows = vectors.get(shown.model, [post for post, _, _ in shown.marks])
        at = {post: (x, y) for post, x, y in shown.marks}
        self._marks = unit(rows) if have else np.zeros((0, 0), np.float32)
        self._spots = np.array([at[post] for post in have], dtype=np.float32).reshape(-1, 2)

    def of(self, ids: Sequence[int], matrix: Vectors, home: Sequence[int] | None = None) -> list[Placed]:
        """Each post's place; `home` gives the topic that it has, which it leaves only for one clearly closer."""
        if not self._ids:
            return []
        where, similarity = assign(matrix, self._centroids, self._threshold)
        spots = place_on_map(matrix, self._marks, self._spots)
        seat = {topic: row for row, topic in enumerate(self._ids)}
        placed = []
        for row, post_id in enumerate(ids):
            best, near = int(where[row]), float(similarity[row])
            if home is not None and home[row] in seat and home[row] != (self._ids[best] if best >= 0 else 0):
                own = float(matrix[row] @ self._centroids[seat[home[row]]])
                if near - own < STAY:
                    best, near = seat[home[row]], own
            topic = self._ids[best] if best >= 0 else 0
            part = 0
            if topic in self._parts:
                numbers, centres = self._parts[topic]
                part = numbers[int((centres @ matrix[row]).argmax())]
            x, y = (float(v) for v in spots[row]) if len(self._marks) else (None, None)
            placed.append(Placed(int(post_id), topic, near, part, x, y))
        return placed


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

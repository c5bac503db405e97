"""Topics as a map: posts in two dimensions, themes above the topics, sub-topics within them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from insights.topics.clear_words import clear_said
from insights.topics.fit import Fit, Labels, Vectors, exact_neighbours, layout_of, unit
from insights.topics.labels import names_of

MARKS = 1_500  # posts that are laid out; all others are put between the three that they are nearest to
PART_POSTS = 40  # a topic smaller than this has no sub-topics
PARTS = 4
PART_LEAST = 5


@dataclass(frozen=True, slots=True)
class Map:
    """Posts that carry the map: positions in the input and their places, from 0 to 1 on both axes."""

    marks: NDArray[np.int64]
    places: Vectors  # marks x 2


def draw_map(vectors: Vectors, *, seed: int = 0, known: dict[int, tuple[float, float]] | None = None) -> Map:
    """Lay out at most 1,500 of n unit vectors. `known` gives posts (positions) their place on an older map: the
    new one is turned and mirrored towards it (orthogonal Procrustes; Schönemann 1966)."""
    n = len(vectors)
    if n < 12:
        return Map(np.zeros(0, np.int64), np.zeros((0, 2), np.float32))
    marks = np.unique(np.linspace(0, n - 1, min(n, MARKS)).astype(np.int64))
    chosen = vectors[marks]
    layout = layout_of(chosen, seed, exact_neighbours(chosen, min(15, len(marks) - 1)), dimensions=2)
    low, high = np.quantile(layout, 0.01, axis=0), np.quantile(layout, 0.99, axis=0)
    middle, reach = (low + high) / 2, float(max(high - low)) / 2 or 1.0
    places = (layout - middle) / reach
    shared = [(row, known[int(m)]) for row, m in enumerate(marks) if known and int(m) in known]
    if len(shared) >= 10:
        rows = [row for row, _ in shared]
        target = np.array([place for _, place in shared], dtype=np.float64) * 2 - 1
        u, _, v = np.linalg.svd((places[rows] - places[rows].mean(axis=0)).T @ (target - target.mean(axis=0)))
        places = places @ (u @ v)
    return Map(marks, np.clip((places + 1) / 2 * 0.94 + 0.03, 0.0, 1.0).astype(np.float32))


def place_on_map(vectors: Vectors, marks: Vectors, places: Vectors) -> Vectors:
    """Where posts lie between the three marks nearest to each: n x 2. A mark lies where it is."""
    if not len(marks) or not len(vectors):
        return np.full((len(vectors), 2), 0.5, dtype=np.float32)
    result = np.empty((len(vectors), 2), dtype=np.float32)
    for start in range(0, len(vectors), 5_000):
        scores = vectors[start : start + 5_000] @ marks.T
        k = min(3, scores.shape[1])
        near = np.argpartition(-scores, k - 1, axis=1)[:, :k]
        weights = np.maximum(np.take_along_axis(scores, near, axis=1), 0.0) ** 8 + 1e-9
        weights[np.take_along_axis(scores, near, axis=1) > 0.9999] *= 1e6
        weights /= weights.sum(axis=1, keepdims=True)
        result[start : start + 5_000] = np.einsum("ij,ijk->ik", weights, places[near])
    return result


def themes_of(centroids: Vectors) -> list[int]:
    """For each topic the number of its theme: topics joined by Ward linkage, about the square root of their
    number."""
    n = len(centroids)
    if n < 4:
        return list(range(n))
    from scipy.cluster.hierarchy import fcluster, linkage

    steps = linkage(centroids, method="ward")
    return [int(i) - 1 for i in fcluster(steps, max(2, round(n**0.5)), criterion="maxclust")]


@dataclass(frozen=True, slots=True)
class Part:
    """A sub-topic: its label, its centre, the positions of its posts."""

    label: str
    centroid: Vectors
    posts: NDArray[np.int64]


def parts_of(texts: Sequence[str], vectors: Vectors, *, seed: int = 0) -> list[Part]:
    """At most four sub-topics of one topic's n posts, largest first; few posts are not cut.

    A post is in a sub-topic when it is nearer to its centre than to that of the whole topic: the others speak of the
    topic in general. A sub-topic that no clear word names is none.
    """
    n = len(texts)
    if n < PART_POSTS or len({row.tobytes() for row in vectors}) < PART_POSTS // 2:
        return []
    from sklearn.cluster import KMeans

    count = min(PARTS, n // (PART_POSTS // 2))
    # The few directions in which the topic's own posts differ say more than all of them.
    mean = vectors.mean(axis=0)
    centred = vectors - mean
    _, _, axes = np.linalg.svd(centred[:2_000], full_matrices=False)
    inside: Labels = KMeans(count, n_init=10, random_state=seed).fit_predict(centred @ axes[:8].T).astype(np.int64)
    centres = unit(np.stack([vectors[inside == number].mean(axis=0) for number in range(count)]))
    scores = vectors @ centres.T
    best = scores.argmax(axis=1)
    close = scores[np.arange(n), best] > vectors @ unit(mean[None])[0]
    members = [np.flatnonzero(close & (best == number)) for number in range(count)]
    names = names_of(clear_said(texts), [], texts, members)
    parts = [
        Part(name, centre, mine)
        for name, centre, mine in zip(names, centres, members, strict=True)
        if name and len(mine) >= PART_LEAST
    ]
    return sorted(parts, key=lambda part: (-len(part.posts), part.label)) if len(parts) > 1 else []


@dataclass(frozen=True, slots=True)
class Atlas:
    """A fit drawn: its map, and the sub-topics of each topic. Positions are those of the fit's input."""

    map: Map
    parts: list[list[Part]]


def atlas_of(
    texts: Sequence[str], vectors: Vectors, fit: Fit, known: dict[int, tuple[float, float]] | None = None
) -> Atlas:
    """Map and sub-topics of a fit of unit vectors; `known`: places on the map of before, by position."""
    parts = []
    for index in range(len(fit.topics)):
        members = np.flatnonzero(fit.assigned == index)
        inside = parts_of([texts[int(i)] for i in members], vectors[members])
        parts.append([Part(part.label, part.centroid, members[part.posts]) for part in inside])
    return Atlas(draw_map(vectors, known=known), parts)

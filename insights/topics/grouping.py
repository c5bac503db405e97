"""Posts in groups, every one of them: layouts, k-means, groups in two languages joined. Pure.

Vectors -> UMAP layouts on exact neighbours -> k-means: the steps of BERTopic (Grootendorst 2022) with parts of our own,
chosen by measurement (docs/design.md). k-means in place of density clustering neither collapses nor shatters; exact
neighbours from one matrix product make the layout several times faster than approximate ones at these sizes. Several
short layouts side by side depend less on chance than one long one. A later grouping starts from the topics there are.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

MIN_POSTS = 12  # below this there is nothing to group
NEIGHBOURS = 30
DIMENSIONS = 5
MAP_EPOCHS = 200
TWINS = 0.5  # cosine of a group in one language with its counterpart in another (docs/benchmarks.md)
ONE_LANGUAGE = 0.9  # of the posts of a group that is said to be in one
STAY = 0.045  # a post leaves its topic for one whose centroid is closer by more than this (cosine)
WORTH_A_CHANGE = 1.15  # spread of the old topics over that of the best new ones: beyond it they are given up
ROOM = 0.9  # of the topics that so many posts deserve: with fewer, the widest are split

Vectors = NDArray[np.float32]
Labels = NDArray[np.int64]


def unit(vectors: Vectors) -> Vectors:
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(norms, 1e-12), dtype=np.float32)


def exact_neighbours(vectors: Vectors, k: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """The k nearest of each unit vector by cosine, itself first, and their distances (both n x k)."""
    n = len(vectors)
    indices = np.empty((n, k), dtype=np.int32)
    distances = np.empty((n, k), dtype=np.float32)
    block = max(1, min(n, 8_000_000 // max(n, 1)))
    for start in range(0, n, block):
        similarity = vectors[start : start + block] @ vectors.T
        rows = np.arange(len(similarity))
        similarity[rows, rows + start] = 2.0  # itself first, whatever rounding says
        near = np.argpartition(-similarity, k - 1, axis=1)[:, :k]
        values = np.take_along_axis(similarity, near, axis=1)
        order = np.argsort(-values, axis=1, kind="stable")
        indices[start : start + block] = np.take_along_axis(near, order, axis=1)
        distances[start : start + block] = 1.0 - np.take_along_axis(values, order, axis=1)
    distances[:, 0] = 0.0
    return indices, np.maximum(distances, 0.0)


def layout_of(
    vectors: Vectors, seed: int, neighbours: tuple[Any, Any], epochs: int = MAP_EPOCHS, dimensions: int = DIMENSIONS
) -> Vectors:
    """One UMAP layout (McInnes et al. 2018) of unit vectors, n x `dimensions`."""
    import umap

    n = len(vectors)
    places = umap.UMAP(
        n_neighbors=neighbours[0].shape[1],
        n_components=min(dimensions, max(2, n - 2)),
        min_dist=0.0 if dimensions > 2 else 0.5,  # two dimensions are for the eye
        metric="cosine",
        n_epochs=epochs,
        random_state=seed,
        n_jobs=1,
        init="spectral" if n > 4 * DIMENSIONS else "random",
        precomputed_knn=neighbours,
    ).fit_transform(vectors)
    return np.asarray(places, dtype=np.float32)


def _effort(posts: int) -> tuple[int, int, int]:
    """(layouts, epochs of each, starts of k-means): chance weighs more in few posts, and they cost less."""
    if posts <= 2_000:
        return 6, 40, 30
    if posts <= 12_000:
        return 4, 50, 20
    return (3, 50, 6) if posts <= 25_000 else (2, 50, 3)


def group_posts(
    vectors: Vectors,
    langs: Sequence[str],
    previous: Labels | None,
    seed: int,
    count: int | None,
    progress: Callable[[float], None],
) -> tuple[Labels, Vectors]:
    """A group (from 0, without gaps) of each of n unit vectors, and the layout that they were found in.

    `langs` are their languages, where known; `previous` gives posts the topic they had, 0 for none.
    """
    layout = _layouts(vectors, seed, progress)
    found = join_twins(vectors, _found(layout, count, previous, seed), langs)
    groups = np.unique(found, return_inverse=True)[1].astype(np.int64)
    return (groups if previous is None else stay(vectors, groups, int(groups.max()) + 1, previous)), layout


def _layouts(vectors: Vectors, seed: int, progress: Callable[[float], None]) -> Vectors:
    """Several layouts side by side."""
    count, epochs, _ = _effort(len(vectors))
    near = exact_neighbours(vectors, min(NEIGHBOURS, len(vectors) - 1))
    parts = []
    for number in range(count):
        progress(0.15 + 0.55 * number / count)
        parts.append(layout_of(vectors, seed * 10 + number, near, epochs))
    return np.hstack(parts)


def _found(layout: Vectors, count: int | None, previous: Labels | None, seed: int) -> Labels:
    """k-means in the layout.

    With topics of before, one step from where they lie now, and the widest are split when there is room for more.
    They are given up only when groups found anew are clearly tighter.
    """
    from sklearn.cluster import KMeans

    n = len(layout)
    wanted = count or choose_count(n)
    starts = _effort(n)[2]
    old = [] if previous is None else [t for t in np.unique(previous) if t > 0 and int((previous == t).sum()) >= 3]
    if not old:
        return np.asarray(KMeans(wanted, n_init=starts, random_state=seed).fit_predict(layout), np.int64)
    centres = [layout[previous == t].mean(axis=0) for t in old]
    if len(old) < ROOM * wanted:
        centres = _split_widest(layout, centres, wanted, seed)
    kept = KMeans(len(centres), init=np.stack(centres), n_init=1, max_iter=1).fit(layout)
    free = KMeans(len(centres), n_init=max(2, starts // 6), random_state=seed).fit(layout)
    better = kept if kept.inertia_ <= WORTH_A_CHANGE * free.inertia_ else free
    return np.asarray(better.labels_, dtype=np.int64)


def _split_widest(layout: Any, centres: list[Any], wanted: int, seed: int) -> list[Any]:
    from sklearn.cluster import KMeans

    centres = list(centres)
    while len(centres) < wanted:
        matrix = np.stack(centres)
        distance = ((layout**2).sum(axis=1)[:, None] - 2 * layout @ matrix.T) + (matrix**2).sum(axis=1)
        nearest = distance.argmin(axis=1)
        spread = np.bincount(nearest, distance[np.arange(len(layout)), nearest], len(centres))
        widest = int(spread.argmax())
        members = layout[nearest == widest]
        if len(members) < 2 * MIN_POSTS:
            break
        # The larger half goes on as the topic it was.
        halves = KMeans(2, n_init=4, random_state=seed).fit(members)
        sizes = np.bincount(halves.labels_, minlength=2)
        centres[widest] = halves.cluster_centers_[int(sizes.argmax())]
        centres.append(halves.cluster_centers_[int(sizes.argmin())])
    return centres


def join_twins(vectors: Vectors, groups: Labels, langs: Sequence[str]) -> Labels:
    """The same groups, but one in one language and its counterpart in another are one.

    Vectors put a text beside its translation; where a subject has many posts, what is left between languages still
    makes a group of each. Counterparts are each other's nearest of another language, from `TWINS` on.
    """
    numbers = sorted(set(groups.tolist()))
    if len(set(langs)) < 2 or len(numbers) < 2:
        return groups
    spoken = np.array(langs)
    centroids = unit(np.stack([vectors[groups == g].mean(axis=0) for g in numbers]))
    main = []
    for g in numbers:
        names, counts = np.unique(spoken[groups == g], return_counts=True)
        main.append(str(names[counts.argmax()]) if counts.max() >= ONE_LANGUAGE * counts.sum() else "")
    own = np.array(main)
    apart = (own[:, None] != own[None, :]) & (own[:, None] != "") & (own[None, :] != "")
    near = np.where(apart, centroids @ centroids.T, -1.0)
    best = near.argmax(axis=1)
    joined = {
        numbers[int(other)]: numbers[one]
        for one, other in enumerate(best)
        if one < other and best[other] == one and near[one, other] >= TWINS
    }
    return np.array([joined.get(g, g) for g in groups.tolist()], dtype=np.int64)


def choose_count(posts: int) -> int:
    """How many topics for so many posts: two thirds of the square root of half of them."""
    return max(2, min(round(0.65 * math.sqrt(posts / 2)), posts // 5))


def stay(vectors: Vectors, assigned: Labels, topics: int, previous: Labels) -> Labels:
    """New groups joined with old topics by shared posts: a post leaves its topic only for one clearly closer."""
    from insights.topics.identity import match_groups

    origin = match_groups(previous, assigned, topics)
    place = {old: new for new, old in enumerate(origin) if old}
    centroids = unit(
        np.stack([vectors[assigned == i].mean(axis=0) if (assigned == i).any() else vectors[0] for i in range(topics)])
    )
    home = np.array([place.get(int(t), -1) for t in previous], dtype=np.int64)
    rows = np.flatnonzero((home >= 0) & (home != assigned))
    gain = np.einsum("ij,ij->i", vectors[rows], centroids[assigned[rows]] - centroids[home[rows]])
    result = assigned.copy()
    result[rows[gain < STAY]] = home[rows[gain < STAY]]
    # No group is emptied by this: one without posts would have no centroid.
    for group in set(range(topics)) - set(result.tolist()):
        result[assigned == group] = group
    return result

"""Topics: BERTopic with our own parts, chosen by measurement (docs/design.md).

Vectors -> UMAP layouts on exact neighbours -> k-means -> class-based TF-IDF (Grootendorst 2022). k-means in place
of density clustering leaves no post behind and neither collapses nor shatters; exact neighbours from one
matrix product make the layout several times faster than approximate ones at these sizes. Several short layouts
side by side depend less on chance than one long one. A post far from every centroid is left unassigned, and
shown so. A later fit starts from the topics there are, so that they stay what they were.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from insights.text import phrases
from insights.topics.labels import TEXT_LIMIT, label, readable, ten_words, written, written_forms

FIT_POSTS = 25_000
MIN_POSTS = 12  # below this there is nothing to group
NEIGHBOURS = 30
DIMENSIONS = 5
MAP_EPOCHS = 200
UNASSIGNED_SHARE = 0.02  # of the posts of a fit, those furthest from their centroid
TWINS = 0.5  # cosine of a group in one language with its counterpart in another (docs/benchmarks.md)
ONE_LANGUAGE = 0.9  # of the posts of a group that is said to be in one
STAY = 0.045  # a post leaves its topic for one whose centroid is closer by more than this (cosine)
WORTH_A_CHANGE = 1.15  # spread of the old topics over that of the best new ones: beyond it they are given up
ROOM = 0.9  # of the topics that so many posts deserve: with fewer, the widest are split

Vectors = NDArray[np.float32]
Labels = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class FoundTopic:
    """One topic of a fit. `terms` are ten words, strongest first, in the form people write them."""

    label: str
    terms: tuple[str, ...]
    representatives: tuple[int, ...]  # positions in the input, most central first


@dataclass(frozen=True, slots=True)
class Fit:
    """A fit of n posts: `assigned` gives each post its topic's position, -1 for none."""

    topics: list[FoundTopic]
    centroids: Vectors  # topics x dimensions, unit length
    assigned: Labels
    similarity: NDArray[np.float32]
    threshold: float
    origin: tuple[int, ...] = ()  # for each topic the old topic that it goes on from, 0 for a new one
    layout: Vectors = field(default_factory=lambda: np.zeros((0, 0), np.float32), repr=False)  # n x dimensions


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


class _Layout:
    """UMAP layouts side by side, in the shape that BERTopic expects of a reducer."""

    def __init__(self, seed: int, progress: Callable[[float], None]) -> None:
        self._seed, self._progress = seed, progress
        self.embedding_: Any = None

    def fit(self, vectors: Any, y: Any = None) -> _Layout:
        count, epochs, _ = _effort(len(vectors))
        near = exact_neighbours(vectors, min(NEIGHBOURS, len(vectors) - 1))
        parts = []
        for number in range(count):
            self._progress(0.15 + 0.55 * number / count)
            parts.append(layout_of(vectors, self._seed * 10 + number, near, epochs))
        self.embedding_ = np.hstack(parts)
        return self

    def transform(self, vectors: Any) -> Any:
        return self.embedding_


class _Groups:
    """k-means in the layout, in the shape that BERTopic expects of a clusterer.

    With topics of before, one step from where they lie now, and the widest are split when there is room for more.
    They are given up only when groups found anew are clearly tighter.
    """

    def __init__(self, count: int | None, previous: Labels | None, seed: int, join: Callable[[Labels], Labels]) -> None:
        self._count, self._previous, self._seed, self._join = count, previous, seed, join
        self.labels_: Any = None

    def fit(self, layout: Any, y: Any = None) -> _Groups:
        self.labels_ = self._join(self._found(layout))
        return self

    def _found(self, layout: Any) -> Labels:
        from sklearn.cluster import KMeans

        n = len(layout)
        wanted = self._count or choose_count(n)
        old = sorted(t for t in set(self._previous.tolist()) if t > 0) if self._previous is not None else []
        old = [t for t in old if int((self._previous == t).sum()) >= 3]
        starts = _effort(n)[2]
        if not old:
            return np.asarray(KMeans(wanted, n_init=starts, random_state=self._seed).fit_predict(layout), np.int64)
        centres = [layout[self._previous == t].mean(axis=0) for t in old]
        if len(old) < ROOM * wanted:
            centres = _split_widest(layout, centres, wanted, self._seed)
        kept = KMeans(len(centres), init=np.stack(centres), n_init=1, max_iter=1).fit(layout)
        free = KMeans(len(centres), n_init=max(2, starts // 6), random_state=self._seed).fit(layout)
        better = kept if kept.inertia_ <= WORTH_A_CHANGE * free.inertia_ else free
        return np.asarray(better.labels_, dtype=np.int64)

    def predict(self, layout: Any) -> Any:
        return self.labels_


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


def fit_topics(
    texts: Sequence[str],
    vectors: Vectors,
    *,
    langs: Sequence[str] = (),
    previous: Labels | None = None,
    seed: int = 0,
    count: int | None = None,
    progress: Callable[[float], None] = lambda share: None,
) -> Fit:
    """Group posts. `vectors` are n x dimensions; `langs` their languages, where known, so that a subject in two of them
    is one topic; `previous` gives posts the topic they had, 0 for none.

    The same posts and seed give the same result, in whatever order they come. Fewer than 12 posts, or posts all
    alike, give a fit without topics. `progress` is told the share of the work that is done. Takes minutes for
    `FIT_POSTS` posts.
    """
    n = len(texts)
    distinct = len({row.tobytes() for row in vectors[:2_000]}) if n else 0
    if n < MIN_POSTS or distinct < MIN_POSTS:
        empty = np.full(n, -1, dtype=np.int64)
        return Fit([], np.zeros((0, vectors.shape[1] if n else 0), np.float32), empty, np.zeros(n, np.float32), 1.0)
    # Neighbours, layouts and k-means all depend on the order of the posts: it must not be that of arrival.
    order = np.array(sorted(range(n), key=lambda i: (texts[i], vectors[i].tobytes())))
    back = np.empty(n, dtype=np.int64)
    back[order] = np.arange(n)
    before = np.asarray(previous, dtype=np.int64)[order] if previous is not None else None
    spoken = [langs[i] for i in order] if len(langs) else []
    fit = _fit_ordered([texts[i] for i in order], unit(vectors[order]), spoken, before, seed, count, progress)
    topics = [
        FoundTopic(topic.label, topic.terms, tuple(int(order[i]) for i in topic.representatives))
        for topic in fit.topics
    ]
    return Fit(
        topics, fit.centroids, fit.assigned[back], fit.similarity[back], fit.threshold, fit.origin, fit.layout[back]
    )


def _fit_ordered(
    texts: list[str],
    vectors: Vectors,
    langs: Sequence[str],
    previous: Labels | None,
    seed: int,
    count: int | None,
    progress: Callable[[float], None],
) -> Fit:
    from bertopic import BERTopic
    from bertopic.vectorizers import ClassTfidfTransformer
    from sklearn.feature_extraction.text import CountVectorizer

    clipped = [text[:TEXT_LIMIT] for text in texts]
    said = [phrases(text) for text in clipped]
    progress(0.05)
    reducer = _Layout(seed, progress)
    model = BERTopic(
        language="multilingual",  # its "english" deletes every accented letter
        embedding_model=None,
        umap_model=reducer,
        hdbscan_model=_Groups(count, previous, seed, lambda groups: join_twins(vectors, groups, langs)),
        # BERTopic is given numbers for texts, so that each text is cut into words once. min_df counts topics
        # here, not posts: more than 1 would drop the very tool names we want.
        vectorizer_model=CountVectorizer(
            analyzer=lambda numbers: chain.from_iterable(said[int(i)] for i in numbers.split()), min_df=1
        ),
        ctfidf_model=ClassTfidfTransformer(),
        top_n_words=30,
        verbose=False,
    )
    # BERTopic's choice of representative documents re-reads every text; ours is by centroid below.
    model._save_representative_docs = lambda documents: None
    topic_of = model.fit_transform([str(i) for i in range(len(texts))], embeddings=vectors)[0]
    progress(0.9)
    assigned = np.asarray(topic_of, dtype=np.int64)
    kept = [t for t in sorted(set(assigned.tolist())) if t >= 0]
    position = {t: i for i, t in enumerate(kept)}
    assigned = np.array([position.get(t, -1) for t in assigned.tolist()], dtype=np.int64)
    origin = (0,) * len(kept)
    if previous is not None:
        assigned, origin = stay(vectors, assigned, len(kept), previous)
    centroids = unit(np.stack([vectors[assigned == i].mean(axis=0) for i in range(len(kept))]))
    similarity = np.einsum("ij,ij->i", vectors, centroids[np.maximum(assigned, 0)]).astype(np.float32)
    threshold = float(np.quantile(similarity, UNASSIGNED_SHARE))
    assigned[similarity < threshold] = -1
    ten = ten_words(said, assigned, len(kept))
    topics = []
    for index, number in enumerate(kept):
        weighted = [(word, float(weight)) for word, weight in (model.get_topic(number) or []) if word and weight > 0]
        members = np.flatnonzero(assigned == index)
        forms = written_forms([clipped[i] for i in members])  # as its own posts write them
        words = tuple(written(word, forms) for word in ten[index])
        central = members[np.argsort(-similarity[members], kind="stable")]
        name = label(weighted, forms, [said[i] for i in central[:200]])
        topics.append(FoundTopic(name, words, readable(central, clipped)))
    layout = np.asarray(reducer.embedding_, dtype=np.float32)
    return Fit(topics, centroids, assigned, similarity, threshold, origin, layout)


def stay(vectors: Vectors, assigned: Labels, topics: int, previous: Labels) -> tuple[Labels, tuple[int, ...]]:
    """Join new groups with old topics by shared posts; a post leaves its topic only for one clearly closer.

    Gives the new assignment and for each group the old topic that it goes on from (0: none).
    """
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
    return result, origin


def assign(vectors: Vectors, centroids: Vectors, threshold: float) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The nearest centroid of each vector (position, cosine); -1 below the threshold."""
    if not len(centroids) or not len(vectors):
        return np.full(len(vectors), -1, dtype=np.int64), np.zeros(len(vectors), dtype=np.float32)
    scores = unit(vectors) @ centroids.T
    best = scores.argmax(axis=1)
    similarity = scores[np.arange(len(best)), best]
    return np.where(similarity >= threshold, best, -1).astype(np.int64), similarity.astype(np.float32)

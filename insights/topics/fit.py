"""Topics of posts: groups, the core of each, its line and its name. Pure.

Every post has a group (`insights.topics.grouping`); a topic is a core of one (`insights.topics.cores`). A post beyond
the lines of all topics is in none, and so is one of a core that no clear word names: it is shown so. A later fit starts
from the topics there are, so that they stay what they were.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from insights.language import OURS
from insights.topics.clear_words import TEXT_LIMIT, clear_said
from insights.topics.cores import BAND, Core, belonging, cores_of, join_languages
from insights.topics.grouping import (
    MIN_POSTS,
    STAY,
    Labels,
    Vectors,
    exact_neighbours,
    group_posts,
    join_twins,
    layout_of,
    unit,
)
from insights.topics.identity import match_groups
from insights.topics.labels import ENOUGH, SHARE, names_of, readable, telling_words, ten_words, written, written_forms

__all__ = [
    "FIT_POSTS",
    "STAY",
    "Fit",
    "FoundTopic",
    "Labels",
    "Vectors",
    "assign",
    "exact_neighbours",
    "fit_topics",
    "join_twins",
    "layout_of",
    "unit",
]

FIT_POSTS = 25_000
UNLIKE_SHARE = 0.02  # of the posts of a fit, those furthest from the mean of their group: like no others at all


@dataclass(frozen=True, slots=True)
class FoundTopic:
    """One topic of a fit. `terms` are ten words, strongest first, in the form people write them."""

    label: str
    terms: tuple[str, ...]
    representatives: tuple[int, ...]  # positions in the input, most central first
    line: float = 0.0  # cosine with the centre from which a post is about it, whatever its words


@dataclass(frozen=True, slots=True)
class Fit:
    """A fit of n posts: `assigned` gives each post the position of the topic that it is about, -1 for none; `groups`
    its group before lines were drawn, -1 for the few that are like no others."""

    topics: list[FoundTopic]
    centroids: Vectors  # topics x dimensions, unit length
    assigned: Labels
    similarity: NDArray[np.float32]
    threshold: float  # the lowest line of all
    origin: tuple[int, ...] = ()  # for each topic the old topic that it goes on from, 0 for a new one
    layout: Vectors = field(default_factory=lambda: np.zeros((0, 0), np.float32), repr=False)  # n x dimensions
    groups: Labels = field(default_factory=lambda: np.zeros(0, np.int64), repr=False)

    @property
    def lines(self) -> NDArray[np.float32]:
        return np.array([topic.line for topic in self.topics], dtype=np.float32)


@dataclass(frozen=True, slots=True)
class _Posts:
    """The posts of a fit, in an order of their own."""

    texts: list[str]
    vectors: Vectors
    langs: list[str]
    sources: list[int]
    before: Labels | None


def fit_topics(
    texts: Sequence[str],
    vectors: Vectors,
    *,
    langs: Sequence[str] = (),
    sources: Sequence[int] = (),
    previous: Labels | None = None,
    seed: int = 0,
    count: int | None = None,
    progress: Callable[[float], None] = lambda share: None,
) -> Fit:
    """Find what posts are about. `vectors` are n x dimensions; `langs` their languages, where known, so that a subject
    in two of them is one topic; `sources` where each was read, so that what a source writes under all its posts names
    no topic; `previous` gives posts the topic they had, 0 for none; `count` is how many groups to look in.

    The same posts and seed give the same result, in whatever order they come. Fewer than 12 posts, or posts all
    alike, give a fit without topics. `progress` is told the share of the work that is done. Takes minutes for
    `FIT_POSTS` posts.
    """
    n = len(texts)
    distinct = len({row.tobytes() for row in vectors[:2_000]}) if n else 0
    if n < MIN_POSTS or distinct < MIN_POSTS:
        empty = np.full(n, -1, dtype=np.int64)
        none = np.zeros((0, vectors.shape[1] if n else 0), np.float32)
        return Fit([], none, empty, np.zeros(n, np.float32), 1.0, groups=empty)
    # Neighbours, layouts and k-means all depend on the order of the posts: it must not be that of arrival.
    order = np.array(sorted(range(n), key=lambda i: (texts[i], vectors[i].tobytes())))
    back = np.empty(n, dtype=np.int64)
    back[order] = np.arange(n)
    posts = _Posts(
        [texts[i][:TEXT_LIMIT] for i in order],
        unit(vectors[order]),
        [langs[i] for i in order] if len(langs) else [],
        [sources[i] for i in order] if len(sources) else [],
        np.asarray(previous, dtype=np.int64)[order] if previous is not None else None,
    )
    fit = _fit_ordered(posts, seed, count, progress)
    topics = [FoundTopic(t.label, t.terms, tuple(int(order[i]) for i in t.representatives), t.line) for t in fit.topics]
    return Fit(
        topics,
        fit.centroids,
        fit.assigned[back],
        fit.similarity[back],
        fit.threshold,
        fit.origin,
        fit.layout[back],
        fit.groups[back],
    )


def _fit_ordered(posts: _Posts, seed: int, count: int | None, progress: Callable[[float], None]) -> Fit:
    said = clear_said(posts.texts, posts.sources)
    progress(0.1)
    groups, layout = group_posts(posts.vectors, posts.langs, posts.before, seed, count, progress)
    progress(0.8)
    found = join_languages(posts.vectors, cores_of(posts.vectors, groups, posts.before), posts.langs)
    members = [core.members for core in found]
    names = names_of(said, posts.langs, posts.texts, members + _in_each_language(members, posts.langs))
    # A post near a topic says a word of its name, or of its name in a language of its own.
    everywhere = [tuple(names[number :: len(found)]) for number in range(len(found))]
    named = [(core, name) for core, name in zip(found, everywhere, strict=True) if name[0]]
    cores = [core for core, _ in named]
    progress(0.9)
    centres = np.stack([core.centre for core in cores]) if cores else np.zeros((0, posts.vectors.shape[1]), np.float32)
    lines = np.array([core.line for core in cores], dtype=np.float32)
    inside = np.full(len(said), -1, dtype=np.int64)
    for index, core in enumerate(cores):
        inside[core.members] = index
    terms = ten_words(said, inside, len(cores))
    words = [telling_words(name, terms[index]) for index, (_, name) in enumerate(named)]
    assigned, near = belonging(posts.vectors @ centres.T, lines, lambda row: set(said[row]), words)
    origin = (0,) * len(cores)
    if posts.before is not None:
        origin = match_groups(posts.before, assigned, len(cores))
        assigned = stay_inside(posts.vectors, assigned, near, centres, lines, origin, posts.before)
    ten = ten_words(said, assigned, len(cores))
    topics = [_topic(posts, assigned == index, core, name[0], ten[index]) for index, (core, name) in enumerate(named)]
    lowest = float(lines.min() - BAND) if len(lines) else 1.0
    return Fit(topics, centres, assigned, near, lowest, origin, layout, _alike(posts.vectors, groups))


def _in_each_language(topics: Sequence[Labels], langs: Sequence[str]) -> list[Labels]:
    """The posts of each topic in French, then those in English, of topics that have enough of both."""
    parts = []
    for lang in OURS if len(langs) else ():
        for members in topics:
            mine = np.array([i for i in members if langs[i] == lang], dtype=np.int64)
            parts.append(mine if len(mine) >= max(ENOUGH, SHARE * len(members)) else mine[:0])
    return parts


def _topic(posts: _Posts, mine: NDArray[np.bool_], core: Core, name: str, words: Sequence[str]) -> FoundTopic:
    forms = written_forms([posts.texts[i] for i in np.flatnonzero(mine)])  # as its own posts write them
    inside = core.members[mine[core.members]]
    central = inside[np.argsort(-(posts.vectors[inside] @ core.centre), kind="stable")]
    terms = tuple(written(word, forms) for word in words)
    return FoundTopic(name, terms, readable(central, posts.texts), float(core.line))


def _alike(vectors: Vectors, groups: Labels) -> Labels:
    """Groups without the few posts that are furthest from the mean of theirs."""
    means = unit(np.stack([vectors[groups == g].mean(axis=0) for g in range(int(groups.max()) + 1)]))
    near = np.einsum("ij,ij->i", vectors, means[groups])
    return np.where(near < np.quantile(near, UNLIKE_SHARE), -1, groups)


def stay_inside(
    vectors: Vectors,
    assigned: Labels,
    near: NDArray[np.float32],
    centres: Vectors,
    lines: NDArray[np.float32],
    origin: Sequence[int],
    before: Labels,
) -> Labels:
    """The topics of posts, where one stays in that of before unless it is clearly beyond its line, or another is
    clearly closer."""
    place = {old: new for new, old in enumerate(origin) if old}
    home = np.array([place.get(int(t), -1) for t in before], dtype=np.int64)
    rows = np.flatnonzero((home >= 0) & (home != assigned))
    own = np.einsum("ij,ij->i", vectors[rows], centres[home[rows]]) if len(rows) else np.zeros(0, np.float32)
    other = np.where(assigned[rows] >= 0, near[rows], -1.0)
    kept = (own >= lines[home[rows]] - BAND - STAY) & (other - own < STAY)
    result = assigned.copy()
    result[rows[kept]] = home[rows[kept]]
    return result


def assign(vectors: Vectors, centroids: Vectors, threshold: float) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The nearest centroid of each vector (position, cosine); -1 below the threshold."""
    if not len(centroids) or not len(vectors):
        return np.full(len(vectors), -1, dtype=np.int64), np.zeros(len(vectors), dtype=np.float32)
    scores = unit(vectors) @ centroids.T
    best = scores.argmax(axis=1)
    similarity = scores[np.arange(len(best)), best]
    return np.where(similarity >= threshold, best, -1).astype(np.int64), similarity.astype(np.float32)

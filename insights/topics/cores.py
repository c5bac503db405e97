"""Which posts a topic is about: the dense core of a group, its line, and those near it that speak its words. Pure.

k-means gives every post a group, so a group holds strangers, and may hold several subjects. A topic is a core of it:
posts near one centre, as near as its own spread says (the line). A group whose posts are not near one another has a
core for each of its dense places, found one after another as in mean shift (Comaniciu and Meer 2002). Near the line
words decide: within it a post has to say one of the topic's words, a little beyond it one of its name; what is further
is in no topic.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from insights.topics.grouping import Labels, Vectors, join_twins

ONE_SUBJECT = 0.36  # mean cosine of a group's posts with one another from which it is taken whole
LINK = 0.45  # cosine of two posts on one subject
LINE = 0.6  # cosine with the centre, at least, of a post of a core,
WHOLE_LINE = 0.5  # and in a group that is taken whole
SPREAD = 2.5  # deviations below the median of a core at which its own line lies
SURE = 0.08  # so much within the line a post belongs whatever its words
BAND = 0.1  # and so much beyond it when it says a word of the topic's name
LEAST = 8  # posts of a core, at least,
LEAST_SHARE = 0.1  # and this share of the posts of a mean group
MOST_CORES = 4  # of a group
SAME = 0.8  # cosine of two centres that are one topic
STEPS = 10


@dataclass(frozen=True, slots=True)
class Core:
    """Posts (positions) that a topic is about, its centre (unit length) and its line."""

    members: Labels
    centre: Vectors
    line: float


@dataclass(frozen=True, slots=True)
class Telling:
    """The folded words of a topic: those of its name, in all its languages, and with them its ten words."""

    name: frozenset[str]
    terms: frozenset[str]


def own_line(near: NDArray[np.float32], least: float = LINE) -> float:
    """The line of posts that are so near their centre (cosines), never below `least`."""
    middle = float(np.median(near))
    spread = 1.4826 * float(np.median(np.abs(near - middle)))
    return max(least, middle - SPREAD * spread)


def cores_of(vectors: Vectors, groups: Labels, previous: Labels | None = None) -> list[Core]:
    """The cores of groups (a group of each post, -1 for none), those of one group the densest first.

    Vectors are unit length. `previous` gives posts the topic that they had, 0 for none: a core starts from the posts
    that a topic had in its group, so that it stays what it was.
    """
    count = int(groups.max()) + 1 if len(groups) else 0
    least = max(LEAST, round(LEAST_SHARE * len(groups) / max(1, count)))
    found: list[Core] = []
    for group in range(count):
        rows = np.flatnonzero(groups == group)
        if len(rows):
            found += _cores_in(vectors, rows, least, previous[rows] if previous is not None else None)
    return _joined(vectors, found)


def _cores_in(vectors: Vectors, rows: Labels, least: int, previous: Labels | None) -> list[Core]:
    mean = vectors[rows].mean(axis=0)
    if float(mean @ mean) >= ONE_SUBJECT:
        core = _grown(vectors, rows, rows, min(least, max(LEAST, len(rows) // 4)), WHOLE_LINE)
        if core is not None:
            return [core]
    seeds = _seeds_of_before(rows, previous)
    cores: list[Core] = []
    left = rows
    while len(left) >= least and len(cores) < MOST_CORES:
        seed = seeds.pop(0) if seeds else _densest(vectors, left)
        seed = np.intersect1d(seed, left)
        core = _grown(vectors, left, seed, least) if len(seed) else None
        if core is None:
            if seeds:
                continue
            break
        cores.append(core)
        left = np.setdiff1d(left, core.members)
    return cores


def _seeds_of_before(rows: Labels, previous: Labels | None) -> list[Labels]:
    """Posts of each topic of before in a group, largest first."""
    if previous is None:
        return []
    topics, sizes = np.unique(previous[previous > 0], return_counts=True)
    order = np.argsort(-sizes, kind="stable")
    return [rows[previous == topics[i]] for i in order if sizes[i] >= LEAST // 2]


def _densest(vectors: Vectors, rows: Labels) -> Labels:
    """The post with most posts close by, and those."""
    some = rows if len(rows) <= 3_000 else rows[np.linspace(0, len(rows) - 1, 3_000).astype(np.int64)]
    near = vectors[some] @ vectors[some].T
    best = int(np.where(near >= LINK, near, 0.0).sum(axis=1).argmax())
    return np.asarray(some[near[best] >= LINK], dtype=np.int64)


def _grown(vectors: Vectors, rows: Labels, seed: Labels, least: int, lowest: float = LINE) -> Core | None:
    """The core that a seed grows to among `rows`, None when it has too few posts."""
    members, centre, near = seed, vectors[0], np.zeros(0, np.float32)
    for _ in range(STEPS):
        centre = _unit(vectors[members].mean(axis=0))
        near = vectors[rows] @ centre
        grown = rows[near >= lowest]
        if len(grown) < least:
            return None
        if np.array_equal(grown, members):
            break
        members = grown
    line = own_line(near[near >= lowest], lowest)
    return Core(rows[near >= line], centre, line)


def _joined(vectors: Vectors, cores: list[Core]) -> list[Core]:
    """Cores whose centres are as good as the same are one, the largest first."""
    kept: list[Core] = []
    for core in sorted(cores, key=lambda c: -len(c.members)):
        same = next((n for n, other in enumerate(kept) if float(core.centre @ other.centre) >= SAME), None)
        if same is None:
            kept.append(core)
        else:
            kept[same] = _one(vectors, kept[same], core)
    return kept


def _one(vectors: Vectors, a: Core, b: Core) -> Core:
    """Two cores as one, whose line lets in what both let in, or nearly."""
    members = np.union1d(a.members, b.members)
    centre = _unit(vectors[members].mean(axis=0))
    lowest = float(np.quantile(vectors[members] @ centre, 0.1))
    return Core(members, centre, max(WHOLE_LINE, min(a.line, b.line, lowest)))


def join_languages(vectors: Vectors, cores: list[Core], langs: Sequence[str]) -> list[Core]:
    """Cores where one in one language and its counterpart in another are one (`insights.topics.grouping`)."""
    if len(set(langs)) < 2:
        return cores
    rows = np.concatenate([core.members for core in cores]) if cores else np.zeros(0, np.int64)
    owner = np.concatenate([np.full(len(core.members), n) for n, core in enumerate(cores)]) if cores else rows
    joined = join_twins(vectors[rows], owner, [langs[int(i)] for i in rows])
    seats: dict[int, Core] = {}
    for number, core in enumerate(cores):
        seat = int(joined[np.flatnonzero(owner == number)[0]])
        seats[seat] = _one(vectors, seats[seat], core) if seat in seats else core
    return list(seats.values())


def _unit(vector: Vectors) -> Vectors:
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-12), dtype=np.float32)


def belonging(
    scores: Vectors,
    lines: NDArray[np.float32],
    said: Callable[[int], set[str]],
    words: Sequence[Telling],
) -> tuple[Labels, NDArray[np.float32]]:
    """The topic (position) of each post, -1 for none, and its cosine with the centre that it is nearest to.

    `scores` are cosines, posts x topics; `said` gives the words of a post, and is asked only for those near a line.
    """
    n = len(scores)
    if not scores.shape[1]:
        return np.full(n, -1, dtype=np.int64), np.zeros(n, dtype=np.float32)
    best = (scores - lines[None, :]).argmax(axis=1)
    near = scores[np.arange(n), best]
    short = lines[best] - near
    topics = np.where(short <= -SURE, best, -1).astype(np.int64)
    for row in np.flatnonzero((short > -SURE) & (short <= BAND)).tolist():
        telling = words[best[row]]
        if (telling.terms if short[row] <= 0 else telling.name) & said(row):
            topics[row] = best[row]
    return topics, near.astype(np.float32)

"""Themes that began since the last fit: recent posts closer to one another than to anything older. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

NEAR = 5  # neighbours that are asked
CLOSER = 0.035  # than to as many older posts (cosine)
NOT_FURTHER = -0.05  # than to all older posts, of which there are many more
LEAST = 8  # distinct posts of a theme
LINK = 0.4  # cosine of two posts on one subject, at least


def _closest(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    k = min(NEAR, scores.shape[1])
    return np.asarray(-np.partition(-scores, k - 1, axis=1)[:, :k].mean(axis=1), dtype=np.float32)


def new_themes(recent: Vectors, older: Vectors, authors: Sequence[str] | None = None) -> list[NDArray[np.int64]]:
    """Groups of positions in `recent`, largest first, each a theme that `older` does not hold.

    Both are unit vectors, n x dimensions; copies should be given once. A post is novel when its five nearest
    recent posts are closer than those among as many older ones, and about as close as those among all older ones;
    novel posts that are near each other (mutual neighbours) form a theme of at least eight, by two authors or more.
    """
    n = len(recent)
    if n < LEAST or len(older) < NEAR:
        return []
    among = recent @ recent.T
    np.fill_diagonal(among, -1.0)
    inside = -np.sort(-among, axis=1)[:, :NEAR]
    before = np.empty(n, dtype=np.float32)  # closeness to all that is older
    alike = np.zeros(n, dtype=np.float32)  # mean closeness to as many older posts as there are recent ones
    for start in range(0, n, 500):
        scores = recent[start : start + 500] @ older.T
        before[start : start + 500] = _closest(scores)
        parts = max(1, scores.shape[1] // n)
        for part in range(parts):
            alike[start : start + 500] += _closest(scores[:, part::parts]) / parts
    close_to_recent = inside.mean(axis=1)
    novel = (close_to_recent - alike >= CLOSER) & (close_to_recent - before >= NOT_FURTHER)
    reach = np.maximum(inside[:, -1], LINK)
    linked = (among >= reach[:, None]) & (among >= reach[None, :]) & novel[:, None] & novel[None, :]
    cores = []
    seen = np.zeros(n, dtype=bool)
    for first in np.flatnonzero(novel):
        if seen[first]:
            continue
        group, frontier = [int(first)], [int(first)]
        seen[first] = True
        while frontier:
            for other in np.flatnonzero(linked[frontier.pop()] & ~seen):
                seen[other] = True
                group.append(int(other))
                frontier.append(int(other))
        if len(group) >= LEAST // 2:
            cores.append(np.array(sorted(group), dtype=np.int64))
    themes = []
    for core in cores:
        centre = recent[core].mean(axis=0)
        centre /= max(float(np.linalg.norm(centre)), 1e-9)
        own = recent[core] @ centre
        # What is as near to the centre as most of its first posts, and no nearer to anything older, belongs too.
        close = recent @ centre
        members = np.flatnonzero((close >= np.quantile(own, 0.25)) & (close > before))
        members = np.union1d(members, core)
        names = {authors[int(i)] for i in members} if authors is not None else {"a", "b"}
        if len(members) >= LEAST and len(names) >= 2:
            themes.append(members)
    return sorted(themes, key=lambda m: (-len(m), int(m[0])))

"""A topic's identity across fits: which new group goes on from which old topic, what was split and merged. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Labels = NDArray[np.int64]

SHARED = 0.3  # of the smaller group's posts


@dataclass(frozen=True, slots=True)
class Descent:
    """What became of a topic: `kind` is split (from `other` came `topic`), merge (`topic` went into `other`) or
    end. `posts` were shared."""

    kind: str
    topic: int
    other: int
    posts: int


def _shared(old: Labels, new: Labels, topics: int) -> tuple[list[int], NDArray[np.int64]]:
    ids = sorted({int(t) for t in old if t > 0})
    place = {t: i for i, t in enumerate(ids)}
    table = np.zeros((topics, len(ids)), dtype=np.int64)
    both = (old > 0) & (new >= 0)
    np.add.at(table, (new[both], np.array([place[int(t)] for t in old[both]], dtype=np.int64)), 1)
    return ids, table


def match_groups(old: Labels, new: Labels, topics: int) -> tuple[int, ...]:
    """For each of `topics` new groups the old topic that it goes on from, 0 for none.

    `old` and `new` give each post its topic (old: ids, 0 none; new: positions, -1 none). The pairing shares the
    most posts in all (Kuhn 1955), each pair at least three tenths of its smaller side.
    """
    from scipy.optimize import linear_sum_assignment

    ids, table = _shared(old, new, topics)
    if not ids or not topics:
        return (0,) * topics
    sizes = np.minimum(
        np.bincount(new[new >= 0], minlength=topics)[:, None], np.array([int((old == t).sum()) for t in ids])[None, :]
    )
    gain = np.where(table >= SHARED * np.maximum(sizes, 1), table, 0)
    rows, columns = linear_sum_assignment(-gain)
    origin = {int(r): ids[c] for r, c in zip(rows, columns, strict=True) if gain[r, c] > 0}
    return tuple(origin.get(i, 0) for i in range(topics))


def descents(old: Labels, new: Labels, ids: list[int], known: set[int]) -> list[Descent]:
    """Splits, merges and ends between two fits.

    `new` holds positions into `ids`, the ids of the new topics; `known` are the old topics. A new topic with three
    tenths of its posts from one old topic is a split of it; an old topic that is gone went into the one that
    holds most of its posts, if that is three tenths of them.
    """
    before, table = _shared(old, new, len(ids))
    changes = []
    for row, topic in enumerate(ids):
        if topic not in known and len(before):
            most = int(table[row].argmax())
            total = int((new == row).sum())
            if table[row, most] >= SHARED * max(1, total):
                changes.append(Descent("split", topic, before[most], int(table[row, most])))
    for column, topic in enumerate(before):
        if topic not in ids:
            most = int(table[:, column].argmax()) if len(ids) else 0
            size = int((old == topic).sum())
            if len(ids) and table[most, column] >= SHARED * max(1, size):
                changes.append(Descent("merge", topic, ids[most], int(table[most, column])))
            else:
                changes.append(Descent("end", topic, 0, size))
    return changes

"""What the posts of ideas are to us, and what they mean: read from the store for `insights.ideas.standing`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from data.content.ground import evidence, ties
from data.content.themes import Theme, silent_themes, themes
from data.posts.analysis import texts_of
from data.posts.vectors import vectors_of
from data.store import Store
from data.topics.listing import shown_fit
from insights.ideas.candidates import Candidate
from insights.ideas.standing import LEAST_ABOUT_US, READ, Reading
from insights.ideas.themes import ThemeReader

Vector = NDArray[np.float32]
SUBJECTS = frozenset({"guide", "explain", "gap", "wish", "seasonal", "fixed"})  # kinds that may say the same


def readings(connection: Connection, items: Sequence[Candidate]) -> dict[int, Reading]:
    """Post -> what it is to us, for the posts of candidates."""
    chosen = themes(connection)
    silent = ThemeReader(silent_themes(chosen))
    ours = ThemeReader([Theme("ours", {}, chosen.ours)])
    ids = sorted({post for item in items for post in item.posts[:READ]})
    authors = {item.post: item.author for item in evidence(connection, ids)}
    tied = ties(connection, ids)
    found = {}
    for post in texts_of(connection, ids):
        names_us, near = tied.get(post.id, (False, False))
        found[post.id] = Reading(
            authors.get(post.id, ""), names_us, near or ours.holds(post.text), silent.touched(post.text)
        )
    return found


def meanings(store: Store, items: Sequence[Candidate], about_us: Sequence[int]) -> tuple[dict[str, Vector], Vector]:
    """(key -> the unit vector of what a candidate's posts say, that of the posts about us). A vector is empty, and a
    key absent, where there are no vectors or too few posts about us."""
    with store.read() as connection:
        model = shown_fit(connection, places=False).model
    wanted = {post for item in items for post in item.posts[:READ]} | set(about_us)
    ids, vectors = vectors_of(store).get(model, sorted(wanted))
    row = {post: place for place, post in enumerate(ids)}

    def mean(posts: Sequence[int]) -> Vector:
        rows = [row[post] for post in posts if post in row]
        middle: Vector = vectors[rows].mean(axis=0) if rows else np.zeros(0, dtype=np.float32)
        length = float(np.linalg.norm(middle))
        return middle / length if length else np.zeros(0, dtype=np.float32)

    found = {item.key: mean(item.posts[:READ]) for item in items}
    us = mean(about_us) if len(about_us) >= LEAST_ABOUT_US else np.zeros(0, dtype=np.float32)
    return {key: vector for key, vector in found.items() if len(vector)}, us

"""Themes that began since the last fit become topics now, not at the next fit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from data.figures import mark_dirty
from data.models import to_day
from data.posts.analysis import Waiting, authors_of, groups_of, ids_before, latest_between
from data.posts.reads import day_bounds
from data.posts.vectors import PostVectors
from data.schema import IDS_PER_DAY
from data.store import Store
from data.topics.fits import StoredTopic, add_assignments, add_topic, join_theme, note_change, set_first_seen
from data.topics.listing import ShownFit, assignments, shown_fit, young_topics
from insights.pipeline.places import Places, blob_of, matrix_of, stratified
from insights.topics.cores import own_line
from insights.topics.emerging import new_themes
from insights.topics.fit import Vectors, unit
from insights.topics.labels import name_group, readable, said_in, wordings_of

THEME_DAYS = 14  # posts in which a theme that began is looked for
THEME_POSTS = 2_000
SAME_THEME = 0.9  # cosine of its centre with the topic that most of its posts are in
THEME_BEFORE = 8_000  # older posts that it is compared with


@dataclass(frozen=True, slots=True)
class _Recent:
    """The latest posts in which a theme may have begun: `fresh` ones, each copy once; `before` are older posts and
    those of themes that were found already. `homes` give the topic of each post."""

    shown: ShownFit
    fresh: list[Waiting]
    before: list[int]
    homes: dict[int, int]


def add_new_themes(store: Store, model: str, vectors: PostVectors, now: datetime) -> int:
    """Look for themes that began in the last two weeks; gives how many did."""
    recent = _recent(store, model, now)
    if recent is None:
        return 0
    have, matrix = vectors.get(model, [post.id for post in recent.fresh])
    _, before = vectors.get(model, recent.before)
    if not have or not len(before):
        return 0
    matrix = unit(matrix)
    by_id = {post.id: post for post in recent.fresh}
    posts = [by_id[i] for i in have]
    with store.read() as connection:
        authors = authors_of(connection, have)
    began = 0
    texts = [post.text for post in posts]
    said: list[list[str]] = []  # made when a theme needs a name, and once for all of them
    for members in new_themes(matrix, unit(before), [authors.get(i, "") or str(i) for i in have]):
        centre = unit(matrix[members].mean(axis=0)[None])[0]
        if not _known(recent, [have[i] for i in members], centre):
            said = said or said_in(texts, [post.source_id for post in posts])
            began += _add_theme(store, vectors, recent.shown, posts, said, matrix, members, centre, now)
    return began


def _recent(store: Store, model: str, now: datetime) -> _Recent | None:
    """The posts to look in; None where there is no fit of this model, or nothing new."""
    with store.read() as connection:
        shown = shown_fit(connection, places=False)
        if shown.model != model or not shown.topics:
            return None
        last = day_bounds(connection)
        first = (max(0, to_day(now) - THEME_DAYS + 1)) * IDS_PER_DAY
        posts = latest_between(connection, first, (last[1] + 1 if last else 0) * IDS_PER_DAY, THEME_POSTS)
        if not posts:
            return None
        homes = assignments(connection, shown.fit, posts[0].id)
        copies = groups_of(connection, [post.id for post in posts])
        young = young_topics(connection, shown.fit)
        older = stratified(ids_before(connection, posts[0].id, THEME_BEFORE), THEME_BEFORE, seed=0)
    seen: set[int] = set()
    fresh, known = [], []
    for post in posts:
        if homes.get(post.id, 0) in young:
            known.append(post.id)
        elif not copies.get(post.id) or copies[post.id] not in seen:
            seen.add(copies.get(post.id, 0))
            fresh.append(post)
    return _Recent(shown, fresh, [*older, *known], homes)


def _known(recent: _Recent, members: Sequence[int], centre: Vectors) -> bool:
    """Whether a topic there is already holds these posts, or says what they say."""
    home, inside = Counter(recent.homes.get(i, 0) for i in members).most_common(1)[0]
    size = sum(topic == home for topic in recent.homes.values())
    if home and inside >= 0.5 * max(1, size):
        return True
    blob = dict(recent.shown.topics).get(home)
    return blob is not None and float(np.frombuffer(blob, dtype="<f4") @ centre) >= SAME_THEME


def _add_theme(
    store: Store,
    vectors: PostVectors,
    shown: ShownFit,
    posts: Sequence[Waiting],
    said: Sequence[Sequence[str]],
    matrix: Vectors,
    members: NDArray[np.int64],
    centre: Vectors,
    now: datetime,
) -> bool:
    """Write a theme as a topic of the shown fit, with the posts that are in it; False where no word names it."""
    texts = [post.text for post in posts]
    langs, sources = [post.lang for post in posts], [post.source_id for post in posts]
    label, terms = name_group(texts, said, members, langs)
    if not label:
        return False
    near = matrix[members] @ centre
    central = members[np.argsort(-near, kind="stable")]
    representatives = tuple(posts[i].id for i in readable(central, texts))
    inside = np.full(len(posts), -1, dtype=np.int64)
    inside[members] = 0
    wordings = wordings_of(texts, langs, inside, 1, sources)[0]
    line = own_line(near)
    item = StoredTopic(None, label, terms, representatives, blob_of(centre), (), (), "theme", wordings, line)
    ids = [posts[i].id for i in members]
    with store.write() as connection:
        topic_id = add_topic(connection, item, shown.fit)
        spots = Places(shown_fit(connection), vectors).of(ids, matrix[members], lambda row: "")
        placed = [replace(p, topic_id=topic_id, similarity=float(n), part=0) for p, n in zip(spots, near, strict=True)]
        add_assignments(connection, shown.fit, placed)
        set_first_seen(connection, shown.fit, topic_id)
        nearest = int((matrix_of([blob for _, blob in shown.topics]) @ centre).argmax())
        join_theme(connection, topic_id, shown.topics[nearest][0])
        note_change(connection, now, "began", topic_id, posts=len(ids))
        mark_dirty(connection, {i // IDS_PER_DAY for i in ids})
    return True

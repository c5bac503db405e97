"""All posts grouped anew, from the topics there are.

A fit is written and shown in one transaction: interrupted anywhere, the topics of before stay whole.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

import numpy as np
from sqlalchemy import Connection

from data.figures import dirty_days, mark_dirty, roll_up
from data.models import Wording
from data.posts.analysis import all_ids, texts_of
from data.posts.reads import day_bounds
from data.posts.vectors import PostVectors
from data.schema import IDS_PER_DAY
from data.store import Store
from data.topics.fits import (
    Placed,
    StoredTopic,
    add_assignments,
    clear_refit,
    leave_topic,
    note_change,
    pins,
    save_fit,
    set_first_seen,
    set_themes,
)
from data.topics.listing import ShownFit, assignments, merged_into, shown_fit
from insights.pipeline.places import Places, Progress, TextEmbedder, blob_of, matrix_of, stratified
from insights.topics.cores import own_line
from insights.topics.fit import FIT_POSTS, Fit, Labels, Vectors, unit
from insights.topics.identity import descents
from insights.topics.labels import name_group, readable, said_in, wordings_of
from insights.topics.map import Atlas, place_on_map, themes_of

BATCH = 512  # posts whose vectors are made in one go
REST = 20_000  # posts outside of the fit that are placed in one go


class Grouper(Protocol):
    """What the refresh needs of a topic fit: `insights.topics.fit.fit_topics`, or the demo's kept one."""

    def __call__(
        self,
        texts: Sequence[str],
        vectors: Vectors,
        /,
        *,
        langs: Sequence[str] = (),
        sources: Sequence[int] = (),
        previous: Labels | None = None,
        progress: Callable[[float], None] = lambda share: None,
    ) -> Fit: ...


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known before a fit: all posts, the topic of each, where people put some, and what they merged."""

    ids: list[int]
    shown: ShownFit
    topics: dict[int, int]
    pinned: dict[int, int]
    merged: dict[int, int]


@dataclass(frozen=True, slots=True)
class _Sample:
    """The posts that a fit is made of: their ids, texts, languages, sources, vectors, and the topic that each had
    (0: none)."""

    ids: list[int]
    texts: list[str]
    langs: list[str]
    sources: list[int]
    matrix: Vectors
    before: Labels


def group_anew(
    store: Store,
    embedder: TextEmbedder,
    vectors: PostVectors,
    now: datetime,
    progress: Progress,
    group: Grouper,
    draw: Callable[..., Atlas],
) -> None:
    """Group posts anew, from the topics there are: they keep their ids, and what became of them is noted."""

    def told(share: float) -> None:
        progress("topics", round(1_000 * share), 1_000)

    known = _known(store)
    sample = _sample(store, embedder, vectors, known, progress)
    told(0.0)
    before = sample.before if known.topics else None
    fit = group(sample.texts, sample.matrix, langs=sample.langs, sources=sample.sources, previous=before, progress=told)
    told(0.92)
    # Positions on the old map, to which the new one is turned. They say nothing across models.
    old_map = {i: (x, y) for i, x, y in known.shown.marks} if known.shown.model == embedder.name else {}
    drawn = draw(
        sample.texts, sample.matrix, fit, {row: old_map[i] for row, i in enumerate(sample.ids) if i in old_map}
    )
    topics = _with_pinned(fit, sample, known, drawn)
    told(0.95)
    with store.write() as connection:
        _show(connection, embedder.name, vectors, now, known, sample, topics)
    told(1.0)


def _known(store: Store) -> _Known:
    with store.read() as connection:
        shown, pinned = shown_fit(connection), pins(connection)
        topics = {**assignments(connection, shown.fit), **pinned}
        return _Known(all_ids(connection), shown, topics, pinned, merged_into(connection))


def _sample(store: Store, embedder: TextEmbedder, vectors: PostVectors, known: _Known, progress: Progress) -> _Sample:
    """The posts to fit; those without a vector of this model get one."""
    wanted = stratified(known.ids, FIT_POSTS, seed=0)
    have, _ = vectors.get(embedder.name, wanted)
    lacking = sorted(set(wanted) - set(have))
    for start in range(0, len(lacking), BATCH):
        with store.read() as connection:
            part = texts_of(connection, lacking[start : start + BATCH])
        vectors.put(embedder.name, [p.id for p in part], embedder.encode([p.text for p in part]))
        progress("vectors", start + len(part), len(lacking))
    ids, matrix = vectors.get(embedder.name, wanted)
    with store.read() as connection:
        posts = texts_of(connection, ids)
    texts, langs = [post.text for post in posts], [post.lang for post in posts]
    sources = [post.source_id for post in posts]
    homes = np.array([known.topics.get(i, 0) for i in ids], dtype=np.int64)
    return _Sample(ids, texts, langs, sources, unit(matrix), homes)


def _show(
    connection: Connection,
    model: str,
    vectors: PostVectors,
    now: datetime,
    known: _Known,
    sample: _Sample,
    topics: _Topics,
) -> None:
    """Write the fit, place the posts that it was not made of, note what became of topics, and count."""
    fit, drawn = topics.fit, topics.drawn.map
    stored = [topics.stored(index) for index in range(len(topics.origin))]
    marks = [(sample.ids[m], float(x), float(y)) for m, (x, y) in zip(drawn.marks, drawn.places, strict=True)]
    fit_id, new_ids = save_fit(connection, stored, model, fit.threshold, len(known.ids), now, marks)
    places = Places(shown_fit(connection), vectors)
    rest = sorted(set(known.ids) - set(sample.ids))
    for start in range(0, len(rest), REST):
        some, rows = vectors.get(model, rest[start : start + REST])
        if some:
            texts = [post.text for post in texts_of(connection, some)]
            placed = places.of(some, unit(rows), texts.__getitem__, [known.topics.get(i, 0) for i in some])
            add_assignments(connection, fit_id, placed)
    set_first_seen(connection, fit_id)
    old_ids = set(sample.before.tolist())
    for change in descents(sample.before, fit.assigned, new_ids, old_ids):
        note_change(connection, now, change.kind, change.topic, change.other, posts=change.posts)
        if change.kind != "split":
            leave_topic(connection, change.topic, change.other or None)
    for topic_id in set(new_ids) - old_ids:
        note_change(connection, now, "began", topic_id)
    whole = len(fit.centroids) == len(new_ids)
    _set_themes(connection, new_ids, fit.centroids if whole else matrix_of([item.centroid for item in stored]))
    if day_bounds(connection):
        mark_dirty(connection, {i // IDS_PER_DAY for i in known.ids})
        roll_up(connection, dirty_days(connection), fit_id)  # flipped and counted in one write
    clear_refit(connection)


@dataclass(slots=True)
class _Topics:
    """The topics of a fit on their way to the store: those found, and those that people made."""

    fit: Fit
    fit_ids: list[int]
    drawn: Atlas
    origin: list[int]
    extra: list[StoredTopic]
    wordings: list[tuple[Wording, ...]]  # of those found
    posts: list[list[Placed]] = field(default_factory=list)

    def stored(self, index: int) -> StoredTopic:
        posts = tuple(self.posts[index])
        if index >= len(self.fit.topics):
            return replace(self.extra[index - len(self.fit.topics)], posts=posts)
        topic = self.fit.topics[index]
        return StoredTopic(
            id=self.origin[index] or None,
            label=topic.label,
            terms=topic.terms,
            representatives=tuple(self.fit_ids[i] for i in topic.representatives),
            centroid=blob_of(self.fit.centroids[index]),
            posts=posts,
            parts=tuple((part.label, blob_of(part.centroid)) for part in self.drawn.parts[index]),
            wordings=self.wordings[index],
            line=topic.line,
        )


def _with_pinned(fit: Fit, sample: _Sample, known: _Known, drawn: Atlas) -> _Topics:
    """Topics that people made stay even where the fit finds none like them; a merged topic's place goes to the
    topic that it was merged into when only the former is found again."""
    origin = list(fit.origin) or [0] * len(fit.topics)
    for index, topic in enumerate(origin):
        target = known.merged.get(topic, 0)
        if target and target not in origin:
            origin[index] = target
    extra = []
    said: list[list[str]] = []  # made when a topic needs a name, and once for all of them
    row_of = {post: row for row, post in enumerate(sample.ids)}
    for topic in sorted(set(known.pinned.values()) - set(origin)):
        rows = np.array([row_of[p] for p, t in known.pinned.items() if t == topic and p in row_of], dtype=np.int64)
        if len(rows):
            said = said or said_in(sample.texts, sample.sources)
            label, terms = name_group(sample.texts, said, rows, sample.langs)
            centre = unit(sample.matrix[rows].mean(axis=0)[None])[0]
            chosen = readable(rows, sample.texts)
            mine = np.full(len(sample.ids), -1, dtype=np.int64)
            mine[rows] = 0
            both = wordings_of(sample.texts, sample.langs, mine, 1, sample.sources)[0]
            made = StoredTopic(topic, label, terms, tuple(sample.ids[i] for i in chosen), blob_of(centre))
            extra.append(replace(made, wordings=both, line=own_line(sample.matrix[rows] @ centre)))
            origin.append(topic)
    seat = {topic: index for index, topic in enumerate(origin) if topic}
    wordings = wordings_of(sample.texts, sample.langs, fit.assigned, len(fit.topics), sample.sources)
    topics = _Topics(fit, sample.ids, drawn, origin, extra, wordings, [[] for _ in origin])
    spots = place_on_map(sample.matrix, sample.matrix[drawn.map.marks], drawn.map.places)
    part_of = {int(post): number for parts in drawn.parts for number, p in enumerate(parts, 1) for post in p.posts}
    for row, (i, position) in enumerate(zip(sample.ids, fit.assigned.tolist(), strict=True)):
        target = seat.get(known.pinned.get(i, 0), position)
        if target >= 0:
            number = part_of.get(row, 0) if target == position else 0
            x, y = (float(v) for v in spots[row]) if len(drawn.map.marks) else (None, None)
            topics.posts[target].append(Placed(i, 0, float(fit.similarity[row]), number, x, y))
    return topics


def _set_themes(connection: Connection, ids: Sequence[int], centroids: Vectors) -> None:
    """Topics of one theme share the id of its oldest topic, which a later fit keeps."""
    themes: dict[int, list[int]] = {}
    for topic, theme in zip(ids, themes_of(centroids), strict=True):
        themes.setdefault(theme, []).append(topic)
    set_themes(connection, {topic: min(members) for members in themes.values() for topic in members})

"""Topics of the store: all posts grouped anew from the topics there are, and themes that began since.

With `refresh.py`, which calls it, the only module here that meets the store. A fit is written and shown in one
transaction: interrupted anywhere, the topics of before stay whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

import numpy as np

from data.figures import dirty_days, mark_dirty, roll_up
from data.models import to_day
from data.posts.analysis import all_ids, authors_of, groups_of, ids_before, texts_between, texts_of
from data.posts.reads import day_bounds
from data.posts.vectors import PostVectors
from data.schema import IDS_PER_DAY
from data.store import Store
from data.topics.fits import (
    Placed,
    StoredTopic,
    add_assignments,
    add_topic,
    clear_refit,
    join_theme,
    leave_topic,
    note_change,
    pins,
    save_fit,
    set_first_seen,
    set_themes,
)
from data.topics.listing import ShownFit, assignments, merged_into, shown_fit, young_topics
from insights.embeddings import Precision
from insights.topics.emerging import new_themes
from insights.topics.fit import FIT_POSTS, STAY, Fit, Labels, Vectors, assign, unit
from insights.topics.identity import descents
from insights.topics.labels import name_group, readable
from insights.topics.map import Atlas, place_on_map, themes_of

BATCH = 512  # posts whose vectors are made in one go
THEME_DAYS = 14  # posts in which a theme that began is looked for
THEME_POSTS = 2_000
SAME_THEME = 0.85  # cosine of its centre with the topic that most of its posts are in
THEME_BEFORE = 8_000  # older posts that it is compared with


class TextEmbedder(Protocol):
    """What the refresh needs of an embedder."""

    @property
    def name(self) -> str: ...
    @property
    def precision(self) -> Precision: ...
    def encode(self, texts: Sequence[str], progress: Callable[[int, int], None] | None = None) -> Vectors: ...


class Grouper(Protocol):
    """What the refresh needs of a topic fit: `insights.topics.fit.fit_topics`, or the demo's kept one."""

    def __call__(
        self,
        texts: Sequence[str],
        vectors: Vectors,
        /,
        *,
        previous: Labels | None = None,
        progress: Callable[[float], None] = lambda share: None,
    ) -> Fit: ...


Progress = Callable[[str, int, int], None]


class Places:
    """Where new posts belong in the shown fit: topic, sub-topic, place on the map."""

    def __init__(self, shown: ShownFit, vectors: PostVectors) -> None:
        self.fit, self.model, self._threshold = shown.fit, shown.model, shown.threshold
        self._ids = [topic for topic, _ in shown.topics]
        self._centroids = matrix_of([blob for _, blob in shown.topics])
        self._parts: dict[int, tuple[list[int], Vectors]] = {}
        for topic in {topic for topic, _, _ in shown.parts}:
            mine = [(number, blob) for owner, number, blob in shown.parts if owner == topic]
            self._parts[topic] = ([number for number, _ in mine], matrix_of([blob for _, blob in mine]))
        have, rows = vectors.get(shown.model, [post for post, _, _ in shown.marks])
        at = {post: (x, y) for post, x, y in shown.marks}
        self._marks = unit(rows) if have else np.zeros((0, 0), np.float32)
        self._spots = np.array([at[post] for post in have], dtype=np.float32).reshape(-1, 2)

    def of(self, ids: Sequence[int], matrix: Vectors, home: Sequence[int] | None = None) -> list[Placed]:
        """Each post's place; `home` gives the topic that it has, which it leaves only for one clearly closer."""
        if not self._ids:
            return []
        where, similarity = assign(matrix, self._centroids, self._threshold)
        spots = place_on_map(matrix, self._marks, self._spots)
        seat = {topic: row for row, topic in enumerate(self._ids)}
        found = []
        for row, post_id in enumerate(ids):
            best, near = int(where[row]), float(similarity[row])
            if home is not None and home[row] in seat and home[row] != (self._ids[best] if best >= 0 else 0):
                own = float(matrix[row] @ self._centroids[seat[home[row]]])
                if near - own < STAY:
                    best, near = seat[home[row]], own
            topic = self._ids[best] if best >= 0 else 0
            part = 0
            if topic in self._parts:
                numbers, centres = self._parts[topic]
                part = numbers[int((centres @ matrix[row]).argmax())]
            x, y = (float(v) for v in spots[row]) if len(self._marks) else (None, None)
            found.append(Placed(int(post_id), topic, near, part, x, y))
        return found


def matrix_of(blobs: Sequence[bytes]) -> Vectors:
    if not blobs:
        return np.zeros((0, 0), dtype=np.float32)
    return np.stack([np.frombuffer(blob, dtype="<f4") for blob in blobs])


def blob_of(vector: Vectors) -> bytes:
    return np.ascontiguousarray(vector, dtype="<f4").tobytes()


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
    with store.read() as connection:
        ids = all_ids(connection)
        shown = shown_fit(connection)
        same = shown.model == embedder.name
        old = assignments(connection, shown.fit)
        pinned = pins(connection)
        merged = merged_into(connection)
    old.update(pinned)
    sample = stratified(ids, FIT_POSTS, seed=0)
    have, _ = vectors.get(embedder.name, sample)
    lacking = sorted(set(sample) - set(have))
    for start in range(0, len(lacking), BATCH):
        with store.read() as connection:
            part = texts_of(connection, lacking[start : start + BATCH])
        vectors.put(embedder.name, [p.id for p in part], embedder.encode([p.text for p in part]))
        progress("vectors", start + len(part), len(lacking))
    fit_ids, matrix = vectors.get(embedder.name, sample)
    matrix = unit(matrix)
    with store.read() as connection:
        texts = [post.text for post in texts_of(connection, fit_ids)]
    before = np.array([old.get(i, 0) for i in fit_ids], dtype=np.int64)

    def told(share: float) -> None:
        progress("topics", round(1_000 * share), 1_000)

    told(0.0)
    fit = group(texts, matrix, previous=before if old else None, progress=told)
    told(0.92)
    # Positions on the old map, to which the new one is turned. They say nothing across models.
    known = {i: (x, y) for i, x, y in shown.marks} if same else {}
    places = {row: known[i] for row, i in enumerate(fit_ids) if i in known}
    drawn = draw(texts, matrix, fit, places)
    topics, origin = _with_pinned(fit, fit_ids, matrix, texts, pinned, merged, drawn)
    spots = place_on_map(matrix, matrix[drawn.map.marks], drawn.map.places)
    part_of = {int(post): number for parts in drawn.parts for number, p in enumerate(parts, 1) for post in p.posts}
    for row, (i, position) in enumerate(zip(fit_ids, fit.assigned.tolist(), strict=True)):
        target = topics.seat.get(pinned.get(i, 0), position)
        if target >= 0:
            number = part_of.get(row, 0) if target == position else 0
            x, y = (float(v) for v in spots[row]) if len(drawn.map.marks) else (None, None)
            topics.posts[target].append(Placed(i, 0, float(fit.similarity[row]), number, x, y))
    told(0.95)
    with store.write() as connection:
        fit_id, new_ids = save_fit(
            connection,
            [topics.stored(index) for index in range(len(origin))],
            embedder.name,
            fit.threshold,
            len(ids),
            now,
            [(fit_ids[m], float(x), float(y)) for m, (x, y) in zip(drawn.map.marks, drawn.map.places, strict=True)],
        )
        places_now = Places(shown_fit(connection), vectors)
        rest = sorted(set(ids) - set(fit_ids))
        for start in range(0, len(rest), 20_000):
            some, rows = vectors.get(embedder.name, rest[start : start + 20_000])
            if some:
                found = places_now.of(some, unit(rows), [old.get(i, 0) for i in some])
                add_assignments(connection, fit_id, found)
        set_first_seen(connection, fit_id)
        for change in descents(before, fit.assigned, new_ids, set(before.tolist())):
            note_change(connection, now, change.kind, change.topic, change.other, posts=change.posts)
            if change.kind != "split":
                leave_topic(connection, change.topic, change.other or None)
        for topic_id in set(new_ids) - set(before.tolist()):
            note_change(connection, now, "began", topic_id)
        _set_themes(connection, new_ids, fit.centroids if len(fit.centroids) == len(new_ids) else topics.centroids())
        bounds = day_bounds(connection)
        if bounds:
            mark_dirty(connection, {i // IDS_PER_DAY for i in ids})
            roll_up(connection, dirty_days(connection), fit_id)  # flipped and counted in one write
        clear_refit(connection)
    progress("topics", 1_000, 1_000)


@dataclass(slots=True)
class _Topics:
    """The topics of a fit on their way to the store: those found, and those that people made."""

    fit: Fit
    fit_ids: list[int]
    drawn: Atlas
    origin: list[int]
    seat: dict[int, int]  # topic id -> position
    posts: list[list[Placed]]
    extra: list[StoredTopic]

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
        )

    def centroids(self) -> Vectors:
        return matrix_of([self.stored(index).centroid for index in range(len(self.origin))])


def _with_pinned(
    fit: Fit,
    fit_ids: list[int],
    matrix: Vectors,
    texts: Sequence[str],
    pinned: dict[int, int],
    merged: dict[int, int],
    drawn: Atlas,
) -> tuple[_Topics, list[int]]:
    """Topics that people made stay even where the fit finds none like them; a merged topic's place goes to the
    topic that it was merged into when only the former is found again."""
    origin = list(fit.origin) or [0] * len(fit.topics)
    for index, topic in enumerate(origin):
        target = merged.get(topic, 0)
        if target and target not in origin:
            origin[index] = target
    extra = []
    row_of = {post: row for row, post in enumerate(fit_ids)}
    for topic in sorted(set(pinned.values()) - set(origin)):
        rows = np.array([row_of[p] for p, t in pinned.items() if t == topic and p in row_of], dtype=np.int64)
        if len(rows):
            label, terms = name_group(texts, rows)
            centre = unit(matrix[rows].mean(axis=0)[None])[0]
            chosen = readable(rows, texts)
            extra.append(StoredTopic(topic, label, terms, tuple(fit_ids[i] for i in chosen), blob_of(centre)))
            origin.append(topic)
    seat = {topic: index for index, topic in enumerate(origin) if topic}
    return _Topics(fit, fit_ids, drawn, origin, seat, [[] for _ in origin], extra), origin


def _set_themes(connection: Any, ids: Sequence[int], centroids: Vectors) -> None:
    """Topics of one theme share the id of its oldest topic, which a later fit keeps."""
    themes: dict[int, list[int]] = {}
    for topic, theme in zip(ids, themes_of(centroids), strict=True):
        themes.setdefault(theme, []).append(topic)
    set_themes(connection, {topic: min(members) for members in themes.values() for topic in members})


def add_new_themes(store: Store, model: str, vectors: PostVectors, now: datetime) -> int:
    """Themes that began since the last fit become topics now, not at the next fit."""
    with store.read() as connection:
        shown = shown_fit(connection, places=False)
        if shown.model != model or not shown.topics:
            return 0
        last = day_bounds(connection)
        first = (max(0, to_day(now) - THEME_DAYS + 1)) * IDS_PER_DAY
        recent = list(texts_between(connection, first, (last[1] + 1 if last else 0) * IDS_PER_DAY))
        recent = recent[-THEME_POSTS:]
        if not recent:
            return 0
        places = assignments(connection, shown.fit, recent[0].id)
        copies = groups_of(connection, [p.id for p in recent])
        young = young_topics(connection, shown.fit)
        older = stratified(ids_before(connection, recent[0].id, THEME_BEFORE), THEME_BEFORE, seed=0)
    seen: set[int] = set()
    fresh, known = [], []
    for post in recent:
        if places.get(post.id, 0) in young:
            known.append(post.id)
        elif not copies.get(post.id) or copies[post.id] not in seen:
            seen.add(copies.get(post.id, 0))
            fresh.append(post)
    have, matrix = vectors.get(model, [post.id for post in fresh])
    _, before = vectors.get(model, [*older, *known])
    if not have or not len(before):
        return 0
    matrix = unit(matrix)
    by_id = {post.id: post for post in fresh}
    posts = [by_id[i] for i in have]
    with store.read() as connection:
        authors = authors_of(connection, have)
    sizes = Counter(places.values())
    centroids = {topic: np.frombuffer(blob, dtype="<f4") for topic, blob in shown.topics}
    began = 0
    for members in new_themes(matrix, unit(before), [authors.get(i, "") or str(i) for i in have]):
        homes = Counter(places.get(have[i], 0) for i in members)
        home, inside = homes.most_common(1)[0]
        if home and inside >= 0.5 * max(1, sizes[home]):
            continue  # it is that topic already
        centre = unit(matrix[members].mean(axis=0)[None])[0]
        if home in centroids and float(centroids[home] @ centre) >= SAME_THEME:
            continue  # another way to say what that topic says
        texts = [post.text for post in posts]
        label, terms = name_group(texts, members)
        central = members[np.argsort(-(matrix[members] @ centre), kind="stable")]
        representatives = tuple(have[i] for i in readable(central, texts))
        item = StoredTopic(None, label, terms, representatives, blob_of(centre), made_by="theme")
        with store.write() as connection:
            topic_id = add_topic(connection, item, shown.fit)
            spots = Places(shown_fit(connection), vectors).of([have[i] for i in members], matrix[members])
            near = matrix[members] @ centre
            add_assignments(
                connection,
                shown.fit,
                [replace(p, topic_id=topic_id, similarity=float(n), part=0) for p, n in zip(spots, near, strict=True)],
            )
            set_first_seen(connection, shown.fit, topic_id)
            ids = [topic for topic, _ in shown.topics]
            nearest = ids[int((matrix_of([blob for _, blob in shown.topics]) @ centre).argmax())]
            join_theme(connection, topic_id, nearest)
            note_change(connection, now, "began", topic_id, posts=len(members))
            mark_dirty(connection, {have[i] // IDS_PER_DAY for i in members})
        began += 1
    return began


def stratified(ids: Sequence[int], limit: int, seed: int) -> list[int]:
    """At most `limit` ids, each day keeping its share, in ascending order."""
    if len(ids) <= limit:
        return sorted(ids)
    rng = np.random.default_rng(seed)
    ordered = sorted(ids)
    places = np.linspace(0, len(ordered), limit, endpoint=False)
    jitter = rng.uniform(0, len(ordered) / limit, size=limit)
    return [ordered[i] for i in sorted(set(np.minimum((places + jitter).astype(int), len(ordered) - 1).tolist()))]

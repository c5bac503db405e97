"""The pipeline over what is new; the only module here that meets the store.

Each step is a short transaction and leaves a usable record: killed anywhere, the next run goes on where
this one stopped. Posts wait (`post.pending`) until everything about them is written at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import numpy as np

from data.analysis import (
    Understood,
    Waiting,
    all_ids,
    authors_of,
    count_waiting,
    erased_posts,
    forget_erased,
    get_brands,
    groups_of,
    ids_before,
    replace_mentions,
    save_understood,
    set_brands,
    texts_between,
    texts_of,
    waiting_posts,
)
from data.figures import days_of, dirty_days, mark_dirty, roll_up, topic_days
from data.models import Scope, from_epoch, to_day
from data.posts import current_fit, day_bounds, total_posts
from data.schema import IDS_PER_DAY
from data.settings import Settings
from data.store import Store
from data.topic_list import (
    Placed,
    ShownFit,
    StoredTopic,
    add_assignments,
    add_topic,
    assignments,
    clear_refit,
    join_theme,
    leave_topic,
    merged_into,
    note_change,
    pins,
    save_fit,
    set_first_seen,
    set_themes,
    set_trends,
    shown_fit,
    topic_voices,
    wanted_refit,
    young_topics,
)
from data.vectors import VectorFile
from data.watches import KEPT, add_near, any_unready, save_watch, watch_vectors
from insights.brands import mentions
from insights.duplicates import Groups, signatures
from insights.embeddings import Embedder, Precision
from insights.emerging import new_themes
from insights.identity import descents
from insights.labels import name_group, readable
from insights.language import detect_languages
from insights.sentiment import default_model
from insights.topic_map import Atlas, atlas_of, place_on_map, themes_of
from insights.topics import FIT_POSTS, STAY, Fit, Labels, Vectors, assign, fit_topics, unit
from insights.trends import classify_topics
from insights.watching import nearness, usual_threshold, words_held

BATCH = 512
COPY_WINDOW = 14  # days in which a copy is looked for
REFIT_GROWTH = 0.25  # a quarter more posts than the last fit had: group anew
WEEKLY_GROWTH = 0.05  # and once a week when a twentieth came
WEEK = timedelta(days=7)
THEME_DAYS = 14  # posts in which a theme that began is looked for
THEME_POSTS = 2_000
SAME_THEME = 0.85  # cosine of its centre with the topic that most of its posts are in
THEME_BEFORE = 8_000  # older posts that it is compared with
TREND_DAYS = 400  # a year and a month: what comes back every year can be told


class TextEmbedder(Protocol):
    """What the refresh needs of an embedder."""

    @property
    def name(self) -> str: ...
    @property
    def precision(self) -> Precision: ...
    def encode(self, texts: Sequence[str], progress: Callable[[int, int], None] | None = None) -> Vectors: ...


class Grouper(Protocol):
    """What the refresh needs of a topic fit: `insights.topics.fit_topics`, or the demo's kept one."""

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


@dataclass(slots=True)
class Refreshed:
    """What a refresh did."""

    posts: int = 0
    refitted: bool = False
    topics: int = 0
    began: int = 0  # themes that began since the last fit
    model: str = ""
    precision: str = ""
    seconds: dict[str, float] = field(default_factory=dict)


def refresh(
    store: Store,
    settings: Settings,
    *,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    progress: Progress = lambda step, done, total: None,
    refit: bool = False,
    embedder: TextEmbedder | None = None,
    fit: Grouper = fit_topics,
    atlas: Callable[..., Atlas] = atlas_of,
) -> Refreshed:
    """Understand every post that waits, then topics, rollups and trends. Nothing new costs nearly nothing."""
    done = Refreshed()
    with store.write(counts=False) as connection:
        brands_changed = set_brands(connection, _wanted_brands(settings))
    if brands_changed:
        _match_brands_again(store, progress)
    _forget_erased(store)
    with store.read() as connection:
        total, known = count_waiting(connection), total_posts(connection)
        shown, unready = shown_fit(connection, places=False), any_unready(connection)
        asked = refit or wanted_refit(connection)
    grown = known / shown.fitted - 1 if shown.fitted else float("inf")
    old = shown.made_at is not None and now() - shown.made_at >= WEEK
    needs_fit = asked or (known >= 50 and (grown > REFIT_GROWTH or (old and grown > WEEKLY_GROWTH)))
    if total or needs_fit or unready:
        embedder = embedder or Embedder(settings.embedding_model, settings.threads)
        done.model, done.precision = embedder.name, embedder.precision.name
        vectors = VectorFile(store.vector_path)
        done.posts = _understand(store, embedder, vectors, total, progress)
        if needs_fit or (shown.model and shown.model != embedder.name):
            done.refitted = True
            _fit(store, embedder, vectors, now(), progress, fit, atlas)
        if total:
            done.began = _new_themes(store, embedder.name, vectors, now())
        _watch(store, embedder, vectors, progress)
    _roll_up(store, progress)
    done.topics = _classify(store, now())
    return done


def _forget_erased(store: Store) -> None:
    with store.read() as connection:
        gone = erased_posts(connection)
    if gone:
        VectorFile(store.vector_path).forget(gone)
        with store.write(counts=False) as connection:
            forget_erased(connection, gone)


def _wanted_brands(settings: Settings) -> list[tuple[str, bool, Sequence[str]]]:
    found: list[tuple[str, bool, Sequence[str]]] = []
    if settings.brand_name:
        found.append((settings.brand_name, True, settings.brand_aliases))
    found += [(name, False, ()) for name in settings.competitors]
    return found


def _match_brands_again(store: Store, progress: Progress) -> None:
    """A brand was added or changed: look for it in all posts, day by day, back in time."""
    with store.read() as connection:
        brands, bounds = get_brands(connection), day_bounds(connection)
    if bounds is None:
        return
    for day in range(bounds[0], bounds[1] + 1):
        first, last = day * IDS_PER_DAY, (day + 1) * IDS_PER_DAY - 1
        with store.write() as connection:
            posts = list(texts_between(connection, first, last))
            if not posts:
                continue
            found = mentions([p.text for p in posts], brands)
            rows = [(b, p.id) for p, named in zip(posts, found, strict=True) for b in named]
            replace_mentions(connection, rows, first, last)
        progress("brands", day - bounds[0] + 1, bounds[1] - bounds[0] + 1)


class _Places:
    """Where new posts belong in the shown fit: topic, sub-topic, place on the map."""

    def __init__(self, shown: ShownFit, vectors: VectorFile) -> None:
        self.fit, self.model, self._threshold = shown.fit, shown.model, shown.threshold
        self._ids = [topic for topic, _ in shown.topics]
        self._centroids = _matrix([blob for _, blob in shown.topics])
        self._parts: dict[int, tuple[list[int], Vectors]] = {}
        for topic in {topic for topic, _, _ in shown.parts}:
            mine = [(number, blob) for owner, number, blob in shown.parts if owner == topic]
            self._parts[topic] = ([number for number, _ in mine], _matrix([blob for _, blob in mine]))
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


def _understand(store: Store, embedder: TextEmbedder, vectors: VectorFile, total: int, progress: Progress) -> int:
    if not total:
        return 0
    model = default_model()
    groups = Groups()
    loaded_until = 0
    done = 0
    with store.read() as connection:
        places = _Places(shown_fit(connection), vectors)
        subjects = [item for item in watch_vectors(connection, embedder.name) if item[2] is not None]
    while True:
        with store.read() as connection:
            batch = waiting_posts(connection, BATCH)
            brands = get_brands(connection)
        if not batch:
            return done
        texts = [post.text for post in batch]
        ids = [post.id for post in batch]
        have, old = vectors.get(embedder.name, ids)
        changed = _changed(store, ids)
        usable = {i: row for i, row in zip(have, old, strict=True) if i not in changed}
        missing = [k for k, i in enumerate(ids) if i not in usable]
        if missing:
            fresh = embedder.encode([texts[k] for k in missing])
            vectors.put(embedder.name, [ids[k] for k in missing], fresh)
            usable.update({ids[k]: row for k, row in zip(missing, fresh, strict=True)})
        matrix = unit(np.stack([usable[i] for i in ids]))
        langs = detect_languages(texts, [post.lang for post in batch])
        scored = model.score(texts, langs, matrix, embedder.name)
        named = mentions(texts, brands)
        values = signatures(texts)
        loaded_until = _load_window(store, groups, batch, loaded_until)
        copies = []
        for post_id, value in zip(ids, values, strict=True):
            found = groups.copies_of(post_id, value) if value is not None else []
            copies.append(next((c for c in found if c < post_id), found[0] if found else 0))
            if value is not None:
                groups.add(post_id, value)
        placed = places.of(ids, matrix) if places.model == embedder.name else []
        near = [
            (watch_id, post_id, float(value))
            for watch_id, words, vector in subjects
            for post_id, value in zip(ids, _near(words, vector, matrix, texts), strict=True)
        ]
        with store.write() as connection:
            save_understood(
                connection,
                [
                    Understood(i, post.source_id, lang, label, sure, tuple(brand_ids), copy)
                    for i, post, lang, label, sure, brand_ids, copy in zip(
                        ids, batch, langs, scored.labels, scored.confidence, named, copies, strict=True
                    )
                ],
            )
            if placed:
                add_assignments(connection, places.fit, placed)
            add_near(connection, near)
        done += len(batch)
        progress("understand", done, max(total, done))


def _near(words: str, vector: bytes | None, matrix: Vectors, texts: Sequence[str]) -> Any:
    subject = np.frombuffer(vector or b"", dtype="<f4")
    return nearness(matrix @ subject, words_held(words, texts))


def _changed(store: Store, ids: Sequence[int]) -> set[int]:
    """Posts of a batch whose text changed after they were first understood: their old vector is stale."""
    from sqlalchemy import select

    from data.schema import post

    with store.read() as connection:
        rows = connection.execute(select(post.c.id).where(post.c.id.in_(list(ids)), post.c.sentiment_confidence > 0))
        return set(rows.scalars())


def _load_window(store: Store, groups: Groups, batch: Sequence[Waiting], loaded_until: int) -> int:
    """Make posts of the two weeks before a batch known to `groups`, each once."""
    first = max(loaded_until, batch[0].id - COPY_WINDOW * IDS_PER_DAY)
    last = batch[-1].id
    own = {post.id for post in batch}
    with store.read() as connection:
        posts = [post for post in texts_between(connection, first, last) if post.id not in own]
    for post, value in zip(posts, signatures([post.text for post in posts]), strict=True):
        if value is not None:
            groups.add(post.id, value)
    return max(loaded_until, last)


def _matrix(blobs: Sequence[bytes]) -> Vectors:
    if not blobs:
        return np.zeros((0, 0), dtype=np.float32)
    return np.stack([np.frombuffer(blob, dtype="<f4") for blob in blobs])


def _blob(vector: Vectors) -> bytes:
    return np.ascontiguousarray(vector, dtype="<f4").tobytes()


def _fit(
    store: Store,
    embedder: TextEmbedder,
    vectors: VectorFile,
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
    sample = _stratified(ids, FIT_POSTS, seed=0)
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
        places_now = _Places(shown_fit(connection), vectors)
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
            centroid=_blob(self.fit.centroids[index]),
            posts=posts,
            parts=tuple((part.label, _blob(part.centroid)) for part in self.drawn.parts[index]),
        )

    def centroids(self) -> Vectors:
        return _matrix([self.stored(index).centroid for index in range(len(self.origin))])


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
            extra.append(StoredTopic(topic, label, terms, tuple(fit_ids[i] for i in chosen), _blob(centre)))
            origin.append(topic)
    seat = {topic: index for index, topic in enumerate(origin) if topic}
    return _Topics(fit, fit_ids, drawn, origin, seat, [[] for _ in origin], extra), origin


def _set_themes(connection: Any, ids: Sequence[int], centroids: Vectors) -> None:
    """Topics of one theme share the id of its oldest topic, which a later fit keeps."""
    themes: dict[int, list[int]] = {}
    for topic, theme in zip(ids, themes_of(centroids), strict=True):
        themes.setdefault(theme, []).append(topic)
    set_themes(connection, {topic: min(members) for members in themes.values() for topic in members})


def _new_themes(store: Store, model: str, vectors: VectorFile, now: datetime) -> int:
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
        older = _stratified(ids_before(connection, recent[0].id, THEME_BEFORE), THEME_BEFORE, seed=0)
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
        item = StoredTopic(None, label, terms, representatives, _blob(centre), made_by="theme")
        with store.write() as connection:
            topic_id = add_topic(connection, item, shown.fit)
            spots = _Places(shown_fit(connection), vectors).of([have[i] for i in members], matrix[members])
            near = matrix[members] @ centre
            add_assignments(
                connection,
                shown.fit,
                [replace(p, topic_id=topic_id, similarity=float(n), part=0) for p, n in zip(spots, near, strict=True)],
            )
            set_first_seen(connection, shown.fit, topic_id)
            ids = [topic for topic, _ in shown.topics]
            nearest = ids[int((_matrix([blob for _, blob in shown.topics]) @ centre).argmax())]
            join_theme(connection, topic_id, nearest)
            note_change(connection, now, "began", topic_id, posts=len(members))
            mark_dirty(connection, {have[i] // IDS_PER_DAY for i in members})
        began += 1
    return began


def _watch(store: Store, embedder: TextEmbedder, vectors: VectorFile, progress: Progress) -> None:
    """Look through all posts for each subject that has not been looked for with this model."""
    with store.read() as connection:
        waiting = [(i, words) for i, words, vector in watch_vectors(connection, embedder.name) if vector is None]
    for number, (watch_id, words) in enumerate(waiting):
        subject = unit(embedder.encode([words]))[0]
        ids: list[int] = []
        parts = []
        for some, rows in vectors.all(embedder.name):
            ids += some
            parts.append(np.asarray(unit(rows) @ subject, dtype=np.float32))
        cosine = np.concatenate(parts) if parts else np.zeros(0, np.float32)
        # Words are looked for only where the meaning is not far: the rest could not come near anyway.
        order = np.argsort(-cosine, kind="stable")[:KEPT]
        chosen = sorted(ids[i] for i in order)
        with store.read() as connection:
            texts = {post.id: post.text for post in texts_of(connection, chosen)}
        value = dict(zip(ids, cosine.tolist(), strict=True))
        chosen = [i for i in chosen if i in texts]
        near = nearness(np.array([value[i] for i in chosen]), words_held(words, [texts[i] for i in chosen]))
        threshold = usual_threshold(float(cosine.mean()), float(cosine.std())) if len(cosine) else 0.5
        with store.write() as connection:
            save_watch(
                connection, watch_id, embedder.name, _blob(subject), threshold,
                list(zip(chosen, near.tolist(), strict=True)),
            )  # fmt: skip
        progress("watch", number + 1, len(waiting))


def _stratified(ids: Sequence[int], limit: int, seed: int) -> list[int]:
    """At most `limit` ids, each day keeping its share, in ascending order."""
    if len(ids) <= limit:
        return sorted(ids)
    rng = np.random.default_rng(seed)
    ordered = sorted(ids)
    places = np.linspace(0, len(ordered), limit, endpoint=False)
    jitter = rng.uniform(0, len(ordered) / limit, size=limit)
    return [ordered[i] for i in sorted(set(np.minimum((places + jitter).astype(int), len(ordered) - 1).tolist()))]


def _roll_up(store: Store, progress: Progress) -> None:
    with store.read() as connection:
        days = dirty_days(connection)
    for start in range(0, len(days), 50):
        part = days[start : start + 50]
        with store.write() as connection:
            roll_up(connection, part, current_fit(connection))
        progress("count", start + len(part), len(days))


def _classify(store: Store, now: datetime) -> int:
    last = to_day(now)
    first = last - TREND_DAYS + 1
    with store.read() as connection:
        rows = topic_days(connection, first, last)
        until = now.astimezone(UTC).date()
        scope = Scope(until - timedelta(days=TREND_DAYS - 1), until)
        total = [day.posts for day in days_of(connection, scope)]
    series: dict[int, list[int]] = {}
    for topic_id, days in rows.items():
        counts = [0] * TREND_DAYS
        for day in days:
            counts[day.day - first] = day.posts
        series[topic_id] = counts
    trends = classify_topics(series, total, weekday=from_epoch(first * 86_400).weekday())
    with store.read() as connection:
        voices = {
            span: topic_voices(connection, last - span + 1, last)
            for span in sorted({trend.recent_days for trend in trends.values()})
        }
    found: dict[int, tuple[str, dict[str, Any]]] = {}
    for topic_id, trend in trends.items():
        authors, places = voices[trend.recent_days].get(topic_id, (0, 0))
        found[topic_id] = (trend.name, {**trend.facts(), "authors": authors, "places": places})
    with store.write() as connection:
        set_trends(connection, found)
    return len(found)

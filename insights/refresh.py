"""The pipeline over what is new; the only module here that meets the store.

Each step is a short transaction and leaves a usable record: killed anywhere, the next run goes on where
this one stopped. Posts wait (`post.pending`) until everything about them is written at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import numpy as np

from data.analysis import (
    Understood,
    Waiting,
    all_ids,
    count_waiting,
    erased_posts,
    forget_erased,
    get_brands,
    replace_mentions,
    save_understood,
    set_brands,
    texts_between,
    texts_of,
    waiting_posts,
)
from data.figures import days_of, dirty_days, mark_dirty, roll_up, topic_days
from data.models import Scope, to_day
from data.posts import current_fit, day_bounds
from data.schema import IDS_PER_DAY
from data.settings import Settings
from data.store import Store
from data.topic_list import (
    StoredTopic,
    add_assignments,
    assignments,
    centroids,
    fitted_posts,
    save_fit,
    set_trends,
)
from data.vectors import VectorFile
from insights.brands import mentions
from insights.duplicates import Groups, signatures
from insights.embeddings import Embedder, Precision
from insights.language import detect_languages
from insights.sentiment import default_model
from insights.topics import FIT_POSTS, Fit, Vectors, assign, fit_topics, match_topics, unit
from insights.trends import classify_topics

BATCH = 512
COPY_WINDOW = 14  # days in which a copy is looked for
REFIT_GROWTH = 0.25  # a quarter more posts than the last fit had: group anew
TREND_DAYS = 120


class TextEmbedder(Protocol):
    """What the refresh needs of an embedder."""

    @property
    def name(self) -> str: ...
    @property
    def precision(self) -> Precision: ...
    def encode(self, texts: Sequence[str], progress: Callable[[int, int], None] | None = None) -> Vectors: ...


Progress = Callable[[str, int, int], None]


@dataclass(slots=True)
class Refreshed:
    """What a refresh did."""

    posts: int = 0
    refitted: bool = False
    topics: int = 0
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
    fit: Callable[[Sequence[str], Vectors], Fit] = fit_topics,
) -> Refreshed:
    """Understand every post that waits, then topics, rollups and trends. Nothing new costs nearly nothing."""
    done = Refreshed()
    with store.write(counts=False) as connection:
        brands_changed = set_brands(connection, _wanted_brands(settings))
    if brands_changed:
        _match_brands_again(store, progress)
    _forget_erased(store)
    with store.read() as connection:
        total = count_waiting(connection)
        fitted, bounds = fitted_posts(connection), day_bounds(connection)
        known = len(all_ids(connection)) if bounds else 0
    needs_fit = refit or (known >= 50 and (fitted == 0 or known > fitted * (1 + REFIT_GROWTH)))
    if total or needs_fit:
        embedder = embedder or Embedder(settings.embedding_model, settings.threads)
        done.model, done.precision = embedder.name, embedder.precision.name
        vectors = VectorFile(store.vector_path)
        done.posts = _understand(store, embedder, vectors, total, progress)
        with store.read() as connection:
            _, model, _, _ = centroids(connection)
        if needs_fit or (model and model != embedder.name):
            done.refitted = True
            _fit(store, embedder, vectors, now(), progress, fit)
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


def _understand(store: Store, embedder: TextEmbedder, vectors: VectorFile, total: int, progress: Progress) -> int:
    if not total:
        return 0
    model = default_model()
    groups: Groups | None = None
    loaded_until = 0
    done = 0
    while True:
        with store.read() as connection:
            batch = waiting_posts(connection, BATCH)
            brands = get_brands(connection)
            fit, fit_model, threshold, stored = centroids(connection)
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
        if groups is None:
            groups = Groups()
        loaded_until = _load_window(store, groups, batch, loaded_until)
        copies = []
        for post_id, value in zip(ids, values, strict=True):
            found = groups.copies_of(post_id, value) if value is not None else []
            copies.append(next((c for c in found if c < post_id), found[0] if found else 0))
            if value is not None:
                groups.add(post_id, value)
        placed = np.full(len(ids), -1, dtype=np.int64)
        similarity = np.zeros(len(ids), dtype=np.float32)
        if stored and fit_model == embedder.name:
            placed, similarity = assign(matrix, _matrix(stored), threshold)
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
            if fit:
                add_assignments(
                    connection,
                    fit,
                    [
                        (i, stored[int(p)][0] if p >= 0 else 0, float(s))
                        for i, p, s in zip(ids, placed, similarity, strict=True)
                    ],
                )
        done += len(batch)
        progress("understand", done, max(total, done))


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


def _matrix(stored: Sequence[tuple[int, bytes]]) -> Vectors:
    return np.stack([np.frombuffer(blob, dtype="<f4") for _, blob in stored])


def _fit(
    store: Store,
    embedder: TextEmbedder,
    vectors: VectorFile,
    now: datetime,
    progress: Progress,
    fit_all: Callable[[Sequence[str], Vectors], Fit],
) -> None:
    """Group posts anew; topics keep their ids by the posts they share."""
    with store.read() as connection:
        ids = all_ids(connection)
        old_fit, old_model, _, old_stored = centroids(connection)
        old = assignments(connection, old_fit)
    sample = _stratified(ids, FIT_POSTS, seed=0)
    have, _ = vectors.get(embedder.name, sample)
    lacking = sorted(set(sample) - set(have))
    for start in range(0, len(lacking), BATCH):
        with store.read() as connection:
            part = texts_of(connection, lacking[start : start + BATCH])
        vectors.put(embedder.name, [p.id for p in part], embedder.encode([p.text for p in part]))
        progress("vectors", start + len(part), len(lacking))
    fit_ids, matrix = vectors.get(embedder.name, sample)
    with store.read() as connection:
        texts = [post.text for post in texts_of(connection, fit_ids)]
    progress("topics", 0, len(fit_ids))
    fit = fit_all(texts, matrix)
    placed: dict[int, tuple[int, float]] = {
        i: (int(t), float(s)) for i, t, s in zip(fit_ids, fit.assigned, fit.similarity, strict=True) if t >= 0
    }
    rest = sorted(set(ids) - set(fit_ids))
    for start in range(0, len(rest), 20_000):
        some, rows = vectors.get(embedder.name, rest[start : start + 20_000])
        if some:
            where, how = assign(rows, fit.centroids, fit.threshold)
            placed.update({i: (int(t), float(s)) for i, t, s in zip(some, where, how, strict=True) if t >= 0})
    members: list[list[tuple[int, float]]] = [[] for _ in fit.topics]
    for post_id, (topic, similarity) in placed.items():
        members[topic].append((post_id, similarity))
    kept: dict[int, int] = {}
    if old_model == embedder.name:
        before: dict[int, set[int]] = {}
        for post_id, topic_id in old.items():
            before.setdefault(topic_id, set()).add(post_id)
        old_vectors = {i: np.frombuffer(blob, dtype="<f4") for i, blob in old_stored}
        kept = match_topics(before, [{i for i, _ in m} for m in members], old_vectors, fit.centroids)
    topics = [
        StoredTopic(
            id=kept.get(index),
            label=topic.label,
            terms=topic.terms,
            representatives=tuple(fit_ids[i] for i in topic.representatives),
            centroid=np.ascontiguousarray(fit.centroids[index], dtype="<f4").tobytes(),
            posts=tuple(members[index]),
        )
        for index, topic in enumerate(fit.topics)
    ]
    with store.write() as connection:
        save_fit(connection, topics, embedder.name, fit.threshold, len(ids), now)
        bounds = day_bounds(connection)
        if bounds:
            mark_dirty(connection, {i // IDS_PER_DAY for i in ids})
            fit_id = current_fit(connection)
            roll_up(connection, dirty_days(connection), fit_id)  # flipped and counted in one write
    progress("topics", len(fit_ids), len(fit_ids))


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
    found: dict[int, tuple[str, dict[str, Any]]] = {
        topic_id: (trend.name, trend.facts()) for topic_id, trend in classify_topics(series, total).items()
    }
    with store.write() as connection:
        set_trends(connection, found)
    return len(found)

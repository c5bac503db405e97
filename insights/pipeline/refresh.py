"""The pipeline over what is new, step after step.

Each step is a short transaction and leaves a usable record: killed anywhere, the next run goes on where
this one stopped.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from data.cluster.chosen import open_workers
from data.cluster.workers import Workers
from data.content.calendar import find_published
from data.facts.matches import are_stale
from data.figures import dirty_days
from data.posts.analysis import count_waiting, erased_posts, forget_erased, unsettled_posts
from data.posts.query_language import QueryError
from data.posts.reads import total_posts
from data.posts.sketches import forget_sketches
from data.posts.vectors import PostVectors, vectors_of
from data.reputation.brands import BrandError, brands_behind, find_mentions, keep_settings_brands
from data.settings import Settings
from data.store import Store
from data.topics.fits import wanted_refit
from data.topics.listing import shown_fit
from data.topics.watches import any_unready
from insights.pipeline.alerts import watch
from insights.pipeline.effects import measure_actions
from insights.pipeline.facts import match_facts
from insights.pipeline.ideas import find_ideas
from insights.pipeline.models import Models, open_models
from insights.pipeline.new_themes import add_new_themes
from insights.pipeline.places import Progress
from insights.pipeline.posts.counting import count_days
from insights.pipeline.posts.reading import Reader, read_again_after_training
from insights.pipeline.posts.settle import settle
from insights.pipeline.posts.tones import Tones
from insights.pipeline.posts.understand import BATCH, understand
from insights.pipeline.regroup import Grouper, group_anew
from insights.pipeline.subjects import look_for_subjects
from insights.pipeline.trends import tell_trends
from insights.reading.transformer import TransformerStance
from insights.topics.fit import fit_topics
from insights.topics.map import Atlas, atlas_of

REFIT_GROWTH = 0.25  # a quarter more posts than the last fit had: group anew
WEEKLY_GROWTH = 0.05  # and once a week when a twentieth came
WEEK = timedelta(days=7)


@dataclass(slots=True)
class Refreshed:
    """What a refresh did."""

    posts: int = 0
    refitted: bool = False
    topics: int = 0
    began: int = 0  # themes that began since the last fit
    alerts: int = 0
    ideas: int = 0
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
    models: Models | None = None,
    fit: Grouper = fit_topics,
    atlas: Callable[..., Atlas] = atlas_of,
) -> Refreshed:
    """Understand every post that waits, then topics, rollups and trends. Nothing new costs nearly nothing."""
    done = Refreshed()
    with store.write(counts=False) as connection:
        keep_settings_brands(connection, _wanted_brands(settings))
    _match_brands_again(store, progress)
    read_again_after_training(store)
    _forget_erased(store)
    with store.read() as connection:
        total, known = count_waiting(connection), total_posts(connection)
        shown, unready, unsettled = (
            shown_fit(connection, places=False),
            any_unready(connection),
            unsettled_posts(connection),
        )
        asked = refit or wanted_refit(connection)
        unmatched = are_stale(connection)
    grown = known / shown.fitted - 1 if shown.fitted else float("inf")
    old = shown.made_at is not None and now() - shown.made_at >= WEEK
    needs_fit = asked or (known >= 50 and (grown > REFIT_GROWTH or (old and grown > WEEKLY_GROWTH)))
    if total > BATCH:
        _count(store, progress, meanwhile=True)  # posts that are being read are seen and counted
    if total or needs_fit or unready or unsettled or unmatched:
        models = models or open_models(store, settings)
        embedder = models.topics
        done.model, done.precision = embedder.name, embedder.precision.name
        vectors = vectors_of(store)
        read = Reader.of_record(store, models.reading)
        tones = Tones(store, read, settings.sentiment_model)
        if tones.learn(store, vectors, embedder.name, now()):
            tones = Tones(store, read, settings.sentiment_model)
            with store.read() as connection:
                total = count_waiting(connection)
        done.posts, touched = _read(store, settings, models, vectors, total, progress, tones)
        if touched or unmatched:
            match_facts(store, models.asks, vectors)
        if needs_fit or (shown.model and shown.model != embedder.name):
            done.refitted = True
            group_anew(store, embedder, vectors, now(), progress, fit, atlas)
        if total:
            done.began = add_new_themes(store, embedder.name, vectors, now())
        look_for_subjects(store, embedder, vectors, progress)
    _count(store, progress)
    done.topics = tell_trends(store, now())
    done.alerts = len(watch(store, now()))
    find_published(store, now())
    measure_actions(store, now())
    done.ideas = find_ideas(store, now())
    return done


def _read(
    store: Store,
    settings: Settings,
    models: Models,
    vectors: PostVectors,
    total: int,
    progress: Progress,
    tones: Tones,
) -> tuple[int, int]:
    """How many of about `total` posts that wait were read, and how many posts what they touch was looked at for."""
    reader = TransformerStance(settings.stance_model) if settings.stance_model and total else None
    with open_workers(settings) if total and models.names is not None else nullcontext(Workers()) as workers:
        read = understand(store, models, vectors, total, progress, tones, workers)
        return read, settle(store, models, vectors, reader, progress, workers)


def _forget_erased(store: Store) -> None:
    with store.read() as connection:
        gone = erased_posts(connection)
    if gone:
        vectors_of(store).forget(gone)
        with store.write(counts=False) as connection:
            forget_sketches(connection, gone)
            forget_erased(connection, gone)


def _wanted_brands(settings: Settings) -> list[tuple[str, bool, Sequence[str]]]:
    """(name, whether it is ours, other names) of the brands that settings name."""
    ours: list[tuple[str, bool, Sequence[str]]] = []
    if settings.brand_name:
        ours.append((settings.brand_name, True, settings.brand_aliases))
    return [*ours, *((name, False, ()) for name in settings.competitors)]


def _match_brands_again(store: Store, progress: Progress) -> None:
    """A brand was added or changed: look for it in all posts, back in time."""
    with store.read() as connection:
        behind = brands_behind(connection)
    for number, item in enumerate(behind):
        try:
            find_mentions(store, item)
        except (BrandError, QueryError):
            continue  # kept by an older version: its page says what is wrong with it
        progress("brands", number + 1, len(behind))


def _count(store: Store, progress: Progress, *, meanwhile: bool = False) -> None:
    with store.read() as connection:
        days = dirty_days(connection)
    count_days(store, days, progress, meanwhile=meanwhile)

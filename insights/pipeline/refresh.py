"""The pipeline over what is new, step after step.

Each step is a short transaction and leaves a usable record: killed anywhere, the next run goes on where
this one stopped.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from data.content.calendar import find_published
from data.figures import days_of, dirty_days, topic_days
from data.models import from_epoch, to_day
from data.posts.analysis import count_waiting, erased_posts, forget_erased, unsettled_posts
from data.posts.query_language import QueryError
from data.posts.reads import total_posts
from data.posts.vectors import vectors_of
from data.reputation.brands import BrandError, brands_behind, find_mentions, keep_settings_brands
from data.scope import Scope
from data.settings import Settings
from data.store import Store
from data.topics.fits import set_trends, wanted_refit
from data.topics.listing import shown_fit, topic_voices
from data.topics.trends import TrendFacts
from data.topics.watches import any_unready
from insights.pipeline.alerts import watch
from insights.pipeline.effects import measure_actions
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
from insights.reading.transformer import TransformerStance
from insights.topics.fit import fit_topics
from insights.topics.map import Atlas, atlas_of
from insights.topics.trends import classify_topics

REFIT_GROWTH = 0.25  # a quarter more posts than the last fit had: group anew
WEEKLY_GROWTH = 0.05  # and once a week when a twentieth came
WEEK = timedelta(days=7)
TREND_DAYS = 400  # a year and a month: what comes back every year can be told


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
    grown = known / shown.fitted - 1 if shown.fitted else float("inf")
    old = shown.made_at is not None and now() - shown.made_at >= WEEK
    needs_fit = asked or (known >= 50 and (grown > REFIT_GROWTH or (old and grown > WEEKLY_GROWTH)))
    if total > BATCH:
        _count(store, progress)  # posts that are being read are seen and counted meanwhile
    if total or needs_fit or unready or unsettled:
        models = models or open_models(store, settings)
        embedder = models.topics
        done.model, done.precision = embedder.name, embedder.precision.name
        vectors = vectors_of(store)
        read = Reader(store, models.reading)
        tones = Tones(store, read, settings.sentiment_model)
        if tones.learn(store, vectors, embedder.name, now()):
            tones = Tones(store, read, settings.sentiment_model)
            with store.read() as connection:
                total = count_waiting(connection)
        done.posts = understand(store, embedder, vectors, total, progress, tones)
        reader = TransformerStance(settings.stance_model) if settings.stance_model and total else None
        settle(store, models, vectors, reader, progress)
        if needs_fit or (shown.model and shown.model != embedder.name):
            done.refitted = True
            group_anew(store, embedder, vectors, now(), progress, fit, atlas)
        if total:
            done.began = add_new_themes(store, embedder.name, vectors, now())
        look_for_subjects(store, embedder, vectors, progress)
    _count(store, progress)
    done.topics = _classify(store, now())
    done.alerts = len(watch(store, now()))
    find_published(store, now())
    measure_actions(store, now())
    done.ideas = find_ideas(store, now())
    return done


def _forget_erased(store: Store) -> None:
    with store.read() as connection:
        gone = erased_posts(connection)
    if gone:
        vectors_of(store).forget(gone)
        with store.write(counts=False) as connection:
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


def _count(store: Store, progress: Progress) -> None:
    with store.read() as connection:
        days = dirty_days(connection)
    count_days(store, days, progress)


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
            for span in sorted({trend.facts.recent_days for trend in trends.values()})
        }
    told: dict[int, tuple[str, TrendFacts]] = {}
    for topic_id, trend in trends.items():
        authors, places = voices[trend.facts.recent_days].get(topic_id, (0, 0))
        told[topic_id] = (trend.name, replace(trend.facts, authors=authors, places=places))
    with store.write() as connection:
        set_trends(connection, told)
    return len(told)

"""Every read of the pages, cached by scope and store revision: a write makes all of them new."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import numpy as np
import streamlit as st

from data import actions as actions_store
from data import alerts as alerts_store
from data import brands as brands_store
from data import (
    figures,
    inbox,
    learning,
    posts,
    reputation,
    source_list,
    topic_list,
    triage,
    verbatims,
    watches,
)
from data import members as members_store
from data.analysis import count_waiting
from data.brands import get_brands
from data.models import Brand, Part, Post, Scope, Topic, TopicChange, Triage, Watch, date_to_day
from data.schema import IDS_PER_DAY
from data.settings import REFERENCE, ROOT, Settings, load_settings
from data.source_list import BlindSpot, SourceHealth
from data.store import Store
from data.suggestions import Suggestion, open_suggestions
from data.usage import Usage, latest_usage
from insights.crisis import EventPost
from insights.reputation import (
    Change,
    Decomposition,
    ErrorModel,
    Estimate,
    change,
    decompose,
    error_model,
    estimates,
)

MAX_ENTRIES = 200
LARGEST = 30  # groups whose net sentiment is estimated


@st.cache_resource(max_entries=4)
def open_store(url: str) -> Store:
    return Store(url)


def settings() -> Settings:
    return load_settings()


def store() -> Store:
    return open_store(settings().store_url)


@dataclass(frozen=True, slots=True)
class Summary:
    """The key figures of a period and of the equal one before it."""

    days: list[figures.Day]
    before: list[figures.Day]
    authors: int
    authors_before: int
    authors_a_day: list[int]
    brand_days: list[figures.Day]
    brand_before: list[figures.Day]


@dataclass(frozen=True, slots=True)
class TopicRow:
    """A topic with its movement over the scope."""

    topic: Topic
    posts: int
    before: int
    series: list[int]
    negative: int
    neutral: int
    positive: int
    unsure: int
    facts: dict[str, Any]


def revision() -> int:
    return store().revision()


@st.cache_data(max_entries=MAX_ENTRIES, show_spinner=False)
def summary(scope: Scope, brand: int | None, url: str, revision: int) -> Summary:
    with store().read() as connection:
        before = scope.previous()
        ours = replace(scope, brand=brand) if brand is not None else None
        return Summary(
            days=figures.days_of(connection, scope),
            before=figures.days_of(connection, before),
            authors=posts.count_authors(connection, scope),
            authors_before=posts.count_authors(connection, before),
            authors_a_day=posts.daily_authors(connection, scope),
            brand_days=figures.days_of(connection, ours) if ours else [],
            brand_before=figures.days_of(connection, ours.previous()) if ours else [],
        )


@st.cache_data(max_entries=MAX_ENTRIES, show_spinner=False)
def history(scope: Scope, url: str, revision: int) -> list[figures.Day]:
    """The scope's days with four weeks before them, for judging which days stand out."""
    with store().read() as connection:
        return figures.days_of(connection, replace(scope, since=scope.since - timedelta(days=28)))


@st.cache_data(max_entries=MAX_ENTRIES, show_spinner=False)
def topic_rows(since: Any, until: Any, hidden: bool, url: str, revision: int) -> list[TopicRow]:
    """Topics with posts in the period or the one before, most posts first."""
    low, high = date_to_day(since), date_to_day(until)
    length = high - low + 1
    with store().read() as connection:
        topics = topic_list.topics_of_fit(connection, hidden=hidden)
        days = figures.topic_days(connection, low - length, high)
        facts = topic_list.trend_facts(connection)
    rows = []
    for topic in topics:
        series, before, sums = [0] * length, 0, [0, 0, 0, 0]
        for day in days.get(topic.id, []):
            if day.day < low:
                before += day.posts
                continue
            series[day.day - low] = day.posts
            for index, value in enumerate((day.negative, day.neutral, day.positive, day.unsure)):
                sums[index] += value
        if sum(series) or before:
            rows.append(TopicRow(topic, sum(series), before, series, *sums, facts.get(topic.id, {})))
    return sorted(rows, key=lambda row: (-row.posts, row.topic.id))


@dataclass(frozen=True, slots=True)
class TopicMap:
    """The map of a period: marks, (column, row, posts) of the cells behind them, posts in all."""

    marks: list[topic_list.MapMark]
    cells: list[tuple[int, int, int]]
    posts: int


@st.cache_data(max_entries=20, show_spinner=False)
def topic_map(since: date, until: date, url: str, revision: int) -> TopicMap:
    low, high = date_to_day(since), date_to_day(until)
    with store().read() as connection:
        marks, total = topic_list.map_marks(connection, low, high)
        return TopicMap(marks, figures.map_cells(connection, low, high), total)


@st.cache_data(max_entries=MAX_ENTRIES, show_spinner=False)
def one_topic(topic_id: int, url: str, revision: int) -> Topic | None:
    with store().read() as connection:
        return topic_list.get_topic(connection, topic_id)


@st.cache_data(max_entries=MAX_ENTRIES, show_spinner=False)
def parts(topic_id: int, since: date, until: date, url: str, revision: int) -> list[Part]:
    with store().read() as connection:
        return topic_list.parts_of_topic(connection, topic_id, date_to_day(since), date_to_day(until))


@st.cache_data(max_entries=MAX_ENTRIES, show_spinner=False)
def changes(topic_id: int | None, url: str, revision: int) -> list[TopicChange]:
    """What became of a topic; None: what people changed last in all of them."""
    with store().read() as connection:
        return topic_list.changes_of(connection, topic_id, 30 if topic_id is not None else 8)


@st.cache_data(max_entries=MAX_ENTRIES, show_spinner=False)
def topic_months(topic_id: int, url: str, revision: int) -> list[tuple[int, int]]:
    """(first day, posts) of each month of a topic's life."""
    with store().read() as connection:
        return figures.topic_months(connection, topic_id)


@st.cache_data(max_entries=20, show_spinner=False)
def watched(url: str, revision: int) -> list[Watch]:
    with store().read() as connection:
        return watches.watches(connection)


@st.cache_data(max_entries=20, show_spinner=False)
def watch_similarities(watch_id: int, url: str, revision: int) -> list[float]:
    with store().read() as connection:
        return watches.similarities(connection, watch_id)


@st.cache_data(max_entries=50, show_spinner=False)
def around_threshold(watch_id: int, threshold: float, url: str, revision: int) -> tuple[list[Post], list[Post]]:
    """The last posts that a threshold lets in, and the first that it leaves out."""
    with store().read() as connection:
        inside, outside = watches.around(connection, watch_id, threshold)
        return posts.posts_by_id(connection, inside), posts.posts_by_id(connection, outside)


@st.cache_data(max_entries=20, show_spinner=False)
def topic_model(url: str, revision: int) -> str:
    """The name of the model whose vectors made the shown topics."""
    with store().read() as connection:
        return topic_list.shown_fit(connection, places=False).model


@st.cache_data(max_entries=MAX_ENTRIES, show_spinner=False)
def page(scope: Scope, number: int, folded: bool, order: str, url: str, revision: int) -> list[Post]:
    with store().read() as connection:
        return posts.page_of_posts(connection, scope, number, folded=folded, order=order)


@st.cache_data(max_entries=MAX_ENTRIES, show_spinner=False)
def counted(scope: Scope, url: str, revision: int) -> tuple[int, int]:
    """(posts, cards once near-duplicates are folded) of a scope."""
    with store().read() as connection:
        return posts.count_posts(connection, scope), posts.count_posts(connection, scope, folded=True)


@st.cache_data(max_entries=MAX_ENTRIES, show_spinner=False)
def voices(scope: Scope, url: str, revision: int) -> posts.Voices:
    """Who speaks in a scope and where."""
    with store().read() as connection:
        return posts.voices_of(connection, scope)


@st.cache_data(max_entries=MAX_ENTRIES, show_spinner=False)
def copies(group_id: int, url: str, revision: int) -> list[Post]:
    with store().read() as connection:
        return posts.group_of(connection, group_id)


@st.cache_data(max_entries=MAX_ENTRIES, show_spinner=False)
def by_id(ids: tuple[int, ...], url: str, revision: int) -> list[Post]:
    with store().read() as connection:
        return posts.posts_by_id(connection, ids)


@st.cache_data(max_entries=20, show_spinner=False)
def sources(url: str, revision: int, minute: datetime) -> list[SourceHealth]:
    with store().read() as connection:
        return source_list.sources_with_health(connection, minute)


@st.cache_data(max_entries=MAX_ENTRIES, show_spinner=False)
def blind_spots(scope: Scope, url: str, revision: int, hour: datetime) -> list[BlindSpot]:
    """Outages of the scope's sources in its period; `hour` is when it is asked."""
    since = datetime.combine(scope.since, time.min, UTC)
    until = min(datetime.combine(scope.until + timedelta(days=1), time.min, UTC), hour)
    with store().read() as connection:
        return source_list.blind_spots(connection, since, until, scope.sources)


@st.cache_data(max_entries=20, show_spinner=False)
def suggested(url: str, revision: int) -> list[Suggestion]:
    with store().read() as connection:
        return open_suggestions(connection)


def usage() -> dict[str, Usage]:
    """What each service says, or we counted, of its quota. Not cached: it changes without a new revision."""
    with store().read() as connection:
        return latest_usage(connection)


@st.cache_data(max_entries=20, show_spinner=False)
def brands(url: str, revision: int) -> list[Brand]:
    with store().read() as connection:
        return get_brands(connection)


@dataclass(frozen=True, slots=True)
class Content:
    """What the store holds: decides between an empty state and a page."""

    posts: int
    waiting: int
    last_day: int


@st.cache_data(max_entries=20, show_spinner=False)
def content(url: str, revision: int) -> Content:
    with store().read() as connection:
        bounds = posts.day_bounds(connection)
        return Content(posts.total_posts(connection), count_waiting(connection), bounds[1] if bounds else 0)


@st.cache_data(max_entries=20, show_spinner=False)
def some_posts(scope: Scope, limit: int, url: str, revision: int) -> list[Post]:
    """The newest posts of a scope, at most `limit`."""
    with store().read() as connection:
        found: list[Post] = []
        for number in range(1, -(-limit // posts.PAGE) + 1):
            part = posts.page_of_posts(connection, scope, number, folded=False)
            found += part
            if len(part) < posts.PAGE:
                break
        return found[:limit]


@st.cache_data(max_entries=20, show_spinner=False)
def people(url: str, revision: int) -> list[str]:
    """Names that changes are noted under, or posts assigned to."""
    with store().read() as connection:
        return triage.people(connection)


@st.cache_data(max_entries=20, show_spinner=False)
def own_accounts(url: str, revision: int) -> list[str]:
    with store().read() as connection:
        return inbox.own_accounts(connection)


@st.cache_data(max_entries=20, show_spinner=False)
def topic_names(url: str, revision: int) -> dict[int, str]:
    """Topic id -> label of those shown, by name."""
    with store().read() as connection:
        found = topic_list.topics_of_fit(connection)
    return {t.id: t.label for t in sorted(found, key=lambda t: t.label.lower()) if not t.hidden and not t.noise}


@st.cache_data(max_entries=MAX_ENTRIES, show_spinner=False)
def triage_states(ids: tuple[int, ...], url: str, revision: int) -> dict[int, Triage]:
    with store().read() as connection:
        return triage.triage_of(connection, ids)


@st.cache_data(max_entries=MAX_ENTRIES, show_spinner=False)
def in_basket(post_id: int, url: str, revision: int) -> bool:
    with store().read() as connection:
        return bool(verbatims.basket_posts(connection, (post_id,)))


@st.cache_data(max_entries=20, show_spinner=False)
def quotes(names: bool, url: str, revision: int) -> list[verbatims.Quote]:
    """The basket, with names or pseudonyms of its authors."""
    with store().read() as connection:
        return verbatims.quotes(connection, names=names)


@st.cache_data(max_entries=50, show_spinner=False)
def to_answer(
    hour: datetime, since: date, who: str, kind: str, url: str, revision: int
) -> tuple[list[inbox.Asked], int]:
    """(what waits for an answer since a day, how many older posts wait)."""
    with store().read() as connection:
        first = date_to_day(since) * IDS_PER_DAY
        return inbox.to_answer(connection, hour, first_id=first, who=who, kind=kind)


@st.cache_data(max_entries=50, show_spinner=False)
def answered(since: date, until: date, url: str, revision: int) -> list[tuple[int, int]]:
    """(what was asked of us, our answer) for the answers of a period, the latest first."""
    first, last = date_to_day(since) * IDS_PER_DAY, (date_to_day(until) + 1) * IDS_PER_DAY
    with store().read() as connection:
        return inbox.answered(connection, first, last)


@st.cache_data(max_entries=50, show_spinner=False)
def done_since(midnight: datetime, url: str, revision: int) -> int:
    """Posts handled or decided upon since a moment."""
    with store().read() as connection:
        return triage.done_since(connection, midnight)


@st.cache_data(max_entries=MAX_ENTRIES, show_spinner=False)
def past_answers(post_id: int, url: str, revision: int) -> list[tuple[Post, float]]:
    """Posts of ours that may answer an inquiry."""
    with store().read() as connection:
        found = inbox.past_answers(connection, post_id)
        held = {post.id: post for post in posts.posts_by_id(connection, [i for i, _ in found])}
        return [(held[i], near) for i, near in found if i in held]


@st.cache_data(max_entries=50, show_spinner=False)
def to_moderate(
    today: datetime, since: date, watched: bool, number: int, size: int, url: str, revision: int
) -> tuple[list[inbox.Case], int]:
    with store().read() as connection:
        first = date_to_day(since) * IDS_PER_DAY
        return inbox.to_moderate(connection, today, first_id=first, watched=watched, page=number, size=size)


@st.cache_data(max_entries=50, show_spinner=False)
def hot_threads(since: date, least: float, url: str, revision: int) -> list[inbox.HotThread]:
    with store().read() as connection:
        return inbox.hot_threads(connection, date_to_day(since) * IDS_PER_DAY, least)


@st.cache_data(max_entries=MAX_ENTRIES, show_spinner=False)
def heat_of_thread(kind: str, root: str, url: str, revision: int) -> inbox.HotThread | None:
    with store().read() as connection:
        return inbox.heat_of_thread(connection, kind, root)


@st.cache_data(max_entries=MAX_ENTRIES, show_spinner=False)
def thread(post_id: int, url: str, revision: int) -> list[int]:
    with store().read() as connection:
        return inbox.thread_of(connection, post_id)


@st.cache_data(max_entries=20, show_spinner=False)
def judged(url: str, revision: int) -> tuple[int, int]:
    """(posts judged, those that were not fine) in the moderation queue."""
    with store().read() as connection:
        return inbox.judged(connection)


@st.cache_resource(show_spinner=False)
def toxicity_figures() -> dict[str, float]:
    """Precision and recall of the queue on labelled posts, kept with the weights."""
    with np.load(REFERENCE / "toxicity.npz") as stored:
        return dict(json.loads(str(stored["held_out"])))


@st.cache_data(max_entries=50, show_spinner=False)
def intent_counts(scope: Scope, url: str, revision: int) -> dict[str, int]:
    """Posts of each kind in a scope, its own choice of kinds left aside."""
    with store().read() as connection:
        return posts.count_intents(connection, replace(scope, intents=()))


@st.cache_data(max_entries=20, show_spinner=False)
def ids_of(scope: Scope, limit: int, url: str, revision: int) -> list[int]:
    """Ids of a scope's posts, the newest first."""
    with store().read() as connection:
        return posts.ids_of(connection, scope, limit)


@st.cache_data(max_entries=20, show_spinner=False)
def word_tones(url: str, revision: int) -> dict[str, str]:
    with store().read() as connection:
        return learning.word_tones(connection)


@st.cache_data(max_entries=20, show_spinner=False)
def lessons(url: str, revision: int) -> tuple[int, list[learning.Learned]]:
    """(tone labels that people gave, layers that were tried)."""
    with store().read() as connection:
        return len(learning.tone_labels(connection)), learning.learned(connection)


@st.cache_data(max_entries=20, show_spinner=False)
def word_preview(word: str, tone: str, url: str, revision: int) -> tuple[int, list[tuple[int, str, str]]]:
    """(posts that hold a word, (post, tone now, tone then) of those that would change). The models stay out of the
    app's process: another one reads the posts."""
    command = [sys.executable, "-m", "insights", "word", tone, "--", word]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-500:])
    found = json.loads(done.stdout)
    return int(found["posts"]), [(int(i), a, b) for i, a, b in found["changes"]]


@st.cache_resource(show_spinner=False)
def shipped_errors() -> dict[str, list[list[int]]]:
    """What held-out posts were taken for, by language, kept with the weights."""
    with np.load(REFERENCE / "sentiment.npz") as stored:
        return dict(json.loads(str(stored["held_out"]))["errors"])


@dataclass(frozen=True, slots=True)
class Seen:
    """How a brand is seen in a period, against the equal one before and the same days of last year (None: unknown)."""

    errors: ErrorModel
    change: Change
    last_year: Change | None
    days: list[reputation.Tones]
    posts: int
    posts_before: int
    posts_last_year: int | None
    cause: Decomposition


@st.cache_data(max_entries=50, show_spinner=False)
def errors_of(scope: Scope, url: str, revision: int) -> ErrorModel:
    """The measured error of the tone on the scope's posts."""
    with store().read() as connection:
        langs = {lang: sum(tones) for lang, tones in reputation.tones_by(connection, scope, "lang").items()}
        return error_model(shipped_errors(), langs, reputation.tone_checks(connection))


def last_year_of(connection: Any, scope: Scope) -> Scope | None:
    """The same days of last year, by whole weeks so that weekends meet weekends; None where the record is younger."""
    year = timedelta(days=364)
    past = replace(scope, since=scope.since - year, until=scope.until - year)
    first = reputation.first_day(connection, scope.brand or 0)
    return past if first is not None and first <= date_to_day(past.since) else None


@st.cache_data(max_entries=50, show_spinner=False)
def seen(scope: Scope, url: str, revision: int) -> Seen:
    errors = errors_of(scope, url, revision)
    before = scope.previous()
    with store().read() as connection:
        past = last_year_of(connection, scope)
        now_, then = reputation.tones_of(connection, scope), reputation.tones_of(connection, before)
        last_year = reputation.tones_of(connection, past) if past is not None else None
        return Seen(
            errors,
            change(then, now_, errors),
            change(last_year, now_, errors) if last_year is not None else None,
            reputation.tones_by_day(connection, scope),
            sum(now_),
            sum(then),
            sum(last_year) if last_year is not None else None,
            decompose(
                reputation.tones_by(connection, before, "source"), reputation.tones_by(connection, scope, "source")
            ),
        )


@st.cache_data(max_entries=50, show_spinner=False)
def net_series(scope: Scope, step: int, url: str, revision: int) -> list[Estimate]:
    """Net sentiment of each `step` days of a scope, from its first day on."""
    shown = seen(scope, url, revision)
    table = np.array(shown.days, dtype=int)
    sums = [table[start : start + step].sum(axis=0).tolist() for start in range(0, len(table), step)]
    return estimates(sums, shown.errors, draws=150)


@dataclass(frozen=True, slots=True)
class Group:
    """One source, language, topic or aspect with its net sentiment."""

    key: Any
    name: str
    estimate: Estimate


def _names_of(connection: Any, what: str) -> dict[Any, str]:
    if what == "topic":
        return topic_list.topic_labels(connection)
    if what == "source":
        return {s.id: s.title or s.address for s in source_list.all_sources(connection)}
    return {}


@st.cache_data(max_entries=100, show_spinner=False)
def groups(scope: Scope, what: str, url: str, revision: int) -> list[Group]:
    """The largest groups of a scope's posts, most posts first."""
    errors = errors_of(scope, url, revision)
    with store().read() as connection:
        found = reputation.tones_by(connection, scope, what)
        names = _names_of(connection, what)
    keys = sorted(found, key=lambda key: (-sum(found[key]), str(key)))[:LARGEST]
    nets = estimates([found[key] for key in keys], errors, draws=150)
    return [Group(key, str(names.get(key, key)), item) for key, item in zip(keys, nets, strict=True)]


@st.cache_data(max_entries=50, show_spinner=False)
def group_changes(
    scope: Scope, what: str, keys: tuple[Any, ...], url: str, revision: int
) -> list[tuple[Change, Change | None]]:
    """For each of these groups its net sentiment against the period before, and against last year where known."""
    errors, zero = errors_of(scope, url, revision), (0, 0, 0, 0)
    with store().read() as connection:
        past = last_year_of(connection, scope)
        now_ = reputation.tones_by(connection, scope, what)
        then = reputation.tones_by(connection, scope.previous(), what)
        old = reputation.tones_by(connection, past, what) if past is not None else None
    return [
        (
            change(then.get(key, zero), now_.get(key, zero), errors),
            change(old.get(key, zero), now_.get(key, zero), errors) if old is not None else None,
        )
        for key in keys
    ]


@st.cache_data(max_entries=20, show_spinner=False)
def voice_last_year(scope: Scope, url: str, revision: int) -> dict[int, int] | None:
    with store().read() as connection:
        past = last_year_of(connection, scope)
        if past is None:
            return None
        return reputation.voices_of_brands(connection, date_to_day(past.since), date_to_day(past.until))


@st.cache_data(max_entries=50, show_spinner=False)
def moves(scope: Scope, what: str, url: str, revision: int) -> tuple[Decomposition, dict[Any, str]]:
    """The move since the period before as the sum of what groups add, and their names."""
    with store().read() as connection:
        now_ = reputation.tones_by(connection, scope, what)
        cause = decompose(reputation.tones_by(connection, scope.previous(), what), now_, draws=150)
        return cause, _names_of(connection, what)


@st.cache_data(max_entries=50, show_spinner=False)
def voice(since: date, until: date, url: str, revision: int) -> dict[int, int]:
    """Brand -> posts that name it."""
    with store().read() as connection:
        return reputation.voices_of_brands(connection, date_to_day(since), date_to_day(until))


@st.cache_data(max_entries=50, show_spinner=False)
def loudest(scope: Scope, tone: str, url: str, revision: int) -> list[Post]:
    with store().read() as connection:
        return reputation.loudest(connection, scope, tone)


@st.cache_data(max_entries=100, show_spinner=False)
def aspect_quotes(scope: Scope, aspect: str, tone: str, url: str, revision: int) -> list[tuple[Post, int, int]]:
    with store().read() as connection:
        return reputation.aspect_quotes(connection, scope, aspect, tone)


@st.cache_data(max_entries=20, show_spinner=False)
def to_check(scope: Scope, seed: int, url: str, revision: int) -> list[int]:
    with store().read() as connection:
        return reputation.posts_to_check(connection, scope, 100, seed)


@st.cache_data(max_entries=20, show_spinner=False)
def checks(url: str, revision: int) -> dict[tuple[int, int], int]:
    with store().read() as connection:
        return reputation.tone_checks(connection)


@st.cache_data(max_entries=50, show_spinner=False)
def query_preview(node: Any, since: date, until: date, url: str, revision: int) -> brands_store.Preview:
    with store().read() as connection:
        return brands_store.preview(connection, node, date_to_day(since), date_to_day(until))


@st.cache_data(max_entries=50, show_spinner=False)
def sample_of(node: Any, until: date, url: str, revision: int) -> list[str]:
    """Texts of the newest posts that a query finds, at most 200."""
    last = (date_to_day(until) + 1) * IDS_PER_DAY - 1
    with store().read() as connection:
        return brands_store.sample(connection, node, (last - 90 * IDS_PER_DAY, last), 200)


@st.cache_data(max_entries=20, show_spinner=False)
def mentions_by_brand(url: str, revision: int) -> dict[int, int]:
    with store().read() as connection:
        return brands_store.mentions_by_brand(connection)


@st.cache_data(max_entries=20, show_spinner=False)
def alerts(hour: datetime, state: str, url: str, revision: int) -> list[alerts_store.Alert]:
    with store().read() as connection:
        return alerts_store.alerts(connection, hour, state=state)


@st.cache_data(max_entries=20, show_spinner=False)
def open_alerts(hour: datetime, url: str, revision: int) -> int:
    with store().read() as connection:
        return alerts_store.count_open(connection, hour)


@st.cache_data(max_entries=20, show_spinner=False)
def one_alert(alert_id: int, url: str, revision: int) -> alerts_store.Alert | None:
    with store().read() as connection:
        return alerts_store.get_alert(connection, alert_id)


@st.cache_data(max_entries=20, show_spinner=False)
def alert_rules(url: str, revision: int) -> list[alerts_store.AlertRule]:
    with store().read() as connection:
        return alerts_store.alert_rules(connection)


@st.cache_data(max_entries=20, show_spinner=False)
def rehearsal(rule: alerts_store.AlertRule, hour: datetime, days: int, url: str, revision: int) -> list[Any]:
    """What a rule would have told in the last days."""
    from insights.alerting import rehearse

    with store().read() as connection:
        return rehearse(connection, rule, hour - timedelta(days=days), hour)


def channels() -> tuple[list[alerts_store.Channel], list[alerts_store.Delivery]]:
    """Channels and the last deliveries. Not cached: what is sent changes without a new revision."""
    with store().read() as connection:
        return alerts_store.channels(connection), alerts_store.recent_deliveries(connection)


@st.cache_data(max_entries=20, show_spinner=False)
def event_posts(alert_id: int, url: str, revision: int) -> list[EventPost]:
    """The posts of an alert's event, in order of time."""
    from insights.event_posts import posts_of_event

    with store().read() as connection:
        found = alerts_store.get_alert(connection, alert_id)
        return posts_of_event(connection, found) if found is not None else []


@st.cache_data(max_entries=20, show_spinner=False)
def actions(since: date, until: date, url: str, revision: int) -> list[actions_store.Action]:
    first = datetime.combine(since, time.min, UTC)
    last = datetime.combine(until, time.max, UTC)
    with store().read() as connection:
        return actions_store.actions(connection, first, last)


@st.cache_data(max_entries=20, show_spinner=False)
def own_posts_to_log(since: date, url: str, revision: int) -> list[tuple[int, datetime, str, str]]:
    with store().read() as connection:
        return actions_store.own_posts_to_log(connection, date_to_day(since))


@st.cache_data(max_entries=20, show_spinner=False)
def members(scope: Scope, url: str, revision: int) -> list[members_store.Member]:
    with store().read() as connection:
        return members_store.members(connection, scope)


@st.cache_data(max_entries=20, show_spinner=False)
def places(scope: Scope, url: str, revision: int) -> list[members_store.Place]:
    with store().read() as connection:
        return members_store.places(connection, scope)


@st.cache_data(max_entries=50, show_spinner=False)
def hours_of_week(scope: Scope, network: str, name: str, url: str, revision: int) -> list[int]:
    with store().read() as connection:
        return members_store.hours_of_week(connection, scope, network, name)


@st.cache_data(max_entries=20, show_spinner=False)
def shared_members(
    scope: Scope, chosen: tuple[tuple[str, str], ...], url: str, revision: int
) -> list[tuple[str, str, str, int, int]]:
    with store().read() as connection:
        return members_store.shared_members(connection, scope, chosen)


@st.cache_data(max_entries=20, show_spinner=False)
def our_topics(scope: Scope, url: str, revision: int) -> list[int]:
    with store().read() as connection:
        return members_store.our_topics(connection, scope)


def pseudonym_of(author: str) -> str:
    """The name that stands for an author wherever the page may be shared."""
    return posts.pseudonym(author, _salt(key=store().url)) if author else ""


@st.cache_resource(show_spinner=False)
def _salt(key: str) -> str:
    with store().write(counts=False) as connection:
        return posts.author_salt(connection, make=True)

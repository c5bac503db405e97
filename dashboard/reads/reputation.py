"""Figures of reputation as pages read them, estimated with their error."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import numpy as np
import streamlit as st

from dashboard.reads import cache
from data import source_list
from data.models import Brand, Post, Scope, date_to_day
from data.reputation import actions as actions_store
from data.reputation import brands as brands_store
from data.reputation import counts as reputation
from data.reputation.brands import get_brands
from data.schema import IDS_PER_DAY
from data.settings import REFERENCE
from data.topics import listing as topic_list
from insights.reputation.estimates import (
    Change,
    Decomposition,
    ErrorModel,
    Estimate,
    change,
    decompose,
    error_model,
    estimates,
)

LARGEST = 30  # groups whose net sentiment is estimated


@st.cache_data(max_entries=20, show_spinner=False)
def brands(url: str, revision: int) -> list[Brand]:
    with cache.store().read() as connection:
        return get_brands(connection)


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
    with cache.store().read() as connection:
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
    with cache.store().read() as connection:
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
    with cache.store().read() as connection:
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
    with cache.store().read() as connection:
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
    with cache.store().read() as connection:
        past = last_year_of(connection, scope)
        if past is None:
            return None
        return reputation.voices_of_brands(connection, date_to_day(past.since), date_to_day(past.until))


@st.cache_data(max_entries=50, show_spinner=False)
def moves(scope: Scope, what: str, url: str, revision: int) -> tuple[Decomposition, dict[Any, str]]:
    """The move since the period before as the sum of what groups add, and their names."""
    with cache.store().read() as connection:
        now_ = reputation.tones_by(connection, scope, what)
        cause = decompose(reputation.tones_by(connection, scope.previous(), what), now_, draws=150)
        return cause, _names_of(connection, what)


@st.cache_data(max_entries=50, show_spinner=False)
def voice(since: date, until: date, url: str, revision: int) -> dict[int, int]:
    """Brand -> posts that name it."""
    with cache.store().read() as connection:
        return reputation.voices_of_brands(connection, date_to_day(since), date_to_day(until))


@st.cache_data(max_entries=50, show_spinner=False)
def loudest(scope: Scope, tone: str, url: str, revision: int) -> list[Post]:
    with cache.store().read() as connection:
        return reputation.loudest(connection, scope, tone)


@st.cache_data(max_entries=100, show_spinner=False)
def aspect_quotes(scope: Scope, aspect: str, tone: str, url: str, revision: int) -> list[tuple[Post, int, int]]:
    with cache.store().read() as connection:
        return reputation.aspect_quotes(connection, scope, aspect, tone)


@st.cache_data(max_entries=20, show_spinner=False)
def to_check(scope: Scope, seed: int, url: str, revision: int) -> list[int]:
    with cache.store().read() as connection:
        return reputation.posts_to_check(connection, scope, 100, seed)


@st.cache_data(max_entries=20, show_spinner=False)
def checks(url: str, revision: int) -> dict[tuple[int, int], int]:
    with cache.store().read() as connection:
        return reputation.tone_checks(connection)


@st.cache_data(max_entries=50, show_spinner=False)
def query_preview(node: Any, since: date, until: date, url: str, revision: int) -> brands_store.Preview:
    with cache.store().read() as connection:
        return brands_store.preview(connection, node, date_to_day(since), date_to_day(until))


@st.cache_data(max_entries=50, show_spinner=False)
def sample_of(node: Any, until: date, url: str, revision: int) -> list[str]:
    """Texts of the newest posts that a query finds, at most 200."""
    last = (date_to_day(until) + 1) * IDS_PER_DAY - 1
    with cache.store().read() as connection:
        return brands_store.sample(connection, node, (last - 90 * IDS_PER_DAY, last), 200)


@st.cache_data(max_entries=20, show_spinner=False)
def mentions_by_brand(url: str, revision: int) -> dict[int, int]:
    with cache.store().read() as connection:
        return brands_store.mentions_by_brand(connection)


@st.cache_data(max_entries=20, show_spinner=False)
def actions(since: date, until: date, url: str, revision: int) -> list[actions_store.Action]:
    first = datetime.combine(since, time.min, UTC)
    last = datetime.combine(until, time.max, UTC)
    with cache.store().read() as connection:
        return actions_store.actions(connection, first, last)


@st.cache_data(max_entries=20, show_spinner=False)
def own_posts_to_log(since: date, url: str, revision: int) -> list[tuple[int, datetime, str, str]]:
    with cache.store().read() as connection:
        return actions_store.own_posts_to_log(connection, date_to_day(since))

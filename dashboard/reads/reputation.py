"""Figures of reputation as pages read them, estimated with their error."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import islice
from typing import Any

import numpy as np
from sqlalchemy import Connection

from dashboard.reads.cache import cached
from data import source_list
from data.figures import step_of
from data.models import Brand, Post, TopicName, date_to_day
from data.reputation import actions as actions_store
from data.reputation import brands as brands_store
from data.reputation import counts as reputation
from data.schema import IDS_PER_DAY
from data.scope import YEAR, Scope
from data.settings import REFERENCE
from data.topics import listing as topic_list
from insights.reading.opinions import SURE, opinion, saying
from insights.reputation.estimates import (
    Change,
    Decomposition,
    ErrorModel,
    Estimate,
    Interval,
    change,
    decompose,
    error_model,
    estimates,
    share_of_voice,
)

LARGEST = 30  # groups whose net sentiment is estimated
QUOTED = 3  # posts under a heading


@cached(20)
def brands(connection: Connection) -> list[Brand]:
    return brands_store.get_brands(connection)


@cached(20)
def own_brand(connection: Connection) -> Brand | None:
    return brands_store.own_brand(connection)


@lru_cache(maxsize=4)
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
    posts_a_day: list[int]
    posts: int
    posts_before: int
    posts_last_year: int | None
    other_languages: int  # of `posts`: their tone is not read
    cause: Decomposition


@cached(50)
def errors_of(connection: Connection, scope: Scope) -> ErrorModel:
    """The measured error of the tone on the scope's posts."""
    langs = {lang: sum(tones) for lang, tones in reputation.tones_by(connection, scope, "lang").items()}
    return error_model(shipped_errors(), langs, reputation.tone_checks(connection))


def last_year_of(connection: Connection, scope: Scope) -> Scope | None:
    """The same days of last year, to stand beside the days before; None where the period is compared with them already,
    the record is younger, or the period so long that it would be compared with itself."""
    if scope.against or scope.until - scope.since >= YEAR:
        return None
    past = replace(scope, against="year").earlier()
    first = reputation.first_day(connection, scope.brand or 0)
    return past if first is not None and first <= date_to_day(past.since) else None


@cached(50)
def seen(connection: Connection, scope: Scope) -> Seen:
    errors = errors_of(scope)
    before = scope.earlier()
    past = last_year_of(connection, scope)
    now_, then = reputation.tones_of(connection, scope), reputation.tones_of(connection, before)
    last_year = reputation.tones_of(connection, past) if past is not None else None
    return Seen(
        errors,
        change(then, now_, errors),
        change(last_year, now_, errors) if last_year is not None else None,
        reputation.tones_by_day(connection, scope),
        reputation.posts_by_day(connection, scope),
        sum(reputation.posts_by_day(connection, scope)),
        sum(reputation.posts_by_day(connection, before)),
        sum(reputation.posts_by_day(connection, past)) if past is not None else None,
        reputation.posts_in_other_languages(connection, scope),
        decompose(reputation.tones_by(connection, before, "source"), reputation.tones_by(connection, scope, "source")),
    )


@dataclass(frozen=True, slots=True)
class NetSeries:
    """Net sentiment over time: one estimate for each `step` days, with the first of them."""

    step: int
    days: tuple[date, ...]
    estimates: tuple[Estimate, ...]


@cached(50)
def net_series(connection: Connection, scope: Scope) -> NetSeries:
    """Net sentiment over a scope, by the day, the week or four weeks as it is long."""
    shown = seen(scope)
    step = step_of(scope.days, daily=14, weekly=180)
    table = np.array(shown.days, dtype=int)
    starts = range(0, len(table), step)
    sums = [table[start : start + step].sum(axis=0).tolist() for start in starts]
    days = tuple(scope.since + timedelta(days=start) for start in starts)
    return NetSeries(step, days, tuple(estimates(sums, shown.errors, draws=150)))


@dataclass(frozen=True, slots=True)
class Group:
    """One source, language, topic or aspect with its net sentiment."""

    key: Any
    name: str | TopicName
    estimate: Estimate


def _names_of(connection: Connection, what: str) -> Mapping[Any, str | TopicName]:
    if what == "topic":
        return topic_list.topic_labels(connection)
    if what == "source":
        return {s.id: s.title or s.address for s in source_list.all_sources(connection)}
    return {}


@cached(100)
def groups(connection: Connection, scope: Scope, what: str) -> list[Group]:
    """The largest groups of a scope's posts, most posts first."""
    errors = errors_of(scope)
    tones = reputation.tones_by(connection, scope, what)
    names = _names_of(connection, what)
    keys = sorted(tones, key=lambda key: (-sum(tones[key]), str(key)))[:LARGEST]
    nets = estimates([tones[key] for key in keys], errors, draws=150)
    return [Group(key, names.get(key, str(key)), item) for key, item in zip(keys, nets, strict=True)]


@cached(50)
def group_changes(
    connection: Connection, scope: Scope, what: str, keys: tuple[Any, ...]
) -> list[tuple[Change, Change | None]]:
    """For each of these groups its net sentiment against the days it is compared with, and last year's where known."""
    errors, zero = errors_of(scope), (0, 0, 0, 0)
    past = last_year_of(connection, scope)
    now_ = reputation.tones_by(connection, scope, what)
    then = reputation.tones_by(connection, scope.earlier(), what)
    old = reputation.tones_by(connection, past, what) if past is not None else None
    return [
        (
            change(then.get(key, zero), now_.get(key, zero), errors),
            change(old.get(key, zero), now_.get(key, zero), errors) if old is not None else None,
        )
        for key in keys
    ]


@dataclass(frozen=True, slots=True)
class Voice:
    """How loud one brand is among those that are compared."""

    brand: Brand
    posts: int
    share: Interval


@dataclass(frozen=True, slots=True)
class VoiceShares:
    """Shares of voice: ours and competitors', of the posts that name any of them. `posts` are theirs together, `named`
    those that name anything that is followed, watches included."""

    voices: tuple[Voice, ...]
    posts: int
    named: int

    @property
    def comparable(self) -> bool:
        return len(self.voices) > 1 and self.posts > 0


def _voice_shares(connection: Connection, since: date, until: date) -> VoiceShares:
    held = reputation.voices_of_brands(connection, date_to_day(since), date_to_day(until))
    compared = [brand for brand in brands() if brand.kind in {"own", "competitor"}]
    posts = [held.get(brand.id, 0) for brand in compared]
    shares = share_of_voice(posts)
    voices = tuple(Voice(*each) for each in zip(compared, posts, shares, strict=True))
    return VoiceShares(voices, sum(posts), sum(held.values()))


@cached(50)
def voice_shares(connection: Connection, since: date, until: date) -> VoiceShares:
    return _voice_shares(connection, since, until)


@cached(20)
def voice_shares_last_year(connection: Connection, scope: Scope) -> VoiceShares | None:
    """Those of the same days of last year; None where the record is younger or named nobody then."""
    past = last_year_of(connection, scope)
    shares = _voice_shares(connection, past.since, past.until) if past is not None else None
    return shares if shares is not None and shares.named else None


@cached(50)
def moves(connection: Connection, scope: Scope, what: str) -> tuple[Decomposition, Mapping[Any, str | TopicName]]:
    """The move against the days that the period is compared with, as the sum of what groups add, and their names."""
    now_ = reputation.tones_by(connection, scope, what)
    cause = decompose(reputation.tones_by(connection, scope.earlier(), what), now_, draws=150)
    return cause, _names_of(connection, what)


@cached(50)
def loudest(connection: Connection, scope: Scope, tone: str) -> list[Post]:
    """The posts that drew most of those whose tone is sure and whose own words say it: three, or fewer in doubt."""
    told = (post for post in reputation.loudest(connection, scope, tone) if says(post, tone))
    return list(islice(told, QUOTED))


@cached(100)
def aspect_quotes(connection: Connection, scope: Scope, aspect: str, tone: str) -> list[tuple[Post, int, int]]:
    """(post, start, stop) of sentences on an aspect whose own words say the tone, in posts of which it is sure."""
    held = reputation.aspect_quotes(connection, scope, aspect, tone)
    told = (part for part in held if sure(part[0]) and opinion(part[0].plain[part[1] : part[2]], part[0].lang) == tone)
    return list(islice(told, QUOTED))


def sure(post: Post) -> bool:
    """Whether the tone of a post is beyond doubt."""
    return post.sentiment_confidence >= SURE


def says(post: Post, tone: str) -> bool:
    """Whether the tone of a post is sure and a sentence of it says so; a neutral one says nothing."""
    if tone not in {"positive", "negative"}:
        return sure(post)
    return sure(post) and saying(post.plain, post.lang, tone) is not None


@cached(20)
def to_check(connection: Connection, scope: Scope, seed: int) -> list[int]:
    return reputation.posts_to_check(connection, scope, 100, seed)


@cached(20)
def checks(connection: Connection) -> dict[tuple[int, int], int]:
    return reputation.tone_checks(connection)


@cached(50)
def query_preview(connection: Connection, node: Any, since: date, until: date) -> brands_store.Preview:
    return brands_store.preview(connection, node, date_to_day(since), date_to_day(until))


@cached(50)
def sample_of(connection: Connection, node: Any, until: date) -> list[str]:
    """Texts of the newest posts that a query finds, at most 200."""
    last = (date_to_day(until) + 1) * IDS_PER_DAY - 1
    return brands_store.sample(connection, node, (last - 90 * IDS_PER_DAY, last), 200)


@cached(20)
def mentions_by_brand(connection: Connection) -> dict[int, int]:
    return brands_store.mentions_by_brand(connection)


@cached(20)
def actions(connection: Connection, since: date, until: date) -> list[actions_store.Action]:
    first = datetime.combine(since, time.min, UTC)
    last = datetime.combine(until, time.max, UTC)
    return actions_store.actions(connection, first, last)


@cached(20)
def own_posts_to_log(connection: Connection, since: date) -> list[tuple[int, datetime, str, str]]:
    return actions_store.own_posts_to_log(connection, date_to_day(since))

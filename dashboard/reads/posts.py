"""Posts as pages read them: figures of a scope, pages of posts, threads."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache

from sqlalchemy import Connection

from dashboard.reads import cache
from dashboard.reads.cache import cached
from data import figures
from data.jobs import running_job
from data.models import Job, Post, date_to_day, day_to_date
from data.posts import reads as stored
from data.posts.analysis import count_unread, count_waiting
from data.posts.found import Found, first_ids, found_by_words, walked
from data.posts.pseudonyms import author_salt, pseudonym
from data.posts.scope_sql import current_fit
from data.posts.spreading import Spread
from data.posts.spreading import spreading as find_spreading
from data.posts.voices import Voices, voices_of
from data.reputation.counts import posts_in_other_languages
from data.schema import IDS_PER_DAY
from data.scope import Scope
from data.source_list import count_unseen
from insights.topics.trends import HISTORY, Anomaly, anomalies

BEFORE_READING = ("", "brands", "count")  # steps of a refresh that come before it reads
MOST_LANGUAGES = 8  # that can be chosen


@dataclass(frozen=True, slots=True)
class Summary:
    """The key figures of a period and of the one that it is compared with."""

    days: list[figures.Day]
    before: list[figures.Day]
    authors: int
    authors_before: int
    authors_a_day: list[int]
    brand_days: list[figures.Day]
    brand_before: list[figures.Day]
    other_languages: int  # posts whose tone is not read


@cached()
def summary(connection: Connection, scope: Scope, brand: int | None) -> Summary:
    before = scope.earlier()
    ours = replace(scope, brand=brand) if brand is not None else None
    return Summary(
        days=figures.days_of(connection, scope),
        before=figures.days_of(connection, before),
        authors=stored.count_authors(connection, scope),
        authors_before=stored.count_authors(connection, before),
        authors_a_day=stored.daily_authors(connection, scope),
        brand_days=figures.days_of(connection, ours) if ours else [],
        brand_before=figures.days_of(connection, ours.earlier()) if ours else [],
        other_languages=posts_in_other_languages(connection, scope),
    )


@cached()
def people_of(connection: Connection, scope: Scope) -> int:
    """How many authors wrote in a scope, as `summary` counts them."""
    return stored.count_authors(connection, scope)


@cached()
def languages(connection: Connection) -> list[str]:
    """French and English, then the other languages that posts are most written in."""
    return list(dict.fromkeys(("fr", "en", *figures.languages(connection, MOST_LANGUAGES))))


@cached()
def unusual_days(connection: Connection, scope: Scope) -> list[Anomaly]:
    """The days of a scope far above the four weeks before each; `index` counts from its first day."""
    days = figures.days_of(connection, replace(scope, since=scope.since - timedelta(days=HISTORY)))
    early = len(days) - scope.days
    return [replace(odd, index=odd.index - early) for odd in anomalies([d.posts for d in days]) if odd.index >= early]


@cached()
def page(connection: Connection, scope: Scope, number: int, folded: bool, order: str) -> list[Post]:
    if scope.query.strip():
        waits = order == "waiting"
        found = _walked(scope, number, folded, order) if waits else _found(scope, number, folded, order)
        if found is not None:
            return stored.posts_by_id(connection, found.ids)
    return stored.page_of_posts(connection, scope, number, folded=folded, order=order)


@cached()
def _found(connection: Connection, scope: Scope, number: int, folded: bool, order: str) -> Found:
    return found_by_words(connection, scope, number, folded=folded, order=order)


@cached()
def _walked(connection: Connection, scope: Scope, number: int, folded: bool, order: str) -> Found | None:
    return walked(connection, scope, number, folded=folded, order=order)


@dataclass(frozen=True, slots=True)
class Counted:
    """Posts of a scope, and cards once near-duplicates are folded; where there is `more`, so many were counted."""

    posts: int
    cards: int
    more: bool = False


@cached()
def counted_so_far(connection: Connection, scope: Scope) -> Counted:
    """All posts of a scope, but for common words: these stand in more than are counted on the way to a page."""
    if scope.query.strip():
        found = _found(scope, 1, True, "newest")  # as the first page asks
        return Counted(found.posts, found.cards, found.more)
    return Counted(*stored.count_cards(connection, scope))


@cached()
def counted(connection: Connection, scope: Scope) -> tuple[int, int]:
    """(posts, cards once near-duplicates are folded) of a scope. Of common words in many posts it takes seconds."""
    known = counted_so_far(scope)
    return stored.count_cards(connection, scope) if known.more else (known.posts, known.cards)


@cached()
def voices(connection: Connection, scope: Scope) -> Voices:
    """Who speaks in a scope and where."""
    return voices_of(connection, scope)


@cached(20)
def spreading(connection: Connection, minute: datetime, since: date, until: date, order: str) -> list[Spread]:
    """What spreads among the posts of some days."""
    first, past = date_to_day(since) * IDS_PER_DAY, (date_to_day(until) + 1) * IDS_PER_DAY
    return find_spreading(connection, first, past, minute, order)


@cached()
def copies(connection: Connection, group_id: int) -> list[Post]:
    return stored.group_of(connection, group_id)


@cached()
def by_id(connection: Connection, ids: tuple[int, ...]) -> list[Post]:
    return stored.posts_by_id(connection, ids)


@dataclass(frozen=True, slots=True)
class Content:
    """What the store holds: decides between an empty state and a page."""

    posts: int
    waiting: int


@cached(20)
def content(connection: Connection) -> Content:
    return Content(stored.total_posts(connection), count_waiting(connection))


@cached()
def latest_day(connection: Connection) -> date | None:
    """The last day that has posts."""
    bounds = stored.day_bounds(connection)
    return day_to_date(bounds[1]) if bounds is not None else None


@cached()
def all_days(connection: Connection) -> Scope | None:
    """From the first day that has posts to the last; None where none has."""
    bounds = stored.day_bounds(connection)
    return None if bounds is None else Scope(day_to_date(bounds[0]), day_to_date(bounds[1]))


@dataclass(frozen=True, slots=True)
class AtWork:
    """What is being done to what is new. `step` is fetch for sources that were just added, wait where nobody reads,
    begin before the first post is read, understand, or a later step of the first reading of all; `left` are the
    seconds that it should still take, None where that cannot be known."""

    step: str
    done: int = 0
    total: int = 0
    left: int | None = None


def at_work(now: datetime) -> AtWork | None:
    """What is at work now, not as it was at the last revision; None where nothing new waits."""
    here = cache.store()
    with here.read() as connection:
        waiting, unseen = count_unread(connection), count_unseen(connection, now)
        is_first = not current_fit(connection)
    job = running_job(here, "refresh", now) if waiting or is_first else None
    return work_of(waiting, unseen, is_first, job, now)


def work_of(waiting: int, unseen: int, is_first: bool, job: Job | None, now: datetime) -> AtWork | None:
    """What `job`, a refresh, does to posts that are `waiting`, while `unseen` sources have not been looked at.
    `is_first`: no topics were ever looked for."""
    if not waiting:
        if unseen:
            return AtWork("fetch", total=unseen)
        if job is None or not is_first:
            return None
    elif job is None:
        return AtWork("wait", total=waiting)
    elif job.message in BEFORE_READING:
        return AtWork("begin", total=waiting)
    elif job.message == "understand":
        return AtWork("understand", job.done, waiting + job.done, job.remaining(now))
    elif not is_first:
        return AtWork("wait", total=waiting)  # they came after those that were read
    return AtWork(job.message, job.done, job.total, job.remaining(now))


@cached(20)
def some_posts(connection: Connection, scope: Scope, limit: int) -> list[Post]:
    """The newest posts of a scope, at most `limit`."""
    posts: list[Post] = []
    for number in range(1, -(-limit // stored.PAGE) + 1):
        page = stored.page_of_posts(connection, scope, number, folded=False)
        posts += page
        if len(page) < stored.PAGE:
            break
    return posts[:limit]


@cached(50)
def intent_counts(connection: Connection, scope: Scope) -> dict[str, int] | None:
    """Posts of each kind in a scope, its own choice of kinds left aside; None where not all are counted."""
    whole = replace(scope, intents=())
    if scope.query.strip() and counted_so_far(whole).more:
        return None
    return stored.count_intents(connection, whole)


@cached(20)
def ids_of(connection: Connection, scope: Scope, limit: int) -> list[int]:
    """Ids of a scope's posts, the newest first."""
    found = first_ids(connection, scope, limit) if scope.query.strip() else None
    return stored.ids_of(connection, scope, limit) if found is None else found


def pseudonyms() -> Callable[[str], str]:
    """What gives the name that stands for each author: for many of them, and where no page is drawn any more."""
    salt = _salt(cache.record()[0])
    return lambda author: pseudonym(author, salt) if author else ""


def pseudonym_of(author: str) -> str:
    """The name that stands for an author wherever the page may be shared."""
    return pseudonym(author, _salt(cache.record()[0])) if author else ""


@lru_cache(maxsize=64)
def _salt(url: str) -> str:
    store = cache.open_store(url)
    if store.is_read_only:  # where none is kept, one of this process alone hides names as well
        with store.read() as connection:
            return author_salt(connection) or secrets.token_hex(16)
    with store.write(counts=False) as connection:
        return author_salt(connection, make=True)

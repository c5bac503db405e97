"""Posts as pages read them: figures of a scope, pages of posts, threads."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import streamlit as st

from dashboard.reads import cache
from dashboard.reads.cache import MAX_ENTRIES
from data import figures
from data.models import Post, Scope
from data.posts import pseudonyms as posts_pseudonyms
from data.posts import reads as posts
from data.posts.analysis import count_waiting


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


@st.cache_data(max_entries=MAX_ENTRIES, show_spinner=False)
def summary(scope: Scope, brand: int | None, url: str, revision: int) -> Summary:
    with cache.store().read() as connection:
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
    with cache.store().read() as connection:
        return figures.days_of(connection, replace(scope, since=scope.since - timedelta(days=28)))


@st.cache_data(max_entries=MAX_ENTRIES, show_spinner=False)
def page(scope: Scope, number: int, folded: bool, order: str, url: str, revision: int) -> list[Post]:
    with cache.store().read() as connection:
        return posts.page_of_posts(connection, scope, number, folded=folded, order=order)


@st.cache_data(max_entries=MAX_ENTRIES, show_spinner=False)
def counted(scope: Scope, url: str, revision: int) -> tuple[int, int]:
    """(posts, cards once near-duplicates are folded) of a scope."""
    with cache.store().read() as connection:
        return posts.count_posts(connection, scope), posts.count_posts(connection, scope, folded=True)


@st.cache_data(max_entries=MAX_ENTRIES, show_spinner=False)
def voices(scope: Scope, url: str, revision: int) -> posts.Voices:
    """Who speaks in a scope and where."""
    with cache.store().read() as connection:
        return posts.voices_of(connection, scope)


@st.cache_data(max_entries=MAX_ENTRIES, show_spinner=False)
def copies(group_id: int, url: str, revision: int) -> list[Post]:
    with cache.store().read() as connection:
        return posts.group_of(connection, group_id)


@st.cache_data(max_entries=MAX_ENTRIES, show_spinner=False)
def by_id(ids: tuple[int, ...], url: str, revision: int) -> list[Post]:
    with cache.store().read() as connection:
        return posts.posts_by_id(connection, ids)


@dataclass(frozen=True, slots=True)
class Content:
    """What the store holds: decides between an empty state and a page."""

    posts: int
    waiting: int
    last_day: int


@st.cache_data(max_entries=20, show_spinner=False)
def content(url: str, revision: int) -> Content:
    with cache.store().read() as connection:
        bounds = posts.day_bounds(connection)
        return Content(posts.total_posts(connection), count_waiting(connection), bounds[1] if bounds else 0)


@st.cache_data(max_entries=20, show_spinner=False)
def some_posts(scope: Scope, limit: int, url: str, revision: int) -> list[Post]:
    """The newest posts of a scope, at most `limit`."""
    with cache.store().read() as connection:
        found: list[Post] = []
        for number in range(1, -(-limit // posts.PAGE) + 1):
            part = posts.page_of_posts(connection, scope, number, folded=False)
            found += part
            if len(part) < posts.PAGE:
                break
        return found[:limit]


@st.cache_data(max_entries=50, show_spinner=False)
def intent_counts(scope: Scope, url: str, revision: int) -> dict[str, int]:
    """Posts of each kind in a scope, its own choice of kinds left aside."""
    with cache.store().read() as connection:
        return posts.count_intents(connection, replace(scope, intents=()))


@st.cache_data(max_entries=20, show_spinner=False)
def ids_of(scope: Scope, limit: int, url: str, revision: int) -> list[int]:
    """Ids of a scope's posts, the newest first."""
    with cache.store().read() as connection:
        return posts.ids_of(connection, scope, limit)


def pseudonym_of(author: str) -> str:
    """The name that stands for an author wherever the page may be shared."""
    return posts_pseudonyms.pseudonym(author, _salt(key=cache.store().url)) if author else ""


@st.cache_resource(show_spinner=False)
def _salt(key: str) -> str:
    with cache.store().write(counts=False) as connection:
        return posts_pseudonyms.author_salt(connection, make=True)

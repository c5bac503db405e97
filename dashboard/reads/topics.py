"""Topics as pages read them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import streamlit as st

from dashboard.reads import cache
from dashboard.reads.cache import MAX_ENTRIES
from data import figures
from data.models import Part, Post, Topic, TopicChange, Watch, date_to_day
from data.posts import reads as posts
from data.topics import listing as topic_list
from data.topics import watches


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


@st.cache_data(max_entries=MAX_ENTRIES, show_spinner=False)
def topic_rows(since: Any, until: Any, hidden: bool, url: str, revision: int) -> list[TopicRow]:
    """Topics with posts in the period or the one before, most posts first."""
    low, high = date_to_day(since), date_to_day(until)
    length = high - low + 1
    with cache.store().read() as connection:
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
    with cache.store().read() as connection:
        marks, total = topic_list.map_marks(connection, low, high)
        return TopicMap(marks, figures.map_cells(connection, low, high), total)


@st.cache_data(max_entries=MAX_ENTRIES, show_spinner=False)
def one_topic(topic_id: int, url: str, revision: int) -> Topic | None:
    with cache.store().read() as connection:
        return topic_list.get_topic(connection, topic_id)


@st.cache_data(max_entries=MAX_ENTRIES, show_spinner=False)
def parts(topic_id: int, since: date, until: date, url: str, revision: int) -> list[Part]:
    with cache.store().read() as connection:
        return topic_list.parts_of_topic(connection, topic_id, date_to_day(since), date_to_day(until))


@st.cache_data(max_entries=MAX_ENTRIES, show_spinner=False)
def changes(topic_id: int | None, url: str, revision: int) -> list[TopicChange]:
    """What became of a topic; None: what people changed last in all of them."""
    with cache.store().read() as connection:
        return topic_list.changes_of(connection, topic_id, 30 if topic_id is not None else 8)


@st.cache_data(max_entries=MAX_ENTRIES, show_spinner=False)
def topic_months(topic_id: int, url: str, revision: int) -> list[tuple[int, int]]:
    """(first day, posts) of each month of a topic's life."""
    with cache.store().read() as connection:
        return figures.topic_months(connection, topic_id)


@st.cache_data(max_entries=20, show_spinner=False)
def watched(url: str, revision: int) -> list[Watch]:
    with cache.store().read() as connection:
        return watches.watches(connection)


@st.cache_data(max_entries=20, show_spinner=False)
def watch_similarities(watch_id: int, url: str, revision: int) -> list[float]:
    with cache.store().read() as connection:
        return watches.similarities(connection, watch_id)


@st.cache_data(max_entries=50, show_spinner=False)
def around_threshold(watch_id: int, threshold: float, url: str, revision: int) -> tuple[list[Post], list[Post]]:
    """The last posts that a threshold lets in, and the first that it leaves out."""
    with cache.store().read() as connection:
        inside, outside = watches.around(connection, watch_id, threshold)
        return posts.posts_by_id(connection, inside), posts.posts_by_id(connection, outside)


@st.cache_data(max_entries=20, show_spinner=False)
def topic_model(url: str, revision: int) -> str:
    """The name of the model whose vectors made the shown topics."""
    with cache.store().read() as connection:
        return topic_list.shown_fit(connection, places=False).model


@st.cache_data(max_entries=20, show_spinner=False)
def topic_names(url: str, revision: int) -> dict[int, str]:
    """Topic id -> label of those shown, by name."""
    with cache.store().read() as connection:
        found = topic_list.topics_of_fit(connection)
    return {t.id: t.label for t in sorted(found, key=lambda t: t.label.lower()) if not t.hidden and not t.noise}

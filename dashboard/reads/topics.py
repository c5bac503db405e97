"""Topics as pages read them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from dashboard.reads.cache import cached
from data import figures
from data.models import Part, Post, Topic, TopicChange, TopicName, Watch, date_to_day
from data.posts import reads as posts
from data.schema import IDS_PER_DAY
from data.scope import Scope
from data.topics import listing as topic_list
from data.topics import watches
from data.topics.trends import TrendFacts
from data.topics.typical import typical_posts
from insights.topics.trends import compare_periods


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
    facts: TrendFacts | None


def topic_rows(scope: Scope, hidden: bool) -> list[TopicRow]:
    """Topics with posts in the period or in the one that it is compared with, most posts first. What else a scope
    narrows is left aside."""
    before = scope.earlier()
    return _topic_rows(scope.since, scope.until, before.since, before.until, hidden)


@cached()
def _topic_rows(
    connection: Connection, since: date, until: date, before_since: date, before_until: date, hidden: bool
) -> list[TopicRow]:
    low, high = date_to_day(since), date_to_day(until)
    length = high - low + 1
    topics = topic_list.topics_of_fit(connection, hidden=hidden)
    days = figures.topic_days(connection, low, high)
    earlier = figures.topic_posts(connection, date_to_day(before_since), date_to_day(before_until))
    facts = topic_list.trend_facts(connection)
    rows = []
    for topic in topics:
        here, before = days.get(topic.id, []), earlier.get(topic.id, 0)
        series = [0] * length
        for day in here:
            series[day.day - low] = day.posts
        if any(series) or before:
            rows.append(
                TopicRow(
                    topic,
                    sum(series),
                    before,
                    series,
                    negative=sum(day.negative for day in here),
                    neutral=sum(day.neutral for day in here),
                    positive=sum(day.positive for day in here),
                    unsure=sum(day.unsure for day in here),
                    facts=facts.get(topic.id),
                )
            )
    return sorted(rows, key=lambda row: (-row.posts, row.topic.id))


@cached()
def typical(connection: Connection, item: Topic, since: date, until: date, number: int) -> list[int]:
    """The posts of a period that speak for a topic, most central first."""
    first, last = date_to_day(since) * IDS_PER_DAY, (date_to_day(until) + 1) * IDS_PER_DAY
    return typical_posts(connection, item.id, item.representatives, first, last, number)


@dataclass(frozen=True, slots=True)
class Compared:
    """A topic in two periods: posts `before` and now. `kind`: new, grew, same, shrank, gone; `still` says whether it
    is in the later period at all."""

    topic: Topic
    before: int
    posts: int
    kind: str
    still: bool


@cached()
def compared(connection: Connection, since: date, until: date, later_since: date, later_until: date) -> list[Compared]:
    """Topics with posts in one of two periods, an earlier one and a later one."""
    earlier = {row.topic.id: row for row in topic_rows(Scope(since, until), False)}
    later = {row.topic.id: row for row in topic_rows(Scope(later_since, later_until), False)}
    posts = {
        key: (earlier[key].posts if key in earlier else 0, later[key].posts if key in later else 0)
        for key in earlier.keys() | later.keys()
    }
    posts = {key: pair for key, pair in posts.items() if any(pair)}
    totals = (sum(a for a, _b in posts.values()), sum(b for _a, b in posts.values()))
    days = ((until - since).days + 1, (later_until - later_since).days + 1)
    kinds = compare_periods(posts, totals, days)
    return [
        Compared((later.get(key) or earlier[key]).topic, *posts[key], kinds[key], key in later) for key in sorted(posts)
    ]


@dataclass(frozen=True, slots=True)
class TopicMap:
    """The map of a period: marks, (column, row, posts) of the cells behind them, posts in all."""

    marks: list[topic_list.MapMark]
    cells: list[tuple[int, int, int]]
    posts: int


@cached(20)
def topic_map(connection: Connection, since: date, until: date) -> TopicMap:
    low, high = date_to_day(since), date_to_day(until)
    marks, total = topic_list.map_marks(connection, low, high)
    return TopicMap(marks, figures.map_cells(connection, low, high), total)


@cached()
def one_topic(connection: Connection, topic_id: int) -> Topic | None:
    return topic_list.get_topic(connection, topic_id)


@cached()
def merged(connection: Connection, topic_id: int) -> list[Topic]:
    """The topics that people count with this one."""
    return topic_list.merged_topics(connection, topic_id)


@cached()
def parts(connection: Connection, topic_id: int, since: date, until: date) -> list[Part]:
    return topic_list.parts_of_topic(connection, topic_id, date_to_day(since), date_to_day(until))


@cached()
def changes(connection: Connection, topic_id: int | None) -> list[TopicChange]:
    """What became of a topic; None: what people changed last in all of them."""
    return topic_list.changes_of(connection, topic_id, 30 if topic_id is not None else 8)


@cached()
def topic_months(connection: Connection, topic_id: int) -> list[tuple[int, int]]:
    """(first day, posts) of each month of a topic's life."""
    return figures.topic_months(connection, topic_id)


@cached(20)
def watched(connection: Connection) -> list[Watch]:
    return watches.watches(connection)


@cached(20)
def watch_similarities(connection: Connection, watch_id: int) -> list[float]:
    return watches.similarities(connection, watch_id)


@cached(50)
def around_threshold(connection: Connection, watch_id: int, threshold: float) -> tuple[list[Post], list[Post]]:
    """The last posts that a threshold lets in, and the first that it leaves out."""
    inside, outside = watches.around(connection, watch_id, threshold)
    return posts.posts_by_id(connection, inside), posts.posts_by_id(connection, outside)


@cached(20)
def topic_model(connection: Connection) -> str:
    """The name of the model whose vectors made the shown topics."""
    return topic_list.shown_fit(connection, places=False).model


@cached(20)
def topic_names(connection: Connection) -> dict[int, TopicName]:
    """Topic id -> what it is called, of those shown."""
    shown = topic_list.topics_of_fit(connection)
    return {t.id: t.name for t in shown}

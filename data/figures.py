"""Numbers for pages: daily rollups, kept by day so that a page never counts every post."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, select, text

from data.dialect import insert_new
from data.models import SENTIMENTS, date_to_day, day_to_date
from data.posts.reads import daily_counts
from data.posts.scope_sql import current_fit, with_merged
from data.reputation.returning import count_day, count_week
from data.schema import (
    IDS_PER_DAY,
    MAP_CELLS,
    brand,
    brand_aspect_day,
    brand_day,
    brand_lang_day,
    brand_source_day,
    brand_topic_day,
    dirty_day,
    map_day,
    place_week,
    topic_day,
)
from data.scope import Scope


@dataclass(frozen=True, slots=True)
class Day:
    """Posts of one day by sentiment. `day` counts from 1970-01-01 UTC; `posts` are all, those not read included."""

    day: int
    posts: int
    negative: int
    neutral: int
    positive: int
    unsure: int

    @property
    def read(self) -> int:
        return self.negative + self.neutral + self.positive + self.unsure

    @property
    def unread(self) -> int:
        """Posts without any of these: in languages whose tone is not read, or not read yet."""
        return self.posts - self.read


def step_of(days: int, *, daily: int = 60, weekly: int | None = None) -> int:
    """How many days one point of a series over so many days stands for: one up to `daily` of them, then a week, and
    four weeks past `weekly`."""
    if days <= daily:
        return 1
    return 7 if weekly is None or days <= weekly else 28


def in_steps(days: Sequence[Day], step: int) -> list[Day]:
    """Days joined `step` by `step`; each sum stands on the first of its days."""
    return [
        Day(days[start].day, sum(d.posts for d in part), *(sum(getattr(d, tone) for d in part) for tone in SENTIMENTS))
        for start in range(0, len(days), step)
        for part in [days[start : start + step]]
    ]


_SUMS_POST = "count(*), " + ", ".join(f"count(*) FILTER (WHERE p.sentiment = '{name}')" for name in SENTIMENTS)


# Row and column of a place on the map, each from 0 to MAP_CELLS - 1, in one number.
_ROW, _COLUMN = (
    f"CASE WHEN {axis} >= 1 THEN {MAP_CELLS - 1} ELSE CAST(floor({axis} * {MAP_CELLS}) AS INTEGER) END"
    for axis in ("y", "x")
)
_CELL = f"({_ROW}) * {MAP_CELLS} + ({_COLUMN})"


def dirty_days(connection: Connection) -> list[int]:
    """Days whose rollups are behind."""
    return list(connection.execute(select(dirty_day.c.day).order_by(dirty_day.c.day)).scalars())


def mark_dirty(connection: Connection, days: Iterable[int]) -> None:
    rows = [{"day": day} for day in set(days)]
    if rows:
        connection.execute(insert_new(dirty_day), rows)


def roll_up(connection: Connection, days: Sequence[int], fit: int, *, weeks: bool = True) -> None:
    """Recompute the rollups of `days`, for all posts, each brand and each topic of `fit`, and of their weeks, which a
    change of topics alone leaves as they are."""
    brands = _listed(connection.execute(select(brand.c.id)).scalars())
    ours = _listed(connection.execute(select(brand.c.id).where(brand.c.is_own)).scalars())
    for day in days:
        _roll_up_day(connection, day, fit, brands)
    for week in sorted({week_of(day) for day in days}) if weeks else ():
        _roll_up_week(connection, week, ours)


def week_of(day: int) -> int:
    """Weeks begin on Monday; week 0 is that of 1970-01-01."""
    return (day + 3) // 7


def first_day_of_week(week: int) -> int:
    return 7 * week - 3


# Brands are named one by one: the key of mentions is (brand, day, post), and without a brand all would be read.
_MENTIONS = "mention m JOIN post p ON p.id = m.post_id WHERE m.brand_id IN ({brands}) AND m.day = :day"
_POSTS = "post p WHERE p.id >= :low AND p.id < :high"
# (table, its key, where the posts are) of what is counted for each day, twice: brand 0 is "all posts".
_BY_DAY = (
    ("brand_day", "0, :day", _POSTS),
    ("brand_day", "m.brand_id, :day", _MENTIONS),
    ("brand_hour", "0, p.published_at / 3600", _POSTS),
    ("brand_hour", "m.brand_id, p.published_at / 3600", _MENTIONS),
    ("brand_source_day", "0, :day, p.source_id, p.lang", _POSTS),
    ("brand_source_day", "m.brand_id, :day, p.source_id, p.lang", _MENTIONS),
)
# The sign before `fit_id` keeps SQLite from walking the whole fit by its key: the index by post is meant.
_PLACED = (
    "post_topic t JOIN post p ON p.id = t.post_id WHERE t.post_id >= :low AND t.post_id < :high AND +t.fit_id = :fit"
)


def _listed(ids: Iterable[int]) -> str:
    return ", ".join(str(int(i)) for i in ids) or "0"


def _roll_up_day(connection: Connection, day: int, fit: int, brands: str) -> None:
    bounds = {"day": day, "low": day * IDS_PER_DAY, "high": (day + 1) * IDS_PER_DAY, "fit": fit}
    # Brands are named here too: keys begin with them.
    for table in (brand_day, brand_source_day, brand_lang_day, brand_aspect_day):
        connection.execute(text(f"DELETE FROM {table.name} WHERE brand_id IN (0, {brands}) AND day = :day"), bounds)
    hours = f"brand_id IN (0, {brands}) AND hour >= 24 * :day AND hour < 24 * :day + 24"
    connection.execute(text(f"DELETE FROM brand_hour WHERE {hours}"), bounds)
    for table in (topic_day, brand_topic_day, map_day):
        connection.execute(delete(table).where(table.c.day == day, table.c.fit_id == fit))
    for table_name, key, posts in _BY_DAY:
        groups = [part for part in key.split(", ") if part not in {"0", ":day"}]
        grouped = f"GROUP BY {', '.join(groups)}" if groups else "HAVING count(*) > 0"
        connection.execute(
            text(f"INSERT INTO {table_name} SELECT {key}, {_SUMS_POST} FROM {posts.format(brands=brands)} {grouped}"),
            bounds,
        )
    sums = ", ".join(f"sum({name})" for name in ("posts", *SENTIMENTS))
    connection.execute(
        text(
            f"INSERT INTO brand_lang_day SELECT brand_id, day, lang, {sums} FROM brand_source_day "
            f"WHERE brand_id IN (0, {brands}) AND day = :day GROUP BY brand_id, day, lang"
        ),
        bounds,
    )
    connection.execute(
        text(f"INSERT INTO topic_day SELECT :fit, t.topic_id, :day, {_SUMS_POST} FROM {_PLACED} GROUP BY t.topic_id"),
        bounds,
    )
    connection.execute(
        text(
            f"INSERT INTO brand_topic_day SELECT :fit, m.brand_id, :day, t.topic_id, {_SUMS_POST.replace('p.', 'm.')} "
            "FROM mention m JOIN post_topic t ON t.post_id = m.post_id AND +t.fit_id = :fit "
            f"WHERE m.brand_id IN ({brands}) AND m.day = :day GROUP BY m.brand_id, t.topic_id"
        ),
        bounds,
    )
    connection.execute(
        text(
            f"INSERT INTO brand_aspect_day SELECT m.brand_id, :day, a.aspect, {_SUMS_POST.replace('p.', 'a.')} "
            f"FROM mention m JOIN post_aspect a ON a.post_id = m.post_id WHERE m.brand_id IN ({brands}) "
            "AND m.day = :day GROUP BY m.brand_id, a.aspect"
        ),
        bounds,
    )
    connection.execute(
        text(
            f"INSERT INTO map_day SELECT :fit, :day, {_CELL}, count(*) FROM post_topic "
            "JOIN topic ON topic.id = topic_id WHERE +fit_id = :fit AND post_id >= :low AND post_id < :high "
            "AND x IS NOT NULL AND NOT noise GROUP BY 3"
        ),
        bounds,
    )
    count_day(connection, day)
    connection.execute(delete(dirty_day).where(dirty_day.c.day == day))


_PLACE = "coalesce(nullif(p.community, ''), s.title)"
_WEEK = "FROM post p JOIN source s ON s.id = p.source_id"


def _roll_up_week(connection: Connection, week: int, ours: str) -> None:
    first = first_day_of_week(week)
    bounds = {
        "week": week,
        "hour": 24 * first,
        "low": first * IDS_PER_DAY,
        "high": (first + 7) * IDS_PER_DAY,
    }
    connection.execute(delete(place_week).where(place_week.c.week == week))
    # Of each post by itself: joined to all mentions of the week, each post would be held against every one.
    named = f"EXISTS (SELECT 1 FROM mention u WHERE u.post_id = p.id AND u.brand_id IN ({ours}))"
    members = (
        f"SELECT :step, p.source_kind, {_PLACE}, p.author, {_SUMS_POST}, "
        "count(*) FILTER (WHERE p.parent_id = ''), count(*) FILTER (WHERE p.parent_id != ''), "
        "sum(coalesce(p.score, 0) + coalesce(p.comments, 0) + coalesce(p.shares, 0)), "
        f"count(*) FILTER (WHERE {named}), count(*) FILTER (WHERE p.sentiment = 'negative' AND {named}), "
        f"count(*) FILTER (WHERE p.sentiment = 'positive' AND {named}), "
        "count(a.post_id) FILTER (WHERE p.parent_id = ''), count(*) FILTER (WHERE p.by_us), :unknown "
        f"{_WEEK} LEFT JOIN post_aspect a ON a.aspect = 'invitation' AND a.post_id = p.id "
        f"WHERE p.id >= {first * IDS_PER_DAY} AND p.id < {(first + 7) * IDS_PER_DAY} "
        f"GROUP BY p.source_kind, {_PLACE}, p.author"
    )
    count_week(connection, week, members)
    connection.execute(
        text(
            f"INSERT INTO place_week SELECT :week, p.source_kind, {_PLACE}, p.published_at / 3600 - :hour, count(*) "
            f"{_WEEK} WHERE p.id >= :low AND p.id < :high GROUP BY p.source_kind, {_PLACE}, p.published_at / 3600"
        ),
        bounds,
    )


def _is_plain(scope: Scope) -> bool:
    narrowed = (
        scope.sources,
        scope.kinds,
        scope.langs,
        scope.sentiments,
        scope.author,
        scope.query,
        scope.area,
        scope.intents,
        scope.state,
    )
    return not any(narrowed) and (scope.part, scope.watch, scope.debate, scope.tool, scope.idea) == (None,) * 5


def days_of(connection: Connection, scope: Scope) -> list[Day]:
    """One row for every day of the scope, zeros included. From rollups where the scope allows it."""
    low, high = date_to_day(scope.since), date_to_day(scope.until)
    counts: dict[int, list[int]] = {}  # posts, then by tone
    if _is_plain(scope) and not (scope.brand is not None and scope.topic is not None):
        if scope.topic is not None:
            table = topic_day
            query = select(table.c.day, table.c.posts, *(table.c[name] for name in SENTIMENTS)).where(
                table.c.fit_id == current_fit(connection),
                table.c.topic_id.in_(with_merged(scope.topic)),
                table.c.day.between(low, high),
            )
        else:
            tones = (brand_day.c[name] for name in SENTIMENTS)
            query = select(brand_day.c.day, brand_day.c.posts, *tones).where(
                brand_day.c.brand_id == (scope.brand or 0), brand_day.c.day.between(low, high)
            )
        for row in connection.execute(query):
            bins = counts.setdefault(row[0], [0] * 5)
            for index in range(5):
                bins[index] += row[index + 1]
    else:
        for day, sentiment, number in daily_counts(connection, scope):
            bins = counts.setdefault(day, [0] * 5)
            bins[0] += number
            if sentiment in SENTIMENTS:
                bins[1 + SENTIMENTS.index(sentiment)] += number
    return [Day(day, *counts.get(day, [0] * 5)) for day in range(low, high + 1)]


def languages(connection: Connection, most: int) -> list[str]:
    """The languages of posts, most posts first."""
    number = func.sum(brand_lang_day.c.posts)
    rows = connection.execute(
        select(brand_lang_day.c.lang)
        .where(brand_lang_day.c.brand_id == 0, brand_lang_day.c.lang != "")
        .group_by(brand_lang_day.c.lang)
        .order_by(number.desc(), brand_lang_day.c.lang)
        .limit(most)
    )
    return [str(lang) for lang in rows.scalars()]


def map_cells(connection: Connection, since: int, until: int) -> list[tuple[int, int, int]]:
    """(column, row, posts) of the map's cells that hold posts between two days."""
    rows = connection.execute(
        select(map_day.c.cell, func.sum(map_day.c.posts))
        .where(map_day.c.fit_id == current_fit(connection), map_day.c.day.between(since, until))
        .group_by(map_day.c.cell)
        .order_by(map_day.c.cell)
    )
    return [(cell % MAP_CELLS, cell // MAP_CELLS, int(number)) for cell, number in rows]


# CROSS keeps SQLite at the topics first: the key of their days begins with them, and other days are not read.
_DAYS_OF_TOPICS = (
    "FROM topic t CROSS JOIN topic_day d "
    "WHERE d.fit_id = :fit AND d.topic_id = t.id AND d.day BETWEEN :since AND :until"
)


def topic_days(connection: Connection, since: int, until: int) -> dict[int, list[Day]]:
    """For every shown topic its days with posts between two days, merged topics counted with their target."""
    rows = connection.execute(
        text(
            "SELECT coalesce(t.merged_into, t.id) AS topic_id, d.day, sum(d.posts), sum(d.negative), "
            f"sum(d.neutral), sum(d.positive), sum(d.unsure) {_DAYS_OF_TOPICS} GROUP BY 1, 2 ORDER BY 1, 2"
        ),
        {"fit": current_fit(connection), "since": since, "until": until},
    )
    days: dict[int, list[Day]] = {}
    for row in rows:
        days.setdefault(int(row[0]), []).append(Day(*(int(value) for value in row[1:])))
    return days


def topic_posts(connection: Connection, since: int, until: int) -> dict[int, int]:
    """For every shown topic its posts between two days, merged topics counted with their target."""
    rows = connection.execute(
        text(f"SELECT coalesce(t.merged_into, t.id), sum(d.posts) {_DAYS_OF_TOPICS} GROUP BY 1"),
        {"fit": current_fit(connection), "since": since, "until": until},
    )
    return {int(topic_id): int(posts) for topic_id, posts in rows}


def topic_months(connection: Connection, topic_id: int) -> list[tuple[int, int]]:
    """(first day, posts) of each month in which a topic had posts, those merged into it included."""
    day = topic_day.c.day
    of_it = topic_day.c.fit_id == current_fit(connection), topic_day.c.topic_id.in_(with_merged(topic_id))
    rows = connection.execute(select(day, func.sum(topic_day.c.posts)).where(*of_it).group_by(day).order_by(day))
    months: dict[int, int] = {}
    for day, number in rows:
        first = date_to_day(day_to_date(int(day)).replace(day=1))
        months[first] = months.get(first, 0) + int(number)
    return list(months.items())

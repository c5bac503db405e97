"""Who was there before: each author's days and weeks, each with the one before it in which the same author wrote.

Distinct people of any period are then a sum: an author counts in the first of their steps of the period, the one whose
`before` lies outside of it. Nobody has to be told apart again, and no page reads earlier weeks to know who is new.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, Table, delete, func, literal_column, select, text

from data.models import SENTIMENTS
from data.schema import IDS_PER_DAY, author_day, author_week, dirty_day, member_week, place_people_week

NEVER, NOT_KNOWN = -1, -2  # the step before; NOT_KNOWN only while a step is counted
SUMS = ("posts", *SENTIMENTS, "roots", "replies", "drawn", "about_us", "against_us", "for_us", "events", "by_us")


def count_step(
    connection: Connection, table: Table, at: int, keys: Sequence[str], columns: Sequence[str], rows: str
) -> set[int]:
    """Make the rows of the day or week `at` what `rows` selects (the step, `keys`, then `columns`, with `:step`),
    and keep `before` true in them and in later ones. Gives the later steps in which it changed."""
    name, step, chosen = table.name, table.c[0].name, ", ".join(keys)
    theirs = ", ".join(f"o.{key}" for key in keys)
    same = " AND ".join(f"o.{key} = {name}.{key}" for key in keys)
    # Who stays at none is gone.
    connection.execute(text(f"UPDATE {name} SET posts = 0 WHERE {step} = :step"), {"step": at})
    connection.execute(
        text(
            f"INSERT INTO {name} ({step}, {chosen}, {', '.join(columns)}, before) {rows} "
            f"ON CONFLICT ({step}, {chosen}) DO UPDATE SET {', '.join(f'{c} = excluded.{c}' for c in columns)}"
        ),
        {"step": at, "unknown": NOT_KNOWN},
    )
    touched: set[int] = set()
    if connection.execute(select(table.c[step]).where(table.c[step] > at).limit(1)).first() is not None:
        for before, which, those in (
            (f"(SELECT o.before FROM {name} o WHERE o.{step} = :step AND {same})", "before = :step", "o.posts = 0"),
            (":step", "before < :step", "o.before = :unknown"),
        ):
            # The sign before the step: later rows of these few keys are meant, not all later rows.
            changed = connection.execute(
                text(
                    f"UPDATE {name} SET before = {before} WHERE +{step} > :step AND {which} AND ({chosen}) IN "
                    f"(SELECT {theirs} FROM {name} o WHERE o.{step} = :step AND {those}) "
                    f"RETURNING {step}"
                ),
                {"step": at, "unknown": NOT_KNOWN},
            )
            touched.update(int(later) for later in changed.scalars())
    connection.execute(delete(table).where(table.c[step] == at, table.c.posts == 0))
    connection.execute(
        text(
            f"UPDATE {name} SET before = coalesce((SELECT max(o.{step}) FROM {name} o WHERE {same} "
            f"AND o.{step} < :step), :never) WHERE {step} = :step AND before = :unknown"
        ),
        {"step": at, "unknown": NOT_KNOWN, "never": NEVER},
    )
    return touched


def count_day(connection: Connection, day: int) -> None:
    """The authors of a day, from its posts."""
    low, high = day * IDS_PER_DAY, (day + 1) * IDS_PER_DAY
    rows = (
        f"SELECT :step, author, count(*), :unknown FROM post WHERE id >= {low} AND id < {high} AND author != '' "
        "GROUP BY author"
    )
    count_step(connection, author_day, day, ("author",), ("posts",), rows)


def count_week(connection: Connection, week: int, rows: str) -> None:
    """The members of a week, from the `rows` of their places (as `count_step` wants them), and what is summed of
    them."""
    touched = count_step(connection, member_week, week, ("source_kind", "community", "author"), SUMS, rows)
    sums = ", ".join(f"sum({name})" for name in SUMS)
    mine = f"SELECT :step, source_kind, author, {sums}, :unknown FROM member_week WHERE week = :step AND author != '' "
    count_step(connection, author_week, week, ("source_kind", "author"), SUMS, f"{mine} GROUP BY source_kind, author")
    for one in sorted({week, *touched}):
        _count_places(connection, one)


def _count_places(connection: Connection, week: int) -> None:
    connection.execute(delete(place_people_week).where(place_people_week.c.week == week))
    connection.execute(
        text(
            "INSERT INTO place_people_week SELECT week, source_kind, community, before, "
            "count(*) FILTER (WHERE author != ''), sum(posts), sum(negative), sum(neutral), sum(positive), "
            "sum(about_us), sum(drawn) FROM member_week WHERE week = :week "
            "GROUP BY week, source_kind, community, before"
        ),
        {"week": week},
    )


def forget_before(connection: Connection, week: int) -> int:
    """Forget what members did before a week; who came back since then comes for the first time. Gives how many rows."""
    gone = 0
    for table in (member_week, author_week, place_people_week):
        number = connection.execute(delete(table).where(table.c.week < week)).rowcount
        gone += number if table is member_week else 0
    if gone:
        later = {"week": week, "never": NEVER}
        changed: set[int] = set()
        for name in ("member_week", "author_week"):
            rows = connection.execute(
                text(
                    f"UPDATE {name} SET before = :never WHERE week >= :week AND before != :never AND before < :week "
                    "RETURNING week"
                ),
                later,
            )
            changed.update(int(one) for one in rows.scalars())
        for one in sorted(changed):
            _count_places(connection, one)
    return gone


def forget_names(connection: Connection, names: Sequence[str]) -> None:
    """Nothing that is counted bears these names any more."""
    for table in (author_day, author_week):
        connection.execute(delete(table).where(table.c.author.in_(names)))
    weeks = connection.execute(delete(member_week).where(member_week.c.author.in_(names)).returning(member_week.c.week))
    for week in sorted(set(weeks.scalars())):
        _count_places(connection, week)


def days_behind(connection: Connection, first: int, last: int) -> set[int]:
    """Days between two in which a post waits to be read, or which wait to be counted."""
    behind = set(connection.execute(select(dirty_day.c.day).where(dirty_day.c.day.between(first, last))).scalars())
    # As the index of posts that wait says it, whose ids are few: by ids alone all posts of these days would be read.
    waits = text(
        f"SELECT DISTINCT post.id / {IDS_PER_DAY} FROM post "
        "WHERE post.pending AND +post.id >= :low AND +post.id < :past"
    )
    bounds = {"low": first * IDS_PER_DAY, "past": (last + 1) * IDS_PER_DAY}
    return behind | {int(day) for day in connection.execute(waits, bounds).scalars()}


def authors_of_days(connection: Connection, first: int, last: int) -> int:
    """How many names wrote between two days."""
    rows = select(func.count()).where(author_day.c.day.between(first, last), author_day.c.before < first)
    return int(connection.execute(rows).scalar_one())


def authors_by_day(connection: Connection, first: int, last: int) -> dict[int, int]:
    """Day -> how many names wrote on it."""
    rows = connection.execute(
        select(author_day.c.day, func.count(literal_column("1")))
        .where(author_day.c.day.between(first, last))
        .group_by(author_day.c.day)
    )
    return {int(day): int(number) for day, number in rows}

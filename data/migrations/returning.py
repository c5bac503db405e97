"""A part of 0020: who was there before. Frozen with it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

TONES = ("posts", "negative", "neutral", "positive", "unsure")
DEEDS = ("roots", "replies", "drawn", "about_us", "against_us", "for_us", "events", "by_us")
# What everybody is told apart by, in the order of authors: nobody has to be sorted.
OF_AUTHOR = (
    "week",
    "before",
    "posts",
    "drawn",
    "about_us",
    "negative",
    "positive",
    "against_us",
    "for_us",
    "events",
    "by_us",
)
PEOPLE = ("people", "posts", "negative", "neutral", "positive", "about_us", "drawn")
RETURNING = [
    "UPDATE member_week SET before = coalesce((SELECT max(o.week) FROM member_week o "
    "WHERE o.source_kind = member_week.source_kind AND o.community = member_week.community "
    "AND o.author = member_week.author AND o.week < member_week.week), -1)",
    f"""INSERT INTO author_week SELECT week, source_kind, author, {", ".join((*TONES, *DEEDS))}, coalesce(
      lag(week) OVER (PARTITION BY source_kind, author ORDER BY week), -1) FROM (
      SELECT week, source_kind, author, {", ".join(f"sum({name}) AS {name}" for name in (*TONES, *DEEDS))}
      FROM member_week WHERE author <> '' GROUP BY week, source_kind, author) w""",
    """INSERT INTO place_people_week SELECT week, source_kind, community, before, count(*) FILTER (WHERE author <> ''),
      sum(posts), sum(negative), sum(neutral), sum(positive), sum(about_us), sum(drawn)
      FROM member_week GROUP BY week, source_kind, community, before""",
    """INSERT INTO author_day SELECT day, author, posts, coalesce(
      lag(day) OVER (PARTITION BY author ORDER BY day), -1) FROM (
      SELECT id / 10000000 AS day, author, count(*) AS posts FROM post WHERE author <> '' GROUP BY 1, 2) d""",
]


def returning(op: Any, number: Any) -> None:
    """Each author's days and weeks, each with the one before it in which the same author wrote."""
    key: dict[str, Any] = {"primary_key": True, "autoincrement": False}
    op.add_column("member_week", sa.Column("before", number, nullable=False, server_default="-1"))
    op.create_index("member_week_by_place", "member_week", ["source_kind", "community", "author", "week"])
    op.create_table(
        "author_week",
        sa.Column("week", number, **key),
        *[sa.Column(name, sa.Text, primary_key=True) for name in ("source_kind", "author")],
        *[sa.Column(name, number, nullable=False) for name in TONES],
        *[sa.Column(name, number, nullable=False, server_default="0") for name in DEEDS],
        sa.Column("before", number, nullable=False, server_default="-1"),
        sqlite_with_rowid=False,
    )
    op.create_index("author_week_by_author", "author_week", ["source_kind", "author", *OF_AUTHOR])
    op.execute("CREATE INDEX author_week_first ON author_week (author, source_kind, week) WHERE before = -1")
    op.create_table(
        "place_people_week",
        sa.Column("week", number, **key),
        *[sa.Column(name, sa.Text, primary_key=True) for name in ("source_kind", "community")],
        sa.Column("before", number, **key),
        *[sa.Column(name, number, nullable=False) for name in PEOPLE],
        sqlite_with_rowid=False,
    )
    op.create_table(
        "author_day",
        sa.Column("day", number, **key),
        sa.Column("author", sa.Text, primary_key=True),
        sa.Column("posts", number, nullable=False),
        sa.Column("before", number, nullable=False, server_default="-1"),
        sqlite_with_rowid=False,
    )
    op.create_index("author_day_by_author", "author_day", ["author", "day"])
    op.execute("CREATE INDEX post_by_dropped ON post (id) WHERE dropped_at IS NOT NULL")
    for statement in RETURNING:
        op.execute(statement)

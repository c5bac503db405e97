"""Tables of brands, their counts, members and actions."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Table,
    Text,
)

from data.schema.columns import Integer, count_column, flag, metadata, text_column, tone_columns


def _before() -> Column[int]:
    """The last step (day or week) before this row's in which the same author wrote; -1 for none."""
    return Column("before", Integer, nullable=False, server_default="-1")


brand = Table(
    "brand",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    flag("is_own"),
    Column("aliases", Text, nullable=False, server_default="[]"),
    Column("kind", Text, nullable=False, server_default="own"),  # own | product | person | competitor | watch
    Column("hashtags", Text, nullable=False, server_default="[]"),
    Column("accounts", Text, nullable=False, server_default="[]"),
    Column("exclusions", Text, nullable=False, server_default="[]"),
    Column("context", Text, nullable=False, server_default="[]"),  # one of these words must be in the post too
    flag("exact_case"),
    text_column("expert"),  # a query that stands in place of all of these
    Column("made_by", Text, nullable=False, server_default="settings"),  # settings | person
    text_column("matched"),  # the query that its mentions were found with
)


mention = Table(
    "mention",
    metadata,
    Column("brand_id", Integer, ForeignKey("brand.id"), primary_key=True),
    Column("day", Integer, primary_key=True),
    Column("post_id", Integer, ForeignKey("post.id"), primary_key=True),
    Column("sentiment", Text, nullable=False),
    Column("lang", Text, nullable=False),
    Column("source_id", Integer, nullable=False),
)


Index("mention_by_post", mention.c.post_id)


# Daily rollups; brand 0 is "all posts". Only days with new or changed posts are recomputed.
brand_day = Table(
    "brand_day",
    metadata,
    Column("brand_id", Integer, primary_key=True),
    Column("day", Integer, primary_key=True),
    *tone_columns(),
)


# The same by hour, by source and language, by language, by topic and by aspect; hours and weeks count from 1970 UTC.
brand_hour = Table(
    "brand_hour",
    metadata,
    Column("brand_id", Integer, primary_key=True),
    Column("hour", Integer, primary_key=True),
    *tone_columns(),
)


brand_source_day = Table(
    "brand_source_day",
    metadata,
    Column("brand_id", Integer, primary_key=True),
    Column("day", Integer, primary_key=True),
    Column("source_id", Integer, primary_key=True),
    Column("lang", Text, primary_key=True),
    *tone_columns(),
)


brand_lang_day = Table(
    "brand_lang_day",
    metadata,
    Column("brand_id", Integer, primary_key=True),
    Column("day", Integer, primary_key=True),
    Column("lang", Text, primary_key=True),
    *tone_columns(),
)


brand_topic_day = Table(
    "brand_topic_day",
    metadata,
    Column("fit_id", Integer, primary_key=True),
    Column("brand_id", Integer, primary_key=True),
    Column("day", Integer, primary_key=True),
    Column("topic_id", Integer, primary_key=True),
    *tone_columns(),
)


brand_aspect_day = Table(
    "brand_aspect_day",
    metadata,
    Column("brand_id", Integer, primary_key=True),
    Column("day", Integer, primary_key=True),
    Column("aspect", Text, primary_key=True),
    *tone_columns(),
)


# What a sentence of a post says of one side of a thing: its tone, and where the sentence lies in the readable text.
post_aspect = Table(
    "post_aspect",
    metadata,
    Column("aspect", Text, primary_key=True),
    Column("post_id", Integer, primary_key=True),
    Column("sentiment", Text, nullable=False),
    Column("start", Integer, nullable=False),
    Column("stop", Integer, nullable=False),
)


Index("post_aspect_by_post", post_aspect.c.post_id)


# One author in one place in one week: networks are never joined.
member_week = Table(
    "member_week",
    metadata,
    Column("week", Integer, primary_key=True),
    Column("source_kind", Text, primary_key=True),
    Column("community", Text, primary_key=True),
    Column("author", Text, primary_key=True),
    *tone_columns(),
    count_column("roots"),
    count_column("replies"),
    count_column("drawn"),  # replies and reactions that the posts drew
    count_column("about_us"),
    count_column("against_us"),
    count_column("for_us"),
    count_column("events"),  # posts that invite to something
    count_column("by_us"),
    _before(),  # the week before in which the author wrote in this place
)


Index("member_week_by_author", member_week.c.source_kind, member_week.c.author, member_week.c.week)
Index(
    "member_week_by_place",
    member_week.c.source_kind,
    member_week.c.community,
    member_week.c.author,
    member_week.c.week,
)


# The same of all places of a network together: see `data.reputation.returning`.
author_week = Table(
    "author_week",
    metadata,
    Column("week", Integer, primary_key=True, autoincrement=False),
    Column("source_kind", Text, primary_key=True),
    Column("author", Text, primary_key=True),
    *tone_columns(),
    *[
        count_column(name)
        for name in ("roots", "replies", "drawn", "about_us", "against_us", "for_us", "events", "by_us")
    ],
    _before(),
)


# With all that everybody is counted by: see `data.reputation.crowd`.
Index(
    "author_week_by_author",
    author_week.c.source_kind,
    author_week.c.author,
    *[
        author_week.c[name]
        for name in ("week", "before", "posts", "drawn", "about_us", "negative", "positive", "against_us", "for_us")
    ],
    author_week.c.events,
    author_week.c.by_us,
)
Index(  # everybody once
    "author_week_first",
    author_week.c.author,
    author_week.c.source_kind,
    author_week.c.week,
    sqlite_where=author_week.c.before == -1,
    postgresql_where=author_week.c.before == -1,
)


# The people of a place in a week and what they wrote, by the week before in which they wrote there.
place_people_week = Table(
    "place_people_week",
    metadata,
    Column("week", Integer, primary_key=True, autoincrement=False),
    Column("source_kind", Text, primary_key=True),
    Column("community", Text, primary_key=True),
    Column("before", Integer, primary_key=True, autoincrement=False),
    *[
        Column(name, Integer, nullable=False)
        for name in ("people", "posts", "negative", "neutral", "positive", "about_us", "drawn")
    ],
)


# The names that wrote on a day, in whatever network.
author_day = Table(
    "author_day",
    metadata,
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("author", Text, primary_key=True),
    Column("posts", Integer, nullable=False),
    _before(),
)


Index("author_day_by_author", author_day.c.author, author_day.c.day)


# Posts of a place by hour of the week, UTC; slot 0 begins on Monday at midnight.
place_week = Table(
    "place_week",
    metadata,
    Column("week", Integer, primary_key=True),
    Column("source_kind", Text, primary_key=True),
    Column("community", Text, primary_key=True),
    Column("slot", Integer, primary_key=True),
    Column("posts", Integer, nullable=False),
)


# Random posts that people labelled to measure the tone: what the program had said, and what they said.
tone_check = Table(
    "tone_check",
    metadata,
    Column("post_id", Integer, primary_key=True, autoincrement=False),
    Column("predicted", Text, nullable=False),
    Column("actual", Text, nullable=False),
    Column("lang", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("at", Integer, nullable=False),
)


# What we did, and what it seems to have changed.
action = Table(
    "action",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", Text, nullable=False),  # post | contest | event | replies | release | other
    Column("title", Text, nullable=False),
    Column("at", Integer, nullable=False),
    Column("brand_id", Integer, nullable=False, server_default="0"),
    text_column("url"),
    text_column("note"),
    count_column("post_id"),
    text_column("who"),
    Column("made_at", Integer, nullable=False),
    Column("effect", Text, nullable=False, server_default="{}"),
    count_column("measured_at"),
)

"""The tables of events: contests, challenges, quizzes, questions and answers, and their draws."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table, Text

from data.schema.columns import Integer, count_column, metadata, text_column

# Entries are read from posts: those with the hashtag, and replies in the thread of post `thread_id`, from `starts_at`
# until before `ends_at`. `most` entries a person, 0 for any number; `answers` are those of a quiz that are right.
event = Table(
    "event",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", Text, nullable=False),  # contest | challenge | quiz | qa
    Column("title", Text, nullable=False),
    text_column("rules"),
    text_column("lang"),
    Column("starts_at", Integer, nullable=False),
    Column("ends_at", Integer, nullable=False),
    text_column("hashtag"),
    count_column("thread_id"),
    count_column("most"),
    count_column("prizes"),
    text_column("answers"),
    text_column("who"),
    Column("made_at", Integer, nullable=False),
)


# Who takes no part, and why.
event_exclusion = Table(
    "event_exclusion",
    metadata,
    Column("event_id", Integer, primary_key=True, autoincrement=False),
    Column("source_kind", Text, primary_key=True),
    Column("author", Text, primary_key=True),
    Column("reason", Text, nullable=False),
    text_column("who"),
    Column("at", Integer, nullable=False),
)


# What a person says of an answer to a quiz: right or wrong, whatever its words.
event_mark = Table(
    "event_mark",
    metadata,
    Column("event_id", Integer, primary_key=True, autoincrement=False),
    Column("post_id", Integer, primary_key=True, autoincrement=False),
    Column("mark", Text, nullable=False),
)
Index("event_mark_by_post", event_mark.c.post_id)


# A list of entries that was closed, by its digest, and what was drawn from it. `seed` is "" until then; `seed_from`
# says beforehand where it comes from, "" where the machine makes it; `reason` why another one had to follow the one
# before.
event_draw = Table(
    "event_draw",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("event_id", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("digest", Text, nullable=False),
    Column("total", Integer, nullable=False),
    Column("prizes", Integer, nullable=False),
    text_column("seed_from"),
    text_column("reason"),
    text_column("closed_by"),
    Column("closed_at", Integer, nullable=False),
    text_column("seed"),
    text_column("drawn_by"),
    count_column("drawn_at"),
)
Index("event_draw_once", event_draw.c.event_id, event_draw.c.number, unique=True)


# `code` is drawn at random and says nothing of the post, which is 0 once it is erased; `person` counts the people of
# the list; `place` is 0 until the draw.
event_entry = Table(
    "event_entry",
    metadata,
    Column("draw_id", Integer, primary_key=True, autoincrement=False),
    Column("code", Text, primary_key=True),
    Column("post_id", Integer, nullable=False),
    Column("person", Integer, nullable=False),
    count_column("place"),
)
Index("event_entry_by_post", event_entry.c.post_id)

"""Tables of where to go: places to speak, the posts that lead there, and what came of going."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table, Text

from data.schema.columns import Integer, count_column, metadata, text_column

# `found` says how: record, followed, search, hand. `facts` is how people behave there (`data.places.behaviour`), JSON;
# `sample` holds posts that a look brought until they are read. `rules` are the words of its rules page.
venue = Table(
    "venue",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("address", Text, nullable=False, unique=True),
    text_column("title"),
    text_column("about"),
    Column("found", Text, nullable=False),
    text_column("facts"),
    text_column("sample"),
    count_column("looked_at"),
    text_column("error"),
    text_column("rules"),
    text_column("rules_url"),
    count_column("rules_at"),
    text_column("state"),
    Column("made_at", Integer, nullable=False),
)


# Posts of a place by what they are to it: names, theme, question, ours, answer.
venue_post = Table(
    "venue_post",
    metadata,
    Column("venue_id", Integer, primary_key=True, autoincrement=False),
    Column("role", Text, primary_key=True),
    Column("post_id", Integer, primary_key=True, autoincrement=False),
)


Index("venue_post_by_post", venue_post.c.post_id)


# What came of it, one line a step: on which day, by whom.
venue_step = Table(
    "venue_step",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("venue_id", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("day", Integer, nullable=False),
    text_column("who"),
    text_column("note"),
)


Index("venue_step_by_venue", venue_step.c.venue_id)

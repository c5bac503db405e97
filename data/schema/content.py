"""The tables of what is to be published: ideas, the calendar, templates, days of one's own. As in `data.schema`."""

from __future__ import annotations

from sqlalchemy import Column, Float, Index, Table, Text

from data.schema.columns import Integer, count_column, metadata, text_column

# What could be published, as found from what people say; what people made of it stays.
idea = Table(
    "idea",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("facts", Text, nullable=False, server_default="{}"),
    Column("score", Float, nullable=False),
    Column("why", Text, nullable=False, server_default="{}"),
    Column("posts", Text, nullable=False, server_default="[]"),
    *(Column(name, Integer, nullable=False) for name in ("total", "people", "places", "days")),
    Column("interest", Float),
    Column("sample", Integer, nullable=False),
    Column("effort", Float, nullable=False),
    Column("risk", Float, nullable=False),
    Column("formats", Text, nullable=False, server_default="[]"),
    text_column("lang"),
    count_column("place"),  # in the ranking, from 1; 0: not found any more
    text_column("state"),  # kept | dismissed: what people made of it
    text_column("reason"),
    count_column("dismissed_total"),  # its posts of evidence when it was dismissed
    count_column("liked"),  # times that somebody asked for more like it
    text_column("who"),
    Column("first_at", Integer, nullable=False),
)
Index("idea_by_place", idea.c.place)
calendar_item = Table(
    "calendar_item",
    metadata,
    Column("id", Integer, primary_key=True),
    count_column("idea_id"),
    Column("title", Text, nullable=False),
    text_column("format"),
    text_column("channel"),
    text_column("lang"),
    text_column("owner"),
    Column("status", Text, nullable=False, server_default="idea"),
    text_column("day"),  # an ISO date, empty while it has none
    Column("hour", Integer, nullable=False, server_default="-1"),
    text_column("note"),
    text_column("subject"),  # debate:2, topic:5, ...
    Column("drafts", Text, nullable=False, server_default="{}"),
    text_column("url"),
    count_column("post_id"),  # found again in our own sources
    count_column("action_id"),
    Column("made_at", Integer, nullable=False),
    Column("changed_at", Integer, nullable=False),
)
Index("calendar_item_by_day", calendar_item.c.day)
content_template = Table(
    "content_template",
    metadata,
    Column("format", Text, primary_key=True),
    Column("lang", Text, primary_key=True),
    Column("text", Text, nullable=False),
)
# Days of our own, and (with an empty name) days of the reference calendar that are not wanted.
own_occasion = Table(
    "own_occasion",
    metadata,
    Column("key", Text, primary_key=True),
    Column("day", Text, nullable=False),  # MM-DD
    text_column("name"),
    text_column("words"),
)

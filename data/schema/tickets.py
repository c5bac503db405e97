"""Tables of what was passed on to those who build."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table, Text

from data.schema.columns import Integer, count_column, metadata, text_column

# `tracker` is the address of the repository or project, `url` that of the issue once it is there. `outcome` is what its
# tracker says of it: open, done, declined, gone; "" before it was read.
ticket = Table(
    "ticket",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("title", Text, nullable=False),
    text_column("note"),
    text_column("tracker"),
    text_column("url"),
    text_column("outcome"),
    text_column("error"),
    text_column("who"),
    Column("made_at", Integer, nullable=False),
    count_column("checked_at"),
    count_column("closed_at"),
)


ticket_post = Table(
    "ticket_post",
    metadata,
    Column("ticket_id", Integer, primary_key=True, autoincrement=False),
    Column("post_id", Integer, primary_key=True, autoincrement=False),
)


Index("ticket_post_by_post", ticket_post.c.post_id)

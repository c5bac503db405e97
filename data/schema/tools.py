"""Tables of new tools."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Float,
    ForeignKey,
    Index,
    Table,
    Text,
)

from data.schema.columns import Integer, metadata, text_column

# A tool, product, library, service or model that people began to name.
tool = Table(
    "tool",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", Text, nullable=False, unique=True),  # its name without what spellings differ in
    Column("name", Text, nullable=False),
    Column("state", Text, nullable=False),  # candidate: not sure enough yet | shown | known: it was there before
    Column("evidence", Float, nullable=False),
    Column("first_post", Integer, nullable=False),
    Column("noticed_post", Integer, nullable=False),  # with which it was sure enough
    Column("last_post", Integer, nullable=False),
    Column("posts", Integer, nullable=False),
    Column("stage", Text, nullable=False, server_default="sighted"),
    Column("facts", Text, nullable=False, server_default="{}"),
    text_column("decision"),  # follow | ignore | known: what people made of it
    text_column("to_test"),
    text_column("assigned"),
    text_column("note"),
    text_column("who"),
)


Index("tool_by_first", tool.c.state, tool.c.first_post)


tool_post = Table(
    "tool_post",
    metadata,
    Column("tool_id", Integer, ForeignKey("tool.id"), primary_key=True),
    Column("post_id", Integer, primary_key=True),
    Column("cue", Text, nullable=False),
    Column("evidence", Float, nullable=False),
    Column("tone", Text, nullable=False),  # of the sentence that names it
)


Index("tool_post_by_post", tool_post.c.post_id)

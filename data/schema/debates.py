"""Tables of stances and debates."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Float,
    ForeignKey,
    Index,
    Table,
    Text,
    UniqueConstraint,
)

from data.schema.columns import Integer, count_column, flag, metadata, text_column

# How a post takes sides, where its words show it. `grants` are the sentences that grant something to others.
post_stance = Table(
    "post_stance",
    metadata,
    Column("post_id", Integer, primary_key=True, autoincrement=False),
    Column("value", Float, nullable=False),
    Column("target", Text, nullable=False),
    flag("depends"),
    Column("grants", Text, nullable=False, server_default="[]"),
)


# A discussion worth a look: a thread, or (with no root) posts of a topic.
debate = Table(
    "debate",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source_kind", Text, nullable=False),
    Column("root_id", Text, nullable=False),
    Column("topic_id", Integer, nullable=False, server_default="0"),
    Column("state", Text, nullable=False),  # debate | lively | criticism | over (no longer any of these)
    Column("question", Text, nullable=False),
    flag("asks"),
    count_column("opener"),
    Column("place", Text, nullable=False, server_default=""),
    Column("lang", Text, nullable=False, server_default=""),
    *(Column(name, Float, nullable=False) for name in ("score", "low", "high", "sure")),
    *(Column(name, Integer, nullable=False) for name in ("posts", "people", "first_post", "last_post")),
    Column("facts", Text, nullable=False, server_default="{}"),
    text_column("dismissed"),  # who said that it is no debate
    count_column("told_with"),  # the debate on the same question in another language, 0 for none
    UniqueConstraint("source_kind", "root_id", "topic_id"),
)


Index("debate_by_last", debate.c.state, debate.c.last_post)


debate_post = Table(
    "debate_post",
    metadata,
    Column("debate_id", Integer, ForeignKey("debate.id"), primary_key=True),
    Column("post_id", Integer, primary_key=True),
    Column("position", Float, nullable=False),
    Column("side", Integer, nullable=False),
    Column("argument", Integer, nullable=False),
)


Index("debate_post_by_post", debate_post.c.post_id)

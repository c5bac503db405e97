"""The tables of what we know: facts, their vectors, and which of them answer what is asked of us."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, Index, LargeBinary, Table, Text

from data.schema.columns import Integer, metadata, text_column

# `questions` are wordings of what it answers, one a line. On PostgreSQL a column `search` holds the words of both.
fact = Table(
    "fact",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", Text, nullable=False),  # product | brand | company | rule
    text_column("questions"),
    Column("text", Text, nullable=False),
    text_column("lang"),
    text_column("valid_from"),  # ISO dates, empty for no bound
    text_column("valid_until"),
    text_column("source"),  # an address, or a file and the place in it
    text_column("owner"),
    Column("made_at", Integer, nullable=False),
    Column("changed_at", Integer, nullable=False),
)
Index("fact_by_end", fact.c.valid_until)


# Vectors of its questions, float16; `digest` tells which words they are of.
fact_vector = Table(
    "fact_vector",
    metadata,
    Column("model", Text, primary_key=True),
    Column("fact_id", Integer, primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("digest", Text, nullable=False),
    Column("v", LargeBinary, nullable=False),
)


# Facts that may answer what is asked of us. `sure`: a draft is built on it by itself.
fact_match = Table(
    "fact_match",
    metadata,
    Column("post_id", Integer, primary_key=True),
    Column("fact_id", Integer, primary_key=True),
    Column("near", Float, nullable=False),
    Column("sure", Boolean, nullable=False),
)
Index("fact_match_by_fact", fact_match.c.fact_id)

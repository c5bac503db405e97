"""Tables of our own places: how fast each answered, and what its developer should mend."""

from __future__ import annotations

from sqlalchemy import Column, Float, Index, Table, Text

from data.schema.columns import Integer, count_column, metadata, text_column

# One look a day at the home page of a place; `seconds` is None where it did not answer.
place_check = Table(
    "place_check",
    metadata,
    Column("place", Text, primary_key=True),
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("seconds", Float),
)


# What a look found. `times` is how many looks in succession saw it; `gone_at` is 0 while it is there.
place_finding = Table(
    "place_finding",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("place", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("subject", Text, nullable=False),
    text_column("detail"),
    text_column("stands_on"),
    Column("found_at", Integer, nullable=False),
    Column("seen_at", Integer, nullable=False),
    count_column("gone_at"),
    count_column("times"),
    text_column("state"),
)


Index("place_finding_once", place_finding.c.place, place_finding.c.code, place_finding.c.subject, unique=True)

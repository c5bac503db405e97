"""Tables of the record itself, its jobs, its visits and its audit."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Index,
    Table,
    Text,
)

from data.schema.columns import Integer, audit_columns, count_column, metadata, text_column

meta = Table("meta", metadata, Column("key", Text, primary_key=True), Column("value", Text, nullable=False))


job = Table(
    "job",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("started_at", Integer, nullable=False),
    Column("beat_at", Integer, nullable=False),
    Column("finished_at", Integer),
    count_column("done"),
    count_column("total"),
    text_column("message"),
    text_column("error"),
    count_column("step_at"),  # when the step that `message` names began
)


lease = Table(
    "lease",
    metadata,
    Column("name", Text, primary_key=True),
    Column("holder", Text, nullable=False),
    Column("expires_at", Integer, nullable=False),
)


visit = Table(
    "visit",
    metadata,
    Column("viewer", Text, primary_key=True),
    Column("current_at", Integer, nullable=False),
    Column("previous_at", Integer, nullable=False),
    Column("seen_at", Integer, nullable=False),
)


# How a person likes things shown, told again at the next visit. `viewer` as for visits.
habit = Table(
    "habit",
    metadata,
    Column("viewer", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)


change = Table(
    "change",
    metadata,
    Column("id", Integer, primary_key=True),
    *audit_columns(),
)
Index("change_by_time", change.c.at)

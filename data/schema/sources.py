"""Tables of sources, their outages and quotas."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Table,
    Text,
    UniqueConstraint,
)

from data.schema.columns import Integer, count_column, flag, metadata, text_column

source = Table(
    "source",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("address", Text, nullable=False),
    text_column("title"),
    text_column("site"),
    text_column("folder"),  # where a list of feeds kept it, as "News / France"
    Column("state", Text, nullable=False, server_default="active"),
    flag("is_own"),
    text_column("etag"),
    text_column("last_modified"),
    text_column("cursor"),
    text_column("redirect_to"),
    count_column("redirect_days"),
    count_column("redirect_day"),
    Column("added_at", Integer, nullable=False),
    count_column("next_check"),
    Column("last_attempt", Integer),
    Column("last_success", Integer),
    text_column("error_code"),
    text_column("error_detail"),
    count_column("failures"),
    text_column("note"),  # a lasting condition, as "limited": it works, but with less than credentials would give
    count_column("back_to"),  # how far back a person asked for
    count_column("reached"),  # how far back it has been read
    count_column("recounted_at"),
    UniqueConstraint("kind", "address"),
)


# A stretch in which a source brought nothing because it failed: the blind spots of figures.
outage = Table(
    "outage",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source_id", Integer, ForeignKey("source.id"), nullable=False),
    Column("began_at", Integer, nullable=False),
    Column("ended_at", Integer),
)


Index("outage_by_source", outage.c.source_id, outage.c.began_at)


# What was used of a service's quota, or spent in thousandths of a cent, in a day or a month.
service_usage = Table(
    "service_usage",
    metadata,
    Column("service", Text, primary_key=True),
    Column("period", Text, primary_key=True),
    count_column("used"),
    Column("allowed", Integer),
)


suggestion = Table(
    "suggestion",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("address", Text, primary_key=True),
    text_column("title"),
    Column("posts", Integer, nullable=False),
    Column("authors", Integer, nullable=False),
    Column("examples", Text, nullable=False, server_default="[]"),
    flag("dismissed"),
    Column("made_at", Integer, nullable=False),
)

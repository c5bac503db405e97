"""Tables of alerts and where they are sent."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Index,
    Table,
    Text,
    UniqueConstraint,
)

from data.schema.columns import Integer, count_column, metadata, text_column

alert_rule = Table(
    "alert_rule",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    text_column("name"),
    Column("brand_id", Integer, nullable=False, server_default="0"),
    text_column("query"),
    Column("sensitivity", Text, nullable=False, server_default="normal"),
    Column("state", Text, nullable=False, server_default="on"),
    Column("made_at", Integer, nullable=False),
    count_column("looked_at"),  # up to when posts have been looked at
)


alert = Table(
    "alert",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("rule_id", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    text_column("key"),  # what it is about: one event is one alert
    Column("began_at", Integer, nullable=False),
    Column("noticed_at", Integer, nullable=False),
    Column("last_at", Integer, nullable=False),
    Column("state", Text, nullable=False, server_default="open"),  # open | closed
    text_column("snoozed"),  # until this ISO date
    count_column("origin"),
    Column("posts", Text, nullable=False, server_default="[]"),
    Column("facts", Text, nullable=False, server_default="{}"),
)


Index("alert_by_time", alert.c.noticed_at)


Index("alert_by_rule", alert.c.rule_id, alert.c.key)


# Where alerts go. The address itself is a secret, kept with the credentials.
alert_channel = Table(
    "alert_channel",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("lang", Text, nullable=False, server_default="en"),
    Column("zone", Text, nullable=False, server_default="UTC"),
    Column("quiet_from", Integer, nullable=False, server_default="0"),  # hours of the day; equal: no quiet hours
    Column("quiet_to", Integer, nullable=False, server_default="0"),
    Column("digest_hour", Integer, nullable=False, server_default="-1"),  # -1: at once
    Column("state", Text, nullable=False, server_default="on"),
    Column("made_at", Integer, nullable=False),
    text_column("digested"),  # the ISO date of the last digest
    text_column("person"),  # of the team, whose it is; "" for everybody
    Column("takes", Text, nullable=False, server_default="all"),  # all | named: only rules that name it
    Column("notices", Text, nullable=False, server_default="off"),  # on: its server tells people what is theirs
)


# The channels that a rule names. A rule without any tells every channel that takes all.
alert_route = Table(
    "alert_route",
    metadata,
    Column("rule_id", Integer, primary_key=True, autoincrement=False),
    Column("channel_id", Integer, primary_key=True, autoincrement=False),
)


delivery = Table(
    "delivery",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("channel_id", Integer, nullable=False),
    Column("alert_id", Integer, nullable=False),
    Column("due_at", Integer, nullable=False),
    Column("state", Text, nullable=False, server_default="waiting"),  # waiting | sent | failed
    count_column("attempts"),
    text_column("error"),
    Column("sent_at", Integer),
    UniqueConstraint("channel_id", "alert_id"),
)


Index("delivery_by_state", delivery.c.state, delivery.c.due_at)

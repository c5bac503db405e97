"""The tables of the house. Changed only by its migrations."""

from __future__ import annotations

from sqlalchemy import Column, Index, MetaData, Table, Text

from data.schema.columns import Integer, audit_columns, count_column, text_column

metadata = MetaData()

meta = Table("meta", metadata, Column("key", Text, primary_key=True), Column("value", Text, nullable=False))
account = Table(
    "account",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),  # shown under every change
    Column("login", Text, nullable=False, unique=True),  # address or user name, in small letters
    Column("kind", Text, nullable=False, server_default="local"),  # local | openid | proxy
    text_column("subject"),  # issuer and subject of OpenID Connect
    text_column("secret"),  # argon2 of the password; empty where another signs in for it
    text_column("email"),  # where assignments are told
    Column("notices", Text, nullable=False, server_default="on"),  # on | off: whether they are
    text_column("lang"),  # and in which language; empty: that of the channel
    Column("state", Text, nullable=False, server_default="active"),  # active | closed
    Column("made_at", Integer, nullable=False),
    text_column("made_by"),
    count_column("seen_at"),
)
# One browser that is signed in. Only the digest of what it holds is kept.
session = Table(
    "session",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("account_id", Integer, nullable=False),
    Column("made_at", Integer, nullable=False),
    Column("seen_at", Integer, nullable=False),
    Column("expires_at", Integer, nullable=False),
    text_column("browser"),
)
Index("session_by_account", session.c.account_id)
# Links that let in once: the first administrator, one who is invited, a new password.
invitation = Table(
    "invitation",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("kind", Text, nullable=False),  # first | invite | reset
    count_column("account_id"),  # of a reset
    text_column("name"),
    text_column("role"),
    text_column("workspace"),  # key
    Column("made_at", Integer, nullable=False),
    text_column("made_by"),
    Column("expires_at", Integer, nullable=False),
    count_column("used_at"),
)
# What failed, by account and by address, so that guessing ends.
attempt = Table(
    "attempt",
    metadata,
    Column("key", Text, primary_key=True),
    Column("began_at", Integer, nullable=False),
    Column("failures", Integer, nullable=False),
)
# Where an account has signed in before: what others fail at elsewhere never keeps it out there.
known_address = Table(
    "known_address",
    metadata,
    Column("account_id", Integer, primary_key=True),
    Column("address", Text, primary_key=True),
    Column("seen_at", Integer, nullable=False),
)
workspace = Table(
    "workspace",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", Text, nullable=False, unique=True),  # in addresses and file names: small letters, digits, -
    Column("name", Text, nullable=False),
    Column("state", Text, nullable=False, server_default="active"),  # active | closed
    Column("made_at", Integer, nullable=False),
)
membership = Table(
    "membership",
    metadata,
    Column("account_id", Integer, primary_key=True),
    Column("workspace_id", Integer, primary_key=True),
    Column("role", Text, nullable=False),  # see data.actor.ROLES
)
# The audit of the house itself: signed in, invited, role changed, closed.
house_change = Table(
    "house_change",
    metadata,
    Column("id", Integer, primary_key=True),
    *audit_columns(),
)
Index("house_change_by_time", house_change.c.at)

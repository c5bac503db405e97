"""The tables of what is shared: snapshots, reports, subscriptions, views, tokens. Changed only by the migrations."""

from __future__ import annotations

from sqlalchemy import Column, Index, LargeBinary, Table, Text, UniqueConstraint

from data.schema.columns import Integer, count_column, flag, metadata, text_column

# A frozen document, opened with a token of which only the digest is kept.
snapshot = Table(
    "snapshot",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("digest", Text, nullable=False, unique=True),
    Column("title", Text, nullable=False),
    text_column("note"),
    text_column("page"),
    Column("parameters", Text, nullable=False, server_default="{}"),  # of the page's address
    count_column("report_id"),
    Column("made_at", Integer, nullable=False),
    text_column("who"),
    count_column("expires_at"),  # 0: never
    text_column("secret"),  # salt and scrypt of its password, empty for none
    Column("names", Text, nullable=False),  # pseudonyms | names | none
    flag("download"),
    flag("presenting"),  # with the presenter's notes, for the one who presents
    count_column("revoked_at"),
    count_column("views"),
    count_column("viewed_at"),
    Column("body", LargeBinary, nullable=False),
    text_column("asks"),  # of its guests: nothing | comments | approval
    text_column("question"),  # what we want to know of them
    flag("mutual"),  # guests see one another's comments
)
Index("snapshot_by_time", snapshot.c.made_at)
# Posts quoted in a snapshot, so that erasing one erases it there.
snapshot_post = Table(
    "snapshot_post",
    metadata,
    Column("snapshot_id", Integer, primary_key=True),
    Column("post_id", Integer, primary_key=True),
)
Index("snapshot_post_by_post", snapshot_post.c.post_id)
# What guests of a link wrote. Nothing tells who they are but the name that they gave.
guest_answer = Table(
    "guest_answer",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("snapshot_id", Integer, nullable=False),
    count_column("section"),  # its place in the document, from 1; 0: the whole
    Column("kind", Text, nullable=False),  # comment | approved | changes
    text_column("name"),
    text_column("text"),
    Column("at", Integer, nullable=False),
    Column("state", Text, nullable=False, server_default="new"),  # new | seen | hidden
)
Index("guest_answer_by_snapshot", guest_answer.c.snapshot_id, guest_answer.c.id)
report = Table(
    "report",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("days", Integer, nullable=False),  # 7, a calendar month (30), or any number
    count_column("brand_id"),
    text_column("lang"),
    Column("names", Text, nullable=False, server_default="pseudonyms"),
    Column("blocks", Text, nullable=False, server_default="[]"),  # keys, in order; snapshot:ID is one of them
    Column("comments", Text, nullable=False, server_default="{}"),  # block -> the manager's words
    Column("notes", Text, nullable=False, server_default="{}"),  # block -> what the presenter says
    Column("made_at", Integer, nullable=False),
    Column("changed_at", Integer, nullable=False),
)
# Who receives the daily brief or a report. The address itself is a secret, kept with the credentials.
subscription = Table(
    "subscription",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("kind", Text, nullable=False),  # daily | weekly | monthly
    count_column("report_id"),  # 0: the brief
    Column("lang", Text, nullable=False, server_default="en"),
    Column("zone", Text, nullable=False, server_default="UTC"),
    Column("hour", Integer, nullable=False, server_default="8"),
    count_column("weekday"),  # 0 is Monday
    Column("minutes", Integer, nullable=False, server_default="3"),  # of reading
    Column("state", Text, nullable=False, server_default="on"),
    Column("made_at", Integer, nullable=False),
)
mailing = Table(
    "mailing",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("subscription_id", Integer, nullable=False),
    Column("edition", Text, nullable=False),  # the ISO date that it is of
    Column("due_at", Integer, nullable=False),
    Column("state", Text, nullable=False, server_default="waiting"),  # waiting | sent | failed
    count_column("attempts"),
    text_column("error"),
    Column("sent_at", Integer),
    UniqueConstraint("subscription_id", "edition"),
)
# Tokens of the feeds and of the interface for other programs; only their digests are kept.
# A filter of posts under a name, for all of the team.
saved_view = Table(
    "saved_view",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("parameters", Text, nullable=False, server_default="{}"),  # of the address of Mentions
    Column("made_at", Integer, nullable=False),
)
token = Table(
    "access",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", Text, nullable=False),  # api | feed
    Column("name", Text, nullable=False),
    Column("digest", Text, nullable=False, unique=True),
    Column("names", Text, nullable=False, server_default="pseudonyms"),
    text_column("lang"),
    Column("made_at", Integer, nullable=False),
    count_column("expires_at"),
    count_column("revoked_at"),
    count_column("uses"),
    count_column("used_at"),
    count_column("view_id"),  # of a feed of the new posts of a saved view; 0: of alerts
)

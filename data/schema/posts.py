"""The tables. Created and changed only by the migrations; this module is how the code names them."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from data.models import UNREAD
from data.schema.columns import Integer, count_column, flag, metadata, text_column

# Narrow on purpose: lists and counts read only this table. The id begins with the day
# (day * IDS_PER_DAY + rank of arrival), so that a period is a range of the primary key.
IDS_PER_DAY = 10_000_000
post = Table(
    "post",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("source_kind", Text, nullable=False),
    Column("native_id", Text, nullable=False),
    Column("source_id", Integer, ForeignKey("source.id"), nullable=False),
    Column("published_at", Integer, nullable=False),
    Column("collected_at", Integer, nullable=False),
    text_column("author"),
    text_column("community"),
    text_column("lang"),
    text_column("root_id"),
    text_column("parent_id"),
    flag("is_demo"),
    Column("sentiment", Text, nullable=False, default=UNREAD, server_default="unsure"),
    Column("sentiment_confidence", Float, nullable=False, server_default="0"),
    count_column("group_id"),
    Column("pending", Boolean, nullable=False, server_default=text("true")),
    Column("score", Integer),
    Column("comments", Integer),
    Column("views", Integer),
    Column("shares", Integer),
    Column("ratio", Float),  # of votes that are up
    flag("accepted"),  # an accepted answer, or a question that has one
    Column("removed_at", Integer),  # when its network was seen to have removed it
    Column("toxicity", Float, nullable=False, server_default="0"),
    flag("by_us"),  # written by one of our own accounts
    Column("dropped_at", Integer),  # when its words and its author were let go, for they were kept long enough
    Column("ours", Boolean),  # what brought it says whose words these are; null where its source decides
    UniqueConstraint("source_kind", "native_id"),
)
Index(
    "post_by_root",
    post.c.root_id,
    post.c.id,
    sqlite_where=post.c.root_id != "",
    postgresql_where=post.c.root_id != "",
)
Index("post_by_pending", post.c.sentiment, post.c.id, sqlite_where=post.c.pending, postgresql_where=post.c.pending)
Index(
    "post_by_copy",
    post.c.id,
    post.c.group_id,
    sqlite_where=post.c.group_id != 0,
    postgresql_where=post.c.group_id != 0,
)
Index(
    "post_by_shares",
    post.c.id,
    post.c.shares,
    sqlite_where=post.c.shares > 0,
    postgresql_where=post.c.shares > 0,
)
Index(
    "post_by_dropped",
    post.c.id,
    sqlite_where=post.c.dropped_at.is_not(None),
    postgresql_where=post.c.dropped_at.is_not(None),
)
Index(
    "post_by_us",
    post.c.id,
    sqlite_where=post.c.by_us,
    postgresql_where=post.c.by_us,
)
Index("post_by_source", post.c.source_id, post.c.id)
Index("post_by_moment", post.c.published_at, post.c.id)
Index("post_by_group", post.c.group_id)
Index("post_by_author", post.c.author, post.c.id)

post_text = Table(
    "post_text",
    metadata,
    Column("post_id", Integer, ForeignKey("post.id"), primary_key=True, autoincrement=False),
    text_column("title"),
    text_column("received"),  # as the source gave it: never altered
    text_column("plain"),
    text_column("url"),
)

# A post may reach us through several sources; `post.source_id` is the first, which alone may correct it.
post_source = Table(
    "post_source",
    metadata,
    Column("source_id", Integer, ForeignKey("source.id"), primary_key=True),
    Column("post_id", Integer, ForeignKey("post.id"), primary_key=True),
    count_column("link"),  # numbers of the page it leads to and of its words (`data.posts.links.marks`), by which a
    count_column("said"),  # post of a feed is known again; 0 where its network's ids can be trusted
)
Index(
    "post_source_by_link",
    post_source.c.source_id,
    post_source.c.link,
    post_source.c.said,
    sqlite_where=post_source.c.link != 0,
    postgresql_where=post_source.c.link != 0,
)

engagement_day = Table(
    "engagement_day",
    metadata,
    Column("post_id", Integer, ForeignKey("post.id"), primary_key=True),
    Column("day", Integer, primary_key=True),
    Column("score", Integer),
    Column("comments", Integer),
    Column("views", Integer),
    Column("shares", Integer),
)
# Pages that a post leads to, by a number of their address (`data.posts.links.pages_of`): who carries on the same.
post_link = Table(
    "post_link",
    metadata,
    Column("page", Integer, primary_key=True, autoincrement=False),
    Column("post_id", Integer, ForeignKey("post.id"), primary_key=True, autoincrement=False),
    flag("own"),  # it is the post's own page
)
Index("post_link_by_post", post_link.c.post_id, post_link.c.page)
# Posts erased since the last refresh: their vectors, in the other file, must go too.
erased_post = Table("erased_post", metadata, Column("post_id", Integer, primary_key=True))
# Of a PostgreSQL record; those of a SQLite one have a file of their own.
vector = Table(
    "vector",
    metadata,
    Column("model", Text, primary_key=True),
    Column("post_id", Integer, primary_key=True, autoincrement=False),
    Column("v", LargeBinary, nullable=False),
)
# Posts that look alike share one of these numbers, which are made of parts of their sketches: of the latest weeks.
sketch_band = Table(
    "sketch_band",
    metadata,
    Column("week", Integer, primary_key=True, autoincrement=False),
    Column("band", Integer, primary_key=True, autoincrement=False),
    Column("post_id", Integer, primary_key=True, autoincrement=False),
)
# Up to which post those of a day were sketched.
sketched_day = Table(
    "sketched_day",
    metadata,
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("last_post", Integer, nullable=False),
)
dirty_day = Table("dirty_day", metadata, Column("day", Integer, primary_key=True))
# Posts that were read, and whose thread, inquiry and tools are still to be looked at.
unsettled_post = Table("unsettled_post", metadata, Column("post_id", Integer, primary_key=True, autoincrement=False))

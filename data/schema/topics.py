"""Tables of topics, their fits, map and watched subjects."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Float,
    ForeignKey,
    Index,
    LargeBinary,
    Table,
    Text,
)

from data.schema.columns import Integer, count_column, flag, metadata, text_column, tone_columns

topic = Table(
    "topic",
    metadata,
    Column("id", Integer, primary_key=True),
    text_column("label"),
    text_column("person_label"),
    Column("terms", Text, nullable=False, server_default="[]"),
    Column("wordings", Text, nullable=False, server_default="[]"),  # [language, label, terms] of a mixed topic
    Column("representatives", Text, nullable=False, server_default="[]"),
    flag("hidden"),
    Column("merged_into", Integer),
    Column("first_fit", Integer, nullable=False),
    Column("first_seen", Integer),
    Column("trend", Text, nullable=False, server_default="steady"),
    Column("trend_facts", Text, nullable=False, server_default="{}"),
    Column("first_terms", Text, nullable=False, server_default="[]"),
    flag("noise"),  # what people marked as not worth grouping: kept, and shown nowhere as a topic
    Column("made_by", Text, nullable=False, server_default="fit"),  # fit | theme (began between fits) | person
    Column("became", Integer),  # the topic that it went into at a later fit
    count_column("theme"),  # the largest topic of its theme
)


# One row per fit of the model; the one that `meta.topic_fit` names is shown, and it changes in one write.
topic_fit = Table(
    "topic_fit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("created_at", Integer, nullable=False),
    Column("model", Text, nullable=False),
    Column("fitted_posts", Integer, nullable=False),
    Column("threshold", Float, nullable=False),
)


topic_centroid = Table(
    "topic_centroid",
    metadata,
    Column("fit_id", Integer, ForeignKey("topic_fit.id"), primary_key=True),
    Column("topic_id", Integer, ForeignKey("topic.id"), primary_key=True),
    Column("vector", LargeBinary, nullable=False),  # float32, little-endian, unit length
    Column("line", Float),  # cosine from which a post is about it; null: the threshold of the fit
)


post_topic = Table(
    "post_topic",
    metadata,
    Column("fit_id", Integer, primary_key=True),
    Column("topic_id", Integer, primary_key=True),
    Column("post_id", Integer, primary_key=True),
    Column("similarity", Float, nullable=False),
    Column("x", Float),  # on the map, from 0 to 1
    Column("y", Float),
    count_column("part"),  # its sub-topic, 0 for none
)


Index("post_topic_by_post", post_topic.c.post_id, post_topic.c.fit_id)


topic_part = Table(
    "topic_part",
    metadata,
    Column("fit_id", Integer, primary_key=True),
    Column("topic_id", Integer, primary_key=True),
    Column("number", Integer, primary_key=True),
    text_column("label"),
    Column("vector", LargeBinary, nullable=False),
)


# Posts that carry the map: others lie between those they are nearest to.
map_mark = Table(
    "map_mark",
    metadata,
    Column("fit_id", Integer, primary_key=True),
    Column("post_id", Integer, primary_key=True),
    Column("x", Float, nullable=False),
    Column("y", Float, nullable=False),
)


# What became of topics, by a fit or by a person; a person's changes hold what undoes them.
topic_change = Table(
    "topic_change",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Integer, nullable=False),
    Column("topic_id", Integer, nullable=False),
    count_column("other_id"),
    Column("kind", Text, nullable=False),
    Column("made_by", Text, nullable=False, server_default="fit"),
    Column("detail", Text, nullable=False, server_default="{}"),
    Column("undone_at", Integer),
)


Index("topic_change_by_topic", topic_change.c.topic_id)


# A person put this post in this topic: fits leave it there.
post_pin = Table(
    "post_pin",
    metadata,
    Column("post_id", Integer, primary_key=True, autoincrement=False),
    Column("topic_id", Integer, nullable=False),
)


# A subject in a person's words, and the posts that are near it.
watch = Table(
    "watch",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("words", Text, nullable=False),
    Column("threshold", Float, nullable=False, server_default="0.5"),
    text_column("model"),  # empty while its posts have not been looked for
    Column("vector", LargeBinary),
    Column("made_at", Integer, nullable=False),
)


watch_post = Table(
    "watch_post",
    metadata,
    Column("watch_id", Integer, ForeignKey("watch.id"), primary_key=True),
    Column("post_id", Integer, primary_key=True),
    Column("similarity", Float, nullable=False),
)


Index("watch_post_by_post", watch_post.c.post_id)


topic_day = Table(
    "topic_day",
    metadata,
    Column("fit_id", Integer, primary_key=True),
    Column("topic_id", Integer, primary_key=True),
    Column("day", Integer, primary_key=True),
    *tone_columns(),
)


map_day = Table(
    "map_day",
    metadata,
    Column("fit_id", Integer, primary_key=True),
    Column("day", Integer, primary_key=True),
    Column("cell", Integer, primary_key=True),  # row * MAP_CELLS + column
    Column("posts", Integer, nullable=False),
)


MAP_CELLS = 40

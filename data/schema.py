"""The tables. Created and changed only by the migrations; this module is how the code names them."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy import Integer as _Integer

metadata = MetaData()
Integer = _Integer().with_variant(BigInteger(), "postgresql")  # ids and times pass 32 bits


def text_column(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, server_default="")


def count_column(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default="0")


def _tones() -> list[Column[int]]:
    return [Column(name, Integer, nullable=False) for name in ("posts", "negative", "neutral", "positive", "unsure")]


def flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False, server_default=text("false"))


meta = Table("meta", metadata, Column("key", Text, primary_key=True), Column("value", Text, nullable=False))

source = Table(
    "source",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("address", Text, nullable=False),
    text_column("title"),
    text_column("site"),
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

# Narrow on purpose: lists and counts read only this table. The id begins with the day
# (day * IDS_PER_DAY + rank), so "newest first" walks the primary key backwards.
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
    Column("sentiment", Text, nullable=False, server_default="unsure"),
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
    UniqueConstraint("source_kind", "native_id"),
)
Index(
    "post_by_root", post.c.root_id, post.c.id,
    sqlite_where=post.c.root_id != "", postgresql_where=post.c.root_id != "",
)  # fmt: skip
Index("post_by_pending", post.c.id, sqlite_where=post.c.pending, postgresql_where=post.c.pending)
Index("post_by_source", post.c.source_id, post.c.id)
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

brand = Table(
    "brand",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    flag("is_own"),
    Column("aliases", Text, nullable=False, server_default="[]"),
    Column("kind", Text, nullable=False, server_default="own"),  # own | product | person | competitor | watch
    Column("hashtags", Text, nullable=False, server_default="[]"),
    Column("accounts", Text, nullable=False, server_default="[]"),
    Column("exclusions", Text, nullable=False, server_default="[]"),
    Column("context", Text, nullable=False, server_default="[]"),  # one of these words must be in the post too
    flag("exact_case"),
    text_column("expert"),  # a query that stands in place of all of these
    Column("made_by", Text, nullable=False, server_default="settings"),  # settings | person
    text_column("matched"),  # the query that its mentions were found with
)

mention = Table(
    "mention",
    metadata,
    Column("brand_id", Integer, ForeignKey("brand.id"), primary_key=True),
    Column("day", Integer, primary_key=True),
    Column("post_id", Integer, ForeignKey("post.id"), primary_key=True),
    Column("sentiment", Text, nullable=False),
    Column("lang", Text, nullable=False),
    Column("source_id", Integer, nullable=False),
)
Index("mention_by_post", mention.c.post_id)

topic = Table(
    "topic",
    metadata,
    Column("id", Integer, primary_key=True),
    text_column("label"),
    text_column("person_label"),
    Column("terms", Text, nullable=False, server_default="[]"),
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

own_account = Table("own_account", metadata, Column("author", Text, primary_key=True))
# What a post is: question, complaint, praise, idea, bug, other or unsure; several may hold.
post_intent = Table(
    "post_intent",
    metadata,
    Column("intent", Text, primary_key=True),
    Column("post_id", Integer, primary_key=True),
    Column("confidence", Float, nullable=False),
)
Index("post_intent_by_post", post_intent.c.post_id)

# A question or complaint to us. `alike` is the first post that asks the same; `answered_by` our reply, 0 for none.
inquiry = Table(
    "inquiry",
    metadata,
    Column("post_id", Integer, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("alike", Integer, nullable=False),
    count_column("answered_by"),
)
Index(
    "inquiry_open", inquiry.c.alike, inquiry.c.post_id,
    sqlite_where=inquiry.c.answered_by == 0, postgresql_where=inquiry.c.answered_by == 0,
)  # fmt: skip
# Posts of ours that may answer it.
past_answer = Table(
    "past_answer",
    metadata,
    Column("post_id", Integer, primary_key=True),
    Column("answer_id", Integer, primary_key=True),
    Column("similarity", Float, nullable=False),
)
thread_heat = Table(
    "thread_heat",
    metadata,
    Column("source_kind", Text, primary_key=True),
    Column("root_id", Text, primary_key=True),
    Column("heat", Float, nullable=False),
    Column("before", Float, nullable=False),  # at the refresh before
    Column("parts", Text, nullable=False),
    Column("posts", Integer, nullable=False),
    Column("last_post", Integer, nullable=False),
)
moderation = Table(
    "moderation",
    metadata,
    Column("post_id", Integer, primary_key=True, autoincrement=False),
    Column("risk", Float, nullable=False),
    Column("heat", Float, nullable=False),
    Column("reasons", Text, nullable=False, server_default="[]"),
)
Index("moderation_by_risk", moderation.c.risk)

# What people did with a post; empty is "not". Every change is a row of `triage_event`, which undoes it.
triage = Table(
    "triage",
    metadata,
    Column("post_id", Integer, primary_key=True, autoincrement=False),
    text_column("seen"),
    text_column("starred"),
    text_column("handled"),
    text_column("snoozed"),  # until this ISO date
    text_column("assigned"),
    text_column("decision"),
    text_column("note"),
)
# What people say a post is: it wins over what the program found, now and later.
post_label = Table(
    "post_label",
    metadata,
    Column("post_id", Integer, primary_key=True),
    Column("field", Text, primary_key=True),
    Column("value", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("at", Integer, nullable=False),
)
triage_event = Table(
    "triage_event",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("batch", Integer, nullable=False),  # changes made, and undone, in one go
    Column("at", Integer, nullable=False),
    Column("who", Text, nullable=False),
    Column("post_id", Integer, nullable=False),
    Column("field", Text, nullable=False),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Column("undone_at", Integer),
)
Index("triage_event_by_post", triage_event.c.post_id)
Index("triage_event_by_time", triage_event.c.at)
word_tone = Table(
    "word_tone",
    metadata,
    Column("word", Text, primary_key=True),
    Column("tone", Text, nullable=False),  # neutral | negative | positive
    Column("made_at", Integer, nullable=False),
)
# Corrections learned: `before` and `after` are macro-recalls on labels held out.
local_model = Table(
    "local_model",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("made_at", Integer, nullable=False),
    Column("labels", Integer, nullable=False),
    Column("before", Float, nullable=False),
    Column("after", Float, nullable=False),
    Column("state", Text, nullable=False),  # adopted | refused | rolled_back
    Column("base", Text, nullable=False),
    Column("weights", LargeBinary, nullable=False),
)
# A quote in the basket: a part of the readable text of a post. The text itself stays in the post.
verbatim = Table(
    "verbatim",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("post_id", Integer, nullable=False),
    Column("start", Integer, nullable=False),
    Column("stop", Integer, nullable=False),
    Column("digest", Text, nullable=False),
    Column("tags", Text, nullable=False, server_default="[]"),
    Column("who", Text, nullable=False),
    Column("at", Integer, nullable=False),
)
Index("verbatim_by_post", verbatim.c.post_id)
reply_template = Table(
    "reply_template",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("tone", Text, primary_key=True),
    Column("lang", Text, primary_key=True),
    Column("text", Text, nullable=False),
)

# Daily rollups; brand 0 is "all posts". Only days with new or changed posts are recomputed.
brand_day = Table(
    "brand_day",
    metadata,
    Column("brand_id", Integer, primary_key=True),
    Column("day", Integer, primary_key=True),
    *_tones(),
)


# The same by hour, by source and language, by topic and by aspect; hours and weeks count from 1970 UTC.
brand_hour = Table(
    "brand_hour",
    metadata,
    Column("brand_id", Integer, primary_key=True),
    Column("hour", Integer, primary_key=True),
    *_tones(),
)
brand_source_day = Table(
    "brand_source_day",
    metadata,
    Column("brand_id", Integer, primary_key=True),
    Column("day", Integer, primary_key=True),
    Column("source_id", Integer, primary_key=True),
    Column("lang", Text, primary_key=True),
    *_tones(),
)
brand_topic_day = Table(
    "brand_topic_day",
    metadata,
    Column("fit_id", Integer, primary_key=True),
    Column("brand_id", Integer, primary_key=True),
    Column("day", Integer, primary_key=True),
    Column("topic_id", Integer, primary_key=True),
    *_tones(),
)
brand_aspect_day = Table(
    "brand_aspect_day",
    metadata,
    Column("brand_id", Integer, primary_key=True),
    Column("day", Integer, primary_key=True),
    Column("aspect", Text, primary_key=True),
    *_tones(),
)
# What a sentence of a post says of one side of a thing: its tone, and where the sentence lies in the readable text.
post_aspect = Table(
    "post_aspect",
    metadata,
    Column("aspect", Text, primary_key=True),
    Column("post_id", Integer, primary_key=True),
    Column("sentiment", Text, nullable=False),
    Column("start", Integer, nullable=False),
    Column("stop", Integer, nullable=False),
)
Index("post_aspect_by_post", post_aspect.c.post_id)
# One author in one place in one week: networks are never joined.
member_week = Table(
    "member_week",
    metadata,
    Column("week", Integer, primary_key=True),
    Column("source_kind", Text, primary_key=True),
    Column("community", Text, primary_key=True),
    Column("author", Text, primary_key=True),
    *_tones(),
    count_column("roots"),
    count_column("replies"),
    count_column("drawn"),  # replies and reactions that the posts drew
    count_column("about_us"),
    count_column("against_us"),
    count_column("for_us"),
    count_column("events"),  # posts that invite to something
    count_column("by_us"),
)
Index("member_week_by_author", member_week.c.source_kind, member_week.c.author, member_week.c.week)
# Posts of a place by hour of the week, UTC; slot 0 begins on Monday at midnight.
place_week = Table(
    "place_week",
    metadata,
    Column("week", Integer, primary_key=True),
    Column("source_kind", Text, primary_key=True),
    Column("community", Text, primary_key=True),
    Column("slot", Integer, primary_key=True),
    Column("posts", Integer, nullable=False),
)
# Random posts that people labelled to measure the tone: what the program had said, and what they said.
tone_check = Table(
    "tone_check",
    metadata,
    Column("post_id", Integer, primary_key=True, autoincrement=False),
    Column("predicted", Text, nullable=False),
    Column("actual", Text, nullable=False),
    Column("lang", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("at", Integer, nullable=False),
)

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
# What we did, and what it seems to have changed.
action = Table(
    "action",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", Text, nullable=False),  # post | contest | event | replies | release | other
    Column("title", Text, nullable=False),
    Column("at", Integer, nullable=False),
    Column("brand_id", Integer, nullable=False, server_default="0"),
    text_column("url"),
    text_column("note"),
    count_column("post_id"),
    text_column("who"),
    Column("made_at", Integer, nullable=False),
    Column("effect", Text, nullable=False, server_default="{}"),
    count_column("measured_at"),
)

topic_day = Table(
    "topic_day",
    metadata,
    Column("fit_id", Integer, primary_key=True),
    Column("topic_id", Integer, primary_key=True),
    Column("day", Integer, primary_key=True),
    *_tones(),
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
dirty_day = Table("dirty_day", metadata, Column("day", Integer, primary_key=True))

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

# A tool, product, library, service or model that people began to name.
tool = Table(
    "tool",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", Text, nullable=False, unique=True),  # its name without what spellings differ in
    Column("name", Text, nullable=False),
    Column("state", Text, nullable=False),  # candidate: not sure enough yet | shown | known: it was there before
    Column("evidence", Float, nullable=False),
    Column("first_post", Integer, nullable=False),
    Column("noticed_post", Integer, nullable=False),  # with which it was sure enough
    Column("last_post", Integer, nullable=False),
    Column("posts", Integer, nullable=False),
    Column("stage", Text, nullable=False, server_default="sighted"),
    Column("facts", Text, nullable=False, server_default="{}"),
    text_column("decision"),  # follow | ignore | known: what people made of it
    text_column("to_test"),
    text_column("assigned"),
    text_column("note"),
    text_column("who"),
)
Index("tool_by_first", tool.c.state, tool.c.first_post)
tool_post = Table(
    "tool_post",
    metadata,
    Column("tool_id", Integer, ForeignKey("tool.id"), primary_key=True),
    Column("post_id", Integer, primary_key=True),
    Column("cue", Text, nullable=False),
    Column("evidence", Float, nullable=False),
    Column("tone", Text, nullable=False),  # of the sentence that names it
)
Index("tool_post_by_post", tool_post.c.post_id)

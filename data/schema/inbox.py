"""Tables of the inbox: who waits, what people did and taught."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Float,
    Index,
    LargeBinary,
    Table,
    Text,
)

from data.schema.columns import Integer, count_column, metadata, text_column

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
    "inquiry_open",
    inquiry.c.alike,
    inquiry.c.post_id,
    sqlite_where=inquiry.c.answered_by == 0,
    postgresql_where=inquiry.c.answered_by == 0,
)


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
    count_column("account"),  # of the one who made it; 0 where nobody signs in
)


Index("triage_event_by_post", triage_event.c.post_id)


Index("triage_event_by_time", triage_event.c.at)


# What was assigned by another, or asks for an approval, and is told to whom it is for: once at most.
assignment_notice = Table(
    "assignment_notice",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("post_id", Integer, nullable=False),
    Column("name", Text, nullable=False),  # whom it was assigned to; "" for all who may approve an act
    Column("who", Text, nullable=False),  # by whom
    count_column("account"),
    Column("at", Integer, nullable=False),
    Column("due_at", Integer, nullable=False),
    Column("state", Text, nullable=False, server_default="waiting"),  # waiting | sending | sent | failed | dropped
    count_column("attempts"),
    text_column("error"),
    Column("sent_at", Integer),
    count_column("act_id"),  # of an approval that is asked for; post_id is 0 then
)


Index("assignment_notice_by_state", assignment_notice.c.state, assignment_notice.c.due_at)


Index("assignment_notice_by_post", assignment_notice.c.post_id)


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

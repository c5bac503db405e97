"""The tables of what is done at networks on a person's word: acts, their tries, pictures. As in `data.schema`."""

from __future__ import annotations

from sqlalchemy import Column, Index, LargeBinary, Table, Text

from data.schema.columns import Integer, count_column, flag, metadata, text_column

# One thing to do at one place. What became of it stays; what may have arrived is never done again without a look.
act = Table(
    "act",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", Text, nullable=False, unique=True),  # made with the form: two clicks make one act
    Column("deed", Text, nullable=False),
    Column("network", Text, nullable=False),
    text_column("account"),
    text_column("source_kind"),
    count_column("post_id"),
    count_column("item_id"),
    *(text_column(name) for name in ("target", "target_url", "place", "title", "text", "reason", "rule", "lang")),
    text_column("seen"),  # the target's words as they were when it was written
    Column("state", Text, nullable=False),
    Column("aim", Text, nullable=False, server_default="do"),  # do | undo | stop
    count_column("asked_account"),
    text_column("asked_by"),
    Column("asked_at", Integer, nullable=False),
    count_column("approved_account"),
    text_column("approved_by"),
    count_column("approved_at"),
    Column("due_at", Integer, nullable=False),
    count_column("attempts"),
    flag("maybe"),  # a try may have arrived that nobody could note
    count_column("first_try"),
    count_column("tried_at"),
    text_column("holder"),
    count_column("lease_until"),
    text_column("error"),
    text_column("detail"),
    text_column("native_id"),
    text_column("url"),
    count_column("done_at"),
    count_column("reply_id"),  # found again by collecting
    flag("settled"),  # what it means for its post is written
)
Index("act_by_state", act.c.state, act.c.due_at)
Index("act_by_post", act.c.post_id)
Index("act_by_native_id", act.c.native_id)
act_try = Table(
    "act_try",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("act_id", Integer, nullable=False),
    Column("at", Integer, nullable=False),
    Column("step", Text, nullable=False),  # look | find | do | undo
    text_column("outcome"),  # "": it began and nobody could note how it ended
    text_column("detail"),
)
Index("act_try_by_act", act_try.c.act_id)
item_picture = Table(
    "item_picture",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("item_id", Integer, nullable=False),
    text_column("name"),
    Column("media_type", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    text_column("alt"),
)
Index("item_picture_by_item", item_picture.c.item_id)

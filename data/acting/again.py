"""What acts left at their places, known again where it is collected; and targets that are forgotten."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, Select, select, update

from data.dialect import is_among
from data.schema import act, post


def link_collected(connection: Connection, acts: Sequence[int]) -> None:
    """Join acts that are done with the posts that are their traces, where these were collected: they are ours, and an
    answer stands under what it answers, whatever the source said of it."""
    rows = connection.execute(
        select(act.c.id, act.c.post_id, act.c.deed, post.c.id.label("reply"))
        .join(post, (post.c.source_kind == act.c.source_kind) & (post.c.native_id == act.c.native_id))
        .where(is_among(act.c.id, acts), act.c.native_id != "", act.c.deed.in_(("answer", "publish")))
    ).all()
    for row in rows:
        values: dict[str, object] = {"ours": True, "by_us": True, "pending": True}
        asked = select(post.c.native_id, post.c.root_id).where(post.c.id == row.post_id)
        target = connection.execute(asked).one_or_none() if row.deed == "answer" else None
        if target is not None:
            values |= {"parent_id": target.native_id, "root_id": target.root_id or target.native_id}
        connection.execute(update(post).where(post.c.id == row.reply).values(**values))
        connection.execute(update(act).where(act.c.id == row.id).values(reply_id=row.reply))


def link_new(connection: Connection, kind: str, native_ids: Sequence[str]) -> None:
    """The same for posts that just came in."""
    for start in range(0, len(native_ids), 500):
        part = native_ids[start : start + 500]
        query = select(act.c.id).where(act.c.native_id.in_(part), act.c.source_kind == kind, act.c.reply_id == 0)
        found = list(connection.execute(query).scalars())
        if found:
            link_collected(connection, found)


def forget_targets(connection: Connection, posts: Select[tuple[int]]) -> None:
    """These posts are erased: nothing is kept of them in acts, and what was not done yet is done no more."""
    mine = act.c.post_id.in_(posts)
    ended = act.c.state.in_(("done", "undone"))
    connection.execute(update(act).where(mine, ~ended).values(state="cancelled", text="", maybe=False))
    bare = {"post_id": 0, "target": "", "target_url": "", "seen": "", "title": ""}
    connection.execute(update(act).where(mine).values(**bare))
    connection.execute(update(act).where(act.c.reply_id.in_(posts)).values(reply_id=0, text="", native_id="", url=""))

"""Erase posts, and everything said about them; those of a source. People are erased by `data.erasing.people`."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Integer,
    MetaData,
    Select,
    Table,
    delete,
    exists,
    func,
    insert,
    literal_column,
    or_,
    select,
    update,
)

from data.acting.again import forget_targets
from data.dialect import insert_new
from data.schema import (
    IDS_PER_DAY,
    assignment_notice,
    debate,
    debate_post,
    dirty_day,
    engagement_day,
    erased_post,
    event,
    event_entry,
    event_mark,
    fact_match,
    inquiry,
    map_mark,
    mention,
    moderation,
    past_answer,
    post,
    post_aspect,
    post_intent,
    post_label,
    post_link,
    post_pin,
    post_source,
    post_stance,
    post_text,
    post_topic,
    snapshot_post,
    ticket_post,
    tone_check,
    tool,
    tool_post,
    triage,
    triage_event,
    unsettled_post,
    venue_post,
    verbatim,
    watch_post,
)
from data.sharing.snapshots import erase_from_snapshots

_erased = Table("erased", MetaData(), Column("id", Integer, primary_key=True))  # temporary, per connection


def erase_ids(connection: Connection, ids: Select[Any]) -> int:
    """Erase posts and everything said about them; gives how many. Their days are recounted at the next refresh."""
    connection.exec_driver_sql("CREATE TEMP TABLE IF NOT EXISTS erased (id BIGINT PRIMARY KEY)")
    connection.exec_driver_sql("DELETE FROM erased")
    connection.execute(insert(_erased).from_select(["id"], ids))
    mine = select(_erased.c.id)
    anything = _erased.c.id > 0  # "SELECT ... ON CONFLICT" needs a WHERE before it
    connection.execute(
        insert_new(dirty_day).from_select(
            ["day"],
            select(literal_column(f"erased.id / {IDS_PER_DAY}")).distinct().select_from(_erased).where(anything),
        )
    )
    connection.execute(insert_new(erased_post).from_select(["post_id"], mine.where(anything)))
    for table in (
        post_link,
        post_source,
        engagement_day,
        mention,
        post_topic,
        map_mark,
        post_pin,
        watch_post,
        post_intent,
        inquiry,
        past_answer,
        fact_match,
        moderation,
        triage,
        triage_event,
        assignment_notice,
        post_label,
        verbatim,
        ticket_post,
        venue_post,
        event_mark,
        post_aspect,
        tone_check,
        post_stance,
        unsettled_post,
        post_text,
    ):
        connection.execute(delete(table).where(table.c.post_id.in_(mine)))
    connection.execute(delete(past_answer).where(past_answer.c.answer_id.in_(mine)))
    forget_targets(connection, mine)
    # The codes of a closed list stay, or its digest could not be checked any more: they say nothing of whose they were.
    connection.execute(update(event_entry).where(event_entry.c.post_id.in_(mine)).values(post_id=0))
    connection.execute(update(event).where(event.c.thread_id.in_(mine)).values(thread_id=0))
    quoted = connection.execute(select(snapshot_post.c.post_id).distinct().where(snapshot_post.c.post_id.in_(mine)))
    erase_from_snapshots(connection, list(quoted.scalars()))
    _erase_findings(connection, mine)
    return connection.execute(delete(post).where(post.c.id.in_(mine))).rowcount


def _erase_findings(connection: Connection, mine: Select[Any]) -> None:
    """Findings that name erased posts or their authors go; what other posts say of them is found again."""
    about = select(debate_post.c.debate_id).where(debate_post.c.post_id.in_(mine))
    debates = select(debate.c.id).where(or_(debate.c.id.in_(about), debate.c.opener.in_(mine)))
    tools = select(tool_post.c.tool_id).where(tool_post.c.post_id.in_(mine))
    others = select(debate_post.c.post_id).where(debate_post.c.debate_id.in_(debates))
    again = others.union(select(tool_post.c.post_id).where(tool_post.c.tool_id.in_(tools)))
    connection.execute(update(post).where(post.c.id.in_(again)).values(pending=True))
    ids = list(connection.execute(debates).scalars())
    connection.execute(delete(debate_post).where(debate_post.c.debate_id.in_(ids)))
    connection.execute(delete(debate).where(debate.c.id.in_(ids)))
    kept = list(connection.execute(tools.distinct()).scalars())
    connection.execute(delete(tool_post).where(tool_post.c.post_id.in_(mine)))
    connection.execute(update(tool).where(tool.c.id.in_(kept)).values(facts="{}"))
    alone = tool.c.id.not_in(select(tool_post.c.tool_id))
    connection.execute(delete(tool).where(tool.c.id.in_(kept), alone))


def erase_source_posts(connection: Connection, source_id: int) -> int:
    """Erase the posts that only this source brought; those seen elsewhere too pass to the other source.

    They are not remembered: a source that is followed again brings them again, unlike those of a person.
    """
    connection.execute(delete(post_source).where(post_source.c.source_id == source_id))
    heir = select(func.min(post_source.c.source_id)).where(post_source.c.post_id == post.c.id).scalar_subquery()
    connection.execute(
        update(post)
        .where(post.c.source_id == source_id, exists().where(post_source.c.post_id == post.c.id))
        .values(source_id=heir)
    )
    return erase_ids(connection, select(post.c.id).where(post.c.source_id == source_id))

"""A scope as SQL conditions."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    and_,
    column,
    exists,
    false,
    or_,
    select,
    text,
)

from data.models import Scope, date_to_day
from data.posts.full_text import condition, typed
from data.schema import (
    IDS_PER_DAY,
    debate_post,
    mention,
    meta,
    post,
    post_intent,
    post_source,
    post_topic,
    tool_post,
    topic,
    triage,
    watch,
    watch_post,
)


def conditions_of(scope: Scope, table: Any, fit: int) -> list[ColumnElement[bool]]:
    """The conditions that a scope puts on a post table or its alias."""
    low, high = date_to_day(scope.since), date_to_day(scope.until)
    found: list[ColumnElement[bool]] = [
        table.c.id >= low * IDS_PER_DAY,
        table.c.id < (high + 1) * IDS_PER_DAY,
    ]
    if scope.sources:
        found.append(exists().where(post_source.c.post_id == table.c.id, post_source.c.source_id.in_(scope.sources)))
    if scope.kinds:
        found.append(table.c.source_kind.in_(scope.kinds))
    if scope.langs:
        found.append(table.c.lang.in_(scope.langs))
    if scope.sentiments:
        found.append(table.c.sentiment.in_(scope.sentiments))
    if scope.author:
        found.append(table.c.author == scope.author)
    if scope.brand is not None:
        found.append(
            table.c.id.in_(
                select(mention.c.post_id).where(
                    mention.c.brand_id == scope.brand, mention.c.day >= low, mention.c.day <= high
                )
            )
        )
    if scope.topic is not None or scope.area is not None:
        kept = topic.alias("kept")
        placed = [
            post_topic.c.fit_id == fit,
            post_topic.c.post_id >= low * IDS_PER_DAY,
            post_topic.c.post_id < (high + 1) * IDS_PER_DAY,
        ]
        if scope.topic is not None:
            placed.append(or_(post_topic.c.topic_id == scope.topic, kept.c.merged_into == scope.topic))
        if scope.part is not None:
            placed += [post_topic.c.part == scope.part, post_topic.c.topic_id == scope.topic]
        if scope.area is not None:
            left, right, bottom, top = scope.area
            placed += [post_topic.c.x.between(left, right), post_topic.c.y.between(bottom, top), ~kept.c.noise]
        of_topic = select(post_topic.c.post_id).join(kept, kept.c.id == post_topic.c.topic_id).where(*placed)
        found.append(table.c.id.in_(of_topic))
    if scope.intents:
        found.append(table.c.id.in_(select(post_intent.c.post_id).where(post_intent.c.intent.in_(scope.intents))))
    if scope.state:
        found.append(_in_state(scope.state, table))
    if scope.watch is not None:
        near = (
            select(watch_post.c.post_id)
            .join(watch, watch.c.id == watch_post.c.watch_id)
            .where(watch_post.c.watch_id == scope.watch, watch_post.c.similarity >= watch.c.threshold)
        )
        found.append(table.c.id.in_(near))
    if scope.debate is not None:
        said = select(debate_post.c.post_id).where(debate_post.c.debate_id == scope.debate)
        if scope.side is not None:
            said = said.where(debate_post.c.side == scope.side)
        if scope.argument is not None:
            said = said.where(debate_post.c.argument == scope.argument)
        found.append(table.c.id.in_(said))
    if scope.tool is not None:
        found.append(table.c.id.in_(select(tool_post.c.post_id).where(tool_post.c.tool_id == scope.tool)))
    if scope.idea is not None:
        held = text("SELECT j.value FROM idea i, json_each(i.posts) j WHERE i.id = :idea").bindparams(idea=scope.idea)
        found.append(table.c.id.in_(held.columns(column("value", Integer))))
    if scope.query.strip():
        asked = typed(scope.query)
        found.append(false() if asked is None else condition(asked, table))
    return found


def _in_state(state: str, table: Any) -> ColumnElement[bool]:
    """The condition that a triage state puts on posts: open, starred, handled, snoozed, or assigned:NAME."""
    post_id: ColumnElement[int] = table.c.id
    touched = select(triage.c.post_id)
    if state == "open":
        return post_id.not_in(touched.where(triage.c.handled != ""))
    if state.startswith("assigned:"):
        return post_id.in_(touched.where(triage.c.assigned == state.removeprefix("assigned:")))
    if state in {"starred", "handled", "snoozed"}:
        return post_id.in_(touched.where(triage.c[state] != ""))
    return false()


def current_fit(connection: Connection) -> int:
    """The topic model that pages show; 0 when there is none yet."""
    return int(connection.execute(select(meta.c.value).where(meta.c.key == "topic_fit")).scalar() or 0)


def first_of_group(scope: Scope, fit: int) -> ColumnElement[bool]:
    """True for a post that no earlier near-duplicate in the same scope stands for."""
    other = post.alias("other")
    earlier = exists().where(
        and_(other.c.group_id == post.c.group_id, other.c.id < post.c.id, *conditions_of(scope, other, fit))
    )
    return or_(post.c.group_id == 0, ~earlier)

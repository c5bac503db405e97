"""Rows that belong to nothing: what names a post, a source or another thing that is not there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Column, Connection, Table, delete, func, select

from data import schema

# Found again from the posts: orphans of these can go. Of the others a person decides.
_FOUND_AGAIN = {
    "engagement_day",
    "fact_match",
    "inquiry",
    "map_mark",
    "member_week",
    "mention",
    "moderation",
    "past_answer",
    "post_aspect",
    "post_intent",
    "post_link",
    "post_source",
    "post_stance",
    "post_topic",
    "unsettled_post",
    "venue_post",
    "watch_post",
}
# Told what is gone; looked at with their file; may name none; numbers of what is gone, which the next refresh lets go.
_NOT_OF_POSTS = {"erased_post", "vector", "action", "sketch_band"}
# (column, the column that it names); 0 is none.
_NAMES: tuple[tuple[Column[int], Column[int]], ...] = (
    (schema.past_answer.c.answer_id, schema.post.c.id),
    (schema.fact_match.c.fact_id, schema.fact.c.id),
    (schema.venue_post.c.venue_id, schema.venue.c.id),
    (schema.venue_step.c.venue_id, schema.venue.c.id),
    (schema.post.c.source_id, schema.source.c.id),
    (schema.post_source.c.source_id, schema.source.c.id),
    (schema.outage.c.source_id, schema.source.c.id),
    (schema.mention.c.brand_id, schema.brand.c.id),
    (schema.tool_post.c.tool_id, schema.tool.c.id),
    (schema.debate_post.c.debate_id, schema.debate.c.id),
    (schema.watch_post.c.watch_id, schema.watch.c.id),
    (schema.topic_centroid.c.topic_id, schema.topic.c.id),
    (schema.snapshot_post.c.snapshot_id, schema.snapshot.c.id),
    (schema.delivery.c.channel_id, schema.alert_channel.c.id),
    (schema.delivery.c.alert_id, schema.alert.c.id),
    (schema.alert_route.c.rule_id, schema.alert_rule.c.id),
    (schema.alert_route.c.channel_id, schema.alert_channel.c.id),
    (schema.mailing.c.subscription_id, schema.subscription.c.id),
)


@dataclass(frozen=True, slots=True)
class Orphans:
    """`number` rows of `table` whose `column` names a row of `named` that is not there."""

    table: Table
    column: Column[int]
    named: Column[int]
    number: int

    @property
    def is_found_again(self) -> bool:
        return self.table.name in _FOUND_AGAIN


def orphans(connection: Connection) -> list[Orphans]:
    """All there are, by table."""
    return [found for column, named in _pairs() if (found := _count(connection, column, named)).number]


def remove_found_again(connection: Connection) -> int:
    """Delete the orphans that a refresh finds again where they are true; gives how many."""
    gone = 0
    for found in orphans(connection):
        if found.is_found_again:
            lost = found.column.not_in(select(found.named))
            gone += connection.execute(delete(found.table).where(found.column != 0, lost)).rowcount
    return gone


def _pairs() -> Iterator[tuple[Column[int], Column[int]]]:
    for table in schema.metadata.sorted_tables:
        if "post_id" in table.c and table.name not in _NOT_OF_POSTS:
            yield table.c.post_id, schema.post.c.id
    yield from _NAMES


def _count(connection: Connection, column: Column[int], named: Column[int]) -> Orphans:
    query = select(func.count()).where(column != 0, column.not_in(select(named)))
    return Orphans(column.table, column, named, int(connection.execute(query).scalar_one()))

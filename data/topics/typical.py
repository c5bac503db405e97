"""The typical posts of a topic in a period: what speaks for it in those days, not in others."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, text

from data.posts.scope_sql import current_fit

_LOOKED_AT = 60  # posts of the period nearest to the topic's centre: copies of one another count once


def typical_posts(
    connection: Connection, topic_id: int, representatives: Sequence[int], first_id: int, last_id: int, limit: int
) -> list[int]:
    """Posts of a topic from `first_id` up to before `last_id`, at most `limit`: those of its `representatives` that
    lie there, then those nearest to its centre. Copies of one text count once; what its network removed is left out.
    """
    rows = connection.execute(
        text("""
            SELECT p.id, p.group_id FROM post_topic a JOIN post p ON p.id = a.post_id
            WHERE a.fit_id = :fit AND a.post_id >= :first AND a.post_id < :last AND p.removed_at IS NULL
            AND a.topic_id IN (SELECT id FROM topic WHERE id = :topic OR merged_into = :topic)
            ORDER BY a.similarity DESC, p.id DESC LIMIT :most
        """),
        {
            "fit": current_fit(connection),
            "topic": topic_id,
            "first": first_id,
            "last": last_id,
            "most": _LOOKED_AT,
        },
    ).tuples()
    chosen: dict[int, int] = {}  # a group of copies, or a post alone -> the post that stands for it
    for post_id, group in rows:
        chosen.setdefault(group or post_id, post_id)
    central = [i for i in representatives if i in set(chosen.values())]
    return [*central, *(i for i in chosen.values() if i not in central)][:limit]

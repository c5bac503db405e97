"""Tools as they are shown, and what people make of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select, text, update

from data.actor import actor, needs
from data.changes import StaleError, changed_by, check_seen, note_change
from data.dialect import CHOSEN, ids_parameter
from data.models import from_epoch
from data.posts.scope_sql import current_fit
from data.schema import IDS_PER_DAY, post, tool
from data.store import Store
from data.tools.story import ToolStory, decoded

DECISIONS = ("follow", "ignore", "known")
FIELDS = ("decision", "to_test", "assigned", "note")
NOTE_LIMIT = 2_000


class ToolError(ValueError):
    """A change that makes no sense; `code` is field or value."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool with where it stands. Counts are of all posts that name it."""

    id: int
    key: str
    name: str
    state: str
    evidence: float
    stage: str
    first_post: int
    noticed_post: int
    last_post: int
    posts: int
    story: ToolStory
    decision: str
    to_test: bool
    assigned: str
    note: str
    first_at: datetime
    noticed_at: datetime
    last_at: datetime
    recent: int = 0  # posts in the last seven days of the period
    before: int = 0  # in the seven before
    negative: int = 0
    neutral: int = 0
    positive: int = 0
    unsure: int = 0
    topic: int = 0  # that most posts naming it are in


def _themes(connection: Connection, ids: Sequence[int]) -> dict[int, int]:
    """Tool -> the topic that most posts naming it are in."""
    rows = connection.execute(
        text(f"""
            SELECT n.tool_id, coalesce(k.merged_into, k.id) AS topic, count(*) AS posts FROM tool_post n
            CROSS JOIN post_topic a JOIN topic k ON k.id = a.topic_id
            WHERE a.post_id = n.post_id AND +a.fit_id = :fit AND n.tool_id IN ({CHOSEN}) AND NOT k.noise
            GROUP BY 1, 2 ORDER BY 1, 3, 2 DESC
        """),
        {"fit": current_fit(connection), "ids": ids_parameter(ids)},
    )
    return {int(row.tool_id): int(row.topic) for row in rows}  # the largest comes last


def _times() -> Select[Any]:
    first, noticed, last = post.alias("first"), post.alias("noticed"), post.alias("last")
    return (
        select(
            tool,
            first.c.published_at.label("first_at"),
            noticed.c.published_at.label("noticed_at"),
            last.c.published_at.label("last_at"),
        )
        .join(first, first.c.id == tool.c.first_post)
        .outerjoin(noticed, noticed.c.id == tool.c.noticed_post)
        .join(last, last.c.id == tool.c.last_post)
    )


def _read(connection: Connection, rows: Sequence[Row[Any]], last_id: int) -> list[Tool]:
    if not rows:
        return []
    week = 7 * IDS_PER_DAY
    counted = connection.execute(
        text(f"""
            SELECT n.tool_id, count(CASE WHEN n.post_id > :week AND n.post_id <= :last THEN 1 END),
              count(CASE WHEN n.post_id > :before AND n.post_id <= :week THEN 1 END),
              count(CASE WHEN n.tone = 'negative' THEN 1 END), count(CASE WHEN n.tone = 'neutral' THEN 1 END),
              count(CASE WHEN n.tone = 'positive' THEN 1 END), count(CASE WHEN n.tone = 'unsure' THEN 1 END)
            FROM tool_post n WHERE n.tool_id IN ({CHOSEN}) GROUP BY n.tool_id
        """),
        {
            "ids": ids_parameter(row.id for row in rows),
            "last": last_id,
            "week": last_id - week,
            "before": last_id - 2 * week,
        },
    )
    themes = _themes(connection, [row.id for row in rows])
    numbers = {int(row[0]): [int(n) for n in row[1:]] for row in counted}
    return [_tool(row, numbers.get(row.id, [0] * 6), themes.get(row.id, 0)) for row in rows]


def _tool(row: Row[Any], numbers: Sequence[int], topic_id: int) -> Tool:
    recent, before, negative, neutral, positive, unsure = numbers
    return Tool(
        id=row.id,
        key=row.key,
        name=row.name,
        state=row.state,
        evidence=row.evidence,
        stage=row.stage,
        first_post=row.first_post,
        noticed_post=row.noticed_post,
        last_post=row.last_post,
        posts=row.posts,
        story=decoded(row.facts),
        decision=row.decision,
        to_test=bool(row.to_test),
        assigned=row.assigned,
        note=row.note,
        first_at=from_epoch(row.first_at),
        noticed_at=from_epoch(row.noticed_at or row.first_at),
        last_at=from_epoch(row.last_at),
        recent=recent,
        before=before,
        negative=negative,
        neutral=neutral,
        positive=positive,
        unsure=unsure,
        topic=topic_id,
    )


def tools(
    connection: Connection, first_id: int, last_id: int, *, decisions: Sequence[str] = ("", "follow"), limit: int = 200
) -> list[Tool]:
    """Tools first seen, or followed and named, between two post ids; those with the best evidence first. Recent posts
    are those of the seven days before `last_id`."""
    query = _times().where(
        tool.c.state == "shown",
        tool.c.decision.in_(list(decisions)),
        tool.c.first_post <= last_id,
        (tool.c.first_post >= first_id) | ((tool.c.decision == "follow") & (tool.c.last_post >= first_id)),
    )
    rows = connection.execute(query.order_by(tool.c.evidence.desc(), tool.c.posts.desc(), tool.c.id).limit(limit)).all()
    return _read(connection, rows, last_id)


def names(connection: Connection, limit: int = 2_000) -> list[tuple[int, str]]:
    """(id, name) of the tools that are shown, the latest first."""
    rows = connection.execute(
        select(tool.c.id, tool.c.name)
        .where(tool.c.state == "shown")
        .order_by(tool.c.last_post.desc(), tool.c.id)
        .limit(limit)
    )
    return [(int(number), str(name)) for number, name in rows]


def count_waiting(connection: Connection, first_id: int, last_id: int) -> int:
    """Names first seen between two post ids of which too little is said to show them as tools."""
    among = tool.c.state == "candidate", tool.c.first_post >= first_id, tool.c.first_post <= last_id
    return int(connection.execute(select(func.count()).select_from(tool).where(*among)).scalar_one())


def one_tool(connection: Connection, tool_id: int, last_id: int) -> Tool | None:
    rows = connection.execute(_times().where(tool.c.id == tool_id)).all()
    return next(iter(_read(connection, rows, last_id)), None)


def posts_a_day(connection: Connection, tool_id: int) -> list[tuple[int, int]]:
    """(day, posts) of a tool, days with posts only."""
    rows = connection.execute(
        text(
            f"SELECT post_id / {IDS_PER_DAY} AS day, count(*) FROM tool_post WHERE tool_id = :id GROUP BY 1 ORDER BY 1"
        ),
        {"id": tool_id},
    )
    return [(int(day), int(number)) for day, number in rows]


@needs("member")
def change_tool(store: Store, tool_id: int, field: str, value: str, seen: str | None = None) -> None:
    """What a person makes of a tool: `decision` (of `DECISIONS`, or "" for none), `to_test`, `assigned`, `note`.

    Raises ToolError for another field or value, StaleError where it is gone, or somebody set another value since
    `seen`.
    """
    if field not in FIELDS:
        raise ToolError("field")
    if field == "decision" and value and value not in DECISIONS:
        raise ToolError("value")
    value = value.replace("\0", "")[: NOTE_LIMIT if field == "note" else 80]
    with store.write() as connection:
        held = connection.execute(select(tool.c.name, tool.c[field]).where(tool.c.id == tool_id)).one_or_none()
        if held is None:
            raise StaleError([changed_by(connection, f"tool {tool_id}", "", "")])
        about, before = f"tool {tool_id}: {held.name}", str(held[1])
        check_seen(connection, f"tool {tool_id}", field, seen, before, value)
        if before == value:
            return
        note_change(connection, f"tool.{field}", about, before, value)
        connection.execute(update(tool).where(tool.c.id == tool_id).values({field: value, "who": actor().name[:80]}))

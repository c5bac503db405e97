"""Tools that people began to name, as stored: where they were named, and what people made of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, text, update

from data.dialect import CHOSEN, ids_parameter, insert_over, is_among
from data.models import from_epoch
from data.posts.full_text import condition, typed
from data.posts.scope_sql import current_fit
from data.schema import IDS_PER_DAY, post, post_text, source, tool, tool_post
from data.store import Store

DECISIONS = ("follow", "ignore", "known")
FIELDS = ("decision", "to_test", "assigned", "note")
NOTE_LIMIT = 2_000
MOST_NAMINGS = 150  # posts of a tool whose text is read: the first and the latest


class ToolError(ValueError):
    """A change that makes no sense; `code` is field or value."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool with where it stands. `facts`: see `insights.pipeline.tools`. Counts are of all posts that name it."""

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
    facts: dict[str, Any]
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


@dataclass(frozen=True, slots=True)
class NamingPost:
    """A post that names a tool, with what tells its story."""

    post: int
    published_at: int
    author: str
    network: str
    place: str
    tone: str
    cue: str
    evidence: float
    plain: str
    copy_of: int


def tools_of_keys(connection: Connection, keys: Iterable[str]) -> dict[str, tuple[int, str]]:
    """Key -> (id, state) of the tools that are known by these keys."""
    found: dict[str, tuple[int, str]] = {}
    wanted = sorted(set(keys))
    for start in range(0, len(wanted), 500):
        rows = connection.execute(
            select(tool.c.key, tool.c.id, tool.c.state).where(tool.c.key.in_(wanted[start : start + 500]))
        )
        found |= {str(row.key): (int(row.id), str(row.state)) for row in rows}
    return found


def keys_of_tools(connection: Connection, tool_ids: Iterable[int]) -> list[tuple[int, str, str]]:
    """(id, key, state) of tools."""
    rows = connection.execute(
        select(tool.c.id, tool.c.key, tool.c.state).where(is_among(tool.c.id, tool_ids)).order_by(tool.c.id)
    )
    return [(int(i), str(key), str(state)) for i, key, state in rows]


def add_candidate(connection: Connection, key: str, name: str, post_id: int) -> int:
    """A name that may be a new tool; gives its id."""
    return int(
        connection.execute(
            insert(tool)
            .values(
                key=key,
                name=name,
                state="candidate",
                evidence=0.0,
                first_post=post_id,
                noticed_post=0,
                last_post=post_id,
                posts=0,
            )
            .returning(tool.c.id)
        ).scalar_one()
    )


def forget_namings(connection: Connection, ids: Sequence[int]) -> list[int]:
    """Posts are read anew: what they named is taken back. Gives the tools that this touches."""
    touched = list(
        connection.execute(select(tool_post.c.tool_id).distinct().where(is_among(tool_post.c.post_id, ids))).scalars()
    )
    if touched:
        connection.execute(delete(tool_post).where(is_among(tool_post.c.post_id, ids)))
    return [int(i) for i in touched]


def add_namings(connection: Connection, rows: Sequence[tuple[int, int, str, float, str]]) -> None:
    """(tool, post, cue, evidence, tone of the sentence that names it)."""
    if rows:
        names = ("tool_id", "post_id", "cue", "evidence", "tone")
        connection.execute(insert_over(tool_post), [dict(zip(names, row, strict=True)) for row in rows])


def namings_of(connection: Connection, tool_id: int) -> list[NamingPost]:
    """Posts that name a tool, oldest first: all of them without their text, the first and the latest with it."""
    rows = connection.execute(
        select(
            tool_post.c.post_id,
            post.c.published_at,
            post.c.author,
            post.c.source_kind,
            post.c.community,
            source.c.title,
            tool_post.c.tone,
            tool_post.c.cue,
            tool_post.c.evidence,
            post.c.group_id,
        )
        .join(post, post.c.id == tool_post.c.post_id)
        .join(source, source.c.id == post.c.source_id)
        .where(tool_post.c.tool_id == tool_id)
        .order_by(post.c.published_at, post.c.id)
    ).all()
    half = MOST_NAMINGS // 2
    read = rows if len(rows) <= MOST_NAMINGS else [*rows[:half], *rows[-half:]]
    texts = {
        int(i): full_text(title, plain)
        for i, title, plain in connection.execute(
            select(post_text.c.post_id, post_text.c.title, post_text.c.plain).where(
                is_among(post_text.c.post_id, [row.post_id for row in read])
            )
        )
    }
    return [
        NamingPost(
            r.post_id,
            r.published_at,
            r.author,
            r.source_kind,
            r.community or r.title,
            r.tone,
            r.cue,
            r.evidence,
            texts.get(r.post_id, ""),
            r.group_id,
        )
        for r in rows
    ]


def full_text(title: str, plain: str) -> str:
    """Title and body as names are read in them: passages of `namings_of` are places in it."""
    return f"{title}\n{plain}" if title and not plain.startswith(title) else plain


def named_before(connection: Connection, name: str, before_id: int, limit: int = 60) -> list[tuple[int, str]]:
    """(post, text) of the earliest posts before one in whose text the words of a name occur, in any case."""
    asked = typed('"' + name.replace('"', " ") + '"')
    if asked is None:
        return []
    rows = connection.execute(
        select(post.c.id, post_text.c.title, post_text.c.plain)
        .join(post_text, post_text.c.post_id == post.c.id)
        .where(post.c.id < before_id, condition(asked, post))
        .order_by(post.c.id)
        .limit(limit)
    )
    return [(int(i), f"{title}\n{plain}" if title else str(plain)) for i, title, plain in rows]


def posts_with(connection: Connection, name: str, limit: int = 60) -> list[str]:
    """Texts of the latest posts in which the words of a name occur, in any case."""
    asked = typed('"' + name.replace('"', " ") + '"')
    if asked is None:
        return []
    rows = connection.execute(
        select(post_text.c.plain)
        .join(post, post.c.id == post_text.c.post_id)
        .where(condition(asked, post))
        .order_by(post.c.id.desc())
        .limit(limit)
    )
    return [str(plain) for plain in rows.scalars()]


def record_begins(connection: Connection) -> int:
    """The first day of the record, as ids count days; 0 for an empty one."""
    first = connection.execute(select(post.c.id).order_by(post.c.id).limit(1)).scalar()
    return int(first) // IDS_PER_DAY if first is not None else 0


def save_tool(connection: Connection, tool_id: int, values: dict[str, Any]) -> None:
    """Write what is known of a tool; what people made of it stays."""
    held = dict(values)
    if "facts" in held:
        held["facts"] = json.dumps(held["facts"], ensure_ascii=False)
    connection.execute(update(tool).where(tool.c.id == tool_id).values(**held))


def drop_tool(connection: Connection, tool_id: int) -> None:
    """A name that no post holds any more."""
    connection.execute(delete(tool_post).where(tool_post.c.tool_id == tool_id))
    connection.execute(delete(tool).where(tool.c.id == tool_id))


def _themes(connection: Connection, ids: Sequence[int]) -> dict[int, int]:
    """Tool -> the topic that most posts naming it are in."""
    rows = connection.execute(
        text(f"""
            SELECT n.tool_id, coalesce(k.merged_into, k.id) AS topic, count(*) AS posts FROM tool_post n
            JOIN post_topic a ON a.post_id = n.post_id AND a.fit_id = :fit JOIN topic k ON k.id = a.topic_id
            WHERE n.tool_id IN ({CHOSEN}) AND NOT k.noise GROUP BY 1, 2 ORDER BY 1, 3, 2 DESC
        """),
        {"fit": current_fit(connection), "ids": ids_parameter(ids)},
    )
    return {int(row.tool_id): int(row.topic) for row in rows}  # the largest comes last


def _times() -> Any:
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


def tools(
    connection: Connection, first_id: int, last_id: int, *, decisions: Sequence[str] = ("", "follow"), limit: int = 200
) -> list[Tool]:
    """Tools first seen, or followed and named, between two post ids; the latest seen first. Recent posts are those of
    the seven days before `last_id`."""
    query = _times().where(
        tool.c.state == "shown",
        tool.c.decision.in_(list(decisions)),
        tool.c.first_post <= last_id,
        (tool.c.first_post >= first_id) | ((tool.c.decision == "follow") & (tool.c.last_post >= first_id)),
    )
    rows = connection.execute(query.order_by(tool.c.first_post.desc(), tool.c.id).limit(limit)).all()
    return _read(connection, rows, last_id)


def one_tool(connection: Connection, tool_id: int, last_id: int) -> Tool | None:
    rows = connection.execute(_times().where(tool.c.id == tool_id)).all()
    found = _read(connection, rows, last_id)
    return found[0] if found else None


def _read(connection: Connection, rows: Sequence[Any], last_id: int) -> list[Tool]:
    week = 7 * IDS_PER_DAY
    counted = connection.execute(
        text(f"""
            SELECT n.tool_id, count(CASE WHEN p.id > :week AND p.id <= :last THEN 1 END),
              count(CASE WHEN p.id > :before AND p.id <= :week THEN 1 END),
              count(CASE WHEN n.tone = 'negative' THEN 1 END), count(CASE WHEN n.tone = 'neutral' THEN 1 END),
              count(CASE WHEN n.tone = 'positive' THEN 1 END), count(CASE WHEN n.tone = 'unsure' THEN 1 END)
            FROM tool_post n JOIN post p ON p.id = n.post_id WHERE n.tool_id IN ({CHOSEN}) GROUP BY n.tool_id
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
    return [
        Tool(
            r.id,
            r.key,
            r.name,
            r.state,
            r.evidence,
            r.stage,
            r.first_post,
            r.noticed_post,
            r.last_post,
            r.posts,
            json.loads(r.facts),
            r.decision,
            bool(r.to_test),
            r.assigned,
            r.note,
            from_epoch(r.first_at),
            from_epoch(r.noticed_at or r.first_at),
            from_epoch(r.last_at),
            *[*numbers.get(r.id, [0] * 6), themes.get(r.id, 0)],
        )
        for r in rows
    ]


def posts_a_day(connection: Connection, tool_id: int) -> list[tuple[int, int]]:
    """(day, posts) of a tool, days with posts only."""
    rows = connection.execute(
        text(
            f"SELECT post_id / {IDS_PER_DAY} AS day, count(*) FROM tool_post WHERE tool_id = :id GROUP BY 1 ORDER BY 1"
        ),
        {"id": tool_id},
    )
    return [(int(day), int(number)) for day, number in rows]


def change_tool(store: Store, tool_id: int, field: str, value: str, who: str) -> None:
    """What a person makes of a tool: `decision` (of `DECISIONS`, or "" for none), `to_test`, `assigned`, `note`.

    Raises ToolError for another field or value.
    """
    if field not in FIELDS:
        raise ToolError("field")
    if field == "decision" and value and value not in DECISIONS:
        raise ToolError("value")
    value = value.replace("\0", "")[: NOTE_LIMIT if field == "note" else 80]
    with store.write() as connection:
        connection.execute(update(tool).where(tool.c.id == tool_id).values({field: value, "who": who[:80]}))

"""Posts that name tools, and what is known of each tool from them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from data.dialect import insert_over, is_among
from data.posts.full_text import Words, ids_holding, typed
from data.posts.passages import titled_text
from data.schema import IDS_PER_DAY, post, post_text, source, tool, tool_post
from data.tools.story import Naming, ToolStory, encoded

MOST_NAMINGS = 150  # posts of a tool whose text is read: the first and the latest


def tools_of_keys(connection: Connection, keys: Iterable[str]) -> dict[str, tuple[int, str]]:
    """Key -> (id, state) of the tools that are known by these keys."""
    known: dict[str, tuple[int, str]] = {}
    wanted = sorted(set(keys))
    for start in range(0, len(wanted), 500):
        rows = connection.execute(
            select(tool.c.key, tool.c.id, tool.c.state).where(tool.c.key.in_(wanted[start : start + 500]))
        )
        known |= {str(row.key): (int(row.id), str(row.state)) for row in rows}
    return known


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


def namings_of(connection: Connection, tool_id: int) -> list[Naming]:
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
            post.c.root_id,
        )
        .join(post, post.c.id == tool_post.c.post_id)
        .join(source, source.c.id == post.c.source_id)
        .where(tool_post.c.tool_id == tool_id)
        .order_by(post.c.published_at, post.c.id)
    ).all()
    half = MOST_NAMINGS // 2
    read = rows if len(rows) <= MOST_NAMINGS else [*rows[:half], *rows[-half:]]
    texts = _texts(connection, [row.post_id for row in read])
    return [
        Naming(
            post=row.post_id,
            at=row.published_at,
            author=row.author,
            network=row.source_kind,
            place=row.community or row.title,
            tone=row.tone,
            cue=row.cue,
            evidence=row.evidence,
            text=texts.get(row.post_id, ""),
            copy_of=row.group_id,
            thread=row.root_id,
        )
        for row in rows
    ]


def _texts(connection: Connection, ids: Sequence[int]) -> dict[int, str]:
    rows = connection.execute(
        select(post_text.c.post_id, post_text.c.title, post_text.c.plain).where(is_among(post_text.c.post_id, ids))
    )
    return {int(i): titled_text(title, plain) for i, title, plain in rows}


def named_before(connection: Connection, name: str, before_id: int, limit: int = 60) -> list[tuple[int, str]]:
    """(post, text) of the earliest posts before one in whose text the words of a name occur, in any case."""
    asked = _words_of(name)
    if asked is None:
        return []
    ids = ids_holding(connection, asked, limit, before=before_id, latest=False)
    rows = connection.execute(
        select(post_text.c.post_id, post_text.c.title, post_text.c.plain).where(is_among(post_text.c.post_id, ids))
    )
    return sorted((int(i), f"{title}\n{plain}" if title else str(plain)) for i, title, plain in rows)


def posts_with(connection: Connection, name: str, limit: int = 60) -> list[str]:
    """Texts of the latest posts in which the words of a name occur, in any case."""
    asked = _words_of(name)
    if asked is None:
        return []
    ids = ids_holding(connection, asked, limit)
    rows = connection.execute(
        select(post_text.c.plain).where(is_among(post_text.c.post_id, ids)).order_by(post_text.c.post_id.desc())
    )
    return [str(plain) for plain in rows.scalars()]


def _words_of(name: str) -> Words | None:
    asked = typed('"' + name.replace('"', " ") + '"')
    return asked if isinstance(asked, Words) else None


def record_begins(connection: Connection) -> int:
    """The first day of the record, as ids count days; 0 for an empty one."""
    first = connection.execute(select(post.c.id).order_by(post.c.id).limit(1)).scalar()
    return int(first) // IDS_PER_DAY if first is not None else 0


def save_tool(connection: Connection, tool_id: int, values: dict[str, Any], story: ToolStory | None = None) -> None:
    """Write what is known of a tool, without a `story` the figures alone; what people made of it stays."""
    held = {**values, "facts": encoded(story)} if story is not None else values
    connection.execute(update(tool).where(tool.c.id == tool_id).values(**held))


def drop_tool(connection: Connection, tool_id: int) -> None:
    """A name that no post holds any more."""
    connection.execute(delete(tool_post).where(tool_post.c.tool_id == tool_id))
    connection.execute(delete(tool).where(tool.c.id == tool_id))

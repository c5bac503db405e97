"""Which sources hold a conversation: a feed of articles is read, nobody in it is spoken to."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sqlalchemy import Connection, func, select

from data.schema import brand_source_day, post, post_text, source

ARTICLES = ("feed", "webpage")  # kinds of source that bring articles, unless their posts answer each other
LOOKED_AT = 100  # newest posts of a source
ANSWERS = 0.2  # share of them that are answers, from which a source is a conversation

# How feeds of comments and forums title an answer, or name who wrote it.
_ANSWER = re.compile(
    r"^\W{0,3}(?:re|rép|ré|aw|sv)\s?(?:\[\d+\])?\s?:|^(?:comment|reply|response) (?:on|to|by)\b|^(?:in reply to|by:)"
    r"|^(?:commentaire|réponse) (?:sur|à|de)\b|^en réponse à\b|^(?:par|de) ?:",
    re.IGNORECASE,
)
_MEMBER = re.compile(r"^/?u/[\w-]+$")


def silent_sources(connection: Connection, ids: Iterable[int] | None = None) -> set[int]:
    """Those sources (of `ids`, else of all) that bring articles in which nobody answers anybody."""
    query = select(source.c.id).where(source.c.kind.in_(ARTICLES))
    if ids is not None:
        query = query.where(source.c.id.in_(sorted(set(ids))))
    return {int(i) for i in connection.execute(query).scalars() if not _talks(connection, int(i))}


def _talks(connection: Connection, source_id: int) -> bool:
    rows = connection.execute(
        select(post.c.parent_id, post.c.author, post_text.c.title)
        .join(post_text, post_text.c.post_id == post.c.id)
        .where(post.c.source_id == source_id)
        .order_by(post.c.id.desc())
        .limit(LOOKED_AT)
    ).all()
    answers = sum(bool(r.parent_id or _ANSWER.search(r.title) or _MEMBER.search(r.author)) for r in rows)
    return bool(rows) and answers >= ANSWERS * len(rows)


def posts_not_judged(connection: Connection, first_day: int) -> int:
    """Posts since a day of sources without a conversation."""
    table = brand_source_day
    query = select(func.coalesce(func.sum(table.c.posts), 0)).where(
        table.c.brand_id == 0, table.c.day >= first_day, table.c.source_id.in_(sorted(silent_sources(connection)))
    )
    return int(connection.execute(query).scalar_one())

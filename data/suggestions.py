"""Places that the collected posts mention and that are not followed yet."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from data.actor import needs
from data.changes import note_change
from data.models import to_day, to_epoch
from data.schema import IDS_PER_DAY, post, post_text, source, suggestion
from data.store import Store


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`posts` mention it, by `authors` different people; `examples` are ids of some of those posts."""

    kind: str
    address: str
    title: str
    posts: int
    authors: int
    examples: tuple[int, ...]


def recent_texts(
    connection: Connection, now: datetime, days: int = 30, limit: int = 20_000
) -> Iterator[tuple[int, str, str]]:
    """(post id, author, text as received) of the newest posts."""
    rows = connection.execute(
        select(post.c.id, post.c.author, post_text.c.received)
        .join(post_text, post_text.c.post_id == post.c.id)
        .where(post.c.id >= (to_day(now) - days) * IDS_PER_DAY)
        .order_by(post.c.id.desc())
        .limit(limit)
    )
    for row in rows:
        yield int(row.id), str(row.author), str(row.received)


def keep_suggestions(connection: Connection, suggestions: Sequence[Suggestion], now: datetime) -> None:
    """Replace the suggestions; those that a person dismissed stay dismissed."""
    dismissed = {
        (row.kind, row.address) for row in connection.execute(select(suggestion).where(suggestion.c.dismissed))
    }
    connection.execute(delete(suggestion).where(~suggestion.c.dismissed))
    rows = [
        {
            "kind": one.kind,
            "address": one.address,
            "title": one.title,
            "posts": one.posts,
            "authors": one.authors,
            "examples": json.dumps(one.examples),
            "made_at": to_epoch(now),
        }
        for one in suggestions
        if (one.kind, one.address) not in dismissed
    ]
    if rows:
        connection.execute(insert(suggestion), rows)


def open_suggestions(connection: Connection, limit: int = 12) -> list[Suggestion]:
    """What is mentioned most and neither followed by now nor dismissed."""
    followed = select(source.c.kind, source.c.address)
    rows = connection.execute(
        select(suggestion)
        .where(~suggestion.c.dismissed)
        .order_by(suggestion.c.authors.desc(), suggestion.c.posts.desc(), suggestion.c.address)
    )
    known = {(row.kind, row.address) for row in connection.execute(followed)}
    suggestions = [
        Suggestion(row.kind, row.address, row.title, row.posts, row.authors, tuple(json.loads(row.examples)))
        for row in rows
        if (row.kind, row.address) not in known
    ]
    return suggestions[:limit]


@needs("administrator")
def dismiss(store: Store, kind: str, address: str) -> None:
    """A person does not want to follow this place: it is not suggested again."""
    mine = (suggestion.c.kind == kind) & (suggestion.c.address == address)
    with store.write() as connection:
        made = connection.execute(update(suggestion).where(mine, ~suggestion.c.dismissed).values(dismissed=True))
        if made.rowcount:
            note_change(connection, "suggestion.dismissed", f"{kind} {address}", "suggested", "dismissed")

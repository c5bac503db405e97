"""What a record holds about people, counted: the register of article 30 is written from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, FromClause, func, select

from data.models import from_epoch
from data.posts.reads import total_posts
from data.schema import (
    calendar_item,
    change,
    member_week,
    post,
    post_label,
    report,
    snapshot,
    subscription,
    triage,
    triage_event,
    verbatim,
)


@dataclass(frozen=True, slots=True)
class Register:
    """Counts of rows by what they are of. `dropped` are posts whose words were let go; `oldest` has its words still."""

    posts: int
    dropped: int
    oldest: datetime | None
    weeks: int
    noted: int
    history: int
    quotes: int
    drafts: int
    reports: int
    copies: int
    receivers: int
    changes: int


def register(connection: Connection) -> Register:
    def number(table: FromClause) -> int:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())

    dropped = connection.execute(select(func.count()).where(post.c.dropped_at.is_not(None))).scalar_one()
    oldest = select(post.c.published_at).where(post.c.dropped_at.is_(None)).order_by(post.c.id).limit(1)
    first = connection.execute(oldest).scalar()
    return Register(
        posts=total_posts(connection),
        dropped=int(dropped),
        oldest=from_epoch(first) if first is not None else None,
        weeks=number(member_week),
        noted=number(triage) + number(post_label),
        history=number(triage_event),
        quotes=number(verbatim),
        drafts=number(calendar_item),
        reports=number(report),
        copies=number(snapshot),
        receivers=number(subscription),
        changes=number(change),
    )

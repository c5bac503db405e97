"""Who came to an event: people, how many by day, who was never seen before, who came back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from sqlalchemy import Connection, select

from data.dialect import is_among
from data.events.entries import Entry
from data.events.events import Event
from data.models import day_to_date, to_epoch
from data.posts.reads import day_bounds
from data.schema import IDS_PER_DAY, post

BACK_AFTER = timedelta(days=30)
FEW = 20  # people, below whom a share says little


@dataclass(frozen=True, slots=True)
class Attendance:
    """`people`, and by day how many posts there were. `new` are the first entries of those who had not written before
    the event in this record, which begins on `since`; `back` the first posts of those who wrote again `BACK_AFTER` its
    end or later, None where that is too early to say, which is until `back_from`."""

    people: int
    days: tuple[tuple[date, int], ...]
    new: tuple[int, ...]
    back_from: datetime
    back: tuple[int, ...] | None = None
    since: date | None = None
    first: dict[tuple[str, str], int] = field(default_factory=dict)

    @property
    def is_few(self) -> bool:
        return self.people < FEW


def attendance(
    connection: Connection, event: Event, entries: Sequence[Entry], now: datetime, zone: tzinfo
) -> Attendance:
    """Of these entries, which are in the order of time."""
    first: dict[tuple[str, str], int] = {}
    for one in entries:
        first.setdefault(one.person, one.post)
    seen = _others(connection, first.values(), before=event.starts)
    due = event.ends + BACK_AFTER
    bounds = day_bounds(connection)
    back = None
    if now >= due:
        later = _others(connection, first.values(), since=due)
        back = tuple(later[number] for number in first.values() if later.get(number))
    days = Counter(one.at.astimezone(zone).date() for one in entries)
    return Attendance(
        len(first),
        tuple(sorted(days.items())),
        tuple(number for number in first.values() if not seen.get(number)),
        due,
        back,
        day_to_date(bounds[0]) if bounds is not None else None,
        first,
    )


def _others(
    connection: Connection, ids: Any, *, before: datetime | None = None, since: datetime | None = None
) -> dict[int, int]:
    """Post -> the first post of its author before or since a moment, in the index of authors; 0 for none."""
    other = post.alias("other")
    mine = [other.c.author == post.c.author, other.c.source_kind == post.c.source_kind]
    if before is not None:
        past = (to_epoch(before) // 86_400 + 1) * IDS_PER_DAY
        mine += [other.c.id < past, other.c.published_at < to_epoch(before)]
    if since is not None:
        mine += [other.c.id >= to_epoch(since) // 86_400 * IDS_PER_DAY, other.c.published_at >= to_epoch(since)]
    found = select(other.c.id).where(*mine).order_by(other.c.id).limit(1).scalar_subquery()
    rows = connection.execute(select(post.c.id, found.label("found")).where(is_among(post.c.id, ids)))
    return {row.id: int(row.found or 0) for row in rows}

"""Lists of entries that were closed, and draws from them: each is kept, none replaces another in silence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from data.actor import actor, needs
from data.changes import note_change
from data.dialect import is_among
from data.events.draw import digest_of, in_order, new_code, new_seed, winning
from data.events.entries import entries_of
from data.events.events import EventError, exclusions, held_event
from data.models import from_epoch, moment_or_none, to_epoch
from data.schema import event_draw, event_entry, post
from data.store import Store

SEED = 200  # characters
WORDS = 500


@dataclass(frozen=True, slots=True)
class Drawn:
    """An entry of a closed list. `place` is its place in the draw, 0 before. `post` is 0 once the post is erased,
    `author` "" where it is no longer kept. `excluded`: why its author takes no part since."""

    code: str
    person: int
    place: int
    post: int
    kind: str = ""
    author: str = ""
    excluded: str = ""


@dataclass(frozen=True, slots=True)
class Draw:
    """A closed list of `total` entries, and its draw once there is a `seed`."""

    id: int
    event: int
    number: int
    digest: str
    total: int
    prizes: int
    seed_from: str
    reason: str
    closed_by: str
    closed_at: datetime
    seed: str = ""
    drawn_by: str = ""
    drawn_at: datetime | None = None


def draws_of(connection: Connection, event: int) -> list[Draw]:
    """All lists of an event that were ever closed, the first one first."""
    rows = connection.execute(
        select(event_draw).where(event_draw.c.event_id == event).order_by(event_draw.c.number)
    ).all()
    return [_read(row) for row in rows]


def _read(row: Any) -> Draw:
    return Draw(
        row.id,
        row.event_id,
        row.number,
        row.digest,
        row.total,
        row.prizes,
        row.seed_from,
        row.reason,
        row.closed_by,
        from_epoch(row.closed_at),
        row.seed,
        row.drawn_by,
        moment_or_none(row.drawn_at),
    )


def drawn_entries(connection: Connection, draw: Draw) -> list[Drawn]:
    """Entries of a closed list, by their place in the draw; before it, by their code."""
    out = {(one.kind, one.author): one.reason for one in exclusions(connection, draw.event)}
    rows = connection.execute(
        select(event_entry, post.c.source_kind, post.c.author)
        .outerjoin(post, post.c.id == event_entry.c.post_id)
        .where(event_entry.c.draw_id == draw.id)
        .order_by(event_entry.c.place, event_entry.c.code)
    ).all()
    return [
        Drawn(
            row.code,
            row.person,
            row.place,
            row.post_id,
            row.source_kind or "",
            row.author or "",
            out.get((row.source_kind, row.author), ""),
        )
        for row in rows
    ]


def winners(entries: Sequence[Drawn], draw: Draw) -> list[Drawn]:
    """Who wins, given the entries in the order of the draw: those that were drawn then, whatever became of them."""
    return [entries[index] for index in winning([one.person for one in entries], draw.prizes)] if draw.seed else []


def next_in_order(entries: Sequence[Drawn], draw: Draw, most: int = 5) -> list[Drawn]:
    """Whose turn it is where a winner cannot be reached or may not win: the next people in the order of the draw who
    are still there and take part."""
    won = {one.person for one in winners(entries, draw)}
    following: dict[int, Drawn] = {}
    for one in entries if draw.seed else ():
        if one.person not in won and one.post and not one.excluded:
            following.setdefault(one.person, one)
    return list(following.values())[:most]


@needs("editor")
def close_list(store: Store, event: int, now: datetime, seed_from: str = "", reason: str = "") -> int:
    """Close the list of what may win; gives the number of the list's draw. From here on its digest says what it holds.
    `seed_from` says where the seed is to come from, "" for one that this machine makes.

    Raises EventError: `open` before the event is over, `none` for an empty list, `many` past what is looked at,
    `number` where nobody is to win, `reason` where another list was closed before and nothing says why; StaleError
    where the event is gone.
    """
    why, source = (" ".join(words.replace("\0", "").split())[:WORDS] for words in (reason, seed_from))
    with store.write() as connection:
        held = held_event(connection, event)
        earlier = draws_of(connection, event)
        entries = entries_of(connection, held)
        entered = entries.may_win(held)
        wrong = {
            "open": now < held.ends,
            "number": not held.prizes,
            "many": entries.more,
            "none": not entered,
            "reason": bool(earlier) and not why,
        }
        for code, is_wrong in wrong.items():
            if is_wrong:
                raise EventError(code)
        people: dict[tuple[str, str], int] = {}
        codes = {one.post: new_code() for one in entered}
        values = {
            "event_id": event,
            "number": len(earlier) + 1,
            "digest": digest_of(codes.values()),
            "total": len(codes),
            "prizes": held.prizes,
            "seed_from": source,
            "reason": why if earlier else "",
            "closed_by": actor().name[:80],
            "closed_at": to_epoch(now),
        }
        number = int(connection.execute(insert(event_draw).values(**values).returning(event_draw.c.id)).scalar_one())
        rows = [
            {
                "draw_id": number,
                "code": codes[one.post],
                "post_id": one.post,
                "person": people.setdefault(one.person, len(people) + 1),
            }
            for one in sorted(entered, key=lambda one: codes[one.post])  # their order in time would tell who they are
        ]
        connection.execute(insert(event_entry), rows)
        told = f"list {values['number']}: {len(codes)} entries, {values['digest']}" + (f"; {why}" if earlier else "")
        before = f"list {earlier[-1].number}: {earlier[-1].total} entries, {earlier[-1].digest}" if earlier else ""
        note_change(connection, "event.closed", f"event {event}: {held.title}", before, told)
        return number


@needs("editor")
def draw_winners(store: Store, draw: int, now: datetime, seed: str = "") -> str:
    """Draw from a closed list; gives the seed. Where the list says that the seed comes from elsewhere, it is given.

    Raises EventError: `seed` for none, `drawn` where it was drawn already, or another list was closed since, `closed`
    where there is no such list.
    """
    with store.write() as connection:
        row = connection.execute(select(event_draw).where(event_draw.c.id == draw)).one_or_none()
        if row is None:
            raise EventError("closed")
        held = _read(row)
        if held.seed or draws_of(connection, held.event)[-1].id != draw:
            raise EventError("drawn")
        given = " ".join(seed.replace("\0", "").split())
        if held.seed_from and not 0 < len(given) <= SEED:
            raise EventError("seed")
        chosen = given if held.seed_from else new_seed()
        codes = list(connection.execute(select(event_entry.c.code).where(event_entry.c.draw_id == draw)).scalars())
        places = [{"one": code, "at": place} for place, code in enumerate(in_order(codes, chosen), 1)]
        connection.execute(
            update(event_entry)
            .where(event_entry.c.draw_id == draw, event_entry.c.code == bindparam("one"))
            .values(place=bindparam("at")),
            places,
        )
        connection.execute(
            update(event_draw)
            .where(event_draw.c.id == draw)
            .values(seed=chosen, drawn_by=actor().name[:80], drawn_at=to_epoch(now))
        )
        title = held_event(connection, held.event).title
        note_change(
            connection,
            "event.drawn",
            f"event {held.event}: {title}",
            after=f"list {held.number}, {held.digest}: seed {chosen}",
        )
        return chosen


def came_late(connection: Connection, draw: Draw, posts: Sequence[int]) -> list[int]:
    """Of the posts that may win now, those that are in no place of a closed list: collected since, or judged since."""
    listed = connection.execute(
        select(event_entry.c.post_id).where(event_entry.c.draw_id == draw.id, is_among(event_entry.c.post_id, posts))
    )
    known = set(listed.scalars())
    return [number for number in posts if number not in known]

"""Tickets: posts that ask for one thing to be built or mended, passed on together, until they are told that it is."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, insert, or_, select, update

from data.actor import actor, needs
from data.changes import StaleError, changed_by, note_change, note_edit, reconciled
from data.dialect import insert_new, is_among
from data.models import from_epoch, moment_or_none, to_epoch, web_link
from data.schema import post, ticket, ticket_post
from data.store import Store

OUTCOMES = ("", "open", "done", "declined", "gone")  # "": its tracker was not read yet
OVER = ("done", "declined", "gone")
FIELDS = ("title", "note", "tracker", "url")  # what people set
MOST_POSTS = 200
READ_EVERY = timedelta(hours=20)


@dataclass(frozen=True, slots=True)
class Ticket:
    """One thing to build or mend. `posts` are those that ask for it, the oldest first; `tracker` is the address of the
    repository or project, `url` that of the issue, once it is there. `error` is why its tracker could not be read."""

    id: int
    title: str
    posts: tuple[int, ...] = ()
    note: str = ""
    tracker: str = ""
    url: str = ""
    outcome: str = ""
    error: str = ""
    who: str = ""
    made_at: datetime | None = None
    checked_at: datetime | None = None
    closed_at: datetime | None = None
    people: int = 0
    first_at: datetime | None = None  # when the first post asked

    @property
    def to_fix(self) -> timedelta | None:
        """From the first post that asked to the fix; None where it is not fixed."""
        if self.outcome != "done" or self.closed_at is None or self.first_at is None:
            return None
        return max(timedelta(0), self.closed_at - self.first_at)


def tickets(connection: Connection) -> list[Ticket]:
    """All tickets, the latest first."""
    rows = connection.execute(select(ticket).order_by(ticket.c.id.desc())).all()
    asked: dict[int, list[Any]] = {}
    for row in connection.execute(
        select(ticket_post.c.ticket_id, post.c.id, post.c.published_at, post.c.source_kind, post.c.author).join(
            post, post.c.id == ticket_post.c.post_id
        )
    ):
        asked.setdefault(row.ticket_id, []).append(row)
    for some in asked.values():  # sorted here: asked for in this order, every post would be read in it
        some.sort(key=lambda one: (one.published_at, one.id))
    return [_read(row, asked.get(row.id, [])) for row in rows]


def one_ticket(connection: Connection, number: int) -> Ticket | None:
    return next((one for one in tickets(connection) if one.id == number), None)


def _read(row: Any, asked: Sequence[Any]) -> Ticket:
    return Ticket(
        row.id,
        row.title,
        tuple(one.id for one in asked),
        row.note,
        row.tracker,
        row.url,
        row.outcome,
        row.error,
        row.who,
        from_epoch(row.made_at),
        moment_or_none(row.checked_at),
        moment_or_none(row.closed_at),
        # Who gave no name may be one person or many: each such post counts as one.
        len({(one.source_kind, one.author or f"\0{one.id}") for one in asked}),
        from_epoch(asked[0].published_at) if asked else None,
    )


@needs("member")
def make_ticket(store: Store, posts: Collection[int], title: str, now: datetime, tracker: str = "") -> int:
    """Make a ticket of these posts; gives its number. Raises ValueError for no title, no post, or more than
    MOST_POSTS."""
    clean, ids = " ".join(title.split())[:200], list(dict.fromkeys(posts))
    if not clean or not ids or len(ids) > MOST_POSTS:
        raise ValueError("title" if not clean else "posts")
    with store.write() as connection:
        values = {
            "title": clean,
            "tracker": web_link(tracker)[:500],
            "who": actor().name[:80],
            "made_at": to_epoch(now),
        }
        number = int(connection.execute(insert(ticket).values(**values).returning(ticket.c.id)).scalar_one())
        _add(connection, number, ids)
        note_change(connection, "ticket.made", f"ticket {number}: {clean}", after=f"{len(ids)} posts")
    return number


def _held(connection: Connection, number: int) -> Ticket:
    held = one_ticket(connection, number)
    if held is None:
        raise StaleError([changed_by(connection, f"ticket {number}", "", "")])
    return held


def _add(connection: Connection, number: int, ids: Sequence[int]) -> int:
    known = set(connection.execute(select(post.c.id).where(is_among(post.c.id, ids))).scalars())
    rows = [{"ticket_id": number, "post_id": one} for one in ids if one in known]
    if rows:
        connection.execute(insert_new(ticket_post), rows)
    return len(rows)


@needs("member")
def save_ticket(store: Store, item: Ticket, seen: Ticket | None = None) -> None:
    """Keep its title, note, tracker and the address of its issue. Raises ValueError ("title", "tracker", "url") for
    none, or a link that is not http(s), StaleError where somebody changed the same since it was `seen`."""
    title = " ".join(item.title.split())[:200]
    for name, wrong in (
        ("title", not title),
        ("tracker", bool(item.tracker) and not web_link(item.tracker)),
        ("url", bool(item.url) and not web_link(item.url)),
    ):
        if wrong:
            raise ValueError(name)
    with store.write() as connection:
        before, about = one_ticket(connection, item.id), f"ticket {item.id}"
        item = reconciled(connection, about, seen, before, replace(item, title=title), FIELDS)
        assert before is not None  # else `reconciled` would have refused
        values: dict[str, object] = {
            "title": item.title,
            "note": item.note[:4_000],
            "tracker": item.tracker[:500],
            "url": item.url[:500],
        }
        if item.url != before.url:  # another issue: what was known is of the one before
            values |= {"outcome": "", "error": "", "checked_at": 0, "closed_at": 0}
        note_edit(connection, "ticket.saved", f"{about}: {item.title}", before, item, FIELDS)
        connection.execute(update(ticket).where(ticket.c.id == item.id).values(**values))


@needs("member")
def add_to_ticket(store: Store, number: int, posts: Collection[int]) -> None:
    """Put more posts to a ticket. Raises StaleError where it is gone, ValueError past MOST_POSTS."""
    with store.write() as connection:
        held = _held(connection, number)
        new = [one for one in dict.fromkeys(posts) if one not in held.posts]
        if len(held.posts) + len(new) > MOST_POSTS:
            raise ValueError("posts")
        _add(connection, number, new)
        note_change(
            connection,
            "ticket.posts",
            f"ticket {number}: {held.title}",
            f"{len(held.posts)} posts",
            f"{len(held.posts) + len(new)} posts",
        )


@needs("member")
def take_from_ticket(store: Store, number: int, post_id: int) -> None:
    """A post that does not ask for this. Raises StaleError where the ticket is gone."""
    with store.write() as connection:
        held = _held(connection, number)
        if post_id not in held.posts:
            return
        connection.execute(
            delete(ticket_post).where(ticket_post.c.ticket_id == number, ticket_post.c.post_id == post_id)
        )
        note_change(
            connection,
            "ticket.posts",
            f"ticket {number}: {held.title}",
            f"with post {post_id}",
            f"without post {post_id}",
        )


@needs("editor")
def remove_ticket(store: Store, number: int) -> None:
    """Forget a ticket; its posts and the issue at its tracker stay."""
    with store.write() as connection:
        held = one_ticket(connection, number)
        if held is None:
            return
        note_change(connection, "ticket.removed", f"ticket {number}", held.title)
        connection.execute(delete(ticket_post).where(ticket_post.c.ticket_id == number))
        connection.execute(delete(ticket).where(ticket.c.id == number))


def due_tickets(connection: Connection, now: datetime, *, again: bool = False) -> list[tuple[int, str]]:
    """(number, address of the issue) of those whose tracker is to be read: once a day until they are over, with `again`
    at once."""
    return [
        (row.id, row.url)
        for row in connection.execute(
            select(ticket.c.id, ticket.c.url).where(
                ticket.c.url != "",
                or_(ticket.c.outcome.not_in(OVER), ticket.c.outcome == "gone"),
                ticket.c.checked_at < to_epoch(now if again else now - READ_EVERY),
            )
        )
    ]


def note_outcome(
    store: Store, number: int, url: str, outcome: str, now: datetime, closed_at: datetime | None = None, error: str = ""
) -> None:
    """What the tracker said of the issue at `url`; with `error`, what is known of it stays."""
    values: dict[str, object] = {"checked_at": to_epoch(now), "error": error}
    if not error:
        values |= {"outcome": outcome, "closed_at": to_epoch(closed_at) if closed_at else 0}
    with store.write() as connection:
        # Another address may have been entered while this one was read.
        connection.execute(update(ticket).where(ticket.c.id == number, ticket.c.url == url).values(**values))


def last_tracker(connection: Connection) -> str:
    """Where the latest ticket went: most go to one place."""
    latest = select(func.max(ticket.c.id)).where(ticket.c.tracker != "").scalar_subquery()
    return str(connection.execute(select(ticket.c.tracker).where(ticket.c.id == latest)).scalar() or "")

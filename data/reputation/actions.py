"""What we did: by hand or from our own posts, with the effect that was measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, exists, func, insert, literal_column, select, update

from data.actor import actor, needs
from data.changes import check_unchanged, note_edit, reconciled
from data.models import from_epoch, to_epoch, web_link
from data.reputation.effects import Measured, decoded, encoded
from data.reputation.returning import NEVER
from data.schema import IDS_PER_DAY, action, author_week, post, post_text
from data.store import Store

KINDS = ("post", "contest", "event", "replies", "release", "other")


FIELDS = ("kind", "title", "at", "brand", "url", "note", "post")  # what people set of an action


@dataclass(frozen=True, slots=True)
class Action:
    """Something that we did; its effects count once `measured_at` is set."""

    id: int
    kind: str
    title: str
    at: datetime
    brand: int = 0
    url: str = ""
    note: str = ""
    post: int = 0
    who: str = ""
    measured: Measured = field(default_factory=Measured)
    measured_at: datetime | None = None


def _read(row: Any) -> Action:
    return Action(
        row.id,
        row.kind,
        row.title,
        from_epoch(row.at),
        row.brand_id,
        row.url,
        row.note,
        row.post_id,
        row.who,
        decoded(row.effect),
        from_epoch(row.measured_at) if row.measured_at else None,
    )


def actions(connection: Connection, since: datetime | None = None, until: datetime | None = None) -> list[Action]:
    """Actions between two moments, the latest first."""
    query = select(action).order_by(action.c.at.desc(), action.c.id.desc())
    if since is not None:
        query = query.where(action.c.at >= to_epoch(since))
    if until is not None:
        query = query.where(action.c.at <= to_epoch(until))
    return [_read(row) for row in connection.execute(query)]


def one_action(connection: Connection, action_id: int) -> Action | None:
    row = connection.execute(select(action).where(action.c.id == action_id)).one_or_none()
    return None if row is None else _read(row)


@needs("editor")
def save_action(store: Store, item: Action, now: datetime, seen: Action | None = None) -> int:
    """Keep an action (id 0: a new one); its effect is measured at the next refresh. Gives its id. `seen` is the action
    as its author read it.

    Raises ValueError for no title, an unknown kind, or a link that is not http(s), StaleError where somebody changed
    the same meanwhile.
    """
    title = " ".join(item.title.split())[:200]
    if not title or item.kind not in KINDS:
        raise ValueError("title" if not title else "kind")
    if item.url and not web_link(item.url):
        raise ValueError("url")
    with store.write() as connection:
        before = one_action(connection, item.id) if item.id else None
        if item.id:
            item = reconciled(connection, f"action {item.id}", seen, before, item, FIELDS)
        number, values = item.id, _values(item)
        if number:
            connection.execute(update(action).where(action.c.id == number).values(**values))
        else:
            made = insert(action).values(**values, made_at=to_epoch(now)).returning(action.c.id)
            number = int(connection.execute(made).scalar_one())
        after = one_action(connection, number)
        note_edit(connection, "action.saved", f"action {number}: {values['title']}", before, after, FIELDS)
        return number


def _values(item: Action) -> dict[str, Any]:
    return {
        "kind": item.kind,
        "title": " ".join(item.title.split())[:200],
        "at": to_epoch(item.at),
        "brand_id": item.brand,
        "url": item.url[:2_000],
        "note": item.note.replace("\0", "")[:2_000],
        "post_id": item.post,
        "who": (actor().name or item.who)[:80],
        "effect": "{}",
        "measured_at": 0,
    }


@needs("editor")
def remove_action(store: Store, action_id: int, seen: Action | None = None) -> None:
    """Forget an action. Raises StaleError for one that changed since it was `seen`."""
    with store.write() as connection:
        before = one_action(connection, action_id)
        if before is None:
            return
        check_unchanged(connection, f"action {action_id}", seen, before, FIELDS)
        note_edit(connection, "action.removed", f"action {action_id}: {before.title}", before, None, FIELDS)
        connection.execute(delete(action).where(action.c.id == action_id))


def note_effects(connection: Connection, action_id: int, measured: Measured, now: datetime) -> None:
    values = {"effect": encoded(measured), "measured_at": to_epoch(now)}
    connection.execute(update(action).where(action.c.id == action_id).values(**values))


def actions_to_measure(connection: Connection, now: datetime) -> list[Action]:
    """Those not measured yet, and those of the last two months not measured today."""
    midnight = to_epoch(now) // 86_400 * 86_400
    rows = connection.execute(
        select(action).where(
            (action.c.measured_at == 0)
            | ((action.c.at >= to_epoch(now) - 60 * 86_400) & (action.c.measured_at < midnight))
        )
    )
    return [_read(row) for row in rows]


def own_posts_to_log(connection: Connection, first_day: int, limit: int = 10) -> list[tuple[int, datetime, str, str]]:
    """(post, moment, its first words, link) of posts of ours that open a conversation and are no action yet."""
    known = exists().where(action.c.post_id == post.c.id)
    rows = connection.execute(
        select(post.c.id, post.c.published_at, post_text.c.title, post_text.c.plain, post_text.c.url)
        .join(post_text, post_text.c.post_id == post.c.id)
        .where(post.c.by_us, post.c.parent_id == "", post.c.id >= first_day * IDS_PER_DAY, ~known)
        .order_by(post.c.id.desc())
        .limit(limit)
    )
    return [(r.id, from_epoch(r.published_at), " ".join((r.title or r.plain).split())[:120], r.url) for r in rows]


def newcomers_by_week(connection: Connection, weeks: Sequence[int]) -> list[int]:
    """How many named authors wrote for the first time in each week."""
    w = author_week.c
    rows = connection.execute(
        select(w.week, func.count())
        .where(w.week.between(min(weeks), max(weeks)), w.before == literal_column(str(NEVER)))
        .group_by(w.week)
    )
    newcomers = {int(w): int(n) for w, n in rows}
    return [newcomers.get(week, 0) for week in weeks]

"""The content calendar: items with a date, a channel, a status; templates of formats."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, delete, insert, select, text, update

from data.actor import needs, require
from data.changes import note_change
from data.dialect import insert_over
from data.models import from_epoch, to_epoch, web_link
from data.reputation.actions import Action, save_action
from data.schema import IDS_PER_DAY, calendar_item, content_template
from data.settings import REFERENCE
from data.store import Store

STATUSES = ("idea", "draft", "ready", "published", "dropped")
APPROVED = {"ready", "published"}  # set, changed and removed by editors
LANGS = ("en", "fr")
LIMIT = 20_000  # characters of a draft or a note


class CalendarError(ValueError):
    """An item that cannot be kept; `code` is title, status, day, hour or url."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Item:
    """Something to publish. `day` is None while it has no date, `hour` -1 while it has no time. `drafts` by channel.

    `post` is it as it was found again in our own sources; `action` what it brought.
    """

    id: int
    title: str
    idea: int = 0
    format: str = ""
    channel: str = ""
    lang: str = ""
    owner: str = ""
    status: str = "idea"
    day: date | None = None
    hour: int = -1
    note: str = ""
    subject: str = ""
    drafts: dict[str, str] = field(default_factory=dict)
    url: str = ""
    post: int = 0
    action: int = 0
    changed_at: datetime | None = None


def _read(row: Any) -> Item:
    return Item(
        row.id,
        row.title,
        row.idea_id,
        row.format,
        row.channel,
        row.lang,
        row.owner,
        row.status,
        date.fromisoformat(row.day) if row.day else None,
        row.hour,
        row.note,
        row.subject,
        json.loads(row.drafts),
        row.url,
        row.post_id,
        row.action_id,
        from_epoch(row.changed_at),
    )


def items(
    connection: Connection, since: date | None = None, until: date | None = None, *, undated: bool = True
) -> list[Item]:
    """Items between two days in order of time, those without a date last."""
    query = select(calendar_item)
    if since is not None and until is not None:
        within = calendar_item.c.day.between(since.isoformat(), until.isoformat())
        query = query.where(within | (calendar_item.c.day == "") if undated else within)
    rows = connection.execute(
        query.order_by(calendar_item.c.day == "", calendar_item.c.day, calendar_item.c.hour, calendar_item.c.id).limit(
            2_000
        )
    )
    return [_read(row) for row in rows]


def one_item(connection: Connection, item_id: int) -> Item | None:
    row = connection.execute(select(calendar_item).where(calendar_item.c.id == item_id)).one_or_none()
    return None if row is None else _read(row)


def items_of_idea(connection: Connection, idea_id: int) -> list[Item]:
    rows = connection.execute(
        select(calendar_item).where(calendar_item.c.idea_id == idea_id).order_by(calendar_item.c.id)
    )
    return [_read(row) for row in rows]


def role_for(*statuses: str) -> str:
    """The least role that may change an item between these states."""
    return "editor" if {*statuses} & APPROVED else "member"


@needs("member")
def save_item(store: Store, item: Item, now: datetime) -> int:
    """Keep an item (id 0: a new one); gives its id. Raises CalendarError for what makes no sense, RefusedError for
    approving, publishing, or changing what is approved, where who acts is no editor."""
    title = " ".join(item.title.split())[:300]
    if not title:
        raise CalendarError("title")
    if item.status not in STATUSES:
        raise CalendarError("status")
    if not -1 <= item.hour <= 23:
        raise CalendarError("hour")
    if item.url and not web_link(item.url):
        raise CalendarError("url")
    values = {
        "idea_id": item.idea,
        "title": title,
        "format": item.format[:40],
        "channel": item.channel[:40],
        "lang": item.lang[:2],
        "owner": item.owner[:80],
        "status": item.status,
        "day": item.day.isoformat() if item.day is not None else "",
        "hour": item.hour,
        "note": item.note.replace("\0", "")[:LIMIT],
        "subject": item.subject[:80],
        "drafts": json.dumps({k[:40]: v.replace("\0", "")[:LIMIT] for k, v in item.drafts.items()}, ensure_ascii=False),
        "url": item.url[:2_000],
        "post_id": item.post,
        "action_id": item.action,
        "changed_at": to_epoch(now),
    }
    with store.write() as connection:
        before = one_item(connection, item.id) if item.id else None
        require(role_for(item.status, before.status if before else ""), "calendar.approved")
        _note_item(connection, before, item.title, item.status, item.day)
        if item.id:
            connection.execute(update(calendar_item).where(calendar_item.c.id == item.id).values(**values))
            return item.id
        made = insert(calendar_item).values(**values, made_at=to_epoch(now)).returning(calendar_item.c.id)
        return int(connection.execute(made).scalar_one())


@needs("member")
def remove_item(store: Store, item_id: int) -> None:
    """Forget an item. Raises RefusedError for one that is approved, where who acts is no editor."""
    with store.write() as connection:
        before = one_item(connection, item_id)
        if before is None:
            return
        require(role_for(before.status), "calendar.approved")
        note_change(connection, "calendar.removed", before.title, before.status)
        connection.execute(delete(calendar_item).where(calendar_item.c.id == item_id))


def _note_item(connection: Connection, before: Item | None, title: str, status: str, day: date | None) -> None:
    was = f"{before.title} · {before.status} · {before.day or ''}" if before else ""
    note_change(connection, "calendar.saved", title, was, f"{title} · {status} · {day or ''}")


def clashes(items: Sequence[Item]) -> dict[int, list[int]]:
    """Item -> others on the same channel and day, within two hours or without a time."""
    result: dict[int, list[int]] = {}
    dated = [item for item in items if item.day is not None and item.status != "dropped" and item.channel]
    for item in dated:
        for other in dated:
            if item.id == other.id or (item.channel, item.day) != (other.channel, other.day):
                continue
            if item.hour < 0 or other.hour < 0 or abs(item.hour - other.hour) < 2:
                result.setdefault(item.id, []).append(other.id)
    return result


def gaps(items: Sequence[Item], since: date, until: date, least: int = 4) -> list[tuple[date, date]]:
    """Stretches of at least `least` days without anything to publish, (first day, last day)."""
    busy = {item.day for item in items if item.day is not None and item.status != "dropped"}
    result, start = [], None
    for number in range((until - since).days + 2):
        day = since + timedelta(days=number)
        free = day <= until and day not in busy
        if free and start is None:
            start = day
        if not free and start is not None:
            if (day - start).days >= least:
                result.append((start, day - timedelta(days=1)))
            start = None
    return result


def find_published(store: Store, now: datetime) -> int:
    """Find published items again among our own posts: by their address, else by a draft that begins as the post does.
    Gives how many were found."""
    with store.read() as connection:
        unfound = (calendar_item.c.post_id == 0) & calendar_item.c.status.in_(("ready", "published"))
        waiting = [_read(row) for row in connection.execute(select(calendar_item).where(unfound))]
        if not waiting:
            return 0
        ours = connection.execute(
            text("""
                SELECT p.id, p.published_at, t.title, t.plain, t.url FROM post p JOIN post_text t ON t.post_id = p.id
                WHERE p.by_us AND p.id >= :first ORDER BY p.id DESC LIMIT 2000
            """),
            {"first": (to_epoch(now) // 86_400 - 120) * IDS_PER_DAY},
        ).all()
    number = 0
    for item in waiting:
        starts = {_start(draft) for draft in item.drafts.values()} - {""}
        match = next(
            (
                row
                for row in ours
                if (item.url and row.url == item.url) or _start(row.plain) in starts or _start(row.title) in starts
            ),
            None,
        )
        if match is None:
            continue
        number += 1
        when = from_epoch(match.published_at)
        action = save_action(
            store, Action(0, "post", item.title, when, url=match.url, post=int(match.id), who=item.owner), now
        )
        save_item(
            store,
            replace(item, post=int(match.id), action=action, status="published", day=when.date(), url=match.url),
            now,
        )
    return number


def _start(words: str) -> str:
    """The first sixty letters of a text, by which it is known again; "" for a shorter one."""
    letters = "".join(c for c in words.lower() if c.isalnum())
    return letters[:60] if len(letters) >= 30 else ""


@lru_cache(maxsize=1)
def shipped_formats() -> dict[tuple[str, str], str]:
    """(format, language) -> template."""
    held = tomllib.loads((REFERENCE / "formats.toml").read_text(encoding="utf-8"))
    return {(name, lang): text for name, langs in held.items() for lang, text in langs.items()}


FORMATS = tuple(dict.fromkeys(name for name, _ in shipped_formats()))


def templates(connection: Connection) -> dict[tuple[str, str], str]:
    """Templates of formats: those that ship, under those that people changed."""
    own = connection.execute(select(content_template))
    return shipped_formats() | {(row.format, row.lang): row.text for row in own}


@needs("editor")
def set_template(store: Store, name: str, lang: str, words: str) -> None:
    """Change a template; an empty text goes back to the one that ships. Raises ValueError for an unknown one."""
    if (name, lang) not in shipped_formats():
        raise ValueError(f"There is no template for {name}, {lang}.")
    with store.write() as connection:
        note_change(connection, "format.template", f"{name}, {lang}", after=words)
        if words.strip():
            connection.execute(insert_over(content_template).values(format=name, lang=lang, text=words[:LIMIT]))
        else:
            connection.execute(
                delete(content_template).where(content_template.c.format == name, content_template.c.lang == lang)
            )

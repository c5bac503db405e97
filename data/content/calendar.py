"""The content calendar: items with a date, a channel, a status; templates of formats."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, delete, insert, select, text, update

from data.actor import needs, require
from data.changes import StaleError, changed_by, check_seen, check_unchanged, note_change, note_edit, reconciled
from data.dialect import insert_over
from data.models import from_epoch, to_epoch, web_link
from data.reputation.actions import Action, remove_action, save_action
from data.schema import IDS_PER_DAY, calendar_item, content_template
from data.settings import REFERENCE
from data.store import Store

STATUSES = ("idea", "draft", "ready", "published", "dropped")
APPROVED = {"ready", "published"}  # set, changed and removed by editors
LANGS = ("en", "fr")
LIMIT = 20_000  # characters of a draft or a note
# What people, or the program, set of an item.
FIELDS = (
    "title",
    "status",
    "day",
    "hour",
    "channel",
    "format",
    "lang",
    "owner",
    "url",
    "note",
    "drafts",
    "subject",
    "idea",
    "post",
    "action",
)


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


def moment_of(item: Item, zone: str) -> datetime | None:
    """When an item is to go out, in a zone; None while it has no day or no hour. Raises ZoneInfoNotFoundError."""
    if item.day is None or item.hour < 0:
        return None
    return datetime.combine(item.day, time(item.hour), ZoneInfo(zone or "UTC")).astimezone(UTC)


def note_published(store: Store, item_id: int, url: str, now: datetime) -> None:
    """An item went out at this address."""
    with store.read() as connection:
        item = one_item(connection, item_id)
    if item is not None and item.status != "published":
        save_item(store, replace(item, status="published", url=url), now, item)


def role_for(*statuses: str) -> str:
    """The least role that may change an item between these states."""
    return "editor" if {*statuses} & APPROVED else "member"


@needs("member")
def save_item(store: Store, item: Item, now: datetime, seen: Item | None = None) -> int:
    """Keep an item (id 0: a new one); gives its id. `seen` is the item as its author read it.

    Raises CalendarError for what makes no sense, RefusedError for approving, publishing, or changing what is approved,
    where who acts is no editor, StaleError where somebody changed the same meanwhile (see `data.changes`).
    """
    _check(item)
    with store.write() as connection:
        before = one_item(connection, item.id) if item.id else None
        if item.id:
            item = reconciled(connection, f"item {item.id}", seen, before, item, FIELDS)
        require(role_for(item.status, before.status if before else ""), "calendar.approved")
        values = _values(item) | {"changed_at": to_epoch(now)}
        if item.id:
            connection.execute(update(calendar_item).where(calendar_item.c.id == item.id).values(**values))
        else:
            made = insert(calendar_item).values(**values, made_at=to_epoch(now)).returning(calendar_item.c.id)
            item = replace(item, id=int(connection.execute(made).scalar_one()))
        after = one_item(connection, item.id)
        note_edit(connection, "calendar.saved", f"item {item.id}: {values['title']}", before, after, FIELDS)
        return item.id


@needs("member")
def move_item(store: Store, item_id: int, day: date | None, seen: date | None, now: datetime) -> None:
    """Put an item on another day, None for no day yet; all else of it stays. `seen` is the day on which whoever moves
    it saw it.

    Raises RefusedError for one that is approved, where who acts is no editor, StaleError where it is gone, or somebody
    put it on yet another day meanwhile.
    """
    about = f"item {item_id}"
    with store.write() as connection:
        before = one_item(connection, item_id)
        if before is None:
            raise StaleError([changed_by(connection, about, "", "")])
        require(role_for(before.status), "calendar.approved")
        was, held, wanted = (each.isoformat() if each else "" for each in (seen, before.day, day))
        check_seen(connection, about, "day", was, held, wanted)
        if held == wanted:
            return
        values = {"day": wanted, "changed_at": to_epoch(now)}
        connection.execute(update(calendar_item).where(calendar_item.c.id == item_id).values(**values))
        note_edit(connection, "calendar.moved", f"{about}: {before.title}", before, replace(before, day=day), ("day",))


def _check(item: Item) -> None:
    if not item.title.strip():
        raise CalendarError("title")
    if item.status not in STATUSES:
        raise CalendarError("status")
    if not -1 <= item.hour <= 23:
        raise CalendarError("hour")
    if item.url and not web_link(item.url):
        raise CalendarError("url")


def _values(item: Item) -> dict[str, Any]:
    """The columns of an item, cut to what they may hold."""
    return {
        "idea_id": item.idea,
        "title": " ".join(item.title.split())[:300],
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
    }


@needs("member")
def remove_item(store: Store, item_id: int, seen: Item | None = None) -> None:
    """Forget an item. Raises RefusedError for one that is approved, where who acts is no editor, StaleError for one
    that somebody changed since it was `seen`."""
    with store.write() as connection:
        before = one_item(connection, item_id)
        if before is None:
            return
        require(role_for(before.status), "calendar.approved")
        check_unchanged(connection, f"item {item_id}", seen, before, FIELDS)
        note_edit(connection, "calendar.removed", f"item {item_id}: {before.title}", before, None, FIELDS)
        connection.execute(delete(calendar_item).where(calendar_item.c.id == item_id))


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
        when = from_epoch(match.published_at)
        action = save_action(
            store, Action(0, "post", item.title, when, url=match.url, post=int(match.id), who=item.owner), now
        )
        found = replace(item, post=int(match.id), action=action, status="published", day=when.date(), url=match.url)
        try:
            save_item(store, found, now, item)
        except StaleError:  # somebody is at it: it is found again next time
            remove_action(store, action)
        else:
            number += 1
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
def set_template(store: Store, name: str, lang: str, words: str, seen: str | None = None) -> None:
    """Change a template; an empty text goes back to the one that ships. `seen` is it as its author read it.

    Raises ValueError for an unknown one, StaleError where somebody changed it meanwhile.
    """
    if (name, lang) not in shipped_formats():
        raise ValueError(f"There is no template for {name}, {lang}.")
    about = f"{name}, {lang}"
    with store.write() as connection:
        before = templates(connection)[name, lang]
        after = words[:LIMIT] if words.strip() else shipped_formats()[name, lang]
        check_seen(connection, about, "text", seen, before, after)
        if before != after:
            note_change(connection, "format.template", about, before, after)
        if words.strip():
            connection.execute(insert_over(content_template).values(format=name, lang=lang, text=after))
        else:
            connection.execute(
                delete(content_template).where(content_template.c.format == name, content_template.c.lang == lang)
            )

"""Reports as people arranged them: which blocks in which order, and the words that they keep from one edition to the
next."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from data.actor import needs
from data.changes import check_unchanged, note_edit, reconciled
from data.models import to_epoch
from data.schema import report, subscription
from data.sharing.document import WHO
from data.store import Store

LONGEST_COMMENT = 5_000
WEEK, MONTH = 7, 30
_BLOCK = re.compile(r"[a-z_]+")
_COPY = re.compile(r"snapshot:(\d+)", re.ASCII)


FIELDS = ("name", "days", "brand", "lang", "names", "blocks", "comments", "notes")  # what people set of a report


@dataclass(frozen=True, slots=True)
class Report:
    """A report. `days` 30 is the last whole month, 7 the last whole week, else so many days up to yesterday. `brand` 0
    is the own brand. `blocks` are keys of `documents.of_report` or
    "snapshot:ID"; `comments` and `notes` are by block."""

    id: int
    name: str
    days: int
    brand: int = 0
    lang: str = ""
    names: str = "pseudonyms"
    blocks: tuple[str, ...] = ()
    comments: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)


def _read(row: Any) -> Report:
    return Report(
        row.id,
        row.name,
        row.days,
        row.brand_id,
        row.lang,
        row.names,
        tuple(json.loads(row.blocks)),
        dict(json.loads(row.comments)),
        dict(json.loads(row.notes)),
    )


def reports(connection: Connection) -> list[Report]:
    return [_read(row) for row in connection.execute(select(report).order_by(report.c.id))]


def one_report(connection: Connection, report_id: int) -> Report | None:
    row = connection.execute(select(report).where(report.c.id == report_id)).first()
    return _read(row) if row is not None else None


def snapshot_number(key: str) -> int | None:
    """The snapshot that a block copies, None for a block of another kind."""
    copy = _COPY.fullmatch(key)
    return int(copy[1]) if copy else None


def is_block(key: str) -> bool:
    """Whether a key can be one of a block; `documents.of_report` says what each holds."""
    return bool(_BLOCK.fullmatch(key)) or snapshot_number(key) is not None


@needs("editor")
def save_report(store: Store, item: Report, now: datetime, seen: Report | None = None) -> int:
    """Keep a report (id 0: a new one); gives its id. Comments of blocks that were taken out stay, for when they come
    back. `seen` is the report as its author read it.

    Raises ValueError for no name, a key that no block can have, a way of naming authors that is none, or days out of 1
    to 366, StaleError where somebody changed the same meanwhile.
    """
    name = " ".join(item.name.split())[:120]
    if not name or item.names not in WHO or not 1 <= item.days <= 366 or not all(map(is_block, item.blocks)):
        raise ValueError(item.name)
    with store.write() as connection:
        before = one_report(connection, item.id) if item.id else None
        if item.id:
            item = reconciled(connection, f"report {item.id}", seen, before, item, FIELDS)
        number, values = item.id, _values(item) | {"changed_at": to_epoch(now)}
        if number:
            connection.execute(update(report).where(report.c.id == number).values(**values))
        else:
            statement = insert(report).values(**values, made_at=to_epoch(now)).returning(report.c.id)
            number = int(connection.execute(statement).scalar_one())
        after = one_report(connection, number)
        note_edit(connection, "report.saved", f"report {number}: {values['name']}", before, after, FIELDS)
        return number


def _words(held: Mapping[str, str]) -> str:
    return json.dumps({k: v[:LONGEST_COMMENT] for k, v in held.items() if v.strip()}, ensure_ascii=False)


def _values(item: Report) -> dict[str, Any]:
    return {
        "name": " ".join(item.name.split())[:120],
        "days": item.days,
        "brand_id": item.brand,
        "lang": item.lang,
        "names": item.names,
        "blocks": json.dumps(list(dict.fromkeys(item.blocks))),
        "comments": _words(item.comments),
        "notes": _words(item.notes),
    }


class OtherWords(ValueError):
    """Somebody else changed the words in the meantime; `held` are theirs."""

    def __init__(self, held: str) -> None:
        super().__init__(held)
        self.held = held


@needs("editor")
def set_words(store: Store, report_id: int, part: str, block: str, words: str, before: str, now: datetime) -> None:
    """Keep one's own words for one block of a report, as `comments` or `notes`; all else stays as it is.

    `before` is what one began from: raises OtherWords, and keeps nothing, where somebody else wrote there since. Raises
    ValueError for another part or for a report that is gone.
    """
    if part not in {"comments", "notes"} or not is_block(block):
        raise ValueError(part)
    column = report.c[part]
    with store.write() as connection:
        row = connection.execute(select(report.c.name, column).where(report.c.id == report_id)).first()
        if row is None:
            raise ValueError(report_id)
        kept = json.loads(row[1])
        if kept.get(block, "") not in {before, words}:
            raise OtherWords(kept[block])
        kept[block] = words[:LONGEST_COMMENT]
        written = json.dumps({k: v for k, v in kept.items() if v.strip()}, ensure_ascii=False)
        values = {column.name: written, "changed_at": to_epoch(now)}
        was = one_report(connection, report_id)
        connection.execute(update(report).where(report.c.id == report_id).values(**values))
        after = one_report(connection, report_id)
        note_edit(connection, "report.saved", f"report {report_id}: {row.name}", was, after, FIELDS)


@needs("editor")
def remove_report(store: Store, report_id: int, seen: Report | None = None) -> None:
    """Forget a report; who received it receives nothing more. What was shared of it stays. Raises StaleError for one
    that changed since it was `seen`."""
    with store.write() as connection:
        before = one_report(connection, report_id)
        if before is None:
            return
        check_unchanged(connection, f"report {report_id}", seen, before, FIELDS)
        note_edit(connection, "report.removed", f"report {report_id}: {before.name}", before, None, FIELDS)
        connection.execute(delete(subscription).where(subscription.c.report_id == report_id))
        connection.execute(delete(report).where(report.c.id == report_id))


def period_of(days: int, today: date) -> tuple[date, date]:
    """(first, last) day of a report made today: the last whole month or week, else so many days up to yesterday."""
    if days == MONTH:
        last = today.replace(day=1) - timedelta(days=1)
        return last.replace(day=1), last
    if days == WEEK:
        last = today - timedelta(days=today.weekday() + 1)
        return last - timedelta(days=6), last
    last = today - timedelta(days=1)
    return last - timedelta(days=days - 1), last

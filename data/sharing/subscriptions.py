"""Who receives the brief or a report, when, and what became of each mailing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Connection, delete, insert, select, update

from data.actor import needs
from data.alerts.destinations import after_attempt, is_due
from data.changes import check_unchanged, note_change, note_edit, reconciled
from data.credentials import forget_secret
from data.dialect import insert_new
from data.models import from_epoch, moment_or_none, to_epoch
from data.schema import mailing, subscription
from data.settings import Settings
from data.store import Store

KINDS = ("daily", "weekly", "monthly")
LATE = timedelta(hours=20)  # an edition that could not be begun within this time is skipped


# What people set of a recipient; of the address only that it changed is told.
FIELDS = ("name", "address", "kind", "report", "lang", "zone", "hour", "weekday", "minutes", "is_on")
SECRET = ("address",)


@dataclass(frozen=True, slots=True)
class Subscription:
    """A recipient. `address` is a placeholder of the credentials file; `report` 0 is the morning brief. Hours are
    those of `zone`; `weekday` counts for weekly ones, 0 is Monday; monthly ones go on the first."""

    id: int
    name: str
    address: str
    kind: str = "daily"
    report: int = 0
    lang: str = "en"
    zone: str = "UTC"
    hour: int = 8
    weekday: int = 0
    minutes: int = 3
    is_on: bool = True


@dataclass(frozen=True, slots=True)
class Mailing:
    """One edition on its way to one recipient."""

    id: int
    subscription: int
    edition: str
    due_at: datetime
    state: str  # waiting | sent | failed
    attempts: int
    error: str
    sent_at: datetime | None


def _read(row: Any) -> Subscription:
    return Subscription(
        row.id,
        row.name,
        row.address,
        row.kind,
        row.report_id,
        row.lang,
        row.zone,
        row.hour,
        row.weekday,
        row.minutes,
        row.state == "on",
    )


def subscriptions(connection: Connection) -> list[Subscription]:
    return [_read(row) for row in connection.execute(select(subscription).order_by(subscription.c.id))]


def one_subscription(connection: Connection, subscription_id: int) -> Subscription | None:
    row = connection.execute(select(subscription).where(subscription.c.id == subscription_id)).one_or_none()
    return None if row is None else _read(row)


@needs("editor")
def save_subscription(store: Store, item: Subscription, now: datetime, seen: Subscription | None = None) -> int:
    """Keep a recipient (id 0: a new one); gives its id. `seen` is the recipient as its author read it.

    Raises ValueError for no name, an unknown kind, hour, day or time zone, StaleError where somebody changed the same
    meanwhile.
    """
    name = " ".join(item.name.split())[:80]
    try:
        ZoneInfo(item.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("zone") from error
    if not name or item.kind not in KINDS or not 0 <= item.hour <= 23 or not 0 <= item.weekday <= 6:
        raise ValueError(name)
    with store.write() as connection:
        before = one_subscription(connection, item.id) if item.id else None
        if item.id:
            item = reconciled(connection, f"recipient {item.id}", seen, before, item, FIELDS)
        number, values = item.id, _values(item)
        if number:
            connection.execute(update(subscription).where(subscription.c.id == number).values(**values))
        else:
            statement = insert(subscription).values(**values, made_at=to_epoch(now)).returning(subscription.c.id)
            number = int(connection.execute(statement).scalar_one())
        after = one_subscription(connection, number)
        subject = f"recipient {number}: {values['name']}"
        note_edit(connection, "subscription.saved", subject, before, after, FIELDS, SECRET)
        return number


def _values(item: Subscription) -> dict[str, Any]:
    return {
        "name": " ".join(item.name.split())[:80],
        "address": item.address,
        "kind": item.kind,
        "report_id": item.report,
        "lang": item.lang,
        "zone": item.zone,
        "hour": item.hour,
        "weekday": item.weekday,
        "minutes": max(1, min(30, item.minutes)),
        "state": "on" if item.is_on else "off",
    }


@needs("editor")
def remove_subscription(
    store: Store, settings: Settings, subscription_id: int, seen: Subscription | None = None
) -> None:
    """Forget a recipient, what was to go there and the address in the credentials file, which stays where another has
    the same. Raises StaleError for one that changed since it was `seen`."""
    with store.write() as connection:
        before = one_subscription(connection, subscription_id)
        if before is None:
            return
        check_unchanged(connection, f"recipient {subscription_id}", seen, before, FIELDS)
        subject = f"recipient {subscription_id}: {before.name}"
        note_edit(connection, "subscription.removed", subject, before, None, FIELDS, SECRET)
        connection.execute(delete(mailing).where(mailing.c.subscription_id == subscription_id))
        connection.execute(delete(subscription).where(subscription.c.id == subscription_id))
    forget_secret(store, settings, "channel", before.address)


def edition_due(item: Subscription, now: datetime) -> tuple[date, datetime] | None:
    """(the day of the newest edition, when it was due), None where none fell due lately."""
    zone = ZoneInfo(item.zone)
    here = now.astimezone(zone)
    day = here.date()
    for _ in range(2):  # today, or yesterday where the hour lies across midnight
        fits = (
            item.kind == "daily"
            or (item.kind == "weekly" and day.weekday() == item.weekday)
            or (item.kind == "monthly" and day.day == 1)
        )
        due = datetime.combine(day, time(item.hour), zone).astimezone(UTC)
        if fits and due <= now < due + LATE:
            return day, due
        day -= timedelta(days=1)
    return None


def _fallen_due(connection: Connection, now: datetime) -> list[dict[str, Any]]:
    """Rows of the editions that have fallen due since their recipient was added, and are not in the queue."""
    known = {(row.subscription_id, row.edition) for row in connection.execute(select(mailing))}
    made = dict(connection.execute(select(subscription.c.id, subscription.c.made_at)).tuples().all())
    rows = []
    for item in subscriptions(connection):
        edition = edition_due(item, now) if item.is_on else None
        if edition is None:
            continue
        day, due = edition
        if (item.id, day.isoformat()) not in known and to_epoch(due) >= made[item.id]:
            rows.append({"subscription_id": item.id, "edition": day.isoformat(), "due_at": to_epoch(due)})
    return rows


def queue_mailings(store: Store, now: datetime) -> int:
    """Put the editions that have fallen due in the queue, each once; gives how many."""
    with store.read() as connection:
        rows = _fallen_due(connection, now)
    if rows:
        with store.write(counts=False) as connection:
            connection.execute(insert_new(mailing), rows)
    return len(rows)


def any_mailing_due(connection: Connection, now: datetime) -> bool:
    """Whether something waits to be sent, or falls due now."""
    return bool(due_mailings(connection, now, 1) or _fallen_due(connection, now))


def _mailing(row: Any) -> Mailing:
    return Mailing(
        row.id,
        row.subscription_id,
        row.edition,
        from_epoch(row.due_at),
        row.state,
        row.attempts,
        row.error,
        moment_or_none(row.sent_at),
    )


def due_mailings(connection: Connection, now: datetime, limit: int = 200) -> list[Mailing]:
    rows = connection.execute(
        select(mailing)
        .where(mailing.c.state == "waiting", is_due(mailing.c.due_at, now))
        .order_by(mailing.c.due_at)
        .limit(limit)
    )
    return [_mailing(row) for row in rows]


def recent_mailings(connection: Connection, limit: int = 25) -> list[Mailing]:
    return [_mailing(row) for row in connection.execute(select(mailing).order_by(mailing.c.id.desc()).limit(limit))]


def note_mailing(store: Store, item: Mailing, now: datetime, error: str = "") -> None:
    """Sent, or to be tried again later and later; after six attempts it has failed."""
    values = after_attempt(item.attempts + 1, error, now)
    with store.write(counts=False) as connection:
        connection.execute(update(mailing).where(mailing.c.id == item.id).values(**values))


@needs("editor")
def note_sent(store: Store, subscription_id: int, refusal: str) -> None:
    """Note that a person sent an edition at once. `refusal` is why it did not leave, "" where it did."""
    with store.write(counts=False) as connection:
        name = connection.scalar(select(subscription.c.name).where(subscription.c.id == subscription_id))
        if name is not None:
            note_change(connection, "subscription.sent", f"recipient {subscription_id}: {name}", "", refusal or "sent")


@needs("editor")
def send_again(store: Store, mailing_id: int, now: datetime) -> None:
    """A person asks for another round of attempts."""
    with store.write(counts=False) as connection:
        row = connection.execute(
            select(mailing.c.subscription_id, mailing.c.edition, mailing.c.state, subscription.c.name)
            .join(subscription, subscription.c.id == mailing.c.subscription_id)
            .where(mailing.c.id == mailing_id)
        ).first()
        if row is None:
            return
        subject = f"recipient {row.subscription_id}: {row.name}, {row.edition}"
        note_change(connection, "subscription.again", subject, row.state, "waiting")
        again = update(mailing).where(mailing.c.id == mailing_id)
        connection.execute(again.values(state="waiting", attempts=0, due_at=to_epoch(now)))

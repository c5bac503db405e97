"""The destinations that alerts are sent to, and what became of each delivery."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, delete, insert, or_, select, update

from data.actor import needs
from data.alerts.rules import routes
from data.changes import check_unchanged, note_change, note_edit, reconciled
from data.credentials import forget_secret
from data.dialect import insert_new
from data.models import from_epoch, to_epoch
from data.schema import alert, alert_channel, alert_route, delivery
from data.settings import Settings
from data.store import Store

ATTEMPTS = 6
RETRY = (60, 300, 1_800, 7_200, 21_600)  # seconds until the next attempt
LONGEST = 86_400 + 3_600  # seconds that one waits at most: what is due later was put off before the clock was set back


# What people set of a destination; of its address only that it changed is told.
FIELDS = (
    "name",
    "address",
    "lang",
    "zone",
    "quiet_from",
    "quiet_to",
    "digest_hour",
    "is_on",
    "person",
    "by_name",
    "notices",
)
SECRET = ("address",)


@dataclass(frozen=True, slots=True)
class Destination:
    """Where alerts go. `address` is a placeholder of the credentials file. Hours are those of `zone`; equal quiet
    hours are none; `digest_hour` -1 sends at once. `person`: of the team, whose it is, "" for everybody; `by_name`
    takes only the alerts of rules that name it. `notices`: its mail server also writes to people of the team."""

    id: int
    name: str
    address: str
    lang: str = "en"
    zone: str = "UTC"
    quiet_from: int = 0
    quiet_to: int = 0
    digest_hour: int = -1
    is_on: bool = True
    digested: str = ""
    person: str = ""
    by_name: bool = False
    notices: bool = False


@dataclass(frozen=True, slots=True)
class Delivery:
    """One alert on its way to one destination."""

    id: int
    destination: int
    alert: int
    due_at: datetime
    state: str  # waiting | sent | failed
    attempts: int
    error: str
    sent_at: datetime | None


def _destination(row: Any) -> Destination:
    return Destination(
        row.id,
        row.name,
        row.address,
        row.lang,
        row.zone,
        row.quiet_from,
        row.quiet_to,
        row.digest_hour,
        row.state == "on",
        row.digested,
        row.person,
        row.takes == "named",
        row.notices == "on",
    )


def destinations(connection: Connection) -> list[Destination]:
    return [_destination(row) for row in connection.execute(select(alert_channel).order_by(alert_channel.c.id))]


def one_destination(connection: Connection, destination_id: int) -> Destination | None:
    row = connection.execute(select(alert_channel).where(alert_channel.c.id == destination_id)).one_or_none()
    return None if row is None else _destination(row)


def sends_notices(connection: Connection) -> Destination | None:
    """The destination whose mail server writes to people of the team: the first that is on and marked for it."""
    return next((one for one in destinations(connection) if one.is_on and one.notices), None)


@needs("administrator")
def save_destination(store: Store, destination: Destination, now: datetime, seen: Destination | None = None) -> int:
    """Keep a destination (id 0: a new one); gives its id. `seen` is it as its author read it.

    Raises ValueError for hours or a zone that do not exist, StaleError where somebody changed the same meanwhile.
    """
    hours = (destination.quiet_from, destination.quiet_to)
    if not all(0 <= hour < 24 for hour in hours) or not -1 <= destination.digest_hour < 24:
        raise ValueError("hours")
    try:
        ZoneInfo(destination.zone)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError("zone") from error
    with store.write() as connection:
        before = one_destination(connection, destination.id) if destination.id else None
        if destination.id:
            about = f"channel {destination.id}"
            destination = reconciled(connection, about, seen, before, destination, FIELDS)
        values = _values(destination)
        number = destination.id
        if number:
            connection.execute(update(alert_channel).where(alert_channel.c.id == number).values(**values))
        else:
            made = insert(alert_channel).values(**values, made_at=to_epoch(now)).returning(alert_channel.c.id)
            number = int(connection.execute(made).scalar_one())
        after = one_destination(connection, number)
        subject = f"channel {number}: {values['name']}"
        note_edit(connection, "channel.saved", subject, before, after, FIELDS, SECRET)
        return number


def _values(destination: Destination) -> dict[str, Any]:
    return {
        "name": " ".join(destination.name.split())[:80] or "?",
        "address": destination.address,
        "lang": destination.lang,
        "zone": destination.zone,
        "quiet_from": destination.quiet_from,
        "quiet_to": destination.quiet_to,
        "digest_hour": destination.digest_hour,
        "state": "on" if destination.is_on else "off",
        "person": " ".join(destination.person.split())[:80],
        "takes": "named" if destination.by_name else "all",
        "notices": "on" if destination.notices else "off",
    }


@needs("administrator")
def remove_destination(store: Store, settings: Settings, destination_id: int, seen: Destination | None = None) -> None:
    """Forget a destination, what was to go there and its address in the credentials file, which stays where another
    has the same. Raises StaleError for one that changed since it was `seen`."""
    with store.write() as connection:
        before = one_destination(connection, destination_id)
        if before is None:
            return
        check_unchanged(connection, f"channel {destination_id}", seen, before, FIELDS)
        subject = f"channel {destination_id}: {before.name}"
        note_edit(connection, "channel.removed", subject, before, None, FIELDS, SECRET)
        connection.execute(delete(delivery).where(delivery.c.channel_id == destination_id))
        connection.execute(delete(alert_route).where(alert_route.c.channel_id == destination_id))
        connection.execute(delete(alert_channel).where(alert_channel.c.id == destination_id))
    forget_secret(store, settings, "channel", before.address)


def due_moment(destination: Destination, now: datetime) -> datetime:
    """When a destination may next be written to: at once, after its quiet hours, or at its digest."""
    here = now.astimezone(ZoneInfo(destination.zone))
    if destination.digest_hour >= 0:
        due = here.replace(hour=destination.digest_hour, minute=0, second=0, microsecond=0)
        return due if due > here else due + timedelta(days=1)
    begin, end = destination.quiet_from, destination.quiet_to
    if begin == end:
        return now
    hour = here.hour
    quiet = begin <= hour < end if begin < end else hour >= begin or hour < end
    if not quiet:
        return now
    due = here.replace(hour=end, minute=0, second=0, microsecond=0)
    return due if due > here else due + timedelta(days=1)


def queue_deliveries(connection: Connection, alert_ids: Sequence[int], now: datetime) -> int:
    """Put new alerts on their way: to the destinations that their rule names, or to all that take everything."""
    rules = connection.execute(select(alert.c.id, alert.c.rule_id).where(alert.c.id.in_(list(alert_ids)))).tuples()
    return _queue(connection, list(rules), now)


def queue_for_rule(connection: Connection, alert_id: int, rule_id: int, now: datetime) -> int:
    """Put an alert, which another rule told first, on its way to the destinations that this rule names too."""
    return _queue(connection, [(alert_id, rule_id)], now) if rule_id in routes(connection) else 0


def _queue(connection: Connection, told: Sequence[tuple[int, int]], now: datetime) -> int:
    """Put (alert, rule) on their way; gives how many deliveries."""
    named = routes(connection)
    rows = [
        {"channel_id": c.id, "alert_id": alert_id, "due_at": to_epoch(due_moment(c, now)), "state": "waiting"}
        for c in destinations(connection)
        if c.is_on
        for alert_id, rule_id in told
        if (c.id in named[rule_id] if rule_id in named else not c.by_name)
    ]
    if rows:
        connection.execute(insert_new(delivery), rows)
    return len(rows)


def _delivery(row: Any) -> Delivery:
    return Delivery(
        row.id,
        row.channel_id,
        row.alert_id,
        from_epoch(row.due_at),
        row.state,
        row.attempts,
        row.error,
        from_epoch(row.sent_at) if row.sent_at else None,
    )


def is_due(due_at: ColumnElement[int], now: datetime) -> ColumnElement[bool]:
    """Its time has come, or can only come because the clock was set back."""
    return or_(due_at <= to_epoch(now), due_at > to_epoch(now) + LONGEST)


def due_deliveries(connection: Connection, now: datetime, limit: int = 200) -> list[Delivery]:
    rows = connection.execute(
        select(delivery)
        .where(delivery.c.state == "waiting", is_due(delivery.c.due_at, now))
        .order_by(delivery.c.due_at, delivery.c.id)
        .limit(limit)
    )
    return [_delivery(row) for row in rows]


def any_due(connection: Connection, now: datetime) -> bool:
    query = select(delivery.c.id).where(delivery.c.state == "waiting", is_due(delivery.c.due_at, now)).limit(1)
    return connection.execute(query).scalar() is not None


def digest_due(connection: Connection, now: datetime) -> bool:
    """A destination's daily word has not been sent today though its hour has come."""
    return any(destination.is_on and digest_waits(destination, now) for destination in destinations(connection))


def digest_waits(destination: Destination, now: datetime) -> bool:
    """Today's hour of its digest has come, and its word has not gone yet."""
    here = now.astimezone(ZoneInfo(destination.zone))
    return 0 <= destination.digest_hour <= here.hour and destination.digested != here.date().isoformat()


def note_digest(store: Store, destination_id: int, day: date) -> None:
    """The daily word of this day has gone, or was not needed."""
    with store.write(counts=False) as connection:
        connection.execute(
            update(alert_channel).where(alert_channel.c.id == destination_id).values(digested=day.isoformat())
        )


def recent_deliveries(connection: Connection, limit: int = 50) -> list[Delivery]:
    rows = connection.execute(select(delivery).order_by(delivery.c.id.desc()).limit(limit))
    return [_delivery(row) for row in rows]


def after_attempt(attempts: int, error: str, now: datetime) -> dict[str, Any]:
    """What to keep of a delivery after an attempt, the `attempts`th: sent, failed for good, or when to try again."""
    held: dict[str, Any] = {"attempts": attempts, "error": error[:300]}
    if not error:
        return held | {"state": "sent", "sent_at": to_epoch(now)}
    if attempts >= ATTEMPTS:
        return held | {"state": "failed"}
    return held | {"due_at": to_epoch(now) + RETRY[attempts - 1]}


def note_delivery(store: Store, ids: Sequence[int], now: datetime, error: str = "") -> None:
    """What became of an attempt: sent, or to be tried again later; after the last attempt it stays failed and shown."""
    with store.write() as connection:
        for row in connection.execute(select(delivery).where(delivery.c.id.in_(list(ids)))).all():
            values = after_attempt(row.attempts + 1, error, now)
            connection.execute(update(delivery).where(delivery.c.id == row.id).values(**values))


@needs("administrator")
def try_again(store: Store, delivery_id: int, now: datetime) -> None:
    """A person asks for another round of attempts."""
    mine = (delivery.c.id == delivery_id) & (delivery.c.state != "sent")
    with store.write() as connection:
        row = connection.execute(
            select(delivery.c.alert_id, delivery.c.state, alert_channel.c.name)
            .join(alert_channel, alert_channel.c.id == delivery.c.channel_id)
            .where(mine)
        ).first()
        if row is None:
            return
        note_change(connection, "channel.again", f"alert {row.alert_id}: {row.name}", row.state, "waiting")
        again = update(delivery).where(mine)
        connection.execute(again.values(state="waiting", attempts=0, due_at=to_epoch(now)))

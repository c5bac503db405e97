"""Alert rules, the alerts they gave, the channels these go to, and what became of each delivery."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from data.dialect import insert_new
from data.models import from_epoch, to_epoch
from data.query_language import parse
from data.schema import action, alert, alert_channel, alert_rule, brand, delivery
from data.store import Store

KINDS = ("volume", "tone", "event", "conflict", "topic", "competitor", "quiet", "keyword")
SENSITIVITIES = ("low", "normal", "high")
SAME_EVENT = timedelta(hours=48)  # a rule that fires again about the same thing within this time goes on
ATTEMPTS = 6
RETRY = (60, 300, 1_800, 7_200, 21_600)  # seconds until the next attempt


@dataclass(frozen=True, slots=True)
class AlertRule:
    """What to watch for. `brand` 0: all posts. `query` is that of a keyword rule."""

    id: int
    kind: str
    name: str = ""
    brand: int = 0
    query: str = ""
    sensitivity: str = "normal"
    is_on: bool = True
    looked_at: int = 0


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found: `key` says what it is about, times in Unix seconds, posts to read, the first of all."""

    key: str
    began: int
    noticed: int
    last: int
    posts: tuple[int, ...] = ()
    origin: int = 0
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Alert:
    """A finding that was told. `snoozed` until this ISO date."""

    id: int
    rule: AlertRule
    key: str
    began_at: datetime
    noticed_at: datetime
    last_at: datetime
    is_open: bool
    snoozed: str
    origin: int
    posts: tuple[int, ...]
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Channel:
    """Where alerts go. `address` is a placeholder of the credentials file. Hours are those of `zone`; equal quiet
    hours are none; `digest_hour` -1 sends at once."""

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


@dataclass(frozen=True, slots=True)
class Delivery:
    """One alert on its way to one channel."""

    id: int
    channel: int
    alert: int
    due_at: datetime
    state: str  # waiting | sent | failed
    attempts: int
    error: str
    sent_at: datetime | None


def _rule(row: Any) -> AlertRule:
    return AlertRule(
        row.id, row.kind, row.name, row.brand_id, row.query, row.sensitivity, row.state == "on", row.looked_at
    )


def alert_rules(connection: Connection) -> list[AlertRule]:
    return [_rule(row) for row in connection.execute(select(alert_rule).order_by(alert_rule.c.id))]


def save_rule(store: Store, rule: AlertRule, now: datetime) -> int:
    """Keep a rule (id 0: a new one); gives its id.

    Raises ValueError for an unknown kind or sensitivity, QueryError for a keyword rule whose query cannot be read.
    """
    if rule.kind not in KINDS or rule.sensitivity not in SENSITIVITIES:
        raise ValueError(rule.kind)
    if rule.kind == "keyword":
        parse(rule.query)
    values = {
        "kind": rule.kind, "name": " ".join(rule.name.split())[:120], "brand_id": rule.brand,
        "query": rule.query.strip(), "sensitivity": rule.sensitivity, "state": "on" if rule.is_on else "off",
    }  # fmt: skip
    with store.write() as connection:
        if rule.id:
            connection.execute(update(alert_rule).where(alert_rule.c.id == rule.id).values(**values))
            return rule.id
        return int(
            connection.execute(
                insert(alert_rule).values(**values, made_at=to_epoch(now)).returning(alert_rule.c.id)
            ).scalar_one()
        )


def remove_rule(store: Store, rule_id: int) -> None:
    """Forget a rule, its alerts and their deliveries."""
    with store.write() as connection:
        forget_rules(connection, alert_rule.c.id == rule_id)


def forget_rules(connection: Connection, condition: ColumnElement[bool]) -> None:
    """Forget the rules that meet a condition, their alerts and their deliveries."""
    rules = select(alert_rule.c.id).where(condition)
    mine = select(alert.c.id).where(alert.c.rule_id.in_(rules))
    connection.execute(delete(delivery).where(delivery.c.alert_id.in_(mine)))
    connection.execute(delete(alert).where(alert.c.rule_id.in_(rules)))
    connection.execute(delete(alert_rule).where(condition))


def make_usual_rules(connection: Connection, now: datetime) -> bool:
    """The rules to begin with, once there is a brand of ours: what a community manager would be woken for."""
    if connection.execute(select(func.count()).select_from(alert_rule)).scalar_one():
        return False
    own = connection.execute(select(brand.c.id).where(brand.c.kind == "own").order_by(brand.c.id)).scalar()
    if own is None:
        return False
    rivals = connection.execute(select(brand.c.id).where(brand.c.kind == "competitor").order_by(brand.c.id)).scalars()
    wanted = [("volume", own), ("tone", own), ("event", 0), ("conflict", own), ("topic", own), ("quiet", 0)]
    wanted += [("competitor", rival) for rival in rivals]
    connection.execute(
        insert(alert_rule), [{"kind": kind, "brand_id": b, "made_at": to_epoch(now)} for kind, b in wanted]
    )
    return True


def note_looked(connection: Connection, rule_id: int, moment: int) -> None:
    connection.execute(update(alert_rule).where(alert_rule.c.id == rule_id).values(looked_at=moment))


def keep_finding(connection: Connection, rule: AlertRule, found: Finding, *, old: bool = False) -> int:
    """Tell a finding, or let the alert on the same event go on. Gives the id of a new alert, 0 where there is none.

    `old` keeps what was found when a rule first looked back: closed, for the list alone.
    """
    same = connection.execute(
        select(alert.c.id, alert.c.began_at, alert.c.last_at)
        .where(
            alert.c.rule_id == rule.id, alert.c.key == found.key,
            alert.c.last_at >= found.began - int(SAME_EVENT.total_seconds()),
            alert.c.began_at <= found.last + int(SAME_EVENT.total_seconds()),
        )
        .order_by(alert.c.id.desc())
    ).first()  # fmt: skip
    if same is not None:
        connection.execute(
            update(alert).where(alert.c.id == same.id).values(last_at=max(int(same.last_at), found.last))
        )
        return 0
    if (other := _told_otherwise(connection, rule, found)) is not None:
        facts = json.loads(other.facts)
        facts["also"] = sorted({*facts.get("also", ()), rule.kind})
        connection.execute(
            update(alert)
            .where(alert.c.id == other.id)
            .values(facts=json.dumps(facts, ensure_ascii=False), last_at=max(int(other.last_at), found.last))
        )
        return 0
    made = connection.execute(
        insert(alert)
        .values(
            rule_id=rule.id, kind=rule.kind, key=found.key, began_at=found.began, noticed_at=found.noticed,
            last_at=found.last, origin=found.origin, posts=json.dumps(found.posts),
            facts=json.dumps(found.facts, ensure_ascii=False), state="closed" if old else "open",
        )
        .returning(alert.c.id)
    ).scalar_one()  # fmt: skip
    return int(made)


def _told_otherwise(connection: Connection, rule: AlertRule, found: Finding) -> Any:
    """The alert that another rule on the same brand gave about the same event: at that time, with two words alike."""
    words = set(found.facts.get("words", ()))
    if len(words) < 2:
        return None
    near = int(SAME_EVENT.total_seconds()) // 4
    rows = connection.execute(
        select(alert.c.id, alert.c.facts, alert.c.last_at)
        .join(alert_rule, alert_rule.c.id == alert.c.rule_id)
        .where(
            alert.c.rule_id != rule.id, alert_rule.c.brand_id.in_((rule.brand, 0)),
            alert.c.last_at >= found.noticed - near, alert.c.began_at <= found.noticed + near,
        )
        .order_by(alert.c.id.desc())
    )  # fmt: skip
    return next((row for row in rows if len(words & set(json.loads(row.facts).get("words", ()))) >= 2), None)


def _alert(row: Any) -> Alert:
    rule = AlertRule(
        row.rule_id, row.kind, row.name or "", row.brand_id or 0, row.query or "", row.sensitivity or "normal",
        row.rule_state == "on",
    )  # fmt: skip
    return Alert(
        row.id, rule, row.key, from_epoch(row.began_at), from_epoch(row.noticed_at), from_epoch(row.last_at),
        row.state == "open", row.snoozed, row.origin, tuple(json.loads(row.posts)), json.loads(row.facts),
    )  # fmt: skip


def _alerts() -> Any:
    rule = alert_rule.c
    return select(
        alert, rule.name, rule.brand_id, rule.query, rule.sensitivity, rule.state.label("rule_state")
    ).outerjoin(alert_rule, rule.id == alert.c.rule_id)


def alerts(connection: Connection, today: datetime, *, state: str = "open", limit: int = 100) -> list[Alert]:
    """Alerts that are open, snoozed or closed, the latest first."""
    query = _alerts().order_by(alert.c.noticed_at.desc(), alert.c.id.desc()).limit(limit)
    day = today.date().isoformat()
    if state == "open":
        query = query.where(alert.c.state == "open", alert.c.snoozed <= day)
    elif state == "snoozed":
        query = query.where(alert.c.state == "open", alert.c.snoozed > day)
    else:
        query = query.where(alert.c.state == "closed")
    return [_alert(row) for row in connection.execute(query)]


def get_alert(connection: Connection, alert_id: int) -> Alert | None:
    row = connection.execute(_alerts().where(alert.c.id == alert_id)).one_or_none()
    return None if row is None else _alert(row)


def count_open(connection: Connection, today: datetime) -> int:
    query = select(func.count()).select_from(alert)
    day = today.date().isoformat()
    return int(connection.execute(query.where(alert.c.state == "open", alert.c.snoozed <= day)).scalar_one())


def set_alert(store: Store, alert_id: int, *, is_open: bool | None = None, snoozed: str | None = None) -> None:
    """Close or reopen an alert, or let it rest until an ISO date ("": no longer)."""
    values: dict[str, str] = {}
    if is_open is not None:
        values["state"] = "open" if is_open else "closed"
    if snoozed is not None:
        values["snoozed"] = datetime.fromisoformat(snoozed).date().isoformat() if snoozed else ""
    with store.write() as connection:
        connection.execute(update(alert).where(alert.c.id == alert_id).values(**values))


def _channel(row: Any) -> Channel:
    return Channel(
        row.id, row.name, row.address, row.lang, row.zone, row.quiet_from, row.quiet_to, row.digest_hour,
        row.state == "on", row.digested,
    )  # fmt: skip


def channels(connection: Connection) -> list[Channel]:
    return [_channel(row) for row in connection.execute(select(alert_channel).order_by(alert_channel.c.id))]


def save_channel(store: Store, channel: Channel, now: datetime) -> int:
    """Keep a channel (id 0: a new one); gives its id. Raises ValueError for hours or a time zone that do not exist."""
    hours = (channel.quiet_from, channel.quiet_to)
    if not all(0 <= hour < 24 for hour in hours) or not -1 <= channel.digest_hour < 24:
        raise ValueError("hours")
    try:
        ZoneInfo(channel.zone)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError("zone") from error
    values = {
        "name": " ".join(channel.name.split())[:80] or "?", "address": channel.address, "lang": channel.lang,
        "zone": channel.zone, "quiet_from": channel.quiet_from, "quiet_to": channel.quiet_to,
        "digest_hour": channel.digest_hour, "state": "on" if channel.is_on else "off",
    }  # fmt: skip
    with store.write() as connection:
        if channel.id:
            connection.execute(update(alert_channel).where(alert_channel.c.id == channel.id).values(**values))
            return channel.id
        made = insert(alert_channel).values(**values, made_at=to_epoch(now)).returning(alert_channel.c.id)
        return int(connection.execute(made).scalar_one())


def remove_channel(store: Store, channel_id: int) -> None:
    with store.write() as connection:
        connection.execute(delete(delivery).where(delivery.c.channel_id == channel_id))
        connection.execute(delete(alert_channel).where(alert_channel.c.id == channel_id))


def due_moment(channel: Channel, now: datetime) -> datetime:
    """When a channel may next be written to: at once, after its quiet hours, or at its digest."""
    here = now.astimezone(ZoneInfo(channel.zone))
    if channel.digest_hour >= 0:
        due = here.replace(hour=channel.digest_hour, minute=0, second=0, microsecond=0)
        return due if due > here else due + timedelta(days=1)
    begin, end = channel.quiet_from, channel.quiet_to
    if begin == end:
        return now
    hour = here.hour
    quiet = begin <= hour < end if begin < end else hour >= begin or hour < end
    if not quiet:
        return now
    due = here.replace(hour=end, minute=0, second=0, microsecond=0)
    return due if due > here else due + timedelta(days=1)


def queue_deliveries(connection: Connection, alert_ids: Sequence[int], now: datetime) -> int:
    """Put new alerts on their way to every channel that is on."""
    rows = [
        {"channel_id": c.id, "alert_id": a, "due_at": to_epoch(due_moment(c, now)), "state": "waiting"}
        for c in channels(connection)
        if c.is_on
        for a in alert_ids
    ]
    if rows:
        connection.execute(insert_new(delivery), rows)
    return len(rows)


def _delivery(row: Any) -> Delivery:
    return Delivery(
        row.id, row.channel_id, row.alert_id, from_epoch(row.due_at), row.state, row.attempts, row.error,
        from_epoch(row.sent_at) if row.sent_at else None,
    )  # fmt: skip


def due_deliveries(connection: Connection, now: datetime, limit: int = 200) -> list[Delivery]:
    rows = connection.execute(
        select(delivery)
        .where(delivery.c.state == "waiting", delivery.c.due_at <= to_epoch(now))
        .order_by(delivery.c.due_at, delivery.c.id)
        .limit(limit)
    )
    return [_delivery(row) for row in rows]


def any_due(connection: Connection, now: datetime) -> bool:
    query = select(delivery.c.id).where(delivery.c.state == "waiting", delivery.c.due_at <= to_epoch(now)).limit(1)
    return connection.execute(query).scalar() is not None


def digest_due(connection: Connection, now: datetime) -> bool:
    """A channel's daily word has not been sent today though its hour has come."""
    return any(channel.is_on and digest_waits(channel, now) for channel in channels(connection))


def digest_waits(channel: Channel, now: datetime) -> bool:
    """Today's hour of its digest has come, and its word has not gone yet."""
    here = now.astimezone(ZoneInfo(channel.zone))
    return 0 <= channel.digest_hour <= here.hour and channel.digested != here.date().isoformat()


def wanted_look(connection: Connection) -> bool:
    """A rule has not looked yet, or an action has not been measured."""
    rule = select(alert_rule.c.id).where(alert_rule.c.state == "on", alert_rule.c.looked_at == 0).limit(1)
    done = select(action.c.id).where(action.c.measured_at == 0).limit(1)
    return any(connection.execute(query).scalar() is not None for query in (rule, done))


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


def try_again(store: Store, delivery_id: int, now: datetime) -> None:
    """A person asks for another round of attempts."""
    with store.write() as connection:
        connection.execute(
            update(delivery)
            .where(delivery.c.id == delivery_id, delivery.c.state != "sent")
            .values(state="waiting", attempts=0, due_at=to_epoch(now))
        )

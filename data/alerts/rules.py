"""Alert rules: what to watch for, how sensitively, and when each last looked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from data.actor import needs
from data.changes import check_unchanged, note_edit, reconciled
from data.models import to_epoch
from data.posts.query_language import parse
from data.schema import action, alert, alert_channel, alert_route, alert_rule, brand, delivery
from data.store import Store

KINDS = ("volume", "tone", "event", "conflict", "topic", "competitor", "quiet", "keyword")
SENSITIVITIES = ("low", "normal", "high")
FIELDS = ("kind", "name", "brand", "query", "sensitivity", "is_on", "channels")  # what people set of a rule


@dataclass(frozen=True, slots=True)
class AlertRule:
    """What to watch for. `brand` 0: all posts. `query` is that of a keyword rule. `channels`: ids of the only channels
    that it tells; none are all channels that take everything."""

    id: int
    kind: str
    name: str = ""
    brand: int = 0
    query: str = ""
    sensitivity: str = "normal"
    is_on: bool = True
    looked_at: int = 0
    channels: tuple[int, ...] = ()


def _rule(row: Any, channels: tuple[int, ...]) -> AlertRule:
    return AlertRule(
        row.id, row.kind, row.name, row.brand_id, row.query, row.sensitivity, row.state == "on", row.looked_at, channels
    )


def alert_rules(connection: Connection) -> list[AlertRule]:
    named = routes(connection)
    rows = connection.execute(select(alert_rule).order_by(alert_rule.c.id))
    return [_rule(row, named.get(row.id, ())) for row in rows]


def routes(connection: Connection) -> dict[int, tuple[int, ...]]:
    """Rule -> the channels that it names, for the rules that name any."""
    found: dict[int, tuple[int, ...]] = {}
    for row in connection.execute(select(alert_route).order_by(alert_route.c.rule_id, alert_route.c.channel_id)):
        found[row.rule_id] = (*found.get(row.rule_id, ()), row.channel_id)
    return found


def _name_channels(connection: Connection, rule_id: int, channels: tuple[int, ...]) -> None:
    """Put these channels, as far as they exist, in place of those that a rule named."""
    connection.execute(delete(alert_route).where(alert_route.c.rule_id == rule_id))
    known = connection.execute(select(alert_channel.c.id).where(alert_channel.c.id.in_(channels))).scalars()
    rows = [{"rule_id": rule_id, "channel_id": channel} for channel in known]
    if rows:
        connection.execute(insert(alert_route), rows)


def one_rule(connection: Connection, rule_id: int) -> AlertRule | None:
    row = connection.execute(select(alert_rule).where(alert_rule.c.id == rule_id)).one_or_none()
    return None if row is None else _rule(row, routes(connection).get(rule_id, ()))


@needs("editor")
def save_rule(store: Store, rule: AlertRule, now: datetime, seen: AlertRule | None = None) -> int:
    """Keep a rule (id 0: a new one); gives its id. `seen` is the rule as its author read it.

    Raises ValueError for an unknown kind or sensitivity, QueryError for a keyword rule whose query cannot be read,
    StaleError where somebody changed the same meanwhile.
    """
    if rule.kind not in KINDS or rule.sensitivity not in SENSITIVITIES:
        raise ValueError(rule.kind)
    if rule.kind == "keyword":
        parse(rule.query)
    with store.write() as connection:
        before = one_rule(connection, rule.id) if rule.id else None
        if rule.id:
            rule = reconciled(connection, f"rule {rule.id}", seen, before, rule, FIELDS)
        values = _values(rule)
        number = rule.id
        if number:
            connection.execute(update(alert_rule).where(alert_rule.c.id == number).values(**values))
        else:
            made = insert(alert_rule).values(**values, made_at=to_epoch(now)).returning(alert_rule.c.id)
            number = int(connection.execute(made).scalar_one())
        _name_channels(connection, number, rule.channels)
        note_edit(connection, "rule.saved", _about(number, rule), before, one_rule(connection, number), FIELDS)
        return number


def _about(number: int, rule: AlertRule) -> str:
    return f"rule {number}: {' '.join(rule.name.split()) or rule.kind}"


def _values(rule: AlertRule) -> dict[str, Any]:
    return {
        "kind": rule.kind,
        "name": " ".join(rule.name.split())[:120],
        "brand_id": rule.brand,
        "query": rule.query.strip(),
        "sensitivity": rule.sensitivity,
        "state": "on" if rule.is_on else "off",
    }


@needs("editor")
def remove_rule(store: Store, rule_id: int, seen: AlertRule | None = None) -> None:
    """Forget a rule, its alerts and their deliveries. Raises StaleError for one that changed since it was `seen`."""
    with store.write() as connection:
        before = one_rule(connection, rule_id)
        if before is None:
            return
        check_unchanged(connection, f"rule {rule_id}", seen, before, FIELDS)
        note_edit(connection, "rule.removed", _about(rule_id, before), before, None, FIELDS)
        forget_rules(connection, alert_rule.c.id == rule_id)


def forget_rules(connection: Connection, condition: ColumnElement[bool]) -> None:
    """Forget the rules that meet a condition, their alerts and their deliveries."""
    rules = select(alert_rule.c.id).where(condition)
    mine = select(alert.c.id).where(alert.c.rule_id.in_(rules))
    connection.execute(delete(delivery).where(delivery.c.alert_id.in_(mine)))
    connection.execute(delete(alert).where(alert.c.rule_id.in_(rules)))
    connection.execute(delete(alert_route).where(alert_route.c.rule_id.in_(rules)))
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


def wanted_look(connection: Connection) -> bool:
    """A rule has not looked yet, or an action has not been measured."""
    rule = select(alert_rule.c.id).where(alert_rule.c.state == "on", alert_rule.c.looked_at == 0).limit(1)
    done = select(action.c.id).where(action.c.measured_at == 0).limit(1)
    return any(connection.execute(query).scalar() is not None for query in (rule, done))


def note_looked(connection: Connection, rule_id: int, moment: int) -> None:
    connection.execute(update(alert_rule).where(alert_rule.c.id == rule_id).values(looked_at=moment))

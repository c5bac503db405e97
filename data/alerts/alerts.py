"""The alerts that rules gave: what was found, told once for each event; open, snoozed, closed."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from data.actor import needs
from data.alerts.destinations import queue_for_rule
from data.alerts.rules import AlertRule
from data.changes import StaleError, changed_by, note_edit, reconciled
from data.models import from_epoch
from data.schema import alert, alert_rule
from data.store import Store

SAME_EVENT = timedelta(hours=48)  # a rule that fires again about the same thing within this time goes on


@dataclass(frozen=True, slots=True)
class AlertFacts:
    """The figures and words behind an alert; what a kind of rule does not measure keeps its default."""

    window: int = 0  # hours that were looked at
    count: float = 0.0  # posts; of a fall of tone, the share of negative ones
    expected: float = 0.0  # of the same, from the weeks before
    chance: float = 1.0  # of so much without any cause
    share: float = 0.0  # of negative posts on a competitor
    usual_share: float = 0.0
    heat: float = 0.0  # of a thread, from 0 to 1
    cause: str = ""  # of a fall of tone, a verdict of `insights.reputation.estimates.decompose`
    name: str = ""  # of the topic or the source that it is about
    words: tuple[str, ...] = ()  # that stand out
    people: int = 0  # who say it: a site counts as one
    places: int = 0
    also: tuple[str, ...] = ()  # kinds of other rules that told the same event


_EMPTY = AlertFacts()
_NAMES = {field.name for field in fields(AlertFacts)}


def _facts(written: str) -> AlertFacts:
    """Facts from JSON; what a row of long ago lacks has its default, what it has beside is left."""
    held: dict[str, Any] = {name: value for name, value in json.loads(written).items() if name in _NAMES}
    held |= {name: tuple(held.get(name, ())) for name in ("words", "also")}
    return AlertFacts(**held)


def _written(facts: AlertFacts) -> str:
    """Facts as JSON, without what stands at its default."""
    held = {name: value for name, value in asdict(facts).items() if value != getattr(_EMPTY, name)}
    return json.dumps(held, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found: `key` says what it is about, times in Unix seconds, posts to read, the first of all."""

    key: str
    began: int
    noticed: int
    last: int
    posts: tuple[int, ...] = ()
    origin: int = 0
    facts: AlertFacts = _EMPTY


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
    facts: AlertFacts


def keep_finding(connection: Connection, rule: AlertRule, finding: Finding, *, old: bool = False) -> int:
    """Tell a finding, or let the alert on the same event go on. Gives the id of a new alert, 0 where there is none.

    `old` keeps what was found when a rule first looked back: closed, for the list alone.
    """
    same = connection.execute(
        select(alert.c.id, alert.c.began_at, alert.c.last_at)
        .where(
            alert.c.rule_id == rule.id,
            alert.c.key == finding.key,
            alert.c.last_at >= finding.began - int(SAME_EVENT.total_seconds()),
            alert.c.began_at <= finding.last + int(SAME_EVENT.total_seconds()),
        )
        .order_by(alert.c.id.desc())
    ).first()
    if same is not None:
        connection.execute(
            update(alert).where(alert.c.id == same.id).values(last_at=max(int(same.last_at), finding.last))
        )
        return 0
    if (other := _told_otherwise(connection, rule, finding)) is not None:
        facts = _facts(other.facts)
        facts = replace(facts, also=tuple(sorted({*facts.also, rule.kind})))
        connection.execute(
            update(alert)
            .where(alert.c.id == other.id)
            .values(facts=_written(facts), last_at=max(int(other.last_at), finding.last))
        )
        if not old:
            queue_for_rule(connection, int(other.id), rule.id, from_epoch(finding.noticed))
        return 0
    made = connection.execute(
        insert(alert)
        .values(
            rule_id=rule.id,
            kind=rule.kind,
            key=finding.key,
            began_at=finding.began,
            noticed_at=finding.noticed,
            last_at=finding.last,
            origin=finding.origin,
            posts=json.dumps(finding.posts),
            facts=_written(finding.facts),
            state="closed" if old else "open",
        )
        .returning(alert.c.id)
    ).scalar_one()
    return int(made)


def _told_otherwise(connection: Connection, rule: AlertRule, finding: Finding) -> Any:
    """The alert that another rule on the same brand gave about the same event: at that time, with two words alike."""
    words = set(finding.facts.words)
    if len(words) < 2:
        return None
    near = int(SAME_EVENT.total_seconds()) // 4
    rows = connection.execute(
        select(alert.c.id, alert.c.facts, alert.c.last_at)
        .join(alert_rule, alert_rule.c.id == alert.c.rule_id)
        .where(
            alert.c.rule_id != rule.id,
            alert_rule.c.brand_id.in_((rule.brand, 0)),
            alert.c.last_at >= finding.noticed - near,
            alert.c.began_at <= finding.noticed + near,
        )
        .order_by(alert.c.id.desc())
    )
    return next((row for row in rows if len(words & set(_facts(row.facts).words)) >= 2), None)


def _alert(row: Any) -> Alert:
    rule = AlertRule(
        row.rule_id,
        row.kind,
        row.name or "",
        row.brand_id or 0,
        row.query or "",
        row.sensitivity or "normal",
        row.rule_state == "on",
    )
    return Alert(
        row.id,
        rule,
        row.key,
        from_epoch(row.began_at),
        from_epoch(row.noticed_at),
        from_epoch(row.last_at),
        row.state == "open",
        row.snoozed,
        row.origin,
        tuple(json.loads(row.posts)),
        _facts(row.facts),
    )


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


CRISES = ("tone", "event", "conflict")  # kinds of rules whose alerts speak of a crisis


def open_crises(connection: Connection, today: datetime) -> int:
    """Open alerts that speak of a crisis, and that nobody put off."""
    rules = select(alert_rule.c.id).where(alert_rule.c.kind.in_(CRISES))
    mine = (alert.c.state == "open") & (alert.c.snoozed <= today.date().isoformat()) & alert.c.rule_id.in_(rules)
    return int(connection.execute(select(func.count()).select_from(alert).where(mine)).scalar_one())


FIELDS = ("is_open", "snoozed")  # what people make of an alert


@needs("member")
def set_alert(
    store: Store, alert_id: int, *, is_open: bool | None = None, snoozed: str | None = None, seen: Alert | None = None
) -> None:
    """Close or reopen an alert, or let it rest until an ISO date ("": no longer).

    Raises StaleError where it is gone, or somebody set the same otherwise since it was `seen`.
    """
    values: dict[str, str] = {}
    if is_open is not None:
        values["state"] = "open" if is_open else "closed"
    if snoozed is not None:
        values["snoozed"] = datetime.fromisoformat(snoozed).date().isoformat() if snoozed else ""
    with store.write() as connection:
        before = get_alert(connection, alert_id)
        if before is None:
            raise StaleError([changed_by(connection, f"alert {alert_id}", "", "")])
        read = seen or before
        wanted = replace(
            read,
            is_open=read.is_open if is_open is None else is_open,
            snoozed=values.get("snoozed", read.snoozed),
        )
        reconciled(connection, f"alert {alert_id}", seen, before, wanted, FIELDS)
        connection.execute(update(alert).where(alert.c.id == alert_id).values(**values))
        after = get_alert(connection, alert_id)
        subject = f"alert {alert_id}: {before.rule.name or before.rule.kind}"
        note_edit(connection, "alert.set", subject, before, after, FIELDS)

"""Alerts, rules, destinations and events as pages read them.

What looks at posts is loaded where it is asked for: it takes seconds that most pages need not wait for.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from dashboard.reads import cache
from dashboard.reads.cache import cached
from data.alerts import alerts as alerts_store
from data.alerts import destinations as destinations_store
from data.alerts import rules as rules_store
from data.alerts.alerts import Alert, Finding
from data.alerts.destinations import Delivery, Destination
from data.alerts.rules import AlertRule
from data.house.workspaces import has_record
from data.inbox import notices as notices_store
from data.inbox.notices import Notice
from insights.alerts.course import EventPost


@cached(20)
def alerts(connection: Connection, hour: datetime, state: str) -> list[Alert]:
    return alerts_store.alerts(connection, hour, state=state)


@cached(20)
def open_alerts(connection: Connection, hour: datetime) -> int:
    return alerts_store.count_open(connection, hour)


@cached(20)
def one_alert(connection: Connection, alert_id: int) -> Alert | None:
    return alerts_store.get_alert(connection, alert_id)


@cached(20)
def alert_rules(connection: Connection) -> list[AlertRule]:
    return rules_store.alert_rules(connection)


@cached(20)
def rehearsal(connection: Connection, rule: AlertRule, hour: datetime, days: int) -> list[Finding]:
    """What a rule would have told in the last days."""
    from insights.pipeline.alerts import rehearse

    return rehearse(connection, rule, hour - timedelta(days=days), hour)


def destinations() -> tuple[list[Destination], list[Delivery]]:
    """Destinations and the last deliveries. Not cached: what is sent changes without a new revision."""
    with cache.store().read() as connection:
        return destinations_store.destinations(connection), destinations_store.recent_deliveries(connection)


def tells_the_team() -> bool:
    """Whether there is a mail server that tells people what is assigned to them."""
    if not has_record(cache.settings()):
        return False
    with cache.store().read() as connection:
        return destinations_store.sends_notices(connection) is not None


def failed_notices() -> list[Notice]:
    """What did not reach people of the team, the latest first."""
    if not has_record(cache.settings()):
        return []
    with cache.store().read() as connection:
        return notices_store.failed_notices(connection)


@cached(20)
def event_posts(connection: Connection, alert_id: int) -> list[EventPost]:
    """The posts of an alert's event, in order of time."""
    from insights.pipeline.event_posts import posts_of_event

    alert = alerts_store.get_alert(connection, alert_id)
    return posts_of_event(connection, alert) if alert is not None else []

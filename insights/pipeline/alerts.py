"""Alert rules over the record, now and in the past: a rehearsal and a watch are the same look."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from data.alerts.alerts import Finding, keep_finding
from data.alerts.destinations import queue_deliveries
from data.alerts.rules import AlertRule, alert_rules, make_usual_rules, note_looked
from data.models import from_epoch, to_epoch
from data.store import Store
from insights.alerts.onset import QUIET
from insights.pipeline.looks import LOOKS

STALE = timedelta(days=7)  # an event that ended before is closed when a rule first looks
LOOK_BACK = timedelta(days=90)  # of a rule's first look, and of a rehearsal
AGAIN = timedelta(hours=QUIET)  # before the last look, so that what goes on is seen from its beginning


def rehearse(connection: Connection, rule: AlertRule, since: datetime, until: datetime) -> list[Finding]:
    """Everything that a rule would have told between two moments, in order."""
    began, ended = to_epoch(since), to_epoch(until)
    findings = LOOKS[rule.kind](connection, rule, began, ended)
    return sorted((f for f in findings if began <= f.noticed <= ended), key=lambda f: f.noticed)


def watch(store: Store, now: datetime) -> list[int]:
    """Run every rule over what is new since it last looked; gives the ids of new alerts, which are on their way to
    their destinations. A rule that looks for the first time fills the list with what it would have told before."""
    with store.write(counts=False) as connection:
        make_usual_rules(connection, now)
    with store.read() as connection:
        rules = [rule for rule in alert_rules(connection) if rule.is_on]
    return [alert_id for rule in rules for alert_id in _watch_one(store, rule, now)]


def _watch_one(store: Store, rule: AlertRule, now: datetime) -> list[int]:
    first = not rule.looked_at
    since = now - LOOK_BACK if first else from_epoch(rule.looked_at) - AGAIN
    told_until = rule.looked_at - int(AGAIN.total_seconds()) // 2  # or begun before the rule was changed
    with store.read() as connection:
        findings = rehearse(connection, rule, since, now)
    made = []
    with store.write(counts=bool(findings)) as connection:
        for finding in findings:
            if not first and finding.noticed <= told_until:
                continue
            stale = first and finding.last < to_epoch(now - STALE)
            alert_id = keep_finding(connection, rule, finding, old=stale)
            if alert_id and not first:  # what was there before the rule is in the list, nobody is woken for it
                made.append(alert_id)
        queue_deliveries(connection, made, now)
        note_looked(connection, rule.id, to_epoch(now))
    return made

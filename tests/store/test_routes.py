"""Which channels an alert goes to: those that its rule names, else all that take everything."""

from __future__ import annotations

from dataclasses import replace

from data.alerts.alerts import AlertFacts, Finding, keep_finding
from data.alerts.destinations import (
    Destination,
    destinations,
    queue_deliveries,
    recent_deliveries,
    remove_destination,
    save_destination,
)
from data.alerts.rules import AlertRule, alert_rules, remove_rule, routes, save_rule
from data.models import to_epoch
from data.settings import Settings
from data.store import Store
from tests.conftest import NOW

AT = to_epoch(NOW)


def told(store: Store, rule: AlertRule, key: str) -> set[str]:
    """The names of the channels that a new alert of a rule is on its way to."""
    with store.write() as connection:
        made = keep_finding(connection, rule, Finding(key, AT, AT, AT))
        queue_deliveries(connection, [made], NOW)
        names = {item.id: item.name for item in destinations(connection)}
        return {names[item.destination] for item in recent_deliveries(connection) if item.alert == made}


def test_an_alert_goes_where_its_rule_says(store: Store) -> None:
    team = save_destination(store, Destination(0, "Team", "a"), NOW)
    ana = save_destination(store, Destination(0, "Ana's mail", "b", person="Ana", by_name=True), NOW)
    save_destination(store, Destination(0, "Off", "c", is_on=False), NOW)
    everybody = save_rule(store, AlertRule(0, "volume"), NOW)
    hers = save_rule(store, AlertRule(0, "tone", channels=(ana, 99)), NOW)
    both = save_rule(store, AlertRule(0, "event", channels=(ana, team)), NOW)
    with store.read() as connection:
        rules = {rule.id: rule for rule in alert_rules(connection)}
        assert [item.person for item in destinations(connection)] == ["", "Ana", ""]
    assert {number: rule.channels for number, rule in rules.items()} == {everybody: (), hers: (ana,), both: (team, ana)}
    assert told(store, rules[everybody], "1") == {"Team"}
    assert told(store, rules[hers], "2") == {"Ana's mail"}
    assert told(store, rules[both], "3") == {"Team", "Ana's mail"}
    save_rule(store, replace(rules[hers], channels=()), NOW)
    assert told(store, rules[hers], "4") == {"Team"}


def test_a_rule_whose_channels_are_gone_tells_everybody_again(store: Store, settings: Settings) -> None:
    save_destination(store, Destination(0, "Team", "a"), NOW)
    ana = save_destination(store, Destination(0, "Ana", "b"), NOW)
    rule = save_rule(store, AlertRule(0, "tone", channels=(ana,)), NOW)
    remove_destination(store, settings, ana)
    with store.read() as connection:
        (kept,) = alert_rules(connection)
    assert kept.channels == ()
    assert told(store, kept, "1") == {"Team"}
    remove_rule(store, rule)
    with store.read() as connection:
        assert routes(connection) == {}


def test_who_a_second_rule_names_hears_of_an_event_told_first_by_another(store: Store) -> None:
    save_destination(store, Destination(0, "Team", "a"), NOW)
    ana = save_destination(store, Destination(0, "Ana", "b", by_name=True), NOW)
    volume = save_rule(store, AlertRule(0, "volume"), NOW)
    tone = save_rule(store, AlertRule(0, "tone", channels=(ana,)), NOW)
    facts = AlertFacts(words=("down", "login"))
    with store.write() as connection:
        rules = {rule.id: rule for rule in alert_rules(connection)}
        made = keep_finding(connection, rules[volume], Finding("v", AT, AT, AT, facts=facts))
        queue_deliveries(connection, [made], NOW)
        assert keep_finding(connection, rules[tone], Finding("t", AT, AT, AT, facts=facts), old=True) == 0
        assert len(recent_deliveries(connection)) == 1  # what a rule finds as it first looks back wakes nobody
        assert keep_finding(connection, rules[tone], Finding("t", AT, AT, AT, facts=facts)) == 0
        assert {item.destination for item in recent_deliveries(connection)} == {1, ana}

"""Two people at the same thing: what both changed is told and not written, what one left alone stays as the other made
it, and the audit says who did what."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from data.actor import Actor, RefusedError, acting
from data.alerts import alerts, destinations, rules
from data.alerts.destinations import Destination
from data.alerts.rules import AlertRule
from data.changes import Meanwhile, StaleError, once_told, told_fields
from data.content import calendar, ideas, occasions, themes
from data.content.calendar import Item
from data.content.themes import Themes
from data.identity import Identity, save_identity
from data.inbox import learning, replies, verbatims
from data.models import Brand
from data.reputation import actions, brands
from data.reputation.actions import Action
from data.schema import alert, change, idea, source, tool, topic, verbatim, watch
from data.settings import Settings
from data.sharing import reports, subscriptions
from data.sharing.reports import Report
from data.sharing.subscriptions import Subscription
from data.source_list import set_state
from data.store import Store
from data.tools.listing import change_tool
from data.topics import edits, watches
from tests.store.rows import put_row

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
NOWHERE = Settings(data_dir="no-such-folder")  # addresses that no file keeps
ANA, BEN = Actor(1, "Ana", "administrator"), Actor(2, "Ben", "administrator")


@contextmanager
def stale(*fields: str, by: str = "Ana") -> Iterator[pytest.ExceptionInfo[StaleError]]:
    """Ben is told that Ana changed these fields, just now."""
    with acting(BEN), pytest.raises(StaleError) as told:
        yield told
    assert tuple(one.field for one in told.value.others) == fields
    assert {one.who for one in told.value.others} == {by}
    assert all(one.at is not None and (datetime.now(UTC) - one.at).total_seconds() < 60 for one in told.value.others)


def lines(store: Store) -> list[tuple[int, str, str, str, str]]:
    with store.read() as connection:
        rows = connection.execute(select(change).order_by(change.c.id))
        return [(r.account, r.action, r.subject, r.before, r.after) for r in rows]


# Of each kind with several fields: how it is kept and taken away, one of it, and what two people make of it.
Save = Callable[..., int]
KINDS: dict[str, tuple[Save, Callable[..., None], Any, dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    "item": (
        lambda store, one, seen=None: calendar.save_item(store, one, NOW, seen),
        calendar.remove_item,
        Item(0, "Ten years", channel="mastodon", day=date(2026, 7, 1), drafts={"mastodon": "One"}),
        {"title": "Ten years of us", "drafts": {"mastodon": "Hers"}},
        {"note": "Ask Cleo", "owner": "Ben"},
        {"title": "A decade"},
    ),
    "report": (
        lambda store, one, seen=None: reports.save_report(store, one, NOW, seen),
        reports.remove_report,
        Report(0, "The month", 30, blocks=("summary", "posts"), comments={"summary": "One"}),
        {"blocks": ("posts", "summary"), "comments": {"summary": "Hers"}},
        {"days": 7, "notes": {"posts": "Say it"}},
        {"blocks": ("summary",)},
    ),
    "brand": (
        lambda store, one, seen=None: brands.save_brand(store, one, seen),
        brands.remove_brand,
        Brand(0, "Brimelo", True),
        {"aliases": ("Brim Elo",), "exact_case": True},
        {"exclusions": ("festival",)},
        {"aliases": ("Brimello",)},
    ),
    "rule": (
        lambda store, one, seen=None: rules.save_rule(store, one, NOW, seen),
        rules.remove_rule,
        AlertRule(0, "volume"),
        {"sensitivity": "high"},
        {"is_on": False},
        {"sensitivity": "low"},
    ),
    "channel": (
        lambda store, one, seen=None: destinations.save_destination(store, one, NOW, seen),
        lambda store, number, seen=None: destinations.remove_destination(store, NOWHERE, number, seen),
        Destination(0, "Team", "{channel:value:abc}"),
        {"name": "The team", "address": "{channel:value:def}"},
        {"digest_hour": 8},
        {"name": "Us"},
    ),
    "recipient": (
        lambda store, one, seen=None: subscriptions.save_subscription(store, one, NOW, seen),
        lambda store, number, seen=None: subscriptions.remove_subscription(store, NOWHERE, number, seen),
        Subscription(0, "Cleo", "{channel:value:abc}"),
        {"hour": 9},
        {"minutes": 5},
        {"hour": 10},
    ),
    "action": (
        lambda store, one, seen=None: actions.save_action(store, one, NOW, seen),
        actions.remove_action,
        Action(0, "post", "Hello", NOW),
        {"note": "hers"},
        {"kind": "contest"},
        {"note": "his"},
    ),
}


def held(store: Store, kind: str, number: int) -> Any:
    with store.read() as connection:
        return {
            "item": calendar.one_item,
            "report": reports.one_report,
            "brand": lambda c, n: next((b for b in brands.get_brands(c) if b.id == n), None),
            "rule": rules.one_rule,
            "channel": destinations.one_destination,
            "recipient": subscriptions.one_subscription,
            "action": actions.one_action,
        }[kind](connection, number)


@pytest.mark.parametrize("kind", KINDS)
def test_no_change_is_lost_without_a_word(store: Store, kind: str) -> None:
    save, remove, first, hers, his, both = KINDS[kind]
    with acting(ANA):
        number = save(store, first)
    seen = held(store, kind, number)
    with acting(ANA):
        save(store, replace(seen, **hers), seen)
    after = held(store, kind, number)
    with acting(BEN):  # another field is another matter: hers stay, his are kept
        save(store, replace(seen, **his), seen)
    now = held(store, kind, number)
    for name, value in (hers | his).items():
        assert getattr(now, name) == value
    with stale(next(iter(both))) as told:
        save(store, replace(seen, **both, **his), seen)
    assert told.value.others[0].value != ""
    assert held(store, kind, number) == now  # nothing of it was written, not even the rest
    with acting(BEN):  # told, and meant: what he was told of is what he saw
        save(store, replace(now, **both), once_told(seen, told.value))
        save(store, replace(held(store, kind, number), **both), after)  # both want the same
    with acting(ANA), pytest.raises(StaleError):
        remove(store, number, after)
    with acting(ANA):
        remove(store, number, held(store, kind, number))
    assert held(store, kind, number) is None
    with stale("") as told:
        save(store, replace(now, **both), now)
    assert told.value.held is None


@pytest.mark.parametrize("kind", KINDS)
def test_the_audit_tells_what_changed_from_what_to_what(store: Store, kind: str) -> None:
    save, remove, first, hers, _his, _both = KINDS[kind]
    with acting(ANA):
        number = save(store, first)
        seen = held(store, kind, number)
        save(store, replace(seen, **hers), seen)
        save(store, held(store, kind, number), held(store, kind, number))  # nothing changed: no line
        remove(store, number)
    found = lines(store)
    assert [line[0] for line in found] == [1, 1, 1]
    assert all(line[2].startswith(f"{kind} {number}: ") for line in found)
    made, changed, gone = found
    assert made[3] == gone[4] == ""
    assert set(told_fields(made[4])) & {"name", "title", "kind"}
    assert {name.partition(".")[0] for name in told_fields(changed[4])} == set(hers)
    assert told_fields(gone[3])
    assert "{channel" not in json.dumps(found)  # of an address only that it changed


def test_entries_of_one_field_are_each_their_own(store: Store) -> None:
    with acting(ANA):
        number = calendar.save_item(store, Item(0, "Both", drafts={"x": "one", "mastodon": "one"}), NOW)
    seen = held(store, "item", number)
    with acting(ANA):
        calendar.save_item(store, replace(seen, drafts={"x": "hers", "mastodon": "one"}), NOW, seen)
    with acting(BEN):
        calendar.save_item(store, replace(seen, drafts={"x": "one", "mastodon": "his", "fediverse": "new"}), NOW, seen)
    assert held(store, "item", number).drafts == {"x": "hers", "mastodon": "his", "fediverse": "new"}
    with stale("drafts.x") as told:
        calendar.save_item(store, replace(seen, drafts={"x": "his", "mastodon": "his"}), NOW, seen)
    assert told.value.others[0].value == "hers"


def test_who_is_named_is_who_changed_that_field(store: Store) -> None:
    cleo = Actor(3, "Cleo", "editor")
    with acting(ANA):
        number = calendar.save_item(store, Item(0, "Ten"), NOW)
    seen = held(store, "item", number)
    with acting(ANA):
        calendar.save_item(store, replace(seen, title="Eleven"), NOW, seen)
    with acting(cleo):  # the last change is hers, of another field
        calendar.save_item(store, replace(held(store, "item", number), note="later"), NOW)
    with stale("title", by="Ana"):
        calendar.save_item(store, replace(seen, title="Twelve"), NOW, seen)


def test_an_item_that_two_move(store: Store) -> None:
    first, hers, his = date(2026, 7, 1), date(2026, 7, 2), date(2026, 7, 3)
    with acting(ANA):
        number = calendar.save_item(store, Item(0, "Ten", day=first, hour=9, drafts={"x": "one"}), NOW)
        calendar.move_item(store, number, hers, first, NOW)
    assert lines(store)[-1] == (
        1,
        "calendar.moved",
        f"item {number}: Ten",
        f'{{"day": "{first}"}}',
        f'{{"day": "{hers}"}}',
    )
    with stale("day") as told:
        calendar.move_item(store, number, his, first, NOW)
    assert told.value.others[0].value == str(hers)
    with acting(BEN):
        calendar.save_item(store, replace(held(store, "item", number), note="later"), NOW)
        calendar.move_item(store, number, hers, first, NOW)  # both want the same: no line
        assert lines(store)[-1][1] == "calendar.saved"
        calendar.move_item(store, number, None, hers, NOW)  # told, and meant
    after = held(store, "item", number)
    assert (after.day, after.hour, after.note, after.drafts) == (None, 9, "later", {"x": "one"})
    with acting(ANA):
        calendar.remove_item(store, number)
    with stale(""):
        calendar.move_item(store, number, his, None, NOW)


def test_what_is_ready_is_moved_by_editors_alone(store: Store) -> None:
    day = date(2026, 7, 1)
    number = calendar.save_item(store, Item(0, "Ten", status="ready", day=day), NOW)
    with acting(Actor(4, "Dan", "member")), pytest.raises(RefusedError) as refused:
        calendar.move_item(store, number, None, day, NOW)
    assert refused.value.needs == "editor"
    with acting(Actor(4, "Dan", "editor")):
        calendar.move_item(store, number, None, day, NOW)
    assert held(store, "item", number).day is None


def test_a_long_change_still_names_each_field(store: Store) -> None:
    item = Item(0, "Long", note="n" * 9_000, drafts={"x": 'd"\n' * 3_000})
    with acting(ANA):
        number = calendar.save_item(store, item, NOW)
        calendar.save_item(store, replace(held(store, "item", number), note="m" * 9_000), NOW)
    made, changed = lines(store)
    assert set(told_fields(made[4])) >= {"title", "note", "drafts.x"}
    assert len(changed[4]) <= 2_000
    assert told_fields(changed[4])["note"].startswith("mmm")


@pytest.fixture
def filled(store: Store) -> Store:
    """One of each thing that is no form of its own."""
    with store.write() as connection:
        put_row(connection, idea, id=1)
        put_row(connection, watch, id=1, threshold=0.5)
        put_row(connection, topic, id=1)
        put_row(connection, verbatim, id=1)
        put_row(connection, source, id=1)
        put_row(connection, tool, id=1)
    with acting(ANA):
        rule = rules.save_rule(store, AlertRule(0, "volume"), NOW)
    with store.write() as connection:
        put_row(connection, alert, id=1, rule_id=rule, state="open", snoozed="", facts="{}", posts="[]")
    return store


# Of each value by itself: how it is set where `seen` was read, what was there, what two people make of it.
VALUES: dict[str, tuple[Callable[[Store, Any, Any], object], Any, Any, Any]] = {
    "a format's template": (lambda s, v, seen: calendar.set_template(s, "post", "en", v, seen), None, "hers", "his"),
    "a reply's template": (
        lambda s, v, seen: replies.set_template(s, "idea", "plain", "en", v, seen),
        None,
        "hers",
        "his",
    ),
    "an idea": (
        lambda s, v, seen: ideas.decide(s, 1, v, "risky" if v == "dismissed" else "", seen),
        "",
        "kept",
        "dismissed",
    ),
    "a word": (lambda s, v, seen: learning.set_word_tone(s, "sick", v, NOW, seen), "", "positive", "negative"),
    "a subject": (lambda s, v, seen: watches.set_threshold(s, 1, v, seen), 0.5, 0.7, 0.9),
    "a topic": (lambda s, v, seen: edits.rename_topic(s, 1, v, NOW, seen), "", "hers", "his"),
    "tags": (lambda s, v, seen: verbatims.set_tags(s, 1, v, seen), (), ("hers",), ("his",)),
    "a source": (lambda s, v, seen: set_state(s, 1, v, seen), "active", "paused", "failing"),
    "themes": (
        lambda s, v, seen: themes.set_themes(s, Themes(ours=v), Themes(ours=seen)),
        (),
        ("open source",),
        ("cycling",),
    ),
    "an identity": (
        lambda s, v, seen: save_identity(s, Identity(v), Identity(seen)),
        "",
        "Hers",
        "His",
    ),
}


@pytest.mark.parametrize("kind", VALUES)
def test_a_value_that_two_set_is_told(filled: Store, kind: str) -> None:
    put, seen, hers, his = VALUES[kind]
    if seen is None:
        seen = (
            calendar.shipped_formats()["post", "en"]
            if "format" in kind
            else replies.shipped_templates()["idea", "plain", "en"]
        )
    number = len(lines(filled))
    with acting(ANA):
        put(filled, hers, seen)
    after = lines(filled)[number:]
    assert [line[0] for line in after] == [1]
    assert bool(after[0][3]) == bool(seen)
    assert after[0][4] != ""
    with acting(BEN), pytest.raises(StaleError) as told:
        put(filled, his, seen)
    assert [one.who for one in told.value.others] == ["Ana"]
    assert len(lines(filled)) == number + 1
    with acting(BEN):
        put(filled, hers, seen)  # both want the same
        put(filled, his, hers)  # told, and meant
    assert lines(filled)[-1][0] == 2


def test_a_tool_that_two_decide_on(filled: Store) -> None:
    with acting(ANA):
        change_tool(filled, 1, "note", "hers", "")
    with stale("note") as told:
        change_tool(filled, 1, "note", "his", "")
    assert told.value.others == (Meanwhile("note", "hers", "Ana", told.value.others[0].at),)
    with acting(BEN):
        change_tool(filled, 1, "to_test", "yes", "")
    with acting(ANA), pytest.raises(StaleError):
        change_tool(filled, 9, "note", "x", "")


def test_an_alert_that_two_close(filled: Store) -> None:
    with filled.read() as connection:
        seen = alerts.get_alert(connection, 1)
    assert seen is not None
    with acting(ANA):
        alerts.set_alert(filled, 1, snoozed="2026-07-01", seen=seen)
    with stale("snoozed"):
        alerts.set_alert(filled, 1, snoozed="2026-08-01", seen=seen)
    with acting(BEN):
        alerts.set_alert(filled, 1, is_open=False, seen=seen)  # another field
    with filled.read() as connection:
        now = alerts.get_alert(connection, 1)
    assert now is not None
    assert (now.is_open, now.snoozed) == (False, "2026-07-01")
    with pytest.raises(StaleError):
        alerts.set_alert(filled, 99, is_open=False)


def test_a_day_of_ones_own_made_twice(store: Store) -> None:
    with acting(ANA):
        occasions.set_own_day(store, "own-party", "06-20", "Club party", "party", "")
    with acting(BEN), pytest.raises(StaleError):
        occasions.set_own_day(store, "own-party", "07-20", "Club party", "party", "")
    assert [line[0] for line in lines(store)] == [1]


def test_a_published_item_is_not_found_over_somebodys_change(store: Store) -> None:
    """What the worker finds leaves what people typed."""
    with acting(ANA):
        number = calendar.save_item(store, Item(0, "Ours", status="ready", note="before"), NOW)
    seen = held(store, "item", number)
    with acting(ANA):
        calendar.save_item(store, replace(seen, note="after"), NOW, seen)
    calendar.save_item(store, replace(seen, post=7, status="published"), NOW, seen)  # by the worker, who read earlier
    now = held(store, "item", number)
    assert (now.note, now.post, now.status) == ("after", 7, "published")

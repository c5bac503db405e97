"""Every write of a person leaves a line: whose account, about what, from what (where there was something), to what.

Each is made for real. What leaves none, or one without what was before, is named here with its reason.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import delete, select, update

from dashboard.web import calendar_feed
from data import source_list, suggestions
from data.acting import acts, by_link, pictures, policy
from data.actor import Actor, acting
from data.alerts import alerts, destinations, rules
from data.alerts.destinations import Destination
from data.alerts.rules import AlertRule
from data.content import calendar, ideas, occasions, themes
from data.content.calendar import Item
from data.credentials import enter_credentials, forget_secret, keep_channel_secret, remove_credentials
from data.debates import listing as debates
from data.erasing import retention
from data.events import draws, events
from data.events.events import Event
from data.facts import facts
from data.facts.facts import Fact
from data.identity import Identity, note_first, save_identity
from data.inbox import learning, ours, replies, tone, triage, verbatims
from data.models import Brand
from data.places import listing as venues
from data.places.named import Named
from data.reputation import actions, brands, counts
from data.reputation.actions import Action
from data.schema import (
    IDS_PER_DAY,
    act,
    action,
    alert,
    alert_channel,
    alert_rule,
    brand,
    calendar_item,
    change,
    debate,
    delivery,
    fact,
    guest_answer,
    idea,
    local_model,
    mailing,
    post,
    post_text,
    report,
    snapshot,
    source,
    subscription,
    suggestion,
    token,
    tone_check,
    tool,
    topic,
    topic_change,
    triage_event,
    verbatim,
    watch,
)
from data.settings import Settings
from data.sharing import guests, reports, saved_views, snapshots, subscriptions, tokens
from data.sharing.document import Document
from data.sharing.reports import Report
from data.sharing.subscriptions import Subscription
from data.start.steps import put_away
from data.store import Store
from data.tickets import listing
from data.tools.listing import change_tool
from data.topics import edits, fits, watches
from data.upkeep.findings import Finding, PlaceLook, findings, note_look, set_finding_state
from sources import opml, packs
from sources.discovery import Found, follow, follow_address
from sources.files.imports import import_file
from sources.files.posts import preview
from tests.store.rows import put_row
from tests.store.test_roles import load

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
ANA = Actor(3, "Ana", "administrator")
POST = 20_000 * IDS_PER_DAY + 1

HOUSE = "noted in the audit of the house, see `data.house.changes`"
ERASED = "what was there is what must go: the line says how many posts, and nothing of whom"
REASONS = {
    "dashboard.sending.alerts.try_destination": "a test message: nothing that is kept changes",
    "dashboard.sending.mailings.send_edition": "whoever calls it notes that it was sent: subscriptions.note_sent",
    "dashboard.views.sources.credentials.check_now": "asks the services: nothing that is kept changes",
    "dashboard.views.tickets.all.read_trackers": "asks the trackers: what they answer is told on the ticket",
    "dashboard.views.sources.upkeep.look_now": "a run, which Activity shows",
    "dashboard.views.sources.followed.try_now": "a run, which Activity shows",
    "dashboard.views.topics.model._start": "starts a download, which Activity shows",
    "dashboard.views.places.all.read_record": "a run that reads the record: what it finds is told on the page",
    "dashboard.views.places.search.search_now": "asks the networks: what is put on the list is noted",
    "data.credentials.keep_channel_secret": "the channel or recipient that it is for is noted as it is saved",
    "data.credentials.keep_address_secret": "the source that it is for is noted as it is added",
    "data.erasing.backups.erase_within": "changes a copy, where the erasure is noted as it is replayed",
    "data.erasing.people.erase_author": ERASED,
    "data.erasing.people.erase_person": ERASED,
    "data.erasing.people.replay_erasures": ERASED,
    "data.erasing.person.file_about": "an export: that it was made is noted, and nothing of whom",
    "data.sharing.guests.note_seen": "what was looked at: nothing that is kept changes",
    "data.sharing.guests.take_into_item": "noted as approved or noted in the calendar: see tests/store/test_guests.py",
}


@dataclass(frozen=True, slots=True)
class Case:
    """A write, and whether it changes something that was there."""

    do: Callable[[Store, Settings], object]
    changes: bool = True


def _of(store: Store, read: Callable[..., object]) -> object:
    with store.read() as connection:
        return read(connection, 1)


def _found(store: Store) -> int:
    """A finding at a place of ours."""
    note_look(store, PlaceLook("https://a.example/", (Finding("feed_empty", "https://a.example/feed"),)), NOW)
    with store.read() as connection:
        return findings(connection)[0].id


def _ticket(store: Store) -> listing.Ticket:
    listing.make_ticket(store, [POST], "Battery", NOW)
    with store.read() as connection:
        return listing.tickets(connection)[0]


def _venue(store: Store) -> int:
    """A place to go to, with rules that were read."""
    number = venues.add_venue(store, Named("forum", "https://forum.example", "A forum"), "hand", NOW)
    venues.save_rules(store, number, "Be kind.", "", NOW)
    return number


def _looked(store: Store) -> object:
    return venues.note_looked(store, _venue(store), NOW, there=None, sample=(), rules=None, error="timeout")


def _event(store: Store, **more: object) -> int:
    """An event that is over, with one answer; its number."""
    day = datetime(2024, 10, 4, tzinfo=UTC)
    made = Event(0, "Glow", day, day + timedelta(days=1), hashtag="glow")
    return events.save_event(store, replace(made, **more), NOW)  # type: ignore[arg-type]


def _marked(store: Store) -> object:
    number = _event(store, kind="quiz", answers=("lamp",))
    return events.mark(store, number, [POST + 1], "right")


def _saved_anew(store: Store) -> object:
    made = _event(store)
    with store.read() as connection:
        held = events.held_event(connection, made)
    return events.save_event(store, replace(held, title="Other"), NOW)


def _let_in(store: Store) -> object:
    number = _event(store)
    events.exclude(store, number, "x", "ana", "a friend", NOW)
    return events.readmit(store, number, "x", "ana")


def _emptied(store: Store) -> int:
    number = _ticket(store).id
    listing.take_from_ticket(store, number, POST)
    return number


def _made(do: Callable[[Store, Settings], object]) -> Case:
    return Case(do, changes=False)


def _import(store: Store, settings: Settings) -> object:
    stream = io.BytesIO(b"text,date\nHello there,2026-06-01\n")
    guess = preview(stream, "posts.csv", now=NOW).guess
    return import_file(store, settings, stream, "posts.csv", guess, now=lambda: NOW)


def _move(store: Store) -> object:
    with store.write() as connection:
        put_row(connection, calendar_item, id=2, status="draft", day="2026-06-16", drafts="{}")
    return calendar.move_item(store, 2, date(2026, 6, 17), date(2026, 6, 16), NOW)


def _asked_now(store: Store) -> object:
    policy.save_policy(store, policy.Policy(on=True))
    return acts.ask(store, acts.Wish("k" * 20, "answer", "mastodon", target="1", text="Hello"), NOW)


def _asked(store: Store, state: str = "asked") -> int:
    """An act in this state; its number."""
    policy.save_policy(store, policy.Policy(on=True))
    made = acts.ask(store, acts.Wish("k" * 20, "answer", "mastodon", target="1", text="Hello"), NOW)
    with store.write() as connection:
        connection.execute(update(act).where(act.c.id == made.id).values(state=state))
        connection.execute(delete(change))
    return made.id


def _linked(store: Store) -> object:
    policy.save_policy(store, policy.Policy(on=True, second=True, by_link=True))
    with acting(Actor(8, "Ben", "editor")):
        kept = acts.ask(store, acts.Wish("k" * 20, "answer", "mastodon", target="1", text="Hello"), NOW)
    with store.write() as connection:
        connection.execute(delete(change))
    return by_link.make_link(store, kept, Document("To approve", "", "en", "made", ()), 3, NOW)


CASES: dict[str, Case] = {
    "data.acting.acts.approve": Case(lambda s, _: acts.approve(s, _asked(s), NOW)),
    "data.acting.acts.ask": _made(lambda s, _: _asked_now(s)),
    "data.acting.acts.cancel": Case(lambda s, _: acts.cancel(s, _asked(s), NOW)),
    "data.acting.acts.retry": Case(lambda s, _: acts.retry(s, _asked(s, "refused"), NOW)),
    "data.acting.acts.revise": Case(lambda s, _: acts.revise(s, _asked(s, "draft"), "n" * 20, "New", NOW)),
    "data.acting.acts.send_back": Case(lambda s, _: acts.send_back(s, _asked(s), "Shorter")),
    "data.acting.acts.take_back": Case(lambda s, _: acts.take_back(s, _asked(s, "done"), NOW)),
    "data.acting.by_link.make_link": _made(lambda s, _: _linked(s)),
    "data.acting.pictures.add_picture": _made(
        lambda s, _: pictures.add_picture(s, 1, "a.png", b"\x89PNG\r\n\x1a\n", "A lamp")
    ),
    "data.acting.pictures.remove_picture": Case(
        lambda s, _: (
            pictures.add_picture(s, 1, "a.png", b"\x89PNG\r\n\x1a\n", "A lamp"),
            pictures.remove_picture(s, 1, 1),
        )
    ),
    "data.acting.policy.save_policy": _made(lambda s, _: policy.save_policy(s, policy.Policy(on=True))),
    "dashboard.web.calendar_feed.new_token": _made(lambda s, _: calendar_feed.new_token(s)),
    "dashboard.web.calendar_feed.revoke": Case(
        lambda s, _: (calendar_feed.new_token(s), calendar_feed.revoke(s)),
    ),
    "data.alerts.alerts.set_alert": Case(lambda s, _: alerts.set_alert(s, 1, is_open=False)),
    "data.alerts.destinations.remove_destination": Case(
        lambda s, settings: destinations.remove_destination(s, settings, 1)
    ),
    "data.alerts.destinations.save_destination": Case(
        lambda s, _: destinations.save_destination(s, Destination(1, "New", "{1}"), NOW)
    ),
    "data.alerts.destinations.try_again": Case(lambda s, _: destinations.try_again(s, 1, NOW)),
    "data.alerts.rules.remove_rule": Case(lambda s, _: rules.remove_rule(s, 1)),
    "data.alerts.rules.save_rule": Case(lambda s, _: rules.save_rule(s, AlertRule(1, "quiet", "New"), NOW)),
    "data.content.calendar.move_item": Case(lambda s, _: _move(s)),
    "data.content.calendar.remove_item": Case(lambda s, _: calendar.remove_item(s, 1)),
    "data.content.calendar.save_item": Case(lambda s, _: calendar.save_item(s, Item(1, "New"), NOW)),
    "data.content.calendar.set_template": Case(lambda s, _: calendar.set_template(s, "post", "en", "New")),
    "data.content.ideas.decide": Case(lambda s, _: ideas.decide(s, 1, "dismissed", "risky")),
    "data.content.ideas.more_like": Case(lambda s, _: ideas.more_like(s, 1)),
    "data.content.occasions.hide_day": _made(lambda s, _: occasions.hide_day(s, "music", True)),
    "data.content.occasions.set_own_day": _made(lambda s, _: occasions.set_own_day(s, "own-x", "06-20", "X", "x")),
    "data.content.themes.set_themes": Case(
        lambda s, _: (themes.set_themes(s, themes.Themes(ours=("a",))), themes.set_themes(s, themes.Themes()))
    ),
    "data.credentials.enter_credentials": _made(
        lambda s, settings: enter_credentials(s, settings, "youtube", "", {"key": "k" * 30})
    ),
    "data.credentials.forget_secret": Case(
        lambda s, settings: forget_secret(s, settings, "channel", keep_channel_secret(settings, "slack://gone"))
    ),
    "data.credentials.remove_credentials": Case(
        lambda s, settings: (
            enter_credentials(s, settings, "youtube", "", {"key": "k" * 30}),
            remove_credentials(s, settings, "youtube", ""),
        )
    ),
    "data.debates.listing.dismiss": _made(lambda s, _: debates.dismiss(s, 1)),
    "data.erasing.retention.keep_for": Case(lambda s, _: retention.keep_for(s, 12)),
    "data.events.draws.close_list": _made(lambda s, _: draws.close_list(s, _event(s), NOW)),
    "data.events.draws.draw_winners": _made(
        lambda s, _: draws.draw_winners(s, draws.close_list(s, _event(s), NOW), NOW)
    ),
    "data.events.events.exclude": _made(lambda s, _: events.exclude(s, _event(s), "x", "ana", "a friend", NOW)),
    "data.events.events.mark": Case(lambda s, _: _marked(s)),
    "data.events.events.readmit": Case(lambda s, _: _let_in(s)),
    "data.events.events.remove_event": Case(lambda s, _: events.remove_event(s, _event(s))),
    "data.events.events.save_event": Case(lambda s, _: _saved_anew(s)),
    "data.facts.facts.add_facts": _made(lambda s, _: facts.add_facts(s, [Fact(0, "New")], NOW)),
    "data.facts.facts.remove_fact": Case(lambda s, _: facts.remove_fact(s, 1)),
    "data.facts.facts.save_fact": Case(lambda s, _: facts.save_fact(s, Fact(1, "New"), NOW)),
    "data.identity.note_first": Case(lambda s, _: note_first(s, "demo", "own")),
    "data.identity.save_identity": _made(lambda s, _: save_identity(s, Identity("New"))),
    "data.inbox.learning.roll_back": Case(lambda s, _: learning.roll_back(s)),
    "data.inbox.learning.set_word_tone": Case(
        lambda s, _: (learning.set_word_tone(s, "x", "positive", NOW), learning.set_word_tone(s, "x", "", NOW))
    ),
    "data.inbox.ours.set_own_account": _made(lambda s, _: ours.set_own_account(s, "ana@example.org")),
    "data.inbox.replies.set_template": Case(lambda s, _: replies.set_template(s, "idea", "plain", "en", "New")),
    "data.inbox.tone.set_house_tone": Case(lambda s, _: tone.set_house_tone(s, tone.HouseTone("tu", "Ana"))),
    "data.inbox.triage.change": _made(lambda s, _: triage.change(s, [POST], "note", "New", NOW)),
    "data.inbox.triage.undo": Case(
        lambda s, _: triage.undo(s, triage.change(s, [POST], "note", "New", NOW).batch, NOW),
    ),
    "data.inbox.verbatims.add_verbatim": _made(lambda s, _: verbatims.add_verbatim(s, POST, NOW, "a post")),
    "data.inbox.verbatims.remove_verbatim": Case(lambda s, _: verbatims.remove_verbatim(s, 1)),
    "data.inbox.verbatims.set_tags": _made(lambda s, _: verbatims.set_tags(s, 1, ["new"])),
    "data.reputation.actions.remove_action": Case(lambda s, _: actions.remove_action(s, 1)),
    "data.reputation.actions.save_action": Case(
        lambda s, _: actions.save_action(s, Action(1, "post", "New", NOW), NOW)
    ),
    "data.reputation.brands.remove_brand": Case(lambda s, _: brands.remove_brand(s, 1)),
    "data.reputation.brands.save_brand": Case(lambda s, _: brands.save_brand(s, Brand(1, "New", True))),
    "data.reputation.counts.check_tone": Case(lambda s, _: counts.check_tone(s, POST, "negative", NOW)),
    "data.reputation.counts.forget_checks": Case(lambda s, _: counts.forget_checks(s)),
    "data.sharing.guests.allow": Case(lambda s, _: guests.allow(s, False)),
    "data.sharing.guests.ask": _made(lambda s, _: guests.ask(s, 1, "comments")),
    "data.sharing.guests.erase": Case(lambda s, _: guests.erase(s, 1)),
    "data.sharing.guests.hide": Case(lambda s, _: guests.hide(s, 1)),
    "data.sharing.reports.remove_report": Case(lambda s, _: reports.remove_report(s, 1)),
    "data.sharing.reports.save_report": Case(lambda s, _: reports.save_report(s, Report(1, "New", 7), NOW)),
    "data.sharing.snapshots.freeze": _made(
        lambda s, _: snapshots.freeze(s, Document("New", "", "en", "today", ()), NOW, names="pseudonyms")
    ),
    "data.sharing.snapshots.remove": Case(lambda s, _: snapshots.remove(s, 1)),
    "data.sharing.snapshots.renew": Case(lambda s, _: snapshots.renew(s, 1)),
    "data.sharing.snapshots.revoke": Case(lambda s, _: snapshots.revoke(s, 1, NOW)),
    "data.sharing.subscriptions.remove_subscription": Case(
        lambda s, settings: subscriptions.remove_subscription(s, settings, 1)
    ),
    "data.sharing.subscriptions.save_subscription": Case(
        lambda s, _: subscriptions.save_subscription(s, Subscription(1, "New", "{1}"), NOW)
    ),
    "data.sharing.reports.set_words": _made(
        lambda s, _: reports.set_words(s, 1, "comments", "summary", "New", "", NOW)
    ),
    "data.sharing.saved_views.remove_view": Case(
        lambda s, _: saved_views.remove_view(s, saved_views.save_view(s, "Old", {"q": "old"}, NOW)),
    ),
    "data.sharing.saved_views.save_view": _made(lambda s, _: saved_views.save_view(s, "New", {"q": "new"}, NOW)),
    "data.sharing.subscriptions.note_sent": _made(lambda s, _: subscriptions.note_sent(s, 1, "")),
    "data.sharing.subscriptions.send_again": Case(lambda s, _: subscriptions.send_again(s, 1, NOW)),
    "data.sharing.tokens.grant": _made(lambda s, _: tokens.grant(s, "api", "New", NOW)),
    "data.sharing.tokens.remove": Case(lambda s, _: tokens.remove(s, 1)),
    "data.sharing.tokens.revoke": Case(lambda s, _: tokens.revoke(s, 1, NOW)),
    "data.source_list.ask_back": _made(lambda s, _: source_list.ask_back(s, 1, NOW - timedelta(days=9))),
    "data.source_list.mark_own": Case(lambda s, _: source_list.mark_own(s, 1, True)),
    "data.source_list.remove_source": Case(
        lambda s, settings: source_list.remove_source(s, settings, 1, erase_posts=False)
    ),
    "data.tickets.listing.make_ticket": _made(lambda s, _: listing.make_ticket(s, [POST], "Battery", NOW)),
    "data.tickets.listing.save_ticket": Case(lambda s, _: listing.save_ticket(s, replace(_ticket(s), title="Other"))),
    "data.tickets.listing.add_to_ticket": Case(lambda s, _: listing.add_to_ticket(s, _emptied(s), [POST])),
    "data.tickets.listing.take_from_ticket": Case(lambda s, _: listing.take_from_ticket(s, _ticket(s).id, POST)),
    "data.tickets.listing.remove_ticket": Case(lambda s, _: listing.remove_ticket(s, _ticket(s).id)),
    "data.upkeep.findings.set_finding_state": Case(lambda s, _: set_finding_state(s, _found(s), "handed")),
    "data.places.listing.add_venue": _made(
        lambda s, _: venues.add_venue(s, Named("forum", "https://forum.example", "A forum"), "hand", NOW)
    ),
    "data.places.listing.note_looked": Case(lambda s, _: _looked(s)),
    "data.places.listing.save_rules": Case(lambda s, _: venues.save_rules(s, _venue(s), "Be brief.", "", NOW)),
    "data.places.listing.set_state": Case(lambda s, _: venues.set_state(s, _venue(s), "contacted", NOW.date())),
    "data.source_list.set_state": Case(lambda s, _: source_list.set_state(s, 1, "paused")),
    "data.suggestions.dismiss": Case(lambda s, _: suggestions.dismiss(s, "feed", "x")),
    "data.start.steps.put_away": Case(lambda s, _: put_away(s, True)),
    "data.tools.listing.change_tool": Case(lambda s, _: change_tool(s, 1, "note", "New")),
    "data.topics.edits.hide_topic": Case(lambda s, _: edits.hide_topic(s, 1, NOW)),
    "data.topics.edits.mark_noise": Case(lambda s, _: edits.mark_noise(s, 1, NOW)),
    "data.topics.edits.merge_topics": Case(lambda s, _: edits.merge_topics(s, 1, 2, NOW)),
    "data.topics.edits.rename_topic": Case(
        lambda s, _: (edits.rename_topic(s, 1, "A", NOW), edits.rename_topic(s, 1, "B", NOW))
    ),
    "data.topics.edits.undo_change": Case(lambda s, _: edits.undo_change(s, 1, NOW)),
    "data.topics.edits.unmerge_topic": Case(
        lambda s, _: (edits.merge_topics(s, 1, 2, NOW), edits.unmerge_topic(s, 1, NOW))
    ),
    "data.topics.fits.ask_refit": _made(lambda s, _: fits.ask_refit(s)),
    "data.topics.watches.add_watch": _made(lambda s, _: watches.add_watch(s, "new words", NOW)),
    "data.topics.watches.remove_watch": Case(lambda s, _: watches.remove_watch(s, 1)),
    "data.topics.watches.set_threshold": Case(lambda s, _: watches.set_threshold(s, 1, 0.9)),
    "sources.discovery.follow": _made(
        lambda s, settings: follow(s, settings, Found("feed", "https://example.org/feed", "New", ()), NOW)
    ),
    "sources.discovery.follow_address": _made(lambda s, _: follow_address(s, "feed", "https://example.org/feed", NOW)),
    "sources.files.imports.import_file": Case(_import),
    "sources.opml.add_list": _made(
        lambda s, settings: opml.add_list(
            s, settings, [opml.Outline("https://example.org/a", address="https://example.org/a")], NOW
        )
    ),
    "sources.packs.add_pack": _made(lambda s, _: packs.add_pack(s, packs.starter_packs()[0], NOW)),
}
# Left to the tests of topics: it takes a whole fit with its vectors.
SPLIT = "data.topics.edits.split_topic"


@pytest.fixture
def filled(store: Store) -> Store:
    """One of everything, number 1."""
    with store.write() as connection:
        put_row(connection, source, id=1, state="active")
        put_row(connection, post, id=POST, sentiment="positive", source_id=1)
        put_row(connection, post_text, post_id=POST, plain="words of a post", title="", url="")
        entered = {"published_at": 20_000 * 86_400, "author": "ana", "by_us": False, "sentiment": "positive"}
        put_row(connection, post, id=POST + 1, native_id="entry", source_id=1, **entered)
        put_row(connection, post_text, post_id=POST + 1, plain="#glow, my lamp", title="", url="")
        put_row(connection, alert_rule, id=1, kind="volume", state="on")
        put_row(connection, alert, id=1, rule_id=1, state="open", snoozed="", facts="{}", posts="[]")
        put_row(connection, alert_channel, id=1, zone="UTC", state="on")
        put_row(connection, delivery, id=1, channel_id=1, alert_id=1, state="failed")
        put_row(connection, calendar_item, id=1, status="draft")
        for number in (1, 2):
            put_row(connection, topic, id=number)
        put_row(connection, topic_change, id=1, kind="hidden", topic_id=1, made_by="person", detail="{}")
        put_row(connection, idea, id=1, state="kept")
        put_row(connection, debate, id=1)
        put_row(connection, fact, id=1, kind="product", valid_from="", valid_until="")
        put_row(connection, local_model, id=1, state="adopted")
        put_row(connection, verbatim, id=1, post_id=POST, start=0, stop=5)
        put_row(connection, action, id=1)
        put_row(connection, brand, id=1, kind="own", is_own=True)
        put_row(connection, tone_check, post_id=POST, actual="positive", predicted="positive")
        put_row(connection, snapshot, id=1, presenting=False, asks="")
        put_row(connection, guest_answer, id=1, snapshot_id=1, state="new")
        put_row(connection, report, id=1)
        put_row(connection, subscription, id=1, zone="UTC")
        put_row(connection, mailing, id=1, subscription_id=1, state="failed")
        put_row(connection, token, id=1)
        put_row(connection, suggestion, kind="feed", address="x")
        put_row(connection, tool, id=1, note="old")
        put_row(connection, watch, id=1, threshold=0.5)
    return store


def test_every_write_is_tried_or_has_its_reason() -> None:
    house = {name for name in load() if name.startswith("data.house.")}
    assert sorted(set(load()) - house - {*CASES, *REASONS, SPLIT}) == []
    assert sorted({*CASES, *REASONS, SPLIT} - set(load())) == []
    assert not CASES.keys() & REASONS.keys()
    assert HOUSE


@pytest.mark.parametrize("name", CASES)
def test_a_persons_write_leaves_a_line(filled: Store, settings: Settings, name: str) -> None:
    case = CASES[name]
    with acting(ANA):
        case.do(filled, settings)
    with filled.read() as connection:
        rows = list(connection.execute(select(change).order_by(change.c.id)))
        if name == "data.inbox.triage.change":
            rows = list(connection.execute(select(triage_event)))
    assert rows, f"{name} leaves no line in the audit"
    assert {row.account for row in rows} == {3}
    last = rows[-1]
    assert last.post_id if name == "data.inbox.triage.change" else last.subject
    assert bool(last.before) == case.changes, f"{name}: before is {last.before!r}"
    assert last.before != last.after

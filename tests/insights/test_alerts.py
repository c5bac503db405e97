"""Alerts: far more than usual, tone that falls, quiet times left in peace; rules that rehearse as they watch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest

from data.alerts import alerts
from data.alerts import destinations as destinations_store
from data.alerts import rules as alerts_rules
from data.alerts.alerts import AlertFacts, Finding
from data.alerts.destinations import Destination, due_moment, save_destination
from data.alerts.rules import AlertRule, alert_rules, save_rule
from data.models import Brand, NewPost, to_epoch
from data.posts.ingest import add_posts
from data.posts.query_language import QueryError
from data.reputation.brands import save_brand
from data.settings import Settings
from data.source_list import add_source
from data.store import Store
from insights.alerts.course import EventPost, course_of
from insights.alerts.onset import SENSITIVITY, expected_posts, spikes, telling_words, tone_falls
from insights.pipeline.alerts import rehearse, watch
from insights.pipeline.demo import KeptVectors
from insights.pipeline.event_posts import posts_of_event
from insights.pipeline.models import Models
from insights.pipeline.refresh import refresh
from tests.conftest import NOW

FIRST = 490_000 // 24 * 24  # a midnight, in hours
RHYTHM = np.tile([1, 1, 0.5, 0.5, 0.5, 1, 2, 4, 7, 8, 8, 7, 7, 6, 6, 6, 6, 7, 8, 9, 9, 7, 4, 2], 7)
RHYTHM[5 * 24 :] *= 0.4  # weekends


def noise(rng: np.random.Generator, days: int, a_day: float, lumpy: float = 0.0) -> np.ndarray:
    """Posts an hour with a rhythm of days and weeks; `lumpy` makes some hours loud by nature."""
    rate = a_day * RHYTHM / RHYTHM.sum() * 7
    slots = (np.arange(24 * days) + FIRST + 72) % 168
    mean = rate[slots]
    return rng.poisson(mean * rng.gamma(1 / lumpy, lumpy, len(mean)) if lumpy else mean)


@pytest.mark.parametrize(("a_day", "lumpy"), [(3, 0.0), (15, 0.0), (15, 0.6), (200, 0.3)])
def test_quiet_times_give_no_alarm(a_day: float, lumpy: float) -> None:
    rng = np.random.default_rng(int(a_day))
    false = sum(len(spikes(noise(rng, 117, a_day, lumpy).tolist(), FIRST)) for _ in range(10))
    assert false <= 1  # in six hundred quiet days after the first weeks


@pytest.mark.parametrize("a_day", [3, 15, 200])
def test_an_outbreak_is_noticed_within_hours(a_day: float) -> None:
    rng = np.random.default_rng(7)
    for trial in range(5):
        counts = noise(rng, 90, a_day)
        onset = 80 * 24 + 9 + trial
        counts[onset : onset + 24] += rng.poisson(max(8.0, 2.5 * a_day / 10), 24)
        found = spikes(counts.tolist(), FIRST)
        assert len(found) == 1
        assert onset <= found[0].noticed <= onset + 2
        assert abs(found[0].began - onset) <= 2
        assert found[0].count > 2 * found[0].expected


def test_what_comes_every_week_is_usual() -> None:
    rng = np.random.default_rng(8)
    counts = noise(rng, 90, 10)
    for week in range(12):
        counts[week * 168 + 34 : week * 168 + 37] += rng.poisson(12, 3)
    late = [event for event in spikes(counts.tolist(), FIRST) if event.noticed > 6 * 168]
    assert late == []
    expected, _, _ = expected_posts(counts.tolist(), FIRST)
    assert expected[11 * 168 + 35] > 5 > expected[11 * 168 + 40]


def test_days_that_were_not_collected_say_nothing() -> None:
    rng = np.random.default_rng(9)
    counts = noise(rng, 90, 30)
    counts[60 * 24 : 80 * 24] = 0
    assert len(spikes(counts.tolist(), FIRST, everything=counts.tolist())) == 0
    assert spikes([0] * 5_000, FIRST) == []
    assert spikes([1, 2, 3], FIRST) == []


def test_sensitivity_orders_the_rules() -> None:
    rng = np.random.default_rng(10)
    counts = noise(rng, 90, 20)
    counts[85 * 24 : 85 * 24 + 6] += 4
    by = {name: len(spikes(counts.tolist(), FIRST, name)) for name in SENSITIVITY}
    assert by["low"] <= by["normal"] <= by["high"]
    assert by["high"] >= 1


def test_a_fall_of_tone_is_noticed_and_a_steady_one_is_not() -> None:
    rng = np.random.default_rng(11)
    for trial in range(5):
        clear = noise(rng, 80, 12)
        negative = rng.binomial(clear, 0.3)
        assert tone_falls(negative.tolist(), clear.tolist()) == []
        onset = 70 * 24
        negative[onset : onset + 72] = rng.binomial(clear[onset : onset + 72], 0.9)
        found = tone_falls(negative.tolist(), clear.tolist())
        assert len(found) == 1, trial
        assert onset < found[0].noticed < onset + 60


def test_telling_words() -> None:
    before = [["the", "rota"], ["the", "bake", "sale"], ["the", "rota", "again"]] * 10
    inside = [["the", "outage"], ["outage", "rota"], ["the", "outage", "data"], ["data", "outage"]]
    assert telling_words(inside, before)[0] == "outage"
    assert "the" not in telling_words(inside, before)
    assert telling_words([], []) == []


def said(native: str, at: datetime, text: str, author: str = "ann", **more: object) -> NewPost:
    return replace(
        NewPost("forum", native, text, text, author=author, published_at=at, lang="en", community="Forum"), **more
    )


class FixedVectors(KeptVectors):
    """Vectors that need no model."""

    name = "fixed"

    def __init__(self) -> None:
        pass

    def encode(self, texts: object, progress: object = None) -> np.ndarray:
        rng = np.random.default_rng(0)
        return rng.normal(size=(len(texts), 16)).astype(np.float32)  # type: ignore[arg-type]


def fill(store: Store, posts: list[NewPost], now: datetime) -> None:
    with store.write() as connection:
        made, _ = add_source(connection, "demo", "forum", now, title="Forum")
        add_posts(connection, made.id, posts, now)


@pytest.fixture(params=["sqlite", "postgresql"])
def watched(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Store]:
    """Sixty days of a quiet forum on both databases, understood; fewer than fifty posts, so nothing is grouped."""
    if request.param == "sqlite":
        store = Store(settings.store_url)
    else:
        store = Store(request.getfixturevalue("postgres").make(template="template"))
    save_brand(store, Brand(0, "Acme", True))
    start = NOW - timedelta(days=60)
    posts = [
        said(f"q{n}", start + timedelta(hours=31 * n), f"Acme came up at lunch number {n}, as it does", f"u{n % 9}")
        for n in range(45)
    ]
    fill(store, posts, NOW - timedelta(days=1))
    refresh(store, settings, now=lambda: NOW - timedelta(days=1), models=Models.one(FixedVectors()))
    yield store
    store.close()


def test_a_rule_watches_from_the_first_refresh_on(watched: Store, settings: Settings) -> None:
    with watched.read() as connection:
        kinds = {rule.kind for rule in alert_rules(connection)}
        assert {"volume", "tone", "event", "conflict", "topic", "quiet"} <= kinds
        assert alerts.count_open(connection, NOW) == 0
    save_destination(watched, Destination(0, "Mail", "secret"), NOW)
    words = ["down", "broken again", "nobody answers", "lost my data"]
    burst = [
        said(f"b{n}", NOW - timedelta(minutes=100 - 5 * n), f"Acme outage: {words[n % 4]}, case {n}", f"angry{n}")
        for n in range(18)
    ]
    fill(watched, burst, NOW)
    done = refresh(watched, settings, now=lambda: NOW, models=Models.one(FixedVectors()))
    assert done.alerts >= 1
    with watched.read() as connection:
        found = alerts.alerts(connection, NOW)
        due = destinations_store.due_deliveries(connection, NOW)
        volume = next(a for a in found if a.rule.kind == "volume")
        (first,) = [p for p in posts_of_event(connection, volume) if p.id == volume.origin]
    assert len(due) == len(found) == done.alerts
    assert volume.facts.count >= 6
    assert "outage" in volume.facts.words
    assert len(volume.posts) == 5
    assert first.at == NOW - timedelta(minutes=100)
    # The same event an hour later is not told again, and nothing new is on its way.
    fill(
        watched,
        [said(f"c{n}", NOW + timedelta(minutes=n), f"Acme outage goes on, {n}", f"x{n}") for n in range(9)],
        NOW,
    )
    later = NOW + timedelta(hours=1)
    assert refresh(watched, settings, now=lambda: later, models=Models.one(FixedVectors())).alerts == 0
    with watched.read() as connection:
        again = alerts.get_alert(connection, volume.id)
        assert again is not None
        assert again.last_at > volume.last_at
        assert len(destinations_store.recent_deliveries(connection)) == done.alerts
    assert watch(watched, later) == []


def test_a_rehearsal_tells_what_the_rule_would_have_told(watched: Store) -> None:
    rule = AlertRule(0, "keyword", query='"lunch number 3"')
    with watched.read() as connection:
        (found,) = rehearse(connection, rule, NOW - timedelta(days=90), NOW)
        assert found.facts.count == 1
        assert found.origin == found.posts[0]
        assert rehearse(connection, replace(rule, query="nothing at all"), NOW - timedelta(days=90), NOW) == []
        many = rehearse(connection, replace(rule, query="acme"), NOW - timedelta(days=90), NOW)
        assert sum(item.facts.count for item in many) == 45
        for kind in ("volume", "tone", "event", "conflict", "topic", "competitor", "quiet"):
            rehearse(connection, AlertRule(0, kind, brand=1), NOW - timedelta(days=90), NOW)
    with pytest.raises(QueryError):
        save_rule(watched, replace(rule, query="(a"), NOW)
    with pytest.raises(ValueError, match="other"):
        save_rule(watched, AlertRule(0, "other"), NOW)


def test_alerts_are_closed_snoozed_and_tuned(watched: Store) -> None:
    rule_id = save_rule(watched, AlertRule(0, "keyword", "Lunch", query="lunch"), NOW)
    rule = AlertRule(rule_id, "keyword", "Lunch", query="lunch")
    moment = to_epoch(NOW)
    with watched.write() as connection:
        made = alerts.keep_finding(connection, rule, Finding("k", moment - 60, moment, moment))
        assert alerts.keep_finding(connection, rule, Finding("k", moment, moment + 9, moment + 9)) == 0
        assert alerts.keep_finding(connection, rule, Finding("other", moment, moment, moment)) > made
    alerts.set_alert(watched, made, snoozed=(NOW + timedelta(days=2)).date().isoformat())
    with watched.read() as connection:
        assert {a.id for a in alerts.alerts(connection, NOW)} == {made + 1}
        assert {a.id for a in alerts.alerts(connection, NOW, state="snoozed")} == {made}
        assert made in {a.id for a in alerts.alerts(connection, NOW + timedelta(days=3))}
    alerts.set_alert(watched, made, is_open=False)
    with watched.read() as connection:
        assert made in {a.id for a in alerts.alerts(connection, NOW, state="closed")}
    alerts_rules.remove_rule(watched, rule_id)
    with watched.read() as connection:
        assert alerts.get_alert(connection, made) is None


def test_facts_of_long_ago_are_read(watched: Store) -> None:
    moment = to_epoch(NOW)
    with watched.write() as connection:
        rule = next(r for r in alert_rules(connection) if r.kind == "quiet")
        facts = AlertFacts(name="Forum « été »", count=2, expected=30.5)
        made = alerts.keep_finding(connection, rule, Finding("quiet:1", moment, moment, moment, facts=facts))
        kept = alerts.get_alert(connection, made)
        assert kept is not None
        assert kept.facts == facts
        old = '{"source": 1, "name": "Forum", "count": 2, "words": ["down"]}'
        connection.exec_driver_sql(f"UPDATE alert SET facts = '{old}' WHERE id = {made}")
        read = alerts.get_alert(connection, made)
        assert read is not None
        assert read.facts == AlertFacts(name="Forum", count=2, words=("down",))


def test_one_event_found_by_two_rules_is_one_alert(watched: Store) -> None:
    moment = to_epoch(NOW)
    with watched.write() as connection:
        volume, tone = (next(r for r in alert_rules(connection) if r.kind == kind) for kind in ("volume", "tone"))
        words = AlertFacts(words=("outage", "data", "lost"))
        made = alerts.keep_finding(connection, volume, Finding("volume:1", moment, moment, moment, facts=words))
        late = moment + 3_600
        assert alerts.keep_finding(connection, tone, Finding("tone:1", moment, late, late, facts=words)) == 0
        found = alerts.get_alert(connection, made)
        assert found is not None
        assert found.facts.also == ("tone",)
        apart = AlertFacts(words=("festival", "cake"))
        assert alerts.keep_finding(connection, tone, Finding("tone:2", moment, late, late, facts=apart))


@pytest.mark.parametrize(
    ("destination", "hour", "due"),
    [
        (Destination(0, "", ""), 12, 0),
        (Destination(0, "", "", quiet_from=22, quiet_to=7), 23, 8),
        (Destination(0, "", "", quiet_from=22, quiet_to=7), 6, 1),
        (Destination(0, "", "", quiet_from=22, quiet_to=7), 7, 0),
        (Destination(0, "", "", quiet_from=1, quiet_to=5), 3, 2),
        (Destination(0, "", "", quiet_from=22, quiet_to=7, zone="Europe/Paris"), 20, 9),
        (Destination(0, "", "", digest_hour=8), 7, 1),
        (Destination(0, "", "", digest_hour=8), 9, 23),
        (Destination(0, "", "", digest_hour=8, zone="America/Montreal"), 9, 3),
    ],
)
def test_quiet_hours_and_digests(destination: Destination, hour: int, due: int) -> None:
    now = NOW.replace(hour=hour)
    assert due_moment(destination, now) == now + timedelta(hours=due)


def test_the_course_of_an_event() -> None:
    def post(n: int, minutes: int, place: str, author: str = "", **more: object) -> EventPost:
        made = EventPost(
            n, NOW + timedelta(minutes=minutes), author or f"a{n}", "forum", place, "negative", 1, False, False
        )
        return replace(made, **more)  # type: ignore[arg-type]

    posts = [
        post(1, 0, "Forum"),
        post(2, 5, "Forum", asks=True),
        post(3, 9, "Reddit", group=7),
        post(4, 12, "Blog", group=7),
        post(5, 20, "Forum", drawn=50),
        post(6, 30, "Forum", "us", by_us=True),
        post(7, 40, "Reddit", "a3"),
        post(8, 45, "Forum", group=7),
    ]
    course = course_of(list(reversed(posts)))
    assert [(step.kind, step.post.id) for step in course.steps] == [
        ("origin", 1),
        ("asked", 2),
        ("crossing", 3),
        ("crossing", 4),
        ("loud", 5),
        ("answer", 6),
        ("relay", 8),
    ]
    assert course.first_answer == timedelta(minutes=30)
    assert (course.posts, course.places, course.asked) == (8, 3, (2,))
    assert course.carriers[0].author == "a5"
    then = course_of(posts, NOW + timedelta(minutes=10))
    assert then.posts == 3
    assert then.first_answer is None
    assert course_of([]).posts == 0

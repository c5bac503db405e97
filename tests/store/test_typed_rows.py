"""Findings kept as JSON: what an older version wrote is read, and what is written comes back."""

from __future__ import annotations

from sqlalchemy import insert, update

from data.reputation import effects
from data.reputation.actions import Action, actions, note_effects, save_action
from data.reputation.effects import Effect, Measured
from data.schema import action, topic, topic_change
from data.store import Store
from data.topics import trends
from data.topics.listing import changes_of, trend_facts
from data.topics.trends import TrendFacts
from tests.conftest import NOW


def test_the_facts_of_a_trend() -> None:
    old = '{"name": "rising", "recent": 5, "recent_days": 21, "weekdays": [3], "of_tomorrow": 1}'
    assert trends.decoded(old) == TrendFacts(recent=5, recent_days=21, weekdays=(3,))
    assert trends.decoded("{}") is None
    facts = TrendFacts(7, 21, 1.5, 2.25, 0.01, 90, (0, 4), 0.8, 12, 3, 2)
    assert trends.decoded(trends.encoded(facts)) == facts


def test_a_topic_without_a_trend_yet_has_no_facts(store: Store) -> None:
    with store.write() as connection:
        for number, kept in ((1, "{}"), (2, '{"recent": 3}')):
            connection.execute(
                insert(topic).values(
                    id=number, label="t", terms="[]", representatives="[]", first_fit=1, trend_facts=kept
                )
            )
    with store.read() as connection:
        assert trend_facts(connection) == {2: TrendFacts(recent=3)}


def test_changes_of_a_topic_with_and_without_detail(store: Store) -> None:
    rows = (
        ("renamed", "person", '{"before": "a", "after": "b"}'),
        ("split", "person", '{"posts": {"12": 3}, "after": "c"}'),  # what undoes it, not a number of posts
        ("merge", "fit", '{"posts": 4}'),
        ("end", "fit", "{}"),
    )
    with store.write() as connection:
        for kind, by, detail in rows:
            connection.execute(
                insert(topic_change).values(at=1, kind=kind, topic_id=1, other_id=0, made_by=by, detail=detail)
            )
    with store.read() as connection:
        told = [(change.kind, change.posts, change.named) for change in changes_of(connection, 1)]
    assert told == [("end", 0, ""), ("merge", 4, ""), ("split", 0, "c"), ("renamed", 0, "b")]


def test_the_effects_of_an_action(store: Store) -> None:
    made = save_action(store, Action(0, "post", "Hello", NOW), NOW)
    measured = Measured((Effect("volume", "more", 14, 12.0, 8.12345, 1.0, 6.0), Effect("negative", "early", 2)), 7, 9)
    with store.write() as connection:
        note_effects(connection, made, measured, NOW)
    with store.read() as connection:
        (item,) = actions(connection)
    assert item.measured.effects[0].expected == 8.123  # figures are kept to three digits
    assert (item.measured.effects[1], item.measured.since, item.measured.until) == (measured.effects[1], 7, 9)
    with store.write() as connection:
        connection.execute(update(action).values(effect='{"early": true}'))
    with store.read() as connection:
        assert actions(connection)[0].measured == Measured()
    old = '{"effects": [{"measure": "volume", "verdict": "none", "days": 3, "of_tomorrow": 1}], "since": 1}'
    assert effects.decoded(old) == Measured((Effect("volume", "none", 3),), 1, 0)

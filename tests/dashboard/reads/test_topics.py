"""Topics as pages read them, over the demo."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from dashboard.reads import cache, posts, topics
from data.scope import Scope
from data.store import Store
from tests.conftest import NOW

MONTH = Scope(NOW.date() - timedelta(days=29), NOW.date())


@pytest.fixture(autouse=True)
def of_the_demo(demo_store: Store) -> Iterator[None]:
    with cache.one_record(demo_store.url):
        yield


def test_rows_add_up() -> None:
    rows = topics.topic_rows(MONTH, False)
    assert [row.posts for row in rows] == sorted((row.posts for row in rows), reverse=True)
    for row in rows:
        assert len(row.series) == MONTH.days
        assert row.posts == sum(row.series) == row.negative + row.neutral + row.positive + row.unsure
        assert row.facts is not None
        assert row.facts.recent_days in {7, 21}


def test_the_period_before_is_the_before_of_this_one() -> None:
    before = MONTH.earlier()
    earlier = {row.topic.id: row.posts for row in topics.topic_rows(before, False)}
    for row in topics.topic_rows(MONTH, False):
        assert row.before == earlier.get(row.topic.id, 0)


def test_two_periods_compared_hold_every_topic_once() -> None:
    before = MONTH.earlier()
    pairs = topics.compared(before.since, before.until, MONTH.since, MONTH.until)
    assert len({pair.topic.id for pair in pairs}) == len(pairs)
    assert all(pair.before or pair.posts for pair in pairs)
    assert {pair.kind for pair in pairs} <= {"new", "grew", "same", "shrank", "gone"}
    assert all(pair.kind == "new" for pair in pairs if not pair.before)


def test_unusual_days_count_from_the_first_day_of_the_scope() -> None:
    quarter = Scope(NOW.date() - timedelta(days=89), NOW.date())
    days = posts.summary(quarter, None).days
    long = posts.unusual_days(quarter)
    assert long
    assert all(days[odd.index].posts == odd.count > odd.threshold > odd.expected for odd in long)
    last = max(odd.index for odd in long)
    alone = Scope(quarter.since + timedelta(days=last), quarter.since + timedelta(days=last))
    assert [odd.index for odd in posts.unusual_days(alone)] == [0]

"""A scope: to an address and back, as SQL, and what nobody may forget when a field is added."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.models import INTENTS, SENTIMENTS
from data.posts.scope_sql import CONDITIONS, WITHIN
from data.scope import FIELDS, NAMED_PERIODS, PARAMETERS, Scope, scope_of, scope_to_parameters

TODAY = date(2026, 6, 15)
NUMBERS = st.none() | st.integers(0, 10**14)
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=40)
THOUSANDTHS = st.lists(st.integers(0, 1_000), min_size=4, max_size=4)


@st.composite
def scopes(draw: st.DrawFn) -> Scope:
    until = TODAY - timedelta(days=draw(st.integers(0, 400)))
    a, b, c, d = (n / 1_000 for n in draw(THOUSANDTHS))
    return Scope(
        until - timedelta(days=draw(st.integers(0, 400))),
        until,
        brand=draw(NUMBERS),
        sources=tuple(draw(st.lists(st.integers(0, 10**9), max_size=4))),
        kinds=tuple(draw(st.lists(st.sampled_from(["feed", "reddit", "x"]), max_size=3))),
        langs=tuple(draw(st.lists(st.sampled_from(["fr", "en", "de"]), max_size=3))),
        sentiments=tuple(draw(st.lists(st.sampled_from(SENTIMENTS), max_size=2))),
        intents=tuple(draw(st.lists(st.sampled_from(INTENTS), max_size=2))),
        topic=draw(NUMBERS),
        part=draw(NUMBERS),
        area=draw(st.sampled_from([None, (min(a, b), max(a, b), min(c, d), max(c, d))])),
        watch=draw(NUMBERS),
        query=draw(WORDS),
        author=draw(WORDS),
        state=draw(st.sampled_from(["", "open", "starred", "assigned:Léa"])),
        debate=draw(NUMBERS),
        side=draw(st.sampled_from([None, 1, 0, -1])),
        argument=draw(NUMBERS),
        tool=draw(NUMBERS),
        idea=draw(NUMBERS),
        against=draw(st.sampled_from(["", "year"])),
    )


@settings(deadline=None)
@given(scopes())
def test_an_address_brings_back_its_scope(scope: Scope) -> None:
    parameters = scope_to_parameters(scope, TODAY)
    assert scope_of(lambda name: parameters.get(name, ""), TODAY) == scope
    assert set(parameters) <= set(PARAMETERS)
    assert all(parameters.values())


@settings(deadline=None)
@given(
    st.dictionaries(st.sampled_from(PARAMETERS), WORDS | st.sampled_from(["²", "-1", "9" * 40, ",,", "1,2,x", "0,1,2"]))
)
def test_nonsense_in_an_address_narrows_by_nothing_that_is_not_known(parameters: dict[str, str]) -> None:
    scope = scope_of(lambda name: parameters.get(name, ""), TODAY)
    assert scope.since <= scope.until <= TODAY + timedelta(days=1)
    assert set(scope.sentiments) <= set(SENTIMENTS)
    assert set(scope.intents) <= set(INTENTS)
    assert scope.side in {None, 1, 0, -1}
    assert scope.brand is None or scope.brand >= 0


def test_the_usual_period_makes_the_shortest_address() -> None:
    month = Scope(TODAY - timedelta(days=29), TODAY)
    assert scope_to_parameters(month, TODAY) == {}
    assert scope_to_parameters(replace(month, since=TODAY), TODAY) == {"days": "1"}
    assert scope_to_parameters(replace(month, query="c++", side=0, debate=3), TODAY) == {
        "q": "c++",
        "debate": "3",
        "side": "0",
    }


def test_every_field_is_told_to_addresses_and_to_the_database() -> None:
    told = {one.name for one in fields(Scope)} - {"since", "until", "period", "against"}
    assert told == {one.name for one in FIELDS}
    assert told == {*CONDITIONS, *WITHIN}


@pytest.mark.parametrize(
    ("name", "today", "days", "before"),
    [
        ("today", "2026-06-15", ("2026-06-15", "2026-06-15"), ("2026-06-14", "2026-06-14")),
        ("yesterday", "2026-06-15", ("2026-06-14", "2026-06-14"), ("2026-06-13", "2026-06-13")),
        ("week", "2026-06-17", ("2026-06-15", "2026-06-17"), ("2026-06-08", "2026-06-10")),
        ("last-week", "2026-06-17", ("2026-06-08", "2026-06-14"), ("2026-06-01", "2026-06-07")),
        ("month", "2026-03-31", ("2026-03-01", "2026-03-31"), ("2026-02-01", "2026-02-28")),
        ("month", "2026-01-15", ("2026-01-01", "2026-01-15"), ("2025-12-01", "2025-12-15")),
        ("last-month", "2026-03-31", ("2026-02-01", "2026-02-28"), ("2026-01-01", "2026-01-31")),
        ("last-month", "2026-01-02", ("2025-12-01", "2025-12-31"), ("2025-11-01", "2025-11-30")),
        ("quarter", "2026-05-31", ("2026-04-01", "2026-05-31"), ("2026-01-01", "2026-02-28")),
        ("quarter", "2026-02-10", ("2026-01-01", "2026-02-10"), ("2025-10-01", "2025-11-10")),
    ],
)
def test_periods_of_the_calendar(name: str, today: str, days: tuple[str, str], before: tuple[str, str]) -> None:
    asked = date.fromisoformat(today)
    scope = scope_of(lambda said: {"period": name}.get(said, ""), asked)
    assert (scope.since.isoformat(), scope.until.isoformat()) == days
    earlier = scope.earlier()
    assert (earlier.since.isoformat(), earlier.until.isoformat()) == before
    assert scope_to_parameters(scope, asked) == {"period": name}
    later = asked + timedelta(days=100)
    assert scope_to_parameters(scope, later) == {"since": days[0], "until": days[1]}


def test_last_year_is_of_the_same_weekdays_and_is_not_compared_further() -> None:
    scope = scope_of(lambda said: {"period": "last-week", "against": "year"}.get(said, ""), TODAY)
    earlier = scope.earlier()
    assert [earlier.since.weekday(), earlier.until.weekday()] == [0, 6]
    assert scope.since - earlier.since == timedelta(days=364)
    assert earlier.earlier().until == earlier.since - timedelta(days=1)
    assert scope_to_parameters(scope, TODAY) == {"period": "last-week", "against": "year"}
    assert set(NAMED_PERIODS) >= {"today", "quarter"}


@pytest.mark.parametrize("name", [one.name for one in FIELDS])
def test_what_is_empty_narrows_nothing(name: str) -> None:
    assert not Scope(TODAY, TODAY).narrows(name)

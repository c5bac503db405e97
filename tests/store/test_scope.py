"""A scope: to an address and back, as SQL, and what nobody may forget when a field is added."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.models import INTENTS, SENTIMENTS
from data.posts.scope_sql import CONDITIONS, WITHIN
from data.scope import FIELDS, PARAMETERS, Scope, scope_of, scope_to_parameters

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
    told = {one.name for one in fields(Scope)} - {"since", "until"}
    assert told == {one.name for one in FIELDS}
    assert told == {*CONDITIONS, *WITHIN}


@pytest.mark.parametrize("name", [one.name for one in FIELDS])
def test_what_is_empty_narrows_nothing(name: str) -> None:
    assert not Scope(TODAY, TODAY).narrows(name)

"""What a month and a week of the calendar give the browser to draw, and what a browser may ask back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from dashboard.views.calendar.days import MOST, SHOWN, UNDATED, Asked, Stretch, asked_of, drawn, stretch_of
from dashboard.words.language import speaking
from data import actor as actors
from data.actor import Actor, acting
from data.content.calendar import Item

TODAY = date(2026, 6, 10)
MONTH = stretch_of("month", TODAY)


@pytest.fixture(autouse=True)
def nobody_in_a_session() -> Iterator[None]:
    before = list(actors._session)
    actors._session.clear()
    yield
    actors._session[:] = before


def days_of(told: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {day["day"]: day for week in told["weeks"] for day in week["days"]}


def test_a_month_is_its_whole_weeks() -> None:
    assert Stretch("month", date(2026, 6, 1), date(2026, 6, 30)) == MONTH
    assert (MONTH.monday, MONTH.sunday, len(MONTH.days())) == (date(2026, 6, 1), date(2026, 7, 5), 35)
    december = stretch_of("month", date(2026, 12, 31))
    assert (december.first, december.last, december.sunday) == (
        date(2026, 12, 1),
        date(2026, 12, 31),
        date(2027, 1, 3),
    )
    week = stretch_of("week", date(2026, 6, 14))
    assert (week.first, week.last) == (date(2026, 6, 8), date(2026, 6, 14)) == (week.monday, week.sunday)


def test_a_day_holds_its_items_and_says_how_many_more() -> None:
    many = [Item(n, f"Part {n}", day=TODAY, hour=n) for n in range(1, MOST + 3)]
    told = drawn(MONTH, [*many, Item(90, "No day"), Item(91, "Gone", status="dropped")], TODAY, TODAY)
    held = days_of(told)
    assert [item["id"] for item in held["2026-06-10"]["items"]] == [one.id for one in many]
    assert held["2026-06-10"]["more"] == "+3 more"
    assert [day for day, one in held.items() if one["today"]] == ["2026-06-10"]
    assert [day for day, one in held.items() if not one["within"]] == [f"2026-07-0{n}" for n in range(1, 6)]
    assert [item["title"] for item in told["undated"]["items"]] == ["No day"]  # what was dropped waits for nothing
    assert told["chosen"] == 1  # the week that a phone lists
    one = held["2026-06-10"]["items"][0]
    assert (one["hour"], one["told"], one["colour"], one["closed"]) == ("01:00", "Idea", "gray", "")


def test_days_are_named_in_the_language_of_the_reader() -> None:
    with speaking("fr"):
        told = drawn(MONTH, [], TODAY, TODAY)
    assert told["names"] == ["lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."]
    assert [week["name"] for week in told["weeks"]][-2:] == ["22 – 28 juin", "29 juin – 5 juil."]
    assert days_of(told)["2026-06-10"]["label"] == "mercredi 10 juin 2026"
    assert days_of(told)["2026-06-10"]["add"] == "mercredi 10 juin 2026\xa0: nouveau contenu"


def test_what_a_person_may_not_move_is_closed_with_its_reason() -> None:
    held = [Item(1, "Draft", status="draft", day=TODAY), Item(2, "Ready", status="ready", day=TODAY)]

    def closed(role: str) -> tuple[list[str], bool, bool]:
        with acting(Actor(7, "Eve", role)):
            told = drawn(MONTH, held, TODAY, TODAY)
        day = days_of(told)["2026-06-10"]
        return [item["closed"] for item in day["items"]], bool(day["add"]), told["undated"]["takes"]

    refused, *takes = closed("reader")
    assert all(refused)
    assert takes == [False, False]
    mine, approved = closed("member")[0]
    assert mine == ""
    assert approved.startswith("Only an editor can do this.")
    assert closed("editor") == (["", ""], True, True)


def test_no_more_goes_to_a_browser_than_it_draws() -> None:
    many = [Item(n, "x" * 400, day=TODAY) for n in range(1, SHOWN + 50)]
    many += [Item(n, "y") for n in range(1_000, 1_000 + UNDATED + 50)]
    told = drawn(MONTH, many, TODAY, TODAY)
    assert len(days_of(told)["2026-06-10"]["items"]) == SHOWN
    assert len(told["undated"]["items"]) == UNDATED
    assert {len(item["title"]) for item in days_of(told)["2026-06-10"]["items"]} == {300}


@pytest.mark.parametrize(
    ("told", "asked"),
    [
        ({"what": "open", "item": 3}, Asked("open", 3)),
        ({"what": "new", "day": "2026-06-12"}, Asked("new", day=date(2026, 6, 12))),
        (
            {"what": "move", "item": 3, "day": "2026-06-12", "seen": "2026-06-10"},
            Asked("move", 3, date(2026, 6, 12), date(2026, 6, 10)),
        ),
        ({"what": "move", "item": 3, "day": "", "seen": "2026-06-10"}, Asked("move", 3, None, date(2026, 6, 10))),
        (None, None),
        ("open", None),
        ([3], None),
        ({}, None),
        ({"what": "open"}, None),
        ({"what": "open", "item": "3"}, None),
        ({"what": "open", "item": True}, None),
        ({"what": "open", "item": -3}, None),
        ({"what": "open", "item": 2**63}, None),
        ({"what": "remove", "item": 3}, None),
        ({"what": ["open"], "item": 3}, None),
        ({"what": "new"}, None),
        ({"what": "new", "day": "2026-06-31"}, None),
        ({"what": "new", "day": "2066-06-12"}, None),
        ({"what": "move", "item": 3, "day": "x" * 10_000, "seen": ""}, None),
        ({"what": "move", "item": 3, "day": 20, "seen": ""}, None),
        ({"what": "move", "item": 3, "day": "2026-06-12", "seen": {}}, None),
    ],
)
def test_what_a_browser_asks_is_looked_at(told: Any, asked: Asked | None) -> None:
    assert asked_of(told, TODAY) == asked

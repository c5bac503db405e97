"""The radar: where tools stand on it, and what it draws."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

import pytest

from dashboard.charts.tools import EDGES, STAGE_COLOURS, Blip, named, places_of, radar_chart, tool_days
from dashboard.words.tools import stage_names

BLIP = Blip(1, "Kettlebird", "adopted", 0, 12, "Jun 1")


@pytest.mark.parametrize(("stage", "ring"), [("adopted", 0), ("discussed", 1), ("contested", 1), ("sighted", 3)])
def test_a_tool_stands_in_the_ring_of_its_stage(stage: str, ring: int) -> None:
    ((x, y),) = places_of([replace(BLIP, stage=stage)], 3)
    assert EDGES[ring] < math.hypot(x, y) < EDGES[ring + 1]


def test_tools_of_one_cell_stand_apart_and_in_their_sector() -> None:
    places = places_of([replace(BLIP, id=k, sector=1) for k in range(6)], 4)
    assert len({(round(x, 3), round(y, 3)) for x, y in places}) == 6
    assert all(x > 0 > y for x, y in places)  # the second quarter, clockwise from the top
    assert places_of([], 0) == []


def test_a_crowd_of_names_does_not_run_together() -> None:
    crowd = [replace(BLIP, id=k, name=f"Kettlebird {k}", sector=1) for k in range(30)]
    told = named(crowd, places_of(crowd, 6))
    assert told[0] == "Kettlebird 0"  # the first are named first
    assert 3 <= sum(map(bool, told)) <= 15
    assert named(crowd[:2], [(0.0, 0.0), (3.0, 0.0)]) == ["Kettlebird 0", "Kettlebird 1"]


def test_spokes_and_colours_are_those_that_are_needed() -> None:
    words = {"posts": "Posts", "first_seen": "First seen", "stage": "Stage"}
    one = radar_chart([BLIP], ["All"], stage_names(), **words).to_dict()
    two = radar_chart([BLIP], ["Feeds", "Rest"], stage_names(), **words).to_dict()
    assert len(two["layer"]) == len(one["layer"]) + 1
    assert one["layer"][-1]["encoding"]["color"]["scale"] == {
        "domain": [stage_names()["adopted"]],
        "range": [STAGE_COLOURS["adopted"]],
    }


def test_days_without_posts_are_drawn_too() -> None:
    drawn = tool_days([(date(2026, 6, 1), 0), (date(2026, 6, 2), 3)], posts="Posts", date_format="%d/%m").to_dict()
    assert [row["posts"] for row in next(iter(drawn["datasets"].values()))] == [0, 3]

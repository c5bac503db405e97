"""The radar: where tools stand on it, and what it draws."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from datetime import date

import pytest
import vl_convert

from dashboard.charts.tools import EDGES, SIDE, STAGE_COLOURS, Blip, labels_of, places_of, radar_chart, tool_days
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


def test_no_name_runs_into_another_a_point_or_a_word_of_the_radar() -> None:
    stages = list(STAGE_COLOURS)
    crowd = [replace(BLIP, id=k, name=f"Kettlebird {k}", sector=k % 5, stage=stages[k % 4]) for k in range(30)]
    places = places_of(crowd, 5)
    for letter, line in ((0.105, 0.26), (0.18, 0.45)):
        told = labels_of(crowd, places, letter, line, [("Adopted", 0.4, 1.58)])
        assert told[0][0] == "Kettlebird 0"  # the first are named first
        shown = [(name, x, y) for name, x, y in told if name]
        assert 3 <= len(shown) <= 30
        boxes = [(x, y, len(name) * letter / 2) for name, x, y in shown]
        boxes += [(x, y, line / 2) for x, y in places] + [(0.4, 1.58, 7 * letter / 2)]
        for place, (x, y, half) in enumerate(boxes[: len(shown)]):
            assert abs(x) + half <= SIDE
            for other, (a, b, wide) in enumerate(boxes):
                apart = abs(x - a) >= half + wide - 1e-9 or abs(y - b) >= 0.95 * line - 1e-9
                assert other == place or apart
    assert len(shown) < 30  # on a phone some are told on hover
    assert [name for name, _x, _y in labels_of(crowd[:2], [(0.0, 0.0), (2.0, 0.0)])] == ["Kettlebird 0", "Kettlebird 1"]


@pytest.mark.parametrize(("wide", "high"), [(900, 540), (340, 540)])
def test_the_radar_is_round_at_any_width(wide: int, high: int) -> None:
    """The ring is drawn by the renderer that documents use, and measured in pixels."""
    words = {"posts": "Posts", "first_seen": "First seen", "stage": "Stage"}
    chart = radar_chart([BLIP], ["All"], stage_names(), **words).properties(width=wide, height=high)
    svg = vl_convert.vegalite_to_svg(chart.to_dict(), vl_version="6.1")
    rings = [d for d in re.findall(r' d="(M[^"]+)"', svg) if d.count("L") == 72]
    assert len(rings) == 4
    for ring in rings:
        spots = [tuple(map(float, spot.split(","))) for spot in re.split("[ML]", ring)[1:]]
        across, upwards = (max(axis) - min(axis) for axis in zip(*spots, strict=True))
        assert across == pytest.approx(upwards, rel=0.01)


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

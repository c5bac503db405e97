"""The radar of new tools, and their posts over time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import altair as alt
import pandas as pd

from dashboard.charts.unchecked import where_picked

STAGE_COLOURS = {
    "sighted": "#8796a5",
    "picked": "#3b6fc4",
    "discussed": "#0f8aa6",
    "adopted": "#2f8f6b",
    "contested": "#c2513f",
}
# Rings from the middle: what is adopted stands there. What is contested is discussed, in its own colour.
RINGS = ("adopted", "discussed", "picked", "sighted")
GREY = "#8796a5"
NAMES = "#74818d"  # as far from white as from the dark page
LETTER, LINE = 0.105, 0.26  # width of a letter and height of a line of names, in units of the radar, on a desk
ON_PHONE = 1.75  # times that on a phone
PHONE = 480  # pixels; below that a chart is on a phone
LONGEST = 20  # letters of a name that are written
EDGES = (0.0, 1.7, 2.7, 3.4, 4.0)  # the inner ones are wider: there is less room in them
SIDE = EDGES[-1] + 0.7  # from the middle to the side of the chart


@dataclass(frozen=True, slots=True)
class Blip:
    """One tool on the radar."""

    id: int
    name: str
    stage: str
    sector: int
    posts: int
    first_seen: str


def _ring(stage: str) -> int:
    return RINGS.index("discussed" if stage == "contested" else stage)


def places_of(blips: Sequence[Blip], sectors: int) -> list[tuple[float, float]]:
    """(x, y) of each blip, apart from each other within its ring and sector."""
    cells: dict[tuple[int, int], list[int]] = {}
    for number, blip in enumerate(blips):
        cells.setdefault((blip.sector, _ring(blip.stage)), []).append(number)
    places = [(0.0, 0.0)] * len(blips)
    width = 2 * math.pi / max(1, sectors)
    for (sector, ring), members in cells.items():
        for seat, number in enumerate(members):
            angle = sector * width + width * (seat + 1) / (len(members) + 1)
            # Neighbours on one arc stand at different heights of the ring, so that their names do not meet.
            share = 0.6 if len(members) == 1 else 0.42 + 0.42 * (seat % 2)
            radius = EDGES[ring] + share * (EDGES[ring + 1] - EDGES[ring])
            places[number] = (radius * math.sin(angle), radius * math.cos(angle))
    return places


def labels_of(
    blips: Sequence[Blip],
    places: Sequence[tuple[float, float]],
    letter: float = LETTER,
    line: float = LINE,
    others: Sequence[tuple[str, float, float]] = (),
) -> list[tuple[str, float, float]]:
    """(name, x, y) of what is written beside each blip, "" where no side of it is free of other names and of points.

    The first are named first; the others are told on hover. `letter` and `line` are the size of a letter in units of
    the radar, which are fewer pixels on a phone; `others` are words that stand there already.
    """
    taken = [(x, y, line / 2) for x, y in places]  # x, y and half the width
    taken += [(x, y, len(words) * letter / 2) for words, x, y in others]
    told = []
    for blip, (x, y) in zip(blips, places, strict=True):
        half = min(len(blip.name), LONGEST) * letter / 2
        beside = half + line
        sides = ((x, y + line), (x, y - line), (x + beside, y), (x - beside, y))
        free = next((s for s in sides if _is_free(s, half, line, taken)), None)
        if free is None:
            told.append(("", x, y))
            continue
        taken.append((*free, half))
        told.append((blip.name, *free))
    return told


def _is_free(side: tuple[float, float], half: float, line: float, taken: Sequence[tuple[float, float, float]]) -> bool:
    """Whether a name there lies on the radar and meets no other."""
    x, y = side
    inside = abs(x) + half <= SIDE
    return inside and all(abs(x - a) >= half + b or abs(y - other) >= 0.95 * line for a, other, b in taken)


def radar_chart(
    blips: Sequence[Blip], sectors: Sequence[str], stages: dict[str, str], *, posts: str, first_seen: str, stage: str
) -> alt.LayerChart:
    """Tools as points: rings by stage, sectors by theme, with their numbers. A click selects `tool`."""
    spots = places_of(blips, len(sectors))
    desk, phone = (
        labels_of(blips, spots, LETTER * times, LINE * times, _written(stages, len(sectors), LETTER * times))
        for times in (1.0, ON_PHONE)
    )
    marks = pd.DataFrame(
        {
            "tool": [blip.id for blip in blips],
            "name": [blip.name for blip in blips],
            "stage": [stages[blip.stage] for blip in blips],
            "posts": [blip.posts for blip in blips],
            "first": [blip.first_seen for blip in blips],
            "x": [x for x, _ in spots],
            "y": [y for _, y in spots],
        }
    )
    used = {blip.stage for blip in blips}
    layers = [
        _circles(),
        *([_spokes(len(sectors))] if len(sectors) > 1 else []),
        _ring_names(stages),
        _sector_numbers(len(sectors)),
        _names(desk, f"width >= {PHONE}"),
        _names(phone, f"width < {PHONE}"),
        _points(
            marks,
            {stages[name]: colour for name, colour in STAGE_COLOURS.items() if name in used},
            titles={"stage": stage, "posts": posts, "first": first_seen},
        ),
    ]
    chart: alt.LayerChart = alt.layer(*layers).properties(height=540).configure_view(stroke=None)
    return chart


def _axis(name: Literal["x", "y"]) -> alt.X | alt.Y:
    # A unit is as long across as upwards, whatever room the page gives: the radar is round.
    ratio = "width / height" if name == "x" else "height / width"
    ends = [alt.ExprRef(f"{sign}{SIDE} * max(1, {ratio})") for sign in ("-", "")]
    scale = alt.Scale(domain=ends, nice=False, zero=False)
    return alt.X("x:Q", axis=None, scale=scale) if name == "x" else alt.Y("y:Q", axis=None, scale=scale)


def _written(stages: dict[str, str], sectors: int, letter: float) -> list[tuple[str, float, float]]:
    """(words, x, y) of the names of rings, right of the middle, and of the numbers of sectors."""
    rings = [(stages[name], len(stages[name]) * letter / 2, EDGES[r + 1] - 0.12) for r, name in enumerate(RINGS)]
    width = 2 * math.pi / max(1, sectors)
    ends = [_at((k + 0.5) * width, EDGES[-1] + 0.35) for k in range(sectors)]
    return rings + [("00", end["x"], end["y"]) for end in ends]


def _names(labels: Sequence[tuple[str, float, float]], where: str) -> alt.Chart:
    """The names, drawn where the chart has such a width."""
    frame = pd.DataFrame(labels, columns=["label", "x", "y"])
    chart: alt.Chart = (
        alt.Chart(frame)
        .transform_calculate(told=f"{where} ? datum.label : ''")
        .mark_text(fontSize=12, limit=140, color=NAMES, baseline="middle")
        .encode(x=_axis("x"), y=_axis("y"), text="told:N")
    )
    return chart


def _at(angle: float, radius: float) -> dict[str, float]:
    return {"x": radius * math.sin(angle), "y": radius * math.cos(angle)}


def _circles() -> alt.Chart:
    rings = [{"ring": r, "order": k, **_at(k * math.pi / 36, r)} for r in EDGES[1:] for k in range(73)]
    chart: alt.Chart = (
        alt.Chart(pd.DataFrame(rings))
        .mark_line(color=GREY, opacity=0.45)
        .encode(x=_axis("x"), y=_axis("y"), detail="ring:N", order="order:Q")
    )
    return chart


def _spokes(sectors: int) -> alt.Chart:
    ends = [_at(k * 2 * math.pi / sectors, EDGES[-1]) for k in range(sectors)]
    spokes = [{"x": 0.0, "y": 0.0, "x2": end["x"], "y2": end["y"]} for end in ends]
    chart: alt.Chart = (
        alt.Chart(pd.DataFrame(spokes))
        .mark_rule(color=GREY, opacity=0.3)
        .encode(x=_axis("x"), y=_axis("y"), x2=alt.X2("x2:Q"), y2=alt.Y2("y2:Q"))
    )
    return chart


def _sector_numbers(sectors: int) -> alt.Chart:
    width = 2 * math.pi / max(1, sectors)
    numbers = [{**_at((k + 0.5) * width, EDGES[-1] + 0.35), "number": str(k + 1)} for k in range(sectors)]
    chart: alt.Chart = (
        alt.Chart(pd.DataFrame(numbers))
        .mark_text(fontSize=13, fontWeight="bold", color=GREY, clip=True)
        .encode(x=_axis("x"), y=_axis("y"), text="number:N")
    )
    return chart


def _ring_names(stages: dict[str, str]) -> alt.Chart:
    names = [{"x": 0.0, "y": EDGES[r + 1] - 0.12, "name": stages[name]} for r, name in enumerate(RINGS)]
    chart: alt.Chart = (
        alt.Chart(pd.DataFrame(names))
        .mark_text(fontSize=10, color=GREY, opacity=0.9, dx=3, align="left", clip=True)
        .encode(x=_axis("x"), y=_axis("y"), text="name:N")
    )
    return chart


def _points(marks: pd.DataFrame, colours: dict[str, str], titles: dict[str, str]) -> alt.Chart:
    """`colours` by the name of a stage; `titles` of the columns stage, posts and first."""
    picked = alt.selection_point(fields=["tool"], name="tool", on="click", empty=True)
    chart: alt.Chart = (
        alt.Chart(marks)
        .mark_circle(cursor="pointer", stroke="white", strokeWidth=1)
        .encode(
            x=_axis("x"),
            y=_axis("y"),
            size=alt.Size("posts:Q", legend=None, scale=alt.Scale(range=[80, 300])),
            color=alt.Color(
                "stage:N",
                title=None,
                scale=alt.Scale(domain=list(colours), range=list(colours.values())),
                legend=alt.Legend(orient="bottom", columns=5),
            ),
            opacity=where_picked(alt.OpacityValue, picked, 0.95, 0.3),
            tooltip=[
                alt.Tooltip("name:N", title=" "),
                alt.Tooltip("stage:N", title=titles["stage"]),
                alt.Tooltip("posts:Q", title=titles["posts"]),
                alt.Tooltip("first:N", title=titles["first"]),
            ],
        )
        .add_params(picked)
    )
    return chart


def tool_days(rows: Sequence[tuple[date, int]], *, posts: str, date_format: str) -> alt.Chart:
    """(first day of a stretch, posts) that name a tool. A click selects `day`."""
    frame = pd.DataFrame({"day": [pd.Timestamp(d) for d, _ in rows], "posts": [n for _, n in rows]})
    picked = alt.selection_point(fields=["day"], name="day", on="click", empty=True)
    chart: alt.Chart = (
        alt.Chart(frame)
        .mark_bar(color="#0f8aa6", cursor="pointer")
        .encode(
            x=alt.X(
                "yearmonthdate(day):T",
                title=None,
                axis=alt.Axis(format=date_format, tickCount=8, labelOverlap=True),
            ),
            y=alt.Y("posts:Q", title=None, axis=alt.Axis(tickMinStep=1, tickCount=4)),
            opacity=where_picked(alt.OpacityValue, picked, 1.0, 0.4),
            tooltip=[alt.Tooltip("day:T", format=date_format, title=" "), alt.Tooltip("posts:Q", title=posts)],
        )
        .add_params(picked)
        .properties(height=180)
    )
    return chart

"""The radar of new tools, and their posts over time. No Streamlit here."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import altair as alt
import pandas as pd

STAGE_COLOURS = {
    "sighted": "#8796a5",
    "picked": "#3b6fc4",
    "discussed": "#0f8aa6",
    "adopted": "#2f8f6b",
    "contested": "#c2513f",
}
# Rings from the middle: what is adopted stands there. What is contested is discussed, in its own colour.
RINGS = ("adopted", "discussed", "picked", "sighted")
EDGES = (0.0, 1.7, 2.7, 3.4, 4.0)  # the inner ones are wider: there is less room in them


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
    found = [(0.0, 0.0)] * len(blips)
    width = 2 * math.pi / max(1, sectors)
    for (sector, ring), members in cells.items():
        for place, number in enumerate(members):
            angle = sector * width + width * (place + 1) / (len(members) + 1)
            # Neighbours on one arc stand at different heights of the ring, so that their names do not meet.
            share = 0.6 if len(members) == 1 else 0.42 + 0.42 * (place % 2)
            radius = EDGES[ring] + share * (EDGES[ring + 1] - EDGES[ring])
            found[number] = (radius * math.sin(angle), radius * math.cos(angle))
    return found


def radar_chart(
    blips: Sequence[Blip], sectors: Sequence[str], stages: dict[str, str], *, posts: str, first_seen: str, stage: str
) -> alt.LayerChart:
    """Tools as points: rings by stage, sectors by theme, with their numbers. A click selects `tool`."""
    spots = places_of(blips, len(sectors))
    rings = pd.DataFrame(
        [
            {"ring": r, "order": k, "x": r * math.sin(k * math.pi / 36), "y": r * math.cos(k * math.pi / 36)}
            for r in EDGES[1:]
            for k in range(73)
        ]
    )
    size = EDGES[-1]
    width = 2 * math.pi / max(1, len(sectors))
    spokes = pd.DataFrame(
        [
            {"x": 0.0, "y": 0.0, "x2": size * math.sin(k * width), "y2": size * math.cos(k * width)}
            for k in range(len(sectors) if len(sectors) > 1 else 0)
        ]
    )
    numbers = pd.DataFrame(
        [
            {
                "x": (size + 0.35) * math.sin((k + 0.5) * width),
                "y": (size + 0.35) * math.cos((k + 0.5) * width),
                "number": str(k + 1),
            }
            for k in range(len(sectors))
        ]
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
    edge = size + 0.7
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[-edge, edge]))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[-edge, edge]))
    grey = "#8796a5"
    circles = alt.Chart(rings).mark_line(color=grey, opacity=0.45).encode(x=x, y=y, detail="ring:N", order="order:Q")
    lines = alt.Chart(spokes).mark_rule(color=grey, opacity=0.3).encode(x=x, y=y, x2="x2:Q", y2="y2:Q")
    titles = (
        alt.Chart(numbers)
        .mark_text(fontSize=13, fontWeight="bold", color=grey, clip=True)
        .encode(x=x, y=y, text="number:N")
    )
    rows = [{"x": 0.0, "y": EDGES[r + 1] - 0.12, "name": stages[name]} for r, name in enumerate(RINGS)]
    labels = (
        alt.Chart(pd.DataFrame(rows))
        .mark_text(fontSize=10, color=grey, opacity=0.9, dx=3, align="left", clip=True)
        .encode(x=x, y=y, text="name:N")
    )
    picked = alt.selection_point(fields=["tool"], name="tool", on="click", empty=True)
    order = [name for name in STAGE_COLOURS if name in {blip.stage for blip in blips}]
    base = alt.Chart(marks).encode(x=x, y=y)
    points = (
        base.mark_circle(cursor="pointer", stroke="white", strokeWidth=1)
        .encode(
            size=alt.Size("posts:Q", legend=None, scale=alt.Scale(range=[90, 500])),
            color=alt.Color(
                "stage:N",
                title=None,
                scale=alt.Scale(domain=[stages[s] for s in order], range=[STAGE_COLOURS[s] for s in order]),
                legend=alt.Legend(orient="bottom", columns=5),
            ),
            opacity=alt.condition(picked, alt.value(0.95), alt.value(0.3)),
            tooltip=[
                alt.Tooltip("name:N", title=" "),
                alt.Tooltip("stage:N", title=stage),
                alt.Tooltip("posts:Q", title=posts),
                alt.Tooltip("first:N", title=first_seen),
            ],
        )
        .add_params(picked)
    )
    words = base.mark_text(fontSize=11, dy=-14, limit=130, clip=True).encode(text="name:N", color=alt.value(grey))
    layers = [circles, *([lines] if len(sectors) > 1 else []), labels, titles, words, points]
    return alt.layer(*layers).properties(height=520).configure_view(stroke=None)


def tool_days(rows: Sequence[tuple[date, int]], *, posts: str, date_format: str) -> alt.Chart:
    """(first day of a stretch, posts) that name a tool. A click selects `day`."""
    frame = pd.DataFrame({"day": [pd.Timestamp(d) for d, _ in rows], "posts": [n for _, n in rows]})
    picked = alt.selection_point(fields=["day"], name="day", on="click", empty=True)
    return (
        alt.Chart(frame)
        .mark_bar(color="#0f8aa6", cursor="pointer")
        .encode(
            x=alt.X(
                "yearmonthdate(day):T",
                title=None,
                axis=alt.Axis(format=date_format, tickCount=8, labelOverlap=True),
            ),
            y=alt.Y("posts:Q", title=None, axis=alt.Axis(tickMinStep=1, tickCount=4)),
            opacity=alt.condition(picked, alt.value(1.0), alt.value(0.4)),
            tooltip=[alt.Tooltip("day:T", format=date_format, title=" "), alt.Tooltip("posts:Q", title=posts)],
        )
        .add_params(picked)
        .properties(height=180)
    )

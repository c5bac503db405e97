"""Charts of debates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import altair as alt
import pandas as pd

from dashboard.charts.unchecked import where_picked
from data.debates.findings import Camp
from insights.debates.course import Share

SIDE_COLOURS = {1: "#0f8aa6", -1: "#d9822b", 0: "#8796a5"}


@dataclass(frozen=True, slots=True)
class ArgumentMark:
    """An argument on the map: the mean position of its posts from -1 to 1, and its exact words."""

    side: int
    number: int
    position: float
    people: int
    posts: int
    said: str


def _colour(names: Mapping[int, str], *, legend: bool = True) -> alt.Color:
    order = [side for side in (1, 0, -1) if side in names]
    return alt.Color(
        "name:N",
        title=None,
        scale=alt.Scale(domain=[names[s] for s in order], range=[SIDE_COLOURS[s] for s in order]),
        legend=alt.Legend(orient="top", columns=3, labelLimit=260) if legend else None,
    )


def balance_chart(
    camps: Sequence[Camp], names: Mapping[int, str], *, people: str, posts: str, legend: bool
) -> alt.Chart:
    """Camps as one bar, by their people. A click selects `side`."""
    frame = pd.DataFrame(
        {
            "side": [camp.side for camp in camps],
            "name": [names[camp.side] for camp in camps],
            "people": [camp.people for camp in camps],
            "posts": [camp.posts for camp in camps],
            "row": ["" for _ in camps],
            "order": [{1: 0, 0: 1, -1: 2}[camp.side] for camp in camps],
        }
    )
    picked = alt.selection_point(fields=["side"], name="side", on="click", empty=True)
    chart: alt.Chart = (
        alt.Chart(frame)
        .mark_bar(cursor="pointer")
        .encode(
            x=alt.X("people:Q", stack="normalize", title=None, axis=None),
            y=alt.Y("row:N", axis=None, title=None),
            color=_colour({camp.side: names[camp.side] for camp in camps}, legend=legend),
            order="order:Q",
            opacity=where_picked(alt.OpacityValue, picked, 1.0, 0.4),
            tooltip=[
                alt.Tooltip("name:N", title=" "),
                alt.Tooltip("people:Q", title=people),
                alt.Tooltip("posts:Q", title=posts),
            ],
        )
        .add_params(picked)
        .properties(height=96 if legend else 34)
    )
    return chart


def argument_map(
    marks: Sequence[ArgumentMark],
    names: Mapping[int, str],
    *,
    people: str,
    posts: str,
    left: str,
    right: str,
    said: str,
) -> alt.Chart:
    """Arguments by where they stand and how many people make them. A click selects `key`: "side:number"."""
    frame = pd.DataFrame(
        {
            "key": [f"{mark.side}:{mark.number}" for mark in marks],
            "name": [names[mark.side] for mark in marks],
            "position": [mark.position for mark in marks],
            "people": [mark.people for mark in marks],
            "posts": [mark.posts for mark in marks],
            "said": [mark.said for mark in marks],
        }
    )
    picked = alt.selection_point(fields=["key"], name="key", on="click", empty=True)
    words = f"datum.value < -0.5 ? '{_quoted(left)}' : datum.value > 0.5 ? '{_quoted(right)}' : ''"
    chart: alt.Chart = (
        alt.Chart(frame)
        .mark_circle(cursor="pointer", stroke="white", strokeWidth=1)
        .encode(
            x=alt.X(
                "position:Q",
                title=None,
                scale=alt.Scale(domain=[-1.08, 1.08]),
                axis=alt.Axis(values=[-1, 0, 1], labelExpr=words, grid=True, ticks=False),
            ),
            y=alt.Y("people:Q", title=people, axis=alt.Axis(tickMinStep=1, tickCount=5), scale=alt.Scale(zero=True)),
            size=alt.Size("posts:Q", legend=None, scale=alt.Scale(range=[120, 1_100])),
            color=_colour(names),
            opacity=where_picked(alt.OpacityValue, picked, 0.85, 0.25),
            tooltip=[
                alt.Tooltip("said:N", title=said),
                alt.Tooltip("people:Q", title=people),
                alt.Tooltip("posts:Q", title=posts),
            ],
        )
        .add_params(picked)
        .properties(height=320)
    )
    return chart


def _quoted(words: str) -> str:
    return words.replace("\\", " ").replace("'", "’")


def weeks_chart(
    rows: Sequence[tuple[date, int, int]], names: Mapping[int, str], *, posts: str, date_format: str
) -> alt.Chart:
    """(first day of a stretch, side, posts): heat of a debate over time. A click selects `side`."""
    frame = pd.DataFrame(
        {
            "when": [pd.Timestamp(day) for day, _, _ in rows],
            "side": [side for _, side, _ in rows],
            "name": [names[side] for _, side, _ in rows],
            "posts": [number for _, _, number in rows],
        }
    )
    picked = alt.selection_point(fields=["side"], name="side", on="click", empty=True)
    chart: alt.Chart = (
        alt.Chart(frame)
        .mark_bar(cursor="pointer")
        .encode(
            x=alt.X(
                "yearmonthdate(when):O",
                title=None,
                axis=alt.Axis(format=date_format, formatType="time", labelAngle=0, labelOverlap=True),
            ),
            y=alt.Y("posts:Q", title=None, axis=alt.Axis(tickMinStep=1, tickCount=4)),
            color=_colour(names),
            opacity=where_picked(alt.OpacityValue, picked, 1.0, 0.4),
            tooltip=[
                alt.Tooltip("when:T", format=date_format, title=" "),
                alt.Tooltip("name:N", title=" "),
                alt.Tooltip("posts:Q", title=posts),
            ],
        )
        .add_params(picked)
        .properties(height=220)
    )
    return chart


def share_chart(
    rows: Sequence[Share],
    *,
    colour: str,
    share: str,
    range_: str,
    people: str,
    date_format: str,
) -> alt.LayerChart:
    """The share of one camp among people so far, with its interval."""
    frame = pd.DataFrame(
        {
            "day": [pd.Timestamp(row.day) for row in rows],
            "share": [row.value for row in rows],
            "low": [row.low for row in rows],
            "high": [row.high for row in rows],
            "range": [f"{row.low:.0%} - {row.high:.0%}" for row in rows],
            "people": [row.people for row in rows],
        }
    )
    x = alt.X("day:T", title=None, axis=alt.Axis(format=date_format, tickCount=6, labelOverlap=True))
    y = alt.Y("share:Q", title=None, scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format="%", tickCount=5))
    base = alt.Chart(frame)
    band = base.mark_area(color=colour, opacity=0.18).encode(
        x=x, y=alt.Y("low:Q", scale=alt.Scale(domain=[0, 1])), y2=alt.Y2("high:Q")
    )
    line = base.mark_line(color=colour, strokeWidth=2, point=True).encode(
        x=x,
        y=y,
        tooltip=[
            alt.Tooltip("day:T", format=date_format, title=" "),
            alt.Tooltip("share:Q", format=".0%", title=share),
            alt.Tooltip("range:N", title=range_),
            alt.Tooltip("people:Q", title=people),
        ],
    )
    chart: alt.LayerChart = (band + line).properties(height=200)
    return chart

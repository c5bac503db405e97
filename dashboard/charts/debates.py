"""Charts of debates. No Streamlit here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import altair as alt
import pandas as pd

SIDE_COLOURS = {1: "#0f8aa6", -1: "#d9822b", 0: "#8796a5"}


def _colour(names: dict[int, str], *, legend: bool = True) -> alt.Color:
    order = [side for side in (1, 0, -1) if side in names]
    return alt.Color(
        "name:N",
        title=None,
        scale=alt.Scale(domain=[names[s] for s in order], range=[SIDE_COLOURS[s] for s in order]),
        legend=alt.Legend(orient="top", columns=3, labelLimit=260) if legend else None,
    )


def balance_chart(
    rows: Sequence[tuple[int, int, int]], names: dict[int, str], *, people: str, posts: str, legend: bool
) -> alt.Chart:
    """(side, people, posts) as one bar. A click selects `side`."""
    frame = pd.DataFrame(
        {
            "side": [side for side, _, _ in rows],
            "name": [names[side] for side, _, _ in rows],
            "people": [number for _, number, _ in rows],
            "posts": [number for _, _, number in rows],
            "row": ["" for _ in rows],
            "order": [{1: 0, 0: 1, -1: 2}[side] for side, _, _ in rows],
        }
    )
    picked = alt.selection_point(fields=["side"], name="side", on="click", empty=True)
    return (
        alt.Chart(frame)
        .mark_bar(cursor="pointer")
        .encode(
            x=alt.X("people:Q", stack="normalize", title=None, axis=None),
            y=alt.Y("row:N", axis=None, title=None),
            color=_colour({side: names[side] for side, _, _ in rows}, legend=legend),
            order="order:Q",
            opacity=alt.condition(picked, alt.value(1.0), alt.value(0.4)),
            tooltip=[
                alt.Tooltip("name:N", title=" "),
                alt.Tooltip("people:Q", title=people),
                alt.Tooltip("posts:Q", title=posts),
            ],
        )
        .add_params(picked)
        .properties(height=96 if legend else 34)
    )


def argument_map(
    rows: Sequence[tuple[int, int, float, int, int, str]],
    names: dict[int, str],
    *,
    people: str,
    posts: str,
    left: str,
    right: str,
    said: str,
) -> alt.Chart:
    """(side, argument, position, people, posts, quote): arguments by where they stand and how many people make them.
    A click selects `key`."""
    frame = pd.DataFrame(
        {
            "key": [f"{side}:{argument}" for side, argument, *_ in rows],
            "name": [names[row[0]] for row in rows],
            "position": [row[2] for row in rows],
            "people": [row[3] for row in rows],
            "posts": [row[4] for row in rows],
            "said": [row[5] for row in rows],
        }
    )
    picked = alt.selection_point(fields=["key"], name="key", on="click", empty=True)
    words = f"datum.value < -0.5 ? '{_quoted(left)}' : datum.value > 0.5 ? '{_quoted(right)}' : ''"
    return (
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
            opacity=alt.condition(picked, alt.value(0.85), alt.value(0.25)),
            tooltip=[
                alt.Tooltip("said:N", title=said),
                alt.Tooltip("people:Q", title=people),
                alt.Tooltip("posts:Q", title=posts),
            ],
        )
        .add_params(picked)
        .properties(height=320)
    )


def _quoted(words: str) -> str:
    return words.replace("\\", " ").replace("'", "’")


def weeks_chart(
    rows: Sequence[tuple[date, int, int]], names: dict[int, str], *, posts: str, date_format: str
) -> alt.Chart:
    """(first day of a stretch, side, posts): heat of a debate over time. A click selects `when` and `side`."""
    frame = pd.DataFrame(
        {
            "when": [pd.Timestamp(day) for day, _, _ in rows],
            "side": [side for _, side, _ in rows],
            "name": [names[side] for _, side, _ in rows],
            "posts": [number for _, _, number in rows],
        }
    )
    picked = alt.selection_point(fields=["side"], name="side", on="click", empty=True)
    return (
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
            opacity=alt.condition(picked, alt.value(1.0), alt.value(0.4)),
            tooltip=[
                alt.Tooltip("when:T", format=date_format, title=" "),
                alt.Tooltip("name:N", title=" "),
                alt.Tooltip("posts:Q", title=posts),
            ],
        )
        .add_params(picked)
        .properties(height=220)
    )


def share_chart(
    rows: Sequence[tuple[date, float, float, float, int]],
    *,
    colour: str,
    share: str,
    range_: str,
    people: str,
    date_format: str,
) -> alt.LayerChart:
    """(day, share, low, high, people who had spoken): the share of one camp among people so far, with its interval."""
    frame = pd.DataFrame(
        {
            "day": [pd.Timestamp(row[0]) for row in rows],
            "share": [row[1] for row in rows],
            "low": [row[2] for row in rows],
            "high": [row[3] for row in rows],
            "range": [f"{row[2]:.0%} - {row[3]:.0%}" for row in rows],
            "people": [row[4] for row in rows],
        }
    )
    x = alt.X("day:T", title=None, axis=alt.Axis(format=date_format, tickCount=6, labelOverlap=True))
    y = alt.Y("share:Q", title=None, scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format="%", tickCount=5))
    base = alt.Chart(frame)
    band = base.mark_area(color=colour, opacity=0.18).encode(
        x=x, y=alt.Y("low:Q", scale=alt.Scale(domain=[0, 1])), y2="high:Q"
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
    return (band + line).properties(height=200)

"""Findings -> Altair charts. No Streamlit here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from statistics import median
from textwrap import shorten

import altair as alt
import pandas as pd

from dashboard.charts.days import ticks
from dashboard.charts.unchecked import where_picked
from data.figures import Day, in_steps, step_of
from data.models import OTHER_LANGUAGE, day_to_date
from data.schema import MAP_CELLS
from data.topics.listing import MapMark
from insights.topics.trends import Anomaly

COLOURS = {"negative": "#c2513f", "neutral": "#8796a5", "positive": "#2f8f6b", "unsure": "#c9b458"}
NOT_READ = {OTHER_LANGUAGE: "#c9d1d8"}
ACCENT = "#0f8aa6"
ROOM_OF_NAMES = alt.ExprRef("containerSize()[0] < 480 ? 130 : 230")  # pixels, on a phone and on a desk


def _day_axis(days: Sequence[Day], date_format: str) -> alt.Axis:
    """Days of the period alone: the end of its last day is no day of it."""
    shown = ticks([day_to_date(item.day).isoformat() for item in days])
    marks = [alt.DateTime(year=day.year, month=day.month, date=day.day) for day in shown]
    return alt.Axis(format=date_format, values=marks, labelOverlap=True, grid=False)


def volume_chart(
    days: Sequence[Day], unusual: Sequence[Anomaly], *, posts: str, title: str, expected: str, date_format: str
) -> alt.LayerChart:
    """Posts a day as bars; days that stand out carry a mark with their threshold. A click selects `day`."""
    marked = {item.index: item for item in unusual}
    frame = pd.DataFrame(
        {
            "day": [pd.Timestamp(day_to_date(d.day)) for d in days],
            "posts": [d.posts for d in days],
            "expected": [round(marked[i].expected) if i in marked else None for i in range(len(days))],
            "threshold": [round(marked[i].threshold) if i in marked else None for i in range(len(days))],
        }
    )
    picked = alt.selection_point(fields=["day"], name="day", on="click", empty=True)
    # The axis of whole days; bars of one day each, whatever the period.
    x = alt.X("yearmonthdate(day):T", title=None, axis=_day_axis(days, date_format))
    tooltip = [alt.Tooltip("day:T", format=date_format, title=" "), alt.Tooltip("posts:Q", title=posts)]
    bars = (
        alt.Chart(frame)
        .mark_bar(color=ACCENT, cursor="pointer", cornerRadiusTopLeft=2, cornerRadiusTopRight=2)
        .encode(
            x=x,
            y=alt.Y("posts:Q", title=None, axis=alt.Axis(tickMinStep=1, tickCount=4)),
            opacity=where_picked(alt.OpacityValue, picked, 1.0, 0.3),
            tooltip=tooltip,
        )
        .add_params(picked)
    )
    flags = (
        alt.Chart(frame[frame["threshold"].notna()])
        .mark_point(shape="triangle-down", filled=True, size=90, color=COLOURS["negative"], yOffset=-8)
        .encode(
            x=x,
            y=alt.Y("posts:Q"),
            tooltip=[*tooltip, alt.Tooltip("expected:Q", title=expected), alt.Tooltip("threshold:Q", title=title)],
        )
    )
    chart: alt.LayerChart = alt.layer(bars, flags, height=230)
    return chart


def sentiment_chart(days: Sequence[Day], labels: dict[str, str], *, date_format: str, posts: str) -> alt.Chart:
    """Posts by sentiment, a day (or a week, beyond 60 days) each. A click selects `sentiment`."""
    shown = {**COLOURS, **(NOT_READ if any(d.unread for d in days) else {})}
    frame = pd.DataFrame(
        {
            "day": pd.Timestamp(day_to_date(item.day)),
            "sentiment": name,
            "label": labels[name],
            "posts": item.unread if name in NOT_READ else getattr(item, name),
        }
        for item in in_steps(days, step_of(len(days)))
        for name in shown
    )
    picked = alt.selection_point(fields=["sentiment"], name="sentiment", on="click", empty=True)
    chart: alt.Chart = (
        alt.Chart(frame)
        .mark_bar(cursor="pointer")
        .encode(
            x=alt.X("yearmonthdate(day):T", title=None, axis=alt.Axis(format=date_format, tickCount=8)),
            y=alt.Y("posts:Q", title=None, axis=alt.Axis(tickMinStep=1, tickCount=4)),
            color=alt.Color(
                "label:N",
                title=None,
                scale=alt.Scale(domain=[labels[n] for n in shown], range=list(shown.values())),
                legend=alt.Legend(orient="top", columns=len(shown)),
            ),
            opacity=where_picked(alt.OpacityValue, picked, 1.0, 0.3),
            tooltip=[
                alt.Tooltip("day:T", format=date_format, title=" "),
                alt.Tooltip("label:N", title=" "),
                alt.Tooltip("posts:Q", title=posts),
            ],
        )
        .add_params(picked)
        .properties(height=230)
    )
    return chart


MAP_NAME = 26  # letters of a name on the map
MAP_LETTER, MAP_LINE = 0.0105, 0.03  # width of a letter and height of a line there, in shares of it
PALETTE = (
    "#0f8aa6",
    "#d9822b",
    "#6b5bd2",
    "#2f8f6b",
    "#c2513f",
    "#b8569b",
    "#7a8b2f",
    "#3b6fc4",
    "#a0713c",
    "#4aa3a2",
)


def topic_map(
    marks: Sequence[MapMark],
    cells: Sequence[tuple[int, int, int]],
    *,
    lang: str,
    topic: str,
    others: str,
    posts: str,
) -> alt.LayerChart | alt.FacetChart:
    """Posts in two dimensions, coloured by topic, over their density; topics are called as in `lang`. A box selects
    `area`, a click `mark`."""
    axis = alt.Axis(labels=False, ticks=False, grid=False, domain=False, title=None)
    scale = alt.Scale(domain=[0, 1], nice=False)
    ground = _density(cells, axis, scale, posts)
    dots = _dots(marks, axis, scale, lang, topic, others)
    return (ground + dots + _map_names(marks, axis, scale, lang)).properties(height=700)


def map_labels(marks: Sequence[MapMark], lang: str) -> list[tuple[str, float, float]]:
    """(name, x, y) of the largest topics, in the middle of their posts; a name that would meet one of a larger topic
    is left out, and told in the legend."""
    found: dict[int, list[MapMark]] = {}
    for mark in marks:
        found.setdefault(mark.topic_id, []).append(mark)
    told: list[tuple[str, float, float]] = []
    for held in sorted(found.values(), key=len, reverse=True)[: len(PALETTE)]:
        name = shorten(held[0].name.name_in(lang), MAP_NAME, placeholder="…")
        half = len(name) * MAP_LETTER / 2
        x = min(max(median(mark.x for mark in held), half), 1 - half)
        y = median(mark.y for mark in held)
        if all(abs(x - a) >= half + len(n) * MAP_LETTER / 2 or abs(y - b) >= MAP_LINE for n, a, b in told):
            told.append((name, x, y))
    return told


def _map_names(marks: Sequence[MapMark], axis: alt.Axis, scale: alt.Scale, lang: str) -> alt.LayerChart:
    frame = pd.DataFrame(map_labels(marks, lang), columns=["name", "x", "y"])
    written = alt.Chart(frame).encode(
        x=alt.X("x:Q", axis=axis, scale=scale), y=alt.Y("y:Q", axis=axis, scale=scale), text="name:N"
    )
    # Dark on a white edge: it reads on points of any colour, light or dark.
    edge = written.mark_text(fontSize=12, fontWeight="bold", stroke="#ffffff", strokeWidth=4, opacity=0.9)
    names: alt.LayerChart = edge + written.mark_text(fontSize=12, fontWeight="bold", color="#1d2a33")
    return names


def _density(cells: Sequence[tuple[int, int, int]], axis: alt.Axis, scale: alt.Scale, posts: str) -> alt.Chart:
    """The grey ground of the map: (column, row, posts) of its cells."""
    grid = pd.DataFrame(
        [
            {"x": c / MAP_CELLS, "x2": (c + 1) / MAP_CELLS, "y": r / MAP_CELLS, "y2": (r + 1) / MAP_CELLS, "posts": n}
            for c, r, n in cells
        ],
        columns=["x", "x2", "y", "y2", "posts"],
    )
    chart: alt.Chart = (
        alt.Chart(grid)
        .mark_rect(color="#8796a5")
        .encode(
            x=alt.X("x:Q", axis=axis, scale=scale),
            x2=alt.X2("x2:Q"),
            y=alt.Y("y:Q", axis=axis, scale=scale),
            y2=alt.Y2("y2:Q"),
            opacity=alt.Opacity("posts:Q", scale=alt.Scale(type="sqrt", range=[0.06, 0.45]), legend=None),
            tooltip=[alt.Tooltip("posts:Q", title=posts)],
        )
    )
    return chart


def _dots(marks: Sequence[MapMark], axis: alt.Axis, scale: alt.Scale, lang: str, topic: str, others: str) -> alt.Chart:
    """The posts of the map, those of the largest topics in colour."""
    sizes = Counter(mark.topic_id for mark in marks)
    largest = [number for number, _ in sizes.most_common(len(PALETTE))]
    names = {mark.topic_id: mark.name.name_in(lang) for mark in marks}
    # Two topics may carry one label: the number tells them apart.
    labels = {t: names[t] if list(names.values()).count(names[t]) == 1 else f"{names[t]} ({t})" for t in largest}
    points = pd.DataFrame(
        {
            "x": [mark.x for mark in marks],
            "y": [mark.y for mark in marks],
            "post": [mark.post_id for mark in marks],
            "topic": [names[mark.topic_id] for mark in marks],
            "group": [labels.get(mark.topic_id, others) for mark in marks],
        }
    )
    area = alt.selection_interval(name="area", encodings=["x", "y"])
    mark = alt.selection_point(name="mark", fields=["post"], on="click", empty=False)
    chart: alt.Chart = (
        alt.Chart(points)
        .mark_circle(cursor="pointer")
        .encode(
            x=alt.X("x:Q", axis=axis, scale=scale),
            y=alt.Y("y:Q", axis=axis, scale=scale),
            color=alt.Color(
                "group:N",
                title=None,
                scale=alt.Scale(
                    domain=[*(labels[t] for t in largest), others], range=[*PALETTE[: len(largest)], "#8796a5"]
                ),
                legend=alt.Legend(orient="bottom", columns=1, labelLimit=320, symbolLimit=12),
            ),
            size=where_picked(alt.SizeValue, mark, 140, 26),
            opacity=where_picked(alt.OpacityValue, area, 0.85, 0.25),
            tooltip=[alt.Tooltip("topic:N", title=topic)],
        )
        .add_params(area, mark)
    )
    return chart


def small_chart(days: Sequence[int], posts: Sequence[int], *, top: int, title: str, date_format: str) -> alt.Chart:
    """One topic's posts over time; `top` is the highest value of all the charts beside it."""
    frame = pd.DataFrame({"day": [pd.Timestamp(day_to_date(day)) for day in days], "posts": posts})
    chart: alt.Chart = (
        alt.Chart(frame)
        .mark_area(color=ACCENT, opacity=0.75, line={"color": ACCENT, "strokeWidth": 1.5})
        .encode(
            x=alt.X("yearmonthdate(day):T", title=None, axis=alt.Axis(format=date_format, tickCount=3, grid=False)),
            y=alt.Y("posts:Q", title=None, scale=alt.Scale(domain=[0, top]), axis=alt.Axis(tickCount=2, tickMinStep=1)),
            tooltip=[alt.Tooltip("day:T", format=date_format, title=" "), alt.Tooltip("posts:Q", title=title)],
        )
        .properties(height=110)
    )
    return chart


def months_chart(months: Sequence[tuple[int, int]], *, posts: str) -> alt.Chart:
    """A topic's posts a month over its whole life."""
    frame = pd.DataFrame(
        {"month": [pd.Timestamp(day_to_date(day)) for day, _ in months], "posts": [n for _, n in months]}
    )
    chart: alt.Chart = (
        alt.Chart(frame)
        .mark_bar(color=ACCENT)
        .encode(
            x=alt.X("yearmonth(month):T", title=None, axis=alt.Axis(format="%m/%Y", labelOverlap=True)),
            y=alt.Y("posts:Q", title=None, axis=alt.Axis(tickCount=3, tickMinStep=1)),
            tooltip=[alt.Tooltip("month:T", format="%m/%Y", title=" "), alt.Tooltip("posts:Q", title=posts)],
        )
        .properties(height=130)
    )
    return chart


def topics_chart(
    names: Sequence[str], ids: Sequence[int], posts: Sequence[int], trends: Sequence[str], title: str
) -> alt.Chart:
    """The largest topics as bars. A click selects `topic`."""
    frame = pd.DataFrame({"name": names, "topic": ids, "posts": posts, "trend": trends})
    picked = alt.selection_point(fields=["topic"], name="topic", on="click", empty=True)
    chart: alt.Chart = (
        alt.Chart(frame)
        .mark_bar(color=ACCENT, cursor="pointer", cornerRadiusEnd=2)
        .encode(
            y=alt.Y("name:N", sort=None, title=None, axis=alt.Axis(labelLimit=170, ticks=False, domain=False)),
            x=alt.X("posts:Q", title=None, axis=alt.Axis(tickMinStep=1, tickCount=4)),
            opacity=where_picked(alt.OpacityValue, picked, 1.0, 0.3),
            tooltip=[
                alt.Tooltip("name:N", title=" "),
                alt.Tooltip("posts:Q", title=title),
                alt.Tooltip("trend:N", title=" "),
            ],
        )
        .add_params(picked)
        .properties(height=max(120, 27 * len(names)))
    )
    return chart

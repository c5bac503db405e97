"""Findings -> Altair charts. No Streamlit here."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import pandas as pd

from data.figures import Day
from data.models import day_to_date
from insights.trends import Anomaly

COLOURS = {"negative": "#c2513f", "neutral": "#8796a5", "positive": "#2f8f6b", "unsure": "#c9b458"}
ACCENT = "#0f8aa6"


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
    x = alt.X("yearmonthdate(day):T", title=None, axis=alt.Axis(format=date_format, tickCount=8, labelOverlap=True))
    tooltip = [alt.Tooltip("day:T", format=date_format, title=" "), alt.Tooltip("posts:Q", title=posts)]
    bars = (
        alt.Chart(frame)
        .mark_bar(color=ACCENT, cursor="pointer", cornerRadiusTopLeft=2, cornerRadiusTopRight=2)
        .encode(
            x=x,
            y=alt.Y("posts:Q", title=None, axis=alt.Axis(tickMinStep=1, tickCount=4)),
            opacity=alt.condition(picked, alt.value(1.0), alt.value(0.3)),
            tooltip=tooltip,
        )
        .add_params(picked)
    )
    flags = (
        alt.Chart(frame[frame["threshold"].notna()])
        .mark_point(shape="triangle-down", filled=True, size=90, color=COLOURS["negative"], yOffset=-8)
        .encode(
            x=x,
            y="posts:Q",
            tooltip=[*tooltip, alt.Tooltip("expected:Q", title=expected), alt.Tooltip("threshold:Q", title=title)],
        )
    )
    return (bars + flags).properties(height=230)


def sentiment_chart(days: Sequence[Day], labels: dict[str, str], *, date_format: str, posts: str) -> alt.Chart:
    """Posts by sentiment, a day (or a week, beyond 60 days) each. A click selects `sentiment`."""
    step = 1 if len(days) <= 60 else 7
    rows = []
    for start in range(0, len(days), step):
        part = days[start : start + step]
        for name in COLOURS:
            rows.append(
                {
                    "day": pd.Timestamp(day_to_date(part[0].day)),
                    "sentiment": name,
                    "label": labels[name],
                    "posts": sum(getattr(d, name) for d in part),
                }
            )
    frame = pd.DataFrame(rows)
    picked = alt.selection_point(fields=["sentiment"], name="sentiment", on="click", empty=True)
    return (
        alt.Chart(frame)
        .mark_bar(cursor="pointer")
        .encode(
            x=alt.X("yearmonthdate(day):T", title=None, axis=alt.Axis(format=date_format, tickCount=8)),
            y=alt.Y("posts:Q", title=None, axis=alt.Axis(tickMinStep=1, tickCount=4)),
            color=alt.Color(
                "label:N",
                title=None,
                scale=alt.Scale(domain=[labels[n] for n in COLOURS], range=list(COLOURS.values())),
                legend=alt.Legend(orient="top", columns=4),
            ),
            opacity=alt.condition(picked, alt.value(1.0), alt.value(0.3)),
            tooltip=[
                alt.Tooltip("day:T", format=date_format, title=" "),
                alt.Tooltip("label:N", title=" "),
                alt.Tooltip("posts:Q", title=posts),
            ],
        )
        .add_params(picked)
        .properties(height=230)
    )


def topics_chart(
    names: Sequence[str], ids: Sequence[int], posts: Sequence[int], trends: Sequence[str], title: str
) -> alt.Chart:
    """The largest topics as bars. A click selects `topic`."""
    frame = pd.DataFrame({"name": names, "topic": ids, "posts": posts, "trend": trends})
    picked = alt.selection_point(fields=["topic"], name="topic", on="click", empty=True)
    return (
        alt.Chart(frame)
        .mark_bar(color=ACCENT, cursor="pointer", cornerRadiusEnd=2)
        .encode(
            y=alt.Y("name:N", sort=None, title=None, axis=alt.Axis(labelLimit=260, ticks=False, domain=False)),
            x=alt.X("posts:Q", title=None, axis=alt.Axis(tickMinStep=1, tickCount=4)),
            opacity=alt.condition(picked, alt.value(1.0), alt.value(0.3)),
            tooltip=[
                alt.Tooltip("name:N", title=" "),
                alt.Tooltip("posts:Q", title=title),
                alt.Tooltip("trend:N", title=" "),
            ],
        )
        .add_params(picked)
        .properties(height=max(120, 27 * len(names)))
    )

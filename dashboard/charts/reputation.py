"""Charts of reputation, alerts, people: findings -> Altair. No Streamlit here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import altair as alt
import pandas as pd

from dashboard.charts.topics import ACCENT, COLOURS, ROOM_OF_NAMES
from dashboard.charts.unchecked import where_picked
from insights.reputation.estimates import Estimate, Interval

GREY = "#8796a5"
UP, DOWN = COLOURS["positive"], COLOURS["negative"]
NET = alt.Scale(domain=[-1, 1])


def net_chart(
    days: Sequence[date], shown: Sequence[Estimate], *, net: str, range_: str, posts: str, date_format: str
) -> alt.LayerChart:
    """Net sentiment over time with the band that holds it nine times in ten. A click selects `day`."""
    frame = pd.DataFrame(
        {
            "day": [pd.Timestamp(d) for d in days],
            "net": [e.net.value if e.posts else None for e in shown],
            "low": [e.net.low if e.posts else None for e in shown],
            "high": [e.net.high if e.posts else None for e in shown],
            "range": [f"{e.net.low:+.2f} … {e.net.high:+.2f}" for e in shown],
            "posts": [e.posts for e in shown],
        }
    ).dropna()
    picked = alt.selection_point(fields=["day"], name="day", on="click", nearest=True, empty=True)
    x = alt.X("day:T", title=None, axis=alt.Axis(format=date_format, tickCount=8, labelOverlap=True))
    base = alt.Chart(frame)
    band = base.mark_area(color=ACCENT, opacity=0.18, interpolate="monotone").encode(
        x=x, y=alt.Y("low:Q", scale=NET, title=None, axis=alt.Axis(tickCount=5, format="+.1f")), y2=alt.Y2("high:Q")
    )
    line = base.mark_line(color=ACCENT, strokeWidth=2, interpolate="monotone").encode(x=x, y=alt.Y("net:Q", scale=NET))
    zero = alt.Chart(pd.DataFrame({"y": [0]})).mark_rule(color=GREY, strokeDash=[3, 3]).encode(y=alt.Y("y:Q"))
    dots = (
        base.mark_circle(color=ACCENT, cursor="pointer")
        .encode(
            x=x,
            y=alt.Y("net:Q", scale=NET),
            size=where_picked(alt.SizeValue, picked, 60, 20),
            tooltip=[
                alt.Tooltip("day:T", format=date_format, title=" "),
                alt.Tooltip("net:Q", format="+.2f", title=net),
                alt.Tooltip("range:N", title=range_),
                alt.Tooltip("posts:Q", title=posts),
            ],
        )
        .add_params(picked)
    )
    chart: alt.LayerChart = alt.layer(zero, band, line, dots, height=250)
    return chart


def whisker_chart(
    names: Sequence[str],
    keys: Sequence[object],
    shown: Sequence[Estimate],
    *,
    net: str,
    range_: str,
    posts: str,
    whole: float,
) -> alt.LayerChart:
    """Net sentiment of groups as dots with their intervals; the line is that of all. A click selects `key`."""
    frame = pd.DataFrame(
        {
            "name": names,
            "key": [str(key) for key in keys],
            "net": [e.net.value for e in shown],
            "low": [e.net.low for e in shown],
            "high": [e.net.high for e in shown],
            "range": [f"{e.net.low:+.2f} … {e.net.high:+.2f}" for e in shown],
            "posts": [e.posts for e in shown],
        }
    )
    picked = alt.selection_point(fields=["key"], name="key", on="click", empty=True)
    y = alt.Y("name:N", sort=None, title=None, axis=alt.Axis(labelLimit=ROOM_OF_NAMES, ticks=False, domain=False))
    x_scale = alt.X("net:Q", scale=NET, title=None, axis=alt.Axis(tickCount=5, format="+.1f"))
    tooltip = [
        alt.Tooltip("name:N", title=" "),
        alt.Tooltip("net:Q", format="+.2f", title=net),
        alt.Tooltip("range:N", title=range_),
        alt.Tooltip("posts:Q", title=posts),
    ]
    base = alt.Chart(frame)
    rule = base.mark_rule(color=ACCENT, strokeWidth=3, opacity=0.45).encode(
        y=y, x=alt.X("low:Q", scale=NET), x2=alt.X2("high:Q"), tooltip=tooltip
    )
    dots = (
        base.mark_circle(color=ACCENT, size=90, cursor="pointer")
        .encode(y=y, x=x_scale, opacity=where_picked(alt.OpacityValue, picked, 1.0, 0.35), tooltip=tooltip)
        .add_params(picked)
    )
    line = alt.Chart(pd.DataFrame({"x": [whole]})).mark_rule(color=GREY, strokeDash=[3, 3]).encode(x=alt.X("x:Q"))
    chart: alt.LayerChart = alt.layer(line, rule, dots, height=max(110, 30 * len(names)))
    return chart


def waterfall_chart(
    start: float,
    end: float,
    names: Sequence[str],
    keys: Sequence[object],
    moves: Sequence[float],
    *,
    before: str,
    after: str,
    move: str,
) -> alt.LayerChart:
    """From the net sentiment before to the one after, step by step. A click selects `key`."""
    rows, level = [{"name": before, "key": "", "low": 0.0, "high": start, "move": start, "kind": "total"}], start
    for name, key, value in zip(names, keys, moves, strict=True):
        rows.append(
            {
                "name": name,
                "key": str(key),
                "low": level,
                "high": level + value,
                "move": value,
                "kind": "up" if value > 0 else "down",
            }
        )
        level += value
    rows.append({"name": after, "key": "", "low": 0.0, "high": end, "move": end, "kind": "total"})
    frame = pd.DataFrame(rows)
    picked = alt.selection_point(fields=["key"], name="key", on="click", empty=True)
    y = alt.Y("name:N", sort=None, title=None, axis=alt.Axis(labelLimit=ROOM_OF_NAMES, ticks=False, domain=False))
    bars = (
        alt.Chart(frame)
        .mark_bar(cursor="pointer", cornerRadius=2)
        .encode(
            y=y,
            x=alt.X("low:Q", title=None, axis=alt.Axis(tickCount=5, format="+.2f")),
            x2=alt.X2("high:Q"),
            color=alt.Color(
                "kind:N",
                scale=alt.Scale(domain=["total", "up", "down"], range=[GREY, UP, DOWN]),
                legend=None,
            ),
            opacity=where_picked(alt.OpacityValue, picked, 1.0, 0.35),
            tooltip=[alt.Tooltip("name:N", title=" "), alt.Tooltip("move:Q", format="+.3f", title=move)],
        )
        .add_params(picked)
    )
    words = (
        alt.Chart(frame)
        .transform_calculate(edge="max(datum.low, datum.high)")
        .mark_text(align="left", dx=5, color=GREY)
        .encode(y=y, x=alt.X("edge:Q"), text=alt.Text("move:Q", format="+.2f"))
    )
    chart: alt.LayerChart = alt.layer(bars, words, height=max(140, 30 * len(rows)))
    return chart


def voice_chart(
    names: Sequence[str],
    keys: Sequence[int],
    shares: Sequence[Interval],
    posts: Sequence[int],
    ours: Sequence[bool],
    *,
    share: str,
    range_: str,
    posts_title: str,
) -> alt.LayerChart:
    """Share of voice as bars with intervals, ours in colour. A click selects `brand`."""
    frame = pd.DataFrame(
        {
            "name": names,
            "brand": keys,
            "share": [s.value for s in shares],
            "low": [s.low for s in shares],
            "high": [s.high for s in shares],
            "range": [f"{s.low:.0%} … {s.high:.0%}" for s in shares],
            "posts": posts,
            "ours": ours,
        }
    )
    picked = alt.selection_point(fields=["brand"], name="brand", on="click", empty=True)
    y = alt.Y("name:N", sort=None, title=None, axis=alt.Axis(labelLimit=200, ticks=False, domain=False))
    tooltip = [
        alt.Tooltip("name:N", title=" "),
        alt.Tooltip("share:Q", format=".1%", title=share),
        alt.Tooltip("range:N", title=range_),
        alt.Tooltip("posts:Q", title=posts_title),
    ]
    bars = (
        alt.Chart(frame)
        .mark_bar(cursor="pointer", cornerRadiusEnd=2)
        .encode(
            y=y,
            x=alt.X("share:Q", title=None, axis=alt.Axis(format="%", tickCount=4)),
            color=alt.Color("ours:N", scale=alt.Scale(domain=[True, False], range=[ACCENT, GREY]), legend=None),
            opacity=where_picked(alt.OpacityValue, picked, 1.0, 0.35),
            tooltip=tooltip,
        )
        .add_params(picked)
    )
    whiskers = (
        alt.Chart(frame)
        .mark_rule(strokeWidth=1.5, color="#44515c")
        .encode(y=y, x=alt.X("low:Q"), x2=alt.X2("high:Q"), tooltip=tooltip)
    )
    chart: alt.LayerChart = alt.layer(bars, whiskers, height=max(90, 40 * len(names)))
    return chart


def heat_chart(slots: Sequence[int], days: Sequence[str], *, posts: str, hour: str, day: str) -> alt.Chart:
    """Posts by day and hour of the week, 168 slots from Monday at midnight of the viewer."""
    frame = pd.DataFrame(
        {
            "day": [days[slot // 24] for slot in range(168)],
            "hour": [slot % 24 for slot in range(168)],
            "posts": list(slots),
        }
    )
    chart: alt.Chart = (
        alt.Chart(frame)
        .mark_rect(cornerRadius=2)
        .encode(
            x=alt.X("hour:O", title=None, axis=alt.Axis(labelAngle=0, values=list(range(0, 24, 3)), ticks=False)),
            y=alt.Y("day:N", sort=list(days), title=None, axis=alt.Axis(ticks=False, domain=False)),
            color=alt.Color("posts:Q", title=posts, scale=alt.Scale(range=["#e8eef2", ACCENT], zero=True), legend=None),
            tooltip=[
                alt.Tooltip("day:N", title=day),
                alt.Tooltip("hour:O", title=hour),
                alt.Tooltip("posts:Q", title=posts),
            ],
        )
        .properties(height=230)
    )
    return chart


def course_chart(
    hours: Sequence[tuple[datetime, int, int, int]],
    until: datetime | None,
    answers: Sequence[datetime],
    *,
    posts: str,
    negative: str,
    others: str,
    answer: str,
    moment_format: str,
) -> alt.LayerChart:
    """An event hour by hour: posts, the negative ones among them, and when we answered."""
    rows = []
    for moment, total, bad, _ours in hours:
        rows.append({"hour": moment, "kind": negative, "posts": bad})
        rows.append({"hour": moment, "kind": others, "posts": total - bad})
    frame = pd.DataFrame(rows, columns=["hour", "kind", "posts"])
    bars = (
        alt.Chart(frame)
        .mark_bar()
        .encode(
            x=alt.X(
                "yearmonthdatehours(hour):T",
                title=None,
                axis=alt.Axis(format=moment_format, tickCount=6, labelOverlap=True),
            ),
            y=alt.Y("posts:Q", title=None, axis=alt.Axis(tickMinStep=1, tickCount=4)),
            color=alt.Color(
                "kind:N",
                title=None,
                scale=alt.Scale(domain=[negative, others], range=[DOWN, GREY]),
                legend=alt.Legend(orient="top"),
            ),
            tooltip=[
                alt.Tooltip("hour:T", format=moment_format, title=" "),
                alt.Tooltip("kind:N", title=" "),
                alt.Tooltip("posts:Q", title=posts),
            ],
        )
    )
    marks = pd.DataFrame({"at": list(answers), "what": [answer] * len(answers)})
    rules = (
        alt.Chart(marks)
        .mark_rule(color=ACCENT, strokeWidth=2)
        .encode(
            x=alt.X("at:T"),
            tooltip=[alt.Tooltip("what:N", title=" "), alt.Tooltip("at:T", format=moment_format, title=" ")],
        )
    )
    chart: alt.LayerChart = alt.layer(bars, rules if answers else rules.transform_filter("false"), height=220)
    return chart

"""Charts of documents: their data -> Altair. No Streamlit, no browser, no network."""

from __future__ import annotations

from datetime import date
from textwrap import wrap
from typing import TypeAlias

import altair as alt
import pandas as pd

from dashboard.charts.days import WRITTEN, day_format, ticks
from dashboard.charts.paper import FONT, GREY, INK, PALE, PHONE, RULE, SOFT, WIDTH
from dashboard.charts.topics import ACCENT, COLOURS, NOT_READ, ROOM_OF_NAMES
from data.sharing.document import Chart

TONES = (*COLOURS.values(), *NOT_READ.values())  # of the series, in their order
NAME, NAME_ON_PHONE = 32, 18  # letters of a line of a name
Drawing: TypeAlias = alt.Chart | alt.LayerChart


def altair_chart(chart: Chart, lang: str, width: int = WIDTH, *, paper: bool = True, accent: str = ACCENT) -> Drawing:
    """The chart as it is printed: labelled, without anything to click. On `paper` it is light, with a font of its own;
    else it takes the colours of the page that it is on. `accent` is the colour of its marks, written #rrggbb."""
    base = alt.Chart(_points(chart))
    if _is_time(chart):
        drawn = _over_time(base, chart, day_format(chart.categories, lang), 4 if width <= PHONE else WRITTEN, accent)
        wide, high = width if width > PHONE else width - 40, 210
    else:
        drawn = _across(base, chart, accent, paper=paper, narrow=width <= PHONE)
        letters, names = (NAME_ON_PHONE, 190) if width <= PHONE else (NAME, 200)
        row = 34 if any(len(name) > letters for name in chart.categories) else 26
        wide, high = width - names, max(60, row * len(chart.categories)) + (0 if paper else 50)
    drawn = drawn.properties(width=wide if paper else "container", height=high)
    return _dressed(drawn) if paper else drawn


def _is_time(chart: Chart) -> bool:
    return chart.kind in {"days", "tones", "band"}


def _points(chart: Chart) -> pd.DataFrame:
    """A row for each value of each series, in their order."""
    rows = [
        {
            "at": pd.Timestamp(date.fromisoformat(name)) if _is_time(chart) else f"{place:03d}",
            "name": name,
            "series": series,
            "order": order,
            "value": values[place],
            "low": chart.low[place] if chart.low else None,
            "high": chart.high[place] if chart.high else None,
            "marked": place in chart.marked,
        }
        for order, (series, values) in enumerate(chart.series)
        for place, name in enumerate(chart.categories)
        if values[place] is not None
    ]
    return pd.DataFrame(rows, columns=["at", "name", "series", "order", "value", "low", "high", "marked"])


def _value_axis(chart: Chart) -> alt.Axis:
    signed = not chart.share and any(value and value < 0 for value in chart.low)
    return alt.Axis(
        tickCount=4,
        title=None,
        format="%" if chart.share else "+.1f" if signed else alt.Undefined,
        tickMinStep=alt.Undefined if chart.share or signed else 1,
    )


def _over_time(base: alt.Chart, chart: Chart, day: str, most: int, accent: str) -> Drawing:
    """Bars, stacked bars, or a line in its interval; `day` is how a day is written, `most` how many are."""
    shown = [alt.DateTime(year=d.year, month=d.month, date=d.day) for d in ticks(chart.categories, most)]
    axis = alt.Axis(format=day, values=shown, labelOverlap=True, grid=False)
    if chart.kind == "band":
        return _band(base, alt.X("at:T", title=None, axis=axis), _value_axis(chart), accent)
    y = alt.Y("value:Q", axis=_value_axis(chart))
    x = alt.X("yearmonthdate(at):T", title=None, axis=axis)
    if chart.kind == "tones":
        stacked: alt.Chart = base.mark_bar(**_bar(chart)).encode(x=x, y=y, order="order:Q", color=_tone_colours(chart))
        return stacked
    bars = base.mark_bar(color=accent, cornerRadiusTopLeft=2, cornerRadiusTopRight=2, **_bar(chart)).encode(x=x, y=y)
    flags = (
        base.transform_filter("datum.marked")
        .mark_point(shape="triangle-down", filled=True, size=80, color=COLOURS["negative"], yOffset=-9)
        .encode(x=x, y=y)
    )
    return alt.LayerChart(layer=[bars, flags])


def _bar(chart: Chart) -> dict[str, float]:
    """The width of a bar where it is of a week: it would be as thin as a day."""
    days = [date.fromisoformat(day) for day in chart.categories[:2]]
    if len(days) < 2 or (days[1] - days[0]).days == 1:
        return {}
    return {"size": max(1.0, 0.8 * WIDTH / len(chart.categories))}


def _tone_colours(chart: Chart) -> alt.Color:
    names = [name for name, _values in chart.series]
    return alt.Color(
        "series:N",
        title=None,
        scale=alt.Scale(domain=names, range=list(TONES[: len(names)])),
        legend=alt.Legend(orient="top", direction="horizontal"),
    )


def _band(base: alt.Chart, x: alt.X, axis: alt.Axis, accent: str) -> alt.LayerChart:
    """A line in its interval, with a rule at nothing."""
    area = base.mark_area(color=accent, opacity=0.18, interpolate="monotone").encode(
        x=x, y=alt.Y("low:Q", axis=axis), y2="high:Q"
    )
    line = base.mark_line(color=accent, strokeWidth=2, interpolate="monotone", point={"size": 28}).encode(
        x=x, y=alt.Y("value:Q", axis=axis)
    )
    zero = alt.Chart(pd.DataFrame({"y": [0]})).mark_rule(color=SOFT, strokeDash=[3, 3]).encode(y="y:Q")
    return alt.LayerChart(layer=[zero, area, line])


def _across(base: alt.Chart, chart: Chart, accent: str, *, paper: bool, narrow: bool) -> alt.LayerChart:
    """A row for each name, with its value written beside its mark."""
    whiskers = chart.kind == "whiskers"
    label = alt.Axis(
        labelLimit=150 if narrow else 230 if paper else ROOM_OF_NAMES,
        labelOverlap=False,
        ticks=False,
        domain=False,
        title=None,
        labelExpr=_labels(chart.categories, NAME_ON_PHONE if narrow else NAME),
    )
    name = alt.Y("at:N", sort=None, axis=label)
    # Room for the values that stand beside the marks.
    room = alt.Scale(padding=34) if whiskers else alt.Scale(domainMax=1.12 * max(_ends(chart), default=1))
    value = alt.X("value:Q", axis=_value_axis(chart), scale=room)
    if whiskers:
        marks = base.mark_circle(color=accent, size=80).encode(y=name, x=value)
    else:
        colour = alt.condition("datum.marked" if chart.marked else "true", alt.value(accent), alt.value(PALE))
        bars = base.mark_bar(color=accent, cornerRadiusEnd=2, height={"band": 0.62})
        marks = bars.encode(y=name, x=value, color=colour)
    layers = [marks, _values(base, chart, name, INK if paper else GREY)]
    if chart.low:
        rule = base.mark_rule(strokeWidth=2, color=accent if whiskers else GREY, opacity=0.7)
        layers.insert(0 if whiskers else 1, rule.encode(y=name, x="low:Q", x2="high:Q"))
    return alt.LayerChart(layer=layers)


def _values(base: alt.Chart, chart: Chart, name: alt.Y, colour: str) -> alt.Chart:
    written = ".0%" if chart.share else "+.2f" if chart.kind == "whiskers" else ",.0f"
    beside: alt.Chart = base.mark_text(align="left", dx=6, color=colour).encode(
        y=name, x=alt.X("high:Q" if chart.high else "value:Q"), text=alt.Text("value:Q", format=written)
    )
    return beside


def _ends(chart: Chart) -> list[float]:
    return [value for value in (*chart.series[0][1], *chart.high) if value]


def _labels(names: tuple[str, ...], letters: int) -> str:
    """An expression that writes each row's name: two rows may have one name, so rows go by their place."""
    listed = ",".join(_lines_of(name, letters) for name in names)
    return f"[{listed}][toNumber(datum.label)]"


def _lines_of(name: str, letters: int) -> str:
    """A name, on two lines where it is long; what is longer still ends in an ellipsis."""
    lines = wrap(name, letters, max_lines=2, placeholder="…") if len(name) > letters else [name]
    return _quoted(lines[0]) if len(lines) == 1 else f"[{','.join(map(_quoted, lines))}]"


def _quoted(text: str) -> str:
    """A text as a string of Vega's expressions: nothing in it ends the string or is read as a part of it."""
    return (
        "'"
        + "".join(
            c if c.isalnum() or c in " .,:;!?()#@%&/_" else f"\\u{ord(c):04x}" if ord(c) < 65536 else c for c in text
        )
        + "'"
    )


def _dressed(drawn: Drawing) -> Drawing:
    axis = {
        "labelColor": SOFT,
        "labelFontSize": 11,
        "gridColor": RULE,
        "domainColor": RULE,
        "tickColor": RULE,
        "titleColor": SOFT,
    }
    dressed: Drawing = (
        drawn.configure(font=FONT, background="#ffffff", padding=4)
        .configure_view(stroke=None)
        .configure_axis(**axis)
        .configure_legend(labelColor=INK, labelFontSize=11, symbolType="square")
        .configure_text(fontSize=11)
        .configure_mark(tooltip=None)
    )
    return dressed

"""Charts of documents: their data -> Altair -> SVG or PNG. No Streamlit, no browser, no network."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from functools import lru_cache
from pathlib import Path

import altair as alt
import pandas as pd
from babel.numbers import get_decimal_symbol, get_group_symbol
from lxml import etree

from dashboard.charts.topics import ACCENT, COLOURS
from data.sharing.document import Chart, Document

FONT = "Noto Sans"
INK, SOFT, RULE, GREY = "#1d2a33", "#5c6b76", "#e3e9ed", "#71808c"
WIDTH = 640
TONES = tuple(COLOURS.values())
VEGA = "6.1"  # the version of Vega-Lite that Altair 6 writes


@lru_cache(maxsize=1)
def font_folders() -> tuple[str, ...]:
    """Where the fonts of charts and PDF files lie: two packages bring them, for every common script and emoji."""
    import manimgx_fonts
    import manimgx_fonts_cjk

    return tuple(str(Path(package.__file__ or "").parent) for package in (manimgx_fonts, manimgx_fonts_cjk))


@lru_cache(maxsize=1)
def _drawer() -> object:
    import vl_convert

    for folder in font_folders():
        vl_convert.register_font_directory(folder)
    return vl_convert


def _is_time(chart: Chart) -> bool:
    return chart.kind in {"days", "tones", "band"}


def altair_chart(chart: Chart, lang: str, width: int = WIDTH, *, paper: bool = True) -> alt.Chart | alt.LayerChart:
    """The chart as it is printed: labelled, without anything to click. On `paper` it is light, with a font of its own;
    else it takes the colours of the page that it is on."""
    day = "%d/%m" if lang == "fr" else "%b %d"
    number = "+.1f" if not chart.share and any(value and value < 0 for value in chart.low) else None
    value_axis = alt.Axis(
        tickCount=4,
        title=None,
        format="%" if chart.share else number or alt.Undefined,
        **({} if chart.share or number else {"tickMinStep": 1}),
    )
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
    columns = ["at", "name", "series", "order", "value", "low", "high", "marked"]
    frame = pd.DataFrame(rows, columns=columns)
    base = alt.Chart(frame)
    if _is_time(chart):
        x = alt.X("yearmonthdate(at):T", title=None, axis=alt.Axis(format=day, tickCount=8, labelOverlap=True))
        y = alt.Y("value:Q", axis=value_axis)
        if chart.kind == "band":
            x = alt.X("at:T", title=None, axis=alt.Axis(format=day, tickCount=8, labelOverlap=True))
            area = base.mark_area(color=ACCENT, opacity=0.18, interpolate="monotone").encode(
                x=x, y=alt.Y("low:Q", axis=value_axis), y2="high:Q"
            )
            line = base.mark_line(color=ACCENT, strokeWidth=2, interpolate="monotone", point={"size": 28}).encode(
                x=x, y=y
            )
            zero = alt.Chart(pd.DataFrame({"y": [0]})).mark_rule(color=SOFT, strokeDash=[3, 3]).encode(y="y:Q")
            drawn: alt.Chart | alt.LayerChart = zero + area + line
        elif chart.kind == "tones":
            names = [name for name, _values in chart.series]
            drawn = base.mark_bar().encode(
                x=x,
                y=y,
                order="order:Q",
                color=alt.Color(
                    "series:N",
                    title=None,
                    scale=alt.Scale(domain=names, range=list(TONES[: len(names)])),
                    legend=alt.Legend(orient="top", direction="horizontal"),
                ),
            )
        else:
            bars = base.mark_bar(color=ACCENT, cornerRadiusTopLeft=2, cornerRadiusTopRight=2).encode(x=x, y=y)
            flags = (
                base.transform_filter("datum.marked")
                .mark_point(shape="triangle-down", filled=True, size=80, color=COLOURS["negative"], yOffset=-9)
                .encode(x=x, y=y)
            )
            drawn = bars + flags
        drawn = drawn.properties(width=width if paper else "container", height=210)
        return _dressed(drawn) if paper else drawn
    # Bars across: a row for each name, with its value written beside it.
    label = alt.Axis(
        labelLimit=230, labelOverlap=False, ticks=False, domain=False, title=None, labelExpr=_labels(chart.categories)
    )
    y_name = alt.Y("at:N", sort=None, axis=label)
    # Room for the values that stand beside the marks.
    room = (
        alt.Scale(padding=34) if chart.kind == "whiskers" else alt.Scale(domainMax=1.12 * max(_ends(chart), default=1))
    )
    x_value = alt.X("value:Q", axis=value_axis, scale=room)
    words = ".0%" if chart.share else "+.2f" if chart.kind == "whiskers" else ",.0f"
    text = base.mark_text(align="left", dx=6, color=INK if paper else GREY).encode(
        y=y_name, x=alt.X("high:Q" if chart.high else "value:Q"), text=alt.Text("value:Q", format=words)
    )
    if chart.kind == "whiskers":
        marks = base.mark_circle(color=ACCENT, size=80).encode(y=y_name, x=x_value)
    else:
        marks = base.mark_bar(color=ACCENT, cornerRadiusEnd=2, height={"band": 0.62}).encode(
            y=y_name,
            x=x_value,
            color=alt.condition("datum.marked" if chart.marked else "true", alt.value(ACCENT), alt.value("#a9b7c1")),
        )
    layers = [marks, text]
    if chart.low:
        layers.insert(
            1 if chart.kind == "bars" else 0,
            base.mark_rule(strokeWidth=2, color=GREY if chart.kind == "bars" else ACCENT, opacity=0.7).encode(
                y=y_name, x="low:Q", x2="high:Q"
            ),
        )
    drawn = alt.layer(*layers).properties(
        width=width - 200 if paper else "container", height=max(60, 26 * len(chart.categories)) + (0 if paper else 50)
    )
    return _dressed(drawn) if paper else drawn


def _ends(chart: Chart) -> list[float]:
    return [value for value in (*chart.series[0][1], *chart.high) if value]


def _labels(names: tuple[str, ...]) -> str:
    """An expression that writes each row's name: two rows may have one name, so rows go by their place."""
    listed = ",".join(_quoted(name) for name in names)
    return f"[{listed}][toNumber(datum.label)]"


def _quoted(text: str) -> str:
    """A text as a string of Vega's expressions: nothing in it ends the string or is read as a part of it."""
    return (
        "'"
        + "".join(
            c if c.isalnum() or c in " .,:;!?()#@%&/_" else f"\\u{ord(c):04x}" if ord(c) < 65536 else c for c in text
        )
        + "'"
    )


def _dressed(drawn: alt.Chart | alt.LayerChart) -> alt.Chart | alt.LayerChart:
    axis = {
        "labelColor": SOFT,
        "labelFontSize": 11,
        "gridColor": RULE,
        "domainColor": RULE,
        "tickColor": RULE,
        "titleColor": SOFT,
    }
    return (
        drawn.configure(font=FONT, background="#ffffff", padding=4)
        .configure_view(stroke=None)
        .configure_axis(**axis)
        .configure_legend(labelColor=INK, labelFontSize=11, symbolType="square")
        .configure_text(fontSize=11)
        .configure_mark(tooltip=None)
    )


def _locale(lang: str) -> dict[str, object]:
    return {
        "decimal": get_decimal_symbol(lang),
        "thousands": get_group_symbol(lang),
        "grouping": [3],
        "currency": ["", ""],
    }


def _time_locale(lang: str) -> dict[str, object]:
    from babel.dates import get_day_names, get_month_names

    return {
        "dateTime": "%x, %X",
        "date": "%d/%m/%Y",
        "time": "%H:%M:%S",
        "periods": ["AM", "PM"],
        "days": [get_day_names("wide", locale=lang)[(i + 6) % 7] for i in range(7)],
        "shortDays": [get_day_names("abbreviated", locale=lang)[(i + 6) % 7] for i in range(7)],
        "months": [get_month_names("wide", locale=lang)[i] for i in range(1, 13)],
        "shortMonths": [get_month_names("abbreviated", locale=lang)[i] for i in range(1, 13)],
    }


def svg_of(chart: Chart, lang: str, width: int = WIDTH) -> str:
    """The chart as a drawing of vectors that holds shapes and texts only, described by its alternative text."""
    drawer = _drawer()
    made = drawer.vegalite_to_svg(  # type: ignore[attr-defined]
        altair_chart(chart, lang, width).to_dict(),
        vl_version=VEGA,
        format_locale=_locale(lang),
        time_format_locale=_time_locale(lang),
        allowed_base_urls=[],
    )
    return clean_svg(made, chart.alt)


def png_of(chart: Chart, lang: str, width: int = WIDTH, scale: float = 2.0) -> bytes:
    drawer = _drawer()
    made: bytes = drawer.vegalite_to_png(  # type: ignore[attr-defined]
        altair_chart(chart, lang, width).to_dict(),
        vl_version=VEGA,
        scale=scale,
        format_locale=_locale(lang),
        time_format_locale=_time_locale(lang),
        allowed_base_urls=[],
    )
    return made


def width_of(svg: str) -> float:
    """The width that a drawing was made for, in pixels."""
    found = re.search(r'<svg[^>]*\bwidth="([\d.]+)"', svg)
    return float(found[1]) if found else float(WIDTH)


def drawn(document: Document) -> Document:
    """The document with its charts drawn once, for whoever opens it later."""
    sections = tuple(
        replace(
            s,
            blocks=tuple(
                replace(b, svg=svg_of(b, document.lang)) if isinstance(b, Chart) and not b.svg else b for b in s.blocks
            ),
        )
        for s in document.sections
    )
    return replace(document, sections=sections)


_SHAPES = {"svg", "g", "path", "rect", "line", "circle", "text", "tspan", "clipPath", "defs"}
_KEPT = {
    "d",
    "x",
    "y",
    "x1",
    "y1",
    "x2",
    "y2",
    "cx",
    "cy",
    "r",
    "width",
    "height",
    "viewBox",
    "transform",
    "fill",
    "stroke",
    "stroke-width",
    "stroke-dasharray",
    "stroke-miterlimit",
    "opacity",
    "fill-opacity",
    "stroke-opacity",
    "text-anchor",
    "font-family",
    "font-size",
    "font-weight",
    "rx",
    "ry",
    "dx",
    "dy",
    "display",
    "version",
    "id",
    "clip-path",
}
SVG = "http://www.w3.org/2000/svg"


def clean_svg(made: str, alternative: str) -> str:
    """A drawing with shapes and texts alone: no script, no link, no style, nothing to load."""
    root = etree.fromstring(made.encode(), etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))
    for node in list(root.iter()):
        name = etree.QName(node).localname if isinstance(node.tag, str) else ""
        if name not in _SHAPES:
            parent = node.getparent()
            if parent is not None:
                parent.remove(node)
            continue
        for key in list(node.attrib):
            value = node.attrib[key]
            if key not in _KEPT or ("url(" in value and not re.fullmatch(r"url\(#[\w-]+\)", value)):
                del node.attrib[key]
            elif key in {"d", "transform", "points"}:
                node.attrib[key] = re.sub(r"(\d+\.\d{2})\d+", r"\1", value)
        if node.get("font-family"):
            node.set("font-family", f"{FONT}, system-ui, sans-serif")
    root.set("role", "img")
    title = etree.Element(f"{{{SVG}}}title")
    title.text = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", alternative)
    root.insert(0, title)
    etree.cleanup_namespaces(root)
    return etree.tostring(root, encoding="unicode")

"""Charts of a PowerPoint file: native ones, whose figures can be edited."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboard.charts.days import days_written, tick_step
from dashboard.files.ooxml import escaped
from dashboard.files.pptx_parts import GREY, RULE, SOFT, Place, colour, describe, heading, note_below
from dashboard.words.language import _, current, percent
from dashboard.words.reputation import signed
from data.sharing.document import Chart

SPACE = "http://schemas.openxmlformats.org/drawingml/2006/chart"
TONES = ("C2513F", "8796A5", "2F8F6B", "C9B458", "C9D1D8")


def add_chart(slide: Any, block: Chart, place: Place) -> None:
    """A chart with its title, and its note at the end of its place."""
    from pptx.util import Inches

    heading(slide, block.title, place)
    low = 0.3 if block.note else 0.0
    frame = slide.shapes.add_chart(
        _kind(block),
        Inches(place.x),
        Inches(place.y + 0.32),
        Inches(place.wide),
        Inches(max(1.0, place.high - 0.4 - low)),
        _data(block, int(6 * place.wide)),
    )
    describe(frame, f"{block.title}. {block.alt}")
    _frame_and_axes(frame.chart, block)
    if block.kind == "band":
        _lines_of_band(frame.chart.plots[0], place.accent)
    else:
        _bars(frame.chart.plots[0], block, place.accent)
    if block.note:
        note_below(slide, block.note, place)


def _across(block: Chart) -> bool:
    return block.kind in {"bars", "whiskers"}


def _kind(block: Chart) -> Any:
    from pptx.enum.chart import XL_CHART_TYPE

    kinds = {
        "days": XL_CHART_TYPE.COLUMN_CLUSTERED,
        "tones": XL_CHART_TYPE.COLUMN_STACKED,
        "band": XL_CHART_TYPE.LINE_MARKERS,
    }
    return kinds.get(block.kind, XL_CHART_TYPE.BAR_CLUSTERED)


def _data(block: Chart, letters: int) -> Any:
    """The figures; those of bars across from the last to the first, as PowerPoint stacks them from below."""
    from pptx.chart.data import CategoryChartData

    data = CategoryChartData(number_format="0%" if block.share else "+0.00;-0.00;0.00" if block.low else "#,##0")
    if _across(block):
        data.categories = [escaped(name) for name in reversed(_with_values(block, letters))]
    else:
        data.categories = days_written(block.categories, current())
    for name, values in block.series:
        data.add_series(escaped(name), values[::-1] if _across(block) else values)
    if block.kind == "band":
        data.add_series(_("Lower bound"), block.low)
        data.add_series(_("Upper bound"), block.high)
    return data


def _frame_and_axes(chart: Any, block: Chart) -> None:
    from pptx.enum.chart import XL_LEGEND_POSITION, XL_TICK_LABEL_POSITION
    from pptx.util import Pt

    chart.font.size, chart.font.color.rgb = Pt(10), colour(SOFT)
    chart.has_title = False
    chart.has_legend = len(block.series) > 1 or block.kind == "band"
    if chart.has_legend:
        chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.TOP, False
    value, category = chart.value_axis, chart.category_axis
    value.major_gridlines.format.line.color.rgb = colour(RULE)
    value.format.line.fill.background()
    category.format.line.color.rgb = colour(RULE)
    if block.kind in {"days", "tones", "bars"}:
        value.minimum_scale = 0  # a bar that does not begin at nothing lies
    if block.share:
        value.tick_labels.number_format, value.tick_labels.number_format_is_linked = "0%", False
    category.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    # Every name of rows across is written; of days as many as there is room for.
    for name in ("tickLblSkip", "tickMarkSkip"):
        step = category._element.makeelement(
            f"{{{SPACE}}}{name}", {"val": str(1 if _across(block) else tick_step(len(block.categories)))}
        )
        category._element.find(f"{{{SPACE}}}noMultiLvlLbl").addprevious(step)


def _lines_of_band(plot: Any, accent: str) -> None:
    """The line, and its bounds in grey without marks."""
    from pptx.enum.chart import XL_MARKER_STYLE
    from pptx.util import Pt

    for number, series in enumerate(plot.series):
        line = series.format.line
        line.color.rgb, line.width = colour(accent if number == 0 else GREY), Pt(2.5 if number == 0 else 1)
        series.smooth = False
        if number:
            series.marker.style = XL_MARKER_STYLE.NONE


def _bars(plot: Any, block: Chart, accent: str) -> None:
    plot.gap_width = 60 if _across(block) else 25
    for number, series in enumerate(plot.series):
        series.invert_if_negative = False
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = colour(TONES[number] if block.kind == "tones" else accent)
    if _across(block):
        _beside_bars(plot, block)


def _beside_bars(plot: Any, block: Chart) -> None:
    """Intervals or values of bars across; those that do not stand out are grey where some do."""
    from pptx.util import Pt

    if block.low:
        _error_bars(plot.series[0], block)  # the value stands beside the name, clear of them
    else:
        plot.has_data_labels = True
        plot.data_labels.font.size = Pt(10)
    for place in range(len(block.categories)):
        if block.marked and place not in block.marked:
            point = plot.series[0].points[len(block.categories) - 1 - place]
            point.format.fill.solid()
            point.format.fill.fore_color.rgb = colour(GREY)


def _with_values(block: Chart, letters: int) -> list[str]:
    """Names of rows, cut where they would take a second line; with their values where error bars would hide these."""
    names = [name if len(name) <= letters else f"{name[:letters].rstrip()}…" for name in block.categories]
    if not block.low:
        return names
    values = block.series[0][1]
    told = [percent(v or 0) if block.share else signed(v or 0) for v in values]
    return [f"{name} · {value}" for name, value in zip(names, told, strict=True)]


def _error_bars(series: Any, block: Chart) -> None:
    """The interval of each bar, as a native error bar with values of its own."""
    from lxml import etree

    space = SPACE
    middle = block.series[0][1][::-1]
    up = [(h or 0) - (m or 0) for h, m in zip(block.high[::-1], middle, strict=True)]
    down = [(m or 0) - (low or 0) for low, m in zip(block.low[::-1], middle, strict=True)]

    def held(name: str, values: Sequence[float]) -> str:
        points = "".join(f'<c:pt idx="{i}"><c:v>{max(0.0, v):.6f}</c:v></c:pt>' for i, v in enumerate(values))
        return f'<c:{name}><c:numLit><c:ptCount val="{len(values)}"/>{points}</c:numLit></c:{name}>'

    bars = etree.fromstring(
        f'<c:errBars xmlns:c="{space}"><c:errBarType val="both"/><c:errValType val="cust"/><c:noEndCap val="0"/>'
        f"{held('plus', up)}{held('minus', down)}</c:errBars>"
    )
    element = series._element
    following = [element.find(f"{{{space}}}{name}") for name in ("cat", "val")]
    next(node for node in following if node is not None).addprevious(bars)

"""A document as a PowerPoint file: native charts, tables and texts that can be edited, notes for the presenter."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from typing import Any

from dashboard.files.ooxml import escaped
from dashboard.files.pdf import OutputError
from dashboard.files.slides import ROOM, Slide, height_of, rooms_of, slides_of
from dashboard.words.documents import cell_words, erased_words, host_of, plain_words, source_words
from dashboard.words.language import _, count, percent, speaking
from data.posts.quotes import Quote
from data.sharing.document import Block, Chart, Comment, Document, Figures, Quotes, Table, Words

WIDE, HIGH = 13.333, 7.5  # inches
LEFT, TOP, BOTTOM = 0.6, 1.3, 7.0
INK, SOFT, ACCENT, GREY, RULE = "1D2A33", "55646F", "0F8AA6", "A9B7C1", "DFE6EA"
TONES = ("C2513F", "8796A5", "2F8F6B", "C9B458")
MOST_ROWS = 60


def as_pptx(document: Document) -> bytes:
    """The document as slides, 16:9. Raises OutputError where it cannot be written."""
    from pptx import Presentation
    from pptx.util import Inches

    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(WIDE), Inches(HIGH)
    deck.core_properties.title = escaped(document.title)[:250]
    deck.core_properties.author = "Vigie"
    deck.core_properties.language = document.lang
    with speaking(document.lang, document.zone):
        try:
            _opening(deck, document)
            slides = slides_of(document)
            for place, slide in enumerate(slides, start=2):
                _slide(deck, slide, place, len(slides) + 1)
            if document.coverage or document.method:
                lines = tuple(Words(line, "item") for line in (*document.coverage, *document.method))
                _slide(deck, Slide(_("Method and limits"), lines), len(slides) + 2, len(slides) + 2)
        except (ValueError, KeyError) as error:
            raise OutputError(str(error)[:500]) from error
    stream = io.BytesIO()
    deck.save(stream)
    return stream.getvalue()


def _colour(code: str) -> Any:
    from pptx.dml.color import RGBColor

    return RGBColor.from_string(code)


def _write(paragraph: Any, text: str, size: float, colour: str = INK, *, bold: bool = False, link: str = "") -> Any:
    from pptx.util import Pt

    run = paragraph.add_run()
    run.text = escaped(text).replace("\n", " ") if "\n" in text else escaped(text)
    run.font.size = Pt(size)
    run.font.bold = bold
    run.font.color.rgb = _colour(colour)
    if link:
        run.hyperlink.address = link
    return run


def _box(slide: Any, x: float, y: float, w: float, h: float) -> Any:
    from pptx.util import Inches

    shape = slide.shapes.add_textbox(Inches(x), Inches(y), Inches(w), Inches(h))
    frame = shape.text_frame
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    return frame


def _lines(frame: Any, text: str, size: float, colour: str = INK, *, bold: bool = False) -> None:
    """A text with its line breaks: a paragraph for each line."""
    for number, line in enumerate(text.split("\n")):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        _write(paragraph, line, size, colour, bold=bold)


def _titled(deck: Any, title: str, *, opening: bool = False) -> Any:
    """A slide with a real title, so that outlines and screen readers have it."""
    from pptx.util import Inches, Pt

    slide = deck.slides.add_slide(deck.slide_layouts[5])
    shape = slide.shapes.title
    shape.left, shape.width = Inches(LEFT), Inches(WIDE - 2 * LEFT)
    shape.top, shape.height = (Inches(2.4), Inches(1.6)) if opening else (Inches(0.35), Inches(0.75))
    frame = shape.text_frame
    frame.word_wrap, frame.margin_left = True, 0
    paragraph = frame.paragraphs[0]
    from pptx.enum.text import MSO_ANCHOR, PP_ALIGN

    frame.vertical_anchor = MSO_ANCHOR.MIDDLE
    paragraph.alignment = PP_ALIGN.LEFT
    run = paragraph.add_run()
    run.text = escaped(title)
    run.font.size, run.font.bold, run.font.color.rgb = Pt(40 if opening else 26), True, _colour(INK)
    return slide


def _rule(slide: Any, y: float) -> None:
    from pptx.util import Inches, Pt

    line = slide.shapes.add_connector(1, Inches(LEFT), Inches(y), Inches(WIDE - LEFT), Inches(y))
    line.line.color.rgb = _colour(ACCENT)
    line.line.width = Pt(2)


def _opening(deck: Any, document: Document) -> None:
    slide = _titled(deck, document.title, opening=True)
    _rule(slide, 4.05)
    frame = _box(slide, LEFT, 1.9, WIDE - 2 * LEFT, 0.5)
    _write(frame.paragraphs[0], document.subtitle, 16, SOFT)
    under = _box(slide, LEFT, 4.3, WIDE - 2 * LEFT, 2.2)
    if document.note:
        _lines(under, document.note, 18)
    paragraph = under.add_paragraph()
    _write(paragraph, document.made, 12, SOFT)
    if document.demo:
        _write(under.add_paragraph(), _("Demo: an invented brand and community"), 12, "53389E", bold=True)


def _slide(deck: Any, held: Slide, number: int, total: int) -> None:
    slide = _titled(deck, held.title)
    _rule(slide, 1.12)
    y = TOP
    for block, takes in zip(held.blocks, rooms_of(held.blocks), strict=True):
        room = takes * (BOTTOM - TOP) / ROOM
        _block(slide, block, y, room)
        y += room
    foot = _box(slide, LEFT, 7.1, WIDE - 2 * LEFT, 0.3)
    _write(foot.paragraphs[0], f"{number} / {total}", 10, SOFT)
    if held.notes:
        slide.notes_slide.notes_text_frame.text = escaped(held.notes)


def _block(slide: Any, block: Block, y: float, room: float) -> None:
    wide = WIDE - 2 * LEFT
    if isinstance(block, Words):
        frame = _box(slide, LEFT, y, wide, room)
        size = {"lead": 19.0, "heading": 18.0, "note": 12.0}.get(block.kind, 15.0)
        mark = "•  " if block.kind == "item" else ""
        _lines(
            frame, mark + plain_words(block), size, SOFT if block.kind == "note" else INK, bold=block.kind == "heading"
        )
    elif isinstance(block, Comment):
        frame = _box(slide, LEFT, y, wide, room)
        _lines(frame, block.text, 15, ACCENT)
        if block.who:
            _write(frame.add_paragraph(), block.who, 12, SOFT)
    elif isinstance(block, Figures):
        _figures(slide, block, y, room)
    elif isinstance(block, Chart):
        _chart(slide, block, y, room)
    elif isinstance(block, Table):
        _table(slide, block, y, room)
    else:
        _quotes(slide, block, y, room)


def _figures(slide: Any, block: Figures, y: float, room: float) -> None:
    from pptx.util import Inches, Pt

    gap = 0.2
    wide = (WIDE - 2 * LEFT - gap * (len(block.items) - 1)) / max(1, len(block.items))
    for place, figure in enumerate(block.items):
        shape = slide.shapes.add_shape(
            1, Inches(LEFT + place * (wide + gap)), Inches(y + 0.05), Inches(wide), Inches(room - 0.2)
        )
        shape.fill.background()
        shape.line.color.rgb, shape.line.width = _colour(RULE), Pt(1)
        shape.shadow.inherit = False
        frame = shape.text_frame
        frame.word_wrap = True
        from pptx.enum.text import MSO_ANCHOR, PP_ALIGN

        frame.vertical_anchor = MSO_ANCHOR.MIDDLE
        for number, (text, size, colour, bold) in enumerate(
            ((figure.label, 12, SOFT, False), (figure.value, 28, INK, True), (figure.note, 11, SOFT, False))
        ):
            paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
            paragraph.alignment = PP_ALIGN.LEFT
            _write(paragraph, text, size, colour, bold=bold)


def _describe(frame: Any, words: str) -> None:
    """Alternative text, for who cannot see it."""
    frame._element.nvGraphicFramePr.cNvPr.set("descr", escaped(words)[:2_000])


def _chart(slide: Any, block: Chart, y: float, room: float) -> None:
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION, XL_TICK_LABEL_POSITION
    from pptx.util import Inches, Pt

    across = block.kind in {"bars", "whiskers"}
    data = CategoryChartData(number_format="0%" if block.share else "+0.00;-0.00;0.00" if block.low else "#,##0")
    names: Sequence[Any] = block.categories if across else [date.fromisoformat(name) for name in block.categories]
    data.categories = [escaped(name) for name in reversed(_with_values(block))] if across else names
    order = -1 if across else 1
    for name, values in block.series:
        data.add_series(escaped(name), values[::order])
    if block.kind == "band":
        data.add_series(_("Lower bound"), block.low)
        data.add_series(_("Upper bound"), block.high)
    kind = {
        "days": XL_CHART_TYPE.COLUMN_CLUSTERED,
        "tones": XL_CHART_TYPE.COLUMN_STACKED,
        "band": XL_CHART_TYPE.LINE_MARKERS,
    }.get(block.kind, XL_CHART_TYPE.BAR_CLUSTERED)
    title = _box(slide, LEFT, y, WIDE - 2 * LEFT, 0.3)
    _write(title.paragraphs[0], block.title, 15, INK, bold=True)
    low = 0.3 if block.note else 0.0
    frame = slide.shapes.add_chart(
        kind, Inches(LEFT), Inches(y + 0.32), Inches(WIDE - 2 * LEFT), Inches(max(1.0, room - 0.4 - low)), data
    )
    _describe(frame, f"{block.title}. {block.alt}")
    chart = frame.chart
    chart.font.size, chart.font.color.rgb = Pt(11), _colour(SOFT)
    chart.has_title = False
    chart.has_legend = len(block.series) > 1 or block.kind == "band"
    if chart.has_legend:
        chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.TOP, False
    plot = chart.plots[0]
    value, category = chart.value_axis, chart.category_axis
    value.major_gridlines.format.line.color.rgb = _colour(RULE)
    value.format.line.fill.background()
    category.format.line.color.rgb = _colour(RULE)
    if block.kind in {"days", "tones", "bars"}:
        value.minimum_scale = 0  # a bar that does not begin at nothing lies
    if block.share:
        value.tick_labels.number_format, value.tick_labels.number_format_is_linked = "0%", False
    category.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    if not across:
        category.tick_labels.number_format, category.tick_labels.number_format_is_linked = "dd/mm", False
    if block.kind == "band":
        for number, series in enumerate(plot.series):
            line = series.format.line
            line.color.rgb, line.width = _colour(ACCENT if number == 0 else GREY), Pt(2.5 if number == 0 else 1)
            series.smooth = False
            if number:
                from pptx.enum.chart import XL_MARKER_STYLE

                series.marker.style = XL_MARKER_STYLE.NONE
    else:
        plot.gap_width = 60 if across else 25
        for number, series in enumerate(plot.series):
            series.invert_if_negative = False
            series.format.fill.solid()
            series.format.fill.fore_color.rgb = _colour(TONES[number] if block.kind == "tones" else ACCENT)
        if across:
            if block.low:
                _error_bars(plot.series[0], block)  # the value stands beside the name, clear of them
            else:
                plot.has_data_labels = True
                plot.data_labels.font.size = Pt(11)
            for place in range(len(block.categories)):
                if block.marked and place not in block.marked:
                    point = plot.series[0].points[len(block.categories) - 1 - place]
                    point.format.fill.solid()
                    point.format.fill.fore_color.rgb = _colour(GREY)
    if block.note:
        note = _box(slide, LEFT, y + room - 0.32, WIDE - 2 * LEFT, 0.3)
        _write(note.paragraphs[0], block.note, 11, SOFT)


def _with_values(block: Chart) -> list[str]:
    """Names of rows; with their values where error bars would hide these."""
    if not block.low:
        return list(block.categories)
    values = block.series[0][1]
    told = [percent(v or 0) if block.share else f"{count(v or 0, 2)}" for v in values]
    return [f"{name} · {value}" for name, value in zip(block.categories, told, strict=True)]


def _error_bars(series: Any, block: Chart) -> None:
    """The interval of each bar, as a native error bar with values of its own."""
    from lxml import etree

    space = "http://schemas.openxmlformats.org/drawingml/2006/chart"
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


def _table(slide: Any, block: Table, y: float, room: float) -> None:
    from pptx.enum.text import PP_ALIGN
    from pptx.util import Inches, Pt

    title = _box(slide, LEFT, y, WIDE - 2 * LEFT, 0.3)
    _write(title.paragraphs[0], block.title, 15, INK, bold=True)
    rows = block.rows[:MOST_ROWS]
    high = (room - 0.45) / (len(rows) + 1)
    shape = slide.shapes.add_table(
        len(rows) + 1,
        len(block.columns),
        Inches(LEFT),
        Inches(y + 0.36),
        Inches(WIDE - 2 * LEFT),
        Inches(high * (len(rows) + 1)),
    )
    _describe(shape, block.title)
    table = shape.table
    kinds = [kind for _name, kind in block.columns]
    weights = [2.6 if i == 0 else 1.6 if kind == "text" else 1.0 for i, kind in enumerate(kinds)]
    for place, weight in enumerate(weights):
        table.columns[place].width = Inches((WIDE - 2 * LEFT) * weight / sum(weights))
    lines = [
        [name for name, _kind in block.columns],
        *([cell_words(v, k) for v, k in zip(row, kinds, strict=True)] for row in rows),
    ]
    for r, line in enumerate(lines):
        table.rows[r].height = Inches(min(0.42, high))
        for c, words in enumerate(line):
            cell = table.cell(r, c)
            cell.margin_top = cell.margin_bottom = Inches(0.03)
            cell.fill.solid()
            cell.fill.fore_color.rgb = _colour("EEF4F6" if r == 0 else "FFFFFF")
            paragraph = cell.text_frame.paragraphs[0]
            run = _write(paragraph, words, 12, SOFT if r == 0 else INK, bold=r == 0)
            run.font.size = Pt(12 if len(lines) <= 13 else 10)
            if kinds[c] in {"number", "share"}:
                paragraph.alignment = PP_ALIGN.RIGHT
    if block.note:
        note = _box(slide, LEFT, y + room - 0.3, WIDE - 2 * LEFT, 0.3)
        _write(note.paragraphs[0], block.note, 11, SOFT)


def _quotes(slide: Any, block: Quotes, y: float, room: float) -> None:
    from pptx.util import Inches, Pt

    inches = room / max(1.0, height_of(block))
    if block.title:
        title = _box(slide, LEFT, y, WIDE - 2 * LEFT, 0.3)
        _write(title.paragraphs[0], block.title, 15, INK, bold=True)
        y += 8 * inches
    for quote in block.quotes:
        high = height_of(Quotes("", (quote,))) * inches
        line = slide.shapes.add_connector(1, Inches(LEFT), Inches(y + 0.04), Inches(LEFT), Inches(y + high - 0.12))
        line.line.color.rgb, line.line.width = _colour(ACCENT), Pt(3)
        _quote(_box(slide, LEFT + 0.2, y, WIDE - 2 * LEFT - 0.2, high), quote)
        y += high


def _quote(frame: Any, quote: Quote) -> None:
    if quote.erased:
        _write(frame.paragraphs[0], erased_words(), 14, SOFT)
        return
    _lines(frame, quote.shown, 15)
    if quote.translation:
        _write(frame.add_paragraph(), f"{_('Translated')}: {quote.translation}", 13, SOFT)
    beside = frame.add_paragraph()
    _write(beside, source_words(quote), 11, SOFT)
    if quote.url:
        _write(beside, " · ", 11, SOFT)
        _write(beside, host_of(quote.url), 11, ACCENT, link=quote.url)

"""A document as a PowerPoint file: native charts, tables and texts that can be edited, notes for the presenter."""

from __future__ import annotations

import io
from typing import Any

from dashboard.files.ooxml import escaped, sign
from dashboard.files.pdf import OutputError
from dashboard.files.pptx_chart import add_chart
from dashboard.files.pptx_parts import (
    ACCENT,
    INK,
    LEFT,
    RULE,
    SOFT,
    WIDE,
    box,
    colour,
    describe,
    heading,
    lines,
    note_below,
    write,
)
from dashboard.files.slides import ROOM, Slide, height_of, rooms_of, slides_of
from dashboard.words.documents import erased_words, host_of, plain_words, source_words, written_rows
from dashboard.words.language import _, speaking
from data.identity import accent_of, logo_of
from data.posts.quotes import Quote
from data.sharing.document import Block, Chart, Comment, Document, Figures, Look, Quotes, Table, Words

HIGH = 7.5  # inches
TOP, BOTTOM = 1.3, 7.0
MOST_ROWS = 60


def as_pptx(document: Document) -> bytes:
    """The document as slides, 16:9. Raises OutputError where it cannot be written."""
    from pptx import Presentation
    from pptx.util import Inches

    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(WIDE), Inches(HIGH)
    sign(deck.core_properties, document)
    with speaking(document.lang, document.zone):
        try:
            _opening(deck, document)
            slides = slides_of(document)
            for place, slide in enumerate(slides, start=2):
                _slide(deck, slide, place, len(slides) + 1, document.look)
            if document.coverage or document.method:
                about = tuple(Words(line, "item") for line in (*document.coverage, *document.method))
                last = len(slides) + 2
                _slide(deck, Slide(_("Method and limits"), about), last, last, document.look)
        except (ValueError, KeyError) as error:
            raise OutputError(str(error)[:500]) from error
    stream = io.BytesIO()
    deck.save(stream)
    return stream.getvalue()


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
    run.font.size, run.font.bold, run.font.color.rgb = Pt(40 if opening else 26), True, colour(INK)
    return slide


def _rule(slide: Any, y: float, look: Look) -> None:
    from pptx.util import Inches, Pt

    line = slide.shapes.add_connector(1, Inches(LEFT), Inches(y), Inches(WIDE - LEFT), Inches(y))
    line.line.color.rgb = colour(accent_of(look.colour, f"#{ACCENT}")[1:])
    line.line.width = Pt(2)


def _logo(slide: Any, look: Look) -> None:
    from pptx.util import Inches

    logo = logo_of(look.logo)
    if logo:
        picture = slide.shapes.add_picture(io.BytesIO(logo), Inches(LEFT), Inches(0.7), height=Inches(0.8))
        picture._element.nvPicPr.cNvPr.set("descr", escaped(look.name)[:200])


def _opening(deck: Any, document: Document) -> None:
    slide = _titled(deck, document.title, opening=True)
    _rule(slide, 4.05, document.look)
    _logo(slide, document.look)
    frame = box(slide, LEFT, 1.9, WIDE - 2 * LEFT, 0.5)
    write(frame.paragraphs[0], document.subtitle, 16, SOFT)
    under = box(slide, LEFT, 4.3, WIDE - 2 * LEFT, 2.2)
    if document.note:
        lines(under, document.note, 18)
    paragraph = under.add_paragraph()
    write(paragraph, document.made, 12, SOFT)
    if document.demo:
        write(under.add_paragraph(), _("Demo: an invented brand and community"), 12, "53389E", bold=True)


def _slide(deck: Any, held: Slide, number: int, total: int, look: Look) -> None:
    slide = _titled(deck, held.title)
    _rule(slide, 1.12, look)
    y = TOP
    for block, takes in zip(held.blocks, rooms_of(held.blocks), strict=True):
        room = takes * (BOTTOM - TOP) / ROOM
        _block(slide, block, y, room)
        y += room
    foot = box(slide, LEFT, 7.1, WIDE - 2 * LEFT, 0.3)
    write(foot.paragraphs[0], f"{number} / {total}", 10, SOFT)
    if held.notes:
        slide.notes_slide.notes_text_frame.text = escaped(held.notes)


def _block(slide: Any, block: Block, y: float, room: float) -> None:
    wide = WIDE - 2 * LEFT
    if isinstance(block, Words):
        frame = box(slide, LEFT, y, wide, room)
        size = {"lead": 19.0, "heading": 18.0, "note": 12.0}.get(block.kind, 15.0)
        mark = "•  " if block.kind == "item" else ""
        lines(
            frame, mark + plain_words(block), size, SOFT if block.kind == "note" else INK, bold=block.kind == "heading"
        )
    elif isinstance(block, Comment):
        frame = box(slide, LEFT, y, wide, room)
        lines(frame, block.text, 15, ACCENT)
        if block.who:
            write(frame.add_paragraph(), block.who, 12, SOFT)
    elif isinstance(block, Figures):
        _figures(slide, block, y, room)
    elif isinstance(block, Chart):
        add_chart(slide, block, y, room)
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
        shape.line.color.rgb, shape.line.width = colour(RULE), Pt(1)
        shape.shadow.inherit = False
        frame = shape.text_frame
        frame.word_wrap = True
        from pptx.enum.text import MSO_ANCHOR, PP_ALIGN

        frame.vertical_anchor = MSO_ANCHOR.MIDDLE
        for number, (text, size, ink, bold) in enumerate(
            ((figure.label, 12, SOFT, False), (figure.value, 28, INK, True), (figure.note, 11, SOFT, False))
        ):
            paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
            paragraph.alignment = PP_ALIGN.LEFT
            write(paragraph, text, size, ink, bold=bold)


def _table(slide: Any, block: Table, y: float, room: float) -> None:
    from pptx.enum.text import PP_ALIGN
    from pptx.util import Inches, Pt

    heading(slide, block.title, y)
    rows = written_rows(block)[:MOST_ROWS]
    high = (room - 0.45) / (len(rows) + 1)
    shape = slide.shapes.add_table(
        len(rows) + 1,
        len(block.columns),
        Inches(LEFT),
        Inches(y + 0.36),
        Inches(WIDE - 2 * LEFT),
        Inches(high * (len(rows) + 1)),
    )
    describe(shape, block.title)
    table = shape.table
    kinds = [kind for _name, kind in block.columns]
    weights = [2.6 if i == 0 else 1.6 if kind == "text" else 1.0 for i, kind in enumerate(kinds)]
    for place, weight in enumerate(weights):
        table.columns[place].width = Inches((WIDE - 2 * LEFT) * weight / sum(weights))
    grid = [[name for name, _kind in block.columns], *rows]
    for r, line in enumerate(grid):
        table.rows[r].height = Inches(min(0.42, high))
        for c, words in enumerate(line):
            cell = table.cell(r, c)
            cell.margin_top = cell.margin_bottom = Inches(0.03)
            cell.fill.solid()
            cell.fill.fore_color.rgb = colour("EEF4F6" if r == 0 else "FFFFFF")
            paragraph = cell.text_frame.paragraphs[0]
            run = write(paragraph, words, 12, SOFT if r == 0 else INK, bold=r == 0)
            run.font.size = Pt(12 if len(grid) <= 13 else 10)
            if kinds[c] in {"number", "share"}:
                paragraph.alignment = PP_ALIGN.RIGHT
    if block.note:
        note_below(slide, block.note, y + room - 0.3)


def _quotes(slide: Any, block: Quotes, y: float, room: float) -> None:
    from pptx.util import Inches, Pt

    inches = room / max(1.0, height_of(block))
    if block.title:
        heading(slide, block.title, y)
        y += 8 * inches
    for quote in block.quotes:
        high = height_of(Quotes("", (quote,))) * inches
        line = slide.shapes.add_connector(1, Inches(LEFT), Inches(y + 0.04), Inches(LEFT), Inches(y + high - 0.12))
        line.line.color.rgb, line.line.width = colour(ACCENT), Pt(3)
        _quote(box(slide, LEFT + 0.2, y, WIDE - 2 * LEFT - 0.2, high), quote)
        y += high


def _quote(frame: Any, quote: Quote) -> None:
    if quote.erased:
        write(frame.paragraphs[0], erased_words(), 14, SOFT)
        return
    lines(frame, quote.shown, 15)
    if quote.translation:
        write(frame.add_paragraph(), f"{_('Translated')}: {quote.translation}", 13, SOFT)
    beside = frame.add_paragraph()
    write(beside, source_words(quote), 11, SOFT)
    if quote.url:
        write(beside, " · ", 11, SOFT)
        write(beside, host_of(quote.url), 11, ACCENT, link=quote.url)

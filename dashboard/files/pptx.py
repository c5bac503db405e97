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
    Place,
    box,
    colour,
    describe,
    flat,
    heading,
    lines,
    note_below,
    write,
)
from dashboard.files.slides import (
    LETTERS,
    ROOM,
    Beside,
    Slide,
    height_of,
    height_of_quote,
    heights_of_rows,
    rooms_beside,
    rooms_of,
    slides_of,
)
from dashboard.words.documents import column_letters, erased_words, host_of, plain_words, source_words, written_rows
from dashboard.words.language import _, colon, speaking
from data.identity import accent_of, logo_of
from data.posts.quotes import Quote
from data.sharing.document import Block, Chart, Comment, Document, Figures, Look, Quotes, Section, Table, Words

HIGH = 7.5  # inches
TOP, BOTTOM = 1.3, 7.0
INCHES = (BOTTOM - TOP) / ROOM  # of a unit of `slides`


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
            about = tuple(Words(line, "item") for line in (*document.coverage, *document.method))
            slides = slides_of(document, [Section("method", _("Method and limits"), about)] if about else [])
            for place, slide in enumerate(slides, start=2):
                _slide(deck, slide, place, len(slides) + 1, document.look)
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
    flat(line)
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
    y, accent = TOP, accent_of(look.colour, f"#{ACCENT}")[1:]
    for piece, takes in zip(held.pieces, rooms_of(held.pieces), strict=True):
        high = takes * INCHES
        if isinstance(piece, Beside):
            gap = 0.4
            half = (WIDE - 2 * LEFT - gap) / 2
            for x, blocks in ((LEFT, piece.left), (LEFT + half + gap, piece.right)):
                down = y
                for block, share in zip(blocks, rooms_beside(blocks, takes), strict=True):
                    _block(slide, block, Place(x, down, half, share * INCHES, accent))
                    down += share * INCHES
        else:
            _block(slide, piece, Place(LEFT, y, WIDE - 2 * LEFT, high, accent))
        y += high
    foot = box(slide, LEFT, 7.1, WIDE - 2 * LEFT, 0.3)
    write(foot.paragraphs[0], f"{number} / {total}", 10, SOFT)
    if held.notes:
        slide.notes_slide.notes_text_frame.text = escaped(held.notes)


def _block(slide: Any, block: Block, place: Place) -> None:
    if isinstance(block, Words):
        frame = box(slide, place.x, place.y, place.wide, place.high)
        size = {"lead": 17.0, "heading": 16.0, "note": 11.0}.get(block.kind, 13.0)
        mark = "•  " if block.kind == "item" else ""
        lines(
            frame, mark + plain_words(block), size, SOFT if block.kind == "note" else INK, bold=block.kind == "heading"
        )
    elif isinstance(block, Comment):
        frame = box(slide, place.x, place.y, place.wide, place.high)
        lines(frame, block.text, 13, place.accent)
        if block.who:
            write(frame.add_paragraph(), block.who, 11, SOFT)
    elif isinstance(block, Figures):
        _figures(slide, block, place)
    elif isinstance(block, Chart):
        add_chart(slide, block, place)
    elif isinstance(block, Table):
        _table(slide, block, place)
    else:
        _quotes(slide, block, place)


def _figures(slide: Any, block: Figures, place: Place) -> None:
    from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
    from pptx.util import Inches, Pt

    gap = 0.2
    wide = (place.wide - gap * (len(block.items) - 1)) / max(1, len(block.items))
    for number, figure in enumerate(block.items):
        shape = slide.shapes.add_shape(
            1,
            Inches(place.x + number * (wide + gap)),
            Inches(place.y + 0.05),
            Inches(wide),
            Inches(place.high - 0.2),
        )
        shape.fill.background()
        shape.line.color.rgb, shape.line.width = colour(RULE), Pt(1)
        flat(shape)
        frame = shape.text_frame
        frame.word_wrap, frame.vertical_anchor = True, MSO_ANCHOR.MIDDLE
        frame.margin_top = frame.margin_bottom = Inches(0.05)
        told = ((figure.label, 11, SOFT, False), (figure.value, 24, INK, True), (figure.note, 10, SOFT, False))
        for line, (text, size, ink, bold) in enumerate(part for part in told if part[0]):
            paragraph = frame.paragraphs[0] if line == 0 else frame.add_paragraph()
            paragraph.alignment = PP_ALIGN.LEFT
            write(paragraph, text, size, ink, bold=bold)


def _table(slide: Any, block: Table, place: Place) -> None:
    from pptx.enum.text import PP_ALIGN
    from pptx.util import Inches, Pt

    heading(slide, block.title, place)
    high = place.high - 0.42 - (0.34 if block.note else 0.0)
    heights = heights_of_rows(block, place.wide / (WIDE - 2 * LEFT))
    shape = slide.shapes.add_table(
        len(heights),
        len(block.columns),
        Inches(place.x),
        Inches(place.y + 0.36),
        Inches(place.wide),
        Inches(high),
    )
    describe(shape, block.title)
    table = shape.table
    kinds = [kind for _name, kind in block.columns]
    letters = column_letters(block, LETTERS * place.wide / (WIDE - 2 * LEFT))
    for column, wanted in enumerate(letters):
        table.columns[column].width = Inches(place.wide * wanted / sum(letters))
    grid = [[name for name, _kind in block.columns], *written_rows(block)]
    for r, line in enumerate(grid):
        table.rows[r].height = Inches(min(high / sum(heights), INCHES) * heights[r])
        for c, words in enumerate(line):
            cell = table.cell(r, c)
            cell.margin_top = cell.margin_bottom = Inches(0.02)
            cell.fill.solid()
            cell.fill.fore_color.rgb = colour("EEF4F6" if r == 0 else "FFFFFF")
            paragraph = cell.text_frame.paragraphs[0]
            run = write(paragraph, words, 11, SOFT if r == 0 else INK, bold=r == 0)
            run.font.size = Pt(11)
            if kinds[c] in {"number", "share"}:
                paragraph.alignment = PP_ALIGN.RIGHT
    if block.note:
        note_below(slide, block.note, place)


def _quotes(slide: Any, block: Quotes, place: Place) -> None:
    from pptx.util import Inches, Pt

    share = place.wide / (WIDE - 2 * LEFT)
    inches, y = place.high / max(1.0, height_of(block, share)), place.y
    if block.title:
        heading(slide, block.title, place)
        y += 6 * inches
    if block.note:
        note = height_of(Quotes("", (), block.note), share) * inches
        write(box(slide, place.x, y, place.wide, note).paragraphs[0], block.note, 10, SOFT)
        y += note
    for quote in block.quotes:
        high = height_of_quote(quote, share) * inches
        line = slide.shapes.add_connector(
            1, Inches(place.x), Inches(y + 0.04), Inches(place.x), Inches(y + high - 0.12)
        )
        flat(line)
        line.line.color.rgb, line.line.width = colour(place.accent), Pt(3)
        _quote(box(slide, place.x + 0.2, y, place.wide - 0.2, high), quote)
        y += high


def _quote(frame: Any, quote: Quote) -> None:
    if quote.erased:
        write(frame.paragraphs[0], erased_words(), 14, SOFT)
        return
    lines(frame, quote.shown, 13)
    if quote.translation:
        write(frame.add_paragraph(), f"{_('Translated')}{colon()}{quote.translation}", 12, SOFT)
    beside = frame.add_paragraph()
    write(beside, source_words(quote), 10, SOFT)
    if quote.url:
        write(beside, " · ", 10, SOFT)
        write(beside, host_of(quote.url), 10, ACCENT, link=quote.url)

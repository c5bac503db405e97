"""A document as a Word file: real headings, tables and quotes, charts as pictures with alternative texts."""

from __future__ import annotations

import io
from typing import Any

from dashboard.charts.drawing import png_of
from dashboard.files.ooxml import escaped, sign
from dashboard.words.documents import cell_words, erased_words, host_of, plain_words, source_words
from dashboard.words.language import _, speaking
from data.identity import accent_of, logo_of
from data.posts.quotes import Quote
from data.sharing.document import Block, Chart, Comment, Document, Figures, Look, Table, Words


def as_docx(document: Document) -> bytes:
    """The document as DOCX."""
    import docx
    from docx.shared import Pt, RGBColor

    made = docx.Document()
    sign(made.core_properties, document)
    normal = made.styles["Normal"]
    normal.font.name, normal.font.size = "Calibri", Pt(11)
    normal.font.color.rgb = RGBColor.from_string("1D2A33")
    with speaking(document.lang, document.zone):
        _look(made, document.look)
        made.add_heading(escaped(document.title), level=0)
        _small(made, document.subtitle)
        if document.demo:
            _small(made, _("Demo: an invented brand and community"))
        if document.note:
            _text(made.add_paragraph(), document.note)
        for section in document.sections:
            made.add_heading(escaped(section.title), level=1)
            for block in section.blocks:
                _block(made, block, document.lang)
        if document.coverage or document.method:
            made.add_heading(_("Method and limits"), level=1)
            for line in (*document.coverage, *document.method):
                _text(made.add_paragraph(style="List Bullet"), line)
        _small(made, document.made)
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def _look(made: Any, look: Look) -> None:
    """The logo above all, headings in the colour."""
    from docx.shared import Inches, RGBColor

    accent = accent_of(look.colour, "")
    for level in (1, 2) if accent else ():
        made.styles[f"Heading {level}"].font.color.rgb = RGBColor.from_string(accent[1:].upper())
    logo = logo_of(look.logo)
    if logo:
        made.add_picture(io.BytesIO(logo), height=Inches(0.5))
        made.inline_shapes[-1]._inline.docPr.set("descr", escaped(look.name)[:200])


def _text(paragraph: Any, words: str) -> Any:
    """The words, with their line breaks and tabs."""
    return paragraph.add_run(escaped(words))


def _small(made: Any, words: str) -> Any:
    from docx.shared import Pt, RGBColor

    paragraph = made.add_paragraph()
    run = _text(paragraph, words)
    run.font.size, run.font.color.rgb = Pt(9), RGBColor.from_string("55646F")
    return paragraph


def _block(made: Any, block: Block, lang: str) -> None:
    from docx.shared import Inches

    if isinstance(block, Words):
        words = plain_words(block)
        if block.kind == "heading":
            made.add_heading(escaped(words), level=2)
        elif block.kind == "note":
            _small(made, words)
        else:
            _text(made.add_paragraph(style="List Bullet" if block.kind == "item" else None), words)
    elif isinstance(block, Comment):
        _text(made.add_paragraph(style="Intense Quote"), block.text)
        if block.who:
            _small(made, block.who)
    elif isinstance(block, Figures):
        rows = tuple((f.label, f.value, f.note) for f in block.items)
        _table(made, Table("", ((_("Figure"), "text"), (_("Value"), "text"), ("", "text")), rows))
    elif isinstance(block, Chart):
        made.add_heading(escaped(block.title), level=2)
        made.add_picture(io.BytesIO(png_of(block, lang)), width=Inches(6.2))
        made.inline_shapes[-1]._inline.docPr.set("descr", escaped(block.alt or block.title)[:2_000])
        if block.note:
            _small(made, block.note)
    elif isinstance(block, Table):
        _table(made, block)
    else:
        if block.title:
            made.add_heading(escaped(block.title), level=2)
        if block.note:
            _small(made, block.note)
        for quote in block.quotes:
            _quote(made, quote)


def _table(made: Any, block: Table) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Inches

    if block.title:
        made.add_heading(escaped(block.title), level=2)
    table = made.add_table(rows=1, cols=len(block.columns), style="Light Shading Accent 1")
    table.autofit = False
    for cell, (name, _kind) in zip(table.rows[0].cells, block.columns, strict=True):
        cell.text = escaped(name)
        cell.paragraphs[0].paragraph_format.keep_with_next = True
    for row in block.rows:
        for cell, value, (_name, kind) in zip(table.add_row().cells, row, block.columns, strict=True):
            cell.text = escaped(cell_words(value, kind))
            if kind in {"number", "share"}:
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    weights = [2.6 if i == 0 else 1.5 if kind == "text" else 1.0 for i, (_name, kind) in enumerate(block.columns)]
    for place, weight in enumerate(weights):
        for cell in table.columns[place].cells:
            cell.width = Inches(6.0 * weight / sum(weights))
    if block.note:
        _small(made, block.note)


def _quote(made: Any, quote: Quote) -> None:
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    if quote.erased:
        _small(made, erased_words())
        return
    _text(made.add_paragraph(style="Quote"), quote.shown)
    if quote.translation:
        _small(made, f"{_('Translated')}: {quote.translation}")
    beside = _small(made, source_words(quote) + (" · " if quote.url else ""))
    if quote.url:
        link = OxmlElement("w:hyperlink")
        link.set(qn("r:id"), made.part.relate_to(escaped(quote.url), RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
        run = OxmlElement("w:r")
        words = OxmlElement("w:t")
        words.text = escaped(host_of(quote.url))
        run.append(words)
        link.append(run)
        beside._p.append(link)

"""A document as a Word file: real headings, tables and quotes, charts as pictures with alternative texts."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from dashboard.charts.drawing import png_of
from dashboard.files.ooxml import escaped, sign
from dashboard.words.documents import cell_words, column_letters, erased_words, host_of, plain_words, source_words
from dashboard.words.language import _, colon, speaking
from data.identity import accent_of, logo_of
from data.posts.quotes import Quote
from data.sharing.document import Block, Chart, Comment, Document, Figures, Look, Table, Words

PAGE = 6.0  # inches of the width of a page that text has
LETTERS = 88  # of a line of a table; one of fewer is narrower than the page
ABREAST = 4  # key figures on a line


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
                _block(made, block, document)
        if document.coverage or document.method:
            made.add_heading(_("Method and limits"), level=1)
            for line in (*document.coverage, *document.method):
                _text(made.add_paragraph(style="List Bullet"), line)
        _small(made, document.made)
        _foot(made, document.title)
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


def _block(made: Any, block: Block, document: Document) -> None:
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
        _key_figures(made, block)
    elif isinstance(block, Chart):
        made.add_heading(escaped(block.title), level=2)
        made.add_picture(io.BytesIO(png_of(block, document.lang, accent=document.look.colour)), width=Inches(6.2))
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
    table = made.add_table(rows=1, cols=len(block.columns))
    table.autofit = False
    for cell, (name, _kind) in zip(table.rows[0].cells, block.columns, strict=True):
        cell.text = escaped(name)
        cell.paragraphs[0].paragraph_format.keep_with_next = True
    _header(table.rows[0])
    for row in block.rows:
        for cell, value, (_name, kind) in zip(table.add_row().cells, row, block.columns, strict=True):
            cell.text = escaped(cell_words(value, kind))
            if kind in {"number", "share"}:
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    letters = [one + 2 for one in column_letters(block, LETTERS - 2 * len(block.columns))]  # with the cells' margins
    for column, wanted in zip(table.columns, letters, strict=True):
        wide = Inches(PAGE * wanted / max(sum(letters), LETTERS))
        column.width = wide  # of the grid, which LibreOffice goes by; Word goes by the cells
        for cell in column.cells:
            cell.width = wide
    _dress(table, [kind for _name, kind in block.columns])
    if block.note:
        _small(made, block.note)


def _header(row: Any) -> None:
    """A row that stands at the head of each page that the table goes on to."""
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _dress(table: Any, kinds: Sequence[str]) -> None:
    """Small letters, a thin line below each row, no row torn between two pages."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement, parse_xml
    from docx.oxml.ns import nsdecls
    from docx.shared import Pt, RGBColor

    lines = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="DFE6EA"/>' for side in ("top", "bottom", "insideH")
    )
    table._tbl.tblPr.append(parse_xml(f"<w:tblBorders {nsdecls('w')}>{lines}</w:tblBorders>"))
    for number, row in enumerate(table.rows):
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for cell, kind in zip(row.cells, kinds, strict=True):
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
                if kind in {"number", "share"}:
                    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
                for run in paragraph.runs:
                    run.font.size = Pt(9)
                    if number == 0:
                        run.font.bold, run.font.color.rgb = True, RGBColor.from_string("55646F")


def _key_figures(made: Any, block: Figures) -> None:
    """Figures side by side: what each is, its value, what it was."""
    from docx.oxml import OxmlElement
    from docx.shared import Inches, Pt, RGBColor

    for start in range(0, len(block.items), ABREAST):
        items = block.items[start : start + ABREAST]
        table = made.add_table(rows=1, cols=len(items))
        table.autofit = False
        table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for column, cell, figure in zip(table.columns, table.rows[0].cells, items, strict=True):
            column.width = cell.width = Inches(PAGE / len(items))
            told = ((figure.label, 9, False), (figure.value, 18, True), (figure.note, 9, False))
            for line, (words, size, bold) in enumerate(part for part in told if part[0]):
                paragraph = cell.paragraphs[0] if line == 0 else cell.add_paragraph()
                paragraph.paragraph_format.space_after = Pt(1)
                paragraph.paragraph_format.keep_with_next = True
                run = _text(paragraph, words)
                run.font.size, run.font.bold = Pt(size), bold
                run.font.color.rgb = RGBColor.from_string("1D2A33" if bold else "55646F")
        made.add_paragraph().paragraph_format.space_after = Pt(0)


def _foot(made: Any, title: str) -> None:
    """The title and the number of the page, which Word counts."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    paragraph = made.sections[0].footer.paragraphs[0]
    parts = (f"{title} · ", "PAGE", " / ", "NUMPAGES")
    for words in parts:
        run = paragraph.add_run()
        run.font.size, run.font.color.rgb = Pt(8), RGBColor.from_string("55646F")
        if words not in {"PAGE", "NUMPAGES"}:
            run.text = escaped(words)
            continue
        for kind in ("begin", "", "end"):
            mark = OxmlElement("w:fldChar" if kind else "w:instrText")
            if kind:
                mark.set(qn("w:fldCharType"), kind)
            else:
                mark.text = words
            run._r.append(mark)


def _quote(made: Any, quote: Quote) -> None:
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Pt

    if quote.erased:
        _small(made, erased_words())
        return
    said = made.add_paragraph(style="Quote")
    said.paragraph_format.keep_with_next, said.paragraph_format.space_after = True, Pt(2)
    _text(said, quote.shown)
    if quote.translation:
        _small(made, f"{_('Translated')}{colon()}{quote.translation}")
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

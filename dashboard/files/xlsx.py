"""A document as a workbook: figures, the data of each chart, tables, verbatims, method. Typed cells, no formulas."""

from __future__ import annotations

import io
import re
from datetime import UTC, date
from typing import Any

from dashboard.files.ooxml import escaped
from dashboard.words.language import _, speaking
from data.posts.quotes import CUT
from data.sharing.document import Chart, Document, Figures, Table

LONGEST = 32_000  # characters; a cell holds 32,767


def as_xlsx(document: Document) -> bytes:
    """The document as XLSX. Texts are texts, whatever they begin with."""
    from openpyxl import Workbook

    book = Workbook()
    book.properties.title = escaped(document.title)[:250]
    book.properties.creator = book.properties.lastModifiedBy = "Vigie"
    with speaking(document.lang, document.zone):
        first = book.active
        first.title = _("Figures")
        figures = [(s.title, f) for s in document.sections for b in s.blocks if isinstance(b, Figures) for f in b.items]
        _sheet(
            first,
            (
                (_("Section"), "text"),
                (_("Figure"), "text"),
                (_("Value"), "number"),
                (_("Low"), "number"),
                (_("High"), "number"),
                (_("As written"), "text"),
                (_("Note"), "text"),
            ),
            [(title, f.label, f.number, f.low, f.high, f.value, f.note) for title, f in figures],
        )
        used = {first.title.lower()}
        for section in document.sections:
            for block in section.blocks:
                if isinstance(block, Chart):
                    _sheet(_new(book, block.title, used), *_of_chart(block))
                elif isinstance(block, Table):
                    _sheet(_new(book, block.title, used), block.columns, block.rows)
        quotes = [
            (q.shown, q.author, q.place, q.published_at, q.lang, q.url, _("Demo") if q.is_demo else "")
            for q in document.quotes()
            if not q.erased
        ]
        _sheet(
            _new(book, _("Verbatims"), used),
            (
                (_("Quote"), "text"),
                (_("Author"), "text"),
                (_("Place"), "text"),
                (_("Published (UTC)"), "moment"),
                (_("Language"), "text"),
                (_("Link"), "text"),
                (_("Note"), "text"),
            ),
            quotes,
        )
        lines = [document.subtitle, document.note, *document.coverage, *document.method, document.made]
        _sheet(
            _new(book, _("Method and limits"), used), ((document.title, "text"),), [(line,) for line in lines if line]
        )
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _of_chart(block: Chart) -> tuple[tuple[tuple[str, str], ...], list[tuple[Any, ...]]]:
    kind = "share" if block.share else "number"
    by_day = block.kind in {"days", "tones", "band"}
    columns = [(_("Day") if by_day else _("Name"), "date" if by_day else "text")]
    columns += [(name, kind) for name, _values in block.series]
    held = [values for _name, values in block.series]
    if block.low:
        columns += [(_("Low"), kind), (_("High"), kind)]
        held += [block.low, block.high]
    rows = [(name, *(values[i] for values in held)) for i, name in enumerate(block.categories)]
    return tuple(columns), rows


def _new(book: Any, title: str, used: set[str]) -> Any:
    """A sheet with a name that Excel takes, and that no other sheet has."""
    name = re.sub(r"[\\/*?:\[\]\x00-\x1f']", " ", title).strip()[:28] or "-"
    wanted, number = name, 2
    while wanted.lower() in used:
        wanted, number = f"{name[:25]} {number}", number + 1
    used.add(wanted.lower())
    return book.create_sheet(wanted)


def _sheet(sheet: Any, columns: Any, rows: Any) -> None:
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    for place, (name, kind) in enumerate(columns, start=1):
        _text(sheet.cell(1, place), name).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(place)].width = {"text": 34, "moment": 18}.get(kind, 14)
    for r, row in enumerate(rows, start=2):
        for c, value in enumerate(row, start=1):
            cell, kind = sheet.cell(r, c), columns[c - 1][1]
            if value is None or value == "":
                continue
            if kind == "date":
                cell.value, cell.number_format = date.fromisoformat(str(value)), "yyyy-mm-dd"
            elif kind == "moment":
                cell.value = value.astimezone(UTC).replace(tzinfo=None, microsecond=0)
                cell.number_format = "yyyy-mm-dd hh:mm"
            elif kind in {"number", "share"} and isinstance(value, (int, float)):
                cell.value, cell.number_format = value, "0.0%" if kind == "share" else "General"
            else:
                _text(cell, str(value)).alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A2"
    if rows:
        sheet.auto_filter.ref = sheet.dimensions


def _text(cell: Any, words: str) -> Any:
    """A text that stays one: no formula, whatever it begins with."""
    cell.value = escaped(words if len(words) <= LONGEST else f"{words[:LONGEST]} {CUT}")
    cell.data_type = "s"
    if words[:1] in "=+-@\t\r" and words:
        cell.quotePrefix = True
    return cell

"""A document as a workbook: figures, the data of each chart, tables, verbatims, method. Typed cells, no formulas."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date
from typing import Any

from dashboard.files.ooxml import escaped
from dashboard.words.language import _, speaking
from data.identity import accent_of, logo_of
from data.posts.quotes import CUT
from data.sharing.document import Chart, Document, Figure, Figures, Look, Table

LONGEST = 32_000  # characters; a cell holds 32,767
WIDEST, WIDE = 60.0, 34.0  # letters of the first column, and of another
HIGHEST = 400.0  # points of a row, of which Excel takes 409
PORTRAIT = 95.0  # letters that stand side by side on an upright page
ACCENT, LOGO = "#0b6d84", 48  # of headers where the workspace has no colour; pixels of its logo
NET = "+0.00;-0.00;0.00"


def as_xlsx(document: Document) -> bytes:
    """The document as XLSX. Texts are texts, whatever they begin with."""
    from openpyxl import Workbook

    book = Workbook()
    book.properties.title = escaped(document.title)[:250]
    book.properties.creator = book.properties.lastModifiedBy = "Vigie"
    with speaking(document.lang, document.zone):
        first, accent = book.active, accent_of(document.look.colour, ACCENT)
        _figures(first, document, accent)
        used = {first.title.lower()}
        for section in document.sections:
            for block in section.blocks:
                if isinstance(block, Chart):
                    _sheet(_new(book, block.title, used), *_of_chart(block), document.title, accent)
                elif isinstance(block, Table):
                    _sheet(_new(book, block.title, used), block.columns, block.rows, document.title, accent)
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
            document.title,
            accent,
        )
        lines = [document.subtitle, document.note, *document.coverage, *document.method, document.made]
        about = _new(book, _("Method and limits"), used)
        _sheet(about, ((document.title, "text"),), [(line,) for line in lines if line], document.title, accent)
        _signed(about, document.look)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _figures(first: Any, document: Document, accent: str) -> None:
    """The key figures of all sections, each as it is read and as a number."""
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
        document.title,
        accent,
        [_format_of_figure(f) for _title, f in figures],
    )


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


def _sheet(sheet: Any, columns: Any, rows: Any, title: str, accent: str, formats: Sequence[str] = ()) -> None:
    """`formats` are those of the numbers of each row, where they are not those of its columns."""
    for place, (name, kind) in enumerate(columns, start=1):
        head = _text(sheet.cell(1, place), name)
        head.alignment = _aligned(kind)
    columns_format = [number_format((row[c] for row in rows), kind) for c, (_name, kind) in enumerate(columns)]
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
                cell.value, cell.number_format = value, formats[r - 2] if formats else columns_format[c - 1]
            else:
                _text(cell, str(value))
            cell.alignment = _aligned(kind)
    _fitted(sheet)
    _printed(sheet, title)
    _headed(sheet, accent)
    if rows:
        sheet.auto_filter.ref = sheet.dimensions


def number_format(values: Iterable[object], kind: str) -> str:
    """The numbers of a column rounded as they are read: shares in percent, counts in ones, nets with two decimals."""
    if kind == "share":
        return "0%"
    return NET if any(isinstance(value, float) and not value.is_integer() for value in values) else "#,##0"


def _format_of_figure(figure: Figure) -> str:
    """The same for a figure: a share says percent."""
    return "0%" if "%" in figure.value else number_format((figure.number, figure.low, figure.high), "number")


def _headed(sheet: Any, accent: str) -> None:
    """The header in the colour of the workspace, which reads on white and so white reads on it."""
    from openpyxl.styles import Font, PatternFill

    for cell in sheet[1]:
        cell.fill = PatternFill("solid", start_color=accent[1:].upper())
        cell.font = Font(name="Calibri", size=11, bold=True, color="FFFFFF")


def _signed(sheet: Any, look: Look) -> None:
    """The logo below what a sheet says."""
    from openpyxl.drawing.image import Image

    picture = logo_of(look.logo)
    if picture:
        logo = Image(io.BytesIO(picture))
        logo.width, logo.height = round(logo.width * LOGO / logo.height), LOGO
        below = sheet.max_row + 2
        sheet.add_image(logo, f"A{below}")
        sheet.print_area = f"A1:A{below + 4}"


def _aligned(kind: str) -> Any:
    """Numbers to the right, texts to the left and off the numbers beside them."""
    from openpyxl.styles import Alignment

    if kind == "text":
        return Alignment(horizontal="left", vertical="top", indent=1, wrap_text=True)
    return Alignment(horizontal="right", vertical="top")


def _fitted(sheet: Any) -> None:
    """Columns as wide as their words, up to WIDEST; rows as high as the lines of their cells."""
    from openpyxl.utils import get_column_letter

    wide: dict[int, float] = {}
    for row in sheet.iter_rows():
        for cell in row:
            if cell.value is None:
                continue
            longest = max(len(line) for line in _as_read(cell).split("\n"))
            # A header has the mark of its filter beside it.
            room = longest * 1.15 + 5 if cell.row == 1 else longest * 1.08 + 2
            most = WIDEST if cell.column == 1 else WIDE
            wide[cell.column] = min(most, max(wide.get(cell.column, 8.0), room))
    for column, letters in wide.items():
        sheet.column_dimensions[get_column_letter(column)].width = letters
    for row in sheet.iter_rows():
        lines = max(
            (
                sum(math.ceil((len(part) + 2) / wide[cell.column]) or 1 for part in _as_read(cell).split("\n"))
                for cell in row
                if cell.value is not None
            ),
            default=1,
        )
        sheet.row_dimensions[row[0].row].height = min(HIGHEST, 15.0 * lines)


def _as_read(cell: Any) -> str:
    """The letters that a cell shows, about as many."""
    if isinstance(cell.value, str):
        return cell.value
    return "0" * (16 if "hh" in cell.number_format else 10 if cell.is_date else 8)


def _printed(sheet: Any, title: str) -> None:
    """On A4, as wide as the page, its header on every page, with the title and the page's number."""
    sheet.freeze_panes = "A2"
    wide = sum(column.width for column in sheet.column_dimensions.values())
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.orientation = "landscape" if wide > PORTRAIT else "portrait"
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.print_title_rows = "1:1"
    sheet.print_area = sheet.dimensions
    sheet.oddFooter.left.text = escaped(title).replace("&", "&&")[:120]
    sheet.oddFooter.right.text = "&P / &N"


def _text(cell: Any, words: str) -> Any:
    """A text that stays one: no formula, whatever it begins with."""
    cell.value = escaped(words if len(words) <= LONGEST else f"{words[:LONGEST]} {CUT}")
    cell.data_type = "s"
    if words[:1] in "=+-@\t\r" and words:
        cell.quotePrefix = True
    return cell

"""The files that a document can become: one table of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dashboard.files.docx import as_docx
from dashboard.files.html import as_html
from dashboard.files.pdf import as_pdf, verbatims_of
from dashboard.files.pptx import as_pptx
from dashboard.files.xlsx import as_xlsx
from data.sharing.document import Document

OFFICE = "application/vnd.openxmlformats-officedocument"


@dataclass(frozen=True, slots=True)
class FileKind:
    """Its name, its media type, and what makes it; `make` raises OutputError where it cannot."""

    label: str
    mime: str
    make: Callable[[Document], bytes]


FILES: dict[str, FileKind] = {  # by their endings
    "pdf": FileKind("PDF", "application/pdf", as_pdf),
    "pptx": FileKind("PowerPoint", f"{OFFICE}.presentationml.presentation", as_pptx),
    "docx": FileKind("Word", f"{OFFICE}.wordprocessingml.document", as_docx),
    "xlsx": FileKind("Excel", f"{OFFICE}.spreadsheetml.sheet", as_xlsx),
    "html": FileKind("HTML", "text/html; charset=utf-8", lambda document: as_html(document).encode()),
    "jsonl": FileKind(
        "Verbatims", "application/jsonl; charset=utf-8", lambda document: verbatims_of(document).encode()
    ),
}


def file_of(document: Document, kind: str) -> bytes:
    """The document as a file of one kind. Raises OutputError where it cannot be made, KeyError for another kind."""
    return FILES[kind].make(document)

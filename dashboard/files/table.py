"""The files that a document can become: one table of them."""

from __future__ import annotations

from dashboard.files.docx import as_docx
from dashboard.files.html import as_html
from dashboard.files.pdf import as_pdf, verbatims_of
from dashboard.files.pptx import as_pptx
from dashboard.files.xlsx import as_xlsx
from data.sharing.document import Document

OFFICE = "application/vnd.openxmlformats-officedocument"
# Ending -> (name, media type).
FILES: dict[str, tuple[str, str]] = {
    "pdf": ("PDF", "application/pdf"),
    "pptx": ("PowerPoint", f"{OFFICE}.presentationml.presentation"),
    "docx": ("Word", f"{OFFICE}.wordprocessingml.document"),
    "xlsx": ("Excel", f"{OFFICE}.spreadsheetml.sheet"),
    "html": ("HTML", "text/html; charset=utf-8"),
    "jsonl": ("Verbatims", "application/jsonl; charset=utf-8"),
}


def file_of(document: Document, kind: str) -> bytes:
    """The document as a file of one kind. Raises OutputError where it cannot be made, KeyError for another kind."""
    if kind == "html":
        return as_html(document).encode()
    if kind == "jsonl":
        return verbatims_of(document).encode()
    makers = {"pdf": as_pdf, "pptx": as_pptx, "docx": as_docx, "xlsx": as_xlsx}
    return makers[kind](document)

"""Blocks of a document in a process with limits: the document on stdin, lines of JSON on stdout.

    python -m sources.known.documents_process docx|pdf   -> [kind, text, place, level] a line

The last line is {"end": ""} or {"end": why not}.
"""

from __future__ import annotations

import json
import re
import resource
import sys
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from sources.known.passages import HEADING, TEXT, Block, asks, blocks_of

MEMORY = 900_000_000
SECONDS = 60
MAX_UNPACKED = 100_000_000  # bytes of all members of a document
MAX_PAGES = 500
MAX_CHARACTERS = 5_000_000
_LEVEL = re.compile(r"(\d)\s*$")


class RefusedError(Exception):
    """Why this document is not read, in words."""


def docx_blocks(body: bytes) -> Iterator[Block]:
    """Paragraphs and cells of tables in their order; headings by their style, questions by their mark."""
    from docx import Document

    with zipfile.ZipFile(BytesIO(body)) as archive:
        if sum(info.file_size for info in archive.infolist()) > MAX_UNPACKED:
            raise RefusedError(f"it unpacks to more than {MAX_UNPACKED // 1_000_000} MB; take its pictures out")
    number = 0
    for part in Document(BytesIO(body)).iter_inner_content():
        rows = [row.cells for row in part.rows] if hasattr(part, "rows") else []
        for cells in rows:
            texts = list(dict.fromkeys(" ".join(cell.text.split()) for cell in cells))
            number += 1
            if len(texts) == 2 and asks(texts[0]):  # a table of questions and answers
                yield Block(HEADING, texts[0], f"paragraph {number}")
                texts = texts[1:]
            yield Block(TEXT, " · ".join(text for text in texts if text), f"paragraph {number}")
        if not rows:
            number += 1
            yield from _paragraph(part, f"paragraph {number}")


def _paragraph(part: Any, place: str) -> Iterator[Block]:
    words = str(part.text).strip()
    if not words:
        return
    style = str(part.style.style_id if part.style is not None else "").lower()
    if style.startswith(("heading", "titre", "title")):
        level = _LEVEL.search(style)
        yield Block(HEADING, words, place, int(level[1]) if level else 1)
    else:
        yield from blocks_of((line, place) for line in words.split("\n"))


def pdf_blocks(body: bytes) -> Iterator[Block]:
    """Paragraphs of the text of each page; a paragraph ends where a line is empty, or ends a sentence before it is
    full."""
    import pypdfium2  # type: ignore[import-untyped]

    try:
        book = pypdfium2.PdfDocument(body)
    except pypdfium2.PdfiumError as error:
        locked = "password" in str(error).lower()
        raise RefusedError("it is locked with a password" if locked else "it is not a readable PDF") from error
    if len(book) > MAX_PAGES:
        raise RefusedError(f"it has {len(book)} pages; at most {MAX_PAGES} are read: save a part of it")
    found = 0
    for number in range(len(book)):
        text = book[number].get_textpage().get_text_bounded().replace("\r\n", "\n").replace("\ufffe", "-\n")
        found += len(text.strip())
        yield from blocks_of((line, f"page {number + 1}") for line in _lines(text))
    if not found:
        raise RefusedError("it holds pictures of pages and no text; save it with text recognised in it")


def _lines(text: str) -> Iterator[str]:
    """The lines of a page, with an empty one behind each that ends a paragraph, and lines of one question joined."""
    lines = [line.strip() for line in text.split("\n")]
    full = 0.75 * max(map(len, lines), default=0)
    for line in lines:
        yield line
        if line.endswith((".", "!", ":", "…")) and len(line) < full:
            yield ""


def main() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    end, told = "", 0
    try:
        for block in (docx_blocks if sys.argv[1] == "docx" else pdf_blocks)(sys.stdin.buffer.read()):
            told += len(block.text)
            if told > MAX_CHARACTERS:
                raise RefusedError("it has more text than fits; save a part of it")
            line = [block.kind, block.text, block.place, block.level]
            sys.stdout.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")
    except RefusedError as error:
        end = str(error)
    except MemoryError:
        end = "it needs too much memory; save a part of it"
    except Exception as error:  # noqa: BLE001 - whatever a hostile document makes the libraries raise
        end = f"it is not a readable document ({type(error).__name__}); save it again, or as text"
    sys.stdout.write(json.dumps({"end": end}) + "\n")


if __name__ == "__main__":
    main()

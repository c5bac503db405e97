"""A document as PDF, by Typst: its wheel carries all that it needs. Real headings, alternative texts, bookmarks.

A page shows letters as drawings of a font; the exact quotes are in the file too, as an attachment that any program
can read.
"""

from __future__ import annotations

import json
import re
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import Any

from dashboard.charts.drawing import font_folders, svg_of, width_of
from dashboard.charts.paper import WIDTH
from dashboard.words.documents import column_letters, erased_words, host_of, plain_words, source_words, written_rows
from dashboard.words.language import _, speaking
from data.identity import accent_of, logo_of
from data.posts.quotes import Quote
from data.sharing.document import Block, Chart, Comment, Document, Figures, Table, Words

TEMPLATE = Path(__file__).parent / "document.typ"
# What the packages of fonts and the wheel bring; signs that none of them has are taken from the machine's fonts.
_SCRIPTS = (
    "Arabic Armenian Bengali Devanagari Ethiopic Georgian Gujarati Gurmukhi Hebrew Kannada Khmer Lao Malayalam Myanmar "
    "Oriya Sinhala Tamil Telugu Thai Symbols"
)
FONTS = [
    "Noto Sans",
    "Noto Emoji",
    *(f"Noto Sans {script}" for script in _SCRIPTS.split()),
    "Noto Sans CJK SC",
    "New Computer Modern Math",
    "Libertinus Serif",
    "DejaVu Sans Mono",
]
ACCENT = "#0b6d84"
LETTERS = 92.0  # of a line of a table
_LANGUAGE = re.compile("[a-z]{2,3}")


class OutputError(RuntimeError):
    """A file that could not be made; the message says why."""


@lru_cache(maxsize=1)
def _fonts() -> Any:
    import typst

    return typst.Fonts(include_system_fonts=True, include_embedded_fonts=True, font_paths=list(font_folders()))


def _quote(quote: Quote, lang: str) -> dict[str, Any]:
    return {
        "lang": quote.lang if _LANGUAGE.fullmatch(quote.lang) else lang,
        "text": quote.shown,
        "gone": quote.erased,
        "source": source_words(quote) if not quote.erased else "",
        "url": quote.url,
        "host": host_of(quote.url),
        "translation": quote.translation,
    }


def _block(block: Block, lang: str, colour: str) -> dict[str, Any]:
    if isinstance(block, Words):
        return {"is": block.kind, "text": plain_words(block)}
    if isinstance(block, Comment):
        return {"is": "comment", "text": block.text, "who": block.who}
    if isinstance(block, Figures):
        return {"is": "figures", "items": [{"label": f.label, "value": f.value, "note": f.note} for f in block.items]}
    if isinstance(block, Chart):
        svg = block.svg or svg_of(block, lang, WIDTH, colour)
        return {
            "is": "chart",
            "title": block.title,
            "alt": block.alt or block.title,
            "note": block.note,
            "svg": svg,
            "width": min(100.0, width_of(svg) / 6.9),
        }
    if isinstance(block, Table):
        return {
            "is": "table",
            "title": block.title,
            "names": [name for name, _kind in block.columns],
            "kinds": [kind for _name, kind in block.columns],
            "rows": written_rows(block),
            "letters": column_letters(block, LETTERS),
            "note": block.note,
        }
    return {"is": "quotes", "title": block.title, "note": block.note, "quotes": [_quote(q, lang) for q in block.quotes]}


def verbatims_of(document: Document) -> str:
    """Every quote of a document, exact, one JSON object a line."""
    rows = [
        {
            "quote": q.shown,
            "author": q.author,
            "place": q.place,
            "published_at": q.published_at.isoformat(),
            "language": q.lang,
            "link": q.url,
        }
        for q in document.quotes()
        if not q.erased
    ]
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def as_pdf(document: Document) -> bytes:
    """The document on A4. Raises OutputError where it cannot be set."""
    import typst

    logo = logo_of(document.look.logo)
    with speaking(document.lang, document.zone):
        held = {
            "title": document.title,
            "subtitle": document.subtitle,
            "note": document.note,
            "made": document.made,
            "lang": document.lang,
            "demo": document.demo,
            "accent": accent_of(document.look.colour, ACCENT),
            "logo": bool(logo),
            "name": document.look.name,
            "fonts": FONTS,
            "sections": [
                {"title": s.title, "blocks": [_block(b, document.lang, document.look.colour) for b in s.blocks]}
                for s in document.sections
            ],
            "about": [*document.coverage, *document.method],
            "verbatims": verbatims_of(document),
            "words": {
                "demo": _("Demo: an invented brand and community"),
                "gone": erased_words(),
                "translated": _("Translated"),
                "method": _("Method and limits"),
                "verbatims": _("Every quote, exact to the byte"),
            },
        }
    with tempfile.TemporaryDirectory(prefix="vigie-pdf-") as folder:
        (Path(folder) / "document.json").write_text(json.dumps(held, ensure_ascii=False), encoding="utf-8")
        if logo:
            (Path(folder) / "logo.png").write_bytes(logo)
        (Path(folder) / "document.typ").write_bytes(TEMPLATE.read_bytes())
        try:
            made = typst.compile(Path(folder) / "document.typ", root=folder, font_paths=_fonts(), format="pdf")
        except RuntimeError as error:  # TypstError is one
            raise OutputError(str(error)[:500]) from error
    return bytes(made)

"""Documents and briefs as plain text, for messages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from dashboard.addresses import page_link
from dashboard.words.documents import erased_words, line_names, source_words, written_rows
from dashboard.words.language import _, colon, current, in_quotes, n_
from data.posts.quotes import Quote
from data.sharing.document import Block, Chart, Comment, Document, Figures, Table, Words

ROWS = 8  # of a table in a message


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to know. `kind`: alert, new, rising, fading, resolved, answered, asked, debate, tool, volume,
    guest, assigned, approval. `page` and `link` are where its posts are; `quote` are the words of one of them."""

    kind: str
    text: str
    page: str
    link: dict[str, str] = field(default_factory=dict)
    quote: Quote | None = None

    @property
    def words(self) -> int:
        return len(self.text.split()) + (len(self.quote.shown.split()) if self.quote else 0)


@dataclass(frozen=True, slots=True)
class Brief:
    """The lines that fit, how many were left out, and whether anything is out of the ordinary."""

    lines: tuple[Line, ...]
    left: int
    posts: int
    unusual: bool


def brief_text(brief: Brief, demo: bool, base: str = "") -> str:
    """The morning brief; on an empty day it says that nothing is unusual. With a `base` (`https://host`), each line
    has the address of its posts."""
    lines = [_("These are demo posts.")] if demo else []
    lines.append(n_("{n} new post", "{n} new posts", brief.posts) + ".")
    if not brief.unusual:
        lines.append(_("Nothing unusual."))
    kind = ""
    for line in brief.lines:
        if line.kind != kind:
            lines += ["", line_names()[line.kind].upper()]
            kind = line.kind
        lines += _told(line, base)
    if brief.left:
        lines += ["", n_("{n} more line in Vigie.", "{n} more lines in Vigie.", brief.left)]
    return "\n".join(lines)


def assignments_text(lines: Sequence[Line], more: str, base: str = "") -> str:
    """What was assigned to a person; `more` says what is left out."""
    told = ["\n".join(_told(line, base)) for line in lines] + ([more] if more else [])
    return "\n\n".join(told)


def _told(line: Line, base: str) -> list[str]:
    """A line with its quote, and its address in Vigie where there is a `base`."""
    told = [f"- {line.text}"]
    if line.quote is not None:
        told += [f"  {in_quotes(line.quote.shown)}", f"  {source_words(line.quote)} {line.quote.url}".rstrip()]
    return told + ([f"  → {page_link(base, line.page, line.link, current())}"] if base else [])


def document_text(document: Document) -> str:
    """The whole document; charts as what they say in words."""
    lines = [document.title, document.subtitle]
    if document.demo:
        lines.append(_("Demo: an invented brand and community"))
    if document.note:
        lines += ["", document.note]
    for section in document.sections:
        lines += ["", section.title.upper(), ""]
        for block in section.blocks:
            lines += _lines(block)
    lines += ["", *document.coverage, *document.method, document.made]
    return "\n".join(lines)


def _lines(block: Block) -> list[str]:
    if isinstance(block, Words):
        words = f"{block.text} {in_quotes(block.said.text) if block.said and block.said.text else ''}".strip()
        return [f"- {words}" if block.kind == "item" else words]
    if isinstance(block, Comment):
        return [block.text, ""]
    if isinstance(block, Figures):
        return [f"{f.label}{colon()}{f.value}" + (f" ({f.note})" if f.note else "") for f in block.items]
    if isinstance(block, Chart):
        return [f"{block.title}{colon()}{block.alt}"] if block.alt else []
    if isinstance(block, Table):
        names = ", ".join(name for name, _kind in block.columns)
        return [f"{block.title} ({names})", *("- " + " · ".join(row) for row in written_rows(block)[:ROWS])]
    title = [block.title] if block.title else []
    return title + [line for quote in block.quotes for line in _quoted(quote)]


def _quoted(quote: Quote) -> list[str]:
    if quote.erased:
        return [erased_words()]
    return [in_quotes(quote.shown), f"  {source_words(quote)} {quote.url}".rstrip()]

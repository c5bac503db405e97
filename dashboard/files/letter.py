"""Briefs and reports as the HTML part of a letter: styles inline, nothing to load, light or dark as the reader's phone.

Every text passes `files.html.text`, as in all HTML that is made here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.addresses import page_link
from dashboard.files.html import text
from dashboard.files.text import ROWS, Brief, Line
from dashboard.words.documents import erased_words, host_of, line_names, plain_words, source_words, written_rows
from dashboard.words.language import _, current, n_
from data.identity import accent_of
from data.posts.quotes import Quote
from data.sharing.document import Block, Chart, Comment, Document, Figures, Table, Words

ACCENT = "#0b6d84"
LETTERS = "font-family:-apple-system,'Segoe UI',Roboto,'Noto Sans',Helvetica,Arial,sans-serif"
SOFT = "color:#55646f;font-size:13px;line-height:1.4"
# Programs that keep styles of the head turn to these in the dark; the others keep the light ones, or turn colours
# themselves.
DARK = (
    "@media (prefers-color-scheme:dark){.ground{background:#12181d!important}.card{background:#1b242b!important;"
    "border-color:#33414b!important}.ink{color:#e8eef2!important}.soft{color:#a9b7c1!important}"
    ".link{color:#6cc7dc!important}.line{border-color:#33414b!important}.mark{border-color:#6cc7dc!important}}"
)


@dataclass(frozen=True, slots=True)
class Letter:
    """A message: its title, its text, and the same as HTML, "" where it has none."""

    title: str
    body: str
    html: str = ""


def brief_html(title: str, brief: Brief, demo: bool, base: str = "") -> str:
    """The morning brief, the same lines as `text.brief_text` in the same order."""
    parts = [_soft(_("These are demo posts."))] if demo else []
    parts.append(_line(n_("{n} new post", "{n} new posts", brief.posts) + "."))
    if not brief.unusual:
        parts.append(_line(_("Nothing unusual.")))
    kind = ""
    for line in brief.lines:
        if line.kind != kind:
            parts.append(_heading(line_names()[line.kind]))
            kind = line.kind
        parts.append(_of_line(line, base))
    if brief.left:
        parts.append(_soft(n_("{n} more line in Vigie.", "{n} more lines in Vigie.", brief.left)))
    return _page(title, "", parts, ACCENT)


def _of_line(line: Line, base: str) -> str:
    href = page_link(base, line.page, line.link, current()) if base else ""
    told = _line(line.text) + (_quote(line.quote, ACCENT) if line.quote is not None else "")
    return told + (_link(href, _("Open in Vigie")) if href else "")


def assignments_html(title: str, lines: Sequence[Line], more: str, base: str = "") -> str:
    """What was assigned to a person, the same lines as `text.assignments_text`; `more` says what is left out."""
    return _page(title, "", [_of_line(line, base) for line in lines] + ([_line(more)] if more else []), ACCENT)


def document_html(document: Document) -> str:
    """A document, charts as what they say in words, tables by their first rows: the whole is attached."""
    accent = accent_of(document.look.colour, ACCENT)
    parts = [_soft(_("Demo: an invented brand and community"))] if document.demo else []
    parts += [_line(document.note)] if document.note else []
    for section in document.sections:
        parts.append(_heading(section.title))
        parts += [_block(block, accent) for block in section.blocks]
    parts.append(_soft(document.made))
    return _page(document.title, " · ".join(filter(None, (document.look.name, document.subtitle))), parts, accent)


def _block(block: Block, accent: str) -> str:
    if isinstance(block, Words):
        words = plain_words(block)
        if block.kind == "note":
            return _soft(words)
        return (
            _small_heading(words)
            if block.kind == "heading"
            else _line(words, "•\u00a0" if block.kind == "item" else "")
        )
    if isinstance(block, Comment):
        return _line(block.text)
    if isinstance(block, Figures):
        return "".join(_figure(f.label, f.value, f.note) for f in block.items)
    if isinstance(block, Chart):
        return _small_heading(block.title) + _soft(block.alt) if block.alt else ""
    if isinstance(block, Table):
        return _table(block)
    title = _small_heading(block.title) if block.title else ""
    return title + "".join(_quote(quote, accent) for quote in block.quotes)


def _line(words: str, mark: str = "") -> str:
    return f'<p class="ink" style="margin:8px 0;color:#1d2a33;font-size:16px;line-height:1.5">{mark}{text(words)}</p>'


def _soft(words: str) -> str:
    return f'<p class="soft" style="margin:6px 0;{SOFT}">{text(words)}</p>'


def _heading(words: str) -> str:
    return (
        '<h2 class="ink line" style="margin:26px 0 8px;padding-top:14px;border-top:1px solid #dfe6ea;color:#1d2a33;'
        f'font-size:18px;line-height:1.3">{text(words)}</h2>'
    )


def _small_heading(words: str) -> str:
    return f'<h3 class="ink" style="margin:16px 0 6px;color:#1d2a33;font-size:16px;line-height:1.35">{text(words)}</h3>'


def _link(href: str, words: str) -> str:
    return (
        f'<p style="margin:2px 0 14px"><a class="link" href="{text(href)}" style="color:{ACCENT};font-size:15px;'
        f'display:inline-block;padding:8px 0">{text(words)}</a></p>'
    )


def _figure(label: str, value: str, note: str) -> str:
    return (
        '<div style="display:inline-block;vertical-align:top;width:46%;min-width:136px;margin:4px 2% 8px 0">'
        f'<div class="soft" style="{SOFT}">{text(label)}</div><div class="ink" style="color:#1d2a33;font-size:24px;'
        f'font-weight:600;line-height:1.3">{text(value)}</div><div class="soft" style="{SOFT}">{text(note)}</div></div>'
    )


def _quote(quote: Quote, accent: str) -> str:
    if quote.erased:
        return _soft(erased_words())
    where = text(source_words(quote))
    if quote.url:
        where += f' · <a class="link" href="{text(quote.url)}" style="color:{accent}">{text(host_of(quote.url))}</a>'
    lang = f' lang="{text(quote.lang)}"' if quote.lang else ""
    return (
        f'<div class="mark" style="margin:10px 0;padding:1px 0 1px 12px;border-left:4px solid {accent}"><blockquote'
        f'{lang} dir="auto" class="ink" style="margin:0;color:#1d2a33;font-size:16px;line-height:1.5;white-space:'
        f'pre-wrap;word-break:break-word">{text(quote.shown)}</blockquote>'
        f'<p class="soft" style="margin:4px 0 0;{SOFT}">{where}</p></div>'
    )


def _table(block: Table) -> str:
    """The first rows, each as a name with its values below: columns do not fit a phone."""
    names = [name for name, _kind in block.columns]
    rows = []
    for name, *values in written_rows(block)[:ROWS]:
        told = " · ".join(f"{label} {value}" for label, value in zip(names[1:], values, strict=True))
        rows.append(
            '<div class="line" style="padding:6px 0;border-top:1px solid #dfe6ea"><div class="ink" style="'
            f'color:#1d2a33;font-size:15px;line-height:1.4">{text(name)}</div>'
            f'<div class="soft" style="{SOFT}">{text(told)}</div></div>'
        )
    return _small_heading(block.title) + "".join(rows)


def _page(title: str, subtitle: str, parts: list[str], accent: str) -> str:
    under = _soft(subtitle) if subtitle else ""
    return (
        f'<!doctype html><html lang="{text(current())}"><head><meta charset="utf-8"><meta name="viewport" '
        'content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark"><meta '
        f'name="supported-color-schemes" content="light dark"><title>{text(title)}</title>'
        f"<style>:root{{color-scheme:light dark;supported-color-schemes:light dark}}{DARK}</style></head>"
        f'<body class="ground" style="margin:0;padding:0;background:#eef2f4;{LETTERS}"><div style="max-width:600px;'
        'margin:0 auto;padding:12px"><div class="card" style="background:#ffffff;border:1px solid #dfe6ea;'
        f'border-radius:8px;padding:16px 18px;overflow-wrap:anywhere"><h1 class="ink mark" style="margin:0 0 10px;'
        f'padding-bottom:10px;border-bottom:3px solid {accent};color:#1d2a33;font-size:22px;line-height:1.25">'
        f"{text(title)}</h1>"
        f"{under}{''.join(parts)}</div></div></body></html>"
    )

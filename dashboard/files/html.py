"""A document as HTML: one light page that prints, and the same as slides. One file, nothing to load.

Every text is escaped here and nowhere else; drawings come from `charts.drawing.clean_svg`.
"""

from __future__ import annotations

import base64
import html
from collections.abc import Sequence
from pathlib import Path

from dashboard.charts.drawing import svg_of, width_of
from dashboard.charts.paper import PHONE, WIDTH
from dashboard.files.slides import Beside, Slide, slides_of
from dashboard.words.documents import cell_words, erased_words, host_of, plain_words, source_words
from dashboard.words.language import _, speaking
from data.identity import accent_of, logo_of
from data.posts.quotes import CUT, Quote
from data.sharing.document import Block, Chart, Comment, Document, Figures, Table, Words

HERE = Path(__file__).parent
STYLE = (HERE / "document.css").read_text(encoding="utf-8").replace("\n", "")
SLIDES = (HERE / "slides.css").read_text(encoding="utf-8").replace("\n", "")
SCRIPT = (HERE / "slides.js").read_text(encoding="utf-8")
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'self'"


def text(words: str) -> str:
    """A text of unknown origin as HTML that reads back as the same text."""
    return html.escape(words, quote=True).replace("\r", "&#13;")


def _quote(quote: Quote) -> str:
    if quote.erased:
        return f'<figure class="quote"><blockquote class="gone">{text(erased_words())}</blockquote></figure>'
    link = (
        f' · <a rel="noreferrer noopener nofollow" href="{text(quote.url)}">{text(host_of(quote.url))}</a>'
        if (quote.url)
        else ""
    )
    cite = f' cite="{text(quote.url)}"' if quote.url else ""
    lang = f' lang="{text(quote.lang)}"' if quote.lang else ""
    edited = f" · {text(_('edited since'))}" if quote.edited else ""
    translated = (
        f'<p class="translation"><span class="from">{text(_("Translated"))}</span> {text(quote.translation)}</p>'
        if quote.translation
        else ""
    )
    return (
        f'<figure class="quote"><blockquote{cite}{lang} dir="auto">{text(quote.shown)}</blockquote>{translated}'
        f'<figcaption class="from">{text(source_words(quote))}{edited}{link}</figcaption></figure>'
    )


def _figures(block: Figures) -> str:
    cards = "".join(
        f'<div class="figure"><dt>{text(f.label)}</dt><dd><strong>{text(f.value)}</strong>'
        f'<span class="from">{text(f.note)}</span></dd></div>'
        for f in block.items
    )
    return f'<dl class="figures">{cards}</dl>'


def _table(block: Table) -> str:
    kinds = [kind for _name, kind in block.columns]
    right = [' class="n"' if kind in {"number", "share"} else "" for kind in kinds]
    head = "".join(
        f'<th scope="col"{r}>{text(name)}</th>' for (name, _kind), r in zip(block.columns, right, strict=True)
    )
    body = "".join(
        "<tr>"
        + "".join(
            f"<{'th scope=row' if place == 0 else 'td'}{right[place]}>{text(cell_words(value, kinds[place]))}"
            f"</{'th' if place == 0 else 'td'}>"
            for place, value in enumerate(row)
        )
        + "</tr>"
        for row in block.rows
    )
    note = f'<p class="from">{text(block.note)}</p>' if block.note else ""
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{text(block.title)}"><table><caption>'
        f"{text(block.title)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>{note}"
    )


def _words(block: Words, level: int) -> str:
    if block.kind == "heading":
        return f"<h{level}>{text(plain_words(block))}</h{level}>"
    said = f" <q>{text(block.said.text or CUT)}</q>" if block.said is not None else ""
    if block.kind == "item":
        return f'<p class="item">{text(block.text)}{said}</p>'
    kind = f' class="{block.kind}"' if block.kind != "body" else ""
    return f"<p{kind}>{text(block.text)}{said}</p>"


def block_html(block: Block, lang: str, level: int = 3, colour: str = "") -> str:
    """One block, its own title as a heading of this level; `colour` is that of the workspace."""
    if isinstance(block, Words):
        return _words(block, level)
    if isinstance(block, Comment):
        who = f'<footer class="from">{text(block.who)}</footer>' if block.who else ""
        return f'<aside class="comment"><p>{text(block.text)}</p>{who}</aside>'
    if isinstance(block, Figures):
        return _figures(block)
    if isinstance(block, Chart):
        drawing = block.svg or svg_of(block, lang, WIDTH, colour)
        wide = round(1.3 * width_of(drawing))
        note = f'<p class="from">{text(block.note)}</p>' if block.note else ""
        narrow = block.narrow or ("" if block.svg else svg_of(block, lang, PHONE, colour))
        kind = "chart wide" if narrow else "chart"
        figure = f'<figure class="{kind}" style="max-width:{wide}px">{drawing}</figure>'
        if narrow:
            figure += f'<figure class="chart narrow">{narrow}</figure>'
        return f"<h{level}>{text(block.title)}</h{level}>{figure}{note}"
    if isinstance(block, Table):
        return _table(block)
    title = f"<h{level}>{text(block.title)}</h{level}>" if block.title else ""
    note = f'<p class="from">{text(block.note)}</p>' if block.note else ""
    return title + note + "".join(_quote(quote) for quote in block.quotes)


def _head(document: Document, title: str, style: str, policy: str, referrer: str = "no-referrer") -> str:
    return (
        f'<!doctype html><html lang="{text(document.lang)}"><head><meta charset="utf-8">'
        f'<meta http-equiv="content-security-policy" content="{text(policy)}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" '
        f'content="noindex, nofollow"><meta name="referrer" content="{referrer}">'
        f"<title>{text(title)}</title><style>{style}{_colours(document)}</style></head>"
    )


def _colours(document: Document) -> str:
    accent = accent_of(document.look.colour, "")
    return f":root{{--accent:{accent}}}" if accent else ""


def _logo(document: Document) -> str:
    picture = base64.b64encode(logo_of(document.look.logo)).decode()
    alt = text(document.look.name)
    return f'<img class="logo" alt="{alt}" src="data:image/png;base64,{picture}">' if picture else ""


def _top(document: Document) -> str:
    demo = f'<span class="demo">{text(_("Demo: an invented brand and community"))}</span>' if document.demo else ""
    note = f'<p class="comment">{text(document.note)}</p>' if document.note else ""
    above = f'{_logo(document)}<p class="from">{text(document.subtitle)} {demo}</p>'
    return f"<header>{above}<h1>{text(document.title)}</h1>{note}</header>"


def _bottom(document: Document) -> str:
    lines = [*document.coverage, *document.method]
    told = "".join(f"<li>{text(line)}</li>" for line in lines)
    about = f"<h2>{text(_('Method and limits'))}</h2><ul>{told}</ul>" if lines else ""
    return f'<footer class="end">{about}<p class="from">{text(document.made)}</p></footer>'


def as_html(document: Document, extra: str = "", referrer: str = "no-referrer", first: str = "") -> str:
    """The document as one page. `extra` is markup of ours that goes before the end, `first` below the title. A page
    with a form needs a `referrer` of "same-origin", or its browser does not say from where it sends."""
    with speaking(document.lang, document.zone):
        parts = [_head(document, document.title, STYLE, POLICY, referrer), "<body><main>", _top(document), first]
        if len(document.sections) > 2:
            links = "".join(
                f'<li><a href="#s{place}">{text(s.title)}</a></li>' for place, s in enumerate(document.sections)
            )
            parts.append(f'<nav aria-label="{text(_("Contents"))}"><ul>{links}</ul></nav>')
        for place, section in enumerate(document.sections):
            parts.append(f'<section id="s{place}"><h2>{text(section.title)}</h2>')
            parts += [block_html(block, document.lang, 3, document.look.colour) for block in section.blocks]
            parts.append("</section>")
        parts += [extra, _bottom(document), "</main></body></html>"]
        return "".join(parts)


def as_slides(document: Document, nonce: str, *, presenter: bool = False) -> str:
    """The document as full-screen slides, driven by the keyboard; with `presenter`, its notes, the next slide and a
    clock for whoever speaks. The script is ours and carries `nonce`."""
    policy = f"{POLICY}; script-src 'nonce-{nonce}'"
    with speaking(document.lang, document.zone):
        slides = slides_of(document)
        total = len(slides) + 1
        shown = [_title_slide(document, total)]
        shown += [_slide(slide, place, total, document) for place, slide in enumerate(slides, start=2)]
        titles = [document.title, *(slide.title for slide in slides)]
        help_ = _(
            "Arrow keys or space: on and back. F: full screen. P: notes in a window of their own. Esc: all slides."
        )
        panel = (
            f'<aside id="panel"><p><strong id="clock">0:00</strong> · <span id="where"></span></p>'
            f'<p class="from">{text(_("Next: {title}")).replace("{title}", "<span id=next></span>")}</p>'
            f'<div id="said"></div><p class="from">{text(help_)}</p></aside>'
            if presenter
            else f'<footer id="help" class="from">{text(help_)}</footer>'
        )
        notes = (
            "".join(
                f'<template data-notes="{place}">{text(note)}</template>'
                for place, note in enumerate(["", *(slide.notes for slide in slides)])
            )
            if presenter
            else ""
        )
        names = "".join(f'<template data-title="{place}">{text(name)}</template>' for place, name in enumerate(titles))
        kind = "presenter" if presenter else "deck"
        return (
            _head(document, document.title, STYLE + SLIDES, policy)
            + f'<body class="{kind}"><main id="deck">{"".join(shown)}</main>{panel}{notes}{names}'
            + f'<script nonce="{nonce}">{SCRIPT}</script></body></html>'
        )


def _title_slide(document: Document, total: int) -> str:
    note = f'<p class="lead">{text(document.note)}</p>' if document.note else ""
    demo = f'<p class="demo">{text(_("Demo: an invented brand and community"))}</p>' if document.demo else ""
    return (
        f'<section class="slide opening" aria-label="1 / {total}"><div class="body">{_logo(document)}<p class="from">'
        f"{text(document.subtitle)}</p><h1>{text(document.title)}</h1>{note}{demo}</div>"
        f'<p class="foot from">{text(document.made)}</p></section>'
    )


def _slide(slide: Slide, place: int, total: int, document: Document) -> str:
    body = "".join(
        f'<div class="beside"><div>{_all(piece.left, document)}</div><div>{_all(piece.right, document)}</div></div>'
        if isinstance(piece, Beside)
        else _all((piece,), document)
        for piece in slide.pieces
    )
    return (
        f'<section class="slide" aria-label="{place} / {total}"><h2>{text(slide.title)}</h2><div class="body">{body}'
        f'</div><p class="foot from">{place} / {total}</p></section>'
    )


def _all(blocks: Sequence[Block], document: Document) -> str:
    return "".join(block_html(block, document.lang, 3, document.look.colour) for block in blocks)


def message_page(lang: str, title: str, words: str, form: str = "") -> str:
    """A short page: what is wrong, or a password to give."""
    body = f"<main><h1>{text(title)}</h1><p>{text(words)}</p>{form}</main>"
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><meta name="robots" content="noindex">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{text(title)}</title><style>{STYLE}</style></head><body>{body}</body></html>"
    )

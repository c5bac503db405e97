"""A document as HTML: one light page that prints, and the same as slides. One file, nothing to load.

Every text is escaped here and nowhere else; drawings come from `document_charts.clean_svg`.
"""

from __future__ import annotations

import html
from datetime import date
from urllib.parse import urlsplit

from dashboard.charts.documents import svg_of, width_of
from dashboard.files.slides import Slide, slides_of
from dashboard.words.language import LANGUAGE_NAMES, _, count, day, in_quotes, moment, percent, speaking
from data.posts.quotes import CUT, Quote
from data.sharing.document import Block, Chart, Comment, Document, Figures, Table, Words

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'self'"


def text(words: str) -> str:
    """A text of unknown origin as HTML that reads back as the same text."""
    return html.escape(words, quote=True).replace("\r", "&#13;")


def cell_words(value: object, kind: str) -> str:
    """A cell of a table as it is written."""
    if value is None or value == "":
        return "–"
    if kind == "share" and isinstance(value, (int, float)):
        return percent(float(value))
    if kind == "number" and isinstance(value, (int, float)):
        return count(value)
    if kind == "date":
        try:
            return day(date.fromisoformat(str(value)))
        except ValueError:
            return str(value)
    return str(value)


def plain_words(block: Words) -> str:
    """A sentence with the words of a post that it ends with, as plain text."""
    if block.said is None:
        return block.text
    said = block.said.text or CUT
    return said if block.kind == "heading" and not block.text else f"{block.text} {in_quotes(said)}"


def source_words(quote: Quote) -> str:
    """What stands beside a quote: who, where, when, in which language."""
    lang = LANGUAGE_NAMES.get(quote.lang, quote.lang)
    parts = [quote.author, quote.place, moment(quote.published_at), lang, _("Demo") if quote.is_demo else ""]
    return " · ".join(part for part in parts if part)


def erased_words() -> str:
    return _("These words were removed: the posts of their author were erased.")


def host_of(url: str) -> str:
    try:
        return urlsplit(url).hostname or url
    except ValueError:
        return url


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


def block_html(block: Block, lang: str, level: int = 3) -> str:
    """One block, its own title as a heading of this level."""
    if isinstance(block, Words):
        return _words(block, level)
    if isinstance(block, Comment):
        who = f'<footer class="from">{text(block.who)}</footer>' if block.who else ""
        return f'<aside class="comment"><p>{text(block.text)}</p>{who}</aside>'
    if isinstance(block, Figures):
        return _figures(block)
    if isinstance(block, Chart):
        drawing = block.svg or svg_of(block, lang)
        wide = round(1.3 * width_of(drawing))
        note = f'<p class="from">{text(block.note)}</p>' if block.note else ""
        figure = f'<figure class="chart" style="max-width:{wide}px">{drawing}</figure>'
        return f"<h{level}>{text(block.title)}</h{level}>{figure}{note}"
    if isinstance(block, Table):
        return _table(block)
    title = f"<h{level}>{text(block.title)}</h{level}>" if block.title else ""
    note = f'<p class="from">{text(block.note)}</p>' if block.note else ""
    return title + note + "".join(_quote(quote) for quote in block.quotes)


def _head(document: Document, title: str, style: str, policy: str) -> str:
    return (
        f'<!doctype html><html lang="{text(document.lang)}"><head><meta charset="utf-8">'
        f'<meta http-equiv="content-security-policy" content="{text(policy)}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" '
        'content="noindex, nofollow"><meta name="referrer" content="no-referrer">'
        f"<title>{text(title)}</title><style>{style}</style></head>"
    )


def _top(document: Document) -> str:
    demo = f'<span class="demo">{text(_("Demo: an invented brand and community"))}</span>' if document.demo else ""
    note = f'<p class="comment">{text(document.note)}</p>' if document.note else ""
    return f'<header><p class="from">{text(document.subtitle)} {demo}</p><h1>{text(document.title)}</h1>{note}</header>'


def _bottom(document: Document) -> str:
    lines = [*document.coverage, *document.method]
    told = "".join(f"<li>{text(line)}</li>" for line in lines)
    about = f"<h2>{text(_('Method and limits'))}</h2><ul>{told}</ul>" if lines else ""
    return f'<footer class="end">{about}<p class="from">{text(document.made)}</p></footer>'


def as_html(document: Document, extra: str = "", policy: str = POLICY) -> str:
    """The document as one page. `extra` is markup of ours that goes before the end."""
    with speaking(document.lang, document.zone):
        parts = [_head(document, document.title, STYLE, policy), "<body><main>", _top(document)]
        if len(document.sections) > 2:
            links = "".join(
                f'<li><a href="#s{place}">{text(s.title)}</a></li>' for place, s in enumerate(document.sections)
            )
            parts.append(f'<nav aria-label="{text(_("Contents"))}"><ul>{links}</ul></nav>')
        for place, section in enumerate(document.sections):
            parts.append(f'<section id="s{place}"><h2>{text(section.title)}</h2>')
            parts += [block_html(block, document.lang) for block in section.blocks]
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
        shown += [_slide(slide, place, total, document.lang) for place, slide in enumerate(slides, start=2)]
        titles = [document.title, *(slide.title for slide in slides)]
        help_ = _(
            "Arrow keys or space: on and back. F: full screen. P: notes in a window of their own. Esc: all slides."
        )
        panel = (
            f'<aside id="panel"><p><strong id="clock">0:00</strong> · <span id="where"></span></p>'
            f'<p class="from">{text(_("Next: {title}")).replace("{title}", "<span id=next></span>")}</p>'
            f'<div id="said"></div><p class="from">{text(help_)}</p></aside>'
            if presenter
            else f'<p id="help" class="from">{text(help_)}</p>'
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
        f'<section class="slide opening" aria-label="1 / {total}"><div class="body"><p class="from">'
        f"{text(document.subtitle)}</p><h1>{text(document.title)}</h1>{note}{demo}</div>"
        f'<p class="foot from">{text(document.made)}</p></section>'
    )


def _slide(slide: Slide, place: int, total: int, lang: str) -> str:
    body = "".join(block_html(block, lang) for block in slide.blocks)
    return (
        f'<section class="slide" aria-label="{place} / {total}"><h2>{text(slide.title)}</h2><div class="body">{body}'
        f'</div><p class="foot from">{place} / {total}</p></section>'
    )


def message_page(lang: str, title: str, words: str, form: str = "") -> str:
    """A short page: what is wrong, or a password to give."""
    body = f"<main><h1>{text(title)}</h1><p>{text(words)}</p>{form}</main>"
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><meta name="robots" content="noindex">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{text(title)}</title><style>{STYLE}</style></head><body>{body}</body></html>"
    )


STYLE = (
    ":root{--ink:#1d2a33;--soft:#55646f;--rule:#dfe6ea;--accent:#0b6d84}"
    "*{box-sizing:border-box}html{-webkit-text-size-adjust:100%}"
    "body{margin:0;background:#fff;color:var(--ink);font:16px/1.55 'Noto Sans',system-ui,-apple-system,'Segoe UI',"
    "Roboto,sans-serif}"
    "main{max-width:54rem;margin:0 auto;padding:1.6rem 1.2rem 3rem}"
    "h1{font-size:2rem;line-height:1.2;margin:.2rem 0 .8rem;text-wrap:balance}"
    "h2{font-size:1.4rem;margin:2.4rem 0 .8rem;padding-top:1rem;border-top:2px solid var(--accent)}"
    "h3{font-size:1.05rem;margin:1.5rem 0 .5rem}p{margin:.5rem 0}a{color:var(--accent)}"
    ".lead{font-size:1.12rem}.from,.note{color:var(--soft);font-size:.88rem}"
    ".item{padding-left:1.1rem;position:relative}.item:before{content:'';position:absolute;left:.1rem;top:.62em;"
    "width:.4rem;height:.4rem;border-radius:50%;background:var(--accent)}"
    "h1,h2,h3,p,dt,dd,blockquote,caption{overflow-wrap:anywhere}td,th{overflow-wrap:break-word}"
    "tbody th{min-width:8rem}td:not(.n){min-width:5.5rem}:lang(fr) q{quotes:'«\\a0' '\\a0»'}"
    ".figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(11rem,1fr));gap:.8rem;margin:1rem 0}"
    ".figure{border:1px solid var(--rule);border-radius:.5rem;padding:.7rem .9rem}.figure dt{color:var(--soft);"
    "font-size:.88rem}.figure dd{margin:0}.figure strong{display:block;font-size:1.7rem;line-height:1.25;"
    "font-weight:600}"
    ".figure .from{display:block;line-height:1.35}"
    ".chart{margin:.4rem 0}.chart svg{width:100%;height:auto;max-height:30rem;display:block}"
    ".scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.92rem;margin:.4rem 0}"
    "caption{text-align:left;font-weight:600;padding:.6rem 0 .3rem}"
    "th,td{text-align:left;padding:.4rem .6rem;border-bottom:1px solid var(--rule);vertical-align:top;font-weight:400}"
    "thead th{color:var(--soft);font-size:.84rem;border-bottom:1px solid #b9c5cc}.n{text-align:right;"
    "font-variant-numeric:tabular-nums;white-space:nowrap}"
    ".quote{margin:.8rem 0;padding:.1rem 0 .1rem 1rem;border-left:4px solid var(--accent)}"
    "blockquote{margin:0;white-space:pre-wrap}.gone{color:var(--soft);font-style:italic}"
    ".translation{margin:.3rem 0;font-style:italic}"
    ".comment{background:#f1f6f8;border-radius:.5rem;padding:.7rem 1rem;margin:1rem 0;white-space:pre-wrap}"
    ".comment p{margin:0}"
    "nav ul{list-style:none;display:flex;flex-wrap:wrap;gap:.3rem 1.1rem;padding:0;margin:1rem 0 0;font-size:.95rem}"
    ".demo{display:inline-block;background:#efe9fb;color:#53389e;border-radius:1rem;padding:.05rem .7rem;"
    "font-size:.84rem}"
    ".end{margin-top:2.5rem;border-top:1px solid var(--rule);font-size:.9rem;color:var(--soft)}"
    ".end h2{border:0;font-size:1.05rem;padding:0;margin:1.2rem 0 .3rem;color:var(--ink)}.end ul{padding-left:1.1rem}"
    ".tools{display:flex;flex-wrap:wrap;gap:.6rem 1.1rem;margin:1.6rem 0 0;font-size:.95rem}"
    "form{display:flex;flex-wrap:wrap;gap:.6rem;margin:1rem 0}input,button{font:inherit;padding:.5rem .8rem;"
    "border:1px solid #8b9aa5;border-radius:.4rem}"
    "button{background:var(--accent);border-color:var(--accent);color:#fff}"
    "@media(max-width:30rem){h1{font-size:1.55rem}main{padding:1rem .9rem 2rem}.figures{grid-template-columns:1fr 1fr}"
    ".figure strong{font-size:1.35rem}}"
    "@media print{.tools,nav{display:none}main{max-width:none;padding:0}body{font-size:11pt}h2{break-after:avoid}"
    "h3{break-after:avoid}.quote,.figure,.chart,tr{break-inside:avoid}}"
)
SLIDES = (
    "html{scroll-behavior:auto}body{background:#eef2f4}#deck{max-width:none;padding:0}"
    ".slide{background:#fff;width:100vw;height:100vh;height:100dvh;padding:3.4vh 5vw 5.4vh;display:flex;"
    "flex-direction:column;position:relative;overflow:hidden;font-size:min(2.4vh,1.7vw)}"
    ".slide h2{font-size:2.2em;margin:0 0 2vh;padding:0 0 1.2vh;border-top:0;border-bottom:.35vh solid var(--accent)}"
    ".slide h1{font-size:3.6em}.slide .body{flex:1;overflow:auto;min-height:0;display:flex;"
    "flex-direction:column}.slide .chart{flex:1 1 0;min-height:14vh}.slide .chart svg{height:100%}"
    ".slide h3{font-size:1.25em;margin:1.4vh 0 .8vh}.slide .lead{font-size:1.3em}.slide .from,.slide .note{"
    "font-size:.86em}.slide .figures{gap:1.2vh 1vw;margin:1.4vh 0;grid-template-columns:repeat(auto-fit,minmax(0,1fr));"
    "grid-auto-flow:column;grid-auto-columns:1fr}"
    ".slide .figure{padding:1.4vh 1.2vw}.slide .figure strong{font-size:2.1em}.slide table{font-size:.98em}"
    ".slide .chart svg{max-height:none}.slide .quote{margin:1.5vh 0}.slide p{margin:.8vh 0}"
    ".slide .demo{align-self:flex-start}"
    ".opening{justify-content:center}.opening .body{flex:0 1 auto;margin:auto 0;overflow:visible}"
    ".foot{position:absolute;bottom:1.4vh;right:5vw;margin:0}#help{position:fixed;left:5vw;bottom:1.2vh;margin:0;"
    "font-size:1.5vh;opacity:.75}"
    ".js .slide{display:none}.js .slide.now{display:flex}.js.all .slide{display:flex;height:auto;min-height:50vh;"
    "border-bottom:2px solid var(--rule)}.js.all #help{display:none}"
    ".presenter #deck{width:62vw;float:left}.presenter .slide{width:62vw;height:62vh;font-size:min(1.5vh,1vw)}"
    "#panel{float:right;width:36vw;height:100vh;overflow:auto;padding:2vh 1.4vw;background:#fff}"
    "#clock{font-size:1.8rem;font-variant-numeric:tabular-nums}#said{white-space:pre-wrap;font-size:1.15rem;"
    "border-top:1px solid var(--rule);padding-top:1rem;min-height:40vh}"
    "@media(max-width:45rem){.slide{font-size:15px;padding:1rem 1rem 3rem}.slide .figures{grid-auto-flow:row;"
    "grid-template-columns:1fr 1fr}.slide h1{font-size:2em}#help{display:none}}"
    "@media print{.js .slide{display:flex;break-after:page}#help,#panel{display:none}@page{size:297mm 167mm;margin:0}}"
)
SCRIPT = """
(() => {
  const slides = [...document.querySelectorAll('.slide')];
  const root = document.documentElement;
  const presenter = document.body.classList.contains('presenter');
  const line = 'BroadcastChannel' in window ? new BroadcastChannel('vigie' + location.pathname.split('/')[2]) : null;
  const words = (name, at) => {
    const held = document.querySelector('template[data-' + name + '="' + at + '"]');
    return held ? held.content.textContent : '';
  };
  let now = Math.min(slides.length, Math.max(1, parseInt(location.hash.slice(1), 10) || 1)) - 1;
  const fit = (slide) => {
    // What the estimate let be too long is written smaller, down to three fifths; beyond that it scrolls.
    const body = slide.querySelector('.body');
    slide.style.fontSize = '';
    const size = parseFloat(getComputedStyle(slide).fontSize);
    for (let share = 1; share > 0.6 && body.scrollHeight > body.clientHeight + 2; share -= 0.05) {
      slide.style.fontSize = size * share + 'px';
    }
  };
  const show = (at, tell = true) => {
    now = Math.min(slides.length - 1, Math.max(0, at));
    slides.forEach((slide, i) => slide.classList.toggle('now', i === now));
    fit(slides[now]);
    history.replaceState(null, '', '#' + (now + 1));
    root.classList.remove('all');
    if (presenter) {
      document.getElementById('said').textContent = words('notes', now);
      document.getElementById('next').textContent = words('title', now + 1) || '–';
      document.getElementById('where').textContent = (now + 1) + ' / ' + slides.length;
    }
    if (tell && line) line.postMessage(now);
  };
  root.classList.add('js');
  show(now, false);
  if (line) line.onmessage = (event) => { if (Number.isInteger(event.data)) show(event.data, false); };
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const on = ['ArrowRight', 'ArrowDown', 'PageDown', ' ', 'Enter', 'n'];
    const back = ['ArrowLeft', 'ArrowUp', 'PageUp', 'Backspace'];
    if (on.includes(event.key)) { show(now + 1); event.preventDefault(); }
    else if (back.includes(event.key)) { show(now - 1); event.preventDefault(); }
    else if (event.key === 'Home') show(0);
    else if (event.key === 'End') show(slides.length - 1);
    else if (event.key === 'Escape') root.classList.toggle('all');
    else if (event.key === 'f') document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen();
    else if (event.key === 'p' && !presenter) {
      window.open(location.pathname + '?notes=1' + location.hash, 'vigie-notes', 'width=1100,height=700');
    }
  });
  window.addEventListener('resize', () => fit(slides[now]));
  let from = null;
  document.addEventListener('touchstart', (event) => { from = event.changedTouches[0].clientX; }, {passive: true});
  document.addEventListener('touchend', (event) => {
    const moved = event.changedTouches[0].clientX - from;
    if (Math.abs(moved) > 60) show(now + (moved < 0 ? 1 : -1));
  }, {passive: true});
  if (presenter) {
    const began = Date.now();
    setInterval(() => {
      const s = Math.floor((Date.now() - began) / 1000);
      document.getElementById('clock').textContent = Math.floor(s / 60) + ':' + String(s % 60).padStart(2, '0');
    }, 500);
  }
})();
"""

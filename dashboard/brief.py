"""A calendar item as a one-page brief for those who make it: Markdown, HTML in one file, DOCX."""

from __future__ import annotations

import html
import io
from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.idea_sentences import audience_words, content_channels, customs, evidence_words, format_names, why_now
from dashboard.language import _, day, moment
from dashboard.ooxml import escaped
from data.calendar import Item
from data.ideas import Idea
from data.models import Post, web_link
from data.quotes import passage
from insights.channels import CHANNELS

QUOTES, QUOTED = 5, 600


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a brief: a heading with lines, or quotes (words, who and where, link)."""

    heading: str
    lines: tuple[str, ...] = ()
    quotes: tuple[tuple[str, str, str], ...] = ()


def blocks_of(
    item: Item, idea: Idea | None, posts: Sequence[Post], author_of: dict[int, str], *, demo: bool
) -> list[Block]:
    """What stands in a brief, in order. `author_of`: how each post's author is named."""
    when = (
        day(item.day) + (f", {item.hour:02d}:00" if item.hour >= 0 else "")
        if item.day is not None
        else _("no date yet")
    )
    facts = [
        _("Format: {words}").format(words=format_names().get(item.format, item.format or "…")),
        _("Channel: {words}").format(words=content_channels().get(item.channel, item.channel or "…")),
        _("Deadline: {words}").format(words=when),
        _("Who does it: {words}").format(words=item.owner or "…"),
    ]
    if item.channel in CHANNELS:
        held = CHANNELS[item.channel]
        facts.append(_("Picture: {size}").format(size=held.picture))
        if held.limit:
            facts.append(_("At most {n} characters").format(n=held.limit))
    found = [Block(_("In short"), tuple(facts))]
    if demo:
        found.insert(0, Block(_("Demo"), (_("These posts and people are invented."),)))
    if idea is not None:
        found.append(Block(_("Goal"), (why_now(idea),)))
        found.append(Block(_("Audience"), (audience_words(idea),)))
        quotes = tuple(
            (
                passage(post.plain, stop=min(len(post.plain), QUOTED)),
                f"{author_of.get(post.id, '')} · {post.community or post.source_title} · {moment(post.published_at)}",
                web_link(post.url),
            )
            for post in posts[:QUOTES]
        )
        found.append(Block(_("Evidence"), (evidence_words(idea),), quotes))
    if item.channel in CHANNELS:
        found.append(
            Block(
                _("Tone and customs"),
                tuple(c.format(size=CHANNELS[item.channel].picture) for c in customs(item.channel)),
            )
        )
    drafts = tuple(item.drafts.values())
    if any(drafts):
        found.append(Block(_("Draft"), drafts))
    if item.note:
        found.append(Block(_("Note"), (item.note,)))
    return found


def _plain(text: str) -> str:
    """A text of unknown origin that Markdown takes for no markup."""
    return "".join(f"\\{c}" if c in "\\`*_{}[]<>#|" else c for c in text)


def as_markdown(title: str, blocks: Sequence[Block]) -> str:
    lines = [f"# {_plain(title)}", ""]
    for block in blocks:
        lines += [f"## {_plain(block.heading)}", ""]
        for text in block.lines:
            lines += [*(f"{_plain(part)}  " for part in text.splitlines()), ""]
        for words, source, link in block.quotes:
            lines += [
                *(f"> {_plain(part)}" for part in words.splitlines()),
                ">",
                f"> — {_plain(source)} {link}".rstrip(),
                "",
            ]
    return "\n".join(lines)


def as_html(title: str, blocks: Sequence[Block], lang: str) -> str:
    """One file without scripts or addresses that it loads."""
    parts = [
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{html.escape(title)}</title>'
        '<meta name="referrer" content="no-referrer"><style>body{font:16px/1.5 system-ui,sans-serif;max-width:44rem;'
        "margin:2rem auto;padding:0 1rem;color:#1c2b33}blockquote{margin:1rem 0;padding:.2rem 1rem;border-left:4px "
        "solid #0f8aa6;white-space:pre-wrap}.from{color:#5b6b75;font-size:.9rem}p{white-space:pre-wrap}</style></head>"
        "<body>",
        f"<h1>{html.escape(title)}</h1>",
    ]
    for block in blocks:
        parts.append(f"<h2>{html.escape(block.heading)}</h2>")
        parts += [f"<p>{html.escape(text)}</p>" for text in block.lines]
        for words, source, link in block.quotes:
            where = (
                f' <a href="{html.escape(link, quote=True)}" rel="noreferrer">{html.escape(link)}</a>' if link else ""
            )
            parts.append(
                f'<blockquote>{html.escape(words)}<div class="from">{html.escape(source)}{where}</div></blockquote>'
            )
    return "".join([*parts, "</body></html>"])


def as_docx(title: str, blocks: Sequence[Block], lang: str) -> bytes:
    """A Word document with real headings and quotes."""
    from docx import Document

    document = Document()
    document.core_properties.title = escaped(title)[:250]
    document.core_properties.language = lang
    document.add_heading(escaped(title), level=0)
    for block in blocks:
        document.add_heading(escaped(block.heading), level=1)
        for text in block.lines:
            document.add_paragraph(escaped(text))
        for words, source, link in block.quotes:
            document.add_paragraph(escaped(words), style="Intense Quote")
            document.add_paragraph(escaped(f"{source} {link}".strip()))
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()

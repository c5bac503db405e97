"""The calendar, and an item of it as a brief for those who make it: a document like any other, and Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from dashboard.reads import ideas as idea_reads
from dashboard.words.documents import plain_words, source_words
from dashboard.words.drafts import customs
from dashboard.words.ideas import audience_words, content_channels, evidence_words, format_names, status_names, why_now
from dashboard.words.language import _, current, day, n_, zone
from data.content.calendar import Item
from data.content.ideas import Idea
from data.models import Post
from data.posts.quotes import cut_at, quote_of
from data.sharing.document import Comment, Document, Look, Quotes, Section, Table, Words
from insights.ideas.networks import CHANNELS

QUOTES, QUOTED = 5, 600


def document_of(
    item: Item, idea: Idea | None, posts: Sequence[Post], author_of: dict[int, str], *, demo: bool, look: Look
) -> Document:
    """A brief in the language that is spoken. `author_of`: how each post's author is named."""
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
    sections = [_section(_("In short"), *facts)]
    if idea is not None:
        sections += [_section(_("Goal"), why_now(idea)), _section(_("Audience"), audience_words(idea))]
        quotes = tuple(
            quote_of(post, 0, cut_at(post.plain, QUOTED), author=author_of.get(post.id, "")) for post in posts[:QUOTES]
        )
        sections.append(Section("", _("Evidence"), (Words(evidence_words(idea)), Quotes("", quotes))))
    if item.channel in CHANNELS:
        asked = (words.format(size=CHANNELS[item.channel].picture) for words in customs(item.channel))
        sections.append(_section(_("Tone and customs"), *asked))
    drafts = tuple(Comment(draft) for draft in item.drafts.values() if draft)
    if drafts:
        sections.append(Section("", _("Draft"), drafts))
    if item.note:
        sections.append(Section("", _("Note"), (Comment(item.note),)))
    return Document(item.title, _("Brief"), current(), "", tuple(sections), zone=str(zone()), demo=demo, look=look)


def _section(title: str, *lines: str) -> Section:
    return Section("", title, tuple(Words(line, "item" if len(lines) > 1 else "body") for line in lines))


def _plain(text: str) -> str:
    """A text of unknown origin that Markdown takes for no markup."""
    return "".join(f"\\{c}" if c in "\\`*_{}[]<>#|" else c for c in text)


def as_markdown(document: Document) -> str:
    """A brief as Markdown: sentences, own words and quotes, which is all that it holds."""
    lines = [f"# {_plain(document.title)}", ""]
    if document.demo:
        lines += [_plain(_("Demo: an invented brand and community")), ""]
    for section in document.sections:
        lines += [f"## {_plain(section.title)}", ""]
        for block in section.blocks:
            if isinstance(block, Quotes):
                for quote in block.quotes:
                    lines += [*(f"> {_plain(part)}" for part in quote.shown.splitlines()), ">"]
                    lines += [f"> — {_plain(source_words(quote))} {quote.url}".rstrip(), ""]
            elif isinstance(block, Words):
                lines += [f"{'- ' if block.kind == 'item' else ''}{_plain(plain_words(block))}"]
            elif isinstance(block, Comment):
                lines += [*(f"{_plain(part)}  " for part in block.text.splitlines()), ""]
        lines.append("")
    return "\n".join(lines)


def calendar() -> Section:
    """Items that are not dropped, by day."""
    items = [i for i in idea_reads.all_items() if i.status != "dropped"]
    rows = tuple(
        (
            i.title,
            i.day.isoformat() if i.day else "",
            content_channels().get(i.channel, ""),
            format_names().get(i.format, ""),
            status_names()[i.status],
            i.owner,
        )
        for i in sorted(items, key=lambda i: (i.day or date.max, i.id))[:100]
    )
    columns = (
        (_("Title"), "text"),
        (_("Day"), "date"),
        (_("Channel"), "text"),
        (_("Format"), "text"),
        (_("Status"), "text"),
        (_("Who does it"), "text"),
    )
    words = Words(n_("{n} item", "{n} items", len(items)), "lead")
    table = (Table(_("What is planned"), columns, rows),) if rows else ()
    return Section("calendar", _("Calendar"), (words, *table))

"""A ticket for those who build: what people ask, how many, where and since when, in their exact words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence

from dashboard.documents.of_calendar_item import as_markdown
from dashboard.words.language import _, current, day, n_, zone
from data.models import Post
from data.posts.quotes import cut_at, quote_of
from data.sharing.document import Comment, Document, Look, Quotes, Section, Words
from data.tickets.listing import Ticket

QUOTED = 800  # characters of a post
MOST_QUOTES = 20
# Versions and platforms, where they are said as such: a bare number is a price or a year as well.
_VERSION = re.compile(
    r"\b(?:v(?=\d)|(?:version|release|build|firmware|update|mise à jour)\s+v?)"
    r"(?P<v>\d{1,4}(?:\.\d{1,6}){0,3}(?:[-.]?(?:beta|rc|alpha)\d{0,2})?)",
    re.IGNORECASE,
)
_MENTION = re.compile(r"(?<![\w/])@(?=[\w-])")
_PLATFORM = re.compile(
    r"\b(?P<p>iOS|iPadOS|Android|Windows|macOS|Linux|Ubuntu|Debian|Fedora|Firefox|Chrome|Chromium|Safari|Edge|iPhone|iPad|"
    r"Pixel|Galaxy)\b(?:\s(?P<n>[A-Z]?\d{1,3}(?:\.\d{1,3}){0,2}|XP|Vista)\b)?"
)


def said_of(posts: Sequence[Post], pattern: re.Pattern[str]) -> Counter[str]:
    """What each post names of it, each once a person, the most named first."""
    named: dict[str, set[tuple[str, str]]] = {}
    for post in posts:
        for found in pattern.finditer(post.plain):
            name = " ".join(part for part in found.groups() if part)
            named.setdefault(name, set()).add((post.source_kind, post.author or str(post.id)))
    return Counter({name: len(people) for name, people in named.items()})


def versions(posts: Sequence[Post]) -> Counter[str]:
    """Version -> how many people name it."""
    return said_of(posts, _VERSION)


def platforms(posts: Sequence[Post]) -> Counter[str]:
    """System, browser or device, with its number where one is said -> how many people name it."""
    return said_of(posts, _PLATFORM)


def folded(posts: Sequence[Post]) -> list[tuple[Post, int]]:
    """(a post, how many copies of it stand beside), each text once: copies of one post ask for one thing."""
    held: dict[int, list[Post]] = {}
    for post in posts:
        held.setdefault(post.group_id or -post.id, []).append(post)
    return [(some[0], len(some) - 1) for some in held.values()]


def document_of(
    ticket: Ticket, posts: Sequence[Post], pseudonym: Callable[[str], str], *, demo: bool, look: Look
) -> Document:
    """The ticket in the language that is spoken. Authors have pseudonyms; words are theirs, and posts whose words are
    no longer kept are counted only."""
    sections = []
    counted = [
        n_("{n} person asks for this", "{n} people ask for this", ticket.people)
        + (", " + _("first on {day}").format(day=day(ticket.first_at.date())) if ticket.first_at else "")
        + "."
    ]
    places = Counter(post.community or post.source_title for post in posts)
    if places:
        counted.append(_("Where: {places}.").format(places=_named(places)))
    for words, found in (
        (_("Versions that they name: {names}."), versions(posts)),
        (_("Systems and devices that they name: {names}."), platforms(posts)),
    ):
        if found:
            counted.append(words.format(names=_named(found)))
    sections.append(Section("", _("In short"), tuple(Words(line, "item") for line in counted)))
    if ticket.note:
        sections.append(Section("", _("What we know"), (Comment(ticket.note),)))
    told = [(post, copies) for post, copies in folded(posts) if post.plain.strip()]
    quotes = tuple(
        quote_of(post, 0, cut_at(post.plain, QUOTED), author=pseudonym(post.author)) for post, _copies in told
    )[:MOST_QUOTES]
    if quotes:
        copies = sum(copies for _post, copies in told)
        left = len(told) - len(quotes)
        lines = [
            n_("{n} copy of one of these is not repeated.", "{n} copies of these are not repeated.", copies)
            if copies
            else "",
            n_("{n} more post says it.", "{n} more posts say it.", left) if left else "",
        ]
        after = tuple(Words(line) for line in lines if line)
        sections.append(Section("", _("In their words"), (Quotes("", quotes), *after)))
    return Document(ticket.title, "", current(), "", tuple(sections), zone=str(zone()), demo=demo, look=look)


def as_issue(document: Document) -> str:
    """The ticket as Markdown for a tracker. A name with an at sign would call a stranger there: an empty remark after
    the sign keeps it what it was, words in a quote."""
    return _MENTION.sub("@<!-- -->", as_markdown(document))


def _named(found: Counter[str], most: int = 8) -> str:
    return ", ".join(f"{name} ({number})" for name, number in found.most_common(most) if name)

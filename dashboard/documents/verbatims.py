"""Quotes that people chose."""

from __future__ import annotations

from dashboard.documents.frame import BASKET, Frame, loudest_quotes, section_of
from dashboard.reads import inbox as inbox_reads
from dashboard.reads import posts as post_reads
from dashboard.words.language import _
from data.posts.quotes import Quote
from data.sharing.document import Quotes, Section, Words


def verbatims(frame: Frame) -> Section:
    """The basket of quotes of the period, else what drew most."""
    basket = inbox_reads.quotes(True)
    inside = [q for q in basket if frame.scope.since <= q.published_at.date() <= frame.scope.until]
    title = _("Verbatims")
    if inside:
        ids = {p.id: p for p in post_reads.by_id(tuple(sorted({q.post for q in inside})))}
        named = tuple(frame.chosen(q, ids[q.post]) for q in inside[:BASKET] if q.post in ids)
        by_tag: dict[str, list[Quote]] = {}
        for quote in named:
            by_tag.setdefault(quote.tags[0] if quote.tags else "", []).append(quote)
        return section_of(
            "verbatims",
            title,
            Words(_("Chosen by hand, word for word."), "note"),
            *(Quotes(tag, tuple(quotes)) for tag, quotes in sorted(by_tag.items())),
        )
    return section_of(
        "verbatims",
        title,
        Words(_("Nothing was put in the basket of quotes in this period: these are the posts that drew most."), "note"),
        *(
            loudest_quotes(frame, frame.scope, tone, words)
            for tone, words in (("positive", _("Positive")), ("negative", _("Negative")), ("neutral", _("Neutral")))
        ),
    )

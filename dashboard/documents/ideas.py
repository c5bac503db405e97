"""Ideas of a document, each with why now and on what it stands."""

from __future__ import annotations

from dashboard.documents.frame import IDEAS, Frame, nothing, section_of
from dashboard.reads import ideas as idea_reads
from dashboard.words.ideas import evidence_words, title_of, why_now
from dashboard.words.language import _
from data.sharing.document import Block, Quotes, Said, Section, Words


def ideas(frame: Frame, states: tuple[str, ...] = ("", "kept")) -> Section:
    found = [i for i in idea_reads.ideas(states) if i.place][:IDEAS]
    if not found:
        return nothing("ideas", _("Ideas"), _("No idea yet: they come with the posts of a few days."))
    blocks: list[Block] = []
    for item in found:
        opener = item.posts[0] if item.kind in {"poll", "respond"} and item.posts else 0
        title = title_of(item)
        blocks.append(Words("" if opener else title, "heading", Said(title, opener) if opener else None))
        blocks.append(Words(f"{why_now(item)} {evidence_words(item)}.".strip()))
    held = ((item, frame.quoted(item.posts)) for item in found)
    quotes = next((Quotes(title_of(item), tuple(said[:2])) for item, said in held if said), None)
    return section_of("ideas", _("Ideas"), *blocks, quotes)

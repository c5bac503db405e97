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
    shown: Quotes | None = None  # of one idea: the first with words
    for item in found:
        opener = item.posts[0] if item.kind in {"poll", "respond"} and item.posts else 0
        title = title_of(item)
        blocks.append(Words("" if opener else title, "heading", Said(title, opener) if opener else None))
        blocks.append(Words(f"{why_now(item)} {evidence_words(item)}.".strip()))
        said = frame.quoted(item.posts) if shown is None else []
        if said:
            shown = Quotes("", tuple(said[:2]))
            blocks.append(shown)
    return section_of("ideas", _("Ideas"), *blocks)

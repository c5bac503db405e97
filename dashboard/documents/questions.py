"""What was asked of us, and what we answered."""

from __future__ import annotations

from dashboard.documents.frame import ASKED, Frame, nothing, section_of
from dashboard.reads import inbox as inbox_reads
from dashboard.reads import posts as post_reads
from dashboard.words.language import _, count, n_
from data.inbox.waiting import Asked
from data.models import date_to_day
from data.schema import IDS_PER_DAY
from data.scope import scope_to_parameters
from data.sharing.document import Block, Figure, Figures, Quotes, Section, Words


def waiting_of(frame: Frame) -> tuple[list[Asked], int]:
    """(what was asked in the period and still waits, how many older posts wait)."""
    asked, older = inbox_reads.to_answer(frame.hour, frame.scope.since, "", "")
    last = (date_to_day(frame.scope.until) + 1) * IDS_PER_DAY
    return [item for item in asked if item.posts[0] < last], older


def answers_words(given: int, waiting: int) -> str:
    told = n_("{n} answer given", "{n} answers given", given)
    return told + ", " + n_("{n} thing asked still waits", "{n} things asked still wait", waiting)


def questions(frame: Frame) -> Section:
    """What was asked of us: answered, and still waiting."""
    waiting, older = waiting_of(frame)
    pairs = inbox_reads.answered(frame.scope.since, frame.scope.until)
    if not pairs and not waiting and not older:
        return nothing("questions", _("Questions and answers"), _("Nothing was asked of us, and nothing waits."))
    more = " · " + n_("{n} older one", "{n} older ones", older) if older else ""
    words = f"{answers_words(len(pairs), len(waiting))}{more}."
    link = {"page": "mentions", "view": "answer", **scope_to_parameters(frame.everything, frame.today)}
    figures = (
        Figure(_("Answers given"), count(len(pairs)), "", len(pairs), link=link),
        Figure(_("Still waiting"), count(len(waiting)), "", len(waiting), link=link),
    )
    blocks: list[Block] = [Words(words, "lead"), Figures(figures)]
    first = date_to_day(frame.scope.since) * IDS_PER_DAY
    quoted_pairs = [pair for pair in pairs if pair[0] >= first][:3]  # what was asked before is of another period
    held = {p.id: p for p in post_reads.by_id(tuple(i for pair in quoted_pairs for i in pair))}
    for asked, reply in quoted_pairs:
        if asked in held and reply in held:
            blocks.append(Quotes(_("Asked, and answered by us"), (frame.quote(held[asked]), frame.quote(held[reply]))))
    quoted = frame.quoted([item.posts[0] for item in waiting[:ASKED]])
    if quoted:
        blocks.append(Quotes(_("Waiting for an answer"), tuple(quoted)))
    return section_of("questions", _("Questions and answers"), *blocks)

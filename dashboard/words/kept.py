"""What is kept about people, why, how long and where, in plain words."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.words.language import _, n_
from data.erasing.person import About
from data.erasing.register import Register


@dataclass(frozen=True, slots=True)
class Kept:
    """One line of the register: what, how much of it, why, how long."""

    what: str
    number: int
    why: str
    how_long: str


def months_name(months: int) -> str:
    return n_("{n} month", "{n} months", months) if months else _("For ever")


def kept_lines(held: Register, months: int) -> list[Kept]:
    """The register, the most personal first."""
    until = months_name(months)
    with_post = _("As long as the post")
    ours = _("Until somebody removes it")
    return [
        Kept(_("Posts with text and author"), held.posts - held.dropped, _("To know what is said"), until),
        Kept(_("Posts without text or author"), held.dropped, _("So that figures stay true"), _("For ever")),
        Kept(_("Weeks of activity of authors"), held.weeks, _("To know who takes part"), until),
        Kept(_("Notes, assignments and corrections"), held.noted, _("To work as a team"), with_post),
        Kept(_("Changes made to posts"), held.history, _("To undo them, and to know who did what"), with_post),
        Kept(_("Quotes put aside"), held.quotes, _("To quote exactly"), with_post),
        Kept(_("Items of the calendar, with drafts"), held.drafts, _("To prepare publications"), ours),
        Kept(_("Reports and their comments"), held.reports, _("To tell others"), ours),
        Kept(
            _("Frozen copies"),
            held.copies,
            _("So that a shared link goes on showing the same"),
            _("Until they are removed; the words of an erased person leave them"),
        ),
        Kept(_("Receivers of mailings"), held.receivers, _("To send them what they asked for"), ours),
        Kept(_("Lines of the audit"), held.changes, _("To know who changed what"), _("For ever")),
    ]


def section_names() -> dict[str, str]:
    """Headings of what is held about one person."""
    return {
        "posts": _("Posts written by this person"),
        "engagement": _("How their posts were received, by day"),
        "intents": _("What their posts were taken for"),
        "labels": _("What people corrected about their posts"),
        "triage": _("What people did with their posts"),
        "history": _("Changes that people made to their posts"),
        "quotes": _("Quotes of their posts put aside"),
        "tickets": _("What their posts asked for, passed on to those who build"),
        "entries": _("Their entries in draws of events"),
        "answers": _("Their answers in quizzes, as judged"),
        "excluded": _("Events that they were left out of"),
        "weeks": _("Activity by week and place"),
        "named": _("Posts of others that name them"),
        "texts": _("Other texts that name or quote them"),
        "told": _("Who was to be told that their posts were assigned"),
        "copies": _("Frozen copies that name or quote them"),
    }


def summary_lines(held: About) -> list[tuple[str, int]]:
    """(what, how many) of what is held about a person, without what there is none of."""
    return [(name, held.count(key)) for key, name in section_names().items() if held.count(key)]

"""What was passed on to those who build, and what those who asked are told of it."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from dashboard.words.language import _, day, lasting, n_, speaking
from data.models import READ_LANGUAGES, Post
from data.tickets.listing import Ticket


def outcome_names() -> dict[str, str]:
    return {
        "": _("Not written yet"),
        "unread": _("Waiting to be read"),
        "open": _("In progress"),
        "done": _("Done"),
        "declined": _("Not planned"),
        "gone": _("Not found"),
    }


def outcome_of(ticket: Ticket) -> str:
    """Its key in `outcome_names`."""
    return ticket.outcome or ("unread" if ticket.url else "")


def about(ticket: Ticket) -> str:
    """Who asks for it and since when."""
    people = n_("{n} person asks", "{n} people ask", ticket.people)
    if ticket.first_at is None:
        return people
    since = _("first on {day}").format(day=day(ticket.first_at.date()))
    fixed = ticket.to_fix
    took = (
        _("done {time} after the first of them").format(time=lasting(fixed.total_seconds()))
        if fixed is not None
        else ""
    )
    return " · ".join(part for part in (people, since, took) if part)


def to_fix_words(tickets: Sequence[Ticket]) -> str:
    """How long it takes from the first post that asks to the fix; "" where nothing is done yet."""
    took = [ticket.to_fix.total_seconds() for ticket in tickets if ticket.to_fix is not None]
    if not took:
        return ""
    return n_(
        "{n} ticket is done, {time} after the first post that asked.",
        "{n} tickets are done, half of them within {time} of the first post that asked.",
        len(took),
    ).format(time=lasting(median(took)))


def fixed_words(ticket: Ticket, post: Post) -> str:
    """What one of those who asked can be told, in the language of their post: French, else English. The blank is for
    what they have to do."""
    lang = post.lang if post.lang in READ_LANGUAGES and post.lang else "en"
    with speaking(lang):
        hello = _("Hello {name},").format(name=post.author) if post.author else _("Hello,")
        said = _("What you told us on {day} is done: {title}.").format(
            day=day(post.published_at.date()), title=ticket.title
        )
        return "\n".join(
            [hello, f"{said} {_('[What they have to do, as the version to install.]')}", _("Thank you for telling us.")]
        )

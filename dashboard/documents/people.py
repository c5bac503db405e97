"""People and communities of a document."""

from __future__ import annotations

from dashboard.documents.frame import PEOPLE, Frame, nothing, section_of
from dashboard.reads import people as people_reads
from dashboard.reads import posts as post_reads
from dashboard.words.language import _, count, n_
from dashboard.words.people import role_names, state_names
from dashboard.words.sources import kind_name
from data.sharing.document import Section, Table, Words


def people(frame: Frame) -> Section:
    """Who takes part; under pseudonyms unless names are wanted."""
    everybody = people_reads.crowd(frame.scope, most=PEOPLE)
    if not everybody.people:
        return nothing("people", _("People"), _("No post of this period names its author."))
    states, roles = state_names(), role_names()
    held = everybody.groups
    words = ", ".join(f"{states[name]} {count(held[name])}" for name in states if name in held)
    # The same count as everywhere in the document; states are counted by whole weeks, with who has drifted away.
    lead = n_("{n} person", "{n} people", post_reads.people_of(frame.everything))
    told = f"{lead}. {_('By whole weeks, without us: {states}.').format(states=words)}"
    if frame.names == "none":
        return section_of("people", _("People"), Words(told, "lead"))
    members = people_reads.members(frame.scope, everybody.first)
    table = Table(
        _("People who wrote most"),
        (
            (_("Author"), "text"),
            (_("Network"), "text"),
            (_("Posts"), "number"),
            (_("Drew"), "number"),
            (_("About us"), "number"),
            (_("State"), "text"),
            (_("Role"), "text"),
        ),
        tuple(
            (
                frame.named(m.author),
                kind_name(m.network),
                m.posts,
                m.drawn,
                m.about_us,
                states[m.state],
                ", ".join(roles[r] for r in m.roles),
            )
            for m in members
        ),
    )
    return section_of("people", _("People"), Words(told, "lead"), table)


def communities(frame: Frame) -> Section:
    """Places by what is said there."""
    places = people_reads.places(frame.scope)[:40]
    columns = (
        (_("Community"), "text"),
        (_("Network"), "text"),
        (_("Posts"), "number"),
        (_("People"), "number"),
        (_("About us"), "number"),
        (_("Our themes without us"), "number"),
    )
    rows = tuple((p.name, kind_name(p.network), p.posts, p.authors, p.about_us, p.without_us) for p in places)
    return Section("places", _("Communities"), (Table(_("Communities"), columns, rows),))

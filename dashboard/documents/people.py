"""Communities of people."""

from __future__ import annotations

from dashboard.documents.frame import Frame
from dashboard.reads import people as people_reads
from dashboard.words.language import _
from dashboard.words.sources import kind_name
from data.sharing.document import Section, Table


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

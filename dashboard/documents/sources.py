"""The sources that a document rests on."""

from __future__ import annotations

from dashboard.documents.frame import Frame
from dashboard.reads import sources as source_reads
from dashboard.words.language import _, n_
from dashboard.words.sources import kind_name
from data.sharing.document import Section, Table, Words
from data.source_list import SourceHealth


def followed(frame: Frame) -> list[SourceHealth]:
    """What is followed; sources that were removed are not."""
    return [row for row in source_reads.sources(frame.minute) if row.source.state != "removed"]


def followed_words(number: int) -> str:
    return n_("{n} source was followed.", "{n} sources were followed.", number)


def sources(frame: Frame) -> Section:
    """What is followed, how many posts it brought, and when it was last read."""
    held = followed(frame)
    columns = ((_("Source"), "text"), (_("Kind"), "text"), (_("Posts"), "number"), (_("Last read"), "date"))
    rows = tuple(
        (
            row.source.title or kind_name(row.source.kind),
            kind_name(row.source.kind),
            row.posts,
            row.source.last_success.date().isoformat() if row.source.last_success else "",
        )
        for row in held
    )
    return Section(
        "sources", _("Sources"), (Words(followed_words(len(held)), "lead"), Table(_("Sources"), columns, rows))
    )

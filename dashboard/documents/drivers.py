"""What moved net sentiment, group by group."""

from __future__ import annotations

from dashboard.documents import frame as frames
from dashboard.documents.frame import Frame
from dashboard.reads import reputation as reputation_reads
from dashboard.words.language import _
from dashboard.words.reputation import signed, verdict
from data.sharing.document import Chart, Section, Table, Words


def drivers(frame: Frame, by: str) -> Section:
    """What moved net sentiment since the period before, group by group."""
    seen = reputation_reads.seen(frame.scope)
    cause, names = reputation_reads.moves(frame.scope, by if by in {"topic", "source", "lang"} else "topic")
    parts = sorted(cause.parts, key=lambda part: -abs(part.total))[:12]
    rows = tuple(
        (
            str(names.get(p.group, p.group)),
            p.posts_before,
            p.posts_after,
            round(p.net_before, 3),
            round(p.net_after, 3),
            round(p.total, 4),
        )
        for p in parts
    )
    table = Table(
        _("What each group adds"),
        (
            (_("Group"), "text"),
            (_("Posts before"), "number"),
            (_("Posts"), "number"),
            (_("Net before"), "number"),
            (_("Net sentiment"), "number"),
            (_("Adds"), "number"),
        ),
        rows,
    )
    labels = tuple(str(names.get(p.group, p.group)) for p in parts)
    chart = Chart(
        "whiskers",
        _("What moved it"),
        ", ".join(f"{n} {signed(p.total)}" for n, p in zip(labels, parts, strict=True)),
        labels,
        ((_("Adds"), tuple(p.total for p in parts)),),
    )
    lead = Words(verdict(seen.change, frames.earlier(frame.scope)), "lead")
    return Section("drivers", _("What moved it"), (lead, *((chart, table) if parts else ())))

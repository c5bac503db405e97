"""A report and its period -> a document. Works in the app and in the worker, in any language."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from dashboard.documents import frame as frames
from dashboard.documents import of_page as of_page_sections
from dashboard.documents.alerts import alerts, people
from dashboard.documents.debates import debates
from dashboard.documents.frame import Frame
from dashboard.documents.ideas import ideas
from dashboard.documents.method import method_section
from dashboard.documents.questions import questions
from dashboard.documents.reputation import actions, reputation
from dashboard.documents.summary import summary
from dashboard.documents.tools import tools
from dashboard.documents.topics import topics
from dashboard.documents.verbatims import verbatims
from dashboard.reads import cache
from dashboard.reads import reputation as reputation_reads
from dashboard.words.language import _, current, speaking, zone
from data.models import Scope
from data.sharing import snapshots
from data.sharing.document import Block, Comment, Document, Section, Words
from data.sharing.reports import Report, period_of


def block_names() -> dict[str, str]:
    return {
        "summary": _("In short"),
        "reputation": _("Reputation"),
        "topics": _("Topics"),
        "debates": _("Debates"),
        "tools": _("New tools"),
        "questions": _("Questions and answers"),
        "actions": _("What we did"),
        "ideas": _("Ideas"),
        "alerts": _("Alerts"),
        "people": _("People"),
        "verbatims": _("Verbatims"),
        "method": _("Method and limits"),
    }


def frame_of(report: Report, now: datetime, period: tuple[date, date] | None = None) -> Frame:
    """The posts that a report is of, in the period before `now` or in another."""
    first, last = period or period_of(report.days, now.astimezone(zone()).date())
    own = frames.own_brand()
    brands = reputation_reads.brands()
    brand = next((b for b in brands if b.id == report.brand), own)
    return Frame(Scope(first, last, brand=brand.id if brand else None), brand, report.names, now)


@cache.one_record()
def report_document(report: Report, now: datetime, period: tuple[date, date] | None = None) -> Document:
    """The report in the language that is spoken, with the manager's comments at the head of their blocks."""
    frame = frame_of(report, now, period)
    made: list[Section] = []
    for key in report.blocks:
        if key == "method":
            continue  # it stands at the end of every document
        for section in _sections_of(frame, key):
            comment = report.comments.get(key, "") if not made or made[-1].key != key else ""
            blocks: tuple[Block, ...] = (Comment(comment), *section.blocks) if comment else section.blocks
            made.append(Section(key, section.title, blocks, report.notes.get(key, "")))
    filters = [frame.brand.name] if frame.brand else []
    return of_page_sections.assembled(frame, report.name, made, filters=filters)


def edition(report: Report, now: datetime, period: tuple[date, date] | None = None) -> Document:
    """The report in its own language, else in the one that is spoken."""
    with speaking(report.lang or current(), str(zone())):
        return report_document(report, now, period)


def _sections_of(frame: Frame, key: str) -> list[Section]:
    if key in BUILDERS:
        return [BUILDERS[key](frame)]
    number = int(key.removeprefix("snapshot:"))
    with cache.store().read() as connection:
        item = snapshots.one_snapshot(connection, number)
        held = snapshots.document_of(connection, number) if item is not None else None
    if held is None:
        return [Section(key, _("Shared copy"), (Words(_("This shared copy was removed."), "note"),))]
    note = Words(" · ".join((held.subtitle, held.made)), "note")
    return [
        Section(
            key, held.title if place == 0 else f"{held.title}: {s.title}", (note, *s.blocks) if place == 0 else s.blocks
        )
        for place, s in enumerate(held.sections)
    ]


BUILDERS: dict[str, Callable[[Frame], Section]] = {
    "summary": summary,
    "reputation": reputation,
    "topics": topics,
    "debates": debates,
    "tools": tools,
    "questions": questions,
    "actions": actions,
    "ideas": ideas,
    "alerts": alerts,
    "people": people,
    "verbatims": verbatims,
    "method": method_section,
}

"""A report and its period -> a document. Works in the app and in the worker, in any language."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from dashboard.documents import frame as frames
from dashboard.documents.alerts import alerts
from dashboard.documents.debates import debates
from dashboard.documents.frame import Frame
from dashboard.documents.ideas import ideas
from dashboard.documents.method import method_section
from dashboard.documents.of_page import assembled
from dashboard.documents.people import people
from dashboard.documents.questions import questions
from dashboard.documents.reputation import actions, reputation
from dashboard.documents.summary import summary
from dashboard.documents.tools import tools
from dashboard.documents.topics import topics
from dashboard.documents.verbatims import verbatims
from dashboard.reads import cache
from dashboard.reads import reputation as reputation_reads
from dashboard.words.language import _, colon, current, speaking, zone
from data.scope import Scope
from data.sharing import snapshots
from data.sharing.document import Block, Comment, Document, Quotes, Section, Words
from data.sharing.reports import MONTH, WEEK, Report, period_of, snapshot_number

TEMPLATES = {"weekly": WEEK, "monthly": MONTH}  # the days of each


@dataclass(frozen=True, slots=True)
class ReportBlock:
    """A part that a report can hold: its name, what makes it, and the templates that begin with it."""

    title: str
    build: Callable[[Frame], Section]
    templates: tuple[str, ...] = ("weekly", "monthly")


def report_blocks() -> dict[str, ReportBlock]:
    """All that a report can hold, in the order of the templates, named in the language that is spoken."""
    return {
        "summary": ReportBlock(_("In short"), summary),
        "reputation": ReportBlock(_("Reputation"), reputation),
        "topics": ReportBlock(_("Topics"), topics),
        "debates": ReportBlock(_("Debates"), debates),
        "tools": ReportBlock(_("New tools"), tools),
        "questions": ReportBlock(_("Questions and answers"), questions),
        "actions": ReportBlock(_("What we did"), actions),
        "ideas": ReportBlock(_("Ideas"), ideas, ("monthly",)),
        "alerts": ReportBlock(_("Alerts"), alerts, ()),
        "people": ReportBlock(_("People"), people, ()),
        "verbatims": ReportBlock(_("Verbatims"), verbatims),
        "method": ReportBlock(_("Method and limits"), method_section),
    }


def template_blocks(template: str) -> tuple[str, ...]:
    """The keys of the blocks that a template begins with."""
    return tuple(key for key, block in report_blocks().items() if template in block.templates)


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
        for place, section in enumerate(_sections_of(frame, key)):
            comment = report.comments.get(key, "") if place == 0 else ""
            blocks: tuple[Block, ...] = (Comment(comment), *section.blocks) if comment else section.blocks
            made.append(Section(key, section.title, blocks, report.notes.get(key, "")))
    made = _said_once(made)
    filters = [frame.brand.name] if frame.brand else []
    return assembled(frame, report.name, frames.without_empty(made), filters=filters)


def _said_once(sections: Sequence[Section]) -> list[Section]:
    """The same, where what drew most is quoted once: the last part leaves out what stands in one before it. What was
    chosen by hand stays."""
    told: set[tuple[int, str]] = set()
    shown = []
    for section in sections:
        quotes = [block for block in section.blocks if isinstance(block, Quotes)]
        if section.key != "verbatims":
            told |= {(quote.post, quote.text) for block in quotes for quote in block.quotes}
            shown.append(section)
            continue
        left = {id(block): [q for q in block.quotes if q.id or (q.post, q.text) not in told] for block in quotes}
        blocks = [
            replace(block, quotes=tuple(left[id(block)])) if isinstance(block, Quotes) else block
            for block in section.blocks
            if left.get(id(block)) != []
        ]
        if any(left.values()) or any(isinstance(block, Comment) for block in blocks):
            shown.append(replace(section, blocks=tuple(blocks)))
    return shown


def edition(report: Report, now: datetime, period: tuple[date, date] | None = None) -> Document:
    """The report in its own language, else in the one that is spoken."""
    with speaking(report.lang or current(), str(zone())):
        return report_document(report, now, period)


def _sections_of(frame: Frame, key: str) -> list[Section]:
    """The sections of a block; a block that this version does not know has none."""
    number = snapshot_number(key)
    if number is not None:
        return _sections_of_copy(number, key)
    block = report_blocks().get(key)
    return [block.build(frame)] if block is not None else []


def _sections_of_copy(number: int, key: str) -> list[Section]:
    """What a shared copy holds, its title first and then when it was made."""
    with cache.store().read() as connection:
        item = snapshots.one_snapshot(connection, number)
        held = snapshots.document_of(connection, number) if item is not None else None
    if held is None:
        return [Section(key, _("Shared copy"), (Words(_("This shared copy was removed."), "note"),))]
    note = Words(" · ".join((held.subtitle, held.made)), "note")
    copied = [Section(key, f"{held.title}{colon()}{section.title}", section.blocks) for section in held.sections]
    if copied:
        copied[0] = Section(key, held.title, (note, *copied[0].blocks))
    return copied

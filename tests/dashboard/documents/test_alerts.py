"""Alerts of a document and the course of an event, in the demo record: no name where none is wanted."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.documents.alerts import alerts, alerts_of, all_alerts, event_section
from dashboard.documents.frame import Frame, own_brand
from dashboard.reads import alerts as alert_reads
from dashboard.words.language import speaking
from data.scope import Scope
from data.sharing.document import Figures, Quotes, Words
from data.store import Store
from insights.alerts.course import course_of
from tests.conftest import NOW

MONTH = Scope(NOW.date().replace(month=5, day=17), NOW.date())


@pytest.fixture
def frame(demo_store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Frame:
    demo_store.backup(tmp_path / "demo.sqlite")
    monkeypatch.setenv("VIGIE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("VIGIE_DEMO", "true")
    return Frame(MONTH, own_brand(), "pseudonyms", NOW)


def test_alerts_of_a_period_are_those_noticed_in_it(frame: Frame) -> None:
    whole = all_alerts(frame)
    assert [a.noticed_at for a in whole] == sorted((a.noticed_at for a in whole), reverse=True)
    shown = alerts_of(frame)
    assert shown
    assert {a.id for a in shown} == {a.id for a in whole if MONTH.since <= a.noticed_at.date() <= MONTH.until}
    with speaking("fr"):
        section = alerts(frame)
    lead, *rest = section.blocks
    assert isinstance(lead, Words)
    assert lead.text.startswith(str(len(shown)))
    headings = [block for block in rest if isinstance(block, Words) and block.kind == "heading"]
    assert 0 < len(headings) <= len(shown)


def test_a_period_without_alerts_says_so(frame: Frame) -> None:
    early = Frame(Scope(MONTH.since.replace(year=1999), MONTH.since.replace(year=1999)), None, "none", NOW)
    with speaking("en"):
        (only,) = alerts(early).blocks
    assert isinstance(only, Words)
    assert only.text == "Nothing unusual."


@pytest.mark.parametrize("names", ["names", "pseudonyms", "none"])
def test_an_event_names_its_authors_as_the_document_does(frame: Frame, names: str) -> None:
    alert = next(a for a in alerts_of(frame) if a.rule.kind in {"tone", "event", "conflict"})
    course = course_of(alert_reads.event_posts(alert.id))
    here = Frame(frame.scope, frame.brand, names, NOW)
    with speaking("en"):
        section = event_section(here, alert, course)
    figures = next(block for block in section.blocks if isinstance(block, Figures))
    assert [figure.number for figure in figures.items] == [course.posts, course.authors, course.places]
    steps = [block for block in section.blocks if isinstance(block, Quotes)]
    assert steps[0].title.startswith("It begins · ")
    author = course.steps[0].post.author
    assert author
    assert (author in steps[0].title) == (names == "names")
    assert ("no name given" in steps[0].title) == (names == "none")

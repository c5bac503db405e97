"""Debates and new tools of a document, on the demo: figures and exact words of what the pages show."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from dashboard.documents.debates import debate_blocks, debates
from dashboard.documents.frame import Frame
from dashboard.documents.tools import tools
from dashboard.reads import cache
from dashboard.reads import debates as debate_reads
from dashboard.reads.passages import posts_by_id
from dashboard.words.language import speaking
from data.scope import Scope
from data.sharing.document import Chart, Quotes, Table, Words
from data.store import Store


@pytest.fixture
def frame(demo_store: Store, now: datetime, monkeypatch: pytest.MonkeyPatch) -> Frame:
    monkeypatch.setattr(cache, "store", lambda: demo_store)
    return Frame(Scope(now.date() - timedelta(days=89), now.date()), None, "names", now)


def listed(frame: Frame) -> list[debate_reads.Listed]:
    return debate_reads.debates("debate", frame.scope.since, frame.scope.until, False, frame.hour)


def test_a_document_tells_a_debate_with_its_camps(frame: Frame) -> None:
    one = debate_reads.debates("debate", frame.scope.since, frame.scope.until, False, frame.hour)[0].debate
    with speaking("fr"):
        blocks = debate_blocks(frame, one, 2)
    (chart,) = [block for block in blocks if isinstance(block, Chart)]
    assert chart.series[0][1] == tuple(float(camp.people) for camp in one.facts.camps)
    assert chart.categories[:2] == ("Pour", "Contre")
    quotes = [block for block in blocks if isinstance(block, Quotes)]
    assert len(quotes) == 2
    for block in quotes:
        for quote in block.quotes:
            assert quote.text in posts_by_id([quote.post])[quote.post].plain
    bare = replace(one, question="", facts=replace(one.facts, camps=(), common=()))
    assert [type(block) for block in debate_blocks(frame, bare, 2)] == [Words, Words, Words]


def test_a_section_says_so_where_there_is_nothing(frame: Frame) -> None:
    empty = replace(frame, scope=Scope(date(2019, 1, 1), date(2019, 2, 1)))
    with speaking("fr"):
        assert len(debates(empty).blocks) == len(tools(empty).blocks) == 1
    full = tools(frame).blocks
    assert isinstance(full[0], Table)
    assert len(full[0].rows) <= 16
    assert all(isinstance(block, Quotes) for block in full[1:])

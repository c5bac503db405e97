"""The morning brief, on the demo community and on an empty day."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dashboard.documents import of_page as of_page_sections
from dashboard.documents.frame import Frame
from dashboard.documents.morning import LEAST, brief_of, cut_to
from dashboard.files.text import Line, brief_text
from dashboard.reads import posts as post_reads
from dashboard.words.language import speaking
from data.scope import Scope
from data.settings import Settings
from data.store import Store
from tests.conftest import NOW

MONTH = Scope(NOW.date() - timedelta(days=29), NOW.date())


def test_a_brief_is_cut_to_the_time_there_is(frame: Frame) -> None:
    with speaking("en"):
        since = NOW - timedelta(days=7)
        briefs = [brief_of(frame, since, minutes) for minutes in (1, 3, 10, 30)]
    sizes = [len(b.lines) for b in briefs]
    assert sizes == sorted(sizes)
    assert sizes[-1] > sizes[0] >= LEAST
    assert {b.posts for b in briefs} == {post_reads.counted(Scope(since.date(), NOW.date()))[0]}
    assert all(len(b.lines) + b.left == sizes[-1] + briefs[-1].left for b in briefs)
    assert {"new", "rising", "asked"} <= {line.kind for line in briefs[-1].lines}
    for line in briefs[-1].lines:
        assert line.page in of_page_sections.SHAREABLE
        assert line.link
    for minutes, brief in zip((1, 3), briefs, strict=False):
        words = sum(line.words for line in brief.lines)
        assert words <= 200 * minutes or len(brief.lines) == LEAST


def test_cutting_keeps_a_few_lines_whatever_the_time() -> None:
    lines = [Line("new", "word " * 500, "topics") for _ in range(6)]
    assert [len(cut_to(lines, minutes)[0]) for minutes in (1, 10, 30)] == [LEAST, 4, 6]
    assert cut_to([], 5) == ((), 0)


def test_an_empty_day_says_so(settings: Settings, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIGIE_DATA_DIR", settings.data_dir)
    monkeypatch.setenv("VIGIE_DEMO", "false")
    for lang, words in (("en", "Nothing unusual."), ("fr", "Rien d’inhabituel.")):
        with speaking(lang):
            brief = brief_of(Frame(MONTH, None, "pseudonyms", NOW), NOW - timedelta(days=1), 3)
            assert not brief.unusual
            assert brief.lines == ()
            assert words in brief_text(brief, demo=False)

"""What is said of a new tool, in both languages."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from dashboard.reads.tools import Noted
from dashboard.words.language import speaking
from dashboard.words.tools import cue_names, momentum_words, reach_words, stage_help, stage_names, weekly_note
from data.tools.listing import Tool
from data.tools.story import Alternative, ToolStory
from insights.tools.evidence import cue_of
from insights.tools.patterns import LEFT, RIGHT

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
STORY = ToolStory(authors=2, places=1, alternatives=tuple(Alternative(f"Other {k}", 1, k) for k in range(4)))
TOOL = Tool(1, "kettlebird", "Kettlebird", "shown", 0.9, "picked", 1, 1, 1, 3, STORY, "", False, "", "", NOW, NOW, NOW)


def test_reach_counts_people_and_places() -> None:
    assert reach_words(TOOL) == "3 posts by 2 people in 1 place"
    with speaking("fr"):
        assert reach_words(replace(TOOL, posts=1, story=ToolStory())) == "1 message de 0 personne dans 0 lieu"


def test_a_trend_is_told_only_with_enough_posts() -> None:
    few = momentum_words(replace(TOOL, recent=1, before=4))
    assert few == "1 post in the last seven days, 4 in the seven before · too few to tell a trend"
    assert momentum_words(replace(TOOL, recent=2, before=4)).endswith("4 in the seven before")


def test_every_stage_and_cue_has_words() -> None:
    assert set(stage_names()) == set(stage_help())
    assert {cue_of(sign) for sign, _pattern in (*LEFT, *RIGHT)} <= set(cue_names())


def test_the_weekly_note_names_what_is_known_and_nothing_else() -> None:
    noted = Noted(TOOL, "Kettlebird, a reader\nfor feeds", "", "https://example.org")
    lines = weekly_note([noted, Noted(replace(TOOL, story=ToolStory()), "", "", "")], "1", "7", demo=False).splitlines()
    assert lines[0] == "## New tools, 1 – 7"
    assert lines[3:7] == ["> Kettlebird, a reader", "> for feeds", ">", "> — no name given"]
    assert "- Compared with: Other 0, Other 1, Other 2" in lines
    assert "- https://example.org" in lines
    assert sum(line.startswith("- ") for line in lines) == 4
    with speaking("fr"):
        assert "Rien de nouveau cette semaine." in weekly_note([], "1", "7", demo=True)

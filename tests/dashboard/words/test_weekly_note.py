"""The weekly note of tools."""

from __future__ import annotations

import re

from dashboard.reads.tools import Noted
from dashboard.words import tools as tool_sentences
from dashboard.words.language import speaking
from data.tools.listing import Tool
from data.tools.story import Alternative, ToolStory
from tests.conftest import NOW

EVIL = "<script>alert(1)</script> **b** [x](javascript:y) & \"q\" 'r' =1+1 {hook} {{x}} \u202e é 👩‍👩‍👧"


def test_the_weekly_note_of_tools_quotes_without_markup() -> None:
    story = ToolStory(authors=2, places=1, alternatives=(Alternative(EVIL, 1, 1),))
    tool = Tool(1, "k", EVIL, "shown", 0.9, "picked", 1, 1, 1, 3, story, "", False, "", "", NOW, NOW, NOW)
    with speaking("fr"):
        note = tool_sentences.weekly_note([Noted(tool, EVIL, EVIL, "https://example.org")], "1", "7", demo=True)
    assert "<script>" not in note
    assert not re.search(r"(?<!\\)\]\(", note)
    assert "Démo" in note


def test_on_a_page_the_note_links_where_it_says_and_nowhere_else() -> None:
    name, link = "www.evil.example :material_home:", "https://example.org/a>b c![x](y)"
    tool = Tool(1, "k", name, "shown", 0.9, "picked", 1, 1, 1, 3, ToolStory(), "", False, "", "", NOW, NOW, NOW)
    noted = [Noted(tool, f"first {name}\nhttps://evil.example", name, link)]
    shown = tool_sentences.weekly_note(noted, "1", "7", demo=False, shown=True)
    quoted = "www:color[]\\.evil\\.example \\::color[]material\\_home\\:"
    assert shown.splitlines()[2:6] == [
        f"### {quoted}",
        f"> first {quoted}",
        "> https\\::color[]\\/\\/evil\\.example",
        ">",
    ]
    assert "](<https://example.org/a%3Eb%20c![x](y)>)" in shown
    assert "- https://example.org/a>b c![x](y)" in tool_sentences.weekly_note(noted, "1", "7", demo=False)

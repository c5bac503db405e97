"""Briefs and documents as plain text: what is said of one and of many, of an empty day, of what was erased."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from dashboard.files.text import ROWS, Brief, Line, brief_text, document_text
from dashboard.words.language import speaking
from data.posts.quotes import Quote
from data.sharing.document import Chart, Comment, Document, Figure, Figures, Quotes, Section, Table, Words

QUOTE = Quote(
    post=1,
    text="It is slow",
    cut_before=False,
    cut_after=False,
    author="Ana",
    place="Place",
    published_at=datetime(2026, 6, 14, 9, 30, tzinfo=UTC),
    lang="en",
    url="https://example.org/1",
)


@pytest.mark.parametrize(
    ("lang", "posts", "left", "told"),
    [
        ("en", 0, 0, ["0 new posts.", "Nothing unusual."]),
        ("en", 1, 1, ["1 new post.", "1 more line in Vigie."]),
        ("fr", 1, 2, ["1 nouveau message.", "2 lignes de plus dans Vigie."]),
    ],
)
def test_a_brief_counts_as_its_language_does(lang: str, posts: int, left: int, told: list[str]) -> None:
    with speaking(lang):
        text = brief_text(Brief((), left, posts, unusual=bool(left)), demo=False)
    assert [line for line in text.splitlines() if line] == told


def test_lines_of_a_kind_stand_under_one_name_with_their_addresses() -> None:
    lines = (
        Line("alert", "More posts than usual", "alerts", {"alert": "7"}, QUOTE),
        Line("alert", "Tone falls", "alerts", {"alert": "8"}),
        Line("tool", "Acme CLI", "tools", {"tool": "1"}),
    )
    with speaking("en"):
        text = brief_text(Brief(lines, 0, 3, unusual=True), demo=True, base="https://vigie.example")
    assert text.startswith("These are demo posts.\n")
    assert "Nothing unusual." not in text
    assert text.count("ALERT") == 1
    assert "“It is slow”" in text
    assert "→ https://vigie.example/alerts?lang=en&alert=8" in text
    assert text.index("ALERT") < text.index("NEW TOOL")


def test_every_kind_of_block_is_said_in_words() -> None:
    rows = tuple((f"row {number}", number) for number in range(ROWS + 3))
    blocks = (
        Words("Calm.", "lead"),
        Words("One thing", "item"),
        Comment("Mine"),
        Figures((Figure("Posts", "12", "as before"), Figure("People", "3"))),
        Chart("days", "Posts a day", "12 posts in all", ("2026-06-14",), (("Posts", (12.0,)),)),
        Table("Names", (("Name", "text"), ("Posts", "number")), rows),
        Quotes("Said", (QUOTE,)),
    )
    with speaking("en"):
        lines = document_text(Document("T", "June", "en", "Made", (Section("s", "Section", blocks),))).splitlines()
    assert lines[:2] == ["T", "June"]
    for line in ("SECTION", "- One thing", "Posts: 12 (as before)", "People: 3", "Posts a day: 12 posts in all"):
        assert line in lines
    assert "Names (Name, Posts)" in lines
    assert f"- row {ROWS - 1} · {ROWS - 1}" in lines
    assert f"- row {ROWS} · {ROWS}" not in lines
    assert lines[lines.index("Said") + 1] == "“It is slow”"

"""Briefs and drafts: what stands in a post stays what it was in every format, and nothing of it runs."""

from __future__ import annotations

import io
import json
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from docx import Document as Word
from selectolax.lexbor import LexborHTMLParser

from dashboard.documents import of_calendar_item as brief
from dashboard.files.table import file_of
from dashboard.reads.tools import Noted
from dashboard.views.ideas.drafts import draft_for
from dashboard.words import ideas as idea_sentences
from dashboard.words import tools as tool_sentences
from dashboard.words.language import speaking
from data.content.calendar import FORMATS, Item, shipped_formats
from data.content.ideas import Idea
from data.models import Post
from data.tools.listing import Tool
from data.tools.story import Alternative, ToolStory
from insights.ideas.networks import CHANNELS
from insights.ideas.rules import RULES

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
EVIL = "<script>alert(1)</script> **b** [x](javascript:y) & \"q\" 'r' =1+1 {hook} {{x}} \u202e é 👩‍👩‍👧"


def post_of(text: str) -> Post:
    return Post(1, "feed", "1", 1, "Place", NOW, "Ana", "", text, "https://example.org/1", "en", "neutral", 0.5, False)


def idea_of(kind: str, **facts: object) -> Idea:
    held = {
        "label": EVIL,
        "name": EVIL,
        "question": EVIL,
        "title": EVIL,
        "words": [EVIL],
        "author": EVIL,
        "number": 5,
        "questions": 3,
        "posts": 3,
        "before": 9,
        "after": 1,
        "wishes": 4,
        "days": 5,
        "replies": 6,
        "people": 9,
        "copies": 4,
        **facts,
    }
    if kind == "occasion":
        held["name"] = {"en": EVIL, "fr": EVIL}
    return Idea(
        1,
        "k",
        kind,
        held,
        0.5,
        {"now": 0.3},
        (1, 2, 3),
        3,
        2,
        1,
        4,
        0.6,
        3,
        0.2,
        0.7,
        ("post", "thread"),
        "en",
        1,
        "",
        "",
        0,
        0,
        "",
        NOW,
    )


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("kind", sorted(RULES))
def test_every_kind_has_its_words_in_both_languages(kind: str, lang: str) -> None:
    with speaking(lang):
        item = idea_of(kind)
        for words in (
            idea_sentences.title_of(item),
            idea_sentences.why_now(item),
            idea_sentences.hook_of(item),
            idea_sentences.question_of(item),
            idea_sentences.audience_words(item),
            idea_sentences.kind_names()[kind],
        ):
            assert words.strip()
        assert idea_sentences.points_of(item)
        if kind not in {"faq", "testimonial", "evergreen", "welcome", "wave", "milestone"}:
            assert EVIL in idea_sentences.title_of(item)


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("channel", sorted(CHANNELS))
def test_every_format_becomes_a_draft_of_every_channel(channel: str, lang: str) -> None:
    values = {
        "hook": "The hook",
        "points": "- one\n- two",
        "quotes": f"“{EVIL}”",
        "question": "And you?",
        "link": "https://example.org",
        "tags": ["One", "Two", "Three", "Four"],
        "brand": "Brimelo",
    }
    held = CHANNELS[channel]
    for name in FORMATS:
        text = draft_for(channel, values, shipped_formats()[name, lang])
        assert "The hook" in text
        assert "{points}" not in text
        assert ("https://example.org" in text) <= held.links
        if held.limit and not held.threads:
            assert held.length(text) <= held.limit
        if "{quotes}" in shipped_formats()[name, lang] and not held.limit:
            assert EVIL in text  # a slot that stands in a quote is not filled


def test_a_brief_says_the_same_in_every_format() -> None:
    item = Item(
        1,
        f"Title {EVIL}",
        channel="x",
        format="thread",
        owner="Bo",
        day=date(2026, 6, 20),
        hour=9,
        drafts={"x": EVIL},
        note=EVIL,
    )
    with speaking("en"):
        document = brief.document_of(item, idea_of("explain"), [post_of(EVIL)], {1: "Reader 7"}, demo=True)
        html = file_of(document, "html").decode()
        markdown = brief.as_markdown(document)
        docx = file_of(document, "docx")
    tree = LexborHTMLParser(html)
    assert tree.css("script") == []
    assert "src=" not in re.sub(r"&lt;.*?&gt;", "", html)
    quote = tree.css_first("blockquote")
    assert quote is not None
    assert quote.text() == EVIL
    titles = ["In short", "Goal", "Audience", "Evidence", "Tone and customs", "Draft", "Note"]
    assert [h.text() for h in tree.css("h2")] == titles
    assert [line[3:] for line in markdown.splitlines() if line.startswith("## ")] == titles
    assert "Demo" in tree.text()
    assert "Demo" in markdown
    assert "\\<script\\>" in markdown
    assert "<script>" not in markdown
    texts = [p.text for p in Word(io.BytesIO(docx)).paragraphs]
    assert texts.count(EVIL) == 3  # the quote, the draft, the note
    assert all("Reader 7 · Place" in told for told in (tree.text(), markdown, " ".join(texts)))
    assert "Ana" not in html + markdown + " ".join(texts)


def test_a_long_post_is_cut_with_a_mark() -> None:
    with speaking("fr"):
        document = brief.document_of(
            Item(1, "T"), idea_of("explain"), [post_of("Une phrase entière. " * 60)], {}, demo=False
        )
    (quote,) = document.quotes()
    assert quote.shown.endswith("Une phrase entière. […]")
    assert len(quote.text) <= brief.QUOTED


def test_hostile_strings_come_back_as_they_were(corpora: Path) -> None:
    strings = [s for s in json.loads((corpora / "hostile" / "blns.json").read_text(encoding="utf-8")) if s.strip()]
    strings += (corpora / "hostile" / "xss.txt").read_text(encoding="utf-8").splitlines()[:300]
    for start in range(0, len(strings), brief.QUOTES):
        some = strings[start : start + brief.QUOTES]
        with speaking("en"):
            document = brief.document_of(Item(1, "t"), idea_of("explain"), [post_of(s) for s in some], {}, demo=False)
        kept = [q.shown for q in document.quotes()]
        assert all(q == s for q, s in zip(kept, some, strict=True) if len(s) <= brief.QUOTED)
        tree = LexborHTMLParser(file_of(document, "html").decode())
        # HTML knows no zero sign; all else comes back as it was.
        expected = [text.replace("\0", "").replace("\ufffd", "") for text in kept]
        assert [node.text().replace("\ufffd", "") for node in tree.css("blockquote")] == expected
        assert tree.css("script, img, iframe, svg, object") == []
        written = Word(io.BytesIO(file_of(document, "docx"))).paragraphs
        assert len([p for p in written if p.style.name == "Quote"]) == len(some)


def test_the_weekly_note_of_tools_quotes_without_markup() -> None:
    story = ToolStory(authors=2, places=1, alternatives=(Alternative(EVIL, 1, 1),))
    tool = Tool(1, "k", EVIL, "shown", 0.9, "picked", 1, 1, 1, 3, story, "", False, "", "", NOW, NOW, NOW)
    with speaking("fr"):
        note = tool_sentences.weekly_note([Noted(tool, EVIL, EVIL, "https://example.org")], "1", "7", demo=True)
    assert "<script>" not in note
    assert not re.search(r"(?<!\\)\]\(", note)
    assert "Démo" in note

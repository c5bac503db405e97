"""A calendar item for its makers: what stands in a post stays what it was in every format, and nothing of it runs."""

from __future__ import annotations

import io
import json
import re
from datetime import date
from pathlib import Path

from docx import Document as Word
from selectolax.lexbor import LexborHTMLParser

from dashboard.documents.of_calendar_item import QUOTED, QUOTES, as_markdown, document_of
from dashboard.files.table import file_of
from dashboard.words.language import speaking
from data.content.calendar import Item
from data.models import Post
from data.sharing.document import Look
from tests.conftest import NOW
from tests.dashboard.ideas import idea_of

EVIL = "<script>alert(1)</script> **b** [x](javascript:y) & \"q\" 'r' =1+1 {hook} {{x}} \u202e é 👩‍👩‍👧"
PLAIN = Look()


def post_of(text: str) -> Post:
    return Post(1, "feed", "1", 1, "Place", NOW, "Ana", "", text, "https://example.org/1", "en", "neutral", 0.5, False)


def test_it_says_the_same_in_every_format() -> None:
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
        document = document_of(item, idea_of("explain"), [post_of(EVIL)], {1: "Reader 7"}, demo=True, look=PLAIN)
        html = file_of(document, "html").decode()
        markdown = as_markdown(document)
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
        document = document_of(
            Item(1, "T"), idea_of("explain"), [post_of("Une phrase entière. " * 60)], {}, demo=False, look=Look()
        )
    (quote,) = document.quotes()
    assert quote.shown.endswith("Une phrase entière. […]")
    assert len(quote.text) <= QUOTED


def test_hostile_strings_come_back_as_they_were(corpora: Path) -> None:
    strings = [s for s in json.loads((corpora / "hostile" / "blns.json").read_text(encoding="utf-8")) if s.strip()]
    strings += (corpora / "hostile" / "xss.txt").read_text(encoding="utf-8").splitlines()[:300]
    for start in range(0, len(strings), QUOTES):
        some = strings[start : start + QUOTES]
        with speaking("en"):
            document = document_of(
                Item(1, "t"), idea_of("explain"), [post_of(s) for s in some], {}, demo=False, look=Look()
            )
        kept = [q.shown for q in document.quotes()]
        assert all(q == s for q, s in zip(kept, some, strict=True) if len(s) <= QUOTED)
        tree = LexborHTMLParser(file_of(document, "html").decode())
        # HTML knows no zero sign; all else comes back as it was.
        expected = [text.replace("\0", "").replace("\ufffd", "") for text in kept]
        assert [node.text().replace("\ufffd", "") for node in tree.css("blockquote")] == expected
        assert tree.css("script, img, iframe, svg, object") == []
        written = Word(io.BytesIO(file_of(document, "docx"))).paragraphs
        assert len([p for p in written if p.style.name == "Quote"]) == len(some)

"""What we wrote ourselves as passages: lists of questions, Markdown, real DOCX and PDF files, and hostile ones."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from io import BytesIO
from time import monotonic

import pytest
import typst
from docx import Document

from sources.errors import ContentError
from sources.known.files import MOST_BYTES, passages_in, passages_pasted
from sources.known.passages import LONGEST, MOST, Passage

FAQ = """Billing

Q: Can I pay by invoice?
A: Yes, from ten seats on.
Ask us for it.

2) How do I export my calendar?
Open Settings, then Export.

Question : Où êtes-vous installés ?
Réponse : À Lyon, 12 rue Garibaldi.
"""
MARKDOWN = """---
title: Guide
---
# Guide

Welcome to **Norvik**. See [the site](https://norvik.example/a_b) and [below](#x).

## Billing

### Can I pay by invoice?

Yes, from ten seats on, by `invoice@norvik.example`.

- by card
- by transfer

Refunds
-------
Within 30 days.

```
# not a heading
```
"""


def pairs(found: list[Passage]) -> list[tuple[str, str]]:
    return [(one.question, one.text) for one in found]


def test_a_list_of_questions_gives_each_with_its_answer() -> None:
    assert pairs(passages_in(FAQ.encode(), "faq.txt")) == [
        ("", "Billing"),
        ("Can I pay by invoice?", "Yes, from ten seats on.\nAsk us for it."),
        ("How do I export my calendar?", "Open Settings, then Export."),
        ("Où êtes-vous installés ?", "À Lyon, 12 rue Garibaldi."),
    ]
    assert passages_in(FAQ.encode(), "faq.txt")[1].place == "faq.txt, line 4"


def test_markdown_gives_headings_with_their_text_and_no_marks() -> None:
    found = passages_in(MARKDOWN.encode(), "guide.md")
    assert pairs(found) == [
        ("Guide", "Welcome to Norvik. See the site (https://norvik.example/a_b) and below."),
        ("Can I pay by invoice?", "Yes, from ten seats on, by invoice@norvik.example.\n\n- by card\n- by transfer"),
        ("Refunds", "Within 30 days.\n\n# not a heading"),
    ]
    assert [one.place for one in found] == ["guide.md, line 6", "guide.md, Billing, line 12", "guide.md, line 19"]


def test_what_is_pasted_is_read_as_what_it_is() -> None:
    assert pairs(passages_pasted("We are closed on Mondays.\n\nThe shop is in Lyon.")) == [
        ("", "We are closed on Mondays."),
        ("", "The shop is in Lyon."),
    ]
    assert pairs(passages_pasted("# Hours\nOpen from 9.")) == [("Hours", "Open from 9.")]
    assert passages_pasted(" \n ") == []


def test_a_docx_gives_headings_questions_and_tables() -> None:
    document = Document()
    document.add_heading("Guide", 0)
    document.add_heading("Billing", 1)
    document.add_paragraph("We take cards.")
    document.add_paragraph("Can I pay by invoice?")
    document.add_paragraph("Yes, from ten seats on.")
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "Do you have an API?", "Yes, see docs."
    body = BytesIO()
    document.save(body)
    found = passages_in(body.getvalue(), "faq.docx")
    assert pairs(found) == [
        ("Billing", "We take cards."),
        ("Can I pay by invoice?", "Yes, from ten seats on."),
        ("Do you have an API?", "Yes, see docs."),
    ]


def test_a_pdf_gives_questions_with_their_page() -> None:
    text = "= Guide\nCan I pay by invoice?\n\nYes, from ten seats on.\n#pagebreak()\nOù êtes-vous ?\n\nÀ Lyon."
    found = passages_in(typst.compile(text.encode()), "faq.pdf")
    assert ("Can I pay by invoice?", "Yes, from ten seats on.") in pairs(found)
    assert found[-1] == Passage("Où êtes-vous ?", "À Lyon.", "faq.pdf, page 2")


def test_a_long_passage_is_cut_between_paragraphs_and_many_end() -> None:
    text = "# Long\n\n" + "\n\n".join(f"{n} " + "word " * 300 for n in range(5))
    found = passages_in(text.encode(), "long.md")
    assert [one.question for one in found] == ["Long"] * 3
    assert all(len(one.text) <= LONGEST for one in found)
    assert "".join("".join(one.text.split()) for one in found) == "".join(text.split()).removeprefix("#Long")
    assert len(passages_in("\n\n".join(f"Fact {n}." for n in range(2 * MOST)).encode(), "many.txt")) == MOST


def _bomb() -> bytes:
    body = BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * 150_000_000)
    return body.getvalue()


@pytest.mark.parametrize(
    ("name", "make", "says"),
    [
        ("a.exe", lambda: b"x", "only md"),
        ("a.txt", lambda: b"   ", "no text"),
        ("a.txt", lambda: b"\x00\x01\x02" * 50, "not a text"),
        ("a.docx", lambda: b"not a zip", "not a readable document"),
        ("a.docx", _bomb, "unpacks to more"),
        ("a.pdf", lambda: b"%PDF-1.7 nothing", "not a readable PDF"),
        ("a.pdf", lambda: typst.compile(b"#rect()"), "no text"),
        ("a.md", lambda: b"x" * (MOST_BYTES + 1), "more than 20 MB"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_name(name: str, make: Callable[[], bytes], says: str) -> None:
    with pytest.raises(ContentError) as refused:
        passages_in(make(), name)
    assert refused.value.subject == name
    assert says in refused.value.detail


@pytest.mark.parametrize("line", ["[" * 50_000, "*_" * 50_000, "<!--" * 20_000, "![](" * 20_000, "# " * 50_000])
def test_hostile_marks_take_no_time(line: str) -> None:
    began = monotonic()
    passages_in((line + "\n\ntext").encode(), "a.md")
    assert monotonic() - began < 5

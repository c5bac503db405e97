"""How cells, sentences and the line beside a quote are written, in both languages."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from dashboard.words.documents import cell_words, host_of, line_names, plain_words, source_words, written_rows
from dashboard.words.language import speaking
from data.posts.quotes import Quote
from data.sharing.document import Said, Table, Words

QUOTE = Quote(
    post=1,
    text="Hello",
    cut_before=False,
    cut_after=False,
    author="Ana",
    place="Place",
    published_at=datetime(2026, 6, 14, 9, 30, tzinfo=UTC),
    lang="fr",
    url="https://example.org/1",
)


@pytest.mark.parametrize(
    ("value", "kind", "english", "french"),
    [
        (None, "number", "–", "–"),
        ("", "text", "–", "–"),
        (0, "number", "0", "0"),
        (1234, "number", "1,234", "1\u202f234"),
        (0.125, "share", "12%", "12\u202f%"),
        ("2026-06-14", "date", "June 14, 2026", "14 juin 2026"),
        ("not a day", "date", "not a day", "not a day"),
        ("many", "number", "many", "many"),
    ],
)
def test_a_cell_is_written_by_its_kind(value: object, kind: str, english: str, french: str) -> None:
    with speaking("en"):
        assert cell_words(value, kind).replace("Jun ", "June ") == english
    with speaking("fr"):
        assert cell_words(value, kind).replace("\xa0", "\u202f") == french


def test_rows_are_written_cell_by_cell() -> None:
    table = Table("T", (("Name", "text"), ("Posts", "number")), (("Ana", 1), ("Bo", None)))
    with speaking("en"):
        assert written_rows(table) == [["Ana", "1"], ["Bo", "–"]]
        assert written_rows(replace(table, rows=())) == []


def test_a_sentence_ends_with_what_was_said() -> None:
    with speaking("en"):
        assert plain_words(Words("One debate on", "item", Said("Is it slow?"))) == "One debate on “Is it slow?”"
        assert plain_words(Words("One debate on", "item", Said(""))) == "One debate on “[…]”"  # erased
        assert plain_words(Words("", "heading", Said("Is it slow?"))) == "Is it slow?"
        assert plain_words(Words("Nothing unusual.")) == "Nothing unusual."
    with speaking("fr"):
        assert (
            plain_words(Words("Un débat sur", "item", Said("Lent ?"))).replace("\xa0", " ") == "Un débat sur « Lent ? »"
        )


def test_beside_a_quote_stands_what_is_known() -> None:
    with speaking("en"):
        assert source_words(QUOTE).split(" · ")[::3] == ["Ana", "French"]
        assert source_words(replace(QUOTE, author="", lang="xx", is_demo=True)).split(" · ")[-2:] == ["xx", "Demo"]
        assert not source_words(replace(QUOTE, author="")).startswith(" ·")
    with speaking("fr"):
        assert source_words(replace(QUOTE, is_demo=True)).endswith("Démo")


@pytest.mark.parametrize(
    ("url", "host"),
    [("https://example.org/1", "example.org"), ("odd", "odd"), ("http://[bad", "http://[bad"), ("", "")],
)
def test_the_host_of_an_address_or_the_address(url: str, host: str) -> None:
    assert host_of(url) == host


def test_lines_of_the_brief_have_names_in_both_languages() -> None:
    with speaking("en"):
        english = line_names()
    with speaking("fr"):
        french = line_names()
    assert list(english) == list(french)
    assert (english["asked"], french["asked"]) != ("", "")
    assert sum(english[key] != french[key] for key in english) >= len(english) - 1

"""The documents that come with the app: in the reader's language, else in English; their links lead to one another."""

from __future__ import annotations

import re

import pytest

from dashboard.reads.search import document, documents, words_of_document
from dashboard.views.search.found import found, name_of_part
from dashboard.words.language import speaking
from data.store import Store


def test_a_document_is_read_in_the_language_that_is_spoken() -> None:
    keys = [part.key for part in documents("en")]
    assert [part.key for part in documents("fr")] == keys
    assert {part.lang for part in documents("en")} == {"en"}
    english, french = (document("backups.1", lang) for lang in ("en", "fr"))
    assert english is not None
    assert french is not None
    assert (english.document, english.heading) == ("Backups, going back, and the doctor", "Backups")
    assert (french.heading, french.lang) == ("Sauvegardes", "fr")
    assert "Les dix dernières sont gardées" in french.text


def test_where_there_is_no_french_the_english_one_is_given_and_named_as_such() -> None:
    part = document("roles.0", "fr")
    assert part is not None
    assert part.lang == "en"
    with speaking("fr"):
        assert name_of_part(part) == "Who may write what (en anglais)"
    with speaking("en"):
        assert name_of_part(part) == "Who may write what"
    assert {part.key.partition(".")[0] for part in documents("fr") if part.lang == "en"} == {"roles"}


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_link_leads_to_a_part_to_the_web_or_is_words(lang: str) -> None:
    links = [link for part in documents(lang) for link in re.findall(r"\]\(([^)]+)\)", part.text)]
    parts = [link.removeprefix("?read=") for link in links if not link.startswith("https://")]
    assert parts
    assert all(document(key, lang) is not None for key in parts), parts
    assert not any("<kbd>" in part.text for part in documents(lang))


@pytest.mark.parametrize(("lang", "heading"), [("en", "Told by e-mail what is yours"), ("fr", "Prévenu par e-mail")])
def test_a_link_to_a_heading_leads_to_its_part(lang: str, heading: str) -> None:
    words = words_of_document("deliveries.2", lang, "lang=fr&ws=acme")
    (key,) = re.findall(r"\]\(\?lang=fr&ws=acme&read=(team\.\d+)\)", words)
    part = document(key, lang)
    assert part is not None
    assert part.heading.startswith(heading)
    assert words_of_document("nothing.9", lang) == ""


def test_documents_are_found_by_their_french_words(demo: Store) -> None:
    with speaking("fr"):
        kinds = {kind.title: [one.name for one in kind.found] for kind in found("collisions trous agenda")}
        assert kinds["Documents"] == ["Les idées et le calendrier\xa0: Calendrier"]
    with speaking("en"):
        assert found("collisions trous agenda") == []

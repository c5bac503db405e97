"""The ticket as a document: exact words once each, what is named and by how many, no stranger called at a tracker."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dashboard.documents.building.ticket import as_issue, document_of, folded, platforms, versions
from dashboard.words.building.tickets import fixed_words, to_fix_words
from dashboard.words.language import speaking
from data.models import Post
from data.sharing.document import Look
from data.tickets.listing import Ticket
from tests.conftest import NOW


def post(number: int, plain: str, author: str = "", lang: str = "en", group: int = 0) -> Post:
    made = Post(
        number, "reddit", f"n{number}", 1, "r/lumo", NOW, author or f"a{number}", "", plain, f"https://a.example/{number}",
        lang, "", 0.0, False,
    )  # fmt: skip
    return replace(made, group_id=group)


TICKET = Ticket(1, "Battery drains", (1, 2, 3), people=3, first_at=NOW, made_at=NOW)


def test_versions_and_systems_count_people_once() -> None:
    posts = [
        post(1, "Since version 2.3.1 on Android 14 it drains. v2.3.1 is bad.", "ana"),
        post(2, "Version 2.3.1 again, iOS too", "ana"),
        post(3, "Mise à jour 3.0 beta sur Windows XP, firmware 12", "bob"),
        post(4, "It cost 300 in 2024, I opened a window on my android", "cyd"),
    ]
    assert versions(posts) == {"2.3.1": 1, "3.0": 1, "12": 1}
    assert platforms(posts) == {"Android 14": 1, "iOS": 1, "Windows XP": 1}


def test_copies_are_told_and_not_repeated() -> None:
    posts = [post(1, "same words", group=7), post(2, "same words", group=7), post(3, "other words")]
    assert [(one.id, copies) for one, copies in folded(posts)] == [(1, 1), (3, 0)]
    with speaking("en"):
        said = as_issue(document_of(TICKET, posts, lambda name: f"user-{name}", demo=False, look=Look()))
    assert said.count("same words") == 1
    assert "1 copy of one of these is not repeated." in said


def test_words_are_exact_and_call_nobody() -> None:
    words = "@torvalds look at *this* <b>#12</b>, me@example.org\nL’autonomie & co"
    with speaking("fr"):
        said = as_issue(document_of(TICKET, [post(1, words, "ana")], lambda name: "user-1", demo=False, look=Look()))
    assert "@<!-- -->torvalds" in said
    assert "me@example.org" in said  # an address calls nobody
    assert "ana" not in said.replace("analyse", "")
    assert "https://a.example/1" in said
    shown = said.replace("@<!-- -->", "@").replace("\\", "")
    assert all(f"> {line}" in shown for line in words.splitlines())
    assert "3 personnes le demandent" in said


def test_no_words_are_said_for_posts_whose_words_are_gone() -> None:
    with speaking("en"):
        said = as_issue(document_of(TICKET, [post(1, "")], lambda name: "user-1", demo=False, look=Look()))
    assert "In their words" not in said
    assert "3 people ask for this" in said


@pytest.mark.parametrize(("lang", "begins"), [("fr", "Bonjour ana,"), ("en", "Hello ana,"), ("de", "Hello ana,")])
def test_who_asked_is_told_in_their_language(lang: str, begins: str) -> None:
    with speaking("en" if lang == "fr" else "fr"):  # whatever the reader speaks
        said = fixed_words(TICKET, post(1, "x", "ana", lang))
    assert said.startswith(begins)
    assert "Battery drains" in said


def test_how_long_a_fix_takes_is_said_of_what_is_done_alone() -> None:
    done = replace(TICKET, outcome="done", closed_at=NOW + timedelta(days=10))
    with speaking("en"):
        assert to_fix_words([TICKET, replace(done, outcome="declined")]) == ""
        assert to_fix_words([done, TICKET]) == "1 ticket is done, 10 days after the first post that asked."

"""Ideas in words: every kind in both languages, one and many, what is not known."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dashboard.words import drafts, ideas
from dashboard.words.language import speaking
from insights.ideas.rules import RULES
from tests.dashboard.ideas import idea_of

EVIL = '<script>alert(1)</script> **b** & "q" {hook} {{x}} \u202e é 👩‍👩‍👧'
ABOUT = {"label": EVIL, "name": EVIL, "question": EVIL, "title": EVIL, "words": (EVIL,), "author": EVIL}


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("kind", sorted(RULES))
def test_every_kind_has_its_words_in_both_languages(kind: str, lang: str) -> None:
    with speaking(lang):
        item = idea_of(kind, **ABOUT, names={"en": EVIL, "fr": EVIL})
        for words in (
            ideas.title_of(item),
            ideas.why_now(item),
            drafts.hook_of(item),
            drafts.question_of(item),
            ideas.audience_words(item),
            ideas.kind_names()[kind],
        ):
            assert words.strip()
        assert drafts.points_of(item)
        if kind not in {"faq", "testimonial", "evergreen", "welcome", "wave", "milestone"}:
            assert EVIL in ideas.title_of(item)


def test_a_figure_is_said_in_the_singular_and_in_the_plural() -> None:
    with speaking("en"):
        assert ideas.why_now(idea_of("faq", questions=1)) == "1 question to you waits for an answer."
        assert ideas.why_now(idea_of("wave", copies=1_234)) == "1,234 copies in two weeks."
    with speaking("fr"):
        assert ideas.why_now(idea_of("wish", wishes=1)) == "1 souhait en deux mois."
        assert ideas.why_now(idea_of("wish", wishes=12)) == "12 souhaits en deux mois."


def test_a_day_is_named_in_the_language_that_is_spoken() -> None:
    day = idea_of("occasion")
    with speaking("fr"):
        assert "Journée des bénévoles" in ideas.title_of(day)
        assert "Journée des bénévoles" in drafts.hook_of(day)
    with speaking("fr"):
        assert "Open day" in ideas.title_of(idea_of("occasion", names={"en": "Open day"}))


def test_a_milestone_says_what_was_passed() -> None:
    with speaking("en"):
        assert ideas.title_of(idea_of("milestone", what="people", number=500)).startswith("Celebrate 500 people,")
        assert ideas.title_of(idea_of("milestone", what="posts", number=1)).startswith("Celebrate 1 post,")
        assert drafts.hook_of(idea_of("milestone", number=5_000)).startswith("5,000,")


def test_interest_is_said_with_its_sample_or_not_at_all() -> None:
    item = idea_of("explain")
    with speaking("en"):
        told = [ideas.interest_words(replace(item, interest=x)) for x in (0.9, 0.5, 0.1, None)]
        assert [words.split(" reactions")[0] for words in told[:3]] == [
            "Posts like these get more",
            "Posts like these get as many",
            "Posts like these get fewer",
        ]
        assert told[0].endswith("(3 posts).")
        assert told[3] == "This network gives no reactions: interest is not known."


def test_a_kind_of_tomorrow_does_not_break_the_page() -> None:
    with speaking("fr"):
        item = idea_of("hologram")
        assert ideas.title_of(item) == "hologram"
        assert ideas.why_now(item) == ""
        assert drafts.points_of(item)

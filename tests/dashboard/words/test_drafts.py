"""Drafts: templates filled in one pass, within what each channel takes; quotes by different people, exact."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dashboard.words.drafts import (
    Parts,
    asking,
    customs,
    draft_for,
    filled,
    parts_of,
    problem_words,
    quiz_of,
    quotes_of,
)
from dashboard.words.language import speaking
from data.content.calendar import FORMATS, shipped_formats
from data.models import Post
from insights.ideas.networks import CHANNELS
from tests.conftest import NOW
from tests.dashboard.ideas import idea_of

EVIL = '<script>alert(1)</script> **b** [x](javascript:y) & "q" {hook} {{x}} \u202e é 👩‍👩‍👧'
PARTS = Parts(
    hook="The hook",
    points="- one\n- two",
    quotes=f"“{EVIL}”",
    question="And you?",
    link="https://example.org",
    tags=("One", "Two", "Three", "Four"),
    brand="Brimelo",
)


def post_of(text: str, author: str = "Ana", number: int = 1) -> Post:
    link = f"https://example.org/{number}"
    return Post(number, "feed", str(number), 1, "Place", NOW, author, "", text, link, "en", "neutral", 0.5, False)


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("channel", sorted(CHANNELS))
def test_every_format_becomes_a_draft_of_every_channel(channel: str, lang: str) -> None:
    held = CHANNELS[channel]
    for name in FORMATS:
        text = draft_for(channel, PARTS, shipped_formats()[name, lang])
        assert "The hook" in text
        assert "{points}" not in text
        assert ("https://example.org" in text) <= held.links
        if held.limit and not held.threads:
            assert held.length(text) <= held.limit
        if "{quotes}" in shipped_formats()[name, lang] and not held.limit:
            assert EVIL in text  # a slot that stands in a quote is not filled


def test_slots_are_filled_once_and_empty_ones_leave_no_gap() -> None:
    assert filled("{hook}\n\n{quotes}\n\n\n{tags}\n", replace(PARTS, quotes="")) == "The hook\n\n#One #Two #Three #Four"
    assert filled("{brand} {brand} {unknown}", replace(PARTS, brand="{hook}")) == "{hook} {hook} {unknown}"


def test_quotes_are_by_different_people_and_short_ones_are_left() -> None:
    long = "We have waited for this since the spring"
    posts = [post_of(long), post_of(long + "!", "Ana"), post_of("Nice.", "Bo"), post_of(long + "?", "Cy")]
    assert quotes_of(posts) == f"“{long}”\n“{long}?”"
    assert quotes_of([]) == ""


def test_a_quiz_gives_its_answers_with_their_posts() -> None:
    posts = [
        post_of("In 2025 the festival of Leeds had 240 volunteers.", number=7),
        post_of("What a lovely day it was."),
    ]
    with speaking("fr"):
        quiz = quiz_of(posts)
    assert quiz.startswith("1. In 2025 the festival of Leeds had ____ volunteers")
    assert "(a) 120  (b) 240  (c) 480" in quiz
    assert quiz.endswith("https://example.org/7")
    assert quiz_of(posts[1:]) == ""


def test_parts_hold_the_tags_that_people_use_first() -> None:
    posts = [post_of("One #sync and #Rota", "a"), post_of("Two #sync", "b")]
    with speaking("en"):
        made = parts_of(idea_of("explain"), posts, "", "…")
        tool = parts_of(idea_of("tool"), [], "", "…")
    assert made.tags == ("sync", "Rota", "Calendar", "Sync")
    assert tool.tags == ("Kettlebird",)
    assert made.points.startswith("- ")


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_poll_asks_with_its_own_two_sides(lang: str) -> None:
    template = shipped_formats()["poll", lang]
    asked = asking(template, idea_of("poll", question="Tabs or spaces?"))
    assert "- Tabs\n- spaces\n" in asked
    assert "- Yes" not in asked
    assert "- Oui" not in asked
    assert asking(template, idea_of("poll", question="One price?")) == template
    assert asking(template, idea_of("explain", question="Tabs or spaces?")) == template


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_every_channel_has_its_customs_and_every_problem_its_words(lang: str) -> None:
    with speaking(lang):
        for channel in (*CHANNELS, "unknown"):
            assert "{size}" in customs(channel)[-1]
        words = problem_words(["too_long", "title_long", "too_many_tags", "many_tags", "link_dead"])
    assert len(set(words)) == 5

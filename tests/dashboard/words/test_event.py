"""The steps of an event in words: each kind, with its author or without."""

from __future__ import annotations

import pytest

from dashboard.words.alerts import step_names, step_words
from dashboard.words.language import speaking
from insights.alerts.course import EventPost, Step
from tests.conftest import NOW

POST = EventPost(1, NOW, "Ana", "forum", "Le Forum", "negative", 3, False, False)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_every_step_has_its_words(lang: str) -> None:
    with speaking(lang):
        told = {kind: step_words(Step(kind, POST, "Blog"), "Ana") for kind in step_names()}
    assert len(set(told.values())) == len(told) == 6
    assert all("Ana" in words and words.count("Le Forum") == 1 for words in told.values())


def test_a_step_says_when_who_and_where() -> None:
    with speaking("en", "Europe/Paris"):
        assert step_words(Step("origin", POST), "Ana") == "It begins · Ana · Le Forum · Jun 15, 2026, 14:00"
        crossing = step_words(Step("crossing", POST, "Blog"), "Reader 7")
        assert crossing == "It reaches Le Forum · Reader 7 · Jun 15, 2026, 14:00"
    with speaking("fr", "UTC"):
        relay = step_words(Step("relay", POST, "Blog"), "")
        assert relay == "Recopié dans Le Forum, depuis Blog · sans nom · 15 juin 2026, 12:00"

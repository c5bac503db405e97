"""Topics in words: why one moves, what became of it, in both languages."""

from __future__ import annotations

import pytest

from dashboard.words.language import speaking
from dashboard.words.topics import (
    change_sentence,
    edit_problem,
    kinds_of_change,
    trend_growth,
    trend_sentence,
    trend_word,
)
from data.models import TopicChange
from data.topics.trends import TrendFacts
from tests.conftest import NOW

FEW = TrendFacts(recent=1, recent_days=7, baseline_a_week=0.5, authors=1, places=1)
MANY = TrendFacts(recent=1234, baseline_a_week=2.25, authors=3, places=2, weekdays=(3, 4), share=0.81, year_ago=20)


@pytest.mark.parametrize(
    ("lang", "facts", "sentence"),
    [
        ("en", FEW, "1 post in the last 7 days, against 0.5 a week before, from 1 author in 1 place."),
        ("fr", FEW, "1 message ces 7 derniers jours, contre 0,5 par semaine avant, de 1 auteur dans 1 lieu."),
        (
            "en",
            MANY,
            "1,234 posts in the last 7 days, against 2.2 a week before, from 3 authors in 2 places. 81% of it comes on "
            "Thursday and Friday, week after week. The same days of last year had 20 posts.",
        ),
        (
            "fr",
            MANY,
            "1\u202f234 messages ces 7 derniers jours, contre 2,2 par semaine avant, de 3 auteurs dans 2 lieux. "
            "81\xa0% arrive le jeudi et vendredi, semaine après semaine. "
            "Les mêmes jours de l’an dernier avaient 20 messages.",
        ),
    ],
)
def test_why_a_topic_moves(lang: str, facts: TrendFacts, sentence: str) -> None:
    with speaking(lang):
        assert trend_sentence(facts) == sentence


@pytest.mark.parametrize(
    ("trend", "recent", "before", "english", "french", "growth"),
    [
        ("steady", 10, 9.5, "Steady", "Stable", 5),
        ("steady", 13, 6.7, "No clear change", "Pas de changement net", 94),
        ("steady", 10, 6.0, "No clear change", "Pas de changement net", 67),
        ("steady", 2, 6.7, "Too few to say", "Trop peu pour conclure", -70),
        ("steady", 9, 1.75, "Too few to say", "Trop peu pour conclure", 414),
        ("steady", 0, 0.0, "Steady", "Stable", None),
        ("rising", 30, 10.0, "Rising", "En hausse", 200),
        ("new", 12, 0.0, "New", "Nouveau", None),
        ("ended", 12, 3.0, "Ended", "Terminé", None),
    ],
)
def test_the_word_of_a_trend_agrees_with_its_figures(
    trend: str, recent: int, before: float, english: str, french: str, growth: int | None
) -> None:
    facts = TrendFacts(recent=recent, baseline_a_week=before)
    with speaking("en"):
        assert trend_word(trend, facts) == english
    with speaking("fr"):
        assert trend_word(trend, facts)
        assert trend != "steady" or trend_word(trend, facts) == french
    assert trend_growth(trend, facts) == growth


def test_what_ended_says_when() -> None:
    facts = TrendFacts(recent=12, baseline_a_week=3.0, until=19_783)
    with speaking("en"):
        told = trend_sentence(facts)
        assert told.startswith("Its sources ended on ")
        assert "2024" in told
        assert "12 posts in their last 7 days, against 3 a week before" in told
    with speaking("fr"):
        assert trend_sentence(facts).startswith("Ses sources se sont arrêtées le ")


def test_who_wrote_is_told_only_of_recent_posts() -> None:
    with speaking("en"):
        assert trend_sentence(TrendFacts(authors=4, places=2)) == "0 posts in the last 7 days, against 0 a week before."
        assert trend_sentence(None) == ""


def change(kind: str, made_by: str, posts: int = 0, named: str = "") -> TopicChange:
    return TopicChange(1, NOW, 1, 2, kind, made_by, posts=posts, named=named)


def test_what_became_of_a_topic() -> None:
    with speaking("en"):
        assert change_sentence(change("renamed", "person", named="Ride share"), "") == "Named “Ride share” by a person"
        assert change_sentence(change("renamed", "person"), "") == "Given back its automatic name by a person"
        # The same word is another change when a fit made it.
        assert change_sentence(change("split", "person"), "Old") == "Split from “Old” by a person"
        assert change_sentence(change("split", "fit", 1), "Old") == "Came out of “Old”, with 1 post from there"
        assert change_sentence(change("merge", "fit", 2), "Old") == "Went into “Old”, with 2 posts"
        assert change_sentence(change("of another version", "fit"), "") == "of another version"
    with speaking("fr"):
        assert (
            change_sentence(change("split", "fit", 1), "Vieux") == "Issu de «\xa0Vieux\xa0», avec 1 message de ce sujet"
        )
        assert change_sentence(change("merge", "fit", 2), "Vieux") == "A rejoint «\xa0Vieux\xa0», avec 2 messages"


def test_changes_between_periods_and_problems_have_names_of_their_own() -> None:
    for lang in ("en", "fr"):
        with speaking(lang):
            assert len(set(kinds_of_change().values())) == len(kinds_of_change()) == 5
            problems = [edit_problem(code) for code in ("itself", "already", "too_few", "gone")]
            assert len(set(problems)) == 4
            assert edit_problem("gone") == edit_problem("a code of tomorrow")

"""Posts in words, in both languages: reactions, sureness, and what unbalances a figure."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from dashboard.words.language import speaking
from dashboard.words.posts import byline, engagement_words, imbalances, spread_words, sureness, voices_sentence
from data.models import Engagement, Post
from data.posts.spreading import Pace, Spread
from data.posts.voices import Voices

POST = Post(
    1, "feed", "a", 1, "The feed", datetime(2026, 3, 1, 9, 5, tzinfo=UTC), "Ann", "", "x", "", "fr", "", 0, False
)
VOICES = Voices(10, 4, ("Ann", 3), 2, (("Forum", 7), ("Blog", 3)), (("en", 10),), ())


def plain(words: str) -> str:
    """As it is read: escapes and narrow spaces aside."""
    return words.replace("\\", "").replace("\u202f", " ").replace("\xa0", " ")


def test_a_byline_says_who_where_when_and_in_which_language() -> None:
    with speaking("en"):
        assert plain(byline(POST)) == "Ann · The feed · Mar 1, 2026, 09:05 · French"
        assert plain(byline(replace(POST, author="", community="Club", lang="xx"))) == (
            "no name given · Club · Mar 1, 2026, 09:05 · xx"
        )
    with speaking("fr", "Europe/Paris"):
        assert plain(byline(replace(POST, author=""))) == "sans nom · The feed · 1 mars 2026, 10:05 · Français"


def test_a_name_in_a_byline_is_never_markup() -> None:
    with speaking("en"):
        assert "\\[x\\]\\(javascript\\:" in byline(replace(POST, author="[x](javascript:alert(1))"))


@pytest.mark.parametrize(
    ("counted", "english", "french"),
    [
        (Engagement(), "", ""),
        (Engagement(score=0, comments=0, views=0, shares=0), "", ""),
        (Engagement(score=1, comments=1), "1 point · 1 reply", "1 point · 1 réponse"),
        (Engagement(score=2, comments=1_200), "2 points · 1,200 replies", "2 points · 1 200 réponses"),
        (Engagement(ratio=0.0), "0% upvoted", "0 % de votes positifs"),
    ],
)
def test_what_a_post_drew(counted: Engagement, english: str, french: str) -> None:
    with speaking("en"):
        assert engagement_words(counted) == english
    with speaking("fr"):
        assert plain(engagement_words(counted)) == french


def test_what_a_person_said_is_told_from_an_estimate() -> None:
    with speaking("en"):
        assert sureness(1.0) == "Set by a person."
        assert sureness(0.999) == "Estimated by the program, 100% sure."
    with speaking("fr"):
        assert plain(sureness(0.5)) == "Estimé par le programme, sûr à 50 %."


def test_voices_agree_in_number() -> None:
    with speaking("en"):
        assert voices_sentence(VOICES) == "10 posts from 4 authors in 2 places."
        assert voices_sentence(replace(VOICES, posts=1, authors=1, places=(("Forum", 1),))) == (
            "1 post from 1 author in 1 place."
        )
    with speaking("fr"):
        assert voices_sentence(VOICES) == "10 messages de 4 auteurs dans 2 lieux."


def test_a_balanced_figure_has_no_warning_and_few_posts_have_none() -> None:
    with speaking("en"):
        assert imbalances(VOICES) == []
        assert imbalances(Voices(4, 1, ("Ann", 4), 3, (("Forum", 4),), (), ())) == []
        assert imbalances(Voices(0, 0, ("", 0), 0, (), (), ())) == []


def test_everything_that_unbalances_a_figure_is_said() -> None:
    one = Voices(5, 1, ("*Ann*", 3), 3, (("Forum", 5),), (), ())
    with speaking("en"):
        assert imbalances(one) == [
            "One author wrote 60% of it: \\*Ann\\*.",
            "60% of it is copies: it may be a copy-paste wave.",
            "All of it comes from one place: Forum.",
        ]
        assert imbalances(replace(one, loudest=("Ann", 2), copies=2, places=(("", 5),))) == []
    with speaking("fr"):
        assert plain(imbalances(one)[0]) == "Un seul auteur en a écrit 60 % : *Ann*."


def test_how_fast_says_what_it_was_measured_on_and_what_nobody_counts() -> None:
    since, until = datetime(2026, 6, 8, tzinfo=UTC), datetime(2026, 6, 10, tzinfo=UTC)
    with speaking("en"):
        told = [
            spread_words(Spread(1, shares, views, Pace(an_hour, kind, since, until), people))
            for shares, views, an_hour, kind, people in (
                (20, 400, 2.5, "between", 0),
                (20, None, 0.5, "average", 3),
                (None, None, 0.01, "seen", 2),
                (20, 0, 0.0, "between", 0),
            )
        ]
    assert told == [
        ("2 shares an hour", "between Jun 8, 2026 and Jun 10, 2026 · 20 shares · 400 views"),
        (
            "12 shares a day",
            "on average since it was published: counted once · 20 shares · 3 people carry it on here · "
            "views are not counted there",
        ),
        (
            "less than one person a day",
            "since it was first carried on, from posts here · 2 people carry it on here · "
            "shares and views are not counted there",
        ),
        ("no more shares", "between Jun 8, 2026 and Jun 10, 2026 · 20 shares · 0 views"),
    ]

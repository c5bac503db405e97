"""Places to go to in words: how they behave, and what is said there first."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from dashboard.words.language import speaking
from dashboard.words.places.contact import House, first_contact
from dashboard.words.places.told import beside, pace_words, questions_words, tone_words, why
from data.inbox.tone import HouseTone
from data.places.behaviour import Behaviour
from data.places.listing import Venue
from insights.ideas.networks import CHANNELS
from insights.places.promotion import promotion_in

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
HOUSE = House("Atelier Brio", "Brio", HouseTone("vous", "Ana, Brio", "Ana, de Brio"))
FORBIDS = "1. Be kind.\n2. No self-promotion, ever.\n"
LIMITS = "Pas de publicité, sauf accord des modérateurs."


def place(kind: str = "reddit", rules: str = "", lang: str = "en", **other: object) -> Venue:
    there = Behaviour("record", 28, 28.0, 9, ((lang, 28),), 2, 20, 6)
    address = {"hashtag": "https://mastodon.social/tags/clubs"}.get(kind, "https://www.reddit.com/r/smallclubs")
    made = Venue(1, kind, address, "r/smallclubs", "", "record", there, None, "", rules, "", NOW, "", NOW)
    return replace(made, **other)  # type: ignore[arg-type]


def draft(of: Venue) -> tuple[str, str]:
    written = first_contact(of, promotion_in(of.rules), HOUSE)
    return written.to, written.text


def test_where_promotion_is_forbidden_those_who_keep_the_place_are_asked() -> None:
    to, text = draft(place(rules=FORBIDS))
    assert to == "moderators"
    assert "“2. No self-promotion, ever.”" in text or "“No self-promotion, ever.”" in text
    assert "We are Atelier Brio, who make Brio." in text
    assert "http" not in text
    assert text.endswith("Ana, Brio")


def test_a_rule_is_quoted_word_for_word_in_the_language_of_the_place() -> None:
    to, text = draft(place(rules=LIMITS, lang="fr"))
    assert to == "place"
    assert LIMITS in text
    assert text.startswith("Bonjour,")
    assert text.endswith("Ana, de Brio")
    # Another language is written in English, and the page says so.
    assert draft(place(rules="Be kind.", lang="de"))[1].startswith("Hello,")


def test_without_rules_nothing_is_posted_before_asking() -> None:
    to, text = draft(place())
    assert to == "moderators"
    assert "found none that we could read" in text
    assert draft(place(rules="Be kind."))[0] == "place"


def test_a_short_post_fits_and_keeps_what_it_quotes() -> None:
    rule = "No advertising unless you say who you are, which we ask of everybody here" + " and everywhere" * 8 + "."
    written = first_contact(place("hashtag", rule), promotion_in(rule), HOUSE)
    assert written.channel == "mastodon"
    assert rule in written.text
    assert CHANNELS["mastodon"].length(written.text) <= 500
    assert "\n" not in written.text
    assert not written.over
    long = "No advertising unless" + " you ask the people who keep this place" * 14 + "."
    longer = first_contact(place("hashtag", long), promotion_in(long), HOUSE)
    assert long in longer.text
    assert longer.over == CHANNELS["mastodon"].length(longer.text) - 500 > 0


def test_where_one_only_answers_the_product_is_disclosed() -> None:
    written = first_contact(place("stackexchange", "Be kind."), [], HOUSE)
    assert "For openness: We are Atelier Brio" in written.text
    assert not written.title


def test_a_room_is_read_as_one_line() -> None:
    assert "\n" not in draft(place("discord", "Be kind."))[1]


def test_the_tone_is_told_with_how_sure_it_is() -> None:
    assert tone_words(Behaviour("look", unread=True)) == "not read yet"
    assert tone_words(Behaviour("record", negative=3, positive=2)) == "too few posts to say"
    harsh = tone_words(Behaviour("record", negative=40, neutral=50, positive=10))
    assert harsh == "rather harsh: 40% negative (32% to 48%), 10% positive, of 100 posts"
    assert tone_words(Behaviour("record", negative=6, neutral=8, positive=7)).startswith("even")


def test_pace_and_questions() -> None:
    assert pace_words(Behaviour("look", 5, 0.0)) == "not known yet"
    assert pace_words(Behaviour("record", 420, 28.0)) == "15 posts a day"
    assert pace_words(Behaviour("record", 8, 28.0)) == "2.0 posts a week"
    assert pace_words(Behaviour("record", 1, 28.0)) == "less than one post a week"
    told = questions_words(
        Behaviour("record", questions=4, answered=3, newcomers=2, helped=1, hours=5.0, newcomers_known=True)
    )
    assert told == "3 of 4 questions answered, half of these within 5 hours, of 2 asked by newcomers, 1 answered"
    assert "once it is followed" in questions_words(Behaviour("look", questions=4, answered=3))


def test_why_it_is_proposed() -> None:
    named = place(posts=3, voices=2, about_us=1, last=date(2026, 6, 1))
    assert why(named) == "Named in 3 posts by 2 people · 1 of them names you · last on Jun 1, 2026"
    assert why(place(found="search")) == "Found by searching."
    assert why(replace(named, found="followed", about_us=0)).startswith("You follow it and never wrote there: 3 posts")
    with speaking("fr"):
        assert "vous cite" in why(named)
    assert beside(place(rules=FORBIDS)) == "1.0 posts a day · English · its rules read as forbidding promotion"

"""What is said of a debate, in both languages, and the messages that start or calm one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from dashboard.words.debates import (
    LIMITS,
    alternatives_in,
    calming,
    channel_names,
    opening_of,
    part_help,
    part_names,
    place_and_time,
    side_names,
    trend_words,
)
from dashboard.words.language import speaking
from data.debates.discussions import Discussion
from data.debates.findings import Camp, DebateFacts, Parts
from data.debates.listing import Debate, together

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
QUESTION = "Should we charge per member or one price per club?"
DEBATE = Debate(
    id=1,
    where=Discussion("forum", "r"),
    state="debate",
    question=QUESTION,
    opener=5,
    place="Forum",
    lang="en",
    score=0.5,
    low=0.4,
    high=0.6,
    sure=0.8,
    posts=1,
    people=12,
    first_post=5,
    last_post=9,
    facts=DebateFacts(camps=(Camp(1, 3, 3, 2), Camp(-1, 3, 3, 2))),
    dismissed="",
    began_at=NOW,
    last_at=NOW,
)


def test_sides_are_for_and_against_only_where_a_question_parts_them() -> None:
    assert side_names(DEBATE) == {1: "For", -1: "Against", 0: "No side"}
    unnamed = replace(DEBATE, facts=DebateFacts(by_question=False, camps=(Camp(0, 3, 3, 3),)))
    assert side_names(unnamed) == {1: "One side", -1: "The other side", 0: "It depends"}
    with speaking("fr"):
        assert side_names(DEBATE) == {1: "Pour", -1: "Contre", 0: "Sans camp"}


def test_only_debates_that_are_shown_are_told_together() -> None:
    french = replace(DEBATE, id=2, lang="fr", told_with=1)
    assert together([french, DEBATE]) == [(french, (DEBATE,))]
    assert together([french, DEBATE], DEBATE.lang) == [(DEBATE, (french,))]  # the reader's language first
    assert together([DEBATE, french], "fr") == [(french, (DEBATE,))]
    for other in (replace(french, state="criticism"), replace(french, dismissed="Ana")):
        assert together([DEBATE, other]) == [(DEBATE, ()), (other, ())]
        assert together([other, replace(DEBATE, state=other.state, dismissed=other.dismissed)])[0] == (other, ())


def test_where_and_since_when() -> None:
    assert place_and_time(DEBATE) == "Forum · since Jun 15, 2026 · 1 post · 12 people"
    with speaking("fr"):
        told = place_and_time(replace(DEBATE, place="", posts=1_200, people=1))
    assert told.startswith("depuis le 15 juin 2026 · 1")
    assert told.endswith("200 messages · 1 personne")


@pytest.mark.parametrize(
    ("recent", "before", "words"),
    [
        (0, 0, "Quiet for two weeks."),
        (1, 0, "1 post in the last seven days, 0 in the seven before."),
        (3, 8, "3 posts in the last seven days, 8 in the seven before."),
    ],
)
def test_pace(recent: int, before: int, words: str) -> None:
    assert trend_words(recent, before) == words


def test_every_part_of_the_score_has_a_name_and_a_meaning() -> None:
    assert set(part_names()) == set(part_help()) == set(Parts(0, 0, 0, 0, None).by_name())
    assert set(channel_names()) == set(LIMITS)


def test_the_two_things_that_a_question_chooses_between() -> None:
    assert alternatives_in(QUESTION) == ("per member", "one price per club")
    assert alternatives_in("Faut-il payer par membre ou un prix unique ?") == ("par membre", "un prix unique")
    assert alternatives_in("Should we meet on Monday?") is None


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("channel", sorted(LIMITS))
def test_an_opening_fits_its_channel(channel: str, lang: str) -> None:
    most, poll_size, option_size, many = LIMITS[channel]
    with speaking(lang):
        made = opening_of(QUESTION + " " + "x" * 400, {1: "It is fair." * 9, -1: "It costs." * 9}, channel)
    assert len(made.message) <= most
    assert len(made.poll) <= poll_size
    assert len(made.options) in {0, many}
    assert all(len(option) <= option_size for option in made.options)


def test_an_opening_quotes_both_sides_or_none() -> None:
    both = opening_of(QUESTION, {1: "It is fair.", -1: "It costs."}, "forum")
    assert "Some say: “It is fair.” Others answer: “It costs.”" in both.message
    assert both.options == ("Per member", "One price per club", "It depends", "No opinion yet")
    assert "Some say" not in opening_of(QUESTION, {1: "It is fair."}, "forum").message
    assert opening_of("Shall we?", {}, "forum").options[:2] == ("Yes", "No")


def test_a_moderator_says_what_is_granted_else_what_both_care_about() -> None:
    granted = calming(DEBATE, [("For", "Helpers are few.")], ("price",))
    assert "- For: “Helpers are few.”" in granted
    assert "price." not in granted
    assert "Both sides care about the same things: price, seats." in calming(DEBATE, [], ("price", "seats"))
    with speaking("fr"):
        plain = calming(replace(DEBATE, people=1), [], ())
    assert "1 personne" in plain
    assert QUESTION in plain

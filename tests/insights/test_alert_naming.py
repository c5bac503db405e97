"""An alert names a thing, said by several: no days, greetings, templates of one site, daily columns."""

from __future__ import annotations

import pytest

from dashboard.words.alerts import how_unusual
from dashboard.words.language import speaking
from data.alerts.alerts import AlertFacts
from insights.alerts.bursts import words_in
from insights.alerts.naming import Said, names_a_thing, thing_of


@pytest.mark.parametrize(
    "word",
    ["tuesday", "mardi", "sundays", "february", "fevrier", "dec", "bonjour", "hello", "demain", "subscribe", "2026"],
)
def test_words_that_name_nothing(word: str) -> None:
    assert not names_a_thing(word)


@pytest.mark.parametrize("word", ["outage", "panne", "#brimelo", "mayor", "marseille", "checkout", "incendie"])
def test_words_that_name_something(word: str) -> None:
    assert names_a_thing(word)


def test_a_burst_is_made_of_words_that_name_something() -> None:
    assert words_in("Good morning! It is Tuesday: read more about the checkout outage") >= {"checkout", "outage"}
    assert words_in("Bonjour, mardi 3 février : lire la suite") == frozenset()


def people(number: int, *words: str, first: int = 0, day: int = 50) -> list[Said]:
    return [Said(first + n, day, 0, f"p{first + n}", f"forum {n % 2}", frozenset(words)) for n in range(number)]


def site(number: int, *words: str, site: int = 1, first: int = 0, day: int = 50) -> list[Said]:
    return [Said(first + n, day, site, f"site {site}", f"paper {site}", frozenset(words)) for n in range(number)]


def test_what_several_people_say_is_a_thing() -> None:
    found = thing_of(["tuesday", "outage", "refund"], people(9, "outage", "tuesday"), [])
    assert found is not None
    assert (found.words, found.voices, found.places, len(found.posts)) == (("outage",), 9, 2, 9)


@pytest.mark.parametrize(
    ("words", "inside", "before"),
    [
        (["tuesday", "bonjour"], people(20, "tuesday", "bonjour"), []),  # a day is no thing
        (["olympics"], site(20, "olympics"), []),  # one site, whoever signs there
        (["outage"], people(3, "outage"), []),
        (["horoscope"], [p for s in (1, 2, 3, 4) for p in site(3, "horoscope", site=s, first=10 * s)],
         [p for s in (1, 2, 3, 4) for d in (40, 42, 44) for p in site(1, "horoscope", site=s, first=900, day=d)]),
        (["outage"], [Said(n, 50, 0, f"p{n}", "forum", frozenset({"outage"}), 7) for n in range(20)], []),  # copies
        ([], [], []),
    ],
)  # fmt: skip
def test_what_is_no_thing(words: list[str], inside: list[Said], before: list[Said]) -> None:
    assert thing_of(words, inside, before) is None


def test_several_sites_that_never_wrote_it_tell_an_event() -> None:
    inside = [post for s in (1, 2, 3, 4, 5) for post in site(2, "dam", "breach", site=s, first=10 * s)]
    found = thing_of(["dam", "breach"], inside, site(3, "dam", site=1, first=90, day=40))
    assert found is not None
    assert (found.voices, found.places) == (5, 5)


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", "“outage, refund”: 14 posts from 9 voices in 3 places within 2 hours, hardly ever said here before."),
        (
            "fr",
            "«\xa0outage, refund\xa0»\xa0: 14 messages de 9 voix dans 3 lieux en 2 heures, "
            "presque jamais dit ici auparavant.",
        ),
    ],
)
def test_the_sentence_says_what_and_by_how_many_in_how_many_places(lang: str, words: str) -> None:
    with speaking(lang):
        facts = AlertFacts(window=2, count=14, words=("outage", "refund"), people=9, places=3)
        assert how_unusual("event", facts) == words

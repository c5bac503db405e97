"""Sources, jobs and quotas in words, in both languages."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from dashboard.words.acts.credentials import refusal_sentences, writing_keys
from dashboard.words.language import speaking
from dashboard.words.sources import (
    activity_words,
    checking_words,
    condition_name,
    error_sentence,
    job_state,
    kind_name,
    kind_of_list,
    left_words,
    quiet_sentence,
    reach_sentence,
    service_sentence,
    usage_sentence,
    work_sentence,
)
from data.credentials import READING, WRITING
from data.models import Source
from data.source_list import NEEDS_A_PERSON, SourceHealth
from data.usage import Usage
from sources.collect import SOURCES
from sources.errors import MESSAGES

NOW = datetime(2026, 3, 7, 12, tzinfo=UTC)
FEED = Source(1, "feed", "https://a.example/feed", last_success=NOW - timedelta(minutes=5))
HEALTH = SourceHealth(FEED, 1, 0.25)


def plain(words: str) -> str:
    return words.replace("\u202f", " ").replace("\xa0", " ")


@pytest.mark.parametrize(
    ("source", "quiet", "condition"),
    [
        (FEED, False, "working"),
        (FEED, True, "quiet"),
        (replace(FEED, last_success=None), True, "waiting"),
        (replace(FEED, error_code="timeout"), True, "failing"),
        (replace(FEED, error_code="expired_token"), False, "needs_a_person"),
        (replace(FEED, error_code="gone", state="gone"), False, "gone"),
        (replace(FEED, error_code="timeout", state="paused"), False, "paused"),
        (replace(FEED, kind="demo", state="removed"), False, "demo"),
        (replace(FEED, kind="import", state="paused"), False, "import"),
        (replace(FEED, kind="import", state="removed"), False, "removed"),
    ],
)
def test_the_condition_of_a_source_has_a_name(source: Source, quiet: bool, condition: str) -> None:
    assert SourceHealth(source, 0, 0.0, is_quiet=quiet).condition == condition
    with speaking("en"):
        english = condition_name(condition)
    with speaking("fr"):
        assert condition_name(condition) != english or condition == "demo"


def test_what_needs_a_person_is_said_in_a_sentence_of_its_own() -> None:
    with speaking("en"):
        unknown = error_sentence("never heard of")
        assert all(error_sentence(code) != unknown for code in NEEDS_A_PERSON)


def test_every_kind_and_service_that_is_collected_has_words() -> None:
    for kind, collected in SOURCES.items():
        assert kind_name(kind)
        assert reach_sentence(collected.reach)
    assert all(service_sentence(service) for service in READING)
    for service in WRITING:
        with speaking("en"):
            english = writing_keys(service)
        with speaking("fr"):
            french = writing_keys(service)
        assert english.address == french.address
        assert english.address.startswith("https://")
        assert english.allows != french.allows
        assert english.asks != french.asks


def test_every_refusal_of_an_act_has_a_sentence_in_both_languages() -> None:
    with speaking("en"):
        english = refusal_sentences()
    with speaking("fr"):
        french = refusal_sentences()
        assert all(error_sentence(code) == sentence for code, sentence in french.items())
    assert set(english) <= set(MESSAGES)
    assert all(english[code] != french[code] for code in english)


def test_one_place_with_several_lists() -> None:
    with speaking("en"):
        assert kind_of_list("github", "releases:a/b") == "GitHub · releases"
        assert kind_of_list("reddit", "r/clubs/top") == "Reddit · top posts"
        assert kind_of_list("feed", "https://a.example/new") == "Feed"
    with speaking("fr"):
        assert kind_of_list("github", "releases:a/b") == "GitHub · versions"


def test_activity_agrees_in_number_and_never_is_never() -> None:
    with speaking("en"):
        assert activity_words(HEALTH, NOW) == ["Feed", "1 post", "0.2 a day", "last success: 5 minutes ago"]
        assert activity_words(replace(HEALTH, source=replace(FEED, last_success=None)), NOW)[-1] == (
            "last success: never"
        )
        assert quiet_sentence(replace(HEALTH, recent=0, per_day=4)) == "0 posts in three days, against 4 a day usually."
    with speaking("fr"):
        assert activity_words(replace(HEALTH, posts=2), NOW)[1:3] == ["2 messages", "0,2 par jour"]
        assert quiet_sentence(replace(HEALTH, recent=1)).startswith("1 message en trois jours")


def test_when_and_how_a_source_is_checked() -> None:
    day = Usage("youtube", "2026-03-07", 2_500, 10_000)
    with speaking("en"):
        assert checking_words(HEALTH, NOW, "", False, None) == ["next check: soon"]
        assert checking_words(HEALTH, NOW, "youtube", True, day) == [
            "next check: soon",
            "with credentials",
            "quota used: 25%",
        ]
        assert checking_words(HEALTH, NOW, "youtube", False, replace(day, allowed=None))[1:] == ["without credentials"]


def test_money_and_days_of_quota() -> None:
    with speaking("en"):
        assert usage_sentence(Usage("x", "2026-03", 123_456, None), 5.0) == "Spent this month: 1.23 of 5"
        assert usage_sentence(Usage("youtube", "2026-03-07", 1_500, 10_000), 0.0) == (
            "Quota used on 2026-03-07: 1,500 of 10,000"
        )
    with speaking("fr"):
        assert plain(usage_sentence(Usage("x", "2026-03", 123_456, None), 5.0)) == "Dépensé ce mois-ci : 1,23 sur 5"


def test_jobs() -> None:
    with speaking("en"):
        assert [left_words(s) for s in (0, 10, 11, 59, 60, 89, 150)] == [
            "a few seconds left",
            "a few seconds left",
            "less than a minute left",
            "less than a minute left",
            "about 1 minute left",
            "about 1 minute left",
            "about 2 minutes left",
        ]
        assert job_state("a new state") == "a new state"
    with speaking("fr"):
        assert left_words(120) == "encore 2 minutes environ"


@pytest.mark.parametrize(
    ("work", "english", "french"),
    [
        (
            ("understand", 4210, 6000, None),
            "Reading 4,210 of 6,000 new posts…",
            "Lecture : 4 210 sur 6 000 nouveaux messages…",
        ),
        (("understand", 0, 64, None), "Reading 0 of 64 new posts… · a few seconds left", None),
        (("understand", 0, 1, 30), "Reading 0 of 1 new post… · less than a minute left", None),
        (("wait", 0, 1, None), "1 new post has not been read yet.", "1 nouveau message n’a pas encore été lu."),
        (
            ("wait", 0, 1700, None),
            "1,700 new posts have not been read yet.",
            "1 700 nouveaux messages n’ont pas encore été lus.",
        ),
        (
            ("fetch", 0, 1, None),
            "Fetching the posts of 1 new source: a few seconds.",
            "Collecte des messages de 1 nouvelle source : quelques secondes.",
        ),
        (
            ("begin", 0, 40, None),
            "40 new posts are here. Their reading begins in a moment.",
            "40 nouveaux messages sont là. Leur lecture commence dans un instant.",
        ),
        (
            ("topics", 500, 1000, 9),
            "The first topics are looked for: grouping into topics, 50% · a few seconds left",
            "Recherche des premiers sujets : regroupement en sujets, 50 % · encore quelques secondes",
        ),
        (("", 0, 0, None), "The first topics are looked for: getting ready, 0%", None),
    ],
)
def test_what_is_at_work(work: tuple[str, int, int, int | None], english: str, french: str | None) -> None:
    with speaking("en"):
        assert plain(work_sentence(*work)) == english
    with speaking("fr"):
        assert french is None or plain(work_sentence(*work)) == french

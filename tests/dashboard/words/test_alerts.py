"""Alerts in words: how unusual each kind is, with its figures, in both languages; what a rule is called."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dashboard.words.alerts import how_unusual, kind_help, kind_names, names_of, rule_title, sending_hours, since_when
from dashboard.words.language import speaking
from data.alerts.alerts import Alert, AlertFacts, Finding
from data.alerts.destinations import Destination
from data.alerts.rules import KINDS, AlertRule
from data.models import to_epoch
from tests.conftest import NOW

BURST = AlertFacts(window=3, count=1_240.0, expected=2.46, chance=0.5)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_every_kind_has_its_words(lang: str) -> None:
    with speaking(lang):
        assert set(kind_names()) == set(kind_help()) == set(KINDS)
        told = {kind: how_unusual(kind, AlertFacts(window=2, count=7, name="Forum")) for kind in KINDS}
    assert all(words.endswith(".") and "{" not in words for words in told.values())
    assert len(set(told.values())) == len(KINDS)
    assert "Forum" in told["topic"]
    assert "Forum" in told["quiet"]


def test_figures_stand_in_the_sentence() -> None:
    with speaking("en"):
        assert how_unusual("volume", BURST) == (
            "1,240 posts in 3 hours, where about 2.5 are usual at this time of the week."
        )
        one = AlertFacts(window=1, count=1, expected=0)
        assert how_unusual("event", one) == "1 post in 1 hour hold words that hardly anybody said before."
        assert how_unusual("keyword", one) == "1 post found."
        assert (
            how_unusual("conflict", AlertFacts(heat=0.756, count=12))
            == "The exchange grows heated: 0.76 of 1 after 12 posts."
        )
    with speaking("fr"):
        assert how_unusual("keyword", AlertFacts(count=12)) == "12 messages trouvés."
        assert how_unusual("quiet", AlertFacts(name="Forum", count=1, expected=30.5)) == (
            "«\xa0Forum\xa0» a donné 1 message en trois jours, là où 30,5 sont habituels."
        )


@pytest.mark.parametrize(
    ("chance", "said"),
    [(1.0, ""), (0.01, ""), (2e-4, "once in 5,000 looks"), (1e-12, "practically never"), (0.0, "")],
)
def test_chance_is_said_only_where_it_says_something(chance: float, said: str) -> None:
    with speaking("en"):
        words = how_unusual("volume", AlertFacts(window=1, count=9, expected=1, chance=chance))
    assert said in words
    assert ("By chance" in words) == bool(said)


def test_a_fall_of_tone_says_shares_and_whether_places_made_it() -> None:
    facts = AlertFacts(window=24, count=0.61, expected=0.2)
    with speaking("en"):
        plain = how_unusual("tone", facts)
        mixed = how_unusual("tone", AlertFacts(window=24, count=0.61, expected=0.2, cause="mix"))
    assert plain.startswith("61")
    assert "24 hours" in plain
    assert mixed.startswith(plain)
    assert "places with harsher posts" in mixed


def test_a_competitor_is_told_with_the_share_of_negative_posts() -> None:
    facts = AlertFacts(window=6, count=40, expected=4, share=0.5, usual_share=0.125)
    with speaking("fr"):
        words = how_unusual("competitor", facts)
    assert words.startswith("40 messages en 6 heures")
    assert words.endswith("50\xa0% d’entre eux sont négatifs, contre 12\xa0% avant.")


def test_a_rule_is_called_by_its_name_or_by_what_it_watches() -> None:
    brands = {1: "Brimelo"}
    with speaking("en"):
        assert rule_title(AlertRule(1, "volume", "Night watch", 1), brands) == "Night watch"
        assert rule_title(AlertRule(1, "volume", brand=1), brands) == "More posts than usual · Brimelo"
        assert rule_title(AlertRule(1, "volume", brand=9), brands) == "More posts than usual"
        assert rule_title(AlertRule(1, "keyword", query="a OR b"), {}) == "A query finds posts · a OR b"
        assert rule_title(AlertRule(1, "gone"), {}) == "gone"
    with speaking("fr"):
        assert rule_title(AlertRule(1, "tone", brand=1), brands).endswith(" · Brimelo")
        assert names_of(("tone", "gone")).keys() == {"tone"}


def test_since_when_is_said_of_findings_and_of_alerts_alike() -> None:
    began, noticed = NOW - timedelta(hours=30), NOW - timedelta(minutes=5)
    finding = Finding("k", to_epoch(began), to_epoch(noticed), to_epoch(NOW))
    alert = Alert(1, AlertRule(1, "volume"), "k", began, noticed, NOW, True, "", 0, (), AlertFacts())
    with speaking("en", "Europe/Paris"):
        assert since_when(finding) == since_when(alert) == "Since Jun 14, 2026, 08:00, noticed Jun 15, 2026, 13:55."
    with speaking("fr", "UTC"):
        assert since_when(alert) == "Depuis le 14 juin 2026, 06:00, remarqué le 15 juin 2026, 11:55."


def test_when_a_destination_is_written_to() -> None:
    mail = Destination(1, "Mail", "x", zone="Europe/Paris")
    with speaking("en"):
        assert sending_hours(mail) == "at once, day and night"
        quiet = sending_hours(replace(mail, quiet_from=22, quiet_to=7))
        assert quiet == "at once, but not from 22:00 to 7:00 (Europe/Paris)"
        assert sending_hours(replace(mail, quiet_from=22, quiet_to=7, digest_hour=0)) == (
            "once a day at 0:00 (Europe/Paris)"
        )

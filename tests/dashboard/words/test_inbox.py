"""What people do with posts in words: changes, follow-up, heat, and what narrows a list."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from dashboard.words.inbox import (
    change_words,
    conflict_sentence,
    decision_names,
    event_words,
    field_names,
    followup_names,
    followup_words,
    heat_words,
    narrowing_sentences,
)
from dashboard.words.language import speaking
from data.inbox.moderation import HeatParts, HotThread
from data.inbox.triage import DECISIONS, FIELDS, LABELS
from data.models import Triage, TriageEvent
from data.scope import Scope

EVENT = TriageEvent(1, datetime(2026, 3, 1, 9, 5, tzinfo=UTC), "Bo", 7, "decision", "", "watch", False)
SCOPE = Scope(date(2026, 3, 1), date(2026, 3, 7))
THREAD = HotThread("forum", "r", 0.62, 0.4, HeatParts(tone=0.3, attack=0.8, pace=0.05), 9, 3)


def plain(words: str) -> str:
    return words.replace("\\", "").replace("\u202f", " ").replace("\xa0", " ")


def test_every_field_and_decision_has_a_name() -> None:
    assert set(field_names()) == {*FIELDS, *LABELS}
    assert set(decision_names()) == set(DECISIONS)


@pytest.mark.parametrize(
    ("field", "value", "english", "french"),
    [
        ("handled", "yes", "Handled", "Traité"),
        ("handled", "", "Handled: taken back", "Traité : annulé"),
        ("decision", "watch", "Decision: Watch", "Décision : Suivre"),
        ("intents", "question,complaint", "Kind: Question, Complaint", "Question, Plainte"),
        ("lang", "fr", "Language: French", "Français"),
        ("lang", "xx", "Language: xx", "xx"),
        ("stance", "none", "Side in the debate: Neither", "Ni l’un ni l’autre"),
        ("assigned", "Ann: *B*", "Assigned: Ann: *B*", "Ann: *B*"),
    ],
)
def test_a_change_as_a_person_would_say_it(field: str, value: str, english: str, french: str) -> None:
    with speaking("en"):
        assert change_words(field, value) == english
    with speaking("fr"):
        assert plain(change_words(field, value)).endswith(french)


def test_a_conflict_names_who_was_faster_and_is_safe_in_a_label() -> None:
    with speaking("en"):
        assert plain(conflict_sentence(EVENT)) == (
            "Bo changed this on Mar 1, 2026, 09:05: Decision: Watch. Your change was not written; look again."
        )
        assert conflict_sentence(replace(EVENT, who="")).startswith("Somebody changed this")
        assert "\\*\\*Bo\\*\\*" in conflict_sentence(replace(EVENT, who="**Bo**"))
    with speaking("fr"):
        assert plain(conflict_sentence(replace(EVENT, who=""))).startswith(
            "Quelqu’un l’a modifié le 1 mars 2026, 09:05"
        )


def test_a_line_of_history_says_what_was_undone() -> None:
    with speaking("en"):
        assert event_words(EVENT) == "Mar 1, 2026, 09:05 · Bo · Decision: Watch"
        assert event_words(replace(EVENT, undone=True, who="")) == (
            "Mar 1, 2026, 09:05 · no name given · Decision: Watch · undone"
        )


def test_follow_up_of_a_post() -> None:
    everything = Triage("", "yes", "yes", "2026-03-09", "Ann", "watch", "n" * 200)
    with speaking("en"):
        assert followup_words(Triage()) == ""
        assert followup_words(Triage(starred="yes")) == ""
        assert followup_words(everything) == f"assigned to Ann · snoozed until 2026-03-09 · Watch · {'n' * 120}"
    with speaking("fr"):
        assert followup_words(Triage(assigned="Ann")) == "attribué à Ann"


def test_states_of_follow_up_hold_one_for_each_person() -> None:
    with speaking("fr"):
        names = followup_names(["Ann"])
    assert list(names) == ["", "open", "starred", "snoozed", "handled", "assigned:Ann"]
    assert names["assigned:Ann"] == "Attribués à Ann"


def test_the_parts_of_heat_come_strongest_first_and_small_ones_not_at_all() -> None:
    with speaking("en"):
        assert heat_words(THREAD) == "heat 62% (attacks 80%, negative and worsening 30%)"
        assert heat_words(replace(THREAD, parts=HeatParts())) == "heat 62%"
    with speaking("fr"):
        assert plain(heat_words(THREAD)) == "tension 62 % (attaques 80 %, négatif et de plus en plus 30 %)"


def test_only_what_narrows_is_said() -> None:
    with speaking("en"):
        assert narrowing_sentences(SCOPE, "") == []
        assert narrowing_sentences(replace(SCOPE, author="A_B"), "") == ["Only posts by A\\_B"]
        assert narrowing_sentences(replace(SCOPE, watch=3), "the hall") == [
            "Only posts near the watched subject “the hall”"
        ]
        assert narrowing_sentences(replace(SCOPE, debate=1), "") == ["Only posts of a debate"]
        assert narrowing_sentences(replace(SCOPE, debate=1, side=0, part=2, topic=1), "") == [
            "Only a sub-topic",
            "Only posts of one side of a debate",
        ]
        assert narrowing_sentences(replace(SCOPE, side=1), "") == []
    with speaking("fr"):
        assert narrowing_sentences(replace(SCOPE, debate=1), "") == ["Seulement les messages d’un débat"]

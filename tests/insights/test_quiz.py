"""A quiz from facts that posts hold: the figure is left out, the post is the answer."""

from __future__ import annotations

import pytest

from insights.ideas.quiz import BLANK, questions


def test_a_fact_becomes_a_question() -> None:
    text = "Hello! In 2025 the hall of Brimelo had room for 250 people and a stage. What do you think?"
    (found,) = questions([(7, text)])
    assert found.text == f"In 2025 the hall of Brimelo had room for {BLANK} people and a stage."
    assert found.options == ("125", "250", "500")
    assert (found.options[found.right], found.post) == ("250", 7)
    assert found.sentence in text


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("En 2024, la kermesse de Trouville a réuni 1 200 visiteurs autour du port.", "1 200"),
        ("The library of Leeds lent 84,000 books in 2023.", "84,000"),
        ("Le forum des associations de Lille comptait 320 stands en 2025.", "320"),
    ],
)
def test_facts_of_both_languages(text: str, figure: str) -> None:
    (found,) = questions([(1, text)])
    assert found.options[found.right] == figure


@pytest.mark.parametrize(
    "text",
    [
        "No figure stands in this sentence at all, really.",
        "The club of Leeds was founded in 1987 by three friends.",  # a year alone: half of it would be no choice
        "In 2025 between 10 and 20 people came to the session in Leeds.",  # two figures: which one?
        "The new hall of Leeds has room for 250 people and a stage.",  # no date
        "In 2025 the hall had room for 250 people and a stage.",  # which hall?
        "In 2025 it had room for 250 people at the hall in Leeds.",  # what had?
        "I think the festival of Leeds had 40 volunteers in 2025.",
        "In 2025 the team of Leeds used version 12 tools for planning.",
        "and the festival of Leeds had 240 volunteers in 2025.",  # begins in the middle
        "In 2025 the festival of Leeds had 240 volunteers and then…",
        "In 2025 the floods around Leeds killed 240 people in a week.",
        "En 2025, les attentats de Lille ont fait 24 victimes dans la ville.",
        "Short 250.",
        "Version 2.3.1 of the program Brimelo is out since May 2025, at last.",
        "Did 250 people really come to the meeting in Leeds in 2025?",
        "SELECT TOP 250 rows FROM Leeds WHERE year = 2025 limit all.",
        "",
        "9" * 5_000,
        "In 2025 " * 20_000,
    ],
)
def test_what_is_no_fact_for_a_quiz(text: str) -> None:
    assert questions([(1, text)]) == []


def test_one_fact_of_each_post() -> None:
    fact = "In 2025 the bar of Leeds sold 800 pancakes in one afternoon."
    found = questions([(1, f"{fact} {fact.replace('800', '900')}"), (2, fact)])
    assert [(item.post, item.options[1]) for item in found] == [(1, "800"), (2, "800")]

"""A quiz from facts that posts hold: the figure is left out, the post is the answer."""

from __future__ import annotations

import pytest

from insights.ideas.quiz import BLANK, questions


def test_a_fact_becomes_a_question() -> None:
    text = "Hello! The new hall has room for 250 people and a stage. What do you think?"
    (found,) = questions([(7, text)])
    assert found.text == f"The new hall has room for {BLANK} people and a stage."
    assert found.options == ("125", "250", "500")
    assert (found.options[found.right], found.post) == ("250", 7)
    assert found.sentence in text


@pytest.mark.parametrize(
    "text",
    [
        "No figure stands in this sentence at all, really.",
        "The club was founded in 1987 by three friends of ours.",  # a year: half of it would be no choice
        "Between 10 and 20 people came to the training session.",  # two figures: which one?
        "Short 250.",
        "Version 2.3.1 of the program is out since yesterday, at last.",
        "Did 250 people really come to the meeting in the new hall?",
        "The meeting begins at 18:30 in the town hall of our city.",
        "",
        "9" * 5_000,
    ],
)
def test_what_is_no_fact_for_a_quiz(text: str) -> None:
    assert questions([(1, text)]) == []


def test_facts_come_before_opinions_and_one_of_each_post() -> None:
    posts = [
        (
            1,
            "I think about 40 volunteers are needed for the kermesse. The bar sold 800 crêpes in one afternoon of May.",
        ),
        (2, "La salle des fêtes compte 120 places assises depuis les travaux."),
    ]
    found = questions(posts)
    assert [item.post for item in found] == [2, 1]
    assert "120" not in found[0].text

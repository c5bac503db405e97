"""A brand whose name is also a word: both sides are looked at before a stricter query is advised."""

from __future__ import annotations

import pytest

from insights.reputation.ambiguity import ambiguity_of

WITH = ["We moved our notes to Notion and the team is happy", "Notion has a new table view", "Is Notion down today?"]
LAZY = ["i use notion for my notes", "love notion, my team lives in it", "notion keeps my notes in sync with the team"]
WORD = [
    "I have no clear notion of what that means",
    "The notion that prices fall is wrong",
    "It challenges a common notion in physics",
    "Ce n'est qu'une notion vague pour les élèves",
    "La notion de dette publique expliquée",
]


@pytest.mark.parametrize(
    ("texts", "advice"),
    [
        (WITH * 10 + WORD, ""),  # few write it small
        (WITH * 4 + WORD * 2, "capital"),  # those who do use the word
        (WITH * 4 + WORD + LAZY * 2, "context"),  # the capital alone would lose mentions
        (WITH * 3 + LAZY * 3, "keep"),  # they all speak of it
        (WITH, ""),
        ([], ""),
    ],
)
def test_what_is_advised(texts: list[str], advice: str) -> None:
    assert ambiguity_of("Notion", texts).advice == advice


@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("on a testé avec orange et ça marche", "mentions"),
        ("passé chez orange, RAS", "mentions"),
        ("@orange toujours en panne ?", "mentions"),
        ("Elle mange une orange au petit déjeuner", "common"),
        ("L'orange est mûre", "common"),
        ("Quelle belle orange bien juteuse", "unclear"),
    ],
)
def test_how_a_name_stands_in_a_post(text: str, side: str) -> None:
    texts = [text, *(f"Ma box Orange est en panne, épisode {n}" for n in range(6))]
    assert 0 in getattr(ambiguity_of("Orange", texts), side)


def test_each_post_is_on_one_side() -> None:
    held = ambiguity_of("Notion", WITH + LAZY + WORD + ["nothing of it here", ""])
    assert held.total == len(WITH + LAZY + WORD)
    sides = (held.with_capital, held.mentions, held.common, held.unclear)
    assert len({place for side in sides for place in side}) == held.total
    assert ambiguity_of("notion", WITH) == ambiguity_of("Notion", [])
    assert ambiguity_of("Notion", ["a " * 50_000 + "notion"]).total == 0

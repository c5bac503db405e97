"""What rules say of promotion: word for word, and how strictly they read."""

from __future__ import annotations

import pytest

from insights.places.promotion import promotion_in, verdict

RULES = """1. Be kind to each other.
2. No self-promotion. Accounts that only post links to their own site are banned.
3. Ads may be posted in the weekly thread only.
4. Search before you ask, e.g. with the box above."""


def test_each_sentence_is_quoted_where_it_stands() -> None:
    said = promotion_in(RULES)
    assert [one.text for one in said] == [
        "No self-promotion.",
        "Accounts that only post links to their own site are banned.",
        "Ads may be posted in the weekly thread only.",
    ]
    assert all(RULES[one.start : one.start + len(one.text)] == one.text for one in said)
    assert said[0].how == "forbids"
    assert said[2].how == "limits"
    assert verdict(said) == "forbids"


@pytest.mark.parametrize(
    ("rules", "how"),
    [
        ("Be kind. Have fun.", ""),
        ("", ""),
        ("Self-promotion is not allowed.", "forbids"),
        ("L’autopromotion est interdite.", "forbids"),
        ("Aucune publicité.", "forbids"),
        ("Pas de démarchage, sauf accord des modérateurs.", "limits"),
        ("Do not spam.", "forbids"),
        ("At most 10% of what you post may be self-promotion.", "limits"),
        ("Don't use it primarily for promotion.", "limits"),
        ("You may mention your own product if you disclose your affiliation.", "limits"),
        ("Commercial posts carry the label Ad.", "speaks"),
    ],
)
def test_how_strictly_rules_read(rules: str, how: str) -> None:
    assert verdict(promotion_in(rules)) == how


def test_many_sentences_are_bounded_and_the_strictest_stay() -> None:
    rules = "\n".join(["Commercial posts carry a label."] * 30 + ["No advertising."])
    said = promotion_in(rules)
    assert len(said) == 6
    assert said[-1].text == "No advertising."
    promotion_in("promotion " * 3_000)  # one long sentence is read in time

"""Figures of reputation in words."""

from __future__ import annotations

import pytest

from dashboard.words.language import speaking
from dashboard.words.reputation import between, mix_words, signed, verdict
from insights.reputation.estimates import Change, Decomposition, Estimate, Interval

NOTHING = Interval(0.0, 0.0, 0.0)


def told(kind: str, move: float = 0.2, posts: int = 40) -> Change:
    estimate = Estimate(posts, NOTHING, NOTHING, NOTHING, NOTHING, 0.0)
    return Change(estimate, estimate, Interval(move, -0.1, 0.4), kind)


def test_a_sign_is_written_as_the_language_does() -> None:
    with speaking("en"):
        assert [signed(v) for v in (0.0, 0.256, -0.256)] == ["0.00", "+0.26", "−0.26"]
        assert signed(1234.4, 0) == "+1,234"
        assert between(Interval(0.0, -0.1, 0.2)) == "between −0.10 and +0.20"
    with speaking("fr"):
        assert signed(-1234.5, 1) == "−1\u202f234,5"
        assert between(Interval(0.0, -0.1, 0.2)) == "entre −0,10 et +0,20"


@pytest.mark.parametrize(
    ("change", "english", "french"),
    [
        (
            told("up"),
            "Better than X by 0.20 (between −0.10 and +0.40).",
            "Mieux que X, de 0,20 (entre −0,10 et +0,40).",
        ),
        (
            told("down", -0.2),
            "Worse than X by 0.20 (between −0.10 and +0.40).",
            "Moins bien que X, de 0,20 (entre −0,10 et +0,40).",
        ),
        (
            told("unclear"),
            "No clear change against X: the difference of +0.20 lies within the error (between −0.10 and +0.40).",
            "Comparé avec X, pas de changement net\xa0: la différence de +0,20 reste dans l’erreur "
            "(entre −0,10 et +0,40).",
        ),
        (
            told("few", posts=3),
            "Too few posts with a tone to compare with X: 3, now 3.",
            "Trop peu de messages dont la tonalité est lue pour comparer avec X\xa0: 3, et maintenant 3.",
        ),
    ],
)
def test_a_move_is_told_with_its_error(change: Change, english: str, french: str) -> None:
    with speaking("en"):
        assert verdict(change, "X") == english
    with speaking("fr"):
        assert verdict(change, "X") == french


def test_the_mix_of_sources_is_told_only_where_it_matters() -> None:
    def cause(kind: str) -> Decomposition:
        return Decomposition(Interval(0.2, 0.1, 0.3), Interval(0.15, 0.1, 0.2), Interval(0.05, -0.1, 0.2), (), kind)

    with speaking("en"):
        assert "+0.15 of it comes from sources with another tone" in mix_words(cause("mix"), told("up"))
        assert mix_words(cause("both"), told("up")).startswith("Two causes: opinion within sources (+0.05)")
        assert mix_words(cause("both"), told("unclear")) == ""
        assert mix_words(cause("rate"), told("up")) == ""
    with speaking("fr"):
        assert mix_words(cause("mix"), told("up")).startswith("Attention au mélange des sources")

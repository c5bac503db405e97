"""Figures with their error: intervals hold the truth, moves are told from noise, mix from opinion."""

from __future__ import annotations

import numpy as np
import pytest

from data.demo_community import truth
from insights.reading.aspects import aspects, find_aspects, sentences
from insights.reading.sentiment import default_model
from insights.reputation.effects import effect_of, weekly_effect
from insights.reputation.estimates import (
    ErrorModel,
    change,
    decompose,
    error_model,
    estimates,
    labelled_net,
    share_of_voice,
    standing,
    steps_of,
    wilson,
)

MATRIX = np.array([[0.72, 0.15, 0.06, 0.07], [0.14, 0.62, 0.17, 0.07], [0.05, 0.17, 0.72, 0.06]])


def measured(rng: np.random.Generator, each: int = 400) -> ErrorModel:
    return ErrorModel(tuple(tuple(float(v) for v in rng.multinomial(each, row)) for row in MATRIX))


@pytest.mark.parametrize("posts", [20, 60, 300, 1_500])
def test_ninety_per_cent_intervals_hold_the_truth(posts: int) -> None:
    """Shares and their errors both drawn anew each time: 85 to 95 times in a hundred, give or take the trials."""
    rng = np.random.default_rng(posts)
    net = move = 0
    for trial in range(250):
        before = rng.dirichlet([2, 4, 2])
        after = rng.dirichlet([2, 4, 2]) if trial % 2 else before
        errors = measured(rng)
        found = change(
            rng.multinomial(posts, before @ MATRIX), rng.multinomial(posts, after @ MATRIX), errors, draws=300
        )
        true_net, true_move = after[2] - after[0], (after[2] - after[0]) - (before[2] - before[0])
        net += found.after.net.low <= true_net <= found.after.net.high
        move += found.move.low <= true_move <= found.move.high
    assert 0.83 <= net / 250 <= 0.97
    assert 0.83 <= move / 250 <= 0.97


def test_a_biased_program_is_corrected() -> None:
    rng = np.random.default_rng(1)
    harsh = np.array([[0.9, 0.05, 0.0, 0.05], [0.5, 0.4, 0.05, 0.05], [0.3, 0.2, 0.45, 0.05]])
    errors = ErrorModel(tuple(tuple(float(v) for v in rng.multinomial(2_000, row)) for row in harsh))
    true = np.array([0.2, 0.5, 0.3])
    (found,) = estimates([rng.multinomial(5_000, true @ harsh)], errors)
    assert found.labelled < -0.25
    assert found.net.value == pytest.approx(0.1, abs=0.08)
    assert found.net.low < 0.1 < found.net.high


def test_all_posts_of_one_tone_leave_some_doubt() -> None:
    errors = error_model(default_model().held_out["errors"], {"en": 1}, {})
    few, many = estimates([[9, 0, 0, 0], [400, 0, 0, 0]], errors)
    assert few.net.low < -0.9 < few.net.high
    assert few.net.high - few.net.low > 3 * (many.net.high - many.net.low) > 0


def test_small_moves_are_no_clear_change_and_large_ones_are() -> None:
    rng = np.random.default_rng(2)
    errors = measured(rng)
    assert change([50, 50, 50, 5], [52, 49, 49, 5], errors).verdict == "unclear"
    assert change([20, 60, 120, 5], [120, 60, 20, 5], errors).verdict == "down"
    assert change([120, 60, 20, 5], [20, 60, 120, 5], errors).verdict == "up"
    assert change([2, 2, 2, 0], [90, 5, 5, 0], errors).verdict == "few"
    assert estimates([], errors) == []
    assert change([0, 0, 0, 0], [0, 0, 0, 0], errors).verdict == "few"


def test_a_period_is_told_alike_whatever_it_is_compared_with() -> None:
    errors = error_model(default_model().held_out["errors"], {"en": 1}, {})
    after = (61, 40, 80, 30)
    told = [change(before, after, errors).after for before in ((10, 30, 10, 5), (400, 20, 60, 90), (0, 0, 0, 0))]
    assert told == [told[0]] * 3
    assert estimates([after], errors) == [told[0]]
    assert change(after, after, errors).move.low < 0 < change(after, after, errors).move.high  # chance is not shared


def test_what_people_check_here_takes_the_place_of_the_shipped_measure() -> None:
    shipped = default_model().held_out["errors"]
    plain = error_model(shipped, {"en": 10, "fr": 10}, {})
    assert plain.labelled == 0
    assert 0.5 < plain.agreement < 0.8
    few = error_model(shipped, {"en": 1}, {(0, 0): 10})
    assert few.labelled == 0
    assert few.counts == error_model(shipped, {"en": 1}, {}).counts
    perfect = error_model(shipped, {"en": 1}, {(0, 0): 40, (1, 1): 40, (2, 2): 40})
    assert perfect.labelled == 120
    assert perfect.agreement > 0.9
    unknown = error_model(shipped, {"de": 5}, {})
    assert unknown.agreement == pytest.approx(plain.agreement, abs=0.02)


@pytest.mark.parametrize("most", [0, 1, 2, 9])
def test_the_steps_of_a_move_add_up_to_the_move_that_is_told(most: int) -> None:
    """One move, one figure: what groups add by their labels, and what none can be given, is the corrected move."""
    errors = error_model(default_model().held_out["errors"], {"en": 1}, {})
    before = {"a": (40, 60, 120, 20), "b": (10, 5, 5, 2), "c": (3, 9, 3, 1)}
    after = {"a": (130, 60, 30, 20), "b": (30, 5, 5, 2), "d": (1, 2, 9, 0)}
    told = change((60, 80, 140, 30), (170, 70, 50, 25), errors)  # some posts are of no group
    cause = decompose(before, after)
    held = steps_of(told, cause, most)
    assert (held.level, held.end) == (told.before.net.value, told.after.net.value)
    adds = sum(part.total for part in held.groups) + held.others + held.rest
    assert held.level + adds == pytest.approx(held.end)
    assert adds == pytest.approx(told.move.value)
    assert told.move.low <= told.move.value <= told.move.high
    assert len(held.groups) + held.number_of_others == len(cause.parts)
    assert abs(held.rest) > 0.05  # labels alone tell another move: it would be a second figure for the same thing


def test_a_move_by_mix_is_told_from_one_by_opinion() -> None:
    kind, harsh = (20, 40, 140), (60, 20, 20)
    mix = decompose({"forum": kind, "store": harsh}, {"forum": kind, "store": tuple(6 * n for n in harsh)})
    assert mix.verdict == "mix"
    assert mix.mix.value == pytest.approx(mix.move.value)
    assert mix.rate.value == pytest.approx(0)
    rate = decompose({"forum": kind, "store": kind}, {"forum": harsh, "store": harsh})
    assert rate.verdict == "rate"
    still = decompose({"forum": kind}, {"forum": kind})
    assert still.verdict == "unclear"
    assert decompose({}, {"forum": kind}).verdict == "unclear"


def test_parts_add_up_to_the_move() -> None:
    rng = np.random.default_rng(3)
    before = {g: tuple(rng.integers(0, 60, 4).tolist()) for g in range(9)}
    after = {g: tuple(rng.integers(0, 60, 4).tolist()) for g in range(2, 12)}
    found = decompose(before, after)

    def overall(side: dict[int, tuple[int, ...]]) -> float:
        return labelled_net(np.array(list(side.values())).sum(axis=0))

    assert sum(part.total for part in found.parts) == pytest.approx(overall(after) - overall(before))
    assert found.mix.value + found.rate.value == pytest.approx(found.move.value)


def test_share_of_voice_and_standing() -> None:
    ours, theirs = share_of_voice([30, 10])
    assert ours.value == 0.75
    assert ours.low < 0.75 < ours.high
    assert theirs.high < ours.low
    assert wilson(0, 0).high == 1.0
    errors = measured(np.random.default_rng(4))
    good, bad, few, whole = estimates([[2, 10, 90, 0], [90, 10, 2, 0], [3, 1, 2, 0], [92, 20, 92, 0]], errors)
    assert [standing(part, whole) for part in (good, bad, few)] == ["strength", "weakness", "few"]


def test_aspects_are_found_in_both_languages_with_their_sentence() -> None:
    text = "I like it. The support team replied in an hour! But the price is crazy, and no answer since."
    found = {item.aspect: text[item.start : item.stop] for item in find_aspects(text, "en")}
    assert found["support"] == "The support team replied in an hour!"
    assert found["price"] == "But the price is crazy, and no answer since."
    french = "Le service client a été parfait. Par contre c'est trop cher, et l’interface est compliquée."
    assert {item.aspect for item in find_aspects(french, "fr")} == {"support", "price", "usability"}
    assert find_aspects("", "en") == []
    assert find_aspects("!!! ...", "fr") == []
    assert "invitation" not in aspects()
    assert sentences("One. Two") == [(0, 4), (5, 8)]


def test_an_effect_is_seen_and_its_absence_too() -> None:
    rng = np.random.default_rng(5)
    usual = 10 + 3 * np.sin(np.arange(70) * 2 * np.pi / 7)
    seen = quiet = held = 0
    for trial in range(20):
        beside, ours = rng.poisson(2 * usual), rng.poisson(usual)
        more = np.r_[ours[:56], rng.poisson(1.6 * usual[56:])]
        effect = effect_of("volume", more[:56], more[56:], [beside[:56]], [beside[56:]], seed=trial)
        seen += effect.verdict == "more"
        held += effect.low <= 0.6 * usual[56:].sum() <= effect.high
        quiet += effect_of("volume", ours[:56], ours[56:], seed=trial).verdict == "none"
    assert seen >= 18
    assert quiet >= 16
    assert held >= 15


def test_effects_that_cannot_be_told_are_said_so() -> None:
    steady = [10.0, 12, 9, 11, 10, 8, 9] * 8
    assert effect_of("volume", steady, [10.0, 11]).verdict == "early"
    assert effect_of("volume", steady[:20], [10.0] * 14).verdict == "unknown"
    assert effect_of("volume", [*steady[:-3], 90.0, 80, 70], [30.0] * 14).verdict == "unsettled"
    assert effect_of("volume", [0.0] * 56, [0.0] * 14).verdict in {"none", "noisy"}
    assert weekly_effect("newcomers", [9, 11, 10, 12, 8], [30, 31]).verdict == "more"
    assert weekly_effect("newcomers", [9, 11, 10, 12, 8], [10]).verdict in {"none", "noisy"}
    assert weekly_effect("newcomers", [9], [10]).verdict == "unknown"
    assert weekly_effect("newcomers", [9, 9, 9, 9], []).verdict == "early"


def test_the_trap_is_planted() -> None:
    assert truth()["mix"]["then"] > 5 * truth()["mix"]["usual"]

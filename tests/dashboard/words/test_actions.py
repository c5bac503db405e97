"""What we did and what it changed, in words."""

from __future__ import annotations

from dashboard.words.actions import effect_sentence, effects_of, kind_names
from dashboard.words.language import speaking
from data.reputation.actions import KINDS, Action
from data.reputation.effects import Effect, Measured
from tests.conftest import NOW

MORE = Effect("volume", "more", 14, 1200.0, 800.4, 300.0, 500.0)
NONE = Effect("negative", "none", 1, 0.25, 0.2, -0.05, 0.15)


def test_an_effect_with_its_interval() -> None:
    with speaking("en"):
        assert effect_sentence(MORE) == (
            "Posts that name us: more. 1,200 in 14 days, where 800 would have come anyway "
            "(difference between 300 and 500, nine times in ten)."
        )
        assert effect_sentence(NONE).startswith("Share of negative posts: no clear effect. 25% in 1 day, where 20%")
    with speaking("fr"):
        assert "1\u202f200 en 14 jours, là où 800 seraient venus" in effect_sentence(MORE)
        assert effect_sentence(NONE).startswith("Part de messages négatifs\xa0: pas d’effet net. 25\xa0% en 1 jour")


def test_what_cannot_be_told_shows_no_figure() -> None:
    with speaking("en"):
        for verdict in ("early", "unknown", "unsettled"):
            sentence = effect_sentence(Effect("newcomers", verdict, 7, seen=41.0))
            assert sentence.startswith("People who wrote for the first time: ")
            assert "41" not in sentence


def test_an_action_before_and_after_it_is_measured() -> None:
    with speaking("en"):
        assert effects_of(Action(1, "post", "t", NOW)) == ["Being measured."]
        assert effects_of(Action(1, "post", "t", NOW, measured_at=NOW)) == ["Too early to say anything."]
        done = Action(1, "post", "t", NOW, measured=Measured((MORE, NONE), 1, 14), measured_at=NOW)
        assert effects_of(done) == [effect_sentence(MORE), effect_sentence(NONE)]
        assert set(kind_names()) == set(KINDS)

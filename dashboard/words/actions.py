"""What we did and what it changed, in words."""

from __future__ import annotations

from dashboard.words.language import _, count, n_, percent
from data.reputation.actions import Action
from data.reputation.effects import Effect


def kind_names() -> dict[str, str]:
    return {
        "post": _("Post"),
        "contest": _("Contest"),
        "event": _("Event"),
        "replies": _("Replies"),
        "release": _("Release"),
        "other": _("Something else"),
    }


def effect_sentence(effect: Effect) -> str:
    """One measured effect in words, with its interval."""
    name = {
        "volume": _("Posts that name us"),
        "negative": _("Share of negative posts"),
        "newcomers": _("People who wrote for the first time"),
    }.get(effect.measure, effect.measure)
    share = effect.measure == "negative"

    def figure(value: float) -> str:
        return percent(value) if share else count(value)

    untold = {
        "early": _("too early to say."),
        "unknown": _("too short a past to say what would have come anyway."),
        "unsettled": _("the days before were out of the ordinary, so what would have come anyway can't be told."),
    }
    if effect.verdict in untold:
        return _("{name}: {words}").format(name=name, words=untold[effect.verdict])
    told = _("{seen} in {days}, where {expected} would have come anyway").format(
        seen=figure(effect.seen), days=n_("{n} day", "{n} days", effect.days), expected=figure(effect.expected)
    )
    low, high = figure(effect.low), figure(effect.high)
    range_ = _("difference between {low} and {high}, nine times in ten").format(low=low, high=high)
    words = {
        "more": _("more"),
        "less": _("less"),
        "none": _("no clear effect"),
        "noisy": _("too noisy to say"),
    }[effect.verdict]
    return _("{name}: {words}").format(name=name, words=f"{words}. {told} ({range_}).")


def effects_of(item: Action) -> list[str]:
    """The effects of an action in sentences."""
    if item.measured_at is None:
        return [_("Being measured.")]
    if not item.measured.effects:
        return [_("Too early to say anything.")]
    return [effect_sentence(effect) for effect in item.measured.effects]

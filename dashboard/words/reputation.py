"""Figures of reputation in words."""

from __future__ import annotations

from dashboard.words.language import _, count, fixed, percent
from dashboard.words.posts import earlier_words
from data.scope import Scope
from insights.reputation.estimates import Change, Decomposition, Interval


def signed(value: float, digits: int = 2) -> str:
    """A figure with its sign, as the language writes it."""
    value = round(value, digits)
    return ("+" if value > 0 else "−" if value < 0 else "") + fixed(abs(value), digits)


def between(interval: Interval) -> str:
    return _("between {low} and {high}").format(low=signed(interval.low), high=signed(interval.high))


def nine_in_ten(interval: Interval) -> str:
    """An interval as a line of its own."""
    words = _("Between {low} and {high}, nine times in ten")
    return words.format(low=signed(interval.low), high=signed(interval.high))


def share_note(share: Interval, before: Interval, scope: Scope) -> str:
    """Between what a share lies, and what it was in the days that `scope` is compared with."""
    return _("{low} to {high}; {before} {earlier}").format(
        low=percent(share.low), high=percent(share.high), before=percent(before.value), earlier=earlier_words(scope)
    )


def aspect_names() -> dict[str, str]:
    return {
        "support": _("Support"),
        "price": _("Price"),
        "quality": _("Quality"),
        "delivery": _("Delivery"),
        "usability": _("Ease of use"),
        "features": _("Features"),
        "speed": _("Speed"),
        "privacy": _("Privacy"),
        "community": _("Community"),
    }


def verdict(change: Change, what: str) -> str:
    """Whether a move is more than the error, in a sentence. `what` names the period that it is compared with."""
    if change.verdict == "few":
        return _("Too few posts with a tone to compare with {what}: {before}, now {after}.").format(
            what=what, before=count(change.before.posts), after=count(change.after.posts)
        )
    if change.verdict == "unclear":
        return _("No clear change against {what}: the difference of {move} lies within the error ({range}).").format(
            move=signed(change.move.value), range=between(change.move), what=what
        )
    up = change.verdict == "up"
    words = _("Better than {what} by {move} ({range}).") if up else _("Worse than {what} by {move} ({range}).")
    return words.format(what=what, move=fixed(abs(change.move.value), 2), range=between(change.move))


def mix_words(cause: Decomposition, change: Change) -> str:
    """What to say when a move comes from where people spoke rather than from what they think; empty for nothing."""
    if cause.verdict == "mix":
        return _(
            "Mind the mix of sources: {mix} of it comes from sources with another tone bringing a larger share of the "
            "posts. Within each source opinion did not clearly move ({rate}, {range})."
        ).format(
            mix=signed(cause.mix.value),
            rate=signed(cause.rate.value),
            range=between(cause.rate),
        )
    if cause.verdict == "both" and change.verdict in {"up", "down"}:
        return _("Two causes: opinion within sources ({rate}), and where people spoke ({mix}).").format(
            rate=signed(cause.rate.value), mix=signed(cause.mix.value)
        )
    return ""

"""What each figure and each word of the interface means."""

from __future__ import annotations

from dashboard.words.language import _


def definitions() -> dict[str, str]:
    """Term -> what it means, both in the language that is spoken."""
    return {
        _("Net sentiment"): _(
            "Positive less negative, as a share of posts with a tone, from −1 to 1, corrected for the measured error."
        ),
        _("Share of voice"): _("A brand's share of the posts that name any of those compared."),
        _("Reach"): _("Reactions, replies and shares that the posts drew."),
        _("Growth"): _("Posts of this period against those of the days it is compared with, in per cent."),
        _("Trend"): _("How a topic moves: the last 7 or 21 days against the weeks before."),
        _("Unsure"): _("Posts of whose tone the program is not sure enough: it says so rather than guess."),
        _("Controversy"): _(
            "From 0 to 100: how evenly people are split, whether they answer each other, how many carry it, votes."
        ),
        _("Tension"): _(
            "From 0 to 1: a tone that worsens, posts to a person, two who answer by turns, pace, the strongest attack."
        ),
        _("Waiting"): _("How long a question or a complaint has had no answer of yours."),
        _("Nearness"): _("How alike two texts are in meaning, from 0 to 100%."),
        _("Blind spot"): _("A time for which a source could not be read."),
        _("Copies"): _("Posts with nearly the same words, shown as one."),
        _("Interval"): _("The two figures between which the true one lies nine times in ten."),
        _("Loyal"): _("Active in half of the weeks, in this period and in the twelve weeks before."),
        _("Drifting away"): _("Was active in four of the twelve weeks before, and has been silent for three weeks."),
        _("Pseudonym"): _("A stable name that does not lead back to the author."),
        _("Frozen copy"): _("A page as it was when it was shared."),
        _("Verbatim"): _("Words of a post exactly as its author wrote them; […] marks a cut."),
    }

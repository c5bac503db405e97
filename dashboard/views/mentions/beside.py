"""The views of Mentions that stand beside the lists of a period: what holds whatever the day."""

from __future__ import annotations

from collections.abc import Callable

from dashboard.views.acts.all import acts_view
from dashboard.views.facts.all import what_we_know
from dashboard.views.mentions.basket import basket
from dashboard.views.mentions.learning import words_and_learning
from dashboard.views.tickets.all import tickets
from dashboard.words.language import _


def of_all_time() -> dict[str, tuple[str, Callable[[], None]]]:
    """Name -> what it is called, and what draws it."""
    return {
        "acts": (_("Acts"), acts_view),
        "facts": (_("What we know"), what_we_know),
        "quotes": (_("Quotes"), basket),
        "tickets": (_("Passed on"), tickets),
        "words": (_("Words and learning"), words_and_learning),
    }

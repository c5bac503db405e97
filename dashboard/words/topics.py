"""Why a topic moves, in words."""

from __future__ import annotations

from typing import Any

from babel.dates import get_day_names

from dashboard.words.language import _, count, current, n_, percent


def trend_sentence(facts: dict[str, Any]) -> str:
    """Why a topic has its trend, in a sentence."""
    if not facts:
        return ""
    authors, places = facts.get("authors", 0), facts.get("places", 0)
    words = _("{n} in the last {days} days, against {before} a week before").format(
        n=n_("{n} post", "{n} posts", facts.get("recent", 0)),
        days=facts.get("recent_days", 7),
        before=count(facts.get("baseline_a_week", 0.0), 1),
    )
    if authors and facts.get("recent"):
        words += ", " + _("from {authors} in {places}").format(
            authors=n_("{n} author", "{n} authors", authors), places=n_("{n} place", "{n} places", places)
        )
    if facts.get("weekdays"):
        names = get_day_names("wide", locale=current())
        words += ". " + _("{share} of it comes on {days}, week after week").format(
            share=percent(facts["share"]), days=_(" and ").join(names[d] for d in facts["weekdays"])
        )
    if facts.get("year_ago"):
        words += ". " + n_(
            "The same days of last year had {n} post", "The same days of last year had {n} posts", facts["year_ago"]
        )
    return words + "."

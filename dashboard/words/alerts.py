"""What an alert says: what, how unusual, since when, where it started. The same words in the app and in messages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from dashboard.reads import reputation as reputation_reads
from dashboard.words.language import _, count, moment, n_, percent
from data.alerts.alerts import Alert, Finding


def kind_names() -> dict[str, str]:
    return {
        "volume": _("More posts than usual"),
        "tone": _("Tone falls"),
        "event": _("Something new is being said"),
        "conflict": _("A thread tips over"),
        "topic": _("New topic about us"),
        "competitor": _("A competitor in trouble"),
        "quiet": _("A source has gone quiet"),
        "keyword": _("A query finds posts"),
    }


def kind_help() -> dict[str, str]:
    return {
        "volume": _("Far more posts in one to twenty-four hours than this hour of the week usually brings."),
        "tone": _("A far larger share of negative posts than in the four weeks before."),
        "event": _("Words that suddenly fill many posts, whatever they are about."),
        "conflict": _("A discussion that names you, or in a place of yours, turns into a quarrel."),
        "topic": _("A topic that began lately and names you often."),
        "competitor": _("Far more posts than usual on a competitor, more of them negative than before."),
        "quiet": _("A source brought far less for three days than in the weeks before: a fault, or an exodus."),
        "keyword": _("Any post that a query of yours finds."),
    }


def sensitivity_names() -> dict[str, str]:
    return {"low": _("Only the extreme"), "normal": _("Normal"), "high": _("Sensitive")}


def rule_name(kind: str, name: str, brand: str, query: str = "") -> str:
    """What a rule is called: the name that a person gave, else its kind and what it watches."""
    if name:
        return name
    told = kind_names().get(kind, kind)
    about = query if kind == "keyword" else brand
    return f"{told} · {about}" if about else told


def how_unusual(kind: str, facts: Mapping[str, Any]) -> str:
    """The figures behind an alert, in a sentence."""
    window = int(facts.get("window", 0))
    hours = n_("{n} hour", "{n} hours", window)
    if kind in {"volume", "competitor"}:
        words = _("{posts} in {hours}, where about {expected} are usual at this time of the week.").format(
            posts=n_("{n} post", "{n} posts", int(facts.get("count", 0))),
            hours=hours,
            expected=count(float(facts.get("expected", 0)), 1),
        )
        chance = float(facts.get("chance", 1))
        if 0 < chance < 1e-9:
            words += " " + _("By chance alone, so much practically never comes.")
        elif 0 < chance < 1e-3:
            words += " " + _("By chance alone, so much comes once in {n} looks.").format(n=count(round(1 / chance, -2)))
        if kind == "competitor":
            words += " " + _("{share} of them are negative, against {usual} before.").format(
                share=percent(facts.get("share", 0)), usual=percent(facts.get("usual_share", 0))
            )
        return words
    if kind == "tone":
        words = _("{share} of the posts with a tone are negative in {hours}, against {usual} in four weeks.").format(
            share=percent(facts.get("count", 0)), usual=percent(facts.get("expected", 0)), hours=hours
        )
        if facts.get("cause") == "mix":
            words += " " + _(
                "It comes from where people spoke, not from what they think: places with harsher posts weigh more."
            )
        return words
    if kind == "event":
        return _("{posts} in {hours} hold words that hardly anybody said before.").format(
            posts=n_("{n} post", "{n} posts", int(facts.get("count", 0))), hours=hours
        )
    if kind == "conflict":
        return _("Heat {heat} of 1 after {posts}.").format(
            heat=count(float(facts.get("heat", 0)), 2), posts=n_("{n} post", "{n} posts", int(facts.get("count", 0)))
        )
    if kind == "topic":
        return _("“{name}”: {posts} name you.").format(
            name=facts.get("name", ""), posts=n_("{n} post", "{n} posts", int(facts.get("count", 0)))
        )
    if kind == "quiet":
        return _("“{name}” brought {posts} in three days, where {expected} are usual.").format(
            name=facts.get("name", ""),
            posts=n_("{n} post", "{n} posts", int(facts.get("count", 0))),
            expected=count(float(facts.get("expected", 0)), 1),
        )
    return n_("{n} post found.", "{n} posts found.", int(facts.get("count", 0)))


def since_when(found: Finding | Alert) -> str:
    """Since when it goes on, and how long after it was noticed."""
    began, noticed = (
        (found.began_at, found.noticed_at)
        if isinstance(found, Alert)
        else (datetime.fromtimestamp(found.began, UTC), datetime.fromtimestamp(found.noticed, UTC))
    )
    return _("Since {began}, noticed {noticed}.").format(began=moment(began), noticed=moment(noticed))


def brand_names() -> dict[int, str]:
    return {b.id: b.name for b in reputation_reads.brands()}


def title_of(item: Alert) -> str:
    return rule_name(item.rule.kind, item.rule.name, brand_names().get(item.rule.brand, ""), item.rule.query)

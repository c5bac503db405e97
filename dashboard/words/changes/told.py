"""Lines of the audit and changes of others, as a person would say them."""

from __future__ import annotations

import re

from dashboard.words.ideas import status_names
from dashboard.words.inbox import audited_value
from dashboard.words.labels import escape, sentiment_names
from dashboard.words.language import _, colon, moment
from data.changes import Meanwhile, told_fields

CUT = 200  # characters of a value in a sentence
_NUMBERED = re.compile(r"([a-z]+) (\d+)(?:: (.*))?", re.DOTALL | re.ASCII)


# One entry a field.
def field_names() -> dict[str, str]:
    """What people set of the things that they edit together."""
    return {
        "accounts": _("Accounts"),
        "action": _("Action"),
        "address": _("Address"),
        "aliases": _("Other names and spellings"),
        "allowed": _("Themes allowed"),
        "assigned": _("Assigned"),
        "at": _("Day"),
        "blocks": _("Blocks"),
        "brand": _("Brand or watch"),
        "channel": _("Channel"),
        "colour": _("Colour of reports"),
        "comments": _("Comment"),
        "context": _("Only when one of these words is there"),
        "day": _("Day"),
        "days": _("Period"),
        "decision": _("Decision"),
        "digest_hour": _("Hour of the digest"),
        "drafts": _("Draft"),
        "exact_case": _("Only with its capitals as written"),
        "exclusions": _("Not when one of these words is there"),
        "expert": _("Query"),
        "format": _("Format"),
        "hashtags": _("Hashtags"),
        "hour": _("Hour"),
        "idea": _("Idea"),
        "is_on": _("On"),
        "is_open": _("Open"),
        "kind": _("Kind"),
        "lang": _("Language"),
        "language": _("Language"),
        "logo": _("Logo"),
        "minutes": _("Reading time in minutes"),
        "name": _("Name"),
        "names": _("Who appears"),
        "note": _("Note"),
        "notes": _("Presenter's notes"),
        "ours": _("We speak of"),
        "owner": _("Who does it"),
        "post": _("Post"),
        "query": _("Query"),
        "quiet_from": _("Silent from"),
        "quiet_to": _("until"),
        "report": _("Report"),
        "sensitivity": _("Sensitivity"),
        "silent": _("We stay out of"),
        "snoozed": _("Snoozed"),
        "state": _("State"),
        "status": _("Status"),
        "subject": _("Subject"),
        "tags": _("Tags"),
        "text": _("Text"),
        "threshold": _("Nearness"),
        "title": _("Title"),
        "to_test": _("To test"),
        "tone": _("Tone"),
        "url": _("Link"),
        "weekday": _("Day"),
        "zone": _("Time zone"),
    }


def _values() -> dict[str, str]:
    """Values that are words of the program."""
    return {
        **status_names(),
        **sentiment_names(),
        "a link": _("a link"),
        "a token": _("a token"),
        "active": _("followed"),
        "adopted": _("in use"),
        "another link": _("another link"),
        "begun": _("begun"),
        "closed": _("closed"),
        "demo": _("Demo"),
        "dismissed": _("set aside"),
        "failed": _("Failed"),
        "hidden": _("hidden"),
        "kept": _("kept"),
        "noise": _("noise"),
        "open": _("open"),
        "others": _("of others"),
        "own": _("My workspace"),
        "ours": _("ours"),
        "paused": _("paused"),
        "revoked": _("revoked"),
        "rolled_back": _("no longer in use"),
        "set aside": _("set aside"),
        "shown": _("shown"),
        "signal": _("no noise"),
        "suggested": _("suggested"),
        "waiting": _("Waiting"),
        "wanted": _("asked for"),
        "yes": _("yes"),
        "…": _("kept apart"),
    }


def _field(name: str) -> str:
    """A field's name; of one entry of a field, with the entry's."""
    field, dot, entry = name.partition(".")
    known = field_names().get(field, field)
    return f"{known} ({entry})" if dot else known


def told_value(action: str, value: str) -> str:
    """What a change set or took away, each field by its name."""
    fields, known = told_fields(value), _values()
    if fields:
        return " · ".join(f"{_field(name)}{colon()}{known.get(one, one)}" for name, one in fields.items())
    return known.get(value, audited_value(action, value))


def told_subject(subject: str) -> str:
    """What a change is about: its name where it has one, else its number."""
    whole = {
        "feed": _("Feed of the calendar"),
        "first": _("What is shown first"),
        "guests": _("Guests"),
        "list": _("List of sources"),
        "posts": _("Posts"),
        "start": _("First steps"),
        "themes": _("Themes"),
        "tone": _("Tone"),
        "topics": _("Topics"),
    }.get(subject)
    numbered = _NUMBERED.fullmatch(subject)
    if whole is not None or numbered is None:
        origin, colon, field = subject.partition(": ")
        return whole or (_field(field) if colon and origin == "identity" else subject)
    return numbered[3] or f"n° {numbered[2]}"


def meanwhile_sentence(one: Meanwhile) -> str:
    """Somebody else was faster; safe inside a label."""
    who = escape(one.who or _("Somebody"))
    when = escape(moment(one.at)) if one.at is not None else ""
    if not one.field:
        gone = _("{who} took this away on {moment}.") if when else _("This is not there any more.")
        return gone.format(who=who, moment=when) + " " + _("Your change was not written.")
    value = _values().get(one.value, one.value)
    what = value if len(value) <= CUT else value[:CUT] + "…"
    told = _("{who} changed “{field}” on {moment}: {what}.") if when else _("{who} changed “{field}”: {what}.")
    sentence = told.format(who=who, field=escape(_field(one.field)), moment=when, what=escape(what or _("nothing")))
    return sentence + " " + _("Your change was not written.")

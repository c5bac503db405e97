"""Steps of an event in words."""

from __future__ import annotations

from dashboard.words.language import _, moment
from insights.alerts.course import Step


def step_names() -> dict[str, str]:
    return {
        "origin": _("It begins"),
        "crossing": _("It reaches another place"),
        "relay": _("It is copied"),
        "loud": _("A loud post"),
        "asked": _("First thing asked of us"),
        "answer": _("We speak"),
    }


def step_words(step: Step, author: str) -> str:
    """A step of the timeline without its post. `author`: as whoever wrote it is named here, "" for no name."""
    words = step_names()[step.kind]
    if step.kind == "crossing":
        words = _("It reaches {place}").format(place=step.post.place)
    elif step.kind == "relay":
        words = _("Copied in {place}, from {other}").format(place=step.post.place, other=step.other)
    told = step.kind in {"crossing", "relay"}  # the place is told already
    parts = [words, author or _("no name given"), *([] if told else [step.post.place]), moment(step.post.at)]
    return " · ".join(parts)

"""Steps of an event in words."""

from __future__ import annotations

from dashboard.reads import posts as post_reads
from dashboard.words.language import _, moment
from insights.alerts.course import EventPost, Step


def step_names() -> dict[str, str]:
    return {
        "origin": _("It begins"),
        "crossing": _("It reaches another place"),
        "relay": _("It is copied"),
        "loud": _("A loud post"),
        "asked": _("First thing asked of us"),
        "answer": _("We speak"),
    }


def _author(post: EventPost, names: bool) -> str:
    if not post.author:
        return _("no name given")
    return post.author if names or post.by_us else post_reads.pseudonym_of(post.author)


def step_words(step: Step, names: bool) -> str:
    """A step of the timeline without its post."""
    words = step_names()[step.kind]
    if step.kind == "crossing":
        words = _("It reaches {place}").format(place=step.post.place)
    elif step.kind == "relay":
        words = _("Copied in {place}, from {other}").format(place=step.post.place, other=step.other)
    named = step.kind in {"crossing", "relay"}  # the place is told already
    parts = [words, _author(step.post, names), *([] if named else [step.post.place]), moment(step.post.at)]
    return " · ".join(parts)

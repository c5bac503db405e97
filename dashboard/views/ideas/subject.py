"""The page of what an idea, or an item of the calendar, is about."""

from __future__ import annotations

from dataclasses import dataclass

_PAGES = {
    "topic": ("topics", "topic"),
    "wishes": ("topics", "topic"),
    "debate": ("debates", "debate"),
    "tool": ("tools", "tool"),
    "event": ("calendar", "event"),
}


@dataclass(frozen=True, slots=True)
class Subject:
    """A page of Vigie and what its address says."""

    page: str
    parameters: dict[str, str]


def subject_of(about: str) -> Subject | None:
    """From "topic:1" and the like; None where there is no such page."""
    kind, _sep, number = about.partition(":")
    if kind not in _PAGES or not number.isdecimal():
        return None
    page, parameter = _PAGES[kind]
    return Subject(page, {parameter: number})

"""The course of an event: where it began, how it spread, who carried it, what was asked of us and what we answered.

Pure, on the posts of the event in order of time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class EventPost:
    """A post of an event. `drawn` is what it drew; `asks` that it waits for an answer of ours; `group` its copies."""

    id: int
    at: datetime
    author: str
    network: str
    place: str
    sentiment: str
    drawn: int
    by_us: bool
    asks: bool
    group: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened. `kind`: origin, crossing (the first post in a place), relay (a copy elsewhere), loud
    (drew more than any before), asked (the first question to us), answer (a post of ours)."""

    kind: str
    post: EventPost
    other: str = ""  # of a crossing: where it came from


@dataclass(frozen=True, slots=True)
class Carrier:
    """Somebody who carried the event further: posts, what they drew, places."""

    author: str
    network: str
    posts: int
    drawn: int
    places: int


@dataclass(frozen=True, slots=True)
class Course:
    """The course of an event up to a moment."""

    steps: tuple[Step, ...]
    carriers: tuple[Carrier, ...]
    asked: tuple[int, ...]
    answers: tuple[int, ...]
    first_answer: timedelta | None  # after the first post
    hours: tuple[tuple[datetime, int, int, int], ...] = field(repr=False)  # hour, posts, negative, ours
    posts: int = 0
    authors: int = 0
    places: int = 0


def course_of(posts: Sequence[EventPost], until: datetime | None = None, most_carriers: int = 8) -> Course:
    """What happened up to `until` (None: all of it). Posts may be given in any order."""
    told = sorted((p for p in posts if until is None or p.at <= until), key=lambda p: (p.at, p.id))
    others, answers = [p for p in told if not p.by_us], [p for p in told if p.by_us]
    answered = bool(answers and others) and answers[0].at >= others[0].at
    return Course(
        tuple(_steps(told)),
        tuple(_carriers(others)[:most_carriers]),
        tuple(p.id for p in others if p.asks),
        tuple(p.id for p in answers),
        answers[0].at - others[0].at if answered else None,
        tuple(_hours(told)),
        len(told),
        len({(p.network, p.author) for p in others if p.author}),
        len({(p.network, p.place) for p in others}),
    )


def _steps(told: Sequence[EventPost]) -> list[Step]:
    """What happened one after the other, from posts in order of time."""
    steps: list[Step] = []
    seen: dict[tuple[str, str], EventPost] = {}
    groups: dict[int, EventPost] = {}
    loudest, asked = 0, False
    for p in told:
        if p.by_us:
            steps.append(Step("answer", p))
            continue
        if not seen:
            steps.append(Step("origin", p))
        elif (p.network, p.place) not in seen:
            before = max(seen.values(), key=lambda q: q.at)
            steps.append(Step("crossing", p, before.place))
        elif p.group and p.group in groups and groups[p.group].place != p.place:
            steps.append(Step("relay", p, groups[p.group].place))
        elif p.drawn > max(10, 1.5 * loudest):
            steps.append(Step("loud", p))
        if p.asks and not asked:
            steps.append(Step("asked", p))
            asked = True
        loudest = max(loudest, p.drawn)
        seen.setdefault((p.network, p.place), p)
        if p.group:
            groups.setdefault(p.group, p)
    return steps


def _carriers(others: Sequence[EventPost]) -> list[Carrier]:
    """Those who wrote, who carried it furthest first."""
    by: dict[tuple[str, str], list[EventPost]] = {}
    for p in others:
        if p.author:
            by.setdefault((p.network, p.author), []).append(p)
    carriers = [
        Carrier(author, network, len(held), sum(p.drawn for p in held), len({p.place for p in held}))
        for (network, author), held in by.items()
    ]
    return sorted(carriers, key=lambda c: (-(c.drawn + 3 * c.posts), c.author))


def _hours(told: Sequence[EventPost]) -> list[tuple[datetime, int, int, int]]:
    """(hour, posts, negative ones, ours), the hours that hold any."""
    hours: dict[datetime, list[int]] = {}
    for p in told:
        cell = hours.setdefault(p.at.replace(minute=0, second=0, microsecond=0), [0, 0, 0])
        cell[0] += 1
        cell[1] += p.sentiment == "negative"
        cell[2] += p.by_us
    return [(hour, posts, negative, ours) for hour, (posts, negative, ours) in sorted(hours.items())]

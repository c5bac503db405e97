"""A candidate: an idea as a rule finds it, with its evidence counted. Pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from data.content.ground import Evidence
from data.content.ideas import IdeaFacts
from insights.ideas.ground import Ground

LEAST = 3  # posts of evidence
MOST_POSTS = 400  # of an idea's evidence


@dataclass(frozen=True, slots=True)
class Candidate:
    """An idea. `key` is what it is about: the same key is the same idea at the next refresh. Parts from 0 to 1."""

    kind: str
    key: str
    facts: IdeaFacts
    posts: tuple[int, ...]
    first_day: int
    people: frozenset[str]
    places: int
    days: int
    demand: float
    now: float
    interest: float | None  # against what posts here usually get: half is as usual
    sample: int  # posts that the expected interest comes from
    effort: float
    risk: float
    formats: tuple[str, ...]
    lang: str
    score: float = 0.0
    why: dict[str, float] = field(default_factory=dict)


EFFORT = {  # share of a working day, roughly: 1 is a day or more
    "post": 0.1,
    "thread": 0.2,
    "poll": 0.1,
    "faq": 0.4,
    "article": 0.7,
    "video": 0.8,
    "carousel": 0.5,
    "ama": 0.6,
    "quiz": 0.3,
    "contest": 0.7,
    "newsletter": 0.2,
    "meetup": 0.9,
    "member": 0.3,
}


def candidate(
    kind: str,
    of: str | int,
    facts: IdeaFacts,
    posts: Sequence[Evidence],
    ground: Ground,
    *,
    now: float,
    formats: tuple[str, ...],
    risk: float = 0.0,
    bears: float = 1.0,
) -> Candidate | None:
    """A candidate with its evidence counted; None with fewer than three posts.

    `of` tells it from others of its kind; "" where there is only one. `bears`: how directly the posts ask for it, from
    0 to 1; a word that fits a day of the calendar asks for nothing.
    """
    once = {item.post: item for item in posts}.values()
    items = sorted(once, key=lambda item: (-(item.reactions or 0), item.post))[:MOST_POSTS]
    if len(items) < LEAST:
        return None
    people = frozenset(item.author or str(item.post) for item in items)
    days = [item.day for item in items]
    reactions = [item.reactions for item in items if item.reactions is not None]
    return Candidate(
        kind=kind,
        key=f"{kind}:{of}" if of != "" else kind,
        facts=facts,
        posts=tuple(item.post for item in items),
        first_day=min(days),
        people=people,
        places=len({item.place for item in items}),
        days=max(days) - min(days) + 1,
        demand=round(bears * (1 - math.exp(-len(people) / 10)), 3),
        now=round(min(1.0, max(0.0, now)), 3),
        interest=_interest(reactions, ground.usual_reactions),
        sample=len(reactions),
        effort=EFFORT[formats[0]],
        risk=round(min(1.0, max(0.0, risk)), 3),
        formats=formats,
        lang=_most_spoken(items),
    )


def _interest(reactions: Sequence[int], usual: float | None) -> float | None:
    """What posts like these get against the usual, from 0 to 1 (half is as usual); None where it is not known."""
    if not reactions or usual is None:
        return None
    ratio = (median(reactions) + 1) / (usual + 1)
    return round(ratio / (1 + ratio), 3)


def _most_spoken(items: Sequence[Evidence]) -> str:
    langs = Counter(item.lang for item in items if item.lang)
    return max(sorted(langs), key=lambda code: langs[code]) if langs else ""

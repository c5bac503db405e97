"""The posts that name a tool, and what is known of the tool from them.

Kept as JSON: a key that an older row lacks reads as empty.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from data.posts.passages import Passage, unpacked


@dataclass(frozen=True, slots=True)
class Naming:
    """A post that names a tool. `evidence` from 0 to 1 that it is new, by what `cue`; times are seconds."""

    post: int
    at: int
    author: str
    network: str
    place: str
    tone: str  # of the sentence that names it
    cue: str
    evidence: float
    text: str = ""  # with its title, see `titled_text`
    copy_of: int = 0  # its group of near-duplicates
    thread: str = ""  # the conversation it is in, "" where it is in none


@dataclass(frozen=True, slots=True)
class Alternative:
    """A tool named beside it, by so many posts; `post` is one of them."""

    name: str
    posts: int
    post: int


@dataclass(frozen=True, slots=True)
class Link:
    """An address of the tool, and the first post that holds it."""

    address: str
    post: int


@dataclass(frozen=True, slots=True)
class Arrival:
    """A place where it was named, so many days after the first of all."""

    place: str
    days: int


@dataclass(frozen=True, slots=True)
class Promoter:
    """An author who wrote most of what is said of it, or spread copies of one text."""

    author: str
    posts: int


@dataclass(frozen=True, slots=True)
class ToolStory:
    """What is known of a tool from the posts that name it."""

    definition: Passage | None = None  # a place in `titled_text` of its post
    alternatives: tuple[Alternative, ...] = ()
    links: tuple[Link, ...] = ()
    authors: int = 0
    places: int = 0
    users: int = 0  # people who say that they use it
    arrivals: tuple[Arrival, ...] = ()
    promoter: Promoter | None = None
    cues: Mapping[str, int] = field(default_factory=dict)


def encoded(story: ToolStory) -> str:
    """The JSON that `decoded` reads."""
    held = {
        "definition": story.definition.packed() if story.definition else None,
        "alternatives": [[item.name, item.posts, item.post] for item in story.alternatives],
        "links": [[item.address, item.post] for item in story.links],
        "authors": story.authors,
        "places": story.places,
        "users": story.users,
        "days_between": [[item.place, item.days] for item in story.arrivals],
        "promoter": [story.promoter.author, story.promoter.posts] if story.promoter else None,
        "cues": dict(story.cues),
    }
    return json.dumps(held, ensure_ascii=False)


def decoded(text: str) -> ToolStory:
    held = json.loads(text)
    return ToolStory(
        definition=unpacked(held["definition"]) if held.get("definition") else None,
        alternatives=tuple(
            Alternative(str(name), int(posts), int(post)) for name, posts, post in held.get("alternatives", ())
        ),
        links=tuple(Link(str(address), int(post)) for address, post in held.get("links", ())),
        authors=int(held.get("authors", 0)),
        places=int(held.get("places", 0)),
        users=int(held.get("users", 0)),
        arrivals=tuple(Arrival(str(place), int(days)) for place, days in held.get("days_between", ())),
        promoter=Promoter(str(held["promoter"][0]), int(held["promoter"][1])) if held.get("promoter") else None,
        cues={str(cue): int(posts) for cue, posts in held.get("cues", {}).items()},
    )

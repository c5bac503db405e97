"""What a discussion was found to be beside its figures: camps with their arguments, what joins and what parts them.

Quotes are places in posts, never copies of them. Kept as JSON: a key that an older row lacks reads as empty.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from data.posts.passages import Passage, unpacked


@dataclass(frozen=True, slots=True)
class Argument:
    """What posts of a camp say that say nearly the same, told by the one that says it best."""

    passage: Passage
    posts: int
    people: int


@dataclass(frozen=True, slots=True)
class Camp:
    """A side: 1, -1, or 0 for those who say that it depends. `speakers` of its `people` say so in words, the others are
    placed there. `grants` are what its people grant to the other side."""

    side: int
    posts: int
    people: int
    speakers: int
    words: tuple[str, ...] = ()
    arguments: tuple[Argument, ...] = ()
    grants: tuple[Passage, ...] = ()


@dataclass(frozen=True, slots=True)
class Parts:
    """Parts of the controversy, from 0 to 1; None where the network does not say."""

    replies: float  # how deep and how fast people answer each other
    balance: float  # people of the smaller camp against the larger (after Choi, Jung & Myaeng 2010)
    cross: float  # of replies between people with a side, those to the other side (after Garimella et al. 2018)
    spread: float  # evenness of posts over people (inverse Simpson), and how many they are
    votes: float | None  # votes for both sides, and votes against the post that opened it

    def by_name(self) -> dict[str, float | None]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Bridge:
    """A person who speaks with both sides, and a post that shows it."""

    author: str
    post: int
    signs: int


@dataclass(frozen=True, slots=True)
class Move:
    """A person whose words took one side in the post `before`, and later the other in the post `after`."""

    author: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class DebateFacts:
    """All of it. A discussion that is no debate has neither parts nor camps."""

    parts: Parts | None = None
    by_question: bool = True  # sides are for and against; else only two sides
    camps: tuple[Camp, ...] = ()
    common: tuple[str, ...] = ()  # words that both sides use
    bridges: tuple[Bridge, ...] = ()
    moves: tuple[Move, ...] = ()

    @property
    def sided(self) -> tuple[Camp, ...]:
        """The camps that take a side."""
        return tuple(camp for camp in self.camps if camp.side)


def encoded(facts: DebateFacts) -> str:
    """The JSON that `decoded` reads."""
    held = {
        "parts": facts.parts.by_name() if facts.parts is not None else {},
        "by_question": facts.by_question,
        "camps": [
            {
                "side": camp.side,
                "posts": camp.posts,
                "people": camp.people,
                "low": camp.speakers,
                "words": camp.words,
                "arguments": [
                    {"passage": item.passage.packed(), "posts": item.posts, "people": item.people}
                    for item in camp.arguments
                ],
                "grants": [passage.packed() for passage in camp.grants],
            }
            for camp in facts.camps
        ],
        "common": facts.common,
        "bridges": [[item.author, item.post, item.signs] for item in facts.bridges],
        "moves": [[item.author, item.before, item.after] for item in facts.moves],
    }
    return json.dumps(held, ensure_ascii=False)


def decoded(text: str) -> DebateFacts:
    held = json.loads(text)
    return DebateFacts(
        parts=_parts(held["parts"]) if held.get("parts") else None,
        by_question=bool(held.get("by_question", True)),
        camps=tuple(_camp(item) for item in held.get("camps", ())),
        common=tuple(str(word) for word in held.get("common", ())),
        bridges=tuple(Bridge(str(author), int(post), int(signs)) for author, post, signs in held.get("bridges", ())),
        moves=tuple(Move(str(author), int(before), int(after)) for author, before, after in held.get("moves", ())),
    )


def _parts(held: dict[str, Any]) -> Parts:
    replies, balance, cross, spread = (float(held.get(name, 0.0)) for name in ("replies", "balance", "cross", "spread"))
    votes = held.get("votes")
    return Parts(replies, balance, cross, spread, None if votes is None else float(votes))


def _camp(held: dict[str, Any]) -> Camp:
    return Camp(
        side=int(held["side"]),
        posts=int(held.get("posts", 0)),
        people=int(held.get("people", 0)),
        speakers=int(held.get("low", 0)),
        words=tuple(str(word) for word in held.get("words", ())),
        arguments=tuple(
            Argument(unpacked(item["passage"]), int(item.get("posts", 0)), int(item.get("people", 0)))
            for item in held.get("arguments", ())
        ),
        grants=tuple(unpacked(part) for part in held.get("grants", ())),
    )

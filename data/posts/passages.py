"""Parts of posts as places in their text: what is found in a post is kept so, never as a copy of its words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Passage:
    """The characters from `start` to before `stop` of a post."""

    post: int
    start: int
    stop: int

    def packed(self) -> list[int]:
        """As it is kept in JSON."""
        return [self.post, self.start, self.stop]


def unpacked(held: Sequence[int]) -> Passage:
    return Passage(int(held[0]), int(held[1]), int(held[2]))


def titled_text(title: str, plain: str) -> str:
    """Title and body in one, as names are read in them; the title only once where the body begins with it."""
    return f"{title}\n{plain}" if title and not plain.startswith(title) else plain

"""A place to speak, as posts, a search or a person name it."""

from __future__ import annotations

from dataclasses import dataclass, field

KINDS = (
    "reddit",
    "lemmy",
    "hashtag",
    "discourse",
    "forum",
    "stackexchange",
    "github",
    "list",
    "discord",
    "slack",
    "telegram",
    "matrix",
    "group",
    "site",
)


@dataclass(frozen=True, slots=True)
class Named:
    """`address` is where it stands, without a last slash: equal where it is the same place."""

    kind: str
    address: str
    title: str = field(compare=False)

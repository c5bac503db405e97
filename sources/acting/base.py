"""What every network that can be written to has in common: an act, what became of it, and the five questions asked.

An act is tried until it is known to be done or refused. Before every try but the first, `find` asks the place what an
earlier one left there, so that an answer that was lost on the way never leads to a second post.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from sources.http import Client


class Deed(StrEnum):
    """What can be done at a place. `warn` writes to the post's author alone; `report` calls the place's moderators."""

    ANSWER = "answer"
    PUBLISH = "publish"
    HIDE = "hide"
    REMOVE = "remove"
    LOCK = "lock"
    APPROVE = "approve"
    REPORT = "report"
    WARN = "warn"


MODERATION = frozenset(Deed) - {Deed.ANSWER, Deed.PUBLISH}


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a publication. `media_type` is image/png, image/jpeg, image/webp or image/gif."""

    name: str
    media_type: str
    content: bytes = field(repr=False)
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Act:
    """One thing to do at one place.

    `account` is the one of the credentials (an instance, a page, a forum's host), "" for services that have but one.
    `target` is the `native_id` of the post that is answered or moderated, `target_url` its address; of a publication
    both are "" and `place` says where: a subreddit, community, category, repository or page, "" for the account's own
    timeline. `key` is the same at each try. `first_try` is when the first began: what an earlier try left is not older.
    """

    deed: Deed
    network: str
    account: str
    key: str
    text: str = ""
    title: str = ""
    target: str = ""
    target_url: str = ""
    place: str = ""
    reason: str = ""  # of a moderation, as the place asks for it
    rule: str = ""  # of the house, that is invoked
    lang: str = ""
    pictures: tuple[Picture, ...] = ()
    first_try: datetime | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """A post as it stands at its place now. `text` is read as its kind of source reads it (`NewPost.text`)."""

    text: str = ""
    gone: bool = False
    locked: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """What an act left at its place: its id there (the `native_id` that collecting it again gives), and its address."""

    id: str
    url: str
    at: datetime


class Network(Protocol):
    """A network that can be written to. Every method raises SourceError; none is called without a person's click."""

    service: str  # its line of `data.credentials.SERVICES`
    deeds: frozenset[Deed]
    can_undo: frozenset[Deed]
    longest: int  # characters of an answer, as the network counts them; 0: no limit

    def length(self, text: str) -> int:
        """The length of a text as the network counts it, to be held against `longest`."""
        ...

    async def look(self, client: Client, act: Act, now: datetime) -> Target:
        """The target as it stands now; `gone` where it is no longer there. Also whether credentials are valid."""
        ...

    async def find(self, client: Client, act: Act, now: datetime) -> Done | None:
        """What an earlier try of this act left, None where it left nothing."""
        ...

    async def do(self, client: Client, act: Act, now: datetime) -> Done:
        """Do it, once. A wait that the place asks for is the error's `retry_after`."""
        ...

    async def undo(self, client: Client, act: Act, done: Done, now: datetime) -> None:
        """Take it back, where `can_undo` has the deed."""
        ...

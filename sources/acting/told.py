"""What the networks that are written to share: keys for writing, words that are the same, texts that fit, sessions."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sources.acting.base import Act, Deed
from sources.errors import RefusedError
from sources.http import Client

CLOCKS = timedelta(minutes=5)  # by which the clock of a place may be behind ours
SESSION = timedelta(minutes=50)  # for which an access token is used; all of them last an hour at least


class _Offer(Protocol):
    deeds: frozenset[Deed]
    longest: int

    def length(self, text: str) -> int: ...


def subject(act: Act) -> str:
    """What an error of an act is about: the post or place, and where there is neither, the account."""
    return act.target_url or act.target or act.place or act.account or act.network


def key_of(client: Client, service: str, key: str, act: Act, account: str = "") -> str:
    """A key for writing. Raises RefusedError no_write_credentials; one for reading is never taken in its place."""
    secret = client.credentials.get(service, key, account)
    if not secret:
        raise RefusedError("no_write_credentials", subject(act))
    return secret.reveal()


def check_offer(network: _Offer, act: Act) -> None:
    """Raise RefusedError not_offered, or too_long, for what the place would refuse anyway."""
    if act.deed not in network.deeds:
        raise RefusedError("not_offered", subject(act), act.deed.value)
    length = network.length(act.text)
    if network.longest and act.deed in {Deed.ANSWER, Deed.PUBLISH} and length > network.longest:
        raise RefusedError("too_long", subject(act), f"{length} of {network.longest}")


def is_same(said: str, kept: str) -> bool:
    """Whether a place kept these words: white space at the end of lines and around the text may be lost there."""
    return _bare(said) == _bare(kept)


def _bare(text: str) -> str:
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").strip().split("\n")
    return "\n".join(line.rstrip() for line in lines)


def is_of_this(act: Act, at: datetime | None) -> bool:
    """Whether what stands there since `at` may come from an earlier try of this act."""
    return act.first_try is None or at is None or at >= act.first_try - CLOCKS


@dataclass(frozen=True, slots=True)
class Session:
    """An access token, and who it speaks for."""

    token: str
    who: str
    until: datetime


_sessions: dict[tuple[str, ...], Session] = {}


def held_session(names: tuple[str, ...], now: datetime) -> Session | None:
    """The session that was opened with these keys, while it is good: services count sign-ins."""
    session = _sessions.get(names)
    return session if session is not None and session.until > now else None


def hold_session(names: tuple[str, ...], token: str, who: str, now: datetime) -> Session:
    _sessions[names] = Session(token, who, now + SESSION)
    return _sessions[names]


def drop_session(names: tuple[str, ...]) -> None:
    """Forget a session that its service no longer takes."""
    _sessions.pop(names, None)

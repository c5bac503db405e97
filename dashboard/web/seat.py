"""What the gate tells the app of who came in: a header that only this process can write."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from hashlib import sha256

HEADER = "x-vigie-seat"
_SECRET = secrets.token_bytes(32)  # a new one with each start: what holds it was let in by this very process


@dataclass(frozen=True, slots=True)
class Seat:
    """`kind` is open (nobody signs in here), session (`holder` is its digest) or proxy (`holder` is the account)."""

    kind: str
    holder: str = ""


OPEN = Seat("open")


def _seal(kind: str, holder: str) -> str:
    return hmac.new(_SECRET, f"{kind} {holder}".encode("utf-8", "replace"), sha256).hexdigest()


def sealed(seat: Seat) -> str:
    return f"{seat.kind} {seat.holder} {_seal(seat.kind, seat.holder)}"


def unsealed(words: str) -> Seat | None:
    """The seat that a header speaks of; None where this process's gate did not write it."""
    parts = words.split(" ")
    if len(parts) != 3 or not hmac.compare_digest(_seal(parts[0], parts[1]).encode(), parts[2].encode()):
        return None
    return Seat(parts[0], parts[1])

"""A draw that anybody can check: who published the list beforehand cannot choose who wins by the seed that follows.

The digest of a list is the SHA-256 of its codes, sorted, each on a line. The order of a draw is that of the SHA-256 of
"seed:code", in small hexadecimal letters. Both need no more than `sort` and `sha256sum`.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Sequence

CODE = 16  # hexadecimal letters of an entry's code


def new_code() -> str:
    """The code of an entry: at random, so that it says nothing of whose it is."""
    return secrets.token_hex(CODE // 2)


def new_seed() -> str:
    return secrets.token_hex(16)


def digest_of(codes: Iterable[str]) -> str:
    """What a list is known by once it is closed."""
    return hashlib.sha256("".join(f"{code}\n" for code in sorted(codes)).encode()).hexdigest()


def lot_of(code: str, seed: str) -> str:
    """What decides the place of an entry."""
    return hashlib.sha256(f"{seed}:{code}".encode()).hexdigest()


def in_order(codes: Iterable[str], seed: str) -> list[str]:
    """The codes in the order of the draw, whatever order they come in."""
    return sorted(codes, key=lambda code: (lot_of(code, seed), code))


def winning(people: Sequence[int], prizes: int) -> list[int]:
    """Indexes of the entries that win, given whose each is in the order of the draw: everybody wins once at most."""
    won: dict[int, int] = {}
    for index, person in enumerate(people):
        if len(won) == prizes:
            break
        won.setdefault(person, index)
    return sorted(won.values())

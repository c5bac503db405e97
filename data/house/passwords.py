"""Passwords: what is asked of one, and how it is kept. Only argon2 of it is."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST, LONGEST = 10, 200  # characters


class HouseError(ValueError):
    """What was asked cannot be done. `code` is a short name of the reason; see `dashboard.web.door_words`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@lru_cache(maxsize=1)
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher()


@lru_cache(maxsize=1)
def _nobody() -> str:
    """Checked in place of an account that does not exist, so that both take as long."""
    return _hasher().hash("nobody has this one")


def check_wish(password: str, *names: str) -> None:
    """Raise HouseError where a password is too short, too long, or a name of the person."""
    if len(password) < SHORTEST:
        raise HouseError("password_short")
    if len(password) > LONGEST:
        raise HouseError("password_long")
    folded = password.casefold().strip()
    if len(set(folded)) < 3 or any(name and folded in {name.casefold(), name.casefold() * 2} for name in names):
        raise HouseError("password_easy")


def secret_of(password: str) -> str:
    """What is kept of a password: argon2id with its salt and costs. Takes tens of milliseconds and 64 MB."""
    return _hasher().hash(password)


def is_right(secret: str, password: str) -> bool:
    """Whether a password is the one kept; takes as long where nothing is kept (`secret` is empty)."""
    from argon2.exceptions import InvalidHashError, VerificationError

    nobody = _nobody()  # made by whoever is first, whether their account exists or not
    try:
        return _hasher().verify(secret or nobody, password[: LONGEST + 1]) and bool(secret)
    except (VerificationError, InvalidHashError):
        return False

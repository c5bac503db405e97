"""Who acts, and what they may do: every write of the record asks here, wherever it is called from.

On one computer, in the worker and on the command line nobody has signed in, and everything is allowed. Behind doors
the app says whose session it is (`follow`); what it says is looked up anew at each write.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
ROLES = ("reader", "member", "editor", "administrator")  # each may what those before it may


@dataclass(frozen=True, slots=True)
class Actor:
    """Whose change it is. `account` is 0 where nobody signs in; `name` is what stands under the change."""

    account: int
    name: str
    role: str

    @property
    def viewer(self) -> str:
        """Under what name visits and habits are kept."""
        return f"account {self.account}" if self.account else "local"

    def may(self, role: str) -> bool:
        return ROLES.index(self.role) >= ROLES.index(role)


LOCAL = Actor(0, "", "administrator")


class RefusedError(PermissionError):
    """A write that the acting person may not make. `needs` is the role that may, `action` the write's name."""

    def __init__(self, action: str, needs: str) -> None:
        super().__init__(f"{action} needs the role {needs}.")
        self.action, self.needs = action, needs


_acting: ContextVar[Actor | None] = ContextVar("acting", default=None)
_session: list[Callable[[], Actor | None]] = []


def follow(session: Callable[[], Actor | None]) -> None:
    """From now on who acts is asked of `session`; None where it runs outside of one."""
    _session[:] = [session]


def actor() -> Actor:
    """Who acts here and now."""
    held = _acting.get()
    if held is None and _session:
        held = _session[0]()
    return held or LOCAL


@contextmanager
def acting(who: Actor) -> Iterator[None]:
    """Everything within is done by `who`."""
    token = _acting.set(who)
    try:
        yield
    finally:
        _acting.reset(token)


def require(role: str, action: str) -> None:
    """Raises RefusedError where who acts may not; for writes whose role hangs on what is written."""
    if not actor().may(role):
        raise RefusedError(action, role)


WRITES: dict[str, str] = {}  # "module.function" of every write -> the role that it needs


def needs(role: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let only that role, and those above it, call a function that writes. Raises RefusedError for others."""
    if role not in ROLES:
        raise ValueError(role)

    def decorate(write: Callable[P, R]) -> Callable[P, R]:
        name = f"{write.__module__}.{write.__qualname__}"
        WRITES[name] = role

        @wraps(write)
        def allowed(*arguments: P.args, **named: P.kwargs) -> R:
            require(role, name)
            return write(*arguments, **named)

        return allowed

    return decorate

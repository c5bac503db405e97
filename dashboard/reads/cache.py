"""The one way from a page to the record: what a read answers is kept under the record and revision it was read from."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache, wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection

from data.house.workspaces import settings_of_record
from data.settings import Settings, load_settings
from data.store import Store

P = ParamSpec("P")
R = TypeVar("R")
MAX_ENTRIES = 200  # answers of one read that are kept


@dataclass
class _Pin:
    """What is read while a page or document is made; `writes` are those the store had seen when it was looked up.
    `settings` are those of its workspace, once they were asked for."""

    url: str
    revision: int
    writes: int
    settings: Settings | None = None


_pinned: ContextVar[_Pin | None] = ContextVar("pinned", default=None)
_session: list[Callable[[], Settings | None]] = []


def follow(session: Callable[[], Settings | None]) -> None:
    """From now on which workspace is shown is asked of `session`; None where it runs outside of one."""
    _session[:] = [session]


@lru_cache(maxsize=64)
def open_store(url: str) -> Store:
    """A record, opened once for all sessions and requests; its connections are short."""
    return Store(url)


def settings() -> Settings:
    """Of the workspace that is read: the pinned record's, else the session's, else the one that is shown first."""
    pin = _pinned.get()
    if pin is None:
        return (_session[0]() if _session else None) or load_settings()
    if pin.settings is None:
        pin.settings = settings_of_record(load_settings(), pin.url)
    return pin.settings


def store() -> Store:
    """The record that is shown: that of the session's workspace."""
    return open_store(settings().store_url)


def command(package: str, *arguments: str) -> list[str]:
    """What runs a package of ours on the record that is read, in a process of its own."""
    return [sys.executable, "-m", package, "--workspace", settings().key, *arguments]


def record() -> tuple[str, int]:
    """Address and revision of what is read: those of the page or document that is being made, else those of now.

    A page sees what it wrote itself: a write of this process makes the revision be asked for again.
    """
    pin = _pinned.get() or _pin(store())
    here = open_store(pin.url)
    if here.writes != pin.writes:
        pin.writes, pin.revision = here.writes, here.revision()
    return pin.url, pin.revision


def _pin(here: Store) -> _Pin:
    return _Pin(here.url, here.revision(), here.writes)


def revision() -> int:
    return record()[1]


@contextmanager
def one_record(url: str = "") -> Iterator[None]:
    """Everything read within comes from one record, the one at `url` or else the one that is shown, and so do the
    settings."""
    token = _pinned.set(_pin(open_store(url)) if url else _pinned.get() or _pin(store()))
    try:
        yield
    finally:
        _pinned.reset(token)


def cached(
    entries: int = MAX_ENTRIES,
) -> Callable[[Callable[Concatenate[Connection, P], R]], Callable[P, R]]:
    """Keep what a read answers, by record, revision and arguments, which must be hashable.

    The record is opened by the address in the key, so an answer can only be filed under the record that gave it. Each
    caller gets a copy of its own. A read may call others: they then read the same record.
    """

    def decorate(read: Callable[Concatenate[Connection, P], R]) -> Callable[P, R]:
        @lru_cache(maxsize=entries)
        def kept(key: tuple[str, int], arguments: tuple[Any, ...], named: tuple[tuple[str, Any], ...]) -> bytes:
            token = _pinned.set(_Pin(*key, open_store(key[0]).writes))
            try:
                with open_store(key[0]).read() as connection:
                    return pickle.dumps(read(connection, *arguments, **dict(named)))
            finally:
                _pinned.reset(token)

        @wraps(read)
        def answered(*arguments: P.args, **named: P.kwargs) -> R:
            found: R = pickle.loads(kept(record(), arguments, tuple(sorted(named.items()))))  # noqa: S301  # our own
            return found

        return answered

    return decorate

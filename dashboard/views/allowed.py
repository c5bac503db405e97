"""What the person in front of a page may do: a button asks the write that it leads to, and a refusal is a sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import streamlit as st

from dashboard.words.inbox import only_sentence, refused_sentence
from data.actor import WRITES, Actor, RefusedError, actor

P = ParamSpec("P")
R = TypeVar("R")
Write = Callable[..., Any] | str  # a write of WRITES, or the role that it needs where that hangs on what is written

_person: ContextVar[list[Actor] | None] = ContextVar("person", default=None)  # empty until a button asks


@contextmanager
def plainly(callback: bool = False) -> Iterator[None]:
    """Within, a write that is refused ends as one sentence in its place (above the page for a callback, which has no
    place), and who acts is looked up once, when the first button asks."""
    try:
        token = _person.set(_person.get() if _person.get() is not None else [])
        try:
            yield
        finally:
            _person.reset(token)
    except RefusedError as error:
        if callback:
            st.toast(refused_sentence(error), icon=":material/lock:")
        else:
            st.error(refused_sentence(error), icon=":material/lock:")


def plain_view(draw: Callable[P, R]) -> Callable[P, R | None]:
    """A dialog or a fragment, which Streamlit runs anew by itself: `plainly`, each time."""

    @wraps(draw)
    def drawn(*arguments: P.args, **named: P.kwargs) -> R | None:
        with plainly():
            return draw(*arguments, **named)
        return None

    return drawn


def plain_callback(change: Callable[P, R]) -> Callable[P, R | None]:
    """What Streamlit calls before it draws the page: `plainly`."""

    @wraps(change)
    def called(*arguments: P.args, **named: P.kwargs) -> R | None:
        with plainly(callback=True):
            return change(*arguments, **named)
        return None

    return called


def role_of(write: Write) -> str:
    """The least role that a write asks for. Raises KeyError for a function that is no write."""
    return write if isinstance(write, str) else WRITES[f"{write.__module__}.{write.__qualname__}"]


def _looked_up() -> Actor:
    held = _person.get()
    if held is None:
        return actor()
    if not held:
        held.append(actor())
    return held[0]


def why_not(*writes: Write) -> str | None:
    """Why the person may not make one of these writes, a sentence; None where they may all."""
    person = _looked_up()
    for role in map(role_of, writes):
        if not person.may(role):
            return only_sentence(role)
    return None


def may(*writes: Write) -> bool:
    return why_not(*writes) is None


def only(*writes: Write) -> dict[str, Any]:
    """The arguments of a button that leads to these writes: closed, with the reason as its help, for those who may not.
    Nothing for others."""
    why = why_not(*writes)
    return {} if why is None else {"disabled": True, "help": why}

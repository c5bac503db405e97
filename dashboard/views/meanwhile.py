"""Forms that two people may have open at once: what was typed stays, what others changed is told, never written over.

A form begins with what was kept when it was opened, and keeps to it until it is saved or left: were it to follow what
others save, what is being typed would vanish.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import streamlit as st

from dashboard.state import forget, remember, remembered
from dashboard.views.allowed import plain_callback
from dashboard.words.changes.told import meanwhile_sentence
from dashboard.words.inbox import refused_sentence
from dashboard.words.language import _
from data.actor import RefusedError
from data.changes import StaleError, fields_of, once_told

T = TypeVar("T")
FORMS, DRAWN, TURNS, TOLD = "forms-open", "forms-drawn", "forms-turns", "told-meanwhile"


@dataclass(frozen=True, slots=True)
class Opened(Generic[T]):
    """A form: what it began with, what its author knows to be kept, and its turn, which is part of the keys of its
    widgets: the next one begins with what is kept then."""

    name: str
    shown: T
    seen: T
    turn: int = 0

    def key(self, name: str) -> str:
        """The key of one of its widgets."""
        return f"{name}-{self.turn}" if self.turn else name


def opened(name: str, current: T, fields: Sequence[str] = ()) -> Opened[T]:
    """The form of that name: as it was opened, else with `current`. Says where `current`, in these fields of it, is
    another by now."""
    forms = remembered(FORMS, {})
    form: Opened[T] = forms.get(name) or Opened(name, current, current, remembered(TURNS, {}).get(name, 0))
    remember(FORMS, {**forms, name: form})
    remember(DRAWN, {*remembered(DRAWN, set()), name})
    now, seen = ((fields_of(one, fields) if fields else one) for one in (current, form.seen))
    if now != seen:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(":material/group: " + _("Somebody changed this while you had it open."))
            if st.button(_("Show what is kept now"), key=form.key(f"again-{name}"), type="tertiary"):
                close(name)
                st.rerun()
    return form


def close(name: str) -> None:
    """It is saved or given up: next time it begins with what is kept then."""
    remember(FORMS, {key: form for key, form in remembered(FORMS, {}).items() if key != name})
    turns = remembered(TURNS, {})
    remember(TURNS, {**turns, name: turns.get(name, 0) + 1})


def let_go() -> None:
    """At the end of a page: forms that it no longer shows were left."""
    drawn = remembered(DRAWN, set())
    remember(FORMS, {name: form for name, form in remembered(FORMS, {}).items() if name in drawn})
    forget(DRAWN)


def saved(form: Opened[T], write: Callable[[T], object]) -> bool:
    """Write what was typed, beside what was seen. Where somebody was faster, say who changed what and when, and leave
    the words in their boxes: saved once more, they replace what was told."""
    try:
        write(form.seen)
    except StaleError as error:
        told = Opened(form.name, form.shown, once_told(form.seen, error), form.turn)
        remember(FORMS, {**remembered(FORMS, {}), form.name: told})
        for one in error.others:
            st.warning(meanwhile_sentence(one), icon=":material/group:")
        if error.held is not None:
            st.caption(_("What you typed is still here. Save again to replace what they wrote."))
        return False
    close(form.name)
    return True


def written(write: Callable[..., Any], *arguments: Any, **named: Any) -> bool:
    """Whether a change of a callback was written. What others changed meanwhile is told by `tell`."""
    try:
        write(*arguments, **named)
    except StaleError as error:
        remember(TOLD, error.others)
        return False
    except RefusedError as error:  # out of a callback it would be a page of code
        remember(TOLD, (error,))
        return False
    return True


@plain_callback
def clicked(write: Callable[..., Any], *arguments: Any, **named: Any) -> None:
    """A change by one click, from `on_click`: its arguments are those of the page that was clicked."""
    written(write, *arguments, **named)


def tell() -> None:
    """What others changed while a button was about to be clicked, once."""
    for one in remembered(TOLD, ()):
        if isinstance(one, RefusedError):
            st.error(refused_sentence(one), icon=":material/lock:")
        else:
            st.warning(meanwhile_sentence(one), icon=":material/group:")
    forget(TOLD)

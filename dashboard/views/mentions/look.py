"""How posts are listed: as cards, or as lines with the particulars that one chose. The address holds it, and what was
chosen last stays for the session."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from dashboard.state import parameter, remember, remembered, set_parameter
from dashboard.words.inbox import PARTICULARS, particular_names
from dashboard.words.labels import unseen
from dashboard.words.language import _

USUAL = ("source", "tone", "kind")
NOTHING = "none"  # in the address: lines without particulars


@dataclass(frozen=True, slots=True)
class Look:
    """`columns` are the particulars that a line shows, in the order of `PARTICULARS`."""

    compact: bool = False
    columns: tuple[str, ...] = USUAL


def look_of(said: Callable[[str], str], before: Look) -> Look:
    """What the address says, `before` where it says nothing of it; names that are none are left out."""
    compact = {"compact": True, "cards": False}.get(said("look"), before.compact)
    asked = said("columns").split(",")
    columns = tuple(name for name in PARTICULARS if name in asked) if asked != [""] else before.columns
    return Look(compact, columns)


def choose_look() -> Look:
    """Cards or lines, and what a line shows: drawn where a row of choices stands."""
    asked = look_of(parameter, remembered("look", Look()))
    names = {False: _("Cards"), True: _("Compact")}
    chosen = st.segmented_control(
        _("Show as"),
        list(names),
        default=asked.compact,
        format_func=lambda compact: names[compact],
        label_visibility="collapsed",
        key=f"look-{asked.compact}",
    )
    look = Look(asked.compact if chosen is None else bool(chosen), asked.columns)
    if look.compact:
        look = Look(True, _choose_columns(look.columns))
    remember("look", look)
    set_parameter("look", "compact" if look.compact else "")
    set_parameter("columns", "" if look.columns == USUAL else ",".join(look.columns) or NOTHING)
    return look


def _choose_columns(held: tuple[str, ...]) -> tuple[str, ...]:
    names, label = particular_names(), _("What a line shows")
    with st.popover(unseen(label), icon=":material/view_column:", help=label, key="columns"):
        chosen = st.pills(
            label,
            PARTICULARS,
            selection_mode="multi",
            default=held,
            format_func=lambda name: names[name],
            key=f"columns-{held}",
        )
    return tuple(name for name in PARTICULARS if name in (chosen or ()))

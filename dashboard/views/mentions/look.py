"""How posts are listed: as cards, or as lines with the particulars that one chose. The address holds it; what a person
chose last is how they see lists until they choose again, at their next visit too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode

import streamlit as st

from dashboard.reads import cache
from dashboard.state import parameter, remember, remembered, set_parameter
from dashboard.views.allowed import plain_callback
from dashboard.words.inbox import PARTICULARS, particular_names
from dashboard.words.labels import unseen
from dashboard.words.language import _
from data.actor import actor
from data.jobs import habit_of, keep_habit

USUAL = ("source", "tone", "kind")
NOTHING = "none"  # in the address: lines without particulars
HABIT = "list"


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
    before = remembered("look")
    look = look_of(parameter, _as_last_time() if before is None else before)
    _keep(look)
    names, key = {False: _("Cards"), True: _("Compact")}, f"look-{look.compact}"

    @plain_callback
    def chosen() -> None:
        _choose(replace(look, compact=bool(remembered(key, look.compact))))

    st.segmented_control(
        _("Show as"),
        list(names),
        default=look.compact,
        required=True,
        format_func=lambda compact: names[compact],
        label_visibility="collapsed",
        key=key,
        on_change=chosen,
    )
    if look.compact:
        _choose_columns(look)
    return look


def _choose_columns(look: Look) -> None:
    names, label, key = particular_names(), _("What a line shows"), f"columns-{look.columns}"

    @plain_callback
    def chosen() -> None:
        wanted = remembered(key, look.columns) or ()
        _choose(replace(look, columns=tuple(name for name in PARTICULARS if name in wanted)))

    with st.popover(unseen(label), icon=":material/view_column:", help=label, key="columns"):
        st.pills(
            label,
            PARTICULARS,
            selection_mode="multi",
            default=look.columns,
            format_func=lambda name: names[name],
            key=key,
            on_change=chosen,
        )


def _as_last_time() -> Look:
    kept = dict(parse_qsl(habit_of(cache.store(), actor().viewer, HABIT)))
    return look_of(lambda name: kept.get(name, ""), Look())


def _choose(look: Look) -> None:
    kept = {"look": "compact" if look.compact else "cards", "columns": ",".join(look.columns) or NOTHING}
    keep_habit(cache.store(), actor().viewer, HABIT, urlencode(kept))
    _keep(look)


def _keep(look: Look) -> None:
    remember("look", look)
    set_parameter("look", "compact" if look.compact else "")
    set_parameter("columns", "" if look.columns == USUAL else ",".join(look.columns) or NOTHING)

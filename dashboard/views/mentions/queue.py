"""What lists of posts share: an order that stays while one works, and the item of a queue that the keyboard acts on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TypeVar

import streamlit as st

from dashboard.state import all_parameters, parameter, remember, remembered, set_parameter, shows
from dashboard.views.mentions.undo import changed
from dashboard.words.help.keys import KEYS
from dashboard.words.inbox import order_names
from dashboard.words.language import _

SHOWN = 10  # groups or cases on a page
T = TypeVar("T")


def in_place(before: Sequence[int], here: Sequence[int], changed: Collection[int]) -> list[int]:
    """The posts of a list, `here`, and in the places that they had those of `before` that were `changed` and are no
    longer in it."""
    shown = list(here)
    for at, post in enumerate(before):
        if post in changed and post not in shown:
            above = next((one for one in reversed(before[:at]) if one in shown), None)
            shown.insert(0 if above is None else shown.index(above) + 1, post)
    return shown


def standing(name: str, items: Sequence[T], post_of: Callable[[T], int]) -> list[T]:
    """The items of a list; what one changed stays where it stood, as long as the address is the same: nothing moves
    under the mouse. Another address, or coming anew, draws the list as it is."""
    address = (name, tuple(sorted(all_parameters().items())))
    said, before = remembered("listed", (None, ()))
    held: dict[int, T] = {post_of(item): item for item in (before if said == address else ())}
    here = {post_of(item): item for item in items}
    mine = {post for change in changed() if not change.many for post in change.ids}
    shown = [(held | here)[post] for post in in_place(list(held), list(here), mine)]
    remember("listed", (address, tuple(shown)))
    return shown


def place_of(asked: int, live: Sequence[bool]) -> int:
    """The item that has the keyboard: the first from `asked` on that is still to be done, else the last before it."""
    asked = min(max(0, asked), max(0, len(live) - 1))
    after = [place for place in range(asked, len(live)) if live[place]]
    return after[0] if after else max((place for place in range(asked) if live[place]), default=asked)


def focus(live: Sequence[bool]) -> int:
    """Which item has the keyboard; J and K move it among those that are `live`, still to be done."""
    place = place_of(int(remembered("focus", 0)), live)
    remember("focus", place)
    after = next((at for at in range(place + 1, len(live)) if live[at]), None)
    back = next((at for at in range(place - 1, -1, -1) if live[at]), None)
    for words, key, to, name in (
        (_("Next one"), "focus-next", after, "next"),
        (_("Previous one"), "focus-back", back, "back"),
    ):
        if st.button(words, key=key, type="tertiary", shortcut=KEYS[name], disabled=to is None):
            remember("focus", to)
            st.rerun()
    return place


def marked() -> None:
    """The mark of the item that has the keyboard; the page scrolls to where it goes."""
    with st.container(key="marked", width="content"):
        st.badge(_("Here"), icon=":material/arrow_right:", color="blue")


def choose_order(orders: Sequence[str], page: str) -> str:
    """The order of a queue, by the parameter "by" of the address; the first is what shows without it. `page`: the
    parameter of its pages, which begin anew."""
    names = order_names()
    asked = parameter("by") if parameter("by") in orders else orders[0]
    order: str = st.selectbox(
        _("Order"),
        orders,
        format_func=lambda name: names[name],
        label_visibility="collapsed",
        width=190,
        **shows("by", asked),
    )
    if order != asked:
        set_parameter("by", "" if order == orders[0] else order)
        set_parameter(page, "")
        remember("focus", 0)
        st.rerun()
    return order

"""Who stands where: every post of a debate with the side it was put on, which a person can correct."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard.reads import cache
from dashboard.reads import debates as debate_reads
from dashboard.reads import topics as topic_reads
from dashboard.reads.passages import posts_by_id
from dashboard.state import parameter, set_parameter, shows
from dashboard.views.allowed import may, only, why_not
from dashboard.views.debates.parts import SIDE_BADGES
from dashboard.views.mentions.undo import note_change
from dashboard.views.page import pager
from dashboard.views.posts import card
from dashboard.words.debates import side_names
from dashboard.words.inbox import stance_names
from dashboard.words.language import _, count
from data.debates.listing import Debate, Positioned
from data.inbox.triage import ROLE_OF
from data.posts.vectors import vectors_of
from data.scope import page_number

PAGE = 15  # cards on a page


def show(item: Debate, rows: Sequence[Positioned]) -> None:
    """A page of posts. A person's word wins and places the others anew."""
    side = _chosen_side(item, rows)
    shown = [row for row in rows if side is None or row.side == side]
    pages = max(1, -(-len(shown) // PAGE))
    number = page_number(parameter("page_stance"), pages)
    part = shown[(number - 1) * PAGE : number * PAGE]
    ids = tuple(row.post for row in part)
    posts = posts_by_id(ids)
    said = debate_reads.stances(ids)
    names = side_names(item)
    st.caption(_("A side you correct stays, and the others are placed anew with it."))
    for row in part:
        if row.post not in posts:
            continue
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.badge(
                names[row.side],
                color=SIDE_BADGES[row.side],
                help=_("Set by a person.")
                if said.get(row.post)
                else _("Position {value}, from −100 (against) to 100 (for).").format(value=count(100 * row.position)),
            )
            _correct(item, row, said.get(row.post, ""))
        card(posts[row.post], "stance")
    pager("page_stance", number, pages)


def _chosen_side(item: Debate, rows: Sequence[Positioned]) -> int | None:
    """The side that is chosen in the URL, None for all; another choice goes there."""
    names = side_names(item)
    sides = [side for side in (1, -1, 0) if any(row.side == side for row in rows)]
    active = next((side for side in sides if str(side) == parameter("who")), None)
    chosen = st.pills(
        _("Side"),
        sides,
        label_visibility="collapsed",
        format_func=lambda side: f"{names[side]} {count(sum(row.side == side for row in rows))}",
        **shows("who", active),
    )
    if chosen != active:
        set_parameter("who", "" if chosen is None else str(chosen))
        set_parameter("page_stance", "")
        st.rerun()
    return active


def _correct(item: Debate, row: Positioned, said: str) -> None:
    with st.popover(_("Wrong side?"), type="tertiary", icon=":material/edit:"):
        for value, words in stance_names().items():
            if st.button(
                words,
                key=f"stance-{row.post}-{value}",
                disabled=said == value or not may(ROLE_OF["stance"]),
                help=why_not(ROLE_OF["stance"]),
                width="stretch",
            ):
                _set_stance(item, row.post, value, said)
        if said and st.button(
            _("Take it back"), key=f"stance-{row.post}-none-said", type="tertiary", **only(ROLE_OF["stance"])
        ):
            _set_stance(item, row.post, "", said)


def _set_stance(item: Debate, post_id: int, value: str, said: str) -> None:
    from insights.pipeline.debates import look_again  # only here: it brings the library of the models

    note_change([post_id], "stance", value, {post_id: said})
    store = cache.store()
    look_again(store, item.where, vectors_of(store), topic_reads.topic_model(), item.last_post)
    st.rerun()

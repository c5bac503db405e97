"""The list of debates: a card each, with its camps, their best words, and how its score is made."""

from __future__ import annotations

import streamlit as st

from dashboard.reads import debates as debate_reads
from dashboard.reads.debates import Listed
from dashboard.reads.passages import posts_of
from dashboard.state import set_parameter
from dashboard.views.debates.parts import (
    balance,
    camp_title,
    elsewhere,
    heading,
    open_posts,
    score_parts,
    set_aside,
    this_hour,
)
from dashboard.views.page import open_page
from dashboard.views.passages import quote
from dashboard.words.language import _, current, n_
from data.debates.listing import Debate
from data.scope import Scope

SHOWN = 20


def listed(view: str, scope: Scope) -> None:
    """Discussions of one state that are alive in the period, the most controversial first."""
    alive = debate_reads.debates(view, scope.since, scope.until, view == "aside", this_hour(), current())
    if view == "lively":
        st.caption(_("People contradict each other there, but who stands where cannot be told with confidence."))
    elif view == "criticism":
        st.caption(_("Many complain about one thing and nobody speaks for it: this is criticism, not a debate."))
    elif view == "debate" and alive:
        st.caption(_("Ranked by controversy. A debate has at least two camps that people can be told to stand in."))
    if not alive:
        words = {
            "debate": _("No debate in this period. Widen it, or look at the lively discussions."),
            "lively": _("No lively discussion in this period."),
            "criticism": _("No wave of criticism in this period."),
        }.get(view, _("Nothing was set aside."))
        st.info(words, icon=":material/forum:")
        return
    for one in alive[:SHOWN]:
        _card(one)
    if len(alive) > SHOWN:
        st.caption(
            n_("{n} more: narrow the period to see it", "{n} more: narrow the period to see them", len(alive) - SHOWN)
        )


def _card(one: Listed) -> None:
    item = one.debate
    with st.container(border=True, key=f"debate-{item.id}"):
        heading(one)
        if item.state == "debate":
            balance(item, f"balance-{item.id}")
            _camps(item)
            elsewhere(one, f"card-{item.id}")
            with st.expander(_("How this score is made"), icon=":material/functions:"):
                score_parts(item)
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            if item.state == "debate" and st.button(
                _("Open the debate"), key=f"open-debate-{item.id}", type="primary", icon=":material/arrow_forward:"
            ):
                set_parameter("debate", str(item.id))
                st.rerun()
            if st.button(_("Read the posts"), key=f"posts-{item.id}", type="tertiary", icon=":material/forum:"):
                open_posts(item)
            if item.opener and st.button(
                _("Thread"), key=f"thread-{item.id}", type="tertiary", icon=":material/account_tree:"
            ):
                open_page("mentions", post=str(item.opener))
            set_aside(item)


def _camps(item: Debate) -> None:
    camps = item.facts.sided
    posts = posts_of(camp.arguments[0].passage for camp in camps if camp.arguments)
    for camp, column in zip(camps, st.columns(len(camps)), strict=True):
        with column:
            camp_title(item, camp, f"card-{item.id}")
            for argument in camp.arguments[:1]:
                quote(argument.passage, posts)

"""Every post, searched and filtered, 25 on a page as cards or lines, with what is done to one or to many of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from dashboard.reads import inbox as inbox_reads
from dashboard.reads import posts as post_reads
from dashboard.reads import topics as topic_reads
from dashboard.state import now, parameter, put_scope, set_parameter
from dashboard.views.mentions.filters import filters
from dashboard.views.mentions.look import Look, choose_look
from dashboard.views.mentions.many import MOST_AT_ONCE, everything, many, select_toggle, ticking
from dashboard.views.mentions.queue import standing
from dashboard.views.mentions.saved import keep_or_use
from dashboard.views.mentions.triage import me, triage_row
from dashboard.views.posts import card, cards, line
from dashboard.words.inbox import line_words, narrowing_sentences, order_words
from dashboard.words.language import _, n_
from data.models import Post, Triage
from data.scope import Scope


def all_posts(scope: Scope) -> None:
    """The posts that the filters ask for."""
    ours = f"assigned:{me()}" if parameter("mine") == "yes" and me() else ""
    scope = replace(scope, state=ours) if ours else scope
    order, wanted = filters(scope)
    if wanted != scope or order != (parameter("order") or "newest"):
        _ask(wanted, ours)
        set_parameter("order", "" if order == "newest" else order)
        set_parameter("page_mentions", "")
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="choices"):
        look = choose_look()
        _narrowings(scope)
        unfold = st.toggle(_("Show every copy"), parameter("copies") == "all", key="copies")
        set_parameter("copies", "all" if unfold else "")
        selecting = select_toggle()
        if wanted != scope.bare() and st.button(
            _("Remove all filters"), key="clear", type="tertiary", icon=":material/filter_alt_off:"
        ):
            _ask(scope.bare(), ours)
            set_parameter("page_mentions", "")
            st.rerun()
        keep_or_use()
    if selecting:
        known = post_reads.counted_so_far(wanted)
        total = len(post_reads.ids_of(wanted, MOST_AT_ONCE)) if known.more else known.posts
        number = min(total, MOST_AT_ONCE)
        words = n_("{n} found by the search", "all {n} found by the search", number)
        many(everything(), total, words, lambda: post_reads.ids_of(wanted, MOST_AT_ONCE))
    if order_words(order):
        st.caption(order_words(order))
    cards(wanted, "mentions", folded=not unfold, order=order, draw=lambda page: _page(page, selecting, look))


def _ask(wanted: Scope, ours: str) -> None:
    """Write a scope to the address. "Mine" stays a word of it and not a name: whoever opens it sees their own."""
    if ours and wanted.state == ours:
        wanted = replace(wanted, state="")
    else:
        set_parameter("mine", "")
    put_scope(wanted, now().date())


def _page(page: Sequence[Post], selecting: bool, look: Look) -> None:
    shown = standing("mentions", page, lambda post: post.id)
    states = inbox_reads.triage_states(tuple(post.id for post in shown))
    with st.container(gap=2 if look.compact else "small"):
        for post in shown:
            ticking(post.id, selecting, lambda post=post: _post(post, states[post.id], look))  # type: ignore[misc]


def _post(post: Post, state: Triage, look: Look) -> None:
    actions = triage_row(state, in_basket=inbox_reads.in_basket(post.id), followup=not look.compact)
    if look.compact:
        line(post, "mentions", line_words(post, state, look.columns), look.columns, actions=actions)
    else:
        card(post, "mentions", actions=actions)


def _narrowings(scope: Scope) -> None:
    """Say which narrowing has no widget of its own."""
    watched = {item.id: item.words for item in topic_reads.watched()} if scope.watch is not None else {}
    for sentence in narrowing_sentences(scope, watched.get(scope.watch or 0, "")):
        st.caption(sentence)

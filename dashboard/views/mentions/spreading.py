"""What spreads: posts by how fast they are shared or carried on, by whom, and which of them to answer now."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard.reads import inbox as inbox_reads
from dashboard.reads import posts as post_reads
from dashboard.state import now, parameter, set_parameter, shows
from dashboard.views.mentions.triage import triage_row
from dashboard.views.page import pager
from dashboard.views.posts import brief_card, card
from dashboard.words.labels import escape
from dashboard.words.language import _, n_
from dashboard.words.posts import carrier_words, spread_orders, spread_words, worth_words
from data.models import Post
from data.posts.spreading import ORDERS, Spread
from data.scope import Scope, page_number

PAGE, CARRIERS = 15, 20  # posts of a page; of those that carry one on, shown


def what_spreads(scope: Scope) -> None:
    """The posts of the period that others share or carry on."""
    order, only = _chosen()
    minute = now().replace(second=0, microsecond=0)
    found = post_reads.spreading(minute, scope.since, scope.until, order)
    answerable = [one for one in found if one.worth]
    st.caption(
        n_("{n} post spreads", "{n} posts spread", len(found))
        + " · "
        + n_("{n} worth answering now", "{n} worth answering now", len(answerable))
    )
    if any(one.shares is None for one in found):
        st.caption(
            _(
                "Where a network counts no shares, how fast is told from posts here that lead to the same page or say "
                "the same words: there may be more elsewhere."
            )
        )
    shown = answerable if only else found
    if not shown:
        st.info(
            _("Nothing of this period spreads: no post was shared twice or carried on, as far as sources tell."),
            icon=":material/share:",
        )
        return
    pages = max(1, -(-len(shown) // PAGE))
    number = page_number(parameter("page_spreads"), pages)
    _page(shown[(number - 1) * PAGE : number * PAGE])
    pager("page_spreads", number, pages)


def _chosen() -> tuple[str, bool]:
    """(the order, whether only what is worth answering now), from the address and the widgets."""
    names = spread_orders()
    asked = parameter("by") if parameter("by") in ORDERS else ORDERS[0]
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="choices"):
        order: str = st.selectbox(
            _("Order"),
            ORDERS,
            format_func=lambda name: names[name],
            label_visibility="collapsed",
            width=190,
            **shows("by", asked),
        )
        only = st.toggle(_("Only what is worth answering now"), parameter("worth") == "yes")
    if order != asked or only != (parameter("worth") == "yes"):
        set_parameter("by", "" if order == ORDERS[0] else order)
        set_parameter("worth", "yes" if only else "")
        set_parameter("page_spreads", "")
        st.rerun()
    return order, only


def _page(found: Sequence[Spread]) -> None:
    posts = {post.id: post for post in post_reads.by_id(tuple(one.post for one in found))}
    states = inbox_reads.triage_states(tuple(posts))
    for one in found:
        if one.post in posts:
            post = posts[one.post]
            actions = triage_row(states[post.id], in_basket=inbox_reads.in_basket(post.id))
            brief_card(post, "spreads", head=lambda one=one, post=post: _head(one, post), actions=actions)  # type: ignore[misc]


def _head(one: Spread, post: Post) -> None:
    fast, measured = spread_words(one)
    st.markdown("**" + escape(fast) + "**", width="content")
    st.caption(escape(measured), width="content")
    if one.worth:
        st.badge(_("Worth answering now"), icon=":material/reply:", color="orange")
        st.caption(escape(worth_words(one.worth)), width="content")
    if one.carriers:
        with st.popover(_("Who carries it on"), type="tertiary", icon=":material/share:", key=f"carriers-{post.id}"):
            _carriers(one, post)


def _carriers(one: Spread, post: Post) -> None:
    """Those who carried it on, the first first."""
    first = one.carriers[:CARRIERS]
    posts = {held.id: held for held in post_reads.by_id(tuple(carrier.post for carrier in first))}
    for carrier in first:
        if carrier.post in posts:
            after = (carrier.at - post.published_at).total_seconds()
            st.caption(escape(carrier_words(carrier.how, max(0.0, after))))
            card(posts[carrier.post], f"carried-{post.id}")
    left = len(one.carriers) - len(first)
    if left > 0:
        st.caption(n_("{n} later post is not shown.", "{n} later posts are not shown.", left))

"""Reputation: how we are seen, compared with whom, since when and why; the error game, brands, actions."""

import streamlit as st

from dashboard.reads import cache
from dashboard.reads import posts as post_reads
from dashboard.views.page import choose_view, empty_state, page_start
from dashboard.views.reputation import actions as action_views
from dashboard.views.reputation import all as reputation_views
from dashboard.views.reputation import brands as brand_views
from dashboard.views.reputation import error_game
from dashboard.words.language import _

if not post_reads.content().posts:
    st.title(_("Reputation"), anchor=False)
    empty_state(cache.settings())
    st.stop()

views = {
    "now": _("How we are seen"),
    "why": _("What moved it"),
    "aspects": _("Strengths"),
    "actions": _("What we did"),
    "check": _("How sure?"),
    "brands": _("Brands"),
}
scope = page_start(_("Reputation"))
view = choose_view(views, "edit", "by")

if view == "brands":
    brand_views.brands_and_watches(scope)
    st.stop()
if view == "actions":
    action_views.what_we_did(scope)
    st.stop()
scope = reputation_views.about(scope)
{
    "now": reputation_views.how_we_are_seen,
    "why": reputation_views.what_moved_it,
    "aspects": reputation_views.strengths_and_weaknesses,
    "check": error_game.how_wrong,
}[view](scope)

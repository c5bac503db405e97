"""Reputation: how we are seen, compared with whom, since when and why; the error game, brands, actions."""

import streamlit as st

from dashboard.reads import posts as post_reads
from dashboard.state import parameter
from dashboard.views.page import choose_view, empty_state, page_start
from dashboard.views.reputation.actions import what_we_did
from dashboard.views.reputation.all import how_we_are_seen
from dashboard.views.reputation.aspects import strengths_and_weaknesses
from dashboard.views.reputation.brands import brands_and_watches
from dashboard.views.reputation.drivers import what_moved_it
from dashboard.views.reputation.error_game import how_wrong
from dashboard.views.reputation.scope import about
from dashboard.words.language import _

if not post_reads.content().posts and parameter("view") != "brands":
    st.title(_("Reputation"), anchor=False)
    empty_state()
    st.stop()

views = {
    "now": _("How we are seen"),
    "why": _("What moved it"),
    "aspects": _("Strengths"),
    "actions": _("What we did"),
    "check": _("How sure?"),
    "brands": _("Brands"),
}
scope = page_start(_("Reputation"), "reputation", compares=True)
view = choose_view(views, "edit", "by")
whole_page = {"brands": brands_and_watches, "actions": what_we_did}
of_a_brand = {
    "now": how_we_are_seen,
    "why": what_moved_it,
    "aspects": strengths_and_weaknesses,
    "check": how_wrong,
}
if view in whole_page:
    whole_page[view](scope)
else:
    of_a_brand[view](about(scope))

"""People and communities: who speaks, who comes and goes, where, when to be there; places to go to."""

import streamlit as st

from dashboard.reads import posts as post_reads
from dashboard.views.page import choose_view, empty_state, page_start
from dashboard.views.people import all as people_views
from dashboard.views.people import communities as community_views
from dashboard.views.places.all import where_to_go
from dashboard.words.language import _

if not post_reads.content().posts:
    st.title(_("People"), anchor=False)
    empty_state()
    st.stop()

scope = page_start(_("People"), "people", compares=True)
views = {"people": _("People"), "places": _("Communities"), "go": _("Where to go")}
view = choose_view(views, "group", "place", "page_places", "page_led")
if view == "go":
    where_to_go(scope)
    st.stop()
st.caption(_("Counted by whole weeks, from Monday. Networks are never joined: an author is a name in one network."))
(people_views.people if view == "people" else community_views.communities)(scope)

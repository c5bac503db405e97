"""People and communities: who speaks, who comes and goes, where, and when to be there."""

import streamlit as st

from dashboard import community_views, people_views, queries
from dashboard.components import choose_view, empty_state, key_url, page_start
from dashboard.language import _

url, revision = key_url(), queries.revision()
if not queries.content(url, revision).posts:
    st.title(_("People"), anchor=False)
    empty_state(queries.settings())
    st.stop()

scope = page_start(_("People"))
views = {"people": _("People"), "places": _("Communities")}
view = choose_view(views, "group")
st.caption(_("Counted by whole weeks, from Monday. Networks are never joined: an author is a name in one network."))
(people_views.people if view == "people" else community_views.communities)(scope)

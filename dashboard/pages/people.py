"""People and communities: who speaks, who comes and goes, where, and when to be there."""

import streamlit as st

from dashboard import community_views, people_views, queries
from dashboard.components import empty_state, key_url, page_start
from dashboard.language import _
from dashboard.state import parameter, set_parameter

url, revision = key_url(), queries.revision()
if not queries.content(url, revision).posts:
    st.title(_("People"), anchor=False)
    empty_state(queries.settings())
    st.stop()

scope = page_start(_("People"))
views = {"people": _("People"), "places": _("Communities")}
view = parameter("view") if parameter("view") in views else "people"
chosen = st.segmented_control(
    _("View"), list(views), default=view, format_func=lambda name: views[name], label_visibility="collapsed",
    key=f"view-{view}",
)  # fmt: skip
if chosen and chosen != view:
    set_parameter("view", "" if chosen == "people" else chosen)
    st.rerun()
st.caption(_("Counted by whole weeks, from Monday. Networks are never joined: an author is a name in one network."))
(people_views.people if view == "people" else community_views.communities)(scope)

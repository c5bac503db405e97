"""New tools: what people begin to name, where it stands, and what to make of it."""

import streamlit as st

from dashboard import queries, tool_detail, tool_views
from dashboard.components import choose_view, empty_state, key_url, page_start
from dashboard.language import _
from dashboard.state import whole_parameter

url, revision = key_url(), queries.revision()
if not queries.content(url, revision).posts:
    st.title(_("New tools"), anchor=False)
    empty_state(queries.settings())
    st.stop()

scope = page_start(_("New tools"))
asked = whole_parameter("tool")
if asked is not None:
    tool_detail.show(asked, scope)
    st.stop()
views = {
    "radar": _("Radar"),
    "table": _("Table"),
    "week": _("What is new this week"),
    "followed": _("Followed"),
    "aside": _("Set aside"),
}
view = choose_view(views)
if view == "week":
    tool_views.week(scope)
elif view == "radar":
    tool_views.radar(scope)
else:
    tool_views.table(scope, view)

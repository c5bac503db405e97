"""New tools: what people begin to name, where it stands, and what to make of it."""

import streamlit as st

from dashboard.reads import posts as post_reads
from dashboard.state import whole_parameter
from dashboard.views.page import choose_view, empty_state, page_start
from dashboard.views.tools import all as all_tools
from dashboard.views.tools import one as one_tool
from dashboard.words.language import _

if not post_reads.content().posts:
    st.title(_("New tools"), anchor=False)
    empty_state()
    st.stop()

scope = page_start(_("New tools"), "tools")
asked = whole_parameter("tool")
if asked is not None:
    one_tool.show(asked, scope)
    st.stop()
views = {
    "radar": _("Radar"),
    "table": _("Table"),
    "week": _("What is new this week"),
    "followed": _("Followed tools"),
    "aside": _("Set aside"),
}
view = choose_view(views)
if view == "week":
    all_tools.week(scope)
elif view == "radar":
    all_tools.radar(scope)
else:
    all_tools.table(scope, view)

"""The content calendar: month, week, list; an item with its drafts and its brief."""

import streamlit as st

from dashboard import calendar_views
from dashboard.components import choose_view
from dashboard.language import _
from dashboard.state import whole_parameter

asked = whole_parameter("item")
if asked is not None:
    calendar_views.item(asked)
    st.stop()
st.title(_("Calendar"), anchor=False)
view = choose_view({"month": _("Month"), "week": _("Week"), "list": _("List")}, "at")
calendar_views.show(view)

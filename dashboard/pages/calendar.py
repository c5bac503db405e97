"""The content calendar: month, week, list; an item with its drafts and its brief."""

import streamlit as st

from dashboard.state import whole_parameter
from dashboard.views.calendar import all as calendar_views
from dashboard.views.calendar import one as item_views
from dashboard.views.page import choose_view, page_title
from dashboard.words.language import _

asked = whole_parameter("item")
if asked is not None:
    item_views.show(asked)
    st.stop()
page_title(_("Calendar"), "calendar")
view = choose_view({"month": _("Month"), "week": _("Week"), "list": _("List")}, "at")
calendar_views.show(view)

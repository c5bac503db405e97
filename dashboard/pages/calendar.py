"""The content calendar: month, week, list; events; an item with its drafts and its brief."""

import streamlit as st

from dashboard.state import parameter, whole_parameter
from dashboard.views.calendar import all as calendar_views
from dashboard.views.calendar import one as item_views
from dashboard.views.events import all as event_views
from dashboard.views.events import one as event_view
from dashboard.views.page import choose_view, page_title
from dashboard.words.language import _

asked = whole_parameter("item")
if asked is not None:
    item_views.show(asked)
    st.stop()
if parameter("event"):
    event_view.show(parameter("event"))
    st.stop()
page_title(_("Calendar"), "calendar")
view = choose_view({"month": _("Month"), "week": _("Week"), "list": _("List"), "events": _("Events")}, "at")
if view == "events":
    event_views.show()
else:
    calendar_views.show(view)

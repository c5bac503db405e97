"""Alerts: what is out of the ordinary, the course of an event, the rules and where they are sent."""

import streamlit as st

from dashboard import alert_views, channel_views, crisis_view, queries
from dashboard.components import choose_view, empty_state, key_url
from dashboard.language import _
from dashboard.state import whole_parameter

url, revision = key_url(), queries.revision()
st.title(_("Alerts"), anchor=False)
if not queries.content(url, revision).posts:
    empty_state(queries.settings())
    st.stop()

asked = whole_parameter("alert")
if asked is not None:
    crisis_view.show(asked)
    st.stop()
views = {"open": _("Still open"), "rest": _("Snoozed and closed"), "rules": _("Rules"), "channels": _("Where they go")}
view = choose_view(views, "rule", "channel")
if view == "rules":
    alert_views.rules()
elif view == "channels":
    channel_views.channels()
elif view == "rest":
    alert_views.listed("snoozed")
    alert_views.listed("closed")
else:
    alert_views.listed("open")

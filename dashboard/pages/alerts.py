"""Alerts: what is out of the ordinary, the course of an event, the rules and where they are sent."""

import streamlit as st

from dashboard.reads import posts as post_reads
from dashboard.state import parameter, whole_parameter
from dashboard.views.alerts import all as alert_views
from dashboard.views.alerts import destinations as destination_views
from dashboard.views.alerts import event as event_views
from dashboard.views.alerts import rules as rule_views
from dashboard.views.page import choose_view, empty_state, page_title
from dashboard.words.language import _

page_title(_("Alerts"), "alerts")
if not post_reads.content().posts and parameter("view") not in {"rules", "channels"}:
    empty_state()
    st.stop()

asked = whole_parameter("alert")
if asked is not None:
    event_views.show(asked)
    st.stop()
views = {"open": _("Still open"), "rest": _("Snoozed and closed"), "rules": _("Rules"), "channels": _("Where they go")}
view = choose_view(views, "rule", "channel")
if view == "rules":
    rule_views.rules()
elif view == "channels":
    destination_views.destinations()
elif view == "rest":
    alert_views.listed("snoozed")
    alert_views.listed("closed")
else:
    alert_views.listed("open")

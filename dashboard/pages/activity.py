"""Activity: what runs now, what ran, and what went wrong; what is kept about people."""

import streamlit as st

from dashboard.views.activity.all import activity
from dashboard.views.activity.audit import who_did_what
from dashboard.views.activity.kept import what_is_kept
from dashboard.views.page import choose_view
from dashboard.words.language import _

st.title(_("Activity"), anchor=False)
view = choose_view({"runs": _("Runs"), "audit": _("Who did what"), "kept": _("What is kept")})
if view == "audit":
    who_did_what()
elif view == "kept":
    what_is_kept()
else:
    activity()

"""Activity: what runs now, what ran, and what went wrong; what is kept about people."""

import streamlit as st

from dashboard.views.activity.all import activity
from dashboard.views.activity.kept import what_is_kept
from dashboard.views.page import choose_view
from dashboard.words.language import _

st.title(_("Activity"), anchor=False)
if choose_view({"runs": _("Runs"), "kept": _("What is kept")}) == "kept":
    what_is_kept()
else:
    activity()

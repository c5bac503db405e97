"""Activity: what runs now, what ran, and what went wrong."""

import streamlit as st

from dashboard.views.activity.all import activity
from dashboard.words.language import _

st.title(_("Activity"), anchor=False)
activity()

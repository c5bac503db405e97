"""Team: who may come in, and what they may do."""

import streamlit as st

from dashboard.views.team.all import team
from dashboard.words.language import _

st.title(_("Team"), anchor=False)
team()

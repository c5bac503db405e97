"""My account: name, address, password, sessions."""

import streamlit as st

from dashboard.views.team.account import mine
from dashboard.words.language import _

st.title(_("My account"), anchor=False)
mine()

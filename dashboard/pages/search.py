"""Search everywhere: posts, names of all kinds, help and documents."""

import streamlit as st

from dashboard.views.search.all import everywhere
from dashboard.words.language import _

st.title(_("Search"), anchor=False)
everywhere()

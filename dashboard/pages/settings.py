"""Settings of the workspace: how it presents itself, its keys and tokens, and the other workspaces."""

import streamlit as st

from dashboard.views.settings.identity import identity
from dashboard.views.settings.workspaces import workspaces
from dashboard.words.language import _

st.title(_("Settings"), anchor=False)
identity()
workspaces()

"""Settings of the workspace: how it presents itself, its keys and tokens, and the other workspaces."""

import streamlit as st

from dashboard.reads import sources as source_reads
from dashboard.views.acts.policy import acting_policy
from dashboard.views.overview.start import steps_again
from dashboard.views.page import page_title
from dashboard.views.settings.identity import identity
from dashboard.views.settings.tone import house_tone
from dashboard.views.settings.workspaces import workspaces
from dashboard.views.sources.credentials import credentials, known_credentials
from dashboard.words.language import _

page_title(_("Settings"), "settings")
identity()
house_tone()
steps_again()
with st.expander(_("Keys and tokens"), icon=":material/key:"):
    credentials(*known_credentials(), source_reads.usage())
with st.expander(_("Acting at networks"), icon=":material/send:"):
    acting_policy()
workspaces()

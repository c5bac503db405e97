"""Debates: what people disagree about, who stands where, and how to start or calm one."""

import streamlit as st

from dashboard import debate_detail, debate_views, queries
from dashboard.components import choose_view, empty_state, key_url, page_start
from dashboard.debate_sentences import state_names
from dashboard.language import _
from dashboard.state import whole_parameter

url, revision = key_url(), queries.revision()
if not queries.content(url, revision).posts:
    st.title(_("Debates"), anchor=False)
    empty_state(queries.settings())
    st.stop()

asked = whole_parameter("debate")
if asked is not None:
    debate_detail.show(asked)
    st.stop()
scope = page_start(_("Debates"))
view = choose_view({**state_names(), "aside": _("Set aside")})
debate_views.listed(view, scope)

"""Debates: what people disagree about, who stands where, and how to start or calm one."""

import streamlit as st

from dashboard.reads import posts as post_reads
from dashboard.state import whole_parameter
from dashboard.views.debates import all as all_debates
from dashboard.views.debates import one as one_debate
from dashboard.views.page import choose_view, empty_state, page_start
from dashboard.words.debates import state_names
from dashboard.words.language import _

if not post_reads.content().posts:
    st.title(_("Debates"), anchor=False)
    empty_state()
    st.stop()

asked = whole_parameter("debate")
if asked is not None:
    one_debate.show(asked)
    st.stop()
scope = page_start(_("Debates"), "debates")
view = choose_view({**state_names(), "aside": _("Set aside")})
all_debates.listed(view, scope)

"""One debate: its arguments, how it went, who stands where, and messages that start or calm it."""

from __future__ import annotations

import streamlit as st

from dashboard.reads import debates as debate_reads
from dashboard.views.debates import arguments, course, messages, stances
from dashboard.views.debates.parts import balance, elsewhere, heading, open_posts, set_aside, this_hour
from dashboard.views.page import back, choose_view
from dashboard.words.language import _


def show(debate_id: int) -> None:
    """The whole page."""
    back(_("All debates"), "debate", "part", "page_stance", "who", key="all-debates")
    listed = debate_reads.one_debate(debate_id, this_hour())
    if listed is None or listed.debate.state != "debate":
        st.title(_("Debates"), anchor=False)
        st.info(_("This debate does not exist any more, or is no longer one."), icon=":material/search_off:")
        return
    item = listed.debate
    rows = debate_reads.positioned(debate_id)
    heading(listed, alone=True)
    balance(item, "balance", legend=True)
    elsewhere(listed, "one")
    views = {
        "arguments": _("Arguments"),
        "time": _("How it went"),
        "stances": _("Who stands where"),
        "act": _("Start it or calm it"),
    }
    view = choose_view(views, "page_stance", "who", name="part")
    if view == "time":
        course.show(item, rows)
    elif view == "stances":
        stances.show(item, rows)
    elif view == "act":
        messages.show(item)
    else:
        arguments.show(item, rows)
    with st.container(horizontal=True, gap="small"):
        if st.button(_("Read the posts"), key="posts", type="tertiary", icon=":material/forum:"):
            open_posts(item)
        set_aside(item)

"""Mentions: the inbox. Every post searched and filtered; what waits for an answer, what to judge, the quotes."""

import streamlit as st

from dashboard.reads import posts as post_reads
from dashboard.state import parameter, whole_parameter
from dashboard.views.mentions import live
from dashboard.views.mentions.all import all_posts
from dashboard.views.mentions.answer import to_answer
from dashboard.views.mentions.beside import of_all_time
from dashboard.views.mentions.moderate import to_moderate
from dashboard.views.mentions.spreading import what_spreads
from dashboard.views.mentions.thread import thread_page
from dashboard.views.mentions.triage import choose_view
from dashboard.views.mentions.undo import left_out
from dashboard.views.page import empty_state, page_start
from dashboard.words.language import _

in_a_period = {
    "all": (_("All posts"), all_posts),
    "answer": (_("To answer"), to_answer),
    "moderate": (_("To judge"), to_moderate),
    "spreads": (_("What spreads"), what_spreads),
}
beside = of_all_time()
views = {name: label for name, (label, _draw) in [*in_a_period.items(), *beside.items()]}
live.begin()
post = whole_parameter("post")
if not post_reads.content().posts and parameter("view") != "facts":
    st.title(_("Mentions"), anchor=False)
    empty_state()
elif post is not None:
    st.title(_("Mentions"), anchor=False)
    left_out()
    thread_page(post)
elif parameter("view") in beside:
    st.title(_("Mentions"), anchor=False)
    beside[choose_view(views)][1]()
else:
    scope = page_start(_("Mentions"), "mentions")
    view = choose_view(views)
    left_out()
    in_a_period[view][1](scope)
live.watch()

"""Mentions: the inbox. Every post searched and filtered; what waits for an answer, what to judge, the quotes."""

import streamlit as st

from dashboard.reads import cache
from dashboard.reads import posts as post_reads
from dashboard.state import parameter, set_parameter, whole_parameter
from dashboard.views.mentions import all as post_list
from dashboard.views.mentions import basket as quote_basket
from dashboard.views.mentions import inbox as inbox_views
from dashboard.views.mentions import learning
from dashboard.views.mentions.triage import last_change, who_am_i
from dashboard.views.page import empty_state, page_start
from dashboard.words.language import _

if not post_reads.content().posts:
    st.title(_("Mentions"), anchor=False)
    empty_state(cache.settings())
    st.stop()

views = {
    "all": _("All posts"),
    "answer": _("To answer"),
    "moderate": _("To judge"),
    "quotes": _("Quotes"),
    "words": _("Words and learning"),
}


def choose_view(active: str) -> None:
    """The views, and whose name stands under changes."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        chosen = st.segmented_control(
            _("View"),
            list(views),
            default=active,
            format_func=lambda name: views[name],
            label_visibility="collapsed",
            key=f"view-{active}",
        )
        who_am_i()
    if chosen and chosen != active:
        set_parameter("view", "" if chosen == "all" else chosen)
        st.rerun()


view = parameter("view") if parameter("view") in views else "all"
post = whole_parameter("post")
if post is not None:
    st.title(_("Mentions"), anchor=False)
    last_change()
    inbox_views.thread_page(post)
elif view == "all":
    post_list.show(choose_view)
elif view in {"answer", "moderate"}:
    scope = page_start(_("Mentions"))
    choose_view(view)
    last_change()
    (inbox_views.to_answer if view == "answer" else inbox_views.to_moderate)(scope)
else:
    st.title(_("Mentions"), anchor=False)
    choose_view(view)
    (quote_basket.basket if view == "quotes" else learning.words_and_learning)()

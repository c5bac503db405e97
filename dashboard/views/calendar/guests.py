"""Asking people without an account what they think of an item, and what they answered."""

from __future__ import annotations

import streamlit as st

from dashboard.reads import cache
from dashboard.state import now
from dashboard.views.page import open_page
from dashboard.views.reports import guests as guest_views
from dashboard.views.reports import sharing as share_views
from dashboard.words.labels import escape
from dashboard.words.language import _, ago, n_
from data.content.calendar import Item
from data.sharing import guests


def answered(item: Item) -> None:
    """The links to an item with their answers, and the way to make one."""
    with cache.store().read() as connection:
        links = guests.snapshots_of_item(connection, item.id)
        answers = guests.counts(connection)
    with st.container(border=True):
        st.markdown("**" + _("Approval") + "**")
        st.caption(_("A link to this brief asks for an approval or comments, without an account."))
        if st.button(_("Ask for an approval"), key="ask-approval", icon=":material/how_to_reg:"):
            share_views.open_dialog("calendar", "approval")
        for link in links:
            found = answers.get(link.id, guests.NONE)
            with st.container(horizontal=True, gap="small", vertical_alignment="center"):
                st.caption(escape(_("Link made {when}").format(when=ago(link.made_at, now()))), width="content")
                guest_views.badges(found)
                told = n_("{n} answer", "{n} answers", found.all)
                if st.button(told, key=f"answers-{link.id}", type="tertiary", icon=":material/chat:"):
                    open_page("reports", view="shared", answers=str(link.id))

"""Pass posts on to those who build: a new ticket, or one that is there."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from dashboard.reads import cache
from dashboard.reads.building import tickets as ticket_reads
from dashboard.state import now
from dashboard.views.allowed import only
from dashboard.views.page import box_key, open_page
from dashboard.words.labels import escape
from dashboard.words.language import _, n_
from data.tickets.listing import MOST_POSTS, OVER, add_to_ticket, make_ticket

NEW = 0


def pass_on(posts: Callable[[], Sequence[int]], number: int, name: str, title: str = "") -> None:
    """A box that makes a ticket of `number` posts, or puts them to one. `name` tells it from others of the page."""
    with (
        st.popover(
            _("Pass on"),
            type="tertiary",
            icon=":material/forward_to_inbox:",
            key=box_key(f"pass-{name}"),
            disabled=not number,
        ),
        st.form(f"pass-{name}", border=False),
    ):
        st.caption(_("To those who build: an issue with the exact words, how many people ask, and links."))
        known = {one.id: one.title for one in ticket_reads.tickets() if one.outcome not in OVER}
        chosen = NEW
        if known:
            chosen = st.selectbox(
                _("Ticket"),
                [NEW, *known],
                format_func=lambda one: escape(known[one]) if one else _("A new one"),
            )
        wanted = st.text_input(_("What is to be built or mended"), title, max_chars=200, help=_("Of a new ticket."))
        if not st.form_submit_button(
            n_("Pass on {n} post", "Pass on {n} posts", min(number, MOST_POSTS)),
            type="primary",
            **only(make_ticket, add_to_ticket),
        ):
            return
        ids = list(posts())[:MOST_POSTS]
        try:
            if chosen:
                add_to_ticket(cache.store(), chosen, ids)
            else:
                chosen = make_ticket(cache.store(), ids, wanted, now(), ticket_reads.last_tracker())
        except ValueError as error:
            st.warning(
                _("Say in a few words what is to be built or mended.")
                if str(error) == "title"
                else n_("A ticket holds at most {n} post.", "A ticket holds at most {n} posts.", MOST_POSTS)
            )
            return
    open_page("mentions", view="tickets", ticket=str(chosen))

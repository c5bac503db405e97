"""What was passed on to those who build, and how far it is."""

from __future__ import annotations

import subprocess

import streamlit as st

from dashboard.reads import cache
from dashboard.reads.building import tickets as ticket_reads
from dashboard.state import set_parameter, whole_parameter
from dashboard.views.allowed import only
from dashboard.views.page import Colour, pager
from dashboard.views.tickets.one import one_ticket
from dashboard.words.building.tickets import about, outcome_names, outcome_of, to_fix_words
from dashboard.words.labels import escape
from dashboard.words.language import _
from data.actor import needs
from data.scope import page_number
from data.settings import ROOT

COLOURS: dict[str, Colour] = {
    "": "gray",
    "unread": "gray",
    "open": "orange",
    "done": "green",
    "declined": "gray",
    "gone": "red",
}
SHOWN = 20


@needs("member")
def read_trackers(tracked: int) -> None:
    """Read the issues that are due in a process of its own, and wait for it."""
    with st.spinner(_("Asking the trackers…")):
        subprocess.run(
            cache.command("sources.upkeep", "--tickets"),
            cwd=ROOT,
            capture_output=True,
            timeout=60 + 10 * tracked,
            check=False,
        )


def tickets() -> None:
    """The tickets, or the one that the address names."""
    held = ticket_reads.tickets()
    asked = whole_parameter("ticket")
    if asked is not None:
        one_ticket(next((one for one in held if one.id == asked), None))
        return
    if not held:
        st.info(
            _(
                "Nothing was passed on yet. Select posts in a list, or open an idea, and choose “Pass on”: an issue "
                "for GitHub, GitLab, Gitea or a file, with the exact words and how many people ask."
            ),
            icon=":material/forward_to_inbox:",
        )
        return
    if to_fix_words(held):
        st.caption(escape(to_fix_words(held)))
    tracked = [one for one in held if one.url and outcome_of(one) in {"unread", "open"}]
    if tracked and st.button(
        _("Read the trackers now"), icon=":material/refresh:", key="tickets-read", **only(read_trackers)
    ):
        read_trackers(len(tracked))
        st.rerun()
    pages = max(1, -(-len(held) // SHOWN))
    number = page_number(st.query_params.get("page_tickets", ""), pages)
    for one in held[(number - 1) * SHOWN : number * SHOWN]:
        with st.container(border=True, gap="xsmall", key=f"ticket-{one.id}"):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                if st.button(escape(one.title), key=f"ticket-open-{one.id}", type="tertiary"):
                    set_parameter("ticket", str(one.id))
                    st.rerun()
                st.badge(escape(outcome_names()[outcome_of(one)]), color=COLOURS[outcome_of(one)])
            st.caption(escape(about(one)))
    pager("page_tickets", number, pages)

"""Where to go: places to speak that posts lead to, those that a search finds, and what came of each."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence

import streamlit as st

from dashboard.reads import cache
from dashboard.reads.places import venues as venue_reads
from dashboard.state import set_parameter, whole_parameter
from dashboard.views.allowed import only
from dashboard.views.page import Colour, pager
from dashboard.views.places.one import one_place
from dashboard.views.places.search import search_and_add
from dashboard.words.labels import escape
from dashboard.words.language import _, n_
from dashboard.words.places.told import beside, kind_names, state_names, why
from data.actor import needs
from data.places.listing import Venue
from data.scope import Scope, page_number
from data.settings import ROOT

COLOURS: dict[str, Colour] = {
    "": "gray",
    "contacted": "orange",
    "answered": "blue",
    "member": "green",
    "refused": "red",
    "left": "gray",
}
SHOWN = 20
SECONDS = 300  # that reading the whole record may take


@needs("member")
def read_record(seconds: int) -> None:
    """Read where the record leads, in a process of its own, and wait so long: the worker does so once a day."""
    with st.spinner(_("Reading the posts…")):
        subprocess.run(cache.command("sources", "suggest"), cwd=ROOT, capture_output=True, timeout=seconds, check=False)


def where_to_go(scope: Scope) -> None:
    """The places, or the one that the address names."""
    found = venue_reads.venues(scope)
    asked = whole_parameter("place")
    if asked is not None:
        one_place(next((one for one in found if one.id == asked), None), scope)
        return
    st.caption(
        _(
            "Places to speak that at least two people name in these days, and places that you follow where your themes "
            "are discussed and you never wrote. Read from your posts once a day; nothing is asked of the network."
        )
    )
    search_and_add()
    proposed = [one for one in found if not one.state and (one.is_proposed or one.found in {"search", "hand"})]
    under_way = [one for one in found if one.state not in {"", "left"}]
    _under_way(under_way)
    if not proposed:
        _none(bool(found))
    pages = max(1, -(-len(proposed) // SHOWN))
    number = page_number(st.query_params.get("page_places", ""), pages)
    if proposed and under_way:
        st.header(state_names()[""], anchor=False)
    for one in proposed[(number - 1) * SHOWN : number * SHOWN]:
        _row(one)
    pager("page_places", number, pages)
    left = [one for one in found if one.state == "left"]
    if left:
        with st.expander(n_("{n} place left alone", "{n} places left alone", len(left))):
            for one in left[:SHOWN]:
                _row(one)


def _none(any_known: bool) -> None:
    st.info(
        _("Nobody names a place to go to in these days. Choose a longer period, or search by theme.")
        if any_known
        else _("No place is known yet: your posts are read for them once a day. You can search by theme meanwhile."),
        icon=":material/travel_explore:",
    )
    if st.button(_("Read the posts now"), icon=":material/refresh:", key="places-read", **only(read_record)):
        read_record(SECONDS)
        st.rerun()


def _under_way(some: Sequence[Venue]) -> None:
    if not some:
        return
    st.header(_("What came of it"), anchor=False)
    for one in some[:SHOWN]:
        _row(one)


def _row(one: Venue) -> None:
    with st.container(border=True, gap="xsmall", key=f"venue-{one.id}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            if st.button(escape(one.title), key=f"venue-open-{one.id}", type="tertiary"):
                set_parameter("place", str(one.id))
                st.rerun()
            st.badge(escape(kind_names()[one.kind]), color="blue")
            if one.state:
                st.badge(escape(state_names()[one.state]), color=COLOURS[one.state])
        st.caption(escape(why(one)))
        if known := beside(one):
            st.caption(escape(known))
        if one.about:
            st.caption(escape(one.about))

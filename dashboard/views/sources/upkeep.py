"""Our own places: how each answers, and what its developer should mend."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from itertools import groupby

import streamlit as st

from dashboard.reads import cache
from dashboard.reads import sources as source_reads
from dashboard.state import now
from dashboard.views.allowed import only
from dashboard.views.meanwhile import clicked, tell
from dashboard.views.page import Colour
from dashboard.words.labels import escape
from dashboard.words.language import _, day, n_
from dashboard.words.places.upkeep import answered_words, developer_list, kind_names, state_names, what
from data.actor import needs
from data.models import web_link
from data.settings import ROOT
from data.upkeep.findings import STATES, KnownFinding, set_finding_state

COLOURS: dict[str, Colour] = {"": "orange", "handed": "blue", "ignored": "gray"}
MOST = 25  # findings of one kind at one place
SECONDS = 900  # that a look at all places may take


@needs("member")
def look_now(places: Sequence[str]) -> None:
    """Look at every place of ours in a process of its own, and wait for it."""
    with st.spinner(n_("Looking at {n} place…", "Looking at {n} places…", len(places))):
        subprocess.run(cache.command("sources.upkeep"), cwd=ROOT, capture_output=True, timeout=SECONDS, check=False)


def upkeep() -> None:
    """What is to be mended, by place; what was handed on, left, and mended within a month."""
    places = source_reads.own_places()
    st.caption(
        _(
            "Once a day Vigie looks at the sites, forums and feeds that are yours: whether they answer and how fast, "
            "their certificate, the form of their feeds, and where the links of the home page and of your posts lead."
        )
    )
    if not places:
        st.info(
            _("No site is marked as yours. Under a source, “Manage”, turn on “This is ours”."), icon=":material/badge:"
        )
        return
    tell()
    found = source_reads.findings()
    here = [one for one in found if one.gone is None]
    _buttons(places, here)
    answered = {one.place: one for one in source_reads.answered(now().replace(minute=0, second=0, microsecond=0))}
    for place in places:
        st.header(escape(place), anchor=False)
        st.caption(escape(answered_words(answered[place])) if place in answered else _("Not looked at yet."))
        of_place = [one for one in here if one.place == place]
        if place in answered and not of_place:
            st.success(_("Nothing to mend."), icon=":material/done_all:")
        for kind, some in groupby(of_place, key=lambda one: one.finding.kind):
            _of_kind(kind, list(some))
    _mended([one for one in found if one.gone is not None])


def _buttons(places: Sequence[str], here: Sequence[KnownFinding]) -> None:
    open_ones = [one for one in here if not one.state]
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(_("Look now"), icon=":material/refresh:", key="upkeep-now", **only(look_now)):
            look_now(places)
            st.rerun()
        if open_ones:
            by_place = [(place, list(some)) for place, some in groupby(open_ones, key=lambda one: one.place)]
            st.download_button(
                _("List for the developer"),
                developer_list(by_place, now().date()),
                "vigie-to-mend.md",
                "text/markdown",
                icon=":material/download:",
                type="tertiary",
                key="upkeep-list",
            )


def _of_kind(kind: str, found: Sequence[KnownFinding]) -> None:
    with st.container(border=True, gap="small", key=f"upkeep-{found[0].id}"):
        st.markdown(f"**{escape(kind_names()[kind])}**")
        for one in found[:MOST]:
            _finding(one)
        if len(found) > MOST:
            st.caption(
                n_(
                    "{n} more, in the list for the developer.",
                    "{n} more, in the list for the developer.",
                    len(found) - MOST,
                )
            )


def _finding(one: KnownFinding) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge(escape(state_names()[one.state]), color=COLOURS[one.state])
        st.write(escape(what(one.finding)))
        if one.finding.subject != one.place and web_link(one.finding.subject):
            st.caption(escape(one.finding.subject))
        st.caption(escape(_("since {day}").format(day=day(one.found.date()))))
        if web_link(one.finding.stands_on):
            st.link_button(_("Where it stands"), one.finding.stands_on, type="tertiary", icon=":material/open_in_new:")
        for state in STATES:
            if state != one.state:
                st.button(
                    {"": _("Take up again"), "handed": _("Handed on"), "ignored": _("Leave it")}[state],
                    key=f"upkeep-{state}-{one.id}",
                    type="tertiary",
                    on_click=clicked,
                    args=(set_finding_state, cache.store(), one.id, state, one.state),
                    **only(set_finding_state),
                )


def _mended(gone: Sequence[KnownFinding]) -> None:
    if not gone:
        return
    with st.expander(n_("{n} thing mended within a month", "{n} things mended within a month", len(gone))):
        for one in gone:
            mended = _("mended on {day}").format(day=day(one.gone.date())) if one.gone else ""
            st.caption(escape(f"{what(one.finding)} {one.finding.subject} · {mended}"))

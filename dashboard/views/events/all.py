"""All events, those that begin last first."""

from __future__ import annotations

import streamlit as st

from dashboard.reads import ideas as idea_reads
from dashboard.state import now, parameter, set_parameter
from dashboard.views.allowed import only
from dashboard.views.page import Colour, pager
from dashboard.words.events.told import kind_names, limits, state_names, when, where
from dashboard.words.labels import escape
from dashboard.words.language import _
from data.events import events
from data.events.events import state_of
from data.scope import page_number

COLOURS: dict[str, Colour] = {"planned": "blue", "running": "green", "over": "gray"}
SIZE = 20


def show() -> None:
    """The list, and the way to a new one."""
    if st.button(_("New event"), key="event-new", icon=":material/add:", **only(events.save_event)):
        set_parameter("event", "new")
        st.rerun()
    total = idea_reads.some_events(1, 1)[1]
    if not total:
        st.info(
            _(
                "No event yet: a contest, a challenge, a quiz, questions and answers. People enter with a hashtag or "
                "in a thread; Vigie collects the entries, draws winners in a way that anybody can check, and says who "
                "came."
            ),
            icon=":material/celebration:",
        )
        return
    pages = -(-total // SIZE)
    number = page_number(parameter("page_events"), pages)
    for one in idea_reads.some_events(number, SIZE)[0]:
        with st.container(border=True, gap="xsmall", key=f"event-{one.id}"):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                if st.button(escape(one.title), key=f"event-open-{one.id}", type="tertiary"):
                    set_parameter("event", str(one.id))
                    st.rerun()
                st.badge(kind_names()[one.kind], color="violet")
                state = state_of(one, now())
                st.badge(state_names()[state], color=COLOURS[state])
            st.caption(escape(" · ".join((when(one), where(one), limits(one)))))
    pager("page_events", number, pages)

"""What happened since one last looked, cut to a reading time; each line leads to its posts."""

from __future__ import annotations

from datetime import datetime, timedelta

import streamlit as st

from dashboard.documents import frame as frames
from dashboard.documents.frame import Frame
from dashboard.documents.morning import brief_of
from dashboard.state import now, set_parameter, whole_parameter
from dashboard.views.page import TREND_COLOURS, open_page
from dashboard.words.documents import line_names, source_words
from dashboard.words.labels import escape
from dashboard.words.language import _, moment, n_
from data.scope import Scope

MINUTES = (1, 3, 10)
COLOURS = {
    **TREND_COLOURS,
    "alert": "red",
    "volume": "red",
    "answered": "green",
    "asked": "blue",
    "debate": "violet",
    "tool": "blue",
    "guest": "blue",
}


def since_you_last_looked(visited: datetime | None) -> None:
    """The brief, with the reading time to choose; of the last day for who has never looked before."""
    first, visited = visited is None, visited or now() - timedelta(days=1)
    asked = whole_parameter("read")
    minutes = asked if asked in MINUTES else 1
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.header(_("Since yesterday") if first else _("Since you last looked"), anchor=False, width="content")
        chosen = st.segmented_control(
            _("Reading time"),
            MINUTES,
            default=minutes,
            format_func=lambda m: n_("{n} min", "{n} min", m),
            label_visibility="collapsed",
            key=f"read-{minutes}",
        )
    if chosen and chosen != minutes:
        set_parameter("read", str(chosen) if chosen != MINUTES[0] else "")
        st.rerun()
    at = now()
    frame = Frame(Scope(visited.date(), at.date()), frames.own_brand(), "names", at)
    brief = brief_of(frame, visited, minutes)
    if first:
        st.caption(
            _("This is your first look at these posts. From the next one on, you read here what came meanwhile.")
        )
    else:
        words = _("You last looked on {when}. Counted from the start of that day.")
        st.caption(words.format(when=escape(moment(visited))))
    words = n_("{n} new post", "{n} new posts", brief.posts)
    if st.button(words, key="open-new", type="tertiary", icon=":material/arrow_forward:"):
        open_page("mentions", since=visited.date().isoformat(), until=at.date().isoformat())
    if not brief.unusual:
        st.markdown(_("Nothing unusual."))
    for place, line in enumerate(brief.lines):
        told, way = st.columns([6, 1], vertical_alignment="center")
        with told:
            colour = COLOURS.get(line.kind, "gray")
            st.markdown(f":{colour}-badge[{escape(line_names()[line.kind])}] {escape(line.text)}")
        with way:
            if st.button(_("Open"), key=f"brief-open-{place}", type="tertiary", icon=":material/arrow_forward:"):
                open_page(line.page, **line.link)
        if line.quote is not None and minutes > 1:
            st.text(line.quote.shown)
            st.caption(escape(source_words(line.quote)))
    if brief.left:
        st.caption(n_("{n} more line: choose a longer time.", "{n} more lines: choose a longer time.", brief.left))

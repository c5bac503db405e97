"""Days that come back every year: what is near, days of one's own, days that are not wanted."""

from __future__ import annotations

import re

import streamlit as st

from dashboard.reads import cache
from dashboard.reads import ideas as idea_reads
from dashboard.state import now
from dashboard.views.allowed import only
from dashboard.views.meanwhile import opened, saved
from dashboard.words.ideas import day_name
from dashboard.words.labels import escape
from dashboard.words.language import _, day, n_
from data.content import occasions
from data.content.occasions import YearlyDay, coming


def show() -> None:
    """The reference calendar: what is near, days of one's own, days that are not wanted."""
    days = idea_reads.yearly_days()
    st.caption(_("A day becomes an idea three weeks before, where people here speak of its subject."))
    for at, item in coming(days, now().date(), 60):
        _day_row(item, day(at))
    hidden = [item for item in days if item.hidden]
    if hidden:
        with st.expander(n_("{n} day that you do not want", "{n} days that you do not want", len(hidden))):
            for item in hidden:
                _day_row(item, item.day)
    with st.expander(_("All days"), icon=":material/calendar_month:"):
        for item in days:
            if not item.hidden:
                _day_row(item, item.day, key="all")
    _own_day()


def _own_day() -> None:
    with st.form(opened("own-day", "").key("own-day")):
        st.markdown("**" + _("A day of your own") + "**")
        first, second = st.columns((1, 3))
        when = first.text_input(_("Day"), placeholder="05-17", help=_("Month and day, as 05-17."), max_chars=9)
        name = second.text_input(_("Name"), max_chars=120)
        words = st.text_input(_("Words that posts on it hold, with commas"), max_chars=300)
        if st.form_submit_button(_("Add"), **only(occasions.set_own_day)):
            key = "own-" + re.sub(r"\W+", "-", name.lower())[:40].strip("-")
            try:
                written = saved(
                    opened("own-day", ""),
                    lambda seen: occasions.set_own_day(cache.store(), key, when.strip(), name, words or name, seen),
                )
            except ValueError as error:
                st.error(
                    _("Write the day as month and day, for instance 05-17.")
                    if str(error) == "day"
                    else _("Give the day a name.")
                )
            else:
                if written:
                    st.rerun()


def _day_row(item: YearlyDay, when: str, key: str = "near") -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        name = day_name(item.name)
        st.markdown(f"**{escape(when)}** · {escape(name)}", width="stretch")
        words = _("Take it back") if item.hidden else _("Remove") if item.area == "own" else _("Not for us")
        if st.button(words, key=f"day-{key}-{item.key}", type="tertiary", **only(occasions.hide_day)):
            occasions.hide_day(cache.store(), item.key, not item.hidden)
            st.rerun()

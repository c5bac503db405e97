"""Watched subjects: people's own words, and the posts near them."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from dashboard.charts import topics as charts
from dashboard.reads import cache
from dashboard.reads import posts as post_reads
from dashboard.reads import topics as topic_reads
from dashboard.state import now, set_parameter
from dashboard.views.allowed import may, only, plain_view, why_not
from dashboard.views.charts import show_chart
from dashboard.views.meanwhile import opened, saved
from dashboard.views.page import back
from dashboard.views.posts import card, cards
from dashboard.words.labels import escape
from dashboard.words.language import _, date_format, n_
from data.models import Watch
from data.scope import Scope
from data.topics import watches


def watched(scope: Scope) -> None:
    """Subjects in people's own words, and a form to add one."""
    with st.form("watch", border=True, clear_on_submit=True):
        words = st.text_input(
            _("Watch a subject"),
            max_chars=300,
            placeholder=_("accessibility of our app"),
            help=_("In your own words. Vigie finds posts near it in meaning, back in time and from now on."),
        )
        if st.form_submit_button(_("Watch"), icon=":material/visibility:", **only(watches.add_watch)) and words.strip():
            set_parameter("watch", str(watches.add_watch(cache.store(), words, now())))
            st.rerun()
    subjects = topic_reads.watched()
    if not subjects:
        st.caption(_("Nothing is watched yet."))
    for item in subjects:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            if st.button(escape(item.words), key=f"watch-{item.id}", type="tertiary", icon=":material/visibility:"):
                set_parameter("watch", str(item.id))
                st.rerun()
            if item.ready:
                here, _cards = post_reads.counted(replace(scope, watch=item.id))
                st.caption(n_("{n} post in this period", "{n} posts in this period", here))
            else:
                st.caption(_("Looking for its posts…"))


@st.fragment(run_every=2.0)
@plain_view
def _wait_for(watch_id: int) -> None:
    with cache.store().read() as connection:
        subject = next((item for item in watches.watches(connection) if item.id == watch_id), None)
    if subject is None or subject.ready:
        st.rerun(scope="app")
    st.info(
        _("Looking for its posts. This takes half a minute; if nothing happens, run “python -m insights refresh”."),
        icon=":material/hourglass:",
    )


def one_watched(scope: Scope) -> None:
    """One subject: where the line is drawn, with what falls on each side, and its posts."""
    subject = next((item for item in topic_reads.watched() if item.id == scope.watch), None)
    back(_("Watched"), "watch", key="back-watched", view="watched")
    if subject is None:
        st.info(_("This subject is not watched any more."), icon=":material/search_off:")
        return
    st.header(escape(subject.words), anchor=False)
    if not subject.ready:
        _wait_for(subject.id)
        return
    with st.expander(_("How near must a post be?"), icon=":material/tune:"):
        _line(subject)
    summary = post_reads.summary(scope, None)
    posts, before = sum(d.posts for d in summary.days), sum(d.posts for d in summary.before)
    st.write(
        _("{now} in this period, {before} in the one before.").format(
            now=n_("{n} post", "{n} posts", posts), before=n_("{n} post", "{n} posts", before)
        )
    )
    show_chart(
        charts.volume_chart(
            summary.days,
            [],
            posts=_("Posts"),
            title=_("Threshold"),
            expected=_("Usual"),
            date_format=date_format(scope.days),
        ),
        width="stretch",
        key=f"watch-volume-{subject.id}",
        alt=_("Posts a day"),
    )
    cards(scope, "watch")


def _line(subject: Watch) -> None:
    """Where the line is drawn: the last posts that fall in, the first that do not."""
    values = topic_reads.watch_similarities(subject.id)
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    form = opened(f"watch-{subject.id}", subject.threshold)
    chosen = st.slider(
        _("Nearness"),
        round(max(0.0, low), 2),
        round(max(high, low + 0.02), 2),
        min(max(form.shown, low), high),
        0.01,
        key=form.key(f"near-{subject.id}-{form.shown}"),
        help=_("Higher: fewer posts, closer to your words."),
    )
    inside = sum(value >= chosen for value in values)
    st.write(n_("{n} post falls in, over all time.", "{n} posts fall in, over all time.", inside))
    kept, left = topic_reads.around_threshold(subject.id, chosen)
    first, second = st.columns(2)
    with first:
        st.caption(_("The last that fall in"))
        for post in kept:
            card(post, "in")
    with second:
        st.caption(_("The first that do not"))
        for post in left:
            card(post, "out")
    asked = st.button(
        _("Draw the line here"),
        key="draw-line",
        type="primary",
        disabled=(chosen == form.shown) or not may(watches.set_threshold),
        help=why_not(watches.set_threshold),
    )
    if asked and saved(form, lambda seen: watches.set_threshold(cache.store(), subject.id, chosen, seen)):
        st.rerun()
    if st.button(_("Stop watching"), key="unwatch", icon=":material/visibility_off:", **only(watches.remove_watch)):
        watches.remove_watch(cache.store(), subject.id)
        set_parameter("watch", "")
        set_parameter("view", "watched")
        st.rerun()

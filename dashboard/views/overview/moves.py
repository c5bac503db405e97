"""What waits for somebody, and which topics move: each line leads to its page."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard.reads import alerts as alert_reads
from dashboard.reads import inbox as inbox_reads
from dashboard.reads.topics import TopicRow
from dashboard.state import now
from dashboard.views.page import TREND_COLOURS, open_page
from dashboard.words.labels import escape
from dashboard.words.language import _, n_
from dashboard.words.topics import called, trend_sentence, trend_word
from data.scope import Scope, scope_to_parameters

SHOWN = 6


def what_waits(scope: Scope) -> None:
    """Open alerts, what was asked of us, posts to judge."""
    link = scope_to_parameters(scope, now().date())
    hour = now().replace(minute=0, second=0, microsecond=0)
    asked, _older = inbox_reads.to_answer(hour, scope.since, "", "")
    _cases, to_judge = inbox_reads.to_moderate(hour, scope.since, False, 1, 1)
    with st.container(horizontal=True, gap="small"):
        open_alerts = alert_reads.open_alerts(hour)
        words = n_("{n} alert is open", "{n} alerts are open", open_alerts)
        if open_alerts and st.button(words, key="open-alerts", type="tertiary", icon=":material/notifications:"):
            open_page("alerts")
        words = n_("{n} thing asked of you waits", "{n} things asked of you wait", len(asked))
        if st.button(words, key="open-answer", type="tertiary", icon=":material/reply:"):
            open_page("mentions", view="answer", **link)
        words = n_("{n} post to judge", "{n} posts to judge", to_judge)
        if st.button(words, key="open-judge", type="tertiary", icon=":material/gavel:"):
            open_page("mentions", view="moderate", **link)


def on_the_move(topics: Sequence[TopicRow], scope: Scope) -> None:
    """Topics that are new, rising or fading, with why."""
    moving = [row for row in topics if row.topic.trend in {"new", "rising", "fading"}][:SHOWN]
    if not moving:
        return
    link = scope_to_parameters(scope, now().date())
    st.header(_("On the move"), anchor=False)
    for row in moving:
        with st.container(gap=None):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.badge(trend_word(row.topic.trend, row.facts), color=TREND_COLOURS[row.topic.trend])
                if st.button(escape(called(row.topic.name)), key=f"move-{row.topic.id}", type="tertiary"):
                    open_page("topics", **{**link, "topic": str(row.topic.id)})
            st.caption(escape(trend_sentence(row.facts)))

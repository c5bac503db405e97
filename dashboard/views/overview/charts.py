"""Volume, the largest topics and tone over a period; a click in one narrows the posts below."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import streamlit as st

from dashboard.charts import topics as charts
from dashboard.reads import posts as post_reads
from dashboard.reads.topics import TopicRow
from dashboard.state import picked_day, picked_mark
from dashboard.views.charts import show_chart
from dashboard.words.labels import sentiment_names
from dashboard.words.language import _, date_format
from dashboard.words.topics import called, trend_word
from data.figures import Day
from data.scope import Scope

LARGEST = 8


def volume(scope: Scope, days: Sequence[Day]) -> date | None:
    """Posts a day, with the days that stand out; gives the day that was clicked."""
    st.header(_("Posts a day"), anchor=False)
    event = show_chart(
        charts.volume_chart(
            days,
            post_reads.unusual_days(scope),
            posts=_("Posts"),
            title=_("Threshold"),
            expected=_("Usual"),
            date_format=date_format(scope.days),
        ),
        width="stretch",
        on_select="rerun",
        selection_mode="day",
        key="volume",
        alt=_("Posts a day"),
    )
    st.caption(_("A red mark is a day far above the four weeks before it. Click a bar to read its posts."))
    return picked_day(event, "day")


def largest_topics(topics: Sequence[TopicRow]) -> int | None:
    """The largest topics; gives the one that was clicked."""
    st.header(_("Largest topics"), anchor=False)
    top = [row for row in topics if row.posts][:LARGEST]
    if not top:
        st.info(_("Topics appear once about fifty posts have been read."), icon=":material/hourglass:")
        return None
    event = show_chart(
        charts.topics_chart(
            [called(row.topic.name) for row in top],
            [row.topic.id for row in top],
            [row.posts for row in top],
            [trend_word(row.topic.trend, row.facts) for row in top],
            _("Posts"),
        ),
        width="stretch",
        on_select="rerun",
        selection_mode="topic",
        key="top-topics",
        alt=_("Largest topics"),
    )
    st.caption(_("Click a bar to read the topic's posts."))
    topic = picked_mark(event, "topic")
    return int(topic) if topic is not None else None


def tone(days: Sequence[Day]) -> str | None:
    """Posts by tone; gives the tone that was clicked."""
    st.header(_("Tone"), anchor=False)
    event = show_chart(
        charts.sentiment_chart(days, sentiment_names(), date_format=date_format(len(days)), posts=_("Posts")),
        width="stretch",
        on_select="rerun",
        selection_mode="sentiment",
        key="tone",
        alt=_("Posts by tone"),
    )
    sentiment = picked_mark(event, "sentiment")
    return str(sentiment) if sentiment is not None else None

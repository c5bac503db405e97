"""The largest topics over time, side by side."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard.charts import topics as charts
from dashboard.reads.topics import TopicRow
from dashboard.state import now
from dashboard.views.charts import show_chart
from dashboard.views.page import TREND_COLOURS
from dashboard.views.topics.one import open_topic
from dashboard.words.labels import escape
from dashboard.words.language import _, date_format
from dashboard.words.topics import called, moves_of
from data.figures import step_of
from data.models import date_to_day
from data.scope import Scope

SHOWN = 12


def over_time(rows: Sequence[TopicRow], scope: Scope) -> None:
    """The largest topics side by side, on one scale."""
    step = step_of(scope.days)
    shown = [row for row in rows if row.posts][:SHOWN]
    first = date_to_day(scope.since)
    series = [[sum(row.series[i : i + step]) for i in range(0, len(row.series), step)] for row in shown]
    moves = moves_of(shown, scope, now().date())
    top = max((max(values) for values in series), default=1)
    st.caption(
        (_("Posts a day") if step == 1 else _("Posts a week"))
        + ". "
        + _("All charts have the same scale, so that they can be compared.")
    )
    for start in range(0, len(shown), 3):
        for column, row, values in zip(
            st.columns(3), shown[start : start + 3], series[start : start + 3], strict=False
        ):
            with column, st.container(border=True):
                if st.button(escape(called(row.topic.name)), key=f"series-{row.topic.id}", type="tertiary"):
                    open_topic(row.topic.id)
                st.badge(escape(moves[row.topic.id].name), color=TREND_COLOURS[moves[row.topic.id].trend])
                show_chart(
                    charts.small_chart(
                        [first + i * step for i in range(len(values))],
                        values,
                        top=max(1, top),
                        title=_("Posts"),
                        date_format=date_format(step * len(values)),
                    ),
                    width="stretch",
                    key=f"small-{row.topic.id}",
                    alt=called(row.topic.name),
                )

"""All topics in a table, or those of one theme, with what people changed last."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dashboard.reads import cache
from dashboard.reads import posts as post_reads
from dashboard.reads import topics as topic_reads
from dashboard.reads.topics import TopicRow
from dashboard.state import PICK_A_ROW, now, parameter, picked_row, set_parameter, whole_parameter
from dashboard.views.allowed import only
from dashboard.views.page import back
from dashboard.views.topics.model import model_choice, model_note
from dashboard.views.topics.one import open_topic
from dashboard.views.topics.themes import by_theme, rows_key, series_columns, theme_name
from dashboard.words.labels import escape
from dashboard.words.language import _, day, hundredths, n_, percent
from dashboard.words.posts import earlier_words
from dashboard.words.topics import called, change_sentence, edit_problem, moves_of, trends_are_told
from data.scope import Scope
from data.topics import edits as topic_edits
from data.topics import fits
from insights.pipeline.trends import tell_trends


def visible(rows: Sequence[TopicRow]) -> list[TopicRow]:
    """Topics without those that people hid or marked as noise, unless these are asked for."""
    return [row for row in rows if parameter("hidden") == "1" or not (row.topic.hidden or row.topic.noise)]


def every_topic(rows: Sequence[TopicRow], scope: Scope) -> None:
    """The table of topics, or of those of the theme that was chosen, and what is to be known of it."""
    shown = visible(rows)
    theme = whole_parameter("theme")
    if theme is not None:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.header(escape(theme_name(by_theme(shown).get(theme, ()))), anchor=False, width="content")
            back(_("All topics"), "theme", key="all-topics")
    table([row for row in shown if theme is None or row.topic.theme == theme], scope)
    _hidden_ones(rows)
    share_without_topic(shown, scope)
    model_note()
    recent_changes(rows)


def _hidden_ones(rows: Sequence[TopicRow]) -> None:
    hidden = sum(row.topic.hidden or row.topic.noise for row in rows)
    asked = parameter("hidden") == "1"
    if (
        hidden
        and st.toggle(n_("Show {n} hidden topic", "Show {n} hidden topics", hidden), asked, key="hidden-toggle")
        != asked
    ):
        set_parameter("hidden", "" if asked else "1")
        st.rerun()


def table(rows: Sequence[TopicRow], scope: Scope) -> None:
    """Topics, most posts first; a click opens one."""
    moves = moves_of(rows, scope, now().date())
    frame = pd.DataFrame(
        {
            "topic": [called(row.topic.name) for row in rows],
            "trend": [moves[row.topic.id].name for row in rows],
            "posts": [row.posts for row in rows],
            "growth": [moves[row.topic.id].growth for row in rows],
            "series": [row.series for row in rows],
            "negative": [100 * row.negative / max(1, row.posts) for row in rows],
            "positive": [100 * row.positive / max(1, row.posts) for row in rows],
        }
    )
    event = st.dataframe(
        frame,
        hide_index=True,
        height=min(760, 38 + 35 * max(1, len(frame))),
        column_config={
            "topic": st.column_config.TextColumn(_("Topic"), width=245),
            "trend": st.column_config.TextColumn(_("Trend"), width=110),
            **series_columns(
                _(
                    "Posts a week in the last 7 or 21 days, against the weeks before: what the trend is told from. "
                    "Empty where there is nothing to compare with."
                )
                if trends_are_told(scope, now().date())
                else _("Compared with {earlier}.").format(earlier=earlier_words(scope))
            ),
            "negative": st.column_config.ProgressColumn(
                _("Negative"), width=85, format=hundredths(), min_value=0, max_value=100
            ),
            "positive": st.column_config.ProgressColumn(
                _("Positive"), width=85, format=hundredths(), min_value=0, max_value=100
            ),
        },
        on_select="rerun",
        selection_mode=PICK_A_ROW,
        placeholder="",
        key=rows_key("topic-table", [row.topic.id for row in rows]),
        alt=_("Topics"),
    )
    st.caption(_("Click a row to open the topic. Names are made from the words typical of it; you can change them."))
    row = picked_row(event, len(rows))
    if row is not None:
        open_topic(rows[row].topic.id)


def recent_changes(rows: Sequence[TopicRow]) -> None:
    """What people changed last, each with the way back; and a new grouping on demand."""
    with st.expander(_("Changes and grouping"), icon=":material/history:"):
        labels = {row.topic.id: called(row.topic.name) for row in rows}
        for change in topic_reads.changes(None):
            with st.container(horizontal=True, vertical_alignment="center"):
                name = labels.get(change.topic) or _("Topic {id}").format(id=change.topic)
                told = change_sentence(change, labels.get(change.other, str(change.other)))
                st.caption(f"{escape(day(change.at.date()))} · {escape(name)} · {escape(told)}")
                if change.undone:
                    st.badge(_("Undone"), color="gray")
                elif st.button(
                    _("Undo"),
                    key=f"undo-{change.id}",
                    type="tertiary",
                    icon=":material/undo:",
                    **only(topic_edits.undo_change),
                ):
                    try:
                        topic_edits.undo_change(cache.store(), change.id, now())
                    except topic_edits.EditError as error:
                        st.warning(edit_problem(error.code))
                    else:
                        tell_trends(cache.store(), now())
                        st.rerun()
        placed = sum(row.posts for row in rows)
        st.caption(
            _(
                "New posts join the topics there are; all posts are grouped anew once a week. "
                "Names, links and changes stay."
            )
        )
        if placed and st.button(_("Group anew now"), key="refit", icon=":material/refresh:", **only(fits.ask_refit)):
            fits.ask_refit(cache.store())
            st.toast(_("The next refresh groups all posts anew. Activity shows how far it is."))
        model_choice()


def share_without_topic(rows: Sequence[TopicRow], scope: Scope) -> None:
    """Say how many posts of the period are in no topic."""
    total = sum(d.posts for d in post_reads.summary(scope, None).days)
    placed = sum(row.posts for row in rows)
    if total and placed < total:
        st.caption(
            n_(
                "{n} post of this period ({share}) is in no topic: no topic is clearly what it is about.",
                "{n} posts of this period ({share}) are in no topic: no topic is clearly what they are about.",
                total - placed,
            ).format(share=percent((total - placed) / total))
        )

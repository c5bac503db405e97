"""Topics: the ranked table, and one topic with its words, verbatims and trend."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from dashboard import charts, queries
from dashboard.components import (
    TREND_COLOURS,
    card,
    cards,
    empty_state,
    escape,
    key_url,
    page_start,
    sentiment_names,
    trend_names,
    trend_sentence,
    voice_balance,
)
from dashboard.language import _, current, day, n_, percent
from dashboard.state import now, only_day, parameter, picked_day, scope_to_parameters, set_parameter
from data import topic_list

url, revision = key_url(), queries.revision()
if not queries.content(url, revision).posts:
    st.title(_("Topics"), anchor=False)
    empty_state(queries.settings())
    st.stop()

scope = page_start(_("Topics"))
show_hidden = parameter("hidden") == "1"
rows = queries.topic_rows(scope.since, scope.until, True, url, revision)
visible = [row for row in rows if show_hidden or not row.topic.hidden]
if not rows:
    st.info(_("Topics appear once about fifty posts have been read."), icon=":material/hourglass:")
    st.stop()

selected = next((row for row in rows if row.topic.id == scope.topic), None)
if scope.topic is not None and selected is None:
    with queries.store().read() as connection:
        gone = topic_list.get_topic(connection, scope.topic)
    if gone is not None and gone.merged_into is not None:
        set_parameter("topic", str(gone.merged_into))
        st.rerun()
    st.info(_("This topic has no post in this period, or does not exist any more."), icon=":material/search_off:")

if selected is None:
    frame = pd.DataFrame(
        {
            "id": [row.topic.id for row in visible],
            "topic": [row.topic.label for row in visible],
            "trend": [trend_names()[row.topic.trend] for row in visible],
            "posts": [row.posts for row in visible],
            "growth": [
                None if not row.before else round(100 * (row.posts - row.before) / row.before) for row in visible
            ],
            "series": [row.series for row in visible],
            "negative": [100 * row.negative / max(1, row.posts) for row in visible],
            "positive": [100 * row.positive / max(1, row.posts) for row in visible],
        }
    )
    event = st.dataframe(
        frame,
        hide_index=True,
        height=min(760, 38 + 35 * max(1, len(frame))),
        column_order=("topic", "trend", "posts", "growth", "series", "negative", "positive"),
        column_config={
            "topic": st.column_config.TextColumn(_("Topic"), width="large"),
            "trend": st.column_config.TextColumn(_("Trend"), width="small"),
            "posts": st.column_config.NumberColumn(_("Posts"), width="small"),
            "growth": st.column_config.NumberColumn(
                _("Growth"), format="%+d %%", width="small", help=_("Against the equal period before.")
            ),
            "series": st.column_config.AreaChartColumn(_("Posts a day"), width="medium", y_min=0),
            "negative": st.column_config.ProgressColumn(_("Negative"), format="%d %%", min_value=0, max_value=100),
            "positive": st.column_config.ProgressColumn(_("Positive"), format="%d %%", min_value=0, max_value=100),
        },
        on_select="rerun",
        selection_mode="single-row",
        key=f"topic-table-{revision}",
        alt=_("Topics"),
    )
    st.caption(_("Click a row to open the topic. Names are made from the words typical of it; you can change them."))
    if event.selection.rows:
        set_parameter("topic", str(int(frame.iloc[event.selection.rows[0]]["id"])))
        st.rerun()
    number_hidden = sum(row.topic.hidden for row in rows)
    if (
        number_hidden
        and st.toggle(
            n_("Show {n} hidden topic", "Show {n} hidden topics", number_hidden), show_hidden, key="hidden-toggle"
        )
        != show_hidden
    ):
        set_parameter("hidden", "" if show_hidden else "1")
        st.rerun()
    st.stop()

topic = selected.topic
if st.button(_("All topics"), key="back", type="tertiary", icon=":material/arrow_back:"):
    set_parameter("topic", "")
    set_parameter("page_topic", "")
    st.rerun()
with st.container(horizontal=True, vertical_alignment="center"):
    st.header(escape(topic.label), anchor=False, width="content")
    st.badge(trend_names()[topic.trend], color=TREND_COLOURS[topic.trend])
    if topic.hidden:
        st.badge(_("Hidden"), color="gray")
sentence = trend_sentence(selected.facts)
if sentence:
    st.write(sentence)
facts = [n_("{n} post in this period", "{n} posts in this period", selected.posts)]
if topic.first_seen:
    facts.append(_("first seen on {day}").format(day=day(topic.first_seen.date())))
facts.append(_("named by a person") if topic.named_by == "person" else _("named from its words"))
names = sentiment_names()
facts.append(f"{names['negative']} {percent(selected.negative / max(1, selected.posts))}")
facts.append(f"{names['positive']} {percent(selected.positive / max(1, selected.posts))}")
st.caption(" · ".join(escape(fact) for fact in facts))

here = replace(scope, topic=topic.id)
voice_balance(
    queries.voices(here, url, revision), **scope_to_parameters(replace(here, sources=()), now().date())
)  # fmt: skip

with st.container(horizontal=True):
    with st.popover(_("Rename"), icon=":material/edit:"), st.form("rename", border=False):
        name = st.text_input(
            _("Name"), topic.label, max_chars=120, help=_("Leave empty to go back to the automatic name.")
        )
        if st.form_submit_button(_("Save")):
            topic_list.rename_topic(queries.store(), topic.id, name)
            st.rerun()
    with st.popover(_("Merge"), icon=":material/merge:"), st.form("merge", border=False):
        others = {row.topic.id: row.topic.label for row in rows if row.topic.id != topic.id}
        target = st.selectbox(_("Count this topic with"), list(others), format_func=lambda i: others[i])
        if st.form_submit_button(_("Merge")) and target is not None:
            topic_list.merge_topics(queries.store(), topic.id, target)
            set_parameter("topic", str(target))
            st.rerun()
    hide_words = _("Show again") if topic.hidden else _("Hide")
    if st.button(hide_words, key="hide", icon=":material/visibility:" if topic.hidden else ":material/visibility_off:"):
        topic_list.hide_topic(queries.store(), topic.id, not topic.hidden)
        st.rerun()
with queries.store().read() as connection:
    parts = topic_list.merged_topics(connection, topic.id)
for part in parts:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(_("Includes the merged topic {name}").format(name=escape(part.label)))
        if st.button(_("Take apart"), key=f"unmerge-{part.id}", type="tertiary"):
            topic_list.unmerge_topic(queries.store(), part.id)
            st.rerun()

if topic.terms:
    st.subheader(_("Its words"), anchor=False)
    with st.container(horizontal=True, gap="small"):
        for term in topic.terms:
            st.badge(escape(term), color="gray")

st.subheader(_("Posts a day"), anchor=False)
series = queries.summary(replace(scope, topic=topic.id), None, url, revision).days
chart = st.altair_chart(
    charts.volume_chart(
        series, [], posts=_("Posts"), title=_("Threshold"), expected=_("Usual"),
        date_format="%d/%m" if current() == "fr" else "%b %d",
    ),
    width="stretch",
    on_select="rerun",
    selection_mode="day",
    key=f"topic-volume-{topic.id}",
    alt=_("Posts a day"),
)  # fmt: skip
picked = picked_day(chart, "day")
if picked is None and topic.representatives:
    st.subheader(_("Typical posts"), anchor=False)
    st.caption(_("The posts closest to the centre of the topic, word for word."))
    for post in queries.by_id(topic.representatives[:3], url, revision):
        card(post, "typical")
st.subheader(_("All its posts") if picked is None else _("Posts of {day}").format(day=day(picked)), anchor=False)
cards(only_day(replace(scope, topic=topic.id), picked), "topic")

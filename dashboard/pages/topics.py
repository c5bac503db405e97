"""Topics: the table, themes, map and comparisons; one topic; one watched subject."""

import streamlit as st

from dashboard.reads import cache
from dashboard.reads import posts as post_reads
from dashboard.reads import topics as topic_reads
from dashboard.state import parameter, set_parameter, whole_parameter
from dashboard.views.page import back, choose_view, empty_state, page_start
from dashboard.views.topics import all as topic_views
from dashboard.views.topics import one as topic_detail
from dashboard.words.labels import escape
from dashboard.words.language import _, n_

if not post_reads.content().posts:
    st.title(_("Topics"), anchor=False)
    empty_state(cache.settings())
    st.stop()

scope = page_start(_("Topics"))
if scope.watch is not None:
    topic_views.one_watched(scope)
    st.stop()
rows = topic_reads.topic_rows(scope.since, scope.until, True)
if not rows:
    st.info(_("Topics appear once about fifty posts have been read."), icon=":material/hourglass:")
    st.stop()

if scope.topic is not None:
    selected = next((row for row in rows if row.topic.id == scope.topic), None)
    if selected is not None:
        topic_detail.show(selected, rows, scope)
        st.stop()
    gone = topic_reads.one_topic(scope.topic)
    onward = (gone.merged_into or gone.became) if gone is not None else None
    if onward is not None:
        set_parameter("topic", str(onward))
        st.rerun()
    st.info(_("This topic has no post in this period, or does not exist any more."), icon=":material/search_off:")

show_hidden = parameter("hidden") == "1"
visible = [row for row in rows if show_hidden or not (row.topic.hidden or row.topic.noise)]
asked = choose_view(topic_views.views(), "theme")

if asked == "themes":
    topic_views.themes(visible)
elif asked == "map":
    topic_views.topic_map(scope)
elif asked == "time":
    topic_views.over_time(visible, scope)
elif asked == "compare":
    topic_views.compare(scope)
elif asked == "watched":
    topic_views.watched(scope)
else:
    theme = whole_parameter("theme")
    if theme is not None:
        name = topic_views.theme_names(visible).get(theme, "")
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader(escape(name), anchor=False, width="content")
            back(_("All topics"), "theme", key="all-topics")
    topic_views.table([row for row in visible if theme is None or row.topic.theme == theme])
    number_hidden = sum(row.topic.hidden or row.topic.noise for row in rows)
    if (
        number_hidden
        and st.toggle(
            n_("Show {n} hidden topic", "Show {n} hidden topics", number_hidden), show_hidden, key="hidden-toggle"
        )
        != show_hidden
    ):
        set_parameter("hidden", "" if show_hidden else "1")
        st.rerun()
    topic_views.share_without_topic(visible, scope)
    topic_views.language_note()
    topic_views.recent_changes(rows)

"""Topics: the table, themes, map and comparisons; one topic; one watched subject."""

from functools import partial

import streamlit as st

from dashboard.reads import posts as post_reads
from dashboard.reads import topics as topic_reads
from dashboard.views.page import choose_view, empty_state, page_start
from dashboard.views.topics.all import every_topic, visible
from dashboard.views.topics.compare import compare
from dashboard.views.topics.map import topic_map
from dashboard.views.topics.one import asked_topic
from dashboard.views.topics.over_time import over_time
from dashboard.views.topics.themes import themes
from dashboard.views.topics.watched import one_watched, watched
from dashboard.words.language import _

if not post_reads.content().posts:
    st.title(_("Topics"), anchor=False)
    empty_state()
    st.stop()

scope = page_start(_("Topics"), "topics", compares=True)
if scope.watch is not None:
    one_watched(scope)
    st.stop()
rows = topic_reads.topic_rows(scope, True)
if not rows:
    st.info(_("Topics appear once about fifty posts have been read."), icon=":material/hourglass:")
    st.stop()
if scope.topic is not None and asked_topic(rows, scope):
    st.stop()

views = {
    "list": (_("Topics"), partial(every_topic, rows, scope)),
    "themes": (_("Themes"), partial(themes, visible(rows), scope)),
    "map": (_("Map"), partial(topic_map, scope)),
    "time": (_("Over time"), partial(over_time, visible(rows), scope)),
    "compare": (_("Two periods"), partial(compare, scope)),
    "watched": (_("Watched"), partial(watched, scope)),
}
_name, show = views[choose_view({view: name for view, (name, _show) in views.items()}, "theme")]
show()

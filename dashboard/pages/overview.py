"""Overview: what changed, the key figures, the volume, the largest topics, and the posts behind a click."""

from dataclasses import replace

import streamlit as st

from dashboard.reads import posts as post_reads
from dashboard.reads import reputation as reputation_reads
from dashboard.reads import topics as topic_reads
from dashboard.state import only_day, remembered
from dashboard.views.overview.charts import largest_topics, tone, volume
from dashboard.views.overview.figures import key_figures, posts_in
from dashboard.views.overview.first import newest_first
from dashboard.views.overview.moves import on_the_move, what_waits
from dashboard.views.overview.since_last_visit import since_you_last_looked
from dashboard.views.overview.start import first_steps
from dashboard.views.page import nothing_in, page_start
from dashboard.views.posts import cards
from dashboard.words.language import _

if newest_first():
    st.stop()
scope = page_start(_("Overview"), "overview", compares=True)
first_steps()
own = reputation_reads.own_brand()
summary = post_reads.summary(scope, own.id if own else None)
topics = topic_reads.topic_rows(scope, False)
with st.container(border=True):
    since_you_last_looked(remembered("last_visit"))
    what_waits(scope)
if not posts_in(summary.days):
    nothing_in(scope)
key_figures(scope, summary, own)
left, right = st.columns([3, 2])
with left:
    day = volume(scope, summary.days)
with right:
    topic = largest_topics(topics)
on_the_move(topics, scope)
sentiment = tone(summary.days)
shown = only_day(scope, day)
shown = replace(shown, topic=shown.topic if topic is None else topic)
shown = replace(shown, sentiments=shown.sentiments if sentiment is None else (sentiment,))
st.header(_("Latest posts") if shown == scope else _("Posts behind your click"), anchor=False)
cards(shown, "overview")

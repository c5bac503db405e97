"""Overview: what changed, the key figures, the volume, the largest topics, and the posts behind a click."""

from dataclasses import replace
from datetime import timedelta

import streamlit as st

from dashboard.charts import topics as charts
from dashboard.reads import alerts as alert_reads
from dashboard.reads import cache
from dashboard.reads import inbox as inbox_reads
from dashboard.reads import posts as post_reads
from dashboard.reads import reputation as reputation_reads
from dashboard.reads import topics as topic_reads
from dashboard.state import now, only_day, picked_day, remembered
from dashboard.views.overview import since_last_visit as morning_views
from dashboard.views.page import TREND_COLOURS, empty_state, key_figure, open_page, page_start
from dashboard.views.posts import cards
from dashboard.words.labels import escape, sentiment_names, trend_names
from dashboard.words.language import _, count, current, n_, percent
from dashboard.words.topics import trend_sentence
from data.scope import scope_to_parameters

if not post_reads.content().posts:
    st.title(_("Overview"), anchor=False)
    empty_state(cache.settings())
    st.stop()

scope = page_start(_("Overview"))
today = now().date()
date_format = "%d/%m" if current() == "fr" else "%b %d"
brands = reputation_reads.brands()
own = next((brand for brand in brands if brand.is_own), None)
summary = post_reads.summary(scope, own.id if own else None)
topics = topic_reads.topic_rows(scope.since, scope.until, False)
link = scope_to_parameters(scope, today)

visited = remembered("last_visit") or now() - timedelta(days=1)
with st.container(border=True):
    morning_views.since_you_last_looked(visited)
    hour = now().replace(minute=0, second=0, microsecond=0)
    asked, _older = inbox_reads.to_answer(hour, scope.since, "", "")
    _cases, to_judge = inbox_reads.to_moderate(hour, scope.since, False, 1, 1)
    with st.container(horizontal=True, gap="medium"):
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

days, before = summary.days, summary.before
total, total_before = sum(d.posts for d in days), sum(d.posts for d in before)


def net(rows: list) -> float:
    """Positive minus negative, as a share of the posts with a clear tone."""
    up, down = sum(d.positive for d in rows), sum(d.negative for d in rows)
    clear = up + down + sum(d.neutral for d in rows)
    return (up - down) / clear if clear else 0.0


columns = st.columns(4)
with columns[0]:
    key_figure(_("Posts"), count(total), total, total_before, [d.posts for d in days], good="none", key="posts", **link)
with columns[1]:
    key_figure(
        _("People"),
        count(summary.authors),
        summary.authors,
        summary.authors_before,
        summary.authors_a_day,
        good="up",
        key="people",
        **link,
    )
with columns[2]:
    if own:
        ours, earlier = sum(d.posts for d in summary.brand_days), sum(d.posts for d in summary.brand_before)
        key_figure(
            _("Posts that name {brand}").format(brand=escape(own.name)),
            count(ours),
            ours,
            earlier,
            [d.posts for d in summary.brand_days],
            good="none",
            key="brand",
            **{**link, "brand": str(own.id)},
        )
    else:
        st.metric(
            _("Posts that name us"), "–", border=True, help=_("Set brand_name in vigie.toml to follow your name.")
        )
with columns[3]:
    negative, negative_before = sum(d.negative for d in days), sum(d.negative for d in before)
    share, share_before = negative / max(1, total), negative_before / max(1, total_before)
    key_figure(
        _("Negative posts"),
        percent(share),
        share,
        share_before,
        [d.negative for d in days],
        good="down",
        key="negative",
        **{**link, "sentiments": "negative"},
    )

unsure = sum(d.unsure for d in days)
st.caption(
    _("Net sentiment {net}. The program is unsure about {share} of the posts, and says so rather than guess.").format(
        net=f"{net(days):+.2f}".replace(".", "," if current() == "fr" else "."), share=percent(unsure / max(1, total))
    )
)

left, right = st.columns([3, 2])
with left:
    st.subheader(_("Posts a day"), anchor=False)
    unusual = post_reads.unusual_days(scope)
    event = st.altair_chart(
        charts.volume_chart(
            days, unusual, posts=_("Posts"), title=_("Threshold"), expected=_("Usual"), date_format=date_format
        ),
        width="stretch",
        on_select="rerun",
        selection_mode="day",
        key="volume",
        alt=_("Posts a day"),
    )
    st.caption(_("A red mark is a day far above the four weeks before it. Click a bar to read its posts."))
with right:
    st.subheader(_("Largest topics"), anchor=False)
    top = [row for row in topics if row.posts][:8]
    picked_topic = None
    if top:
        chosen = st.altair_chart(
            charts.topics_chart(
                [row.topic.label for row in top],
                [row.topic.id for row in top],
                [row.posts for row in top],
                [trend_names()[row.topic.trend] for row in top],
                _("Posts"),
            ),
            width="stretch",
            on_select="rerun",
            selection_mode="topic",
            key="top-topics",
            alt=_("Largest topics"),
        )
        marks = (chosen.selection or {}).get("topic") or []
        picked_topic = int(marks[0]["topic"]) if marks else None
        st.caption(_("Click a bar to read the topic's posts."))
    else:
        st.info(_("Topics appear once about fifty posts have been read."), icon=":material/hourglass:")

moving = [row for row in topics if row.topic.trend in {"new", "rising", "fading"}][:6]
if moving:
    st.subheader(_("On the move"), anchor=False)
    for row in moving:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.badge(trend_names()[row.topic.trend], color=TREND_COLOURS[row.topic.trend])
            if st.button(escape(row.topic.label), key=f"move-{row.topic.id}", type="tertiary"):
                open_page("topics", **{**link, "topic": str(row.topic.id)})
            st.caption(escape(trend_sentence(row.facts)))

picked = picked_day(event, "day")
shown = only_day(scope, picked)
if picked_topic is not None:
    shown = replace(shown, topic=picked_topic)
st.subheader(_("Tone"), anchor=False)
tone = st.altair_chart(
    charts.sentiment_chart(days, sentiment_names(), date_format=date_format, posts=_("Posts")),
    width="stretch",
    on_select="rerun",
    selection_mode="sentiment",
    key="tone",
    alt=_("Posts by tone"),
)
tones = (tone.selection or {}).get("sentiment") or []
if tones:
    shown = replace(shown, sentiments=(str(tones[0]["sentiment"]),))
st.subheader(_("Latest posts") if shown == scope else _("Posts behind your click"), anchor=False)
cards(shown, "overview")

"""How we are seen: net sentiment with its error, volume and share of voice, each against before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import streamlit as st

from dashboard.charts import reputation as reputation_charts
from dashboard.charts.topics import volume_chart
from dashboard.reads import reputation as reputation_reads
from dashboard.reads.reputation import NetSeries, Seen
from dashboard.state import picked_day
from dashboard.views.charts import show_chart
from dashboard.views.page import open_page
from dashboard.views.posts import cards
from dashboard.views.reputation.groups import behind, by_group
from dashboard.views.reputation.scope import posts_of
from dashboard.views.reputation.voice import share_of_voice
from dashboard.words.labels import escape
from dashboard.words.language import _, count, date_format, gained, n_, percent
from dashboard.words.posts import earlier_words, not_read
from dashboard.words.reputation import mix_words, nine_in_ten, share_note, signed, verdict
from data.figures import Day
from data.models import date_to_day
from data.scope import YEAR, Scope
from insights.reputation.estimates import Change, Decomposition, Estimate, Interval


def how_we_are_seen(scope: Scope) -> None:
    """Net sentiment, volume and share of voice, each against before."""
    seen = reputation_reads.seen(scope)
    if not seen.posts:
        st.info(_("No post in this period. Widen it or choose another brand."), icon=":material/search_off:")
        return
    _figures(seen, scope)
    against_before(seen, scope)
    if seen.last_year is not None:
        st.markdown(escape(verdict(seen.last_year, _("the same days last year"))))
    elif not scope.against and scope.until - scope.since < YEAR:
        st.caption(_("The record does not reach back to the same days last year."))
    mix_warning(seen.cause, seen.change)
    if seen.other_languages:
        st.caption(not_read(seen.other_languages))
    series = reputation_reads.net_series(scope)
    first = _over_time(series)
    left, right = st.columns([3, 2])
    with left:
        day = _posts_a_day(seen, scope)
    with right:
        rival = share_of_voice(scope)
    st.header(_("By topic, source and language"), anchor=False)
    by, key = by_group(scope, seen.change.after.net.value)
    target = behind(scope, by, key)
    if first is not None:
        last = min(first + timedelta(days=series.step - 1), scope.until)
        target = replace(target, since=max(first, scope.since), until=last)
    elif day is not None:
        target = replace(target, since=day, until=day)
    if rival is not None:
        target = replace(target, brand=rival)
    st.header(_("Latest posts") if target == scope else _("Posts behind your click"), anchor=False)
    cards(target, "reputation")


def against_before(seen: Seen, scope: Scope) -> None:
    """Whether the move since the days that the period is compared with is more than the error."""
    st.markdown(f"**{escape(verdict(seen.change, earlier_words(scope)))}**")


def mix_warning(cause: Decomposition, change: Change) -> None:
    words = mix_words(cause, change)
    if words:
        (st.warning if cause.verdict == "mix" else st.info)(words, icon=":material/balance:")


def _figures(seen: Seen, scope: Scope) -> None:
    """Four figures of the period, with the way to their posts."""
    after, before = seen.change.after, seen.change.before
    columns = st.columns(4)
    error = _("The interval holds the number of posts and how often the program mistakes a tone (right in {share}).")
    with columns[0]:
        _figure(
            _("Net sentiment"),
            after,
            "net",
            scope,
            nine_in_ten(after.net),
            error.format(share=percent(seen.errors.agreement))
            + " "
            + _("Counted by labels alone it would be {net}.").format(net=signed(after.labelled)),
        )
    with columns[1]:
        _count_card(_("Posts"), seen.posts, seen.posts_before, seen.posts_last_year, scope)
    with columns[2]:
        _share_card(_("Negative"), after.negative, before.negative, "negative", scope)
    with columns[3]:
        _share_card(_("Positive"), after.positive, before.positive, "positive", scope)


def _figure(label: str, estimate: Estimate, key: str, scope: Scope, note: str, help_: str) -> None:
    """A figure with its interval and the way to its posts."""
    with st.container(border=True, key=f"figure-{key}", height="stretch"):
        st.metric(label, signed(estimate.net.value) if estimate.posts else "–", help=help_)
        st.caption(note)
        if st.button(_("Read the posts"), key=f"open-{key}", type="tertiary", icon=":material/arrow_forward:"):
            open_page("mentions", **posts_of(scope))


def _count_card(label: str, posts: int, before: int, last_year: int | None, scope: Scope) -> None:
    with st.container(border=True, key="figure-posts", height="stretch"):
        st.metric(label, count(posts))
        words = _("against {n} {earlier}").format(n=count(before), earlier=earlier_words(scope))
        words += f" ({gained(posts, before)})" if before else ""
        if last_year is not None:
            words += " · " + n_("{n} last year", "{n} last year", last_year)
        st.caption(words)
        if st.button(_("Read the posts"), key="open-posts", type="tertiary", icon=":material/arrow_forward:"):
            open_page("mentions", **posts_of(scope))


def _share_card(label: str, share: Interval, before: Interval, tone: str, scope: Scope) -> None:
    with st.container(border=True, key=f"figure-{tone}", height="stretch"):
        st.metric(label, percent(share.value), help=_("Of the posts with a tone, corrected for the measured error."))
        st.caption(share_note(share, before, scope))
        if st.button(_("Read the posts"), key=f"open-{tone}", type="tertiary", icon=":material/arrow_forward:"):
            open_page("mentions", **posts_of(scope, sentiments=tone))


def _over_time(series: NetSeries) -> date | None:
    """Net sentiment over time; gives the first day of the point that was clicked."""
    st.header(_("Net sentiment over time"), anchor=False)
    event = show_chart(
        reputation_charts.net_chart(
            series.days,
            series.estimates,
            net=_("Net sentiment"),
            range_=_("Between"),
            posts=_("Posts with a tone"),
            date_format=date_format(series.step * len(series.days)),
        ),
        width="stretch",
        on_select="rerun",
        selection_mode="day",
        key="net",
        alt=_("Net sentiment over time"),
    )
    step = series.step
    st.caption(
        (_("One point for each day.") if step == 1 else n_("One point for {n} day.", "One point for {n} days.", step))
        + " "
        + _("The band holds the true figure nine times in ten. Click a point to read its posts.")
    )
    return picked_day(event, "day")


def _posts_a_day(seen: Seen, scope: Scope) -> date | None:
    """Posts a day; gives the day that was clicked."""
    st.header(_("Posts a day"), anchor=False)
    first = date_to_day(scope.since)
    event = show_chart(
        volume_chart(
            [
                Day(first + i, *counts)
                for i, counts in enumerate(zip(seen.posts_a_day, *zip(*seen.days, strict=True), strict=True))
            ],
            [],
            posts=_("Posts"),
            title=_("Threshold"),
            expected=_("Usual"),
            date_format=date_format(scope.days),
        ),
        width="stretch",
        on_select="rerun",
        selection_mode="day",
        key="brand-volume",
        alt=_("Posts a day"),
    )
    return picked_day(event, "day")

"""Alerts as a list: what each is, how unusual, its posts, what one can do with it."""

from __future__ import annotations

from datetime import timedelta

import streamlit as st

from dashboard.reads import alerts as alert_reads
from dashboard.reads import cache
from dashboard.reads import posts as post_reads
from dashboard.state import now, set_parameter
from dashboard.views.allowed import only
from dashboard.views.meanwhile import clicked, tell
from dashboard.views.page import Colour
from dashboard.views.posts import card
from dashboard.words.alerts import (
    brand_names,
    how_unusual,
    kind_names,
    names_of,
    since_when,
)
from dashboard.words.labels import escape
from dashboard.words.language import _, n_
from data.alerts import alerts
from data.alerts.alerts import Alert

SHOWN = 25  # alerts of a list
COLOURS: dict[str, Colour] = {
    "volume": "orange",
    "tone": "red",
    "event": "violet",
    "conflict": "red",
    "topic": "violet",
    "competitor": "blue",
    "quiet": "gray",
    "keyword": "blue",
}


def listed(state: str) -> None:
    """Alerts of one state, the latest first."""
    hour = now().replace(minute=0, second=0, microsecond=0)
    told = alert_reads.alerts(hour, state)
    if state == "open":
        if not told:
            st.success(_("Nothing unusual."), icon=":material/done_all:")
            if not alert_reads.alert_rules():
                st.caption(_("Rules begin to watch once your brand is named on the Reputation page."))
    else:
        st.header(_("Snoozed") if state == "snoozed" else _("Closed"), anchor=False)
        if not told:
            st.caption(_("None."))
    for item in told[:SHOWN]:
        _row(item)
    if len(told) > SHOWN:
        st.caption(n_("{n} older one", "{n} older ones", len(told) - SHOWN))


def heading(item: Alert) -> None:
    """What it is, how unusual, since when."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge(escape(kind_names().get(item.rule.kind, item.rule.kind)), color=COLOURS.get(item.rule.kind, "gray"))
        for kind, name in names_of(item.facts.also).items():
            st.badge(escape(name), color=COLOURS.get(kind, "gray"))
        st.markdown(
            f"**{escape(brand_names().get(item.rule.brand, '') or item.rule.name or item.rule.query)}**",
            width="content",
        )
    st.write(escape(how_unusual(item.rule.kind, item.facts)))
    told = since_when(item)
    if item.facts.words:
        told += " " + _("Words that stand out: {words}.").format(words=", ".join(item.facts.words[:8]))
    st.caption(escape(told))


def buttons(item: Alert) -> None:
    """Snooze, close, reopen, tune."""
    store, today = cache.store(), now().date()
    tell()
    if item.is_open:
        if st.button(
            _("Close"), key=f"close-{item.id}", type="tertiary", icon=":material/check:", **only(alerts.set_alert)
        ):
            clicked(alerts.set_alert, store, item.id, is_open=False, seen=item)
            st.rerun()
        with st.popover(_("Snooze"), type="tertiary", icon=":material/snooze:"):
            for days in (1, 3, 7):
                if st.button(
                    n_("{n} day", "{n} days", days),
                    key=f"snooze-{item.id}-{days}",
                    type="tertiary",
                    **only(alerts.set_alert),
                ):
                    until = (today + timedelta(days=days)).isoformat()
                    clicked(alerts.set_alert, store, item.id, snoozed=until, seen=item)
                    st.rerun()
    elif st.button(
        _("Open again"), key=f"reopen-{item.id}", type="tertiary", icon=":material/undo:", **only(alerts.set_alert)
    ):
        clicked(alerts.set_alert, store, item.id, is_open=True, snoozed="", seen=item)
        st.rerun()
    if item.snoozed > today.isoformat() and st.button(
        _("Wake"), key=f"wake-{item.id}", type="tertiary", **only(alerts.set_alert)
    ):
        clicked(alerts.set_alert, store, item.id, snoozed="", seen=item)
        st.rerun()
    if st.button(_("Tune the rule"), key=f"tune-{item.id}", type="tertiary", icon=":material/tune:"):
        set_parameter("alert", "")
        set_parameter("view", "rules")
        set_parameter("rule", str(item.rule.id))
        st.rerun()


def _row(item: Alert) -> None:
    with st.container(border=True, key=f"alert-{item.id}"):
        heading(item)
        with st.expander(n_("{n} post to read", "{n} posts to read", len(item.posts))):
            posts_to_read(item.posts, item.origin, f"alert-{item.id}")
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            if st.button(_("Follow the event"), key=f"event-{item.id}", icon=":material/timeline:", type="tertiary"):
                set_parameter("alert", str(item.id))
                st.rerun()
            buttons(item)


def posts_to_read(ids: tuple[int, ...], origin: int, key: str) -> None:
    """Posts as cards, the first of the event marked. `key` sets these cards apart from others on the page."""
    for post in post_reads.by_id(ids):
        if post.id == origin:
            st.caption(":material/flag: " + _("Where it started"))
        card(post, key)

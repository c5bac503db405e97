"""Alerts as a list, and the rules with their rehearsal."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import streamlit as st

from dashboard.reads import alerts as alert_reads
from dashboard.reads import cache
from dashboard.reads import posts as post_reads
from dashboard.reads import reputation as reputation_reads
from dashboard.state import now, parameter, set_parameter
from dashboard.views.page import back
from dashboard.views.posts import card
from dashboard.words.alerts import (
    brand_names,
    how_unusual,
    kind_help,
    kind_names,
    names_of,
    sensitivity_names,
    since_when,
)
from dashboard.words.brands import query_problem
from dashboard.words.labels import escape
from dashboard.words.language import _, moment, n_
from data.alerts import alerts
from data.alerts import rules as alerts_rules
from data.alerts.alerts import Alert
from data.alerts.rules import AlertRule
from data.posts.query_language import QueryError, parse

REHEARSED = 90  # days
COLOURS = {
    "volume": "orange",
    "tone": "red",
    "event": "violet",
    "conflict": "red",
    "topic": "violet",
    "competitor": "blue",
    "quiet": "gray",
    "keyword": "blue",
}
OF_BRAND = ("volume", "tone", "event", "conflict", "topic", "competitor")  # kinds that watch a brand, or all posts


def listed(state: str) -> None:
    """Alerts of one state, the latest first."""
    hour = now().replace(minute=0, second=0, microsecond=0)
    found = alert_reads.alerts(hour, state)
    if state == "open":
        if not found:
            st.success(_("Nothing unusual."), icon=":material/done_all:")
            if not alert_reads.alert_rules():
                st.caption(_("Rules begin to watch once your brand is named on the Reputation page."))
    else:
        st.subheader(_("Snoozed") if state == "snoozed" else _("Closed"), anchor=False)
        if not found:
            st.caption(_("None."))
    for item in found[:25]:
        _row(item)
    if len(found) > 25:
        st.caption(n_("{n} older one", "{n} older ones", len(found) - 25))


def heading(item: Alert) -> None:
    """What it is, how unusual, since when."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge(kind_names().get(item.rule.kind, item.rule.kind), color=COLOURS.get(item.rule.kind, "gray"))
        for kind, name in names_of(item.facts.also).items():
            st.badge(name, color=COLOURS.get(kind, "gray"))
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
    if item.is_open:
        if st.button(_("Close"), key=f"close-{item.id}", type="tertiary", icon=":material/check:"):
            alerts.set_alert(store, item.id, is_open=False)
            st.rerun()
        with st.popover(_("Snooze"), type="tertiary", icon=":material/snooze:"):
            for days in (1, 3, 7):
                if st.button(n_("{n} day", "{n} days", days), key=f"snooze-{item.id}-{days}", type="tertiary"):
                    alerts.set_alert(store, item.id, snoozed=(today + timedelta(days=days)).isoformat())
                    st.rerun()
    elif st.button(_("Open again"), key=f"reopen-{item.id}", type="tertiary", icon=":material/undo:"):
        alerts.set_alert(store, item.id, is_open=True, snoozed="")
        st.rerun()
    if item.snoozed > today.isoformat() and st.button(_("Wake"), key=f"wake-{item.id}", type="tertiary"):
        alerts.set_alert(store, item.id, snoozed="")
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
            _posts(item.posts, item.origin, f"alert-{item.id}")
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            if st.button(_("Follow the event"), key=f"event-{item.id}", icon=":material/timeline:", type="tertiary"):
                set_parameter("alert", str(item.id))
                st.rerun()
            buttons(item)


def _posts(ids: tuple[int, ...], origin: int, key: str) -> None:
    for post in post_reads.by_id(ids):
        if post.id == origin:
            st.caption(":material/flag: " + _("Where it started"))
        card(post, key)


def rules() -> None:
    """What is watched for, and one rule with what it would have told."""
    found = alert_reads.alert_rules()
    asked = parameter("rule")
    if asked == "new" or any(str(rule.id) == asked for rule in found):
        _edit(next((rule for rule in found if str(rule.id) == asked), AlertRule(0, "volume")))
        return
    if st.button(_("Add a rule"), type="primary", icon=":material/add:", key="new-rule"):
        set_parameter("rule", "new")
        st.rerun()
    if not found:
        st.info(
            _("Rules begin to watch once your brand is named on the Reputation page."), icon=":material/notifications:"
        )
    names = brand_names()
    for rule in found:
        with st.container(border=True, key=f"rule-{rule.id}"):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.badge(kind_names()[rule.kind], color=COLOURS[rule.kind])
                about = rule.name or (rule.query if rule.kind == "keyword" else names.get(rule.brand, _("All posts")))
                st.markdown(f"**{escape(about)}**", width="content")
                st.caption(sensitivity_names()[rule.sensitivity])
                st.space("stretch")
                is_on = st.toggle(_("On"), rule.is_on, key=f"rule-on-{rule.id}")
                if is_on != rule.is_on:
                    alerts_rules.save_rule(cache.store(), replace(rule, is_on=is_on), now())
                    st.rerun()
                if st.button(_("Edit"), key=f"rule-edit-{rule.id}", type="tertiary", icon=":material/tune:"):
                    set_parameter("rule", str(rule.id))
                    st.rerun()
            st.caption(kind_help()[rule.kind])


def _edit(rule: AlertRule) -> None:
    """A rule, and its rehearsal beside it."""
    names, kinds = brand_names(), kind_names()
    back(_("Back to the list"), "rule", key="rule-back")
    left, right = st.columns([2, 3])
    with left:
        kind = st.selectbox(
            _("What to watch for"),
            alerts_rules.KINDS,
            alerts_rules.KINDS.index(rule.kind),
            format_func=lambda k: kinds[k],
            key=f"rule-kind-{rule.id}",
        )
        st.caption(kind_help()[kind])
        brand, query, sensitivity = 0, "", rule.sensitivity
        if kind in OF_BRAND:
            choices = {0: _("All posts"), **names}
            own = next((b.id for b in reputation_reads.brands() if b.is_own), 0)
            start = rule.brand if rule.id else own
            brand = st.selectbox(
                _("Brand or watch"),
                list(choices),
                list(choices).index(start) if start in choices else 0,
                format_func=lambda b: choices[b],
                key=f"rule-brand-{rule.id}",
            )
        if kind == "keyword":
            query = st.text_input(
                _("Query"), rule.query, key=f"rule-query-{rule.id}", placeholder="brimelo (panne OR outage)"
            )
        if kind in {"volume", "tone", "competitor"}:
            labels = sensitivity_names()
            sensitivity = st.select_slider(
                _("Sensitivity"),
                alerts_rules.SENSITIVITIES,
                rule.sensitivity,
                format_func=lambda s: labels[s],
                key=f"rule-sensitivity-{rule.id}",
            )
        name = st.text_input(_("Name (if you want another)"), rule.name, max_chars=120, key=f"rule-name-{rule.id}")
    draft = replace(rule, kind=kind, name=name, brand=brand, query=query, sensitivity=sensitivity)
    good = True
    if kind == "keyword":
        try:
            parse(query)
        except QueryError as error:
            good = False
            with left:
                st.error(query_problem(error, query), icon=":material/error:")
    with right:
        if good:
            _rehearse(draft)
    with left, st.container(horizontal=True):
        if st.button(_("Keep"), type="primary", disabled=not good, key="rule-keep"):
            alerts_rules.save_rule(cache.store(), draft, now())
            set_parameter("rule", "")
            st.rerun()
        if rule.id and st.button(_("Remove"), key="rule-remove", type="tertiary", icon=":material/delete:"):
            alerts_rules.remove_rule(cache.store(), rule.id)
            set_parameter("rule", "")
            st.rerun()


def _rehearse(rule: AlertRule) -> None:
    """What the rule would have told in the last three months, each with its posts."""
    hour = now().replace(minute=0, second=0, microsecond=0)
    plain = replace(rule, id=0, name="", is_on=True, looked_at=0)
    found = alert_reads.rehearsal(plain, hour, REHEARSED)
    if not found:
        st.success(
            n_(
                "It would not have told anything in {n} day.", "It would not have told anything in {n} days.", REHEARSED
            ),
            icon=":material/theaters:",
        )
        return
    st.markdown(
        "**"
        + n_(
            "It would have told something {n} time in the last 90 days",
            "It would have told something {n} times in the last 90 days",
            len(found),
        )
        + "**"
    )
    for number, item in enumerate(reversed(found[-20:])):
        at = moment(datetime.fromtimestamp(item.noticed, UTC))
        with st.expander(f"{escape(at)} · {escape(how_unusual(rule.kind, item.facts))}"):
            st.caption(escape(since_when(item)))
            _posts(item.posts, item.origin, f"rehearsal-{number}")
    if len(found) > 20:
        st.caption(n_("{n} older one", "{n} older ones", len(found) - 20))

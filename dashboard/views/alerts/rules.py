"""The rules of alerts: what is watched for, and one rule beside its rehearsal."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from dashboard.reads import alerts as alert_reads
from dashboard.reads import cache
from dashboard.reads import reputation as reputation_reads
from dashboard.state import now, parameter, set_parameter
from dashboard.views.alerts.all import COLOURS, posts_to_read
from dashboard.views.allowed import only
from dashboard.views.meanwhile import Opened, clicked, opened, saved, tell
from dashboard.views.page import back
from dashboard.words.alerts import brand_names, how_unusual, kind_help, kind_names, sensitivity_names, since_when
from dashboard.words.brands import query_problem
from dashboard.words.labels import escape
from dashboard.words.language import _, moment, n_
from data.alerts.rules import FIELDS, KINDS, SENSITIVITIES, AlertRule, remove_rule, save_rule
from data.models import from_epoch
from data.posts.query_language import QueryError, parse

REHEARSED = 90  # days
OF_BRAND = ("volume", "tone", "event", "conflict", "topic", "competitor")  # kinds that watch a brand, or all posts
MEASURED = ("volume", "tone", "competitor")  # kinds that have a sensitivity


def rules() -> None:
    """What is watched for, and one rule with what it would have told."""
    kept = alert_reads.alert_rules()
    asked = parameter("rule")
    if asked == "new" or any(str(rule.id) == asked for rule in kept):
        _edit(next((rule for rule in kept if str(rule.id) == asked), AlertRule(0, "volume")))
        return
    if st.button(_("Add a rule"), type="primary", icon=":material/add:", key="new-rule", **only(save_rule)):
        set_parameter("rule", "new")
        st.rerun()
    if not kept:
        st.info(
            _("Rules begin to watch once your brand is named on the Reputation page."), icon=":material/notifications:"
        )
    names = brand_names()
    tell()
    for rule in kept:
        _row(rule, names)


def _row(rule: AlertRule, names: dict[int, str]) -> None:
    with st.container(border=True, key=f"rule-{rule.id}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.badge(kind_names()[rule.kind], color=COLOURS[rule.kind])
            about = rule.name or (rule.query if rule.kind == "keyword" else names.get(rule.brand, _("All posts")))
            st.markdown(f"**{escape(about)}**", width="content")
            st.caption(sensitivity_names()[rule.sensitivity])
            st.space("stretch")
            is_on = st.toggle(_("On"), rule.is_on, key=f"rule-on-{rule.id}-{rule.is_on}", **only(save_rule))
            if is_on != rule.is_on:
                clicked(save_rule, cache.store(), replace(rule, is_on=is_on), now(), rule)
                st.rerun()
            if st.button(
                _("Edit"),
                key=f"rule-edit-{rule.id}",
                type="tertiary",
                icon=":material/tune:",
                **only(save_rule),
            ):
                set_parameter("rule", str(rule.id))
                st.rerun()
        st.caption(kind_help()[rule.kind])


def _edit(rule: AlertRule) -> None:
    """A rule, and its rehearsal beside it."""
    back(_("Back to the list"), "rule", key="rule-back")
    form = opened(f"rule-{rule.id}", rule, FIELDS)
    left, right = st.columns([2, 3])
    with left:
        draft = _form(form)
        good = draft.kind != "keyword" or _readable(draft.query)
    with right:
        if good:
            _rehearse(draft)
    with left, st.container(horizontal=True):
        if (
            st.button(_("Keep"), type="primary", key="rule-keep", **only(save_rule))
            and good
            and saved(form, lambda seen: save_rule(cache.store(), draft, now(), seen))
        ):
            set_parameter("rule", "")
            st.rerun()
        if (
            rule.id
            and st.button(
                _("Remove"), key="rule-remove", type="tertiary", icon=":material/delete:", **only(remove_rule)
            )
            and saved(form, lambda seen: remove_rule(cache.store(), rule.id, seen))
        ):
            set_parameter("rule", "")
            st.rerun()


def _form(form: Opened[AlertRule]) -> AlertRule:
    """The rule as the form says it."""
    rule = form.shown
    kinds, labels = kind_names(), sensitivity_names()
    kind = st.selectbox(
        _("What to watch for"),
        KINDS,
        KINDS.index(rule.kind),
        format_func=lambda k: kinds[k],
        key=form.key(f"rule-kind-{rule.id}"),
    )
    st.caption(kind_help()[kind])
    brand, query, sensitivity = 0, "", rule.sensitivity
    if kind in OF_BRAND:
        brand = _brand(rule, form.key(f"rule-brand-{rule.id}"))
    if kind == "keyword":
        query = st.text_input(
            _("Query"), rule.query, key=form.key(f"rule-query-{rule.id}"), placeholder="brimelo (panne OR outage)"
        )
    if kind in MEASURED:
        sensitivity = st.select_slider(
            _("Sensitivity"),
            SENSITIVITIES,
            rule.sensitivity,
            format_func=lambda s: labels[s],
            key=form.key(f"rule-sensitivity-{rule.id}"),
        )
    name = st.text_input(
        _("Name (if you want another)"), rule.name, max_chars=120, key=form.key(f"rule-name-{rule.id}")
    )
    told = _told(rule, form.key(f"rule-told-{rule.id}"))
    return replace(rule, kind=kind, name=name, brand=brand, query=query, sensitivity=sensitivity, channels=told)


def _told(rule: AlertRule, key: str) -> tuple[int, ...]:
    """The only channels that the rule tells; none for all that take everything."""
    kept, _sent = alert_reads.destinations()
    names = {item.id: f"{item.person} · {item.name}" if item.person else item.name for item in kept}
    if not names:
        return rule.channels
    return tuple(
        st.multiselect(
            _("Whom it tells"),
            list(names),
            [channel for channel in rule.channels if channel in names],
            format_func=lambda channel: names.get(channel, ""),
            placeholder=_("Every address that takes all alerts"),
            help=_("Choose addresses or people to tell these alone. Addresses are added under “Where they go”."),
            key=key,
        )
    )


def _brand(rule: AlertRule, key: str) -> int:
    choices = {0: _("All posts"), **brand_names()}
    own = reputation_reads.own_brand()
    start = rule.brand if rule.id else own.id if own else 0
    return st.selectbox(
        _("Brand or watch"),
        list(choices),
        list(choices).index(start) if start in choices else 0,
        format_func=lambda b: choices[b],
        key=key,
    )


def _readable(query: str) -> bool:
    """Whether a query can be read; says what is wrong with it."""
    try:
        parse(query)
    except QueryError as error:
        st.error(query_problem(error, query), icon=":material/error:")
        return False
    return True


def _rehearse(rule: AlertRule) -> None:
    """What the rule would have told in the last three months, each with its posts."""
    hour = now().replace(minute=0, second=0, microsecond=0)
    plain = replace(rule, id=0, name="", is_on=True, looked_at=0, channels=())
    findings = alert_reads.rehearsal(plain, hour, REHEARSED)
    if not findings:
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
            len(findings),
        )
        + "**"
    )
    for number, item in enumerate(reversed(findings[-20:])):
        at = moment(from_epoch(item.noticed))
        with st.expander(f"{escape(at)} · {escape(how_unusual(rule.kind, item.facts))}"):
            st.caption(escape(since_when(item)))
            posts_to_read(item.posts, item.origin, f"rehearsal-{number}")
    if len(findings) > 20:
        st.caption(n_("{n} older one", "{n} older ones", len(findings) - 20))

"""Who receives the brief or a report: recipients, a preview, what was sent and what was not."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st
from babel.dates import get_day_names

from dashboard.reads import cache
from dashboard.sending import mailings as mailing
from dashboard.state import now, parameter, remembered, set_parameter
from dashboard.views.alerts.destinations import ZONES, kept_address, outcome_row, say_outcome
from dashboard.views.allowed import only, why_not
from dashboard.views.page import back
from dashboard.words.labels import escape
from dashboard.words.language import LANGUAGES, _, current, moment
from data.sharing import reports, subscriptions
from data.sharing.subscriptions import Mailing, Subscription


def kind_names() -> dict[str, str]:
    return {"daily": _("Every day"), "weekly": _("Every week"), "monthly": _("On the first of the month")}


def show() -> None:
    """Recipients, one of them, and the last mailings."""
    with cache.store().read() as connection:
        found = subscriptions.subscriptions(connection)
        sent = subscriptions.recent_mailings(connection)
        known = {r.id: r.name for r in reports.reports(connection)}
    asked = parameter("recipient")
    chosen = next((s for s in found if str(s.id) == asked), None)
    if asked == "new" or chosen is not None:
        _form(chosen or Subscription(0, "", "", lang=current(), zone=str(remembered("zone", "UTC"))), known)
        return
    st.write(
        _(
            "The morning brief, or a report with its PDF, by mail or through any of about a hundred services: each "
            "recipient in their language, at their hour. On a day without anything unusual it says so."
        )
    )
    if cache.settings().demo:
        st.info(_("In the demo nothing is sent by itself; “Send it now” works."), icon=":material/science:")
    if st.button(
        _("Add a recipient"),
        type="primary",
        icon=":material/add:",
        key="new-recipient",
        **only(subscriptions.save_subscription),
    ):
        set_parameter("recipient", "new")
        st.rerun()
    for item in found:
        _row(item, known)
    if sent:
        _mailings(found, sent)


def when_words(item: Subscription) -> str:
    names = get_day_names("wide", locale=current())
    when = names[item.weekday] if item.kind == "weekly" else kind_names()[item.kind].lower()
    return f"{when}, {item.hour}:00 ({item.zone})"


def _row(item: Subscription, known: dict[int, str]) -> None:
    with st.container(border=True, key=f"recipient-{item.id}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{escape(item.name)}**", width="content")
            if not item.is_on:
                st.badge(_("Off"), color="gray")
            what = known.get(item.report, _("a report that was removed")) if item.report else _("Morning brief")
            st.caption(escape(f"{what} · {when_words(item)} · {LANGUAGES.get(item.lang, item.lang)}"))
        with st.container(horizontal=True, gap="small"):
            if st.button(_("Preview"), key=f"preview-{item.id}", type="tertiary", icon=":material/visibility:"):
                _preview(item)
            if st.button(
                _("Send it now"),
                key=f"send-{item.id}",
                type="tertiary",
                icon=":material/send:",
                **only(mailing.send_edition),
            ):
                say_outcome(mailing.send_edition(item, cache.settings(), now(), now()))
            if st.button(
                _("Edit"),
                key=f"recipient-edit-{item.id}",
                type="tertiary",
                icon=":material/edit:",
                **only(subscriptions.save_subscription),
            ):
                set_parameter("recipient", str(item.id))
                st.rerun()


def _preview(item: Subscription) -> None:
    try:
        title, body, file = mailing.message(item, now(), now())
    except mailing.Missing as error:
        st.error(escape(str(error)), icon=":material/error:")
        return
    with st.container(border=True, key=f"previewed-{item.id}"):
        st.markdown(f"**{escape(title)}**")
        st.text(body)
        if file:
            st.download_button(
                "PDF",
                file,
                "vigie-report.pdf",
                "application/pdf",
                on_click="ignore",
                key=f"preview-pdf-{item.id}",
                icon=":material/attach_file:",
            )


def _mailings(found: list[Subscription], sent: list[Mailing]) -> None:
    st.subheader(_("What was sent"), anchor=False)
    names = {item.id: item.name for item in found}
    for item in sent:
        told = f"{names.get(item.subscription, '?')} · {moment(item.sent_at or item.due_at)}"
        if outcome_row(item, told, f"mail-again-{item.id}", why_not(subscriptions.send_again)):
            subscriptions.send_again(cache.store(), item.id, now())
            st.rerun()


def _form(item: Subscription, known: dict[int, str]) -> None:
    back(_("Back to the list"), "recipient", key="recipient-back")
    zones = list(dict.fromkeys((item.zone, *ZONES)))
    contents = {0: _("Morning brief"), **known}
    kinds, days = kind_names(), get_day_names("wide", locale=current())
    name = st.text_input(_("Name"), item.name, max_chars=80, key=f"recipient-name-{item.id}")
    address = st.text_input(
        _("Address"),
        type="password",
        key=f"recipient-address-{item.id}",
        placeholder=_("kept as it is") if item.id else "mailtos://user:password@example.org?to=them@example.org",
        help=_("It is kept in the credentials file, never in the database, and never shown again."),
    )
    left, right = st.columns(2)
    with left:
        report = st.selectbox(
            _("What"),
            list(contents),
            list(contents).index(item.report) if item.report in contents else 0,
            format_func=lambda r: contents[r],
        )
        kind = st.selectbox(_("How often"), list(kinds), list(kinds).index(item.kind), format_func=lambda k: kinds[k])
        weekday = item.weekday
        if kind == "weekly":
            weekday = int(st.selectbox(_("Day"), range(7), item.weekday, format_func=lambda d: days[d]) or 0)
        minutes = item.minutes
        if not report:
            minutes = int(st.number_input(_("Reading time in minutes"), 1, 30, item.minutes))
    with right:
        hour = int(st.number_input(_("Hour"), 0, 23, item.hour))
        zone = st.selectbox(_("Time zone"), zones, 0, accept_new_options=True)
        lang = st.selectbox(
            _("Language"), list(LANGUAGES), list(LANGUAGES).index(item.lang), format_func=lambda c: LANGUAGES[c]
        )
        is_on = st.toggle(_("On"), item.is_on)
    with st.container(horizontal=True):
        if st.button(_("Keep"), type="primary", key="recipient-keep", **only(subscriptions.save_subscription)):
            wanted = replace(
                item,
                name=name or _("Recipient"),
                report=report,
                kind=kind,
                weekday=weekday,
                minutes=minutes,
                hour=hour,
                zone=str(zone),
                lang=lang,
                is_on=is_on,
            )
            _keep(wanted, address.strip())
        if item.id and st.button(
            _("Remove"),
            key="recipient-remove",
            type="tertiary",
            icon=":material/delete:",
            **only(subscriptions.remove_subscription),
        ):
            subscriptions.remove_subscription(cache.store(), item.id)
            set_parameter("recipient", "")
            st.rerun()


def _keep(item: Subscription, address: str) -> None:
    """Keep a recipient, the address apart; says what is wrong."""
    kept = kept_address(address, item.address)
    if not kept:
        return
    try:
        subscriptions.save_subscription(cache.store(), replace(item, address=kept), now())
    except ValueError:
        st.error(_("There is no such time zone. Write it as Europe/Paris."), icon=":material/error:")
        return
    set_parameter("recipient", "")
    st.rerun()

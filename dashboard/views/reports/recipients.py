"""Who receives the brief or a report: recipients, a preview, what was sent and what was not."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st
from babel.dates import get_day_names

from dashboard.reads import cache
from dashboard.sending import mailings as mailing
from dashboard.sending.services import Written
from dashboard.state import now, parameter, remembered, set_parameter
from dashboard.views.alerts import services
from dashboard.views.alerts.destinations import ZONES, outcome_row
from dashboard.views.allowed import only, why_not
from dashboard.views.meanwhile import Opened, opened, saved
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
                refusal = mailing.send_edition(item, cache.settings(), now(), now())
                subscriptions.note_sent(cache.store(), item.id, refusal)
                services.say_outcome(refusal)
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
        letter, file = mailing.message(item, now(), now())
    except mailing.Missing as error:
        st.error(escape(str(error)), icon=":material/error:")
        return
    with st.container(border=True, key=f"previewed-{item.id}"):
        st.markdown(f"**{escape(letter.title)}**")
        st.text(letter.body)
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
    st.header(_("What was sent"), anchor=False)
    names = {item.id: item.name for item in found}
    for item in sent:
        told = f"{names.get(item.subscription, '?')} · {moment(item.sent_at or item.due_at)}"
        if outcome_row(item, told, f"mail-again-{item.id}", why_not(subscriptions.send_again)):
            subscriptions.send_again(cache.store(), item.id, now())
            st.rerun()


def _form(item: Subscription, known: dict[int, str]) -> None:
    """One recipient. What changes the fields stands above them; what is written goes with the button that keeps it."""
    back(_("Back to the list"), "recipient", key="recipient-back")
    form = opened(f"recipient-{item.id}", item, subscriptions.FIELDS)
    item = form.shown
    contents, kinds = {0: _("Morning brief"), **known}, kind_names()
    service = services.choose_service(item.address, form.key(f"recipient-{item.id}"))
    left, right = st.columns(2)
    report = left.selectbox(
        _("What"),
        list(contents),
        list(contents).index(item.report) if item.report in contents else 0,
        format_func=lambda r: contents[r],
        key=form.key(f"recipient-report-{item.id}"),
    )
    kind = right.selectbox(
        _("How often"),
        list(kinds),
        list(kinds).index(item.kind),
        format_func=lambda k: kinds[k],
        key=form.key(f"recipient-kind-{item.id}"),
    )
    with st.form(form.key(f"recipient-form-{item.id}")):
        name = st.text_input(_("Name"), item.name, max_chars=80, key=form.key(f"recipient-name-{item.id}"))
        written = services.fields(service, item.address, form.key(f"recipient-{item.id}"))
        wanted = _times(replace(item, name=name or _("Recipient"), report=report, kind=kind))
        with st.container(horizontal=True):
            keeps = st.form_submit_button(
                _("Keep"), type="primary", key="recipient-keep", **only(subscriptions.save_subscription)
            )
            tries = st.form_submit_button(_("Send a test"), key="recipient-try", icon=":material/send:")
    if keeps:
        _keep(form, wanted, service, written)
    elif tries:
        services.try_it(service, written, item.address)
    if (
        item.id
        and st.button(
            _("Remove"),
            key="recipient-remove",
            type="tertiary",
            icon=":material/delete:",
            **only(subscriptions.remove_subscription),
        )
        and saved(form, lambda seen: subscriptions.remove_subscription(cache.store(), cache.settings(), item.id, seen))
    ):
        set_parameter("recipient", "")
        st.rerun()


def _times(item: Subscription) -> Subscription:
    """The recipient with its day, hour, length and language, as the form says them."""
    days, zones = get_day_names("wide", locale=current()), list(dict.fromkeys((item.zone, *ZONES)))
    left, right = st.columns(2)
    weekday, minutes = item.weekday, item.minutes
    if item.kind == "weekly":
        weekday = int(left.selectbox(_("Day"), range(7), item.weekday, format_func=lambda d: days[d]) or 0)
    if not item.report:
        minutes = int(left.number_input(_("Reading time in minutes"), 1, 30, item.minutes))
    hour = int(right.number_input(_("Hour"), 0, 23, item.hour))
    lang = left.selectbox(
        _("Language"), list(LANGUAGES), list(LANGUAGES).index(item.lang), format_func=lambda c: LANGUAGES[c]
    )
    zone = right.selectbox(_("Time zone"), zones, 0, accept_new_options=True)
    is_on = st.toggle(_("On"), item.is_on)
    return replace(item, weekday=weekday, minutes=minutes, hour=hour, zone=str(zone), lang=lang, is_on=is_on)


def _keep(form: Opened[Subscription], item: Subscription, service: str, written: Written) -> None:
    """Keep a recipient, the address apart; says what is wrong."""
    kept = services.kept_address(service, written, item.address)
    if not kept:
        return
    wanted = replace(item, address=kept)
    try:
        done = saved(form, lambda seen: subscriptions.save_subscription(cache.store(), wanted, now(), seen))
    except ValueError:
        st.error(_("There is no such time zone. Write it as Europe/Paris."), icon=":material/error:")
        return
    if done:
        services.forget_replaced(item.address, kept)
        set_parameter("recipient", "")
        st.rerun()

"""Where alerts go: destinations, their hours, what was sent and what was not."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from dashboard.reads import alerts as alert_reads
from dashboard.reads import cache
from dashboard.sending import alerts as deliver
from dashboard.state import now, parameter, remembered, set_parameter
from dashboard.views.allowed import only, why_not
from dashboard.views.page import Colour, back
from dashboard.words.alerts import sending_hours, why_not_sent
from dashboard.words.labels import escape
from dashboard.words.language import LANGUAGES, _, moment, n_
from data.alerts import destinations as destinations_store
from data.alerts.destinations import Destination
from data.credentials import keep_channel_secret
from data.sharing.subscriptions import Mailing

ZONES = ("Europe/Paris", "UTC", "Europe/London", "Europe/Brussels", "America/Montreal", "America/New_York")
STATES: dict[str, Colour] = {"sent": "green", "waiting": "blue", "failed": "red"}


def destinations() -> None:
    """Destinations, the form for one, and the last deliveries."""
    kept, deliveries = alert_reads.destinations()
    st.write(
        _(
            "Alerts are always here. They can also go by mail, to Slack, Teams, Matrix, ntfy, a webhook and about a "
            "hundred other services: write the address as Apprise does."
        )
    )
    if cache.settings().demo:
        st.info(_("In the demo nothing is sent by itself; “Send a test” works."), icon=":material/science:")
    asked = parameter("channel")
    current = next((c for c in kept if str(c.id) == asked), None)
    if asked == "new" or current is not None:
        _form(current or Destination(0, "", "", zone=str(remembered("zone", "UTC"))))
        return
    if st.button(
        _("Add a channel"),
        type="primary",
        icon=":material/add:",
        key="new-channel",
        **only(destinations_store.save_destination),
    ):
        set_parameter("channel", "new")
        st.rerun()
    for destination in kept:
        _row(destination)
    if deliveries:
        _deliveries(kept, deliveries)


def _row(destination: Destination) -> None:
    with st.container(
        border=True, key=f"channel-{destination.id}", horizontal=True, vertical_alignment="center", gap="small"
    ):
        st.markdown(f"**{escape(destination.name)}**", width="content")
        if not destination.is_on:
            st.badge(_("Off"), color="gray")
        st.caption(escape(sending_hours(destination)))
        st.space("stretch")
        if st.button(
            _("Send a test"),
            key=f"try-{destination.id}",
            type="tertiary",
            icon=":material/send:",
            **only(deliver.try_destination),
        ):
            say_outcome(deliver.try_destination(destination, cache.settings()))
        if st.button(
            _("Edit"),
            key=f"channel-edit-{destination.id}",
            type="tertiary",
            icon=":material/edit:",
            **only(destinations_store.save_destination),
        ):
            set_parameter("channel", str(destination.id))
            st.rerun()


def _deliveries(kept: list[Destination], deliveries: list[destinations_store.Delivery]) -> None:
    st.subheader(_("What was sent"), anchor=False)
    names = {destination.id: destination.name for destination in kept}
    for item in deliveries[:25]:
        about = _("alert {n}").format(n=item.alert)
        told = f"{names.get(item.destination, '?')} · {about} · {moment(item.sent_at or item.due_at)}"
        if outcome_row(item, told, f"again-{item.id}", why_not(destinations_store.try_again)):
            destinations_store.try_again(cache.store(), item.id, now())
            st.rerun()


def outcome_row(item: destinations_store.Delivery | Mailing, told: str, key: str, closed: str | None) -> bool:
    """What became of a message, told what it was; true where a person asks to try it again. `closed` is why they may
    not."""
    words = {"sent": _("Sent"), "waiting": _("Waiting"), "failed": _("Failed")}
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge(words[item.state], color=STATES[item.state])
        st.caption(escape(told))
        if item.attempts and item.state != "sent":
            st.caption(n_("{n} attempt", "{n} attempts", item.attempts) + f": {escape(why_not_sent(item.error))}")
        return item.state == "failed" and st.button(
            _("Try again"), key=key, type="tertiary", disabled=closed is not None, help=closed
        )


def _form(destination: Destination) -> None:
    back(_("Back to the list"), "channel", key="channel-back")
    name = st.text_input(_("Name"), destination.name, max_chars=80, key=f"channel-name-{destination.id}")
    address = st.text_input(
        _("Address"),
        type="password",
        key=f"channel-address-{destination.id}",
        placeholder=_("kept as it is")
        if destination.id
        else "mailtos://user:password@example.org, slack://…, ntfys://…",
        help=_("It is kept in the credentials file, never in the database, and never shown again."),
    )
    st.link_button(
        _("Addresses of all services"),
        "https://github.com/caronc/apprise/wiki",
        type="tertiary",
        icon=":material/open_in_new:",
    )
    timed = _times(destination)
    zone = st.selectbox(_("Time zone"), list(dict.fromkeys((destination.zone, *ZONES))), 0)
    lang = st.selectbox(
        _("Language"),
        list(LANGUAGES),
        list(LANGUAGES).index(destination.lang),
        format_func=lambda code: LANGUAGES[code],
    )
    is_on = st.toggle(_("On"), destination.is_on)
    with st.container(horizontal=True):
        if st.button(_("Keep"), type="primary", key="channel-keep", **only(destinations_store.save_destination)):
            _keep(replace(timed, name=name or _("Channel"), lang=lang, zone=zone, is_on=is_on), address.strip())
        if destination.id and st.button(
            _("Remove"),
            key="channel-remove",
            type="tertiary",
            icon=":material/delete:",
            **only(destinations_store.remove_destination),
        ):
            destinations_store.remove_destination(cache.store(), destination.id)
            set_parameter("channel", "")
            st.rerun()


def _times(destination: Destination) -> Destination:
    """The destination with when it may be written to, as the form says it."""
    times = {"now": _("At once"), "quiet": _("At once, but not at night"), "digest": _("Once a day")}
    is_quiet, is_digest = destination.quiet_from != destination.quiet_to, destination.digest_hour >= 0
    start = "digest" if is_digest else "quiet" if is_quiet else "now"
    chosen = st.radio(
        _("When"), list(times), list(times).index(start), format_func=lambda time: times[time], horizontal=True
    )
    quiet_from = quiet_to = 0
    digest_hour = -1
    if chosen == "quiet":
        with st.container(horizontal=True):
            default = (destination.quiet_from, destination.quiet_to) if start == "quiet" else (21, 8)
            quiet_from = int(st.number_input(_("Silent from"), 0, 23, default[0]))
            quiet_to = int(st.number_input(_("until"), 0, 23, default[1]))
    elif chosen == "digest":
        digest_hour = int(st.number_input(_("Hour of the digest"), 0, 23, max(0, destination.digest_hour) or 8))
    return replace(destination, quiet_from=quiet_from, quiet_to=quiet_to, digest_hour=digest_hour)


def kept_address(address: str, known: str) -> str:
    """The placeholder of an address once it is kept apart; `known` where none is given. Empty once it has said what is
    wrong."""
    if not address:
        if not known:
            st.error(_("Write the address of the service."), icon=":material/error:")
        return known
    if not deliver.is_known(address):
        st.error(_("No service has such an address. See the list of addresses."), icon=":material/error:")
        return ""
    return keep_channel_secret(cache.settings(), address)


def say_outcome(error: str) -> None:
    """Whether a message arrived."""
    if error:
        st.error(_("It did not arrive: {why}").format(why=escape(why_not_sent(error))), icon=":material/error:")
    else:
        st.success(_("Sent."), icon=":material/check:")


def _keep(destination: Destination, address: str) -> None:
    """Keep a destination, its address apart; says what is wrong with an address that no service takes."""
    kept = kept_address(address, destination.address)
    if not kept:
        return
    destination = replace(destination, address=kept)
    destinations_store.save_destination(cache.store(), destination, now())
    set_parameter("channel", "")
    st.rerun()

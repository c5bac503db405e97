"""Where alerts go: destinations, their hours, what was sent and what was not."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from dashboard.reads import alerts as alert_reads
from dashboard.reads import cache
from dashboard.reads import inbox as inbox_reads
from dashboard.sending import alerts as deliver
from dashboard.sending.services import Written
from dashboard.state import now, parameter, remembered, set_parameter
from dashboard.views.alerts import services
from dashboard.views.allowed import only, why_not
from dashboard.views.meanwhile import Opened, opened, saved
from dashboard.views.mentions.triage import me
from dashboard.views.page import Colour, back
from dashboard.words.alerts import sending_hours, service_names, why_not_sent
from dashboard.words.labels import escape
from dashboard.words.language import LANGUAGES, _, current, moment, n_
from data.alerts import destinations as destinations_store
from data.alerts.destinations import Destination
from data.sharing.subscriptions import Mailing

ZONES = ("Europe/Paris", "UTC", "Europe/London", "Europe/Brussels", "America/Montreal", "America/New_York")
STATES: dict[str, Colour] = {"sent": "green", "waiting": "blue", "failed": "red"}


def destinations() -> None:
    """Destinations, the form for one, and the last deliveries."""
    kept, deliveries = alert_reads.destinations()
    st.write(
        _(
            "Alerts are always here. They can also go by mail, to Slack, Teams, Discord, ntfy, a webhook, and to about "
            "a hundred other services. Each rule says which of these addresses it tells."
        )
    )
    if cache.settings().demo:
        st.info(_("In the demo nothing is sent by itself; “Send a test” works."), icon=":material/science:")
    asked = parameter("channel")
    chosen = next((c for c in kept if str(c.id) == asked), None)
    if asked == "new" or chosen is not None:
        _form(chosen or Destination(0, "", "", lang=current(), zone=str(remembered("zone", "UTC"))))
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
        service = services.kept_service(destination.address)
        told = [service_names().get(service, ""), destination.person, sending_hours(destination)]
        told += [_("only rules that name it")] if destination.by_name else []
        told += [_("tells people what is assigned to them")] if destination.notices else []
        st.caption(escape(" · ".join(filter(None, told))))
        st.space("stretch")
        if st.button(
            _("Send a test"),
            key=f"try-{destination.id}",
            type="tertiary",
            icon=":material/send:",
            **only(deliver.try_destination),
        ):
            services.say_outcome(deliver.try_destination(destination, cache.settings()))
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
    st.header(_("What was sent"), anchor=False)
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
    """One destination. What changes the fields stands above them; what is written goes with the button."""
    back(_("Back to the list"), "channel", key="channel-back")
    form = opened(f"channel-{destination.id}", destination, destinations_store.FIELDS)
    destination = form.shown
    service = services.choose_service(destination.address, form.key(f"channel-{destination.id}"))
    when = _when(destination)
    with st.form(form.key(f"channel-form-{destination.id}")):
        name = st.text_input(_("Name"), destination.name, max_chars=80, key=form.key(f"channel-name-{destination.id}"))
        written = services.fields(service, destination.address, form.key(f"channel-{destination.id}"))
        wanted = _hours(destination, when)
        wanted = _whose(wanted)
        if service == "mail":
            wanted = replace(wanted, notices=_tells_the_team(wanted))
        left, right = st.columns(2)
        zone = left.selectbox(_("Time zone"), list(dict.fromkeys((destination.zone, *ZONES))), 0)
        lang = right.selectbox(
            _("Language"),
            list(LANGUAGES),
            list(LANGUAGES).index(destination.lang),
            format_func=lambda code: LANGUAGES[code],
        )
        is_on = st.toggle(_("On"), destination.is_on)
        wanted = replace(wanted, name=name or service_names()[service], lang=lang, zone=zone, is_on=is_on)
        with st.container(horizontal=True):
            keeps = st.form_submit_button(
                _("Keep"), type="primary", key="channel-keep", **only(destinations_store.save_destination)
            )
            tries = st.form_submit_button(_("Send a test"), key="channel-try", icon=":material/send:")
    if keeps:
        _keep(form, wanted, service, written)
    elif tries:
        services.try_it(service, written, destination.address)
    if (
        destination.id
        and st.button(
            _("Remove"),
            key="channel-remove",
            type="tertiary",
            icon=":material/delete:",
            **only(destinations_store.remove_destination),
        )
        and saved(
            form,
            lambda seen: destinations_store.remove_destination(cache.store(), cache.settings(), destination.id, seen),
        )
    ):
        set_parameter("channel", "")
        st.rerun()


def _when(destination: Destination) -> str:
    """When it may be written to: now, quiet or digest."""
    times = {"now": _("At once"), "quiet": _("At once, but not at night"), "digest": _("Once a day")}
    is_quiet, is_digest = destination.quiet_from != destination.quiet_to, destination.digest_hour >= 0
    start = "digest" if is_digest else "quiet" if is_quiet else "now"
    return (
        st.segmented_control(
            _("When"),
            list(times),
            default=start,
            format_func=lambda time: times[time],
            key=f"channel-when-{destination.id}",
        )
        or start
    )


def _hours(destination: Destination, when: str) -> Destination:
    """The destination with its hours, as the form says them."""
    quiet_from = quiet_to = 0
    digest_hour = -1
    if when == "quiet":
        is_quiet = destination.quiet_from != destination.quiet_to
        default = (destination.quiet_from, destination.quiet_to) if is_quiet else (21, 8)
        left, right = st.columns(2)
        quiet_from = int(left.number_input(_("Silent from"), 0, 23, default[0]))
        quiet_to = int(right.number_input(_("until"), 0, 23, default[1]))
    elif when == "digest":
        start = destination.digest_hour if destination.digest_hour >= 0 else 8
        digest_hour = int(st.number_input(_("Hour of the digest"), 0, 23, start))
    return replace(destination, quiet_from=quiet_from, quiet_to=quiet_to, digest_hour=digest_hour)


def _whose(destination: Destination) -> Destination:
    """The destination with whose it is, and which alerts it takes."""
    left, right = st.columns(2)
    names = ["", *dict.fromkeys(name for name in (destination.person, me(), *inbox_reads.people()) if name)]
    person = left.selectbox(
        _("For whom"),
        names,
        names.index(destination.person),
        format_func=lambda name: name or _("Everybody"),
        accept_new_options=True,
        help=_("A name of your team, where the address is one person's. Rules can then tell this person."),
    )
    takes = {False: _("All, but those for others"), True: _("Only alerts of rules that name it")}
    by_name = right.selectbox(
        _("What it gets"), list(takes), list(takes).index(destination.by_name), format_func=lambda named: takes[named]
    )
    return replace(destination, person=str(person or ""), by_name=bool(by_name))


def _tells_the_team(destination: Destination) -> bool:
    """Whether its mail server also writes to people of the team."""
    return st.toggle(
        _("Also tell people of the team by mail what is assigned to them"),
        destination.notices,
        help=_(
            "Each at the address under My account, through this mail server and from this sender. One mail server is "
            "enough: of several the first does it."
        ),
    )


def _keep(form: Opened[Destination], destination: Destination, service: str, written: Written) -> None:
    """Keep a destination, its address apart; says what is wrong with an address that no service takes."""
    kept = services.kept_address(service, written, destination.address)
    if not kept:
        return
    wanted = replace(destination, address=kept)
    if saved(form, lambda seen: destinations_store.save_destination(cache.store(), wanted, now(), seen)):
        services.forget_replaced(destination.address, kept)
        set_parameter("channel", "")
        st.rerun()

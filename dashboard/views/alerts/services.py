"""The form for an address that messages go to: one for each service that people know, Apprise's own for the rest."""

from __future__ import annotations

import streamlit as st

from dashboard.reads import cache
from dashboard.sending import alerts as deliver
from dashboard.sending.services import SECURITIES, SERVICES, AddressError, Written, address_of, service_of
from dashboard.words.alerts import address_problem, security_names, service_names, where_to_find, why_not_sent
from dashboard.words.labels import escape
from dashboard.words.language import _
from data.credentials import forget_secret, keep_channel_secret

LINKS = {
    "slack": "https://hooks.slack.com/services/…",
    "teams": "https://….powerplatform.com/…/workflows/…",
    "discord": "https://discord.com/api/webhooks/…",
    "webhook": "https://",
    "other": "mailtos://user:password@example.org, matrixs://…, signal://…",
}


def kept_service(placeholder: str) -> str:
    """The service of an address that is kept, "" where none is."""
    address = deliver.revealed(placeholder, cache.settings()) if placeholder else ""
    return service_of(address) if address else ""


def choose_service(placeholder: str, key: str) -> str:
    """The service whose form is shown. It stands above the form: another one shows other fields."""
    names, kept = service_names(), kept_service(placeholder)
    start = kept or "mail"
    chosen = st.segmented_control(
        _("Where to"), list(SERVICES), default=start, format_func=lambda name: names[name], key=f"service-{key}"
    )
    return chosen or start


def fields(service: str, placeholder: str, key: str) -> Written:
    """What the form of a service asks. Nothing that is kept is shown again: left empty, it stays."""
    st.caption(":material/help: " + where_to_find()[service])
    if service == "other":
        st.link_button(
            _("Addresses of all services"),
            "https://github.com/caronc/apprise/wiki",
            type="tertiary",
            icon=":material/open_in_new:",
        )
    kept = _("kept as it is") if placeholder and kept_service(placeholder) == service else ""
    if service == "mail":
        return _mail(kept, key)
    if service == "ntfy":
        return _ntfy(kept, key)
    link = st.text_input(
        _("Address"),
        type="password",
        key=f"{key}-address-{service}",
        placeholder=kept or LINKS[service],
        max_chars=deliver.LONGEST_ADDRESS,
        autocomplete="off",
        help=_("It is kept in the credentials file, never in the database, and never shown again."),
    )
    return Written(link=link.strip())


def _mail(kept: str, key: str) -> Written:
    names = security_names()
    to = st.text_input(
        _("To"), key=f"{key}-to", max_chars=1_000, placeholder=kept or "ana@example.org, ben@example.org"
    )
    left, middle, right = st.columns([3, 3, 2])
    server = left.text_input(
        _("Mail server (SMTP)"), key=f"{key}-server", max_chars=253, placeholder=kept or "smtp.example.org"
    )
    security = middle.selectbox(
        _("Encryption"), list(SECURITIES), format_func=lambda name: names[name], key=f"{key}-security"
    )
    port = right.number_input(
        _("Port"), 1, 65_535, value=None, key=f"{key}-port", placeholder=_("the usual one"), format="%d"
    )
    left, right = st.columns(2)
    user = left.text_input(
        _("User name there"), key=f"{key}-user", max_chars=320, placeholder=kept or _("none"), autocomplete="off"
    )
    password = right.text_input(
        _("Password there"),
        type="password",
        key=f"{key}-password",
        max_chars=500,
        placeholder=kept or _("none"),
        autocomplete="off",
        help=_("It is kept in the credentials file, never in the database, and never shown again."),
    )
    sender = st.text_input(
        _("From"), key=f"{key}-from", max_chars=320, placeholder=kept or _("the user name, where it is an address")
    )
    return Written(
        server=server.strip(),
        port=int(port or 0),
        security=security,
        user=user.strip(),
        password=password,
        sender=sender.strip(),
        to=to.strip(),
    )


def _ntfy(kept: str, key: str) -> Written:
    topic = st.text_input(
        _("Topic in ntfy"), key=f"{key}-topic", max_chars=64, placeholder=kept or "acme-7f3k2p", autocomplete="off"
    )
    left, right = st.columns(2)
    server = left.text_input(_("Server"), key=f"{key}-ntfy", max_chars=300, placeholder=kept or "https://ntfy.sh")
    token = right.text_input(
        _("Access token"),
        type="password",
        key=f"{key}-token",
        max_chars=500,
        placeholder=kept or _("none"),
        autocomplete="off",
        help=_("It is kept in the credentials file, never in the database, and never shown again."),
    )
    return Written(server=server.strip(), topic=topic.strip(), password=token.strip())


def _made(service: str, written: Written) -> str:
    """The address that a form makes; empty once it has said what is wrong with it."""
    try:
        address = address_of(service, written)
    except AddressError as error:
        st.error(address_problem(error.code), icon=":material/error:")
        return ""
    if deliver.is_of_this_computer(address):
        st.error(address_problem("this_computer"), icon=":material/error:")
        return ""
    if not deliver.is_known(address):
        st.error(address_problem("unknown"), icon=":material/error:")
        return ""
    return address


def _stays(service: str, written: Written, known: str) -> bool:
    """Whether nothing was written where an address of that service is kept."""
    return written.is_empty and bool(known) and kept_service(known) in {service, ""}


def kept_address(service: str, written: Written, known: str) -> str:
    """The placeholder of an address once it is kept apart; `known` where none is given. Empty once it has said what is
    wrong."""
    if _stays(service, written, known):
        return known
    address = _made(service, written)
    return keep_channel_secret(cache.settings(), address) if address else ""


def forget_replaced(before: str, after: str) -> None:
    """Another address was kept in place of `before`: forget this one, unless others have it too."""
    if before and before != after:
        forget_secret(cache.store(), cache.settings(), "channel", before)


def try_it(service: str, written: Written, known: str) -> None:
    """Send a word to what the form says, kept or not, and tell whether it arrived."""
    settings = cache.settings()
    stays = _stays(service, written, known)
    address = deliver.revealed(known, settings) if stays else _made(service, written)
    if address or stays:
        say_outcome(deliver.try_address(address, settings))


def say_outcome(error: str) -> None:
    """Whether a message arrived."""
    if error:
        st.error(_("It did not arrive: {why}").format(why=escape(why_not_sent(error))), icon=":material/error:")
    else:
        st.success(_("Sent: look whether it has arrived."), icon=":material/check:")

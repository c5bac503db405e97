"""Which services accept the credentials that are configured; entering, replacing and removing them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import streamlit as st

from dashboard.reads import cache
from dashboard.state import now, remember, remembered
from dashboard.views.allowed import only
from dashboard.views.page import box_done, box_key
from dashboard.words.acts.credentials import writing_keys
from dashboard.words.labels import escape
from dashboard.words.language import _
from dashboard.words.sources import (
    error_sentence,
    kind_name,
    service_sentence,
    usage_sentence,
)
from data.actor import actor, needs
from data.credentials import (
    READING,
    SERVICES,
    WRITING,
    Credentials,
    CredentialsError,
    addressed,
    credentials_path,
    enter_credentials,
    in_file,
    load_credentials,
    remove_credentials,
)
from data.settings import Settings
from data.usage import Meter, Usage
from sources.credential_checks import CredentialCheck, check_all_credentials
from sources.http import Client


@needs("administrator")
def check_now(settings: Settings) -> list[CredentialCheck]:
    """Ask each service whether it takes what is kept for it."""

    async def ask() -> list[CredentialCheck]:
        async with Client(settings, load_credentials(settings), Meter(cache.store())) as client:
            return await check_all_credentials(client, now())

    return asyncio.run(ask())


def known_credentials() -> tuple[Credentials, str]:
    """(what is configured, why it cannot be read or "")."""
    try:
        return load_credentials(cache.settings()), ""
    except CredentialsError as error:
        return Credentials(), str(error)


def credentials(known: Credentials, unreadable: str, usage: Mapping[str, Usage]) -> None:
    """Each service: configured or not, accepted or not, its quota; entering and removing what it needs."""
    st.caption(_("Keys and tokens are kept in this file, which only you may read, and are never shown again:"))
    st.text(str(credentials_path(cache.settings())))
    if unreadable:
        st.error(escape(unreadable), title=_("The credentials cannot be read"))
        return
    if st.button(_("Check them now"), key="check-access", icon=":material/key:", **only(check_now)):
        with st.spinner(_("Checking…")):
            remember("checked-credentials", check_now(cache.settings()))
    if remembered("credentials-told"):
        st.success(_("Kept."), icon=":material/check:")
        remember("credentials-told", False)
    checked = {(one.service, one.account): one for one in remembered("checked-credentials") or []}
    removable = in_file(cache.settings())
    for service in READING:
        with st.container(border=True):
            _held(service, service_sentence(service), known, checked, removable)
            quota = usage.get(service)
            if quota is not None and (service == "x" or quota.allowed):
                st.caption(escape(usage_sentence(quota, cache.settings().x_monthly_cap)))
            if actor().may("administrator"):
                _enter(service)
    st.subheader(_("To answer, publish and moderate"))
    st.caption(
        _(
            "Keys of their own, apart from those that read, so that nothing is ever written by accident. Without "
            "them nothing is written anywhere."
        )
    )
    for service in WRITING:
        with st.container(border=True):
            keys = writing_keys(service)
            accounts = _held(service, keys.allows, known, checked, removable)
            st.caption(escape(keys.asks))
            st.link_button(_("Where to get them"), keys.address, type="tertiary", icon=":material/open_in_new:")
            quota = usage.get(service)
            if accounts and quota is not None and quota.allowed:
                st.caption(escape(usage_sentence(quota, cache.settings().x_monthly_cap)))
            if actor().may("administrator"):
                _enter(service)
    _channels(removable.accounts("channel"))


def _held(
    service: str,
    sentence: str,
    known: Credentials,
    checked: Mapping[tuple[str, str], CredentialCheck],
    removable: Credentials,
) -> list[str]:
    """A service's name, what its keys are for, and each account that has some; returns those accounts."""
    accounts = known.accounts(service)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(f"**{escape(kind_name(service.removesuffix('_write')))}**", width="content")
        st.badge(_("Configured") if accounts else _("Not configured"), color="green" if accounts else "gray")
    st.caption(escape(sentence))
    for account in accounts:
        _account(service, account, checked.get((service, account)), account in removable.accounts(service))
    return accounts


def _channels(kept: list[str]) -> None:
    """Addresses of channels and recipients: whose they are, never what they hold; removing them."""
    if not kept:
        return
    with cache.store().read() as connection:
        names = addressed(connection)
    with st.container(border=True):
        st.markdown("**" + _("Addresses of alert channels and recipients") + "**")
        st.caption(
            _(
                "They are entered with the channel or the recipient, and go with it. Once one is removed here, "
                "nothing can be sent there."
            )
        )
        for number, name in enumerate(kept, start=1):
            whose = ", ".join(names.get(name, ())) or _("of none any more")
            with st.container(horizontal=True, vertical_alignment="center"):
                st.caption(escape(_("Address {n}: {whose}").format(n=number, whose=whose)))
                if actor().may("administrator") and st.button(
                    _("Remove"),
                    key=f"credential-remove-channel-{name}",
                    type="tertiary",
                    icon=":material/delete:",
                    **only(remove_credentials),
                ):
                    remove_credentials(cache.store(), cache.settings(), "channel", name)
                    st.rerun()


def _account(service: str, account: str, check: CredentialCheck | None, removable: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        words = escape(account)
        if check is not None:
            said = error_sentence(check.error.code) if check.error else _("Accepted.")
            icon = ":material/error:" if check.error else ":material/check:"
            words = f"{icon} " + (words + " · " if words else "") + said
        st.caption(words or _("Kept."))
        if not removable:
            st.caption(_("from the environment"))
        elif actor().may("administrator") and st.button(
            _("Remove"),
            key=f"credential-remove-{service}-{account}",
            type="tertiary",
            icon=":material/delete:",
            **only(remove_credentials),
        ):
            remove_credentials(cache.store(), cache.settings(), service, account)
            st.rerun()


def _enter(service: str) -> None:
    """The form of a service. Its fields are empty at every showing: what is kept is not read out."""
    accounts = {
        "mastodon": _("Instance"),
        "facebook": _("Page; empty for all"),
        "github": _("Server; empty for GitHub"),
        "slack": _("Workspace; empty if there is one"),
        "threads": _("Account; empty if there is one"),
        "mastodon_write": _("Instance"),
        "discourse_write": _("Forum, as forum.example.org"),
        "lemmy_write": _("Instance"),
        "github_write": _("Server; empty for GitHub"),
        "facebook_write": _("Page or Instagram account"),
    }
    with (
        st.popover(_("Enter or replace"), icon=":material/edit:", key=box_key(f"credential-{service}")),
        st.form(f"credential-{service}", clear_on_submit=True, border=False),
    ):
        account = st.text_input(accounts[service], max_chars=200) if service in accounts else ""
        given = {
            key: st.text_input(key, type="password", max_chars=4_000, autocomplete="off") for key in SERVICES[service]
        }
        if not st.form_submit_button(_("Keep"), **only(enter_credentials)):
            return
    try:
        enter_credentials(cache.store(), cache.settings(), service, account, given)
    except CredentialsError as error:
        st.error(escape(str(error)), icon=":material/error:")
        return
    remember("credentials-told", True)
    box_done(f"credential-{service}", _("Saved."))

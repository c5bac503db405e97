"""Which services accept the credentials that are configured."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import streamlit as st

from dashboard.reads import cache
from dashboard.state import now, remember, remembered
from dashboard.words.labels import escape
from dashboard.words.language import _
from dashboard.words.sources import (
    error_sentence,
    kind_name,
    service_sentence,
    usage_sentence,
)
from data.credentials import NETWORKS, Credentials, CredentialsError, credentials_path, example, load_credentials
from data.usage import Meter, Usage
from sources.credential_checks import CredentialCheck, check_all_credentials
from sources.http import Client


async def _check() -> list[CredentialCheck]:
    settings = cache.settings()
    async with Client(settings, load_credentials(settings), Meter(cache.store())) as client:
        return await check_all_credentials(client, now())


def known_credentials() -> tuple[Credentials, str]:
    """(what is configured, why it cannot be read or "")."""
    try:
        return load_credentials(cache.settings()), ""
    except CredentialsError as error:
        return Credentials(), str(error)


def credentials(known: Credentials, unreadable: str, usage: Mapping[str, Usage]) -> None:
    """Where keys and tokens are read from, and each service: configured or not, accepted or not, its quota."""
    st.caption(_("Keys and tokens are read from the environment or from this file, which only you may read:"))
    st.text(str(credentials_path(cache.settings())))
    if unreadable:
        st.error(escape(unreadable), title=_("The credentials cannot be read"))
        return
    if st.button(_("Check them now"), key="check-access", icon=":material/key:"):
        with st.spinner(_("Checking…")):
            remember("checked-credentials", asyncio.run(_check()))
    checked = {(one.service, one.account): one for one in remembered("checked-credentials") or []}
    for service in NETWORKS:
        with st.container(border=True):
            accounts = known.accounts(service)
            with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
                st.markdown(f"**{escape(kind_name(service))}**", width="content")
                st.badge(_("Configured") if accounts else _("Not configured"), color="green" if accounts else "gray")
            st.caption(service_sentence(service))
            for account in accounts:
                one = checked.get((service, account))
                if one is not None:
                    words = error_sentence(one.error.code) if one.error else _("Accepted.")
                    icon = ":material/error:" if one.error else ":material/check:"
                    st.caption(f"{icon} " + (escape(account) + " · " if account else "") + words)
            if not accounts:
                st.code(example(service), language="toml")
            quota = usage.get(service)
            if quota is not None and (service == "x" or quota.allowed):
                st.caption(escape(usage_sentence(quota, cache.settings().x_monthly_cap)))

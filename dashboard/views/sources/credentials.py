"""Which services accept the credentials that are configured."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import streamlit as st

from dashboard.reads import cache
from dashboard.state import now, remember, remembered
from dashboard.words.labels import escape
from dashboard.words.language import _, count
from dashboard.words.sources import (
    error_sentence,
    kind_name,
    service_sentence,
)
from data.credentials import NETWORKS, SERVICES, Credentials, credentials_path, load_credentials
from data.usage import Meter, Usage
from sources.credential_checks import CredentialCheck, check_all_credentials
from sources.http import Client


async def check_credentials() -> list[CredentialCheck]:
    settings = cache.settings()
    async with Client(settings, load_credentials(settings), Meter(cache.store())) as client:
        return await check_all_credentials(client, now())


def access(known: Credentials, unreadable: str, usage: Mapping[str, Usage]) -> None:
    settings = cache.settings()
    st.caption(_("Keys and tokens are read from the environment or from this file, which only you may read:"))
    st.text(str(credentials_path(settings)))
    if unreadable:
        st.error(unreadable, title=_("The credentials cannot be read"))
        return
    if st.button(_("Check them now"), key="check-access", icon=":material/key:"):
        with st.spinner(_("Checking…")):
            remember("access", asyncio.run(check_credentials()))
    checked = {(one.service, one.account): one for one in remembered("access") or []}
    for service in NETWORKS:
        keys = SERVICES[service]
        with st.container(border=True):
            accounts = known.accounts(service)
            with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
                st.markdown(f"**{kind_name(service)}**", width="content")
                st.badge(_("Configured") if accounts else _("Not configured"), color="green" if accounts else "gray")
            st.caption(service_sentence(service))
            for account in accounts:
                one = checked.get((service, account))
                if one is not None:
                    words = error_sentence(one.error.code) if one.error else _("Accepted.")
                    icon = ":material/error:" if one.error else ":material/check:"
                    st.caption(f"{icon} " + (escape(account) + " · " if account else "") + words)
            if not accounts:
                table = f'[{service}."{"mastodon.social" if service == "mastodon" else "PAGE"}"]'
                head = table if service in {"mastodon", "facebook"} else f"[{service}]"
                st.code("\n".join([head, *(f'{key} = "…"' for key in keys)]), language="toml")
            quota = usage.get(service)
            if quota is not None and service == "x":
                st.caption(
                    _("Spent this month: {used} of {cap}").format(
                        used=count(quota.used / 100_000, 2), cap=count(settings.x_monthly_cap, 2)
                    )
                )
            elif quota is not None and quota.allowed:
                st.caption(
                    _("Quota used on {day}: {used} of {allowed}").format(
                        day=quota.period, used=count(quota.used), allowed=count(quota.allowed)
                    )
                )

"""The key to write with, asked for where it is needed."""

from __future__ import annotations

import streamlit as st

from dashboard.reads import cache
from dashboard.views.allowed import only
from dashboard.words.acts.credentials import writing_keys
from dashboard.words.labels import escape
from dashboard.words.language import _
from data.credentials import (
    BY_ACCOUNT,
    SERVICES,
    Credentials,
    CredentialsError,
    enter_credentials,
    load_credentials,
)


def accounts_for(service: str) -> list[str]:
    """The accounts that can be written with: names of instances or pages, "" for a service that has but one."""
    known = _known()
    return [account for account in known.accounts(service) if known.has(service, account)]


def _known() -> Credentials:
    try:
        return load_credentials(cache.settings())
    except CredentialsError as error:
        st.error(escape(str(error)), title=_("The credentials cannot be read"))
        return Credentials()


def ask_for_key(service: str, key: str) -> None:
    """A form for what a service needs. It is kept in the credentials file, and never shown again."""
    keys = writing_keys(service)
    st.info(escape(keys.asks), icon=":material/key:")
    st.link_button(_("Where to get them"), keys.address, type="tertiary", icon=":material/open_in_new:")
    with st.form(f"write-key-{key}", clear_on_submit=True):
        account = ""
        if service in BY_ACCOUNT:
            account = st.text_input(_("Instance, forum or page"), max_chars=200, placeholder="mastodon.social")
        given = {
            name: st.text_input(name, type="password", max_chars=4_000, autocomplete="off")
            for name in SERVICES[service]
        }
        if not st.form_submit_button(_("Keep"), **only(enter_credentials)):
            return
    try:
        enter_credentials(cache.store(), cache.settings(), service, account, given)
    except CredentialsError as error:
        st.error(escape(str(error)), icon=":material/error:")
        return
    st.rerun(scope="fragment")

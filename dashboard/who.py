"""Whose session this is: what the gate let in, looked up in the house at each question."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboard.reads import cache
from dashboard.reads import inbox as inbox_reads
from dashboard.reads.house import has_accounts, house
from dashboard.state import remembered
from dashboard.web.seat import HEADER, OPEN, Seat, unsealed
from data.actor import Actor, RefusedError, follow
from data.house.accounts import Account, account_of, acting_as
from data.house.sessions import actor_behind


def seat() -> Seat | None:
    """How this browser came in; None where it did not come through the gate."""
    return unsealed(str(st.context.headers.get(HEADER, "")))


def _typed_name() -> str:
    """On this computer alone: the name given in this session, else the only name that the record knows."""
    named = str(remembered("my_name", ""))
    if named:
        return named
    known = inbox_reads.people()
    return known[0] if len(known) == 1 else ""


def signed_in() -> Actor | None:
    """Who acts in this session; None where its door is closed by now: signed out, closed, or never opened."""
    settings, held = cache.settings(), seat()
    if held is None:
        return None
    if held == OPEN:
        return None if has_accounts(settings) else Actor(0, _typed_name(), "administrator")
    with house(settings).read() as connection:
        if held.kind == "session":
            return actor_behind(connection, held.holder, datetime.now(UTC))
        return acting_as(connection, int(held.holder))


def _acting() -> Actor | None:
    """None outside of a session of the app; within one, nobody acts whose door is closed."""
    if get_script_run_ctx(suppress_warning=True) is None:
        return None
    found = signed_in()
    if found is None:
        raise RefusedError("session", "reader")
    return found


def my_account() -> Account | None:
    """The account of this session; None on this computer alone."""
    found = signed_in()
    if found is None or not found.account:
        return None
    with house(cache.settings()).read() as connection:
        return account_of(connection, found.account)


follow(_acting)

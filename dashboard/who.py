"""Whose session this is: what the gate let in, looked up in the house at each question."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboard.reads import cache
from dashboard.reads import inbox as inbox_reads
from dashboard.reads.house import has_accounts, house
from dashboard.state import remembered
from dashboard.web.seat import HEADER, OPEN, Seat, unsealed
from data.actor import ROLES, Actor, RefusedError, acting, follow
from data.house.accounts import Account, account_at
from data.house.sessions import account_in
from data.house.workspaces import first_of, has_record, open_to, role_in
from data.settings import load_settings
from data.store import StoreError


def seat() -> Seat | None:
    """How this browser came in; None where it did not come through the gate."""
    return unsealed(str(st.context.headers.get(HEADER, "")))


def number_here() -> int | None:
    """The account of this session, 0 where nobody signs in; None where its door is closed by now: signed out, closed,
    or never opened. Which workspace is shown hangs on it, so it reads no record."""
    settings, held = load_settings(), seat()
    if held is None:
        return None
    if held == OPEN:
        return None if has_accounts(settings) else 0
    here = house(settings)
    number = account_in(here, held.holder, datetime.now(UTC)) if held.kind == "session" else int(held.holder)
    found = account_at(here, number)
    return found.id if found is not None and found.is_open else None


def _typed_name() -> str:
    """On this computer alone: the name given in this session, else the only name that the record knows."""
    named = str(remembered("my_name", ""))
    if named:
        return named
    # Which record is shown is asked of who acts; one that cannot be read knows no name.
    with acting(Actor(0, "", ROLES[-1])), suppress(StoreError):
        known = inbox_reads.people() if has_record(cache.settings()) else []
        return known[0] if len(known) == 1 else ""
    return ""


def signed_in() -> Actor | None:
    """Who acts in this session, with their role in the workspace that it shows; None where its door is closed by now,
    or opens no workspace. A reader at most where they are no member of what is shown: `dashboard.workspace` opens
    nothing of that."""
    number = number_here()
    if not number:
        return None if number is None else Actor(0, _typed_name(), "administrator")
    settings = load_settings()
    open_ones = open_to(settings, number)
    found = account_at(house(settings), number)
    if found is None or not open_ones:
        return None
    key = str(remembered("workspace", "")) or first_of(settings, open_ones)
    return Actor(number, found.name, role_in(settings, number, key) or "reader")


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
    number = number_here()
    if not number:
        return None
    return account_at(house(load_settings()), number)


follow(_acting)

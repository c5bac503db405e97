"""Who is signed in: asked before anything is shown, a menu in the sidebar, and one's own account."""

from __future__ import annotations

import streamlit as st

from dashboard import who
from dashboard.reads import alerts as alert_reads
from dashboard.reads import cache
from dashboard.reads.house import house
from dashboard.state import now, remember, remembered
from dashboard.words.labels import escape
from dashboard.words.language import _, ago, current
from dashboard.words.team import kind_names, problem_words, role_names, wait_words
from data.actor import Actor
from data.house import accounts, attempts, sessions
from data.house.accounts import Account
from data.house.passwords import LONGEST, HouseError


def required() -> None:
    """Where the door of this session is closed, say so and show nothing else. Reads no record: none may be there."""
    if who.number_here() is not None:
        return
    if who.seat() is None:
        st.error(
            _("Start Vigie with “make run”: what was started here does not ask who comes in."), icon=":material/lock:"
        )
    else:
        st.title(_("You are signed out"), anchor=False)
        st.write(_("Your session has ended, or your account was closed."))
        st.link_button(_("Sign in"), "/signin", icon=":material/login:")
    st.stop()


def role_changed(me: Actor) -> None:
    """Say that the role is another than when the page was last drawn: what was just pressed may be closed by now."""
    before = remembered("role")
    remember("role", me.role)
    if before and before != me.role:
        words = _("Your role was changed. It is now: {role}. What it does not open is closed.")
        st.toast(words.format(role=role_names()[me.role]), icon=":material/lock:")


def menu(me: Actor) -> None:
    """The name of who is signed in, and the way out. Nothing on this computer alone."""
    if not me.account:
        return
    with st.popover(escape(me.name), icon=":material/account_circle:", width="stretch"):
        st.caption(role_names()[me.role])
        st.page_link("dashboard/pages/account.py", label=_("My account"), icon=":material/person:")
        held = who.seat()
        if held is None or held.kind != "session":
            return  # the proxy signed them in, and signs them out
        if st.button(_("Sign out"), key="sign-out", icon=":material/logout:"):
            sessions.end_own(house(cache.settings()), me.account, held.holder, now())
            st.rerun()


def mine() -> None:
    """Name, address, password and sessions of one's own account."""
    held = who.my_account()
    if held is None:
        return
    _described(held)
    if held.kind == "local":
        _password(held)
    _sessions(held)


def _described(held: Account) -> None:
    st.text(held.login)
    st.caption(kind_names()[held.kind])
    with st.form("own-account"):
        name = st.text_input(_("Your name"), held.name, max_chars=80, help=_("It stands under what you change."))
        email = st.text_input(
            _("E-mail for notices"), held.email, max_chars=300, help=_("Where you are told what is assigned to you.")
        )
        notices = st.toggle(_("Tell me by e-mail what others assign to me"), held.notices)
        st.caption(_notices_words(held))
        if st.form_submit_button(_("Save")):
            try:
                accounts.describe_self(
                    house(cache.settings()), held.id, name, email, now(), notices=notices, lang=current()
                )
            except HouseError as error:
                st.error(problem_words(error.code))
            else:
                st.toast(_("Saved."))
                st.rerun()


def _notices_words(held: Account) -> str:
    """Whether mail is set up here, and what happened to what should have arrived."""
    if not alert_reads.tells_the_team():
        return _(
            "No e-mail is sent from here yet: an administrator chooses the mail server under Alerts, Where they go."
        )
    return _("One message gathers what is assigned to you within some minutes, in the language you read Vigie in now.")


def _password(held: Account) -> None:
    seat = who.seat()
    with st.form("own-password", clear_on_submit=True):
        st.header(_("Password"), anchor=False)
        old = st.text_input(_("Present password"), type="password", autocomplete="current-password", max_chars=LONGEST)
        new = st.text_input(_("New password"), type="password", autocomplete="new-password", max_chars=LONGEST)
        if st.form_submit_button(_("Change it")):
            here = seat.holder if seat is not None else ""
            try:
                attempts.change_password(house(cache.settings()), held.id, old, new, now(), here)
            except HouseError as error:
                st.error(problem_words(error.code))
            except attempts.WaitError as error:
                st.error(wait_words(error.seconds))
            else:
                st.success(_("Changed. Your other sessions have ended."))


def _sessions(held: Account) -> None:
    st.header(_("Where you are signed in"), anchor=False)
    seat = who.seat()
    with house(cache.settings()).read() as connection:
        found = sessions.sessions_of(connection, held.id, now())
    for one in found:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.text(one.browser or _("A browser"))
            st.caption(_("used {when}").format(when=ago(one.seen_at, now())))
            if seat is not None and one.digest == seat.holder:
                st.badge(_("this one"))
            elif st.button(_("End it"), key=f"end-{one.digest[:12]}"):
                sessions.end_own(house(cache.settings()), held.id, one.digest, now())
                st.rerun()

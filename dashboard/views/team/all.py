"""The team: who is on it, with which role, who is invited."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from dashboard import who
from dashboard.reads import alerts as alert_reads
from dashboard.reads import cache
from dashboard.reads.house import house
from dashboard.state import forget, now, remember, remembered
from dashboard.views.allowed import only
from dashboard.views.reports.sharing import origin
from dashboard.words.alerts import why_not_sent
from dashboard.words.labels import escape
from dashboard.words.language import _, ago, moment, n_
from dashboard.words.team import action_words, kind_names, problem_words, role_help, role_names
from data.actor import ROLES
from data.audit import Audited
from data.house import accounts, invitations
from data.house.accounts import Account
from data.house.changes import latest_changes
from data.house.passwords import HouseError
from data.house.store import House


def team() -> None:
    """Everything about who may come in."""
    _new_link()
    if who.my_account() is None:
        _nobody_yet()
        return
    with _house().read() as connection:
        roles = accounts.roles(connection, _key())
        people = [one for one in accounts.accounts(connection) if one.id in roles]
        waiting = invitations.waiting(connection, now(), _key())
        logins = {one.login for one in people}
        done = [one for one in latest_changes(connection) if one.account in roles or one.subject in logins]
    for one in people:
        _person(one, roles.get(one.id, ""))
    _invite()
    if waiting:
        st.header(_("Invited"), anchor=False)
    for invited in waiting:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.text(invited.name)
            st.caption(
                f"{role_names()[invited.role]} · {_('expires {when}').format(when=ago(invited.expires_at, now()))}"
            )
            if st.button(_("Withdraw"), key=f"withdraw-{invited.digest[:12]}", **only(invitations.withdraw)):
                invitations.withdraw(_house(), invited.digest, now())
                st.rerun()
    _not_told()
    _history(done)


def _not_told() -> None:
    """Who could not be told by mail what was assigned to them, or waits for their approval, and why."""
    for one in (found := alert_reads.failed_notices())[:5]:
        why = why_not_sent(one.error)
        words = _("{name} was not told of a post, assigned {when}: {why}")
        if one.act:
            words = _("{name} was not told of an act that waits for approval since {when}: {why}")
        st.warning(escape(words.format(name=one.name, when=ago(one.at, now()), why=why)), icon=":material/mail:")
    if len(found) > 5:
        st.caption(n_("{n} more notice did not arrive.", "{n} more notices did not arrive.", len(found) - 5))


def _history(done: Sequence[Audited]) -> None:
    """Who came in and what was changed here, as a table: its cells read no markup."""
    with st.expander(_("What was done"), icon=":material/history:"):
        st.dataframe(
            [
                {
                    _("When"): moment(one.at),
                    _("Who"): one.who,
                    _("What"): action_words(one.action),
                    _("Whom"): one.subject,
                    _("Before"): one.before,
                    _("After"): one.after,
                }
                for one in done
            ],
            hide_index=True,
        )


def _nobody_yet() -> None:
    st.write(
        _(
            "Nobody signs in here: Vigie answers this computer alone, and whoever sits at it may do everything. To "
            "work as a team, make the first administrator. From then on everybody signs in, on this computer too."
        )
    )
    if st.button(_("Make the first administrator"), key="first", type="primary"):
        _give(_("For the first administrator, within a day, once:"), lambda: invitations.first_link(_house(), now()))


def _house() -> House:
    return house(cache.settings())


def _key() -> str:
    """The workspace whose team is shown: the demo has that of one's own posts."""
    settings = cache.settings()
    return accounts.OWN if settings.is_built_in else settings.key


def _give(words: str, made: Callable[[], str]) -> None:
    """Make a link and show it once."""
    try:
        token = made()
    except HouseError as error:
        st.error(problem_words(error.code))
        return
    remember("team_link", (words, f"{origin()}/join/{token}"))
    st.rerun()


def _new_link() -> None:
    held = remembered("team_link")
    if held is None:
        return
    with st.container(border=True):
        st.text(held[0])
        st.code(held[1], language=None, wrap_lines=True)
        st.caption(_("It is shown this once. Whoever has it comes in: send it to that person alone."))
        if st.button(_("Done"), key="link-done"):
            forget("team_link")
            st.rerun()


def _person(one: Account, role: str) -> None:
    """An account with what can be done about it."""
    with st.container(border=True, key=f"person-{one.id}"):
        name, given, more = st.columns([3, 2, 3], vertical_alignment="center")
        name.text(one.name)
        seen = _("seen {when}").format(when=ago(one.seen_at, now())) if one.seen_at else _("not seen yet")
        if one.login != one.name:
            name.text(one.login)
        name.caption(f"{kind_names()[one.kind]} · {seen}")
        if not one.is_open:
            name.badge(_("Account closed"), color="gray")
        options = list(ROLES) if role else ["", *ROLES]
        chosen = given.selectbox(
            _("Role"),
            options,
            options.index(role),
            format_func=lambda code: role_names().get(code, _("No role here")),
            key=f"role-{one.id}-{role}",
            label_visibility="collapsed",
            **only(accounts.set_role),
        )
        if chosen and chosen != role:
            _done(lambda: accounts.set_role(_house(), one.id, chosen, now(), _key()), f"role-{one.id}-{role}")
        with more.container(horizontal=True):
            if one.kind == "local" and st.button(
                _("Link for a new password"), key=f"reset-{one.id}", **only(invitations.reset_link)
            ):
                words = _("For {name}, within a day, once:").format(name=one.name)
                _give(words, lambda: invitations.reset_link(_house(), one.id, now()))
            if one.is_open and st.button(_("Close"), key=f"close-{one.id}", **only(accounts.close)):
                _done(lambda: accounts.close(_house(), one.id, now()))
            if not one.is_open and st.button(_("Reopen"), key=f"reopen-{one.id}", **only(accounts.reopen)):
                _done(lambda: accounts.reopen(_house(), one.id, now()))


def _done(write: Callable[[], None], *widgets: str) -> None:
    """Make a change and show what is now; says why where it cannot be made."""
    try:
        write()
    except HouseError as error:
        st.error(problem_words(error.code))
        return
    forget(*widgets)
    st.rerun()


def _invite() -> None:
    """Invite somebody by a link, or expect somebody whom another signs in."""
    settings = cache.settings()
    ways = {"local": _("By a link")}
    if not settings.is_built_in:
        ways["known"] = _("Has an account already")
    if settings.openid_metadata_url:
        ways["openid"] = _("Signs in with your organisation")
    if settings.proxy_header:
        ways["proxy"] = _("Signed in by the proxy")
    st.header(_("Invite"), anchor=False)
    way = st.radio(_("How they come in"), list(ways), format_func=ways.__getitem__, horizontal=True, key="way")
    with st.form("invite", clear_on_submit=False):
        name = "" if way == "known" else st.text_input(_("Their name"), max_chars=80)
        login = "" if way == "local" else st.text_input(_("Their e-mail or user name there"), max_chars=120)
        role = st.selectbox(_("Role"), ROLES, 1, format_func=lambda code: role_names()[code], help=role_help())
        if not st.form_submit_button(_("Invite"), type="primary", **only(accounts.expect)):
            return
    if way == "local":
        words = _("For {name}, within seven days, once:").format(name=name)
        _give(words, lambda: invitations.invite(_house(), name, role, now(), _key()))
    else:
        _done(lambda: _expected(name, login, role, way))


def _expected(name: str, login: str, role: str, way: str) -> None:
    if way == "known":
        with _house().read() as connection:
            held = accounts.find(connection, accounts.login_of(login))
        accounts.set_role(_house(), held.id if held is not None else 0, role, now(), _key())
        return
    accounts.expect(_house(), name, login, role, way, now(), _key())

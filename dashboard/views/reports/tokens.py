"""Tokens for other programs: the interface, and what feed readers and calendars follow."""

from __future__ import annotations

from datetime import timedelta

import streamlit as st

from dashboard.reads import cache
from dashboard.state import forget, now, remember, remembered
from dashboard.views.allowed import only
from dashboard.views.reports import sharing as share_views
from dashboard.words.labels import escape
from dashboard.words.language import _, ago, current, day, n_
from data.actor import actor
from data.sharing import tokens
from data.sharing.tokens import Token

FRESH = "fresh_token"


def kind_names() -> dict[str, str]:
    return {
        "api": _("Interface for programs (JSON)"),
        "feed": _("Feed and calendar of alerts"),
        "metrics": _("Figures of how Vigie runs (Prometheus)"),
    }


def kinds_to_make() -> dict[str, str]:
    """Those that the person at the screen may make a token of."""
    administers = actor().may("administrator")
    return {kind: name for kind, name in kind_names().items() if administers or kind not in tokens.OF_ADMINISTRATORS}


def show() -> None:
    """Make a token, and the list of them."""
    st.write(
        _(
            "Spreadsheets and BI tools can read the same figures as JSON; feed readers and calendars can follow the "
            "alerts and the daily brief. Each gets a token of its own, which reads and does nothing else."
        )
    )
    fresh = remembered(FRESH)
    if fresh:
        _fresh(*fresh)
    # Another key once a token is made: the form closes, or it would cover the token.
    form = st.popover(_("Make a token"), icon=":material/add:", key=f"new-{hash(fresh) % 10_000}")
    with form, st.form("new-access", border=False):
        kinds, who, lasts = kinds_to_make(), share_views.who_names(), share_views.lasting_names()
        kind = st.selectbox(_("For what"), list(kinds), format_func=lambda k: kinds[k])
        name = st.text_input(_("Name"), max_chars=80, placeholder=_("who or what uses it"))
        names = st.selectbox(_("Who appears"), list(who), format_func=lambda w: who[w])
        days = st.selectbox(_("Open for"), list(lasts), index=4, format_func=lambda d: lasts[d])
        if st.form_submit_button(_("Make it"), type="primary", **only(tokens.grant)):
            at, length = now(), share_views.LASTS[days]
            token = tokens.grant(
                cache.store(),
                kind,
                name or kinds[kind],
                at,
                names=names,
                lang=current(),
                expires_at=at + timedelta(days=length) if length else None,
            )
            remember(FRESH, (kind, token))
            st.rerun()
    with cache.store().read() as connection:
        granted = tokens.grants(connection)
    for item in granted:
        _row(item)
    st.caption(
        _("The interface describes itself at {address}.").format(
            address=escape(f"{share_views.origin()}/api/v1/openapi.json")
        )
    )


def _fresh(kind: str, token: str) -> None:
    st.success(_("Made. It is shown once: Vigie keeps only its fingerprint."), icon=":material/check:")
    if kind in {"api", "metrics"}:
        path = "api/v1/topics?days=30" if kind == "api" else "metrics"
        command = f'curl -H "Authorization: Bearer {token}" "{share_views.origin()}/{path}"'
        st.code(command, language=None, wrap_lines=True)
    else:
        st.code(f"{share_views.origin()}/feed/{token}.atom", language=None, wrap_lines=True)
        st.code(f"{share_views.origin()}/feed/{token}.ics", language=None, wrap_lines=True)
    share_views.reach_hint(share_views.origin())


def _row(item: Token) -> None:
    at = now()
    with st.container(border=True, key=f"access-{item.id}", horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{escape(item.name)}**", width="content")
        state, colour = share_views.state_of(item, at)
        st.badge(state, color=colour)
        told = [
            kind_names()[item.kind],
            share_views.who_names()[item.names],
            n_("used {n} time", "used {n} times", item.uses),
            _("last {when}").format(when=ago(item.used_at, at)) if item.used_at else "",
            _("open until {day}").format(day=day(item.expires_at.date())) if item.expires_at else "",
        ]
        st.caption(escape(" · ".join(part for part in told if part)))
        st.space("stretch")
        if item.is_open(at):
            if st.button(
                _("Revoke"),
                key=f"access-revoke-{item.id}",
                type="tertiary",
                icon=":material/link_off:",
                **only(tokens.revoke),
            ):
                tokens.revoke(cache.store(), item.id, at)
                forget(FRESH)
                st.rerun()
        elif st.button(
            _("Remove"),
            key=f"access-remove-{item.id}",
            type="tertiary",
            icon=":material/delete:",
            **only(tokens.remove),
        ):
            tokens.remove(cache.store(), item.id)
            st.rerun()

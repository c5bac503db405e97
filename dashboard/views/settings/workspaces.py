"""The workspaces that a person may open: go to one, make one, close one, open it again."""

from __future__ import annotations

import streamlit as st

from dashboard.reads import cache
from dashboard.state import now
from dashboard.views.allowed import only
from dashboard.words.labels import escape
from dashboard.words.language import _
from dashboard.workspace import name_of, switch_to
from data.actor import actor
from data.house.workspaces import (
    Workspace,
    WorkspaceError,
    close_workspace,
    make_workspace,
    reopen_workspace,
    role_in,
)
from data.house.workspaces import workspaces as all_workspaces
from data.settings import BUILT_IN, load_settings


def workspaces() -> None:
    """One brand or client each, with posts, people and credentials of its own."""
    st.header(_("Workspaces"), anchor=False)
    st.caption(
        _("One brand or client each, with its own posts, sources, people and keys. Nothing of one shows in another.")
    )
    settings, account = load_settings(), actor().account
    for one in all_workspaces(settings):
        role = role_in(settings, account, one.key)
        if role and (one.is_active or role == "administrator"):
            _row(one, is_mine=role == "administrator")
    if actor().may("administrator"):
        _form()


def _row(one: Workspace, *, is_mine: bool) -> None:
    with st.container(border=True, key=f"workspace-{one.key}", horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{escape(name_of(one))}**", width="content")
        st.caption(escape(one.key))
        if not one.is_active:
            st.badge(_("Closed"), color="gray")
        st.space("stretch")
        if one.is_active and one.key == cache.settings().key:
            st.badge(_("Shown"), color="green")
            return
        if one.is_active and st.button(_("Go there"), key=f"workspace-go-{one.key}", type="tertiary"):
            switch_to(one.key)
            st.rerun()
        if not is_mine or one.key in BUILT_IN:
            return
        words = _("Close") if one.is_active else _("Open again")
        if st.button(words, key=f"workspace-state-{one.key}", type="tertiary", **only(close_workspace)):
            (close_workspace if one.is_active else reopen_workspace)(load_settings(), one.key, now())
            st.rerun()


def _form() -> None:
    with st.form("workspace-new", clear_on_submit=True):
        name = st.text_input(_("Name of a new workspace"), max_chars=80)
        if not st.form_submit_button(_("Make it"), icon=":material/add:", **only(make_workspace)):
            return
    try:
        key = make_workspace(load_settings(), name, now())
    except WorkspaceError as error:
        words = {
            "name": _("Write a name of 1 to 80 characters."),
            "many": _("There are too many workspaces already."),
        }
        st.error(words.get(error.code, _("This cannot be kept.")), icon=":material/error:")
        return
    switch_to(key)
    st.rerun()

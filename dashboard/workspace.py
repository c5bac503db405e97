"""Which workspace a session shows: asked for by the address, remembered, checked; and making the demo ready."""

from __future__ import annotations

from contextlib import suppress

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboard.reads import cache
from dashboard.reads import workspace as workspace_reads
from dashboard.state import leave_record, parameter, remember, remembered, set_parameter, set_parameters
from dashboard.views.allowed import plain_view
from dashboard.words.labels import escape
from dashboard.words.language import _
from data.actor import RefusedError, actor
from data.house.workspaces import Workspace, first_of, has_record, open_to
from data.identity import logo_of, note_first
from data.settings import BUILT_IN, Settings, choose_workspace, load_settings
from data.store import StoreError

SHOWN, ASKED = "workspace", "ws"  # what the session remembers, what the address says
OPENING = "opening_workspace"


def _open_ones(settings: Settings) -> list[Workspace]:
    """Those that whoever is behind this session may open; none once its door is closed."""
    try:
        return open_to(settings, actor().account)
    except RefusedError:
        return []


def _session() -> Settings | None:
    """The settings of what this session shows, None outside of a session.

    Asked at every opening of the record: who is no member any more opens nothing.
    """
    if get_script_run_ctx(suppress_warning=True) is None:
        return None
    settings = load_settings()
    open_ones = _open_ones(settings)
    key = str(remembered(SHOWN, "")) or first_of(settings, open_ones)
    if key not in {one.key for one in open_ones}:
        raise StoreError("closed", _("This workspace is not open to you."))
    return settings.for_workspace(key)


cache.follow(_session)


def enter() -> bool:
    """Open the workspace that the address asks for, else the one that was shown, else the first. False where the page
    must wait: nothing that was shown of another may be left in the browser.

    Raises StoreError where it is not open to the person.
    """
    settings = load_settings()
    open_ones = _open_ones(settings)
    keys = [one.key for one in open_ones]
    first, before, asked = first_of(settings, open_ones), str(remembered(SHOWN, "")), parameter(ASKED)
    key = asked or (before if before in keys else first)
    if not key:
        raise StoreError("closed", _("You are in no workspace yet. Ask an administrator to let you in."))
    if key not in keys:
        leave_record()
        raise StoreError("closed", _("This workspace is not open to you."))
    if before and before != key:
        leave_record()
        remember(OPENING, True)
    remember(SHOWN, key)
    set_parameter(ASKED, key if key != first or any(one.key not in BUILT_IN for one in open_ones) else "")
    return not remembered(OPENING)


@st.fragment(run_every=0.3)
@plain_view
def opening() -> None:
    """The page between two workspaces: once it is drawn, no field of the one before is."""
    if remembered(OPENING) == "drawn":
        remember(OPENING, False)
        st.rerun(scope="app")
    remember(OPENING, "drawn")
    st.caption(_("Opening…"))


def switch_to(key: str) -> None:
    """Show another workspace from the next run on. What the address said of this one goes."""
    set_parameters({ASKED: key})


def name_of(one: Workspace) -> str:
    names = {"demo": _("Demo"), "own": _("My workspace")}
    return one.name or names.get(one.key, one.key)


def switch(settings: Settings) -> None:
    """Choose among several workspaces; the demo and one's own have buttons of their own."""
    open_ones = _open_ones(load_settings())
    if all(one.key in BUILT_IN for one in open_ones):
        return
    names = {one.key: name_of(one) for one in open_ones}
    chosen = st.selectbox(
        _("Workspace"),
        list(names),
        list(names).index(settings.key),
        format_func=lambda key: names[key],
        key=f"workspace-choice-{settings.key}",
    )
    if chosen != settings.key:
        switch_to(chosen)
        st.rerun()


def identity() -> None:
    """The logo and the name above the pages."""
    said = workspace_reads.identity()
    if said.logo:
        st.image(logo_of(said.logo), width=160)
    if said.name:
        st.caption(escape(said.name))


def demo_or_own(settings: Settings) -> None:
    """The badge of the demo and the way out of it; from one's own posts the way back to it."""
    open_keys = {one.key for one in _open_ones(load_settings())}
    if settings.demo:
        st.badge(_("Demo"), icon=":material/science:", color="violet")
        st.caption(_("Brimelo and its community are invented, to show what Vigie does."))
        if "own" in open_keys and st.button(_("Start with my own sources"), key="leave-demo", width="stretch"):
            _go(settings, "own")
    elif (
        "demo" in open_keys
        and open_keys <= set(BUILT_IN)
        and has_record(settings.for_workspace("demo"))
        and st.button(_("Look at the demo"), key="see-demo", type="tertiary", icon=":material/science:")
    ):
        _go(settings, "demo")


def _go(settings: Settings, key: str) -> None:
    if not actor().account:  # on this computer alone it is also what is shown first from now on
        choose_workspace(settings, demo=key == "demo")
        with suppress(StoreError):  # in one's own record: that of the demo is made anew each day
            own = cache.open_store(settings.for_workspace("own").store_url)
            note_first(own, "demo" if key == "own" else "own", key)
    switch_to(key)
    st.rerun()


@st.fragment(run_every=1.0)
@plain_view
def _wait(settings: Settings) -> None:
    if has_record(settings):
        st.rerun(scope="app")
    st.progress(0.5, _("Preparing the demo community. This takes about ten seconds, once a day."))


def prepare(settings: Settings) -> bool:
    """True when the database can be shown; else says that the demo is being made."""
    if settings.demo and not settings.database_url and not has_record(settings):
        _wait(settings)
        return False
    cache.store()
    return True

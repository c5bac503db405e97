"""The demo or one's own posts: which database is shown, and making the demo ready."""

from __future__ import annotations

import streamlit as st

from dashboard.reads import cache
from dashboard.words.language import _
from data.actor import needs
from data.settings import Settings, choose_workspace


@needs("administrator")
def leave_demo(settings: Settings) -> None:
    """Show one's own posts from now on, in the app and in the worker."""
    choose_workspace(settings, demo=False)
    st.query_params.clear()


@needs("administrator")
def return_to_demo(settings: Settings) -> None:
    choose_workspace(settings, demo=True)
    st.query_params.clear()


@st.fragment(run_every=1.0)
def _wait(settings: Settings) -> None:
    if (settings.data_path / "demo.sqlite").exists():
        st.rerun(scope="app")
    st.progress(0.5, _("Preparing the demo community. This takes about ten seconds, once a day."))


def prepare(settings: Settings) -> bool:
    """True when the database can be shown; else says that the demo is being made."""
    if settings.demo and not settings.database_url and not (settings.data_path / "demo.sqlite").exists():
        _wait(settings)
        return False
    cache.store()
    return True

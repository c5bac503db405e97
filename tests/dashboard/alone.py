"""A page of the app in this process, without server, gate and menu."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data import actor as actors


def page() -> None:
    """What Streamlit runs: it reads the text of this function, which holds all that it needs."""
    import runpy

    import streamlit as st

    from dashboard.reads import cache
    from dashboard.views.allowed import plainly
    from dashboard.workspace import enter

    enter()
    with cache.one_record(), plainly():
        runpy.run_path(f"dashboard/pages/{st.session_state['page']}.py")


def on_this_computer(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages are of the demo in this folder, and whoever opens them may do all."""
    importlib.import_module("dashboard.who")  # which says who acts, behind the gate: here there is none
    monkeypatch.setattr(actors, "_session", [])
    monkeypatch.setenv("VIGIE_DATA_DIR", str(folder))
    monkeypatch.setenv("VIGIE_DEMO", "true")


def opened(name: str, **address: str) -> AppTest:
    """A page at an address; moments are in UTC. It shows no error."""
    app = AppTest.from_function(page, default_timeout=120)
    app.session_state["page"], app.session_state["zone"] = name, "UTC"
    app.session_state["check_seed"] = 1  # which random posts are given to read
    for parameter, value in address.items():
        app.query_params[parameter] = value
    app.run()
    assert not app.exception, (name, address)
    return app

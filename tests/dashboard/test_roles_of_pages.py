"""The main pages as each role sees them: what is closed, with which reason, and what a forced click is told."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.words.inbox import only_sentence
from data import actor as actors
from data.actor import ROLES, Actor
from data.house.workspaces import open_house, put_member
from data.inbox import triage
from data.settings import Settings
from data.store import Store

# A page, its address, and of keys of buttons the beginning -> the least role that opens it.
PAGES: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "mentions": ({}, {"star-": "member", "done-": "member", "quote-": "member"}),
    "alerts": ({"view": "rules"}, {"new-rule": "editor", "rule-edit-": "editor", "rule-on-": "editor"}),
    "reputation": ({"view": "brands"}, {"new-brand": "editor", "brand-edit-": "editor"}),
    "calendar": ({}, {"make-feed": "editor"}),
    "sources": ({}, {"pack-": "administrator"}),
}
CHANGED = "Your role was changed. It is now: Reader. What it does not open is closed."
WORDS = {only_sentence(role): role for role in ROLES}


def page() -> None:
    import runpy

    import streamlit as st

    from dashboard.reads import cache
    from dashboard.views.allowed import plainly
    from dashboard.views.team.account import role_changed
    from dashboard.workspace import enter
    from data.actor import actor

    enter()
    role_changed(actor())
    with cache.one_record(), plainly():
        runpy.run_path(f"dashboard/pages/{st.session_state['page']}.py")


@pytest.fixture(scope="module")
def folder(demo_today: Callable[[str], Path]) -> Path:
    return demo_today("roles")


@pytest.fixture
def shown(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, str], AppTest]]:
    """A page of the demo as an account of a role sees it."""
    monkeypatch.setenv("VIGIE_DATA_DIR", str(folder))
    monkeypatch.setenv("VIGIE_DEMO", "true")
    importlib.import_module("dashboard.who")  # which says who acts, behind the gate: here there is none
    before = list(actors._session)

    def opened(name: str, role: str) -> AppTest:
        house = open_house(Settings(data_dir=str(folder)).house_url)
        with house.write() as connection:
            put_member(connection, 7, "demo", role, datetime.now(UTC))
        actors.follow(lambda: Actor(7, "Eve", role))
        app = AppTest.from_function(page, default_timeout=120)
        app.session_state["page"] = name
        for parameter, value in PAGES[name][0].items():
            app.query_params[parameter] = value
        app.run()
        assert not app.exception
        assert not app.error
        return app

    yield opened
    actors._session[:] = before


@pytest.mark.parametrize("name", PAGES)
def test_what_a_page_closes_to_each_role(name: str, shown: Callable[[str, str], AppTest]) -> None:
    for role in ROLES:
        app = shown(name, role)
        widgets = [*app.button, *app.toggle]
        for key, least in PAGES[name][1].items():
            held = [one for one in widgets if str(one.key).startswith(key)]
            assert held, key
            is_open = ROLES.index(role) >= ROLES.index(least)
            assert {one.help in WORDS for one in held} == {not is_open}, (role, key)
            if not is_open:
                assert all(one.disabled and WORDS[str(one.help)] == least for one in held)
        if role == ROLES[-1]:
            assert not any(one.help in WORDS for one in widgets)


def test_who_has_lost_a_role_since_the_page_was_drawn_is_told_and_changes_nothing(
    shown: Callable[[str, str], AppTest], folder: Path
) -> None:
    app = shown("mentions", "member")
    star = next(one for one in app.button if str(one.key).startswith("star-"))
    post_id = int(str(star.key).rpartition("-")[2])
    store = Store(f"sqlite:///{folder / 'demo.sqlite'}")
    actors.follow(lambda: Actor(7, "Eve", "reader"))
    star.click().run()  # a callback, before the page is drawn
    assert not app.exception
    assert [one.value for one in app.toast] == [f"{only_sentence('member')} Nothing was changed.", CHANGED]
    assert app.button(key=str(star.key)).disabled
    app = shown("mentions", "member")
    actors.follow(lambda: Actor(7, "Eve", "reader"))
    app.button(key=f"quote-{str(star.key)[5:]}").click().run()  # in the page itself
    assert not app.exception
    assert [one.value for one in app.toast] == [CHANGED]  # Streamlit drops the click of what is closed by now
    with store.read() as connection:
        assert triage.history(connection, post_id) == []
    app = shown("mentions", "member")
    app.button(key=str(star.key)).click().run()
    assert not app.toast
    with store.read() as connection:
        assert [event.field for event in triage.history(connection, post_id)] == ["starred"]
    store.close()

"""Which workspace a session opens: its members' alone, checked at every opening of the record."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data import actor as actors
from data.actor import Actor
from data.house.workspaces import close_workspace, make_workspace, open_house, put_member
from data.settings import Settings
from tests.conftest import NOW


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("VIGIE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("VIGIE_DEMO", "false")
    made = Settings(data_dir=str(tmp_path), demo=False)
    for name in ("Ants", "Bees"):
        make_workspace(made, name, NOW)
    with open_house(made.house_url).write() as connection:
        put_member(connection, 7, "bees", "reader", NOW)
    return made


@pytest.fixture
def signed_in() -> Iterator[Callable[[int], None]]:
    """Lets an account sign in, as doors do."""
    importlib.import_module("dashboard.who")  # which says who acts, behind the gate: here there is none
    before = list(actors._session)
    actors._session.clear()
    yield lambda account: actors.follow(lambda: Actor(account, "Ana", "reader"))
    actors._session[:] = before


def page() -> None:
    import streamlit as st

    from dashboard.reads import cache
    from dashboard.state import remember, remembered
    from dashboard.workspace import enter
    from data.store import StoreError

    try:
        is_open = enter()
        remember("times", remembered("times", 0) + 1)
        st.text(f"{cache.settings().key} {cache.store().path.parent.name} {is_open} {remembered('held', '')}")
        remember("held", cache.settings().key)
    except StoreError as error:
        st.error(f"{error.code} {error}")


def shown(app: AppTest, **asked: str) -> str:
    app.query_params.clear()
    for name, value in asked.items():
        app.query_params[name] = value
    app.run(timeout=60)
    assert not app.exception
    return (app.error or app.text)[0].value


def test_a_session_opens_what_it_may(settings: Settings, signed_in: Callable[[int], None]) -> None:
    app = AppTest.from_function(page)
    assert shown(app) == f"own {Path(settings.data_dir).name} True"
    assert shown(app, ws="ants") == "ants ants False"  # what was held is gone, and the page between is drawn first
    app.session_state["opening_workspace"] = False
    assert shown(app) == "ants ants True ants"  # remembered
    signed_in(7)
    alone = AppTest.from_function(page)
    assert shown(alone) == "bees bees True"  # the first that one is a member of
    for key in ("ants", "own", "none", "../bees"):
        assert shown(alone, ws=key).startswith("closed ")
    signed_in(8)
    assert shown(AppTest.from_function(page)).startswith("closed You are in no workspace")
    assert shown(AppTest.from_function(page), ws="bees").startswith("closed ")


def test_who_is_let_out_or_finds_it_closed_opens_nothing_more(
    settings: Settings, signed_in: Callable[[int], None]
) -> None:
    signed_in(7)
    app = AppTest.from_function(page)
    assert shown(app, ws="bees") == "bees bees True"
    with open_house(settings.house_url).write() as connection:
        put_member(connection, 7, "bees", "", NOW)
    assert shown(app, ws="bees").startswith("closed ")
    assert shown(app).startswith("closed ")
    with open_house(settings.house_url).write() as connection:
        put_member(connection, 7, "bees", "reader", NOW)
    assert shown(app, ws="bees").startswith("bees")
    actors._session.clear()
    close_workspace(settings, "bees", NOW)
    signed_in(7)
    assert shown(app, ws="bees").startswith("closed ")


def test_a_part_of_a_page_that_runs_alone_is_checked_too(settings: Settings, signed_in: Callable[[int], None]) -> None:
    def part() -> None:
        import streamlit as st

        from dashboard.reads import cache
        from dashboard.state import remember
        from dashboard.workspace import SHOWN
        from data.store import StoreError

        remember(SHOWN, "ants")  # what a session remembers opens nothing by itself
        try:
            st.text(str(cache.store().path))
        except StoreError as error:
            st.error(error.code)

    signed_in(7)
    app = AppTest.from_function(part).run(timeout=60)
    assert [one.value for one in app.error] == ["closed"]
    assert not app.text

"""Buttons know who may press them, and a refusal is a sentence wherever it happens."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data import actor as actors
from data.actor import ROLES, Actor
from data.inbox.triage import ROLE_OF
from data.settings import ROOT
from tests.buttons import Button, Clicks
from tests.law import Module, modules
from tests.store.test_roles import load

BY_FIELD = {"data.inbox.triage.change", "data.inbox.triage.undo"}  # their role is in ROLE_OF, by what is changed
ALONE = {"data.identity.note_first"}  # written on this computer alone, where nobody signs in
BY_WHAT = ("ROLE_OF[", "role_for(")  # roles that hang on what is written, from `data`


def wrong(button: Button, roles: dict[str, str]) -> str:
    """What a button that leads to a write asks wrongly; "" where it asks what that write needs."""
    needed = max((roles[name] for name in button.writes - BY_FIELD - ALONE), key=ROLES.index, default="reader")
    if needed == "reader" and not button.writes & BY_FIELD:
        return ""  # who sees a page may
    if any(mark in one for one in button.asked for mark in BY_WHAT):
        return ""
    asked = max((roles.get(one, "reader") for one in button.asked), key=ROLES.index, default="")
    told = f"leads to {', '.join(sorted(button.writes))} ({needed})"
    return (
        "" if asked == needed and not button.writes & BY_FIELD else f"{button.place} {told}, asks {asked or 'nobody'}"
    )


def test_every_button_that_leads_to_a_write_asks_it_who_may() -> None:
    roles = load()
    clicks = Clicks(modules(ROOT), set(roles) | BY_FIELD)
    found = list(clicks.all())
    assert len(found) > 120
    assert [told for told in (wrong(one, roles) for one in found) if told] == []
    pressed = {name for one in found for name in one.writes}
    # What no button leads to: a program does it, or it happens as a page is shown.
    assert sorted(set(roles) - pressed) == [
        "data.credentials.keep_address_secret",
        "data.erasing.people.erase_author",
        "data.erasing.people.replay_erasures",
        "data.sharing.guests.note_seen",
    ]


def test_whatever_streamlit_calls_by_itself_tells_a_refusal() -> None:
    assert list(Clicks(modules(ROOT), set()).callbacks()) == []


IMPORTS = "import streamlit as st\nfrom data.things import erase, keep\n"
CAUGHT = {
    "a button": 'def f():\n    if st.button("x"):\n        keep(1)',
    "with a condition": 'def f():\n    if a and st.button("x", key="y"):\n        keep(1)',
    "a form": 'def f():\n    with st.form("x"):\n        sent = st.form_submit_button("x")\n'
    "    if sent:\n        keep(1)",
    "what follows": 'def f():\n    with st.form("x"):\n        if not st.form_submit_button("x"):\n'
    "            return\n    keep(1)",
    "what it calls": 'def f():\n    if st.button("x"):\n        g()\ndef g():\n    keep(1)',
    "a callback": 'def f():\n    st.button("x", on_click=keep, args=(1,))',
    "a switch": 'def f(was):\n    on = st.toggle("x", was)\n    if on != was:\n        keep(1)',
    "another role": 'def f():\n    if st.button("x", **only(keep)):\n        erase(1)',
    "a role by hand": 'def f():\n    if st.button("x", **only("editor")):\n        keep(1)',
    "a button of a function": 'def f():\n    if g():\n        keep(1)\ndef g():\n    return st.button("x")',
}
LET_ALONE = {
    "one that asks": 'def f():\n    if st.button("x", **only(keep)):\n        keep(1)',
    "one with a help": 'def f():\n    if st.button("x", help=why_not(keep) or "y", disabled=not may(keep)):\n'
    "        keep(1)",
    "one that opens": 'def f():\n    if st.button("x"):\n        st.dialog("y")(g)(1)\ndef g(n):\n'
    '    if st.button("z", **only(keep)):\n        keep(n)',
    "one that reads": 'def f():\n    if st.button("x"):\n        st.rerun()\n    keep_nothing()',
}


def told_of(code: str) -> list[str]:
    module = Module("dashboard.views.x", Path("x.py"), IMPORTS + code)
    roles = {"data.things.keep": "editor", "data.things.erase": "administrator"}
    found = Clicks({"dashboard.views.x": module}, set(roles)).all()
    return [told for told in (wrong(one, roles) for one in found) if told]


@pytest.mark.parametrize("code", CAUGHT.values(), ids=CAUGHT)
def test_a_button_that_asks_nobody_is_found(code: str) -> None:
    assert len(told_of(code)) == 1


@pytest.mark.parametrize("code", LET_ALONE.values(), ids=LET_ALONE)
def test_one_that_asks_is_let_alone(code: str) -> None:
    assert told_of(code) == []


@pytest.mark.parametrize(
    "code",
    [
        'def f():\n    st.button("x", on_click=g)\ndef g():\n    pass',
        'def f():\n    st.dialog("x")(g)()\ndef g():\n    pass',
        "@st.fragment(run_every=3)\ndef f():\n    pass",
    ],
)
def test_a_call_of_streamlits_own_that_tells_nothing_is_found(code: str) -> None:
    module = Module("dashboard.views.x", Path("x.py"), IMPORTS + code)
    assert len(list(Clicks({"dashboard.views.x": module}, set()).callbacks())) == 1


@pytest.fixture
def asked() -> Iterator[Callable[[str], list[str]]]:
    """Who acts from now on, by their role; answers the list of questions who that is."""
    importlib.import_module("dashboard.who")  # which says who acts, behind the gate: here there is none
    before = list(actors._session)

    def signed_in(role: str) -> list[str]:
        questions: list[str] = []

        def session() -> Actor:
            questions.append(role)
            return Actor(7, "Eve", role)

        actors.follow(session)
        return questions

    yield signed_in
    actors._session[:] = before


def buttons() -> None:
    """A button of each role; on the address `by`, a write that is refused: in the page, or in a fragment."""
    import streamlit as st

    from dashboard.views.allowed import only, plain_callback, plain_view, plainly
    from data.actor import require
    from data.content.calendar import save_item
    from data.reputation.brands import save_brand
    from data.source_list import remove_source

    @plain_callback
    def press() -> None:
        require("administrator", "a callback")

    @st.fragment
    @plain_view
    def part() -> None:
        if st.query_params.get("by") == "fragment":
            require("administrator", "a fragment")
        st.text("the part")

    with plainly():
        for write in (save_item, save_brand, remove_source):
            st.button(write.__name__, key=write.__name__, **only(write))
        st.button("press", key="press", on_click=press)
        part()
        if st.query_params.get("by") == "page":
            require("administrator", "a page")
            st.text("not reached")


@pytest.mark.parametrize("role", ROLES)
def test_a_button_is_closed_to_those_who_may_not_with_the_reason(role: str, asked: Callable[[str], list[str]]) -> None:
    questions = asked(role)
    app = AppTest.from_function(buttons).run()
    assert not app.exception
    held = {key: app.button(key=key) for key in ("save_item", "save_brand", "remove_source")}
    open_ones = [key for key, one in held.items() if not one.disabled]
    assert open_ones == list(held)[: ROLES.index(role)]
    for key, one in held.items():
        assert bool(one.help) == (key not in open_ones)
    assert not held["save_brand"].disabled or held["save_brand"].help.startswith("Only an editor can do this.")
    assert len(questions) == 1  # once a page, not once a button


def test_on_this_computer_alone_every_button_is_open() -> None:
    app = AppTest.from_function(buttons).run()
    assert not any(one.disabled or one.help for one in app.button)


@pytest.mark.parametrize("by", ["page", "fragment"])
def test_a_refusal_in_a_page_or_a_fragment_is_a_sentence(by: str, asked: Callable[[str], list[str]]) -> None:
    asked("editor")
    app = AppTest.from_function(buttons)
    app.query_params["by"] = by
    app.run()
    assert not app.exception
    assert [one.value for one in app.error] == [
        "Only an administrator can do this. Ask one of them. Nothing was changed."
    ]
    assert "not reached" not in [one.value for one in app.text]


def test_a_refusal_in_a_callback_is_a_sentence_and_the_page_is_drawn(asked: Callable[[str], list[str]]) -> None:
    asked("member")
    app = AppTest.from_function(buttons).run()
    app.button(key="press").click().run()
    assert not app.exception
    assert [one.value for one in app.toast] == [
        "Only an administrator can do this. Ask one of them. Nothing was changed."
    ]
    assert "the part" in [one.value for one in app.text]


def test_roles_of_a_field_are_those_of_the_table() -> None:
    """What a triage button asks about is a field that there is."""
    used = {
        node.slice.value
        for module in modules(ROOT).values()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Subscript)
        and ast.unparse(node.value).endswith("ROLE_OF")
        and isinstance(node.slice, ast.Constant)
    }
    assert {"starred", "note", "assigned"} <= used <= set(ROLE_OF)

"""Forms that two people have open at once, in a real run of the page: what was typed stays, what others changed is
told, and what was left alone is as they made it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data.actor import Actor, acting
from data.content import calendar
from data.content.calendar import Item
from data.settings import Settings
from data.sharing import reports
from data.sharing.reports import Report
from data.store import Store
from tests.conftest import NOW

BEN = Actor(2, "Ben", "editor")


@pytest.fixture
def record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv("VIGIE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("VIGIE_DEMO", "false")
    from dashboard.reads import cache
    from data import actor

    for followed in (cache, actor):  # whose session it is, which other tests may have said
        monkeypatch.setattr(followed, "_session", [])
    cache.open_store.cache_clear()
    store = Store(Settings(data_dir=str(tmp_path), demo=False).store_url)
    yield store
    cache.open_store.cache_clear()


def page() -> None:
    """A calendar item's page, as the app ends it."""
    import streamlit as st

    from dashboard.reads import cache
    from dashboard.views.calendar import one
    from dashboard.views.meanwhile import let_go

    with cache.one_record():
        if st.query_params.get("item"):
            one.show(int(st.query_params["item"]))
    let_go()


def held(store: Store, number: int) -> Item:
    with store.read() as connection:
        item = calendar.one_item(connection, number)
    assert item is not None
    return item


def opened(number: int) -> AppTest:
    app = AppTest.from_function(page, default_timeout=60)
    app.query_params["item"] = str(number)
    return app.run()


def told(app: AppTest) -> str:
    assert not app.exception
    return " ".join(one.value for one in app.warning)


def test_what_was_typed_stays_and_the_other_is_told(record: Store) -> None:
    number = calendar.save_item(record, Item(0, "Ten years"), NOW)
    app = opened(number)
    app.text_area(key=f"note-{number}").set_value("what I typed")
    with acting(BEN):
        calendar.save_item(record, replace(held(record, number), note="what Ben wrote", owner="Ben"), NOW)
    app.run()  # anything that makes the page draw anew
    assert app.text_area(key=f"note-{number}").value == "what I typed"
    app.button(key="save-item").click().run()
    assert "Ben" in told(app)
    assert "what Ben wrote" in told(app)
    assert app.text_area(key=f"note-{number}").value == "what I typed"
    assert held(record, number).note == "what Ben wrote"
    app.button(key="save-item").click().run()  # told, and meant
    now = held(record, number)
    assert (now.note, now.owner) == ("what I typed", "Ben")


def test_another_field_is_kept_and_the_next_form_begins_with_it(record: Store) -> None:
    number = calendar.save_item(record, Item(0, "Ten years"), NOW)
    app = opened(number)
    app.text_input(key=f"title-{number}").set_value("Eleven years")
    with acting(BEN):
        calendar.save_item(record, replace(held(record, number), note="what Ben wrote"), NOW)
    app.button(key="save-item").click().run()
    assert told(app) == ""
    assert (held(record, number).title, held(record, number).note) == ("Eleven years", "what Ben wrote")
    assert app.text_area(key=f"note-{number}-1").value == "what Ben wrote"
    app.button(key="save-item").click().run()  # and saving again does not take Ben's words away
    assert held(record, number).note == "what Ben wrote"


def test_a_form_that_was_left_begins_anew(record: Store) -> None:
    number = calendar.save_item(record, Item(0, "Ten years"), NOW)
    app = opened(number)
    app.query_params["item"] = ""
    app.run()
    with acting(BEN):
        calendar.save_item(record, replace(held(record, number), title="Ben's"), NOW)
    app.query_params["item"] = str(number)
    app.run()
    assert app.text_input(key=f"title-{number}").value == "Ben's"
    assert not [one for one in app.button if one.key == f"again-item-{number}"]


def test_what_somebody_takes_away_is_told(record: Store) -> None:
    number = calendar.save_item(record, Item(0, "Ten years"), NOW)
    seen = held(record, number)
    app = opened(number)
    with acting(BEN):
        calendar.save_item(record, replace(seen, note="Ben's"), NOW)
    app.button(key="remove-item").click().run()
    assert "Ben" in told(app)
    assert held(record, number).note == "Ben's"


def words() -> None:
    """The words of a report."""
    from dashboard.reads import cache
    from dashboard.views.reports import arrange
    from data.sharing.reports import one_report

    with cache.one_record():
        with cache.store().read() as connection:
            item = one_report(connection, 1)
        assert item is not None
        arrange.words(item)


def test_comments_of_a_report_are_each_their_own(record: Store) -> None:
    first = Report(0, "The month", 30, blocks=("summary", "verbatims"))
    assert reports.save_report(record, first, NOW) == 1
    app = AppTest.from_function(words, default_timeout=60).run()
    app.text_area(key="comments-1-summary").set_value("mine")
    with acting(BEN):
        reports.save_report(record, replace(first, id=1, comments={"verbatims": "Ben's", "summary": ""}), NOW)
    app.run()
    assert not app.exception
    with record.read() as connection:
        now = reports.one_report(connection, 1)
    assert now is not None
    assert dict(now.comments) == {"summary": "mine", "verbatims": "Ben's"}

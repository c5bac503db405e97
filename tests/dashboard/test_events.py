"""The page of events: made, put in the calendar, each number with its posts, somebody left out, drawn; its texts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from streamlit.testing.v1 import AppTest

from dashboard.words.events.texts import closed_words, consent_names, consents, rules_of
from dashboard.words.language import speaking
from data import actor as actors
from data.actor import Actor
from data.content.calendar import items
from data.events import draws, events
from data.events.events import Event
from data.schema import post
from data.store import Store
from tests.conftest import NOW as FIXED
from tests.dashboard import alone

NOW = datetime.now(UTC)


@pytest.fixture
def store(demo_today: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch) -> Store:
    made = demo_today("events")
    alone.on_this_computer(made, monkeypatch)
    return Store(f"sqlite:///{made / 'demo.sqlite'}")


def opened(**address: str) -> AppTest:
    return alone.opened("calendar", **{"lang": "en", **address})


def said(test: AppTest) -> str:
    kinds = ("title", "header", "markdown", "caption", "text", "info", "warning", "error", "code")
    return "\n".join(str(one.value) for kind in kinds for one in test.get(kind)).replace("\\", "")


def busiest(store: Store) -> int:
    """The first post of the thread with the most replies of the demo, and when it began."""
    with store.read() as connection:
        root = connection.execute(
            select(post.c.root_id).where(post.c.root_id != "").group_by(post.c.root_id).order_by(func.count().desc())
        ).scalar()
        found = connection.execute(select(post.c.id).where(post.c.native_id == root)).scalar_one()
    return int(found)


def over(store: Store, **more: object) -> int:
    """An event of the last half year that is over, in that thread; its number."""
    made = Event(0, "Glow contest", NOW - timedelta(days=180), NOW - timedelta(hours=1), thread=busiest(store))
    return events.save_event(store, events.replace(made, **more), NOW)  # type: ignore[attr-defined]


def test_an_event_is_made_and_stands_in_the_calendar(store: Store) -> None:
    test = opened(view="events")
    assert "No event yet" in said(test)
    test.button(key="event-new").click().run()
    test.text_input(key="event-title-0").input("Lamps *of* May")
    test.date_input(key="event-starts-0-day").set_value(date(2026, 5, 1))
    test.date_input(key="event-ends-0-day").set_value(date(2026, 5, 31))
    test.button(key="event-keep").click().run()
    assert "Say where people enter" in said(test)
    test.text_input(key="event-hashtag-0").input("#lamps")
    test.button(key="event-rules-0-template").click().run()
    assert "hashtag #lamps" in test.text_area(key="event-rules-0").value
    test.button(key="event-keep").click().run()
    assert not test.exception
    assert "Lamps *of* May" in said(test)
    with store.read() as connection:
        ((held,), total) = events.some_events(connection)
    assert (total, held.starts, held.ends) == (1, datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC))
    test.button(key="event-plan").click().run()
    with store.read() as connection:
        planned = [
            (item.day, item.hour, item.title) for item in items(connection) if item.subject == f"event:{held.id}"
        ]
    assert planned == [
        (date(2026, 5, 1), 0, "Begins: Lamps *of* May"),
        (date(2026, 6, 1), 0, "Ends: Lamps *of* May"),
    ]
    assert [one.key for one in test.button if one.key == "event-days"]


def test_every_number_opens_its_posts_and_a_person_is_left_out(store: Store) -> None:
    number = over(store)
    test = opened(event=str(number))
    with store.read() as connection:
        held = events.held_event(connection, number)
        from data.events.entries import entries_of

        entries = entries_of(connection, held)
    words = said(test)
    assert f"{len(entries.counted)} entries" in words
    assert f"Entries {len(entries.counted)}" in test.get("button_group")[-1].proto.options[0].content
    beyond = opened(event=str(number), shown="more")
    first = entries.left_out("more")[0]
    forms = [one for one in beyond.get("form") if one.proto.form.form_id.endswith(f"-{first.post}")]
    assert forms
    reason = next(one for one in beyond.text_input if one.form_id == forms[0].proto.form.form_id)
    reason.input("works for us")
    next(one for one in beyond.button if one.form_id == forms[0].proto.form.form_id).click().run()
    assert not beyond.exception
    with store.read() as connection:
        assert [(one.author, one.reason) for one in events.exclusions(connection, number)] == [
            (first.author, "works for us")
        ]
    assert "Left out: works for us" in said(opened(event=str(number), shown="excluded"))


def test_a_list_is_closed_drawn_and_drawn_again_in_the_open(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    number = over(store, prizes=2)
    test = opened(event=str(number))
    test.text_input[0].input("The lottery of June 12")
    next(one for one in test.button if one.label.startswith("Close the list of")).click().run()
    assert not test.exception
    with store.read() as connection:
        (draw,) = draws.draws_of(connection, number)
    assert draw.digest in said(test)
    test.text_input(key=f"draw-seed-{draw.id}").input("7-12-30")
    next(one for one in test.button if one.label == "Draw 2 winners").click().run()
    assert not test.exception
    with store.read() as connection:
        (draw,) = draws.draws_of(connection, number)
        won = draws.winners(draws.drawn_entries(connection, draw), draw)
    words = said(test)
    for place, one in enumerate(won, 1):
        assert f"Winner {place}: {one.author}" in words
        assert f"code {one.code}" in words
    again = next(one for one in test.button if one.label.startswith("Close the list of"))
    again.click().run()
    assert "Say why: the reason is kept." in said(test)
    monkeypatch.setattr(actors, "_session", [lambda: Actor(0, "Mia", "member")])
    closed = [one for one in opened(event=str(number)).button if one.label.startswith("Close the list of")]
    assert [one.disabled for one in closed] == [True]


def test_texts_are_in_both_languages_and_say_what_the_event_is() -> None:
    quiz = Event(1, "Which lamp?", FIXED, FIXED + timedelta(days=7), "quiz", hashtag="glow", prizes=3)
    made = {}
    for lang in ("en", "fr"):
        with speaking(lang):
            made[lang] = [rules_of(quiz), *consents(quiz).values()]
            assert set(consents(quiz)) == set(consent_names())
            assert all("Which lamp?" in words for words in made[lang])
            assert "#glow" in made[lang][0]
    assert not set(made["en"]) & set(made["fr"])
    assert "3 winners are drawn among all right answers" in made["en"][0]
    assert "3 gagnants sont tirés au sort parmi toutes les bonnes réponses" in made["fr"][0]
    draw = draws.Draw(1, 1, 2, "d" * 64, 5, 3, "the lottery", "a twin", "", FIXED)
    with speaking("en"):
        assert "The one before no longer counts, because: a twin" in closed_words(quiz, draw)

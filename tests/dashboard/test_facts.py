"""The page of what we know: written, pasted, looked at before it is kept; what is asked and not known; the draft."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data.facts import facts, matches
from data.facts.facts import Fact, add_facts, all_facts
from data.inbox.tone import HouseTone, set_house_tone
from data.inbox.waiting import Asked as Waiting
from data.inbox.waiting import to_answer
from data.models import date_to_day
from data.schema import IDS_PER_DAY
from data.store import Store
from tests.dashboard import alone

NOW = datetime.now(UTC)


@pytest.fixture
def folder(demo_today: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    made = demo_today("facts")
    alone.on_this_computer(made, monkeypatch)
    return made


@pytest.fixture
def store(folder: Path) -> Store:
    return Store(f"sqlite:///{folder / 'demo.sqlite'}")


def opened(**address: str) -> AppTest:
    return alone.opened("mentions", **{"view": "facts", "lang": "en", **address})


def said(test: AppTest) -> str:
    kinds = ("markdown", "caption", "text", "info", "warning", "success")
    return "\n".join(str(one.value) for kind in kinds for one in test.get(kind))


def held(store: Store) -> list[Fact]:
    with store.read() as connection:
        return all_facts(connection)


def questions(store: Store) -> list[Waiting]:
    """Those of the last ninety days that wait, the newest first."""
    first = date_to_day(NOW.date() - timedelta(days=89)) * IDS_PER_DAY
    with store.read() as connection:
        return to_answer(connection, NOW, first_id=first, kind="question")[0]


def test_a_fact_is_written_listed_and_renewed(store: Store) -> None:
    test = opened(fact="new")
    test.text_area(key="fact-questions-0").input("How do I export?\nComment exporter ?")
    test.text_area(key="fact-text-0").input("Settings, then Export.")
    test.date_input(key="fact-until-0").set_value(date(2020, 1, 31))
    test.button(key="fact-keep").click().run()
    assert not test.exception
    made = held(store)[-1]
    assert made.questions == ("How do I export?", "Comment exporter ?")
    assert (made.text, made.valid_until) == ("Settings, then Export.", date(2020, 1, 31))
    shown = opened(fstate="expired")
    assert "How do I export?" in said(shown)
    assert "expired on Jan 31, 2020" in said(shown).replace("\\", "")
    test = opened(fact=str(made.id))
    test.button(key="fact-renew").click().run()
    assert facts.holds(held(store)[-1], NOW.date())


def test_what_is_pasted_is_looked_at_before_anything_is_written(store: Store) -> None:
    before = len(held(store))
    test = opened(add="paste")
    test.text_area(key="facts-pasted").input("Where are you?\nIn Lyon.\n\nDo you ship to Peru?\nNo, to Europe alone.")
    test.button(key="facts-look").click().run()
    assert not test.exception
    assert len(held(store)) == before
    assert len(test.dataframe[0].value) == 2
    next(one for one in test.button if one.label == "Keep 2 facts").click().run()
    assert not test.exception
    assert [one.title for one in held(store)[before:]] == ["Where are you?", "Do you ship to Peru?"]


def test_a_question_without_a_fact_is_to_be_found_out_until_one_answers(store: Store) -> None:
    asked = min(questions(store), key=lambda one: (-one.people, one.since))
    test = opened(facts="find")
    test.button(key=f"find-write-{asked.posts[0]}").click().run()
    assert not test.exception
    question = test.text_area(key="fact-questions-0").value
    assert question.strip()
    (fact,), _known = add_facts(store, [Fact(0, "It is so.", (question,))], NOW)
    with store.write() as connection:
        matches.save_matches(connection, {asked.posts[0]: [(fact, 1.0, True)]})
    assert not [one for one in opened(facts="find").button if one.key == f"find-write-{asked.posts[0]}"]
    facts.save_fact(store, replace(held(store)[-1], valid_until=date(2020, 1, 31)), NOW)
    test = opened(facts="find")
    assert [one for one in test.button if one.key == f"find-write-{asked.posts[0]}"]
    assert "has expired: no draft uses it" in said(test)
    listed = [str(one.key) for one in opened().button]  # the fact stands above the list and in it
    assert {f"fact-edit-asked-{fact}", f"fact-edit-list-{fact}"} <= set(listed)


def test_the_draft_quotes_the_fact_that_holds_and_never_one_that_expired(store: Store) -> None:
    asked = questions(store)[0]
    set_house_tone(store, HouseTone("tu", "The team", "L’équipe"))
    one = Fact(
        0, "Exactly *this*, word for word.", ("Q?",), source="https://example.org/faq", valid_from=date(2026, 1, 2)
    )
    (fact,), _known = add_facts(store, [one], NOW)
    with store.write() as connection:
        matches.save_matches(connection, {asked.posts[0]: [(fact, 0.93, True)]})
    test = opened(view="answer", days="90", kind="question")
    test.button(key=f"draft-{asked.posts[0]}").click().run()
    assert not test.exception
    reply = next(one for one in test.text_area if str(one.key).startswith(f"reply-{asked.posts[0]}-"))
    assert "Exactly *this*, word for word." in reply.value
    assert "https://example.org/faq" in reply.value
    assert reply.value.endswith(("The team", "L’équipe"))
    assert "2026" in reply.value
    assert "quoted so" not in said(test)
    facts.save_fact(store, replace(held(store)[-1], lang="de"), NOW)
    test = opened(view="answer", days="90", kind="question")
    test.button(key=f"draft-{asked.posts[0]}").click().run()
    assert "It is written in German, and quoted so" in said(test)
    facts.save_fact(store, replace(held(store)[-1], valid_until=date(2026, 1, 3)), NOW)
    test = opened(view="answer", days="90", kind="question")
    test.button(key=f"draft-{asked.posts[0]}").click().run()
    reply = next(one for one in test.text_area if str(one.key).startswith(f"reply-{asked.posts[0]}-"))
    assert "Exactly *this*" not in reply.value
    assert "is not used before it is renewed" in said(test)
    assert "Nothing we know answers this." in said(test)

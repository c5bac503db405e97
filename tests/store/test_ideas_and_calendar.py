"""Ideas and the calendar in the store, on both databases; days of the year; published items found again."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from data.actor import Actor, acting
from data.content import calendar, ideas, occasions
from data.content.calendar import CalendarError, Item
from data.content.ideas import IdeaError, IdeaFacts, NewIdea
from data.erasing.people import erase_author
from data.inbox.ours import set_own_account
from data.models import NewPost
from data.posts.ingest import add_posts
from data.posts.reads import count_posts
from data.reputation.actions import actions
from data.scope import Scope
from data.source_list import add_source
from data.store import Store

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)


def row(key: str, posts: list[int], **facts: Any) -> NewIdea:
    return NewIdea(
        key=key,
        kind=key.split(":")[0],
        facts=IdeaFacts(about=key, **facts),
        score=0.5,
        why={"now": 0.3},
        posts=tuple(posts),
        people=2,
        places=1,
        days=3,
        interest=None,
        sample=0,
        effort=0.1,
        risk=0.0,
        formats=("post",),
        lang="en",
    )


def put(store: Store, *rows: NewIdea, back: tuple[str, ...] = ()) -> None:
    with store.write() as connection:
        ideas.save_ideas(connection, rows, back, NOW)


def listed(store: Store, *states: str) -> list[ideas.Idea]:
    with store.read() as connection:
        return ideas.ideas(connection, states or ("", "kept"))


def test_ideas_keep_their_id_and_what_people_made_of_them(store: Store) -> None:
    put(store, row("explain:1", [1, 2, 3]), row("poll:2", [4, 5, 6]))
    first, second = listed(store)
    assert (first.place, second.place) == (1, 2)
    with acting(Actor(3, "Ana", "member")):
        ideas.decide(store, second.id, "kept")
        ideas.decide(store, first.id, "dismissed", "risky")
    put(store, row("poll:2", [4, 5, 6, 7]), row("tool:3", [8, 9, 10]))
    found = {item.key: item for item in listed(store)}
    assert set(found) == {"poll:2", "tool:3"}
    assert (found["poll:2"].id, found["poll:2"].state, found["poll:2"].total) == (second.id, "kept", 4)
    (gone,) = listed(store, "dismissed")
    assert (gone.reason, gone.total, gone.who) == ("risky", 3, "Ana")
    with store.read() as connection:
        assert ideas.dismissed(connection) == {"explain:1": 3}
        assert ideas.history(connection) == {"explain": (0, 1), "poll": (1, 0), "tool": (0, 0)}
    put(store, row("explain:1", list(range(6))), back=("explain:1",))
    assert {item.key for item in listed(store)} == {"explain:1", "poll:2"}  # a kept one stays without its evidence
    ideas.more_like(store, first.id)
    with store.read() as connection:
        assert ideas.history(connection)["explain"] == (1, 0)


def test_facts_come_back_as_they_were_and_those_of_long_ago_are_read(store: Store) -> None:
    put(store, row("occasion:fete", [1, 2, 3], names={"en": "A day", "fr": "Un jour"}, days=3, words=("a", "é")))
    (kept,) = listed(store)
    assert kept.facts == IdeaFacts(
        about="occasion:fete", names={"en": "A day", "fr": "Un jour"}, days=3, words=("a", "é")
    )
    old = '{"about": "day:x", "name": {"en": "A day"}, "own": true, "days": 4}'
    with store.write() as connection:
        connection.exec_driver_sql(f"UPDATE idea SET facts = '{old}'")
    (read,) = listed(store)
    assert read.facts == IdeaFacts(about="day:x", names={"en": "A day"}, days=4)


def test_a_decision_needs_its_reason(store: Store) -> None:
    put(store, row("explain:1", [1, 2, 3]))
    (item,) = listed(store)
    for state, reason in (("maybe", ""), ("dismissed", ""), ("dismissed", "because"), ("kept", "risky")):
        with pytest.raises(IdeaError):
            ideas.decide(store, item.id, state, reason)


def test_the_evidence_of_an_idea_opens(store: Store) -> None:
    with store.write() as connection:
        source, _ = add_source(connection, "feed", "http://a", NOW)
        add_posts(connection, source.id, [NewPost("feed", str(n), "x", "x", published_at=NOW) for n in range(5)], NOW)
        ids = list(connection.exec_driver_sql("SELECT id FROM post ORDER BY id").scalars())
    put(store, row("explain:1", ids[:3]), row("member:Bo", ids[3:]))
    first = listed(store)[0]
    with store.read() as connection:
        assert count_posts(connection, Scope(date(2026, 6, 1), date(2026, 6, 30), idea=first.id)) == 3
    erase_author(store, "Bo")
    assert [item.key for item in listed(store)] == ["explain:1"]


def test_an_item_is_kept_changed_and_removed(store: Store) -> None:
    made = calendar.save_item(
        store, Item(0, "  A  title ", channel="x", day=date(2026, 6, 20), hour=9, drafts={"x": "Hello\0"}), NOW
    )
    with store.read() as connection:
        item = calendar.one_item(connection, made)
    assert item is not None
    assert (item.title, item.drafts, item.status) == ("A title", {"x": "Hello"}, "idea")
    for change, code in (
        ({"title": " "}, "title"),
        ({"status": "gone"}, "status"),
        ({"hour": 24}, "hour"),
        ({"url": "javascript:alert(1)"}, "url"),
    ):
        with pytest.raises(CalendarError) as raised:
            calendar.save_item(store, Item(**{"id": 0, "title": "x", **change}), NOW)
        assert raised.value.code == code
    calendar.save_item(store, Item(made, "Other", idea=7, day=None), NOW)
    with store.read() as connection:
        assert [i.title for i in calendar.items(connection)] == ["Other"]
        assert [i.id for i in calendar.items_of_idea(connection, 7)] == [made]
        assert calendar.items(connection, date(2026, 6, 1), date(2026, 6, 30), undated=False) == []
    calendar.remove_item(store, made)
    with store.read() as connection:
        assert calendar.one_item(connection, made) is None


def test_clashes_and_gaps() -> None:
    day = date(2026, 6, 10)
    found = [
        Item(1, "a", channel="x", day=day, hour=9),
        Item(2, "b", channel="x", day=day, hour=10),
        Item(3, "c", channel="x", day=day, hour=18),
        Item(4, "d", channel="mastodon", day=day, hour=9),
        Item(5, "e", channel="x", day=day, hour=9, status="dropped"),
    ]
    assert calendar.clashes(found) == {1: [2], 2: [1]}
    assert calendar.gaps(found, day, day + timedelta(days=5)) == [(day + timedelta(days=1), day + timedelta(days=5))]
    assert calendar.gaps(found, day, day + timedelta(days=3)) == []


def test_a_published_item_is_found_again_and_measured(store: Store) -> None:
    set_own_account(store, "Team")
    words = "We tried five planning tools with our volunteers, and this is what we learned."
    calendar.save_item(store, Item(0, "Test", status="ready", drafts={"x": words + " 1/2"}), NOW)
    linked = Item(0, "Linked", status="published", url="https://example.org/p")
    calendar.save_item(store, linked, NOW)
    calendar.save_item(store, Item(0, "Idea only", status="idea", drafts={"x": words}), NOW)
    assert calendar.find_published(store, NOW) == 0
    with store.write() as connection:
        source, _ = add_source(connection, "feed", "http://a", NOW)
        add_posts(
            connection,
            source.id,
            [
                NewPost("x", "1", words, words, author="Team", url="https://example.org/1", published_at=NOW),
                NewPost("x", "2", "Other", "Other", author="Team", url="https://example.org/p", published_at=NOW),
                NewPost("x", "3", words, words, author="Stranger", published_at=NOW - timedelta(days=1)),
            ],
            NOW,
        )
        connection.exec_driver_sql("UPDATE post SET by_us = true WHERE author = 'Team'")
    assert calendar.find_published(store, NOW) == 2
    assert calendar.find_published(store, NOW) == 0
    with store.read() as connection:
        found = {i.title: i for i in calendar.items(connection)}
        done = {a.id: a for a in actions(connection)}
    assert found["Test"].status == "published"
    assert done[found["Test"].action].post == found["Test"].post > 0
    assert found["Linked"].post > 0
    assert found["Idea only"].post == 0


def test_templates_are_changed_and_come_back(store: Store) -> None:
    with store.read() as connection:
        before = calendar.templates(connection)
    assert {name for name, _ in before} == set(calendar.FORMATS)
    assert {lang for _, lang in before} == {"en", "fr"}
    calendar.set_template(store, "post", "en", "Mine {hook}")
    with store.read() as connection:
        assert calendar.templates(connection)["post", "en"] == "Mine {hook}"
    calendar.set_template(store, "post", "en", " ")
    with store.read() as connection:
        assert calendar.templates(connection) == before
    with pytest.raises(ValueError, match="no template"):
        calendar.set_template(store, "sonnet", "en", "x")


def test_days_of_the_year(store: Store) -> None:
    assert [occasions.easter(year) for year in (2024, 2026, 2038)] == [
        date(2024, 3, 31),
        date(2026, 4, 5),
        date(2038, 4, 25),
    ]
    assert occasions.day_in("thu3-05", 2026) == date(2026, 5, 21)
    assert occasions.day_in("fri5-11", 2026) == date(2026, 11, 27)
    assert occasions.day_in("02-29", 2026) is None
    assert occasions.day_in("soon", 2026) is None
    assert all(occasions.day_in(d.day, 2028) for d in occasions.reference_days())
    assert len({d.key for d in occasions.reference_days()}) == len(occasions.reference_days())
    occasions.set_own_day(store, "own-party", "06-20", "Club party", "party, fête")
    occasions.hide_day(store, "music", True)
    with store.read() as connection:
        near = occasions.coming(occasions.yearly_days(connection), date(2026, 6, 15), 10)
    assert [item.key for _, item in near] == ["own-party", "fathers", "olympic"]
    assert "music" not in {item.key for _, item in near}
    for day, name in (("13-45", "x"), ("06-20", " ")):
        with pytest.raises(ValueError, match=r"day|name"):
            occasions.set_own_day(store, "own-x", day, name, "")
    occasions.hide_day(store, "own-party", True)
    occasions.hide_day(store, "music", False)
    with store.read() as connection:
        keys = {d.key for d in occasions.yearly_days(connection) if not d.hidden}
    assert "music" in keys
    assert "own-party" not in keys


def test_days_pass_into_the_next_year() -> None:
    found = occasions.coming(occasions.reference_days(), date(2026, 12, 20), 20)
    assert [(when, item.key) for when, item in found][-1] == (date(2027, 1, 1), "new-year")

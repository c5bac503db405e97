"""What we know in the store, on both databases: written, found by words, held for a time, never changed unseen."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import pytest

from data.actor import Actor, RefusedError, acting
from data.changes import StaleError
from data.facts import facts, matches
from data.facts.facts import Asked, Fact, FactError, add_facts, find_facts, one_fact, save_fact, state_of
from data.models import NewPost
from data.posts.erasure import erase_source_posts
from data.posts.ingest import add_posts
from data.schema import post
from data.source_list import add_source
from data.store import Store

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
TODAY = NOW.date()
SOME = (
    Fact(0, "Menu Réglages, puis Exporter.", ("Comment exporter mon calendrier ?",), lang="fr"),
    Fact(0, "Open Settings, then Export.", ("How do I export my calendar?",), valid_until=date(2026, 6, 20)),
    Fact(0, "We were founded in Lyon in 2011.", (), "company", valid_until=date(2026, 6, 14)),
    Fact(0, "C++ plugins are not taken; œuvres are.", ("Which plugins do you take?",), valid_from=date(2026, 7, 1)),
)


def found(store: Store, words: str = "", state: str = "", kind: str = "") -> list[int]:
    with store.read() as connection:
        some, total = find_facts(connection, Asked(words, state, kind), TODAY)
    assert total == len(some)
    return [one.id for one in some]


@pytest.fixture
def ids(store: Store) -> list[int]:
    return add_facts(store, SOME, NOW)[0]


def test_facts_are_found_by_words_state_and_kind(store: Store, ids: list[int]) -> None:
    french, ends, past, later = ids
    assert found(store) == [past, ends, later, french]  # what ends first stands first
    assert found(store, "reglages export") == [french]
    assert found(store, "calend") == [ends, french]
    assert found(store, '"settings then export"') == [ends]
    assert found(store, "calendar -open") == []
    assert found(store, "export -calendrier") == [ends]
    assert found(store, "c++") == [later]
    assert found(store, "oeuvres") == [later]
    assert found(store, "nowhere") == []
    assert [found(store, state=state) for state in facts.STATES] == [[french], [ends], [past], [later]]
    assert found(store, kind="company") == [past]
    with store.read() as connection:
        assert facts.count_states(connection, TODAY) == {"valid": 1, "soon": 1, "expired": 1, "later": 1}
        assert {state_of(one, TODAY) for one in facts.all_facts(connection)} == set(facts.STATES)


def test_the_index_follows_what_is_changed_and_removed(store: Store, ids: list[int]) -> None:
    save_fact(store, Fact(ids[1], "Use the button Download.", ("How do I save my calendar?",)), NOW)
    assert found(store, "settings") == []
    assert found(store, "download") == [ids[1]]
    facts.remove_fact(store, ids[1])
    assert found(store, "download") == []
    assert store.check() == []


def test_the_last_day_counts(store: Store) -> None:
    number = save_fact(store, Fact(0, "Until today.", valid_from=TODAY, valid_until=TODAY), NOW)
    assert found(store, state="soon") == [number]
    with store.read() as connection:
        held = one_fact(connection, number)
    assert held is not None
    assert facts.holds(held, TODAY)
    assert not facts.holds(held, date(2026, 6, 16))


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (Fact(0, " \0 "), "text"),
        (Fact(0, "x" * (facts.TEXT + 1)), "long"),
        (Fact(0, "x", ("y" * (facts.QUESTIONS + 1),)), "long"),
        (Fact(0, "x", kind="secret"), "kind"),
        (Fact(0, "x", valid_from=date(2026, 2, 2), valid_until=date(2026, 2, 1)), "dates"),
    ],
)
def test_what_cannot_be_kept_is_refused_whole(store: Store, wrong: Fact, code: str) -> None:
    with pytest.raises(FactError) as refused:
        add_facts(store, [Fact(0, "Fine."), wrong], NOW)
    assert refused.value.code == code
    assert found(store) == []


def test_what_is_there_word_for_word_is_not_written_twice(store: Store, ids: list[int]) -> None:
    more, known = add_facts(store, [SOME[0], Fact(0, "New."), Fact(0, "New.")], NOW)
    assert (len(more), known) == (1, 2)
    assert len(found(store)) == len(ids) + 1


def test_two_who_change_a_fact_keep_both_changes_or_are_told(store: Store, ids: list[int]) -> None:
    with store.read() as connection:
        seen = one_fact(connection, ids[0])
    assert seen is not None
    with acting(Actor(1, "Ana", "editor")):
        save_fact(store, replace(seen, owner="Ana"), NOW, seen)
    with acting(Actor(2, "Bo", "editor")):
        save_fact(store, replace(seen, valid_until=date(2027, 1, 1)), NOW, seen)
        with pytest.raises(StaleError) as stale:
            save_fact(store, replace(seen, owner="Bo"), NOW, seen)
    assert [(one.field, one.who) for one in stale.value.others] == [("owner", "Ana")]
    with store.read() as connection:
        held = one_fact(connection, ids[0])
    assert held is not None
    assert (held.owner, held.valid_until) == ("Ana", date(2027, 1, 1))


def test_members_read_facts_and_editors_write_them(store: Store) -> None:
    with acting(Actor(3, "Cy", "member")), pytest.raises(RefusedError):
        save_fact(store, Fact(0, "Mine."), NOW)


def test_matches_go_with_their_post_and_their_fact(store: Store, ids: list[int]) -> None:
    with store.write() as connection:
        source, _new = add_source(connection, "feed", "https://example.org/feed", NOW)
        add_posts(
            connection, source.id, [NewPost("feed", str(n), "How?", "How?", published_at=NOW) for n in (1, 2)], NOW
        )
    with store.write() as connection:
        first, other = connection.execute(post.select().with_only_columns(post.c.id).order_by(post.c.id)).scalars()
        past = ids[2]
        matches.save_matches(connection, {first: [(ids[1], 0.9, True), (past, 0.95, True), (ids[0], 0.8, False)]})
        matches.save_matches(connection, {other: [(ids[0], 0.8, False)]})
    with store.read() as connection:
        told = [(one.fact.id, one.sure, one.holds) for one in matches.matches(connection, first, TODAY)]
        assert told == [(ids[1], True, True), (past, True, False), (ids[0], False, True)]
        assert matches.surely_answered(connection, [first, other]) == {first: [past, ids[1]]}
    facts.remove_fact(store, past)
    with store.write() as connection:
        assert [one.fact.id for one in matches.matches(connection, first, TODAY)] == [ids[1], ids[0]]
        erase_source_posts(connection, source.id)
        assert matches.matches(connection, first, TODAY) == []


def test_vectors_follow_the_words_of_questions(store: Store, ids: list[int]) -> None:
    with store.read() as connection:
        assert matches.are_stale(connection)
        lacking = matches.lacking(connection, "a")
    assert len(lacking) == 7  # three have a question, and all say something
    rows = np.eye(7, 8, dtype=np.float32)
    matches.keep_vectors(store, "a", lacking, rows)
    with store.read() as connection:
        assert not matches.are_stale(connection)
        some, held = matches.fact_vectors(connection, "a")
    assert some == lacking
    assert np.array_equal(held, rows)
    save_fact(store, Fact(ids[1], "Other.", ("How do I print?", "Can I print?")), NOW)
    facts.remove_fact(store, ids[3])
    with store.read() as connection:
        assert matches.are_stale(connection)
        lacking = matches.lacking(connection, "a")
        assert [one.fact for one in matches.fact_vectors(connection, "a")[0]] == [ids[0], ids[0], ids[2]]
    assert [one.text for one in lacking] == ["How do I print?", "Can I print?", "Other."]
    matches.keep_vectors(store, "a", lacking, np.eye(3, 8, dtype=np.float32))
    with store.read() as connection:
        assert not matches.are_stale(connection)
        assert len(matches.lacking(connection, "b")) == 6  # another model: nothing is mixed

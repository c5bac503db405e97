"""Debates and new tools in the store, on both databases: found once, found again only where something is new."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from data.actor import Actor, acting
from data.debates.discussions import Discussion, save_stances, sides_of
from data.debates.listing import activity, debates, dismiss, one_debate, positioned
from data.erasing.people import erase_author
from data.inbox.triage import change
from data.models import NewPost, to_epoch
from data.posts.ingest import add_posts
from data.posts.reads import count_posts, page_of_posts
from data.scope import Scope
from data.source_list import add_source
from data.store import Store, put_meta
from data.tools.listing import ToolError, change_tool, one_tool, posts_a_day, tools
from data.tools.story import Promoter
from insights.pipeline.debates import find_debates, look_again, stances_to_save
from insights.pipeline.tools import note_names, tell_tools
from tests.insights.test_debates import ARGUMENT_EN

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
LAST = 10**15
ALL = Scope(date(2026, 1, 1), date(2026, 6, 30))
FOR = ["I agree with the price per member, it is fair.", "Yes, a price per member is honest.", "I'm in favour of it."]
AGAINST = ["I'm against it, helpers are no seats.", "No, a price per member punishes people.", "I disagree with it."]


def add(store: Store, posts: list[NewPost], name: str = "http://a") -> list[int]:
    with store.write() as connection:
        source, _ = add_source(connection, "feed", name, NOW)
        add_posts(connection, source.id, posts, NOW)
        rows = connection.exec_driver_sql("SELECT native_id, id FROM post").all()
    known = {str(key): int(i) for key, i in rows}
    return [known[post.native_id] for post in posts]


def thread(root: str = "root", *, people: int = 5, kind: str = "forum") -> list[NewPost]:
    start = NOW - timedelta(days=3)
    question = "Should the club charge a price per member?"
    found = [
        NewPost(kind, root, question, question, author="Asker", published_at=start, root_id=root, community="Forum")
    ]
    for k in range(2 * people):
        text = (FOR if k % 2 == 0 else AGAINST)[k // 2 % 3]
        parent = root if k < 4 else f"{root}-{k - 1}"
        found.append(
            NewPost(
                kind,
                f"{root}-{k}",
                text,
                text,
                author=f"{'pro' if k % 2 == 0 else 'con'}{k // 2}",
                root_id=root,
                parent_id=parent,
                published_at=start + timedelta(minutes=10 * (k + 1)),
                community="Forum",
            )
        )
    return found


def read_stances(store: Store, ids: list[int], posts: list[NewPost]) -> None:
    with store.write() as connection:
        save_stances(connection, ids, stances_to_save(ids, [post.plain or "" for post in posts]))


@pytest.fixture
def argued(store: Store) -> tuple[Store, list[int]]:
    posts = thread()
    ids = add(store, posts)
    read_stances(store, ids, posts)
    assert find_debates(store, ids) == 1
    return store, ids


def test_an_argument_within_a_thread_is_found_by_who_answers_whom(store: Store) -> None:
    posts, ids = [], []
    for k, (name, at, words, _side) in enumerate(ARGUMENT_EN):
        parent = "" if at < 0 else f"a{at}" if at else "root"
        native = f"a{k}" if k else "root"
        when = NOW - timedelta(hours=30 - k)
        posts.append(
            NewPost("forum", native, words, words, author=name, root_id="root", parent_id=parent, published_at=when)
        )
    ids = add(store, posts)
    read_stances(store, ids, posts)
    assert find_debates(store, ids) == 1
    [debate] = listed(store, "debate")
    assert debate.question == ARGUMENT_EN[2][2]
    assert debate.opener == ids[2]


def listed(store: Store, *states: str, dismissed: bool = False) -> list[Any]:
    with store.read() as connection:
        return debates(connection, states or ("debate",), 0, LAST, dismissed=dismissed)


def test_a_thread_with_two_camps_is_a_debate(argued: tuple[Store, list[int]]) -> None:
    store, ids = argued
    (found,) = listed(store)
    assert found.question == "Should the club charge a price per member?"
    assert (found.opener, found.posts, found.people, found.place) == (ids[0], 10, 10, "Forum")
    with store.read() as connection:
        rows = positioned(connection, found.id)
        assert activity(connection, [found.id], to_epoch(NOW)) == {found.id: (10, 0)}
    assert all(row.side == (1 if row.author.startswith("pro") else -1) for row in rows)
    assert [camp.people for camp in found.facts.camps] == [5, 5]
    with store.read() as connection:
        one_side = Scope(ALL.since, ALL.until, debate=found.id, side=1)
        assert count_posts(connection, one_side) == 5
        assert {post.author[:3] for post in page_of_posts(connection, one_side)} == {"pro"}


def test_it_is_looked_at_again_only_when_somebody_writes(argued: tuple[Store, list[int]]) -> None:
    store, _ids = argued
    (before,) = listed(store)
    other = add(store, [NewPost("forum", "else", "Hello", "Hello", author="X", root_id="else", published_at=NOW)])
    assert find_debates(store, other) == 0
    more = NewPost(
        "forum",
        "root-99",
        "I'm against it.",
        "I'm against it.",
        author="late",
        root_id="root",
        parent_id="root",
        published_at=NOW,
        community="Forum",
    )
    new = add(store, [more])
    read_stances(store, new, [more])
    assert find_debates(store, new) == 1
    (after,) = listed(store)
    assert (after.id, after.posts, after.last_post) == (before.id, 11, new[0])


def test_what_people_make_of_it_stays(argued: tuple[Store, list[int]]) -> None:
    store, ids = argued
    (found,) = listed(store)
    with acting(Actor(3, "Ana", "member")):
        dismiss(store, found.id)
    assert listed(store) == []
    assert find_debates(store, ids) == 1
    assert listed(store) == []
    (aside,) = listed(store, "debate", dismissed=True)
    assert aside.dismissed == "Ana"


def test_a_correction_wins_and_can_be_taken_back(argued: tuple[Store, list[int]]) -> None:
    store, ids = argued
    where = Discussion("forum", "root")
    post = ids[1]
    change(store, [post], "stance", "against", NOW)
    assert look_again(store, where) == "debate"
    with store.read() as connection:
        assert sides_of(connection, where)[post] == -1
    change(store, [post], "stance", "", NOW)
    look_again(store, where)
    with store.read() as connection:
        assert sides_of(connection, where)[post] == 1


def test_erasing_an_author_takes_the_debate_along_until_it_is_found_again(argued: tuple[Store, list[int]]) -> None:
    store, ids = argued
    assert erase_author(store, "con4") == 1
    assert listed(store) == []
    with store.read() as connection:
        waiting = connection.exec_driver_sql("SELECT count(*) FROM post WHERE pending").scalar()
        assert connection.exec_driver_sql("SELECT count(*) FROM debate_post").scalar() == 0
    assert waiting == 11 - 1
    assert find_debates(store, ids[:-1]) == 1
    (found,) = listed(store)
    assert "con4" not in str(found.facts)


def test_complaints_and_a_chat_are_no_debate(store: Store) -> None:
    posts = [
        NewPost(
            "forum",
            "c",
            "The app is down again",
            "The app is down again",
            author="A",
            root_id="c",
            published_at=NOW - timedelta(hours=9),
        )
    ]
    posts += [
        NewPost(
            "forum",
            f"c{k}",
            "Same, all lost.",
            "Same, all lost.",
            author=f"p{k}",
            root_id="c",
            parent_id="c",
            published_at=NOW - timedelta(hours=8, minutes=-k),
        )
        for k in range(12)
    ]
    ids = add(store, posts)
    assert find_debates(store, ids) == 0
    with store.write() as connection:
        for i in ids:
            connection.exec_driver_sql(
                f"INSERT INTO post_intent (intent, post_id, confidence) VALUES ('complaint', {i}, 0.9)"
            )
    assert find_debates(store, ids) == 0
    (found,) = listed(store, "criticism")
    assert found.facts.camps == ()


def test_positions_on_a_topic_are_a_debate_too(store: Store) -> None:
    posts = [
        NewPost("feed", f"f{k}", text, text, author=f"w{k}", published_at=NOW - timedelta(hours=k))
        for k, text in enumerate([*(["I'm in favour of the new price."] * 7), *(["I'm against the new price."] * 7)])
    ]
    ids = add(store, posts)
    read_stances(store, ids, posts)
    with store.write() as connection:
        connection.exec_driver_sql("INSERT INTO topic (id, label, first_fit) VALUES (1, 'Price', 1)")
        put_meta(connection, "topic_fit", "1")
        for i in ids:
            connection.exec_driver_sql(
                f"INSERT INTO post_topic (fit_id, topic_id, post_id, similarity, part) VALUES (1, 1, {i}, 1, 0)"
            )
    assert find_debates(store, ids) == 1
    (found,) = listed(store)
    assert found.where == Discussion("", "", 1)
    with store.read() as connection:
        assert {row.side for row in positioned(connection, found.id)} == {1, -1}
        assert one_debate(connection, found.id) == found


class FixedReader:
    """Reads a side where the words hold one of two letters; counts what it was asked."""

    asked = 0

    def values(self, texts: Any, langs: Any, question: str) -> list[float]:
        assert question.startswith("Should the club")
        self.asked += len(texts)
        return [0.9 if "seats" in text else -0.9 for text in texts]


def test_a_model_reads_where_words_show_no_side_once(store: Store) -> None:
    posts = thread()
    silent = "Helpers are seats too.", "Volunteers come once a year."
    posts += [
        NewPost(
            "forum",
            f"root-q{k}",
            silent[k % 2],
            silent[k % 2],
            author=f"q{k}",
            root_id="root",
            parent_id="root",
            published_at=NOW - timedelta(hours=5, minutes=-k),
        )
        for k in range(4)
    ]
    ids = add(store, posts)
    read_stances(store, ids, posts)
    reader = FixedReader()
    assert find_debates(store, ids, reader=reader) == 1
    assert find_debates(store, ids, reader=reader) == 1
    assert reader.asked == 4
    with store.read() as connection:
        sides = sides_of(connection, Discussion("forum", "root"))
    assert [sides[i] for i in ids[-4:]] == [1, -1, 1, -1]


# ---- tools


def name(store: Store, posts: list[NewPost], others: tuple[str, ...] = ()) -> set[int]:
    ids = add(store, posts)
    texts = [post.plain or "" for post in posts]
    with store.write() as connection:
        touched = note_names(connection, ids, texts, ["en"] * len(ids), others)
    tell_tools(store, touched, others)
    return touched


def said(key: str, text: str, days: float, author: str = "", kind: str = "forum") -> NewPost:
    when = NOW - timedelta(days=days)
    return NewPost(kind, key, text, text, author=author or key, published_at=when, community=f"place {key[0]}")


def radar(store: Store, **more: Any) -> list[Any]:
    with store.read() as connection:
        return tools(connection, 0, LAST, **more)


@pytest.fixture
def old(store: Store) -> Store:
    """A record that began long ago."""
    add(store, [said("z0", "We met in the hall.", 160), said("z1", "Nothing new here.", 100)])
    return store


def test_a_tool_is_shown_with_its_first_sight(old: Store) -> None:
    name(old, [said("a", "We like Kettlebird.", 30)])
    assert radar(old) == []  # only a name so far
    name(old, [said("b", "Introducing Kettlebird, a small reader for feeds.", 20)])
    (found,) = radar(old)
    assert (found.name, found.stage, found.posts) == ("Kettlebird", "picked", 2)
    assert found.first_at == NOW - timedelta(days=30)  # it was named before it was noticed
    assert found.noticed_at == NOW - timedelta(days=20)
    name(old, [said("c", "I tried #kettlebird and KettleBird works.", 3)])
    (again,) = radar(old)
    assert (again.id, again.posts, again.recent) == (found.id, 3, 0)
    with old.read() as connection:
        assert sum(n for _, n in posts_a_day(connection, found.id)) == 3
        assert count_posts(connection, Scope(ALL.since, ALL.until, tool=found.id)) == 3
        assert one_tool(connection, found.id, LAST) == again


def test_a_name_that_was_always_there_is_not_new(old: Store) -> None:
    name(old, [said("a", "Brimbox is slow today.", 90), said("b", "Our Brimbox export failed.", 70)])
    name(old, [said("c", "Has anyone tried Brimbox?", 1)])
    assert radar(old) == []


def test_a_word_of_the_language_is_not_a_tool(old: Store) -> None:
    name(old, [said(f"w{k}", "the zwoop of the day is a zwoop", 50 - k) for k in range(4)])
    name(old, [said("x", "Introducing Zwoop, a small tool.", 1)])
    assert radar(old) == []


def test_a_young_record_takes_only_what_is_said_to_be_new(store: Store) -> None:
    add(store, [said("z", "Hello.", 3)])
    name(store, [said("a", "I switched from Feedly to Oldbird.", 2), said("b", "Newbird just launched.", 2)])
    assert [found.name for found in radar(store)] == ["Newbird"]


def test_names_of_brands_and_their_spellings(old: Store) -> None:
    name(old, [said("a", "Plandora just launched.", 2), said("b", "Nimble.js is out now.", 2)], ("plandora",))
    name(old, [said("c", "I tried NimbleJS, good.", 1), said("d", "Plandora vs Nimble.js?", 1)], ("plandora",))
    (found,) = radar(old)
    assert found.key == "nimblejs"
    assert found.posts == 3
    assert (found.story.alternatives[0].name, found.story.alternatives[0].posts) == ("Plandora", 1)


def test_reading_a_post_again_counts_it_once(old: Store) -> None:
    posts = [said("a", "Introducing Kettlebird, a reader.", 2)]
    name(old, posts)
    name(old, posts)
    (found,) = radar(old)
    assert found.posts == 1


def test_what_people_make_of_a_tool_stays(old: Store) -> None:
    name(old, [said("a", "Introducing Kettlebird, a reader.", 20)])
    (found,) = radar(old)
    change_tool(old, found.id, "to_test", "yes")
    change_tool(old, found.id, "note", "Ask Bo")
    change_tool(old, found.id, "decision", "known")
    assert radar(old) == []
    name(old, [said("b", "I tried Kettlebird.", 1)])
    (aside,) = radar(old, decisions=("ignore", "known"))
    assert (aside.decision, aside.to_test, aside.note, aside.posts) == ("known", True, "Ask Bo", 2)
    with pytest.raises(ToolError):
        change_tool(old, found.id, "decision", "maybe")
    with pytest.raises(ToolError):
        change_tool(old, found.id, "name", "x")


def test_promotion_and_erasing(old: Store) -> None:
    name(old, [said(f"s{k}", f"Kettlebird just launched, part {k}.", 9 - k, "Seller") for k in range(4)])
    name(old, [said("b", "I tried Kettlebird.", 1, "Bo")])
    (found,) = radar(old)
    assert found.story.promoter == Promoter("Seller", 4)
    erase_author(old, "Seller")
    with old.read() as connection:
        rows = connection.exec_driver_sql("SELECT facts FROM tool").scalars().all()
        left = connection.exec_driver_sql("SELECT count(*) FROM tool_post").scalar()
    assert (left, [row for row in rows if "Seller" in row]) == (1, [])
    erase_author(old, "Bo")
    with old.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM tool").scalar() == 0

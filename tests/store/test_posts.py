"""Posts: exact text, one row each, found with or without accents, erased for good."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import select

from data.erasing.people import erase_author
from data.models import Engagement, NewPost
from data.posts.erasure import erase_source_posts
from data.posts.ingest import add_posts
from data.posts.reads import count_posts, ids_of, page_of_posts, posts_by_id, total_posts
from data.posts.voices import voices_of
from data.schema import post_text
from data.scope import Scope
from data.settings import Settings
from data.source_list import add_source, remove_source
from data.store import Store


def new(native: str, text: str = "some words", **more: object) -> NewPost:
    return replace(NewPost("feed", native, text, text), **more)


def add(store: Store, now: datetime, *posts: NewPost, source: str = "http://a", **options: bool) -> object:
    with store.write() as connection:
        made, _ = add_source(connection, "feed", source, now)
        return add_posts(connection, made.id, posts, now, **options)


def everything(now: datetime, **more: object) -> Scope:
    return Scope((now - timedelta(days=400)).date(), (now + timedelta(days=2)).date(), **more)


def found(store: Store, scope: Scope) -> list[str]:
    with store.read() as connection:
        return [post.native_id for post in page_of_posts(connection, scope)]


def test_same_post_twice_is_one_row(store: Store, now: datetime) -> None:
    first = add(store, now, new("1"), new("2"))
    again = add(store, now, new("1"), new("2"), new("3"))
    assert (first.new, again.new, again.known) == (2, 1, 2)
    with store.read() as connection:
        assert total_posts(connection) == 3


def test_the_newest_come_first_whenever_they_arrived(store: Store, now: datetime) -> None:
    minutes = random.Random(5).sample(range(3 * 24 * 60), 60)
    posts = [new(str(m), published_at=now - timedelta(minutes=m)) for m in minutes]
    add(store, now, *posts[:20])
    add(store, now, *posts[20:], source="http://b")
    in_order = [str(m) for m in sorted(minutes)]
    scope = everything(now)
    with store.read() as connection:
        pages = [post.native_id for n in (1, 2, 3) for post in page_of_posts(connection, scope, n)]
        assert pages == in_order
        assert [p.native_id for p in page_of_posts(connection, scope, order="oldest")] == in_order[::-1][:25]
        shown = posts_by_id(connection, ids_of(connection, scope, 60))
        assert [post.native_id for post in shown] == in_order
        day = replace(scope, since=(now - timedelta(days=1)).date(), until=(now - timedelta(days=1)).date())
        assert len(page_of_posts(connection, day)) == min(25, count_posts(connection, day))


def test_only_the_first_source_may_correct_a_text(store: Store, now: datetime) -> None:
    add(store, now, new("1", "original words"))
    add(store, now, new("1", "forged words"), source="http://other")
    assert found(store, everything(now, query="forged")) == []
    assert add(store, now, new("1", "corrected words")).changed == 1
    assert found(store, everything(now, query="corrected")) == ["1"]
    assert found(store, everything(now, query="original")) == []


def test_counters_are_refreshed_in_place(store: Store, now: datetime) -> None:
    add(store, now, new("1", engagement=Engagement(score=3)))
    add(store, now, new("1", engagement=Engagement(score=9, comments=2)))
    with store.read() as connection:
        post = page_of_posts(connection, everything(now))[0]
    assert post.engagement == Engagement(9, 2, None, None)


@pytest.mark.parametrize(
    ("query", "hits"),
    [
        ("coeur", True),
        ("CŒUR", True),
        ("l'operateur", True),
        ("l’opérateur", True),
        ("opera", True),
        ('"cœur de l\'opérateur"', True),
        ('"opérateur cœur"', False),
        ("cœur -panne", False),
        ("-panne", False),
        ("c++", True),
        ("AND OR NOT", False),
        ('"', False),
        ("*", False),
        ("coeur)", True),
        ("naïve", False),
    ],
)
def test_search_folds_accents_and_never_crashes(store: Store, now: datetime, query: str, hits: bool) -> None:
    add(store, now, new("1", "Le cœur de l'opérateur est en panne, écrit en C++"))
    assert (found(store, everything(now, query=query)) == ["1"]) is hits


@given(st.text(max_size=60))
@hypothesis_settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_query_is_answered(store: Store, query: str) -> None:
    from tests.conftest import NOW

    found(store, everything(NOW, query=query))


@pytest.mark.corpora
def test_hostile_strings_come_back_byte_for_byte(store: Store, now: datetime, corpora: Path) -> None:
    strings = json.loads((corpora / "hostile" / "blns.json").read_text())
    strings += (corpora / "hostile" / "xss.txt").read_text(errors="surrogateescape").splitlines()
    usable = [s for s in strings if ("\0" not in s and s.isprintable()) or s.encode("utf-8", "ignore").decode() == s]
    posts = [new(f"n{i}", text) for i, text in enumerate(usable)]
    add(store, now, *posts)
    with store.read() as connection:
        for index in range(0, len(posts), 25):
            scope = everything(now)
            for post in page_of_posts(connection, scope, index // 25 + 1, folded=False, order="oldest"):
                expected = usable[int(post.native_id[1:])].replace("\0", "")
                received = select(post_text.c.received).where(post_text.c.post_id == post.id)
                assert connection.execute(received).scalar() == expected
                assert post.plain == expected
        assert count_posts(connection, everything(now)) == len(usable) > 400


def test_surrogates_nuls_and_giants_are_kept_within_bounds(store: Store, now: datetime) -> None:
    add(store, now, new("1", "a\ud800b\0c"), new("2", "x" * 1_000_000))
    with store.read() as connection:
        by_id = {post.native_id: post for post in page_of_posts(connection, everything(now))}
    assert by_id["1"].plain == "a?bc"
    assert len(by_id["2"].plain) == 200_000


def test_a_date_missing_or_far_ahead_becomes_now(store: Store, now: datetime) -> None:
    add(store, now, new("1"), new("2", published_at=now + timedelta(days=300)))
    with store.read() as connection:
        assert {post.published_at for post in page_of_posts(connection, everything(now))} == {now}


def test_pseudonyms_hide_the_author_and_stay_stable(store: Store, now: datetime) -> None:
    add(store, now, new("1", author="Ann"), new("2", author="Ann"), new("3", author="Bob"), pseudonymise=True)
    with store.read() as connection:
        names = {p.native_id: p.author for p in page_of_posts(connection, everything(now))}
    assert names["1"] == names["2"] != names["3"]
    assert "Ann" not in names.values()


def test_erasing_an_author_erases_text_and_index(store: Store, now: datetime) -> None:
    add(store, now, new("1", "secretword", author="Ann"), new("2", "other", author="Bob"))
    assert erase_author(store, "Ann") == 1
    assert found(store, everything(now)) == ["2"]
    assert found(store, everything(now, query="secretword")) == []
    assert store.check() == []


def test_removing_a_source_keeps_what_others_brought(store: Store, settings: Settings, now: datetime) -> None:
    add(store, now, new("1"), new("2"))
    add(store, now, new("2"), new("3"), source="http://b")
    with store.write() as connection:
        assert erase_source_posts(connection, 1) == 1
    assert sorted(found(store, everything(now))) == ["2", "3"]
    assert remove_source(store, settings, 2, erase_posts=False) == 0
    assert sorted(found(store, everything(now))) == ["2", "3"]
    assert remove_source(store, settings, 2, erase_posts=True) == 2
    assert found(store, everything(now)) == []


def test_voices_say_how_balanced_a_figure_is(store: Store, now: datetime) -> None:
    with store.write() as connection:
        one, _ = add_source(connection, "feed", "http://one.example/", now, title="One")
        two, _ = add_source(connection, "reddit", "r/two/new", now, title="r/two")
        loud = [NewPost("feed", f"l{n}", "t", "t", author="ann", published_at=now, lang="fr") for n in range(6)]
        rest = [
            NewPost("reddit", f"r{n}", "t", "t", author=f"u{n}", published_at=now, lang="en", community="r/two")
            for n in range(3)
        ]
        add_posts(connection, one.id, loud, now)
        add_posts(connection, two.id, rest, now)
        connection.exec_driver_sql("UPDATE post SET group_id = 7 WHERE author = 'ann'")
    with store.read() as connection:
        found = voices_of(connection, Scope(now.date(), now.date()))
        nobody = voices_of(connection, Scope(now.date() - timedelta(days=9), now.date() - timedelta(days=8)))
    assert (found.posts, found.authors, found.loudest, found.copies) == (9, 4, ("ann", 6), 5)
    assert found.places == (("One", 6), ("r/two", 3))
    assert found.langs == (("fr", 6), ("en", 3))
    assert found.sources == ((one.id, "One", 6), (two.id, "r/two", 3))
    assert (nobody.posts, nobody.loudest, nobody.places) == (0, ("", 0), ())

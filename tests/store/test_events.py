"""Events: what enters and what does not, who is left out and why, draws that anybody can check, who came and who came
back, and what erasing leaves."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from data.actor import Actor, acting
from data.changes import StaleError
from data.erasing.people import erase_person
from data.erasing.person import about
from data.events import draws, events
from data.events.attendance import attendance
from data.events.draw import digest_of, in_order, lot_of, winning
from data.events.entries import answers_to, entries_of
from data.events.events import Event, EventError, post_at, save_event
from data.inbox.ours import set_own_account
from data.models import NewPost
from data.posts.ingest import add_posts
from data.schema import change, event_entry, event_exclusion, post
from data.source_list import add_source
from data.store import Store

START = datetime(2026, 6, 1, 8, tzinfo=UTC)
END = START + timedelta(days=7)
OVER = END + timedelta(hours=1)
CODES = st.lists(st.from_regex(r"\A[0-9a-f]{16}\Z"), min_size=1, max_size=40, unique=True)
Put = Callable[..., dict[str, int]]


@pytest.fixture
def put(store: Store) -> Put:
    """Adds posts (native id, author, text, days after the start, more of the post); gives the id of each."""

    def add(*said: tuple[str, str, str, float, dict[str, str]]) -> dict[str, int]:
        with store.write() as connection:
            source, _new = add_source(connection, "mastodon", "https://m.example/tags/glow", START)
            posts = [
                NewPost("mastodon", native, text, None, author=author, published_at=START + timedelta(days=day),
                        url=f"https://m.example/{native}", **more)
                for native, author, text, day, more in said
            ]  # fmt: skip
            add_posts(connection, source.id, posts, START + timedelta(days=60))
            return {row.native_id: row.id for row in connection.execute(select(post.c.native_id, post.c.id))}

    return add


def event(store: Store, **more: object) -> Event:
    made = Event(0, "Glow contest", START, END, hashtag="Glow")
    number = save_event(store, replace(made, **more), START)  # type: ignore[arg-type]
    with store.read() as connection:
        held = events.one_event(connection, number)
    assert held is not None
    return held


def outs(store: Store, of: Event) -> dict[str, str]:
    """Native id -> why it is left out, "" where it counts."""
    with store.read() as connection:
        return {one.native_id: one.out for one in entries_of(connection, of).all}


def test_entries_are_posts_with_the_hashtag_within_the_days(store: Store, put: Put) -> None:
    put(
        ("before", "ana", "#glow too early", -0.1, {}),
        ("first", "ana", "My lamp #Glow, look", 0, {}),
        ("other", "bob", "#glowing is another word, ab#glow too, and https://a.example/#glow", 1, {}),
        ("bare", "bob", "glow without its sign # glow", 1, {}),
        ("title", "cyd", "a picture", 2, {"title": "#GLOW"}),
        ("last", "dan", "(#glow)", 6.99, {}),
        ("after", "eve", "#glow too late", 7, {}),
    )
    assert outs(store, event(store)) == {"first": "", "title": "", "last": ""}
    accents = event(store, hashtag="#Été_2026")
    put(("summer", "ana", "vive l'#ete_2026 !", 1, {}), ("no", "bob", "#été et 2026", 1, {}))
    assert outs(store, accents) == {"summer": ""}


def test_entries_are_replies_in_the_thread(store: Store, put: Put) -> None:
    ids = put(
        ("call", "us", "Answer under this post", 0.5, {"root_id": "call"}),
        ("one", "ana", "Mine", 1, {"root_id": "call", "parent_id": "call"}),
        ("two", "bob", "His", 2, {"root_id": "call", "parent_id": "one"}),
        ("early", "cyd", "Hers", -0.5, {"root_id": "call", "parent_id": "call"}),
        ("elsewhere", "dan", "Other", 2, {"root_id": "x", "parent_id": "x"}),
        ("tagged", "dan", "#glow", 3, {}),
    )
    asked = event(store, hashtag="", thread=ids["call"])
    assert outs(store, asked) == {"one": "", "two": ""}
    assert outs(store, replace(asked, hashtag="glow")) == {"one": "", "two": "", "tagged": ""}
    with store.read() as connection:
        for address in (
            "https://www.m.example/call?utm_source=x",
            f"http://localhost:8501/mentions?post={ids['call']}",
        ):
            assert post_at(connection, address, START, END) == ids["call"]
        for address in ("https://m.example/nothing", "", "https://m.example/", "x?post=12"):
            with pytest.raises(EventError, match="thread"):
                post_at(connection, address, START, END)


def test_what_does_not_count_says_why(store: Store, put: Put) -> None:
    ids = put(
        ("ours", "house", "#glow begins", 1, {}),
        ("gone", "ana", "#glow removed", 1, {}),
        ("nobody", "", "#glow", 1, {}),
        ("bob1", "bob", "#glow 1", 1, {}),
        ("bob2", "bob", "#glow 2", 2, {}),
        ("bob3", "bob", "#glow 3", 3, {}),
        ("eve", "eve", "#glow", 3, {}),
    )
    set_own_account(store, "house")
    with store.write() as connection:
        connection.execute(post.update().where(post.c.id == ids["ours"]).values(by_us=True))
        connection.execute(post.update().where(post.c.id == ids["gone"]).values(removed_at=1))
    held = event(store)
    events.exclude(store, held.id, "mastodon", "eve", "works for us", OVER)
    expected = {
        "ours": "ours", "gone": "removed", "nobody": "nameless", "bob1": "", "bob2": "more", "bob3": "more",
        "eve": "excluded",
    }  # fmt: skip
    assert outs(store, held) == expected
    assert outs(store, replace(held, most=2))["bob2"] == ""
    assert outs(store, replace(held, most=0))["bob3"] == ""
    events.readmit(store, held.id, "mastodon", "eve")
    assert outs(store, held)["eve"] == ""
    with store.read() as connection:
        told = connection.execute(select(change.c.action, change.c.before, change.c.after).order_by(change.c.id)).all()
    assert ("event.excluded", "", "eve (mastodon): works for us") in [tuple(row) for row in told]
    assert ("event.readmitted", "eve (mastodon): works for us", "") in [tuple(row) for row in told]
    for reason, author in (("", "eve"), ("why", " ")):
        with pytest.raises(EventError, match="reason"):
            events.exclude(store, held.id, "mastodon", author, reason, OVER)


def test_an_event_is_kept_whole_or_refused(store: Store, put: Put) -> None:
    held = event(store, kind="quiz", answers=("  Lyon ", "lyon 3", "Lyon"), hashtag="＃glow")
    assert (held.hashtag, held.answers) == ("glow", ("Lyon", "lyon 3"))
    for wrong, values in {
        "title": {"title": " "},
        "kind": {"kind": "lottery"},
        "dates": {"ends": START},
        "hashtag": {"hashtag": "two words"},
        "where": {"hashtag": ""},
        "thread": {"thread": 12345},
        "number": {"prizes": 101},
        "long": {"rules": "x" * 8_001},
    }.items():
        with pytest.raises(EventError, match=wrong):
            save_event(store, replace(held, **values), START)  # type: ignore[arg-type]
    save_event(store, replace(held, title="Renamed"), START, held)
    with pytest.raises(StaleError):
        save_event(store, replace(held, title="Other"), START, held)
    events.remove_event(store, held.id)
    with store.read() as connection:
        assert events.some_events(connection) == ([], 0)


def test_a_quiz_says_who_gave_the_right_answer(store: Store, put: Put) -> None:
    ids = put(
        ("right", "ana", "#glow It is SAINT-ÉTIENNE!", 1, {}),
        ("wrong", "bob", "#glow Saint, and Étienne", 1, {}),
        ("odd", "cyd", "#glow St Etienne", 1, {}),
    )
    held = event(store, kind="quiz", answers=("saint etienne",))

    def right() -> set[str]:
        with store.read() as connection:
            found = entries_of(connection, held)
            assert {one.post for one in found.may_win(held)} == {one.post for one in found.all if one.right}
            return {one.native_id for one in found.all if one.right}

    assert right() == {"right"}
    events.mark(store, held.id, [ids["odd"]], "right")
    events.mark(store, held.id, [ids["right"]], "wrong")
    assert right() == {"odd"}
    events.mark(store, held.id, [ids["right"]], "")
    assert right() == {"right", "odd"}
    with pytest.raises(EventError, match="mark"):
        events.mark(store, held.id, [ids["odd"]], "maybe")


def test_questions_are_told_from_words_and_answers_from_our_replies(store: Store, put: Put) -> None:
    ids = put(
        ("call", "house", "Ask us", -1, {}),
        ("q1", "ana", "When is it out?", 1, {"root_id": "call", "parent_id": "call"}),
        ("q2", "bob", "And the blue one ?", 1, {"root_id": "call", "parent_id": "call"}),
        ("thanks", "bob", "Thank you.", 1, {"root_id": "call", "parent_id": "call"}),
        ("reply", "house", "In May.", 2, {"root_id": "call", "parent_id": "q1"}),
        ("other", "cyd", "I think June", 2, {"root_id": "call", "parent_id": "q2"}),
    )
    with store.write() as connection:
        connection.execute(post.update().where(post.c.id.in_([ids["call"], ids["reply"]])).values(by_us=True))
    held = event(store, kind="qa", hashtag="", thread=ids["call"], prizes=0)
    with store.read() as connection:
        questions = [one for one in entries_of(connection, held).counted if one.asks]
        assert [one.native_id for one in questions] == ["q1", "q2"]
        assert answers_to(connection, questions) == {ids["q1"]: ids["reply"]}


def many(put: Put, number: int = 30) -> dict[str, int]:
    return put(*((f"e{n}", f"person{n}", f"#glow {n}", 1 + n / 10, {}) for n in range(number)))


def drawn(store: Store, held: Event, seed: str = "7-12-30", reason: str = "") -> draws.Draw:
    number = draws.close_list(store, held.id, OVER, "the numbers of the lottery of June 12", reason)
    draws.draw_winners(store, number, OVER, seed)
    with store.read() as connection:
        return draws.draws_of(connection, held.id)[-1]


def test_a_draw_follows_from_the_list_and_the_seed_alone(store: Store, put: Put) -> None:
    many(put)
    held = event(store, prizes=3)
    made = drawn(store, held)
    with store.read() as connection:
        entries = draws.drawn_entries(connection, made)
        assert (made.total, made.prizes, made.seed) == (30, 3, "7-12-30")
        # Said anew in other words than those of the program.
        codes = sorted(one.code for one in entries)
        assert made.digest == hashlib.sha256(("\n".join(codes) + "\n").encode()).hexdigest()
        order = sorted(codes, key=lambda code: hashlib.sha256(f"7-12-30:{code}".encode()).hexdigest())
        assert [one.code for one in entries] == order
        assert [one.code for one in draws.winners(entries, made)] == order[:3]
        assert [one.code for one in draws.next_in_order(entries, made)] == order[3:8]


def test_a_second_draw_is_never_silent(store: Store, put: Put) -> None:
    many(put, 5)
    held = event(store)
    with pytest.raises(EventError, match="open"):
        draws.close_list(store, held.id, END - timedelta(seconds=1))
    first = drawn(store, held)
    with pytest.raises(EventError, match="drawn"):
        draws.draw_winners(store, first.id, OVER, "another seed")
    with pytest.raises(EventError, match="reason"):
        draws.close_list(store, held.id, OVER)
    late = put(("late", "zoe", "#glow collected late", 2, {}))["late"]
    with store.read() as connection:
        posts = [one.post for one in entries_of(connection, held).may_win(held)]
        assert draws.came_late(connection, first, posts) == [late]
    second = drawn(store, held, "1-2-3", "an entry came late")
    with store.read() as connection:
        assert [one.number for one in draws.draws_of(connection, held.id)] == [1, 2]
        kept = draws.draws_of(connection, held.id)[0]
        told = list(connection.execute(select(change.c.after).where(change.c.action.like("event.%"))).scalars())
    assert (kept.seed, kept.digest) == (first.seed, first.digest)
    assert (second.reason, second.total) == ("an entry came late", 6)
    assert sum(first.digest in line for line in told) == 2  # closed, drawn
    assert any(second.digest in line and "an entry came late" in line for line in told)
    with pytest.raises(EventError, match="closed"):
        events.remove_event(store, held.id)


def test_a_seed_is_given_where_it_was_announced_and_made_otherwise(store: Store, put: Put) -> None:
    many(put, 3)
    held = event(store)
    announced = draws.close_list(store, held.id, OVER, "the lottery")
    for seed in ("", " \n", "x" * 201):
        with pytest.raises(EventError, match="seed"):
            draws.draw_winners(store, announced, OVER, seed)
    made = draws.close_list(store, held.id, OVER, reason="no lottery that day")
    with pytest.raises(EventError, match="drawn"):  # another list was closed since
        draws.draw_winners(store, announced, OVER, "5")
    seeds = {draws.draw_winners(store, made, OVER, "mine")}
    assert len(seeds.pop()) == 32
    with pytest.raises(EventError, match="closed"):
        draws.draw_winners(store, 99, OVER)
    for values, wrong in (({"hashtag": "nobody"}, "none"), ({"prizes": 0}, "number")):
        with pytest.raises(EventError, match=wrong):
            draws.close_list(store, event(store, **values).id, OVER)


def test_nobody_wins_twice_and_who_is_left_out_since_is_passed_over(store: Store, put: Put) -> None:
    put(*((f"a{n}", "ana", f"#glow {n}", 1, {}) for n in range(20)), ("b", "bob", "#glow", 1, {}))
    held = event(store, most=0, prizes=2)
    made = drawn(store, held)
    with store.read() as connection:
        entries = draws.drawn_entries(connection, made)
    assert {one.author for one in draws.winners(entries, made)} == {"ana", "bob"}
    held = event(store, most=0, prizes=1)
    made = drawn(store, held)
    with store.read() as connection:
        (won,) = draws.winners(draws.drawn_entries(connection, made), made)
    events.exclude(store, held.id, "mastodon", {"ana": "bob", "bob": "ana"}[won.author], "a twin", OVER)
    with store.read() as connection:
        entries = draws.drawn_entries(connection, made)
    assert draws.winners(entries, made) == [won]
    assert draws.next_in_order(entries, made) == []


def test_who_came_was_new_and_came_back(store: Store, put: Put) -> None:
    ids = put(
        ("old", "ana", "hello", -20, {}),
        ("ana", "ana", "#glow", 1, {}),
        ("ana2", "ana", "#glow", 2, {}),
        ("bob", "bob", "#glow", 2, {}),
        ("soon", "bob", "again", 20, {}),
        ("cyd", "cyd", "#glow", 2, {}),
        ("month", "cyd", "back", 7 + 30, {}),
    )
    held = event(store)
    with store.read() as connection:
        present = entries_of(connection, held).present
        early = attendance(connection, held, present, END + timedelta(days=30, seconds=-1), UTC)
        later = attendance(connection, held, present, END + timedelta(days=40), UTC)
    day = START.date()
    assert (early.people, early.days) == (3, ((day + timedelta(days=1), 1), (day + timedelta(days=2), 3)))
    assert early.new == (ids["bob"], ids["cyd"])
    assert (early.back, early.back_from) == (None, END + timedelta(days=30))
    assert (later.back, later.is_few, later.since) == ((ids["month"],), True, (START - timedelta(days=20)).date())


def test_the_erased_vanish_and_the_list_can_still_be_checked(store: Store, put: Put) -> None:
    many(put, 4)
    held = event(store, title="Glow, ask person_zero.7", rules="See person_zero.7")
    put(("z", "person_zero.7", "#glow mine too", 1, {}))
    events.exclude(store, held.id, "mastodon", "person_zero.7", "a friend of person_zero.7", OVER)
    events.readmit(store, held.id, "mastodon", "person_zero.7")
    made = drawn(store, held)
    events.exclude(store, held.id, "mastodon", "person_zero.7", "because", OVER)
    with store.write() as connection:
        held_about = about(connection, "person_zero.7")
    assert (held_about.count("entries"), held_about.count("excluded")) == (1, 1)
    erase_person(store, "person_zero.7")
    assert "z" not in outs(store, held)
    with store.read() as connection:
        entries = draws.drawn_entries(connection, made)
        (gone,) = [one for one in entries if not one.post]
        assert (gone.author, gone.kind) == ("", "")
        assert digest_of(one.code for one in entries) == made.digest
        assert connection.execute(select(event_exclusion)).all() == []
        for row in connection.execute(select(change.c.subject, change.c.before, change.c.after)):
            assert "person_zero" not in "".join(row)
        kept = events.one_event(connection, held.id)
        assert kept is not None
        assert "person_zero" not in kept.title + kept.rules
        assert connection.execute(select(event_entry.c.post_id).where(event_entry.c.code == gone.code)).scalar() == 0


def test_editors_make_events_and_draw(store: Store, put: Put) -> None:
    many(put, 2)
    with acting(Actor(1, "Mia", "member")):
        for write in (
            lambda: event(store),
            lambda: draws.close_list(store, 1, OVER),
            lambda: draws.draw_winners(store, 1, OVER),
            lambda: events.exclude(store, 1, "mastodon", "ana", "why", OVER),
        ):
            with pytest.raises(PermissionError):
                write()
    with acting(Actor(2, "Ed", "editor")):
        assert drawn(store, event(store)).drawn_by == "Ed"


@given(CODES, st.text(max_size=40), st.randoms())
def test_the_order_is_the_same_whatever_order_it_comes_in(codes: list[str], seed: str, shuffled: object) -> None:
    other = list(codes)
    shuffled.shuffle(other)  # type: ignore[attr-defined]
    assert in_order(codes, seed) == in_order(other, seed)
    assert sorted(in_order(codes, seed)) == sorted(codes)
    assert digest_of(codes) == digest_of(other)
    lots = [lot_of(code, seed) for code in in_order(codes, seed)]
    assert lots == sorted(lots)


@given(CODES.filter(lambda codes: len(codes) > 1))
def test_any_other_list_has_another_digest(codes: list[str]) -> None:
    assert digest_of(codes[1:]) != digest_of(codes)
    assert digest_of([*codes[1:], "x"]) != digest_of(codes)


@given(st.lists(st.integers(1, 6), max_size=30), st.integers(0, 8))
def test_winners_are_the_first_people_of_the_order(people: list[int], prizes: int) -> None:
    won = winning(people, prizes)
    assert [people[index] for index in won] == list(dict.fromkeys(people))[:prizes]
    assert all(people.index(people[index]) == index for index in won)


@pytest.mark.parametrize("number", [3, 7, 20])
def test_every_entry_is_as_likely_over_seeds(number: int) -> None:
    """Chi-squared over the first place and over the last, with one chance in 10,000 of being refused for nothing; the
    seeds are fixed, so that it says the same each time."""
    codes = [hashlib.sha256(f"{number} {n}".encode()).hexdigest()[:16] for n in range(number)]
    seeds = 400 * number
    bound = {3: 18.5, 7: 27.9, 20: 50.8}[number]  # of number - 1 degrees of freedom
    for place in (0, -1):
        counts = Counter(in_order(codes, f"seed {n}")[place] for n in range(seeds))
        expected = seeds / number
        assert sum((counts[code] - expected) ** 2 / expected for code in codes) < bound

"""Where the record leads, on both databases: what is proposed, how people behave there, and what came of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert, select, update

from data.actor import Actor, RefusedError, acting
from data.changes import StaleError
from data.erasing.people import erase_person
from data.models import Engagement, NewPost, date_to_day
from data.places.behaviour import Behaviour
from data.places.listing import (
    Venue,
    add_venue,
    keep_reading,
    note_looked,
    posts_of,
    save_rules,
    set_state,
    steps_of,
    venues,
    waiting_samples,
)
from data.places.named import Named
from data.posts.ingest import add_posts
from data.schema import (
    IDS_PER_DAY,
    brand,
    brand_topic_day,
    change,
    mention,
    post,
    post_intent,
    post_topic,
    suggestion,
    topic,
    topic_day,
    venue,
)
from data.source_list import add_source, mark_own
from data.store import Store, put_meta
from insights.pipeline.venues import read_samples
from sources.places.gather import refresh_places
from tests.store.rows import put_row

READER, MEMBER = Actor(5, "Rob", "reader"), Actor(6, "Mel", "member")


def say(store: Store, kind: str, address: str, now: datetime, *posts: NewPost, own: bool = False) -> int:
    """Posts of a followed source; its number."""
    with store.write() as connection:
        made, _ = add_source(connection, kind, address, now)
        add_posts(connection, made.id, posts, now)
    if own:
        mark_own(store, made.id, True)
    return made.id


def written(number: int, text: str, author: str, at: datetime, **other: str) -> NewPost:
    return NewPost("feed", f"n{number}", text, text, author=author, published_at=at, **other)  # type: ignore[arg-type]


def listed(store: Store, now: datetime, days: int = 30) -> dict[str, Venue]:
    with store.read() as connection:
        day = date_to_day(now.date())
        found = venues(connection, (day - days) * IDS_PER_DAY, (day + 1) * IDS_PER_DAY)
    return {one.title: one for one in found}


def test_one_stray_link_proposes_nothing_and_two_people_do(store: Store, now: datetime) -> None:
    say(
        store,
        "feed",
        "https://blog.example/feed",
        now,
        written(1, "Ask in r/smallclubs", "Ann", now),
        written(2, "I did: https://www.reddit.com/r/SmallClubs/comments/1/x/", "Ben", now - timedelta(days=2)),
        written(3, "r/gardening", "Ann", now),
        written(4, "r/gardening, always r/gardening", "Ann", now),
        written(5, "Join https://discord.gg/abc", "AutoModerator", now),
        written(6, "Join https://discord.gg/abc", "AutoModerator", now),
        written(7, "Join https://discord.gg/abc", "Cat", now),
        written(8, "r/longago", "Ann", now - timedelta(days=200)),
        written(9, "r/longago", "Ben", now - timedelta(days=200)),
    )
    assert refresh_places(store, now) == 2
    found = listed(store, now)
    assert {name for name, one in found.items() if one.is_proposed} == {"r/smallclubs"}
    one = found["r/smallclubs"]
    assert (one.kind, one.posts, one.voices, one.about_us, one.last) == ("reddit", 2, 2, 0, now.date())
    # Every number opens its posts; another period has its own.
    with store.read() as connection:
        ids = posts_of(connection, one.id, ("names", "theme"))
        authors = set(connection.execute(select(post.c.author).where(post.c.id.in_(ids))).scalars())
    assert (len(ids), authors) == (2, {"Ann", "Ben"})
    assert {name for name, one in listed(store, now, 300).items() if one.is_proposed} == {"r/smallclubs", "r/longago"}
    # What nobody names any more goes at the next reading.
    with store.write() as connection:
        connection.execute(update(post).where(post.c.author == "Ben").values(removed_at=1))
    assert refresh_places(store, now) == 0
    assert listed(store, now) == {}


def test_feeds_without_authors_are_one_voice_each(store: Store, now: datetime) -> None:
    for number in (1, 2):
        say(store, "feed", f"https://a{number}.example/feed", now, written(number, "r/smallclubs", "", now))
    say(store, "feed", "https://one.example/feed", now, *(written(n, "r/gardening", "", now) for n in (7, 8, 9)))
    refresh_places(store, now)
    assert [(name, one.voices) for name, one in listed(store, now).items() if one.is_proposed] == [("r/smallclubs", 2)]


def test_what_is_ours_or_said_in_the_place_itself_leads_nowhere(store: Store, now: datetime) -> None:
    named = "https://forum.ours.example/t/a-b/1 and r/here"
    say(store, "feed", "https://blog.example/feed", now, written(1, named, "Ann", now))
    say(store, "feed", "https://other.example/feed", now, written(3, "https://forum.ours.example/t/c-d/2", "Ben", now))
    say(store, "discourse", "https://forum.ours.example/", now, own=True)
    inside = [
        NewPost(
            "reddit", f"t3_{n}", "welcome to r/here", "welcome to r/here", author=a, published_at=now, root_id=f"t3_{n}"
        )
        for n, a in enumerate(("Ann", "Ben", "Cat"))
    ]
    say(store, "reddit", "r/here/new", now, *inside)
    refresh_places(store, now)
    assert {name for name, one in listed(store, now).items() if one.is_proposed} == set()


def test_a_suggestion_that_was_put_away_is_not_proposed_here_either(store: Store, now: datetime) -> None:
    say(store, "feed", "https://blog.example/feed", now, *(written(n, "r/smallclubs", f"a{n}", now) for n in range(3)))
    with store.write() as connection:
        values = {"kind": "reddit", "address": "r/smallclubs/new", "title": "", "posts": 3, "authors": 3}
        connection.execute(insert(suggestion).values(**values, examples="[]", dismissed=True, made_at=1))
    assert refresh_places(store, now) == 0


def test_how_people_behave_where_it_is_followed(store: Store, now: datetime) -> None:
    say(store, "feed", "https://blog.example/feed", now, *(written(n, "r/smallclubs", f"a{n}", now) for n in range(2)))
    root = {"published_at": now - timedelta(days=4), "engagement": Engagement(score=1)}
    posts = [
        NewPost("reddit", "t3_a", "Which tool?", "Which tool?", author="New", root_id="t3_a", **root),
        NewPost("reddit", "t3_b", "And dues?", "And dues?", author="Old", root_id="t3_b", **root),
        NewPost(
            "reddit", "t1_c", "This one", "This one", author="Old", root_id="t3_a", parent_id="t3_a",
            published_at=now - timedelta(days=4) + timedelta(hours=6),
        ),
        NewPost("reddit", "t3_d", "Hello all", "Hello all", author="Old", root_id="t3_d",
                published_at=now - timedelta(days=20)),
    ]  # fmt: skip
    say(store, "reddit", "r/smallclubs/new", now, *posts)
    with store.write() as connection:
        connection.execute(update(post).where(post.c.source_kind == "reddit").values(lang="en", sentiment="neutral"))
        asked = connection.execute(select(post.c.id).where(post.c.native_id.in_(("t3_a", "t3_b")))).scalars().all()
        for number in asked:
            connection.execute(insert(post_intent).values(intent="question", post_id=number, confidence=0.9))
    refresh_places(store, now)
    one = listed(store, now)["r/smallclubs"]
    assert one.there == Behaviour(
        "record",
        posts=4,
        days=20.0,
        people=2,
        langs=(("en", 4),),
        neutral=4,
        questions=2,
        answered=1,
        newcomers=1,
        helped=1,
        hours=6.0,
        newcomers_known=True,
    )
    with store.read() as connection:
        assert sorted(posts_of(connection, one.id, ("question",))) == sorted(asked)


def test_a_followed_place_that_speaks_of_our_themes_without_us(store: Store, now: datetime) -> None:
    day, ours = date_to_day(now.date()), 3
    posts = [
        NewPost("reddit", f"t3_{n}", "dues", "dues", author=f"a{n}", published_at=now, root_id=f"t3_{n}")
        for n in range(4)
    ]
    say(store, "reddit", "r/smallclubs/new", now, *posts)
    spoken = [replace(one, native_id=f"x{one.native_id}") for one in posts]
    elsewhere = say(store, "reddit", "r/weareheretoo/new", now, *spoken)
    with store.write() as connection:
        put_meta(connection, "topic_fit", "1")
        put_row(connection, topic, id=7)
        put_row(connection, brand, id=ours, name="Brimelo", is_own=True)
        tones = {"negative": 0, "neutral": 0, "positive": 0, "unsure": 0}
        connection.execute(insert(topic_day).values(fit_id=1, topic_id=7, day=day, posts=20, **tones))
        connection.execute(
            insert(brand_topic_day).values(fit_id=1, brand_id=ours, day=day, topic_id=7, posts=9, **tones)
        )
        ids = list(connection.execute(select(post.c.id)).scalars())
        for number in ids:
            connection.execute(insert(post_topic).values(fit_id=1, topic_id=7, post_id=number, similarity=0.9, part=0))
        named = connection.execute(select(post.c.id).where(post.c.native_id == "t3_0")).scalar_one()
        put_row(connection, mention, brand_id=ours, post_id=named, day=day)
        connection.execute(update(post).where(post.c.native_id == "xt3_1").values(by_us=True))
    assert elsewhere
    refresh_places(store, now)
    found = listed(store, now)
    assert set(found) == {"r/smallclubs"}  # where we write, we need not go
    one = found["r/smallclubs"]
    assert (one.found, one.posts, one.voices, one.is_proposed) == ("followed", 3, 3, True)


def test_what_we_wrote_there_and_the_answers_since(store: Store, now: datetime) -> None:
    number = add_venue(store, Named("reddit", "https://www.reddit.com/r/smallclubs", "r/smallclubs"), "hand", now)
    set_state(store, number, "member", now.date(), "We answer on Mondays.")
    posts = [
        NewPost("reddit", "t3_us", "We are here", "We are here", author="us", root_id="t3_us", published_at=now),
        NewPost(
            "reddit", "t1_a", "Welcome", "Welcome", author="Ann", root_id="t3_us", parent_id="t3_us", published_at=now
        ),
        NewPost("reddit", "t3_x", "Else", "Else", author="Ben", root_id="t3_x", published_at=now),
    ]
    say(store, "reddit", "r/smallclubs/new", now, *posts)
    with store.write() as connection:
        connection.execute(update(post).where(post.c.author == "us").values(by_us=True))
    refresh_places(store, now)
    assert listed(store, now)["r/smallclubs"].state == "member"
    with store.read() as connection:
        for role, author in (("ours", "us"), ("answer", "Ann")):
            (found,) = posts_of(connection, number, (role,))
            assert connection.execute(select(post.c.author).where(post.c.id == found)).scalar() == author


def test_states_are_steps_and_nobody_writes_over_another(store: Store, now: datetime) -> None:
    number = add_venue(store, Named("forum", "https://forum.example/", "A  forum"), "search", now, "Clubs and tools")
    assert add_venue(store, Named("forum", "https://forum.example", "Again"), "hand", now) == number
    with acting(MEMBER):
        set_state(store, number, "contacted", now.date() - timedelta(days=3), "Wrote to them", seen="")
    with pytest.raises(StaleError):
        set_state(store, number, "left", now.date(), seen="")
    set_state(store, number, "answered", now.date(), seen="contacted")
    with store.read() as connection:
        steps = steps_of(connection, number)
    assert [(step.state, step.who, step.note) for step in steps] == [
        ("answered", "", ""),
        ("contacted", "Mel", "Wrote to them"),
    ]
    for wrong in (lambda: set_state(store, number, "gone", now.date()), lambda: add_venue(
        store, Named("forum", "javascript:alert(1)", ""), "hand", now
    )):  # fmt: skip
        with pytest.raises(ValueError, match=r"gone|address"):
            wrong()
    with pytest.raises(StaleError):
        set_state(store, 99_999, "left", now.date())


def test_who_may_and_what_is_noted(store: Store, now: datetime) -> None:
    place = Named("forum", "https://forum.example", "A forum")
    with acting(READER), pytest.raises(RefusedError):
        add_venue(store, place, "hand", now)
    with acting(MEMBER):
        number = add_venue(store, place, "hand", now)
        save_rules(store, number, "No advertising. " * 4_000, "https://forum.example/rules", now)
        note_looked(store, number, now, there=Behaviour("look", 3, 1.0), sample=["Hi"], rules=None, error="timeout")
    with store.read() as connection:
        lines = [(row.who, row.action) for row in connection.execute(select(change).order_by(change.c.id))]
        (held,) = venues(connection, 0, 1)
    assert lines == [("Mel", "venue.added"), ("Mel", "venue.rules"), ("Mel", "venue.looked")]
    assert len(held.rules) == 20_000
    assert (held.rules_at, held.looked_at, held.error) == (now, now, "timeout")
    with pytest.raises(ValueError, match="url"):
        save_rules(store, number, "x", "javascript:alert(1)", now)


def test_words_of_a_look_are_let_go_once_they_are_read(store: Store, now: datetime) -> None:
    number = add_venue(store, Named("forum", "https://forum.example", "A forum"), "hand", now)
    texts = [
        "This is really great, I love it and thank you all!",
        "C’est nul, je déteste ce forum, quelle honte.",
        "12",
    ]
    note_looked(store, number, now, there=Behaviour("look", 2, 1.0, unread=True), sample=texts, rules=None, error="")
    assert read_samples(store) == 1
    with store.read() as connection:
        assert waiting_samples(connection) == []
        assert connection.execute(select(venue.c.sample)).scalar() == ""
        (held,) = venues(connection, 0, 1)
    assert held.there is not None
    assert not held.there.unread
    assert dict(held.there.langs) == {"en": 1, "fr": 1}
    assert (held.there.positive, held.there.negative) == (1, 1)
    assert read_samples(store) == 0
    keep_reading(store, number, replace(held.there, positive=0))


def test_an_erased_person_leaves_the_places_too(store: Store, now: datetime) -> None:
    say(
        store,
        "feed",
        "https://blog.example/feed",
        now,
        written(1, "r/smallclubs", "Zorglub_77", now),
        written(2, "r/smallclubs", "Ann", now),
    )
    refresh_places(store, now)
    number = listed(store, now)["r/smallclubs"].id
    set_state(store, number, "contacted", now.date(), "Zorglub_77 opened the door")
    note_looked(
        store,
        number,
        now,
        there=Behaviour("look"),
        sample=["Ask Zorglub_77"],
        rules=("Write to Zorglub_77.", ""),
        error="",
    )
    erase_person(store, "Zorglub_77")
    with store.read() as connection:
        held = connection.execute(select(venue)).one()
        assert "Zorglub" not in held.sample + held.rules
        assert "Zorglub" not in steps_of(connection, number)[0].note
        assert len(posts_of(connection, number, ("names",))) == 1

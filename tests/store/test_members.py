"""Members, places, tone checks, actions: counted alike on both databases."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from data.erasing.people import erase_author
from data.figures import dirty_days, first_day_of_week, roll_up, week_of
from data.models import Brand, NewPost, date_to_day, to_day
from data.posts.analysis import Understood, save_understood
from data.posts.ingest import add_posts
from data.reputation import actions
from data.reputation import counts as reputation
from data.reputation.actions import Action
from data.reputation.brands import save_brand
from data.reputation.effects import Measured
from data.reputation.members import Shared, hours_of_week, members, our_topics, places, shared_members
from data.scope import Scope
from data.source_list import add_source
from data.store import Store


@pytest.fixture
def filled(store: Store, now: datetime) -> Store:
    """Twenty weeks: a loyal one, one who drifted away, one who came back, one new; two places of one network."""
    brand = save_brand(store, Brand(0, "Acme", True))
    monday = now - timedelta(days=now.weekday(), hours=3)  # 09:00

    def post(author: str, weeks_ago: int, place: str = "r/a", kind: str = "reddit", n: int = 0) -> NewPost:
        moment = monday - timedelta(weeks=weeks_ago) + timedelta(minutes=n)
        key = f"{author}-{weeks_ago}-{place}-{n}"
        return NewPost(kind, key, "t", "t", author=author, published_at=moment, community=place, lang="en")

    posts = [post("loyal", w) for w in range(20)]
    posts += [post("gone", w) for w in range(5, 16)]
    posts += [post("back", w) for w in (18, 17, 1)]
    posts += [post("new", 1, n=n) for n in range(4)] + [post("new", 1, "r/b")]
    posts += [post("loyal", 2, "r/b"), post("loyal", 2, "Forum", "forum"), post("", 1)]
    with store.write() as connection:
        made, _ = add_source(connection, "reddit", "x", now, title="X")
        add_posts(connection, made.id, posts, now)
        rows = connection.exec_driver_sql("SELECT id, author FROM post ORDER BY id").all()
        save_understood(
            connection,
            [
                Understood(
                    int(i),
                    made.id,
                    "en",
                    "negative" if a == "new" else "positive",
                    0.8,
                    (brand,) if a in {"new", "loyal"} else (),
                )
                for i, a in rows
            ],
        )
        roll_up(connection, dirty_days(connection), 0)
    return store


def scope(now: datetime, weeks: int = 4) -> Scope:
    first = now.date() - timedelta(days=now.weekday())
    return Scope(first - timedelta(weeks=weeks - 1), now.date())


def test_members_are_told_by_how_they_come_and_go(filled: Store, now: datetime) -> None:
    with filled.read() as connection:
        found = {(m.network, m.author): m for m in members(connection, scope(now))}
    assert {key: m.state for key, m in found.items()} == {
        ("reddit", "loyal"): "loyal",
        ("reddit", "gone"): "drifting",
        ("reddit", "back"): "returning",
        ("reddit", "new"): "new",
        ("forum", "loyal"): "new",  # another network: nobody says that it is the same person
    }
    new = found["reddit", "new"]
    assert (new.posts, new.places, new.weeks, new.about_us, new.against_us) == (5, 2, 1, 5, 5)
    assert new.roles == ()  # five harsh posts, but in one week: nothing recurs yet
    assert found["reddit", "loyal"].roles == ("ambassador",)
    assert found["reddit", "gone"].posts == 0


def test_places_with_newcomers_and_hours(filled: Store, now: datetime) -> None:
    with filled.read() as connection:
        found = {p.name: p for p in places(connection, scope(now))}
        hours = hours_of_week(connection, scope(now))
        here = hours_of_week(connection, scope(now), "reddit", "r/b")
        shared = shared_members(connection, scope(now), [("reddit", "r/a"), ("reddit", "r/b"), ("forum", "Forum")])
        assert our_topics(connection, scope(now)) == []
    assert (found["r/a"].posts, found["r/a"].authors, found["r/a"].newcomers) == (10, 3, 1)
    assert (found["r/b"].posts, found["r/b"].about_us, found["r/b"].newcomers) == (2, 2, 2)
    assert hours[9] == sum(hours) == 13
    assert here[9] == sum(here) == 2
    assert shared == [Shared("reddit", "r/a", "r/b", 2, 2)]


def test_weeks_begin_on_monday() -> None:
    monday = date_to_day(datetime(2026, 6, 15).date())  # noqa: DTZ001
    assert first_day_of_week(week_of(monday)) == monday
    assert week_of(monday - 1) == week_of(monday) - 1
    assert week_of(monday + 6) == week_of(monday)


def test_erasing_an_author_leaves_no_count(filled: Store, now: datetime) -> None:
    erase_author(filled, "new")
    with filled.write() as connection:
        roll_up(connection, dirty_days(connection), 0)
    with filled.read() as connection:
        assert "new" not in {m.author for m in members(connection, scope(now))}
        assert sum(reputation.tones_of(connection, Scope(now.date() - timedelta(days=300), now.date()))) == 37


def test_tones_by_source_language_and_day(filled: Store, now: datetime) -> None:
    wide = Scope(now.date() - timedelta(days=300), now.date(), brand=1)
    with filled.read() as connection:
        total = reputation.tones_of(connection, wide)
        assert total == (5, 0, 22, 0)
        assert reputation.tones_by(connection, wide, "lang") == {"en": total}
        assert sum(map(sum, reputation.tones_by_day(connection, wide))) == 27
        assert reputation.tones_of(connection, Scope(wide.since, wide.until, langs=("fr",), brand=1)) == (0, 0, 0, 0)
        assert reputation.voices_of_brands(connection, to_day(now) - 300, to_day(now)) == {1: 27}
        assert reputation.first_day(connection, 1) is not None
        assert reputation.first_day(connection, 99) is None
        assert {post.author for post in reputation.loudest(connection, wide, "negative")} == {"new"}
        with pytest.raises(ValueError, match="colour"):
            reputation.tones_by(connection, wide, "colour")


def test_the_error_game_draws_at_random_and_remembers(filled: Store, now: datetime) -> None:
    wide = Scope(now.date() - timedelta(days=300), now.date(), brand=1)
    with filled.read() as connection:
        first = reputation.posts_to_check(connection, wide, 10, 3)
        assert first == reputation.posts_to_check(connection, wide, 10, 3)
        assert first != reputation.posts_to_check(connection, wide, 10, 4)
        assert len(reputation.posts_to_check(connection, wide, 100, 3)) == 27
    reputation.check_tone(filled, first[0], "neutral", now)
    reputation.check_tone(filled, first[0], "negative", now)
    reputation.check_tone(filled, 12345, "negative", now)  # a post that is gone
    with pytest.raises(ValueError, match="unsure"):
        reputation.check_tone(filled, first[1], "unsure", now)
    with filled.read() as connection:
        assert sum(reputation.tone_checks(connection).values()) == 1
        assert first[0] not in reputation.posts_to_check(connection, wide, 100, 3)
    reputation.forget_checks(filled)
    with filled.read() as connection:
        assert reputation.tone_checks(connection) == {}


def test_actions_are_kept_and_measured_when_due(filled: Store, now: datetime) -> None:
    made = actions.save_action(filled, Action(0, "post", "  Hello   there ", now - timedelta(days=3)), now)
    with filled.read() as connection:
        (item,) = actions.actions(connection)
        assert (item.id, item.title, item.measured_at, item.measured) == (made, "Hello there", None, Measured())
        assert [a.id for a in actions.actions_to_measure(connection, now)] == [made]
    with filled.write() as connection:
        actions.note_effects(connection, made, Measured(), now)
    with filled.read() as connection:
        assert actions.actions_to_measure(connection, now) == []
        assert [a.id for a in actions.actions_to_measure(connection, now + timedelta(days=1))] == [made]
        assert actions.actions_to_measure(connection, now + timedelta(days=100)) == []
    for broken in (
        Action(0, "post", " ", now),
        Action(0, "dance", "x", now),
        Action(0, "post", "x", now, url="javascript:1"),
    ):
        with pytest.raises(ValueError, match=r"title|kind|url"):
            actions.save_action(filled, broken, now)
    actions.remove_action(filled, made)
    with filled.read() as connection:
        assert actions.actions(connection) == []
        assert actions.newcomers_by_week(connection, [week_of(to_day(now)) - w for w in (1, 0)]) == [1, 0]

"""What spreads: paces told by what they were measured on, who carries on what, and no read of all posts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text, update

from data.inbox import triage
from data.models import Engagement, NewPost, to_day
from data.posts import spreading
from data.posts.ingest import add_posts
from data.posts.links import pages_of
from data.posts.spreading import Spread
from data.schema import IDS_PER_DAY, inquiry, post, post_intent
from data.source_list import add_source
from data.store import Store

NOON = datetime(2026, 6, 10, 12, tzinfo=UTC)
PAGE = "https://news.example/2026/a-story"


def put(store: Store, posts: Sequence[NewPost], at: datetime = NOON, kind: str = "mastodon", name: str = "a") -> None:
    with store.write() as connection:
        made, _ = add_source(connection, kind, f"https://{name}.example/x", at)
        add_posts(connection, made.id, posts, at)


def said(
    number: int, words: str = "Hello", *, shares: int | None = None, views: int | None = None, **more: object
) -> NewPost:
    counts = Engagement(shares=shares, views=views)
    more = {"author": f"u{number}", "published_at": NOON - timedelta(hours=10)} | more
    return NewPost("mastodon", str(number), words, words, engagement=counts, **more)  # type: ignore[arg-type]


def found(store: Store, now: datetime = NOON, order: str = "pace", days: int = 30) -> list[Spread]:
    with store.read() as connection:
        first = (to_day(now) - days) * IDS_PER_DAY
        return spreading.spreading(connection, first, (to_day(now) + 1) * IDS_PER_DAY, now, order)


def native(store: Store, spreads: Sequence[Spread]) -> list[str]:
    with store.read() as connection:
        names = dict(connection.execute(text("SELECT id, native_id FROM post")).tuples().all())
    return [names[one.post] for one in spreads]


def test_one_reading_is_an_average_and_two_are_a_pace_between_them(store: Store) -> None:
    put(store, [said(1, shares=20), said(2, shares=5)])
    fast, slow = found(store)
    assert (fast.pace.kind, fast.pace.an_hour, slow.pace.an_hour) == ("average", 2.0, 0.5)
    later = NOON + timedelta(days=1)
    put(store, [said(1, shares=20), said(2, shares=41)], later)
    first, second = found(store, later)
    assert native(store, [first, second]) == ["2", "1"]
    assert (first.pace.kind, first.pace.an_hour) == ("between", 36 / 12)  # from the end of the day before until now
    assert first.pace.since == NOON.replace(hour=0) + timedelta(days=1)
    assert second.pace.kind == "average"  # its number did not change: it was not put down again


def test_what_is_not_counted_is_missing_and_last_by_reach_and_never_zero(store: Store) -> None:
    put(store, [said(1, shares=9), said(2, shares=3, views=40), said(3, shares=4, views=0), said(4), said(5, shares=1)])
    by_reach = found(store, order="reach")
    assert native(store, by_reach) == ["2", "3", "1"]  # neither one share nor none counted spreads
    assert [one.views for one in by_reach] == [40, 0, None]


def test_those_who_lead_to_a_page_carry_on_the_post_that_it_is(store: Store) -> None:
    story = NewPost("feed", "s", "A story", "A story", url=PAGE, published_at=NOON - timedelta(days=2))
    put(
        store,
        [
            story,
            NewPost("feed", "t", f"See {PAGE}", f"See {PAGE}", url="https://news.example/2026/b", published_at=NOON),
        ],
        kind="feed",
    )
    assert found(store) == []  # a site's own pages carry on nothing
    put(store, [said(1, f"Read {PAGE}?utm_source=x"), said(2, f"{PAGE}/"), said(3, f"Again {PAGE}", author="u1")])
    (one,) = found(store)
    assert native(store, [one]) == ["s"]
    assert (one.shares, one.people, [c.how for c in one.carriers]) == (None, 2, ["link"] * 3)
    assert one.pace.kind == "seen"
    assert one.pace.an_hour == pytest.approx(2 / 10)


def test_a_page_that_is_no_post_here_needs_three_people(store: Store) -> None:
    put(store, [said(1, PAGE), said(2, PAGE)])
    assert found(store) == []
    put(store, [said(3, PAGE, published_at=NOON)])
    (one,) = found(store)
    assert (native(store, [one]), one.people) == (["1"], 2)


def test_the_same_words_by_others_carry_them_on(store: Store) -> None:
    put(store, [said(n, published_at=NOON - timedelta(hours=n)) for n in (1, 2, 3)])
    assert found(store) == []
    with store.write() as connection:
        first = int(connection.execute(text("SELECT id FROM post WHERE native_id = '3'")).scalar_one())
        connection.execute(update(post).values(group_id=first))
    (one,) = found(store)
    assert (native(store, [one]), one.people, {c.how for c in one.carriers}) == (["3"], 2, {"copy"})


def test_a_complaint_that_spreads_and_waits_is_worth_answering_until_it_is_handled(store: Store) -> None:
    put(store, [said(1, shares=20), said(2, shares=30)])
    with store.write() as connection:
        number = int(connection.execute(text("SELECT id FROM post WHERE native_id = '1'")).scalar_one())
        connection.execute(inquiry.insert().values(post_id=number, kind="complaint", alike=number))
        connection.execute(post_intent.insert().values(post_id=number, intent="complaint", confidence=0.8))
    worth = {one.post: one.worth for one in found(store) if one.worth}
    assert [(w.kind, w.sure) for w in worth.values()] == [("complaint", pytest.approx(0.8))]
    assert not any(one.worth for one in found(store, NOON + timedelta(days=4)))  # it spreads no more
    triage.change(store, [number], "handled", "yes", NOON)
    assert not any(one.worth for one in found(store))


def test_links_are_those_that_a_reader_sees_and_no_names_hashtags_or_programs() -> None:
    received = (
        '<svg xmlns="http://www.w3.org/2000/svg"></svg><script src="https://x.example/w.js"></script>'
        '<a class="u-url mention" href="https://s.example/@ana">@ana</a> <a rel="tag" href="https://s.example/tags/a">#a</a>'
        f'<a href="{PAGE}?utm_medium=feed">here</a> <a href="https://home.example/">home</a>'
    )
    assert pages_of(received, "here", "https://s.example/@ben/1") == {
        **pages_of("", PAGE, ""),
        **pages_of("", "", "https://s.example/@ben/1"),
    }
    assert list(pages_of("", "", "https://s.example/@ben/1").values()) == [True]


def test_links_follow_the_words_of_a_post(store: Store) -> None:
    put(store, [said(1, f"See {PAGE}")])
    put(store, [said(1, "Nothing to see")])
    with store.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM post_link")).scalar_one() == 0


def test_no_read_goes_over_all_posts(sqlite_store: Store) -> None:
    put(sqlite_store, [said(n, f"{PAGE}/{n}", shares=n) for n in range(200)])
    bounds = {"first": 1, "past": 2, "few": 2, "most": 5}
    with sqlite_store.read() as connection:
        plans = {
            name: " | ".join(str(row[3]) for row in connection.execute(text(f"EXPLAIN QUERY PLAN {sql}"), bounds))
            for name, sql in (
                ("post_link_by_post", spreading.carried_sql()),
                ("post_by_copy", spreading.copied_sql()),
                ("post_by_shares", spreading.counted_sql()),
            )
        }
    for index, plan in plans.items():
        assert index in plan, plan
        assert "SCAN p" not in plan
        assert "SCAN l" not in plan
        assert "SCAN post" not in plan

"""Tickets: who asks and since when, what others changed, what the tracker says, and what erasing leaves."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from data.changes import StaleError
from data.models import NewPost
from data.posts.erasure import erase_ids
from data.posts.ingest import add_posts
from data.schema import post
from data.source_list import add_source
from data.store import Store
from data.tickets.listing import (
    MOST_POSTS,
    Ticket,
    add_to_ticket,
    due_tickets,
    last_tracker,
    make_ticket,
    note_outcome,
    remove_ticket,
    save_ticket,
    take_from_ticket,
    tickets,
)

URL = "https://github.com/lumo/app/issues/12"


@pytest.fixture
def ids(store: Store, now: datetime) -> list[int]:
    """Four posts: two of one author, one of another, one without a name; the oldest is 30 days old."""
    authors = ["ana", "ana", "bob", ""]
    with store.write() as connection:
        source, _is_new = add_source(connection, "feed", "https://a.example/feed", now)
        posts = [
            NewPost(
                "feed",
                f"p{n}",
                f"It drains {n}",
                None,
                author=author,
                published_at=now - timedelta(days=30 - n),
            )
            for n, author in enumerate(authors)
        ]
        add_posts(connection, source.id, posts, now)
        rows = connection.exec_driver_sql("SELECT id FROM post ORDER BY published_at").all()
    return [row[0] for row in rows]


def only(store: Store) -> Ticket:
    with store.read() as connection:
        (held,) = tickets(connection)
    return held


def test_a_ticket_counts_people_and_knows_since_when(store: Store, ids: list[int], now: datetime) -> None:
    number = make_ticket(store, [*ids, ids[0], 12345], "  Battery  drains ", now, "javascript:alert(1)")
    held = only(store)
    assert (held.id, held.title, held.tracker) == (number, "Battery drains", "")
    assert held.posts == tuple(ids)
    assert held.people == 3
    assert held.first_at == now - timedelta(days=30)
    take_from_ticket(store, number, ids[0])
    assert only(store).first_at == now - timedelta(days=29)
    add_to_ticket(store, number, ids)
    assert only(store).posts == tuple(ids)
    with pytest.raises(ValueError, match="posts"):
        add_to_ticket(store, number, range(1, MOST_POSTS + 2))
    for title, posts, wrong in (("", ids, "title"), ("x", [], "posts"), ("x", range(MOST_POSTS + 1), "posts")):
        with pytest.raises(ValueError, match=wrong):
            make_ticket(store, posts, title, now)
    remove_ticket(store, number)
    with pytest.raises(StaleError):
        take_from_ticket(store, number, ids[0])


def test_what_two_people_change_meets(store: Store, ids: list[int], now: datetime) -> None:
    make_ticket(store, ids, "Battery drains", now)
    seen = only(store)
    save_ticket(store, replace(seen, tracker="https://github.com/lumo/app"), seen)
    save_ticket(store, replace(seen, title="Battery drains at night"), seen)
    held = only(store)
    assert (held.title, held.tracker) == ("Battery drains at night", "https://github.com/lumo/app")
    with pytest.raises(StaleError):
        save_ticket(store, replace(seen, title="Battery"), seen)
    for field, value in (("title", " "), ("url", "ftp://x.example/1"), ("tracker", "lumo/app")):
        with pytest.raises(ValueError, match=field):
            save_ticket(store, replace(held, **{field: value}), held)  # type: ignore[arg-type]
    with store.read() as connection:
        assert last_tracker(connection) == "https://github.com/lumo/app"


def test_the_tracker_is_read_daily_until_it_is_over(store: Store, ids: list[int], now: datetime) -> None:
    number = make_ticket(store, ids, "Battery drains", now)

    def due(at: datetime, *, again: bool = False) -> list[int]:
        with store.read() as connection:
            return [one for one, _url in due_tickets(connection, at, again=again)]

    assert due(now) == []  # it was not written anywhere yet
    held = only(store)
    save_ticket(store, replace(held, url=URL), held)
    assert due(now) == [number]
    note_outcome(store, number, URL, "open", now)
    assert due(now + timedelta(hours=1)) == []
    assert due(now + timedelta(hours=1), again=True) == [number]
    later = now + timedelta(days=1)
    note_outcome(store, number, URL, "", later, error="timeout")
    assert (only(store).outcome, only(store).error) == ("open", "timeout")  # what is known stays
    note_outcome(store, number, "https://github.com/lumo/app/issues/99", "gone", later)
    assert only(store).outcome == "open"  # another address was entered meanwhile
    note_outcome(store, number, URL, "done", later, closed_at=later)
    assert only(store).to_fix == timedelta(days=31)
    assert due(later + timedelta(days=5)) == []
    held = only(store)
    save_ticket(store, replace(held, url=f"{URL}3"), held)
    assert (only(store).outcome, only(store).closed_at, only(store).to_fix) == ("", None, None)


def test_an_erased_post_leaves_its_tickets(store: Store, ids: list[int], now: datetime) -> None:
    make_ticket(store, ids, "Battery drains", now)
    with store.write() as connection:
        erase_ids(connection, select(post.c.id).where(post.c.id == ids[0]))
    assert only(store).posts == tuple(ids[1:])

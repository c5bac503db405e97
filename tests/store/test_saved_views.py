"""Saved views: what is kept, what is refused, what came since somebody looked; alike on both databases."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from data.jobs import note_visit
from data.models import NewPost
from data.posts.ingest import add_posts
from data.scope import scope_of
from data.sharing import tokens
from data.sharing.saved_views import (
    MANY,
    MOST,
    ViewError,
    count_new,
    last_looks,
    remove_view,
    save_view,
    saved_views,
    viewer_of,
)
from data.source_list import add_source
from data.store import Store


def post(number: int, at: datetime) -> NewPost:
    return NewPost("feed", f"n{number}", f"Title {number}", "words of battery", published_at=at, lang="en")


def test_a_view_keeps_what_narrows_and_nothing_else(store: Store, now: datetime) -> None:
    asked = {"q": "battery", "period": "week", "lang": "fr", "page_mentions": "3", "token": "secret", "order": "oldest"}
    save_view(store, "  Battery   talk ", asked, now)
    with store.read() as connection:
        (kept,) = saved_views(connection)
    assert (kept.name, kept.made_at) == ("Battery talk", now)
    assert kept.parameters == {"q": "battery", "period": "week", "order": "oldest"}


@pytest.mark.parametrize(
    ("name", "asked", "code"),
    [
        (" ", {"q": "x"}, "name"),
        ("BATTERY", {"q": "x"}, "taken"),
        ("All", {}, "all"),
        ("All", {"days": "7", "order": "oldest"}, "all"),
    ],
)
def test_what_is_no_view_is_refused(store: Store, now: datetime, name: str, asked: dict[str, str], code: str) -> None:
    save_view(store, "Battery", {"q": "battery"}, now)
    with pytest.raises(ViewError) as raised:
        save_view(store, name, asked, now)
    assert raised.value.code == code
    with store.read() as connection:
        assert len(saved_views(connection)) == 1


def test_a_team_has_so_many_and_no_more(store: Store, now: datetime) -> None:
    for number in range(MOST):
        save_view(store, f"View {number}", {"q": str(number)}, now)
    with pytest.raises(ViewError) as raised:
        save_view(store, "One more", {"q": "x"}, now)
    assert raised.value.code == "many"


def test_new_posts_are_those_since_this_person_looked(store: Store, now: datetime) -> None:
    view = save_view(store, "Battery", {"q": "battery"}, now - timedelta(days=3))
    with store.write() as connection:
        source, _new = add_source(connection, "feed", "https://a.example/f", now)
        add_posts(connection, source.id, [post(1, now - timedelta(hours=5))], now - timedelta(hours=4))
    note_visit(store, viewer_of(view, "account 1"), now - timedelta(hours=3))
    with store.write() as connection:
        add_posts(connection, source.id, [post(n, now - timedelta(hours=2)) for n in (2, 3)], now - timedelta(hours=1))
    with store.read() as connection:
        (kept,) = saved_views(connection)
        mine, theirs = (last_looks(connection, [kept], who)[view] for who in ("account 1", "account 2"))
        scope = scope_of(lambda name: kept.parameters.get(name, ""), now.date())
        assert (mine, theirs) == (now - timedelta(hours=3), now - timedelta(days=3))
        assert (count_new(connection, scope, mine), count_new(connection, scope, theirs)) == (2, 3)
        assert count_new(connection, scope, now) == 0


def test_counting_stops_where_it_no_longer_matters(store: Store, now: datetime) -> None:
    with store.write() as connection:
        source, _new = add_source(connection, "feed", "https://a.example/f", now)
        add_posts(connection, source.id, [post(n, now - timedelta(minutes=n)) for n in range(MANY + 20)], now)
    with store.read() as connection:
        scope = scope_of(lambda name: {"q": "battery"}.get(name, ""), now.date())
        assert count_new(connection, scope, now - timedelta(days=1)) == MANY


def test_a_view_that_goes_closes_its_feeds(store: Store, now: datetime) -> None:
    view = save_view(store, "Battery", {"q": "battery"}, now)
    other = save_view(store, "Other", {"q": "other"}, now)
    closed = tokens.grant(store, "feed", "Battery", now, view=view)
    open_ = tokens.grant(store, "feed", "Other", now, view=other)
    note_visit(store, viewer_of(view, "local"), now)
    remove_view(store, view)
    remove_view(store, 999)
    with store.read() as connection:
        assert [one.name for one in saved_views(connection)] == ["Other"]
        assert tokens.find(connection, "feed", closed, now) is None
        assert tokens.find(connection, "feed", open_, now) is not None
        assert last_looks(connection, saved_views(connection), "local") == {other: now}

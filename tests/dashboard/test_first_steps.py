"""Overview of a workspace that is new: the first steps, and the newest posts before there are topics."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from data import actor as actors
from data.actor import ROLES, Actor
from data.house.workspaces import open_house, put_member
from data.identity import identity_of
from data.models import Brand, NewPost
from data.posts.ingest import add_posts
from data.reputation.brands import save_brand
from data.settings import Settings
from data.source_list import add_source, update_source
from data.store import Store
from tests.dashboard.alone import page

Shown = Callable[..., AppTest]


@pytest.fixture
def shown(settings: Settings, store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shown]:
    """A page of one's own record as an account of a role sees it; of this computer alone for role ""."""
    monkeypatch.setenv("VIGIE_DATA_DIR", settings.data_dir)
    monkeypatch.setenv("VIGIE_DEMO", "false")
    importlib.import_module("dashboard.who")  # which says who acts, behind the gate: here there is none
    before = list(actors._session)

    def opened(name: str = "overview", role: str = "", **asked: str) -> AppTest:
        if role:
            with open_house(settings.house_url).write() as connection:
                put_member(connection, 7, "own", role, datetime.now(UTC))
        actors.follow(lambda: Actor(7, "Eve", role) if role else None)
        app = AppTest.from_function(page, default_timeout=120)
        app.session_state["page"] = name
        for parameter, value in asked.items():
            app.query_params[parameter] = value
        app.run()
        assert not app.exception
        return app

    yield opened
    actors._session[:] = before


def keys(app: AppTest, beginning: str) -> list[str]:
    return [str(one.key) for one in app.button if str(one.key).startswith(beginning)]


def titles(app: AppTest) -> list[str]:
    return [one.value for one in (*app.header, *app.subheader)]


def arrived(store: Store, days_ago: int, number: int = 3) -> None:
    """Posts of two authors in one source, the newest so many days old."""
    now = datetime.now(UTC)
    said = [
        NewPost(
            "feed",
            f"n{n}",
            f"Said {n}",
            f"Said {n}",
            author=f"author {n % 2}",
            published_at=now - timedelta(days=days_ago, hours=n),
        )
        for n in range(number)
    ]
    with store.write() as connection:
        source, _ = add_source(connection, "feed", "http://a", now, title="The feed")
        add_posts(connection, source.id, said, now)
        update_source(connection, source.id, last_attempt=now, last_success=now)


def test_each_role_sees_the_steps_that_it_may_take(shown: Shown) -> None:
    steps = ["start-away", "start-brand", "start-sources", "start-ours", "start-language", "start-keep-that"]
    app = shown()
    assert keys(app, "start-") == [*steps, "start-alerts"]
    assert not any(one.disabled for one in app.button)
    for role in ROLES[:2]:
        app = shown(role=role)
        assert keys(app, "start-") == []
        assert titles(app) == ["Nothing here yet"]  # what a reader is told instead
    app = shown(role="editor")
    assert keys(app, "start-") == ["start-away", "start-brand"]
    assert app.button(key="start-away").disabled
    assert keys(shown(role=ROLES[-1]), "start-") == [*steps, "start-alerts"]


def test_steps_tick_themselves_and_are_put_away_until_settings_show_them_again(shown: Shown, store: Store) -> None:
    def told(app: AppTest) -> list[str]:
        return [one.value for one in app.markdown if "done" in one.value]

    app = shown()
    assert "0 of 5 done" in told(app)[0]
    save_brand(store, Brand(0, "Mira", True, kind="own"))
    app.button(key="start-keep-that").click().run()
    assert "2 of 5 done" in told(app)[0]
    with store.read() as connection:
        assert identity_of(connection).language == "en"
    assert {"start-brand", "start-language", "start-keep-that"}.isdisjoint(keys(app, "start-"))
    assert keys(shown("settings"), "start-") == []
    app.button(key="start-away").click().run()
    assert keys(app, "start-") == []
    assert keys(shown(), "start-") == []
    app = shown("settings")
    assert "2 of 5 done" in [one.value for one in app.caption]
    assert keys(app, "start-") == ["start-again"]


def test_before_topics_the_newest_posts_of_all_days_stand_first(shown: Shown, store: Store) -> None:
    arrived(store, 400)
    app = shown()
    assert titles(app) == ["First steps", "Latest posts", "Who speaks", "From where"]
    assert [one.value for one in app.text if one.value.startswith("Said")] == ["Said 0", "Said 1", "Said 2"]
    assert "3 so far" in " ".join(one.value for one in app.markdown)
    assert [one.label for one in app.button if str(one.key).startswith("first-")] == [
        "author 0 · 2",
        "author 1 · 1",
        "The feed · 3",
    ]
    app = shown(days="30")  # who asks for days gets them
    assert "Who speaks" not in titles(app)
    assert any("No post is of these days" in one.value for one in app.markdown)


def test_sources_that_brought_nothing_say_why(shown: Shown, store: Store) -> None:
    now = datetime.now(UTC)
    with store.write() as connection:
        for name, values in {
            "new": {"last_attempt": None},
            "failing": {"last_attempt": now, "error_code": "unknown_host", "failures": 1},
            "empty": {"last_attempt": now, "last_success": now},
        }.items():
            source, _ = add_source(connection, "feed", f"http://{name}", now, title=name)
            update_source(connection, source.id, **values)
    app = shown()
    assert "Your sources" in titles(app)
    assert [one.value for one in app.markdown if one.value.startswith("**")] == [
        "**empty** · It answers, but holds no post yet\\.",
        "**failing** · No server answers to this name\\. Check the spelling\\.",
        "**new** · Being fetched\\.",
    ]


def test_the_pages_of_the_steps_open_before_the_first_post(shown: Shown) -> None:
    assert keys(shown("reputation", view="brands", edit="new"), "brand-keep")
    assert keys(shown("alerts", view="channels", channel="new"), "channel-keep")
    assert "Nothing here yet" in titles(shown("reputation"))
    assert "Nothing here yet" in titles(shown("alerts"))

"""The line that says how far reading is, and the card of a post that is being read, drawn by Streamlit itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from streamlit.testing.v1 import AppTest

import data.actor as actors
from data.jobs import run_job
from data.models import NewPost
from data.posts.analysis import Understood, save_understood, waiting_posts
from data.posts.ingest import add_posts
from data.settings import Settings
from data.source_list import add_source, update_source
from data.store import Store


def page() -> None:
    from datetime import date

    from dashboard.views.posts import cards
    from dashboard.views.reading import being_read
    from data.scope import Scope

    being_read()
    cards(Scope(date(2020, 1, 1), date(2100, 1, 1)), "here")


def shown(app: AppTest) -> tuple[list[str], list[str]]:
    """(lines with a bar, badges of cards)."""
    app.run()
    assert not app.exception
    bars = [element.proto.text.replace("\\", "") for element in app.get("progress")]
    return bars, [element.value.split("[")[-1].split("]")[0] for element in app.markdown if "-badge[" in element.value]


def test_posts_are_shown_as_being_read_until_they_are(
    store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actors, "_session", [])  # no gate stands before this page
    monkeypatch.setenv("VIGIE_DATA_DIR", settings.data_dir)
    monkeypatch.setenv("VIGIE_DEMO", "false")
    now = datetime.now(UTC)
    with store.write() as connection:
        source, _ = add_source(connection, "feed", "http://a", now)
        said = [NewPost("feed", f"n{n}", "Hello", "Hello", published_at=now - timedelta(days=n)) for n in range(3)]
        add_posts(connection, source.id, said, now)
        update_source(connection, source.id, last_attempt=now)
    app = AppTest.from_function(page)
    bars, badges = shown(app)
    assert bars == ["3 new posts have not been read yet."]
    assert len(badges) == 3
    assert all("Being read" in badge for badge in badges)
    with run_job(store, "refresh", lambda: datetime.now(UTC)) as job:
        with store.write() as connection:
            first = waiting_posts(connection, 1)
            save_understood(connection, [Understood(post.id, 1, "en", "positive", 0.9, ()) for post in first])
        job.progress(1, 3, "understand")
        bars, badges = shown(app)
        assert bars == ["Reading 1 of 3 new posts… · a few seconds left"]
        assert "Positive" in badges[0]
        assert all("Being read" in badge for badge in badges[1:])
        with store.write() as connection:
            rest = waiting_posts(connection, 9)
            save_understood(connection, [Understood(post.id, 1, "en", "unsure", 0.4, ()) for post in rest])
    bars, badges = shown(app)
    assert bars == []
    assert "Unsure" in badges[1]

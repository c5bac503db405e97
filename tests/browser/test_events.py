"""An event made, closed and drawn in a real browser, in both languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from data.events import draws, events
from data.events.draw import in_order
from data.models import NewPost
from data.posts.ingest import add_posts
from data.settings import Settings
from data.source_list import add_source
from data.store import Store
from tests.browser.conftest import settle
from tests.conftest import RunningApp

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A record with six entries of yesterday, each by another person."""
    made, now = tmp_path_factory.mktemp("events"), datetime.now(UTC)
    store = Store(Settings(data_dir=str(made), demo=False).store_url)
    with store.write() as connection:
        source, _new = add_source(connection, "mastodon", "https://m.example/tags/glow", now)
        posts = [
            NewPost("mastodon", f"e{n}", f"My *lamp* {n} #Glow", None, author=f"person_{n}", url=f"https://m.example/{n}",
                    published_at=now - timedelta(days=1, minutes=n))
            for n in range(6)
        ]  # fmt: skip
        add_posts(connection, source.id, posts, now)
    return made


@pytest.fixture(scope="module")
def app(folder: Path) -> Iterator[RunningApp]:
    running = RunningApp(folder, VIGIE_DATA_DIR=str(folder), VIGIE_DEMO="false", VIGIE_WORKER="false")
    yield running
    running.close()


@pytest.mark.parametrize(
    ("lang", "new", "title", "keep", "came", "close", "seed_from", "draw", "winner"),
    [
        (
            "en", "New event", "Title", "Keep", "6 people, 6 entries.", "Close the list of 6 entries",
            "Where the seed will come from", "Draw 1 winner", "Winner 1: ",
        ),
        (
            "fr", "Nouvel événement", "Titre", "Garder", "6 personnes, 6 participations.",
            "Clore la liste de 6 participations", "D’où viendra la graine", "Tirer 1 gagnant", "Gagnant 1\xa0: ",
        ),
    ],
)  # fmt: skip
def test_an_event_is_made_closed_and_drawn(
    app: RunningApp,
    folder: Path,
    open_page: Callable[..., Any],
    lang: str,
    new: str,
    title: str,
    keep: str,
    came: str,
    close: str,
    seed_from: str,
    draw: str,
    winner: str,
) -> None:
    page = open_page(f"{app.url}/calendar?view=events&lang={lang}")
    page.get_by_role("button", name=new).click()
    page.get_by_label(title, exact=True).fill(f"Glow {lang}")
    page.get_by_label("Hashtag", exact=True).fill("#glow")
    page.get_by_label("Hashtag", exact=True).press("Tab")
    settle(page)
    page.get_by_role("button", name=keep, exact=True).click()
    page.get_by_role("heading", name=f"Glow {lang}").wait_for()

    store, now = Store(Settings(data_dir=str(folder), demo=False).store_url), datetime.now(UTC)
    with store.read() as connection:
        made = next(one for one in events.some_events(connection)[0] if one.title == f"Glow {lang}")
    events.save_event(store, replace(made, starts=now - timedelta(days=3), ends=now - timedelta(hours=1)), now)
    page.reload()
    page.get_by_text(came).wait_for()
    settle(page)
    page.get_by_label(seed_from, exact=True).fill("The lottery of June 12")
    page.get_by_role("button", name=close).click()
    box = page.locator(".st-key-draw-file-1, .st-key-draw-file-2").first
    box.wait_for()
    settle(page)
    with store.read() as connection:
        (held,) = draws.draws_of(connection, made.id)
    assert held.digest in page.locator("[data-testid=stCode]").first.inner_text().replace("\n", "")
    page.locator(f".st-key-draw-seed-{held.id} input").fill("7-12-30")
    page.locator(f".st-key-draw-seed-{held.id} input").press("Tab")
    page.get_by_role("button", name=draw).click()
    page.get_by_text(winner).wait_for()
    settle(page)
    with store.read() as connection:
        entries = draws.drawn_entries(connection, held)
    first = in_order([one.code for one in entries], "7-12-30")[0]
    won = next(one for one in entries if one.code == first)
    shown = page.locator(f".st-key-winner-{held.id}-1").inner_text()
    assert f"{winner}{won.author}" in shown
    assert first in shown
    assert "My *lamp*" in shown  # as it was written

"""From an empty workspace to the first posts: a real feed, a real browser, the worker that the app starts."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from data.settings import Settings
from data.store import Store
from tests.browser.conftest import cards, settle
from tests.browser.test_axe import NAMELESS, violations
from tests.conftest import Loopback, RunningApp, feed_files, serve_files

pytestmark = pytest.mark.browser
FEED = "4fa0b1b8f5681301"  # a blog with 25 posts
AIM = 60.0  # seconds from Follow to the first posts


@pytest.mark.corpora
@pytest.mark.timeout(600)
def test_the_first_feed_is_on_the_page_in_under_a_minute(
    tmp_path: Path, open_page: Callable[..., Any], corpora: Path, serve: Callable[[Any], Loopback]
) -> None:
    server = serve(serve_files({FEED: feed_files(corpora)[FEED]}))
    app = RunningApp(tmp_path, VIGIE_DEMO="false", VIGIE_ALLOW_PRIVATE_NETWORK="true")
    try:
        page = open_page(f"{app.url}/?lang=fr", locale="fr-FR", color_scheme="dark")
        steps = page.locator(".st-key-first-steps")
        assert "Fait\xa0: 0 sur 5" in steps.inner_text()
        assert [*violations(page), *page.evaluate(NAMELESS)] == []
        page.get_by_role("button", name="Suivez une première source").click()
        page.wait_for_url("**/sources*")
        settle(page)
        page.get_by_role("textbox", name="Adresse, pseudo, hashtag, r/nom…").fill(f"{server.url}/{FEED}")
        page.keyboard.press("Enter")
        follow = page.locator(".st-key-follow button")
        follow.wait_for()
        settle(page)
        began = time.monotonic()
        follow.click()
        page.wait_for_selector("text=Collecte des messages de 1 nouvelle source")  # Overview, where a bar says so
        page.wait_for_selector("[class*=st-key-card-]")  # by itself: nobody clicks any more
        took = time.monotonic() - began
        print(f"first posts after {took:.1f} s")
        assert took < AIM
        page.wait_for_selector("text=En cours de lecture")
        page.wait_for_selector("[data-testid=stProgress]", state="detached", timeout=400_000)
        settle(page)
        print(f"all read after {time.monotonic() - began:.1f} s")
        shown = cards(page)
        assert len(shown) == 25
        assert not any("En cours de lecture" in card for card in shown)
        store = Store(Settings(data_dir=str(tmp_path), demo=False).store_url)
        with store.read() as connection:
            titles = connection.exec_driver_sql(
                "SELECT title FROM post JOIN post_text ON post_id = id ORDER BY published_at DESC"
            ).scalars()
            assert all(title in card for title, card in zip(titles, shown, strict=True))
        assert "Fait\xa0: 1 sur 5" in steps.inner_text()
        assert "25 pour l’instant" in page.inner_text("[data-testid=stMainBlockContainer]")
        page.mouse.move(2, 2)  # what hangs under the pointer is Streamlit's
        settle(page)
        assert [*violations(page), *page.evaluate(NAMELESS)] == []
        page.get_by_role("button", name="Ranger").click()
        settle(page)
        assert not steps.count()
    finally:
        app.close()

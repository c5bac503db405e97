"""What is kept about people, in a real browser: the register, how long, all about one person in a file, and erasing."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from data.erasing.retention import months_kept
from data.models import NewPost
from data.posts.ingest import add_posts
from data.schema import post
from data.settings import Settings
from data.source_list import add_source
from data.store import Store
from tests.browser.conftest import settle
from tests.conftest import RunningApp

pytestmark = pytest.mark.browser
MAIN = "[data-testid=stMainBlockContainer]"
WHO = "Zoé_Marchetti9"


def test_one_person_is_shown_handed_over_and_erased(
    demo_today: Callable[[str], Path], open_page: Callable[..., Any]
) -> None:
    folder, now = demo_today("kept"), datetime.now(UTC)
    store = Store(Settings(data_dir=str(folder), demo=True).store_url)
    with store.write() as connection:
        made, _new = add_source(connection, "feed", "https://a.example/feed", now)
        said = NewPost("feed", "z1", "An archaeoptery of words", None, author=WHO, published_at=now)
        add_posts(connection, made.id, [said], now)
    app = RunningApp(folder, VIGIE_DEMO="true", VIGIE_WORKER="false")
    try:
        page = open_page(f"{app.url}/activity?view=kept&lang=fr", locale="fr-FR", accept_downloads=True)
        shown = page.inner_text(MAIN)
        assert "Ce qui est gardé, pourquoi et combien de temps" in shown
        assert str(folder) in shown
        page.locator(".st-key-kept-for input").click()
        page.get_by_role("option", name="12 mois").or_(page.get_by_role("option", name="un an")).first.click()
        settle(page)
        page.locator(".st-key-keep-for button").click()
        settle(page)
        with store.read() as connection:
            assert months_kept(connection) == 12
        page.locator(".st-key-kept-author input").fill("Nobody_of_that_name")
        page.keyboard.press("Enter")
        page.get_by_text("Rien n’est gardé sur cette personne.").wait_for()
        page.locator(".st-key-kept-author input").fill(WHO)
        page.keyboard.press("Enter")
        page.locator(".st-key-kept-file button").click()
        with page.expect_download() as download:
            page.locator(".st-key-kept-save button").click()
        with zipfile.ZipFile(download.value.path()) as held:
            assert any(b"archaeoptery" in held.read(name) for name in held.namelist())
        settle(page)
        page.get_by_text("Effacer cette personne").click()
        for name in ("somebody else", WHO):
            page.locator(".st-key-kept-again input").fill(name)
            page.locator(".st-key-kept-erase button").click()
            settle(page)
            with store.read() as connection:
                left = connection.scalar(select(func.count()).where(post.c.author == WHO))
            assert left == (0 if name == WHO else 1)
        page.locator(".st-key-kept-author input").fill(WHO)
        page.keyboard.press("Enter")
        page.get_by_text("Rien n’est gardé sur cette personne.").wait_for()
    finally:
        app.close()

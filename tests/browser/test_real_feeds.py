"""From real feeds to the posts of a topic, in a file of its own, so that one process has it alone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from data.settings import Settings
from data.source_list import add_source
from data.store import Store
from tests.browser.conftest import cards, settle
from tests.conftest import Loopback, RunningApp, feed_files, measured, serve_files

pytestmark = pytest.mark.browser


@pytest.mark.corpora
@pytest.mark.timeout(1_800)  # vectors of hundreds of posts, beside whatever the machine does
def test_from_real_feeds_to_the_posts_of_a_topic(
    tmp_path: Path, browser: Any, corpora: Path, serve: Callable[[Any], Loopback]
) -> None:
    from insights.pipeline.refresh import refresh
    from sources.collect import collect

    settings = Settings(data_dir=str(tmp_path), demo=False, allow_private_network=True)
    store = Store(settings.store_url)
    every = feed_files(corpora)
    files = {name: every[name] for name in sorted(every)[::8]}  # an eighth of them: each post costs a vector
    server = serve(serve_files(files))
    now = datetime.now(UTC)
    with store.write() as connection:
        for name in files:
            add_source(connection, "feed", f"{server.url}/{name}", now)
    with ThreadPoolExecutor(1) as thread:  # Playwright holds this thread's loop
        outcomes = thread.submit(lambda: asyncio.run(collect(store, settings))).result()
    assert not [outcome for outcome in outcomes if outcome.error]
    done = refresh(measured(store), settings)
    assert done.posts > 400
    assert done.refitted
    app = RunningApp(tmp_path, VIGIE_DEMO="false", VIGIE_WORKER="false")
    try:
        page = browser.new_page(locale="en-GB", viewport={"width": 1280, "height": 900})
        page.set_default_timeout(120_000)
        since = (now - timedelta(days=3_000)).date()
        page.goto(f"{app.url}/topics?lang=en&since={since}&until={now.date()}")
        page.wait_for_selector("[data-testid=stDataFrame]")
        settle(page)
        table = page.locator("[data-testid=stDataFrame]").bounding_box()
        page.mouse.click(table["x"] + 18, table["y"] + 38 + 18)
        page.wait_for_selector("text=Typical posts")
        settle(page)
        assert "topic=" in page.url
        assert len(cards(page)) >= 4
        title = page.inner_text("[data-testid=stMainBlockContainer] h2")
        assert any(title.split(",")[0].lower() in card.lower() for card in cards(page))
        page.close()
    finally:
        app.close()

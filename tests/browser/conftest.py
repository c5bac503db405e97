"""A page of the app in a real browser, and what the tests read from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

SHOWN = "[data-testid=stMainBlockContainer] h1"


@pytest.fixture
def open_page(browser: Any) -> Iterator[Callable[..., Any]]:
    contexts = []

    def opened(url: str, **options: Any) -> Any:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, "locale": "en-GB", **options})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(120_000)
        page.goto(url)
        page.wait_for_selector(SHOWN, timeout=120_000)  # the first visit of all makes the demo
        settle(page)
        return page

    yield opened
    for context in contexts:
        context.close()


# The script has ended, nothing waits for its code, and nothing was drawn in six looks one after the other: a busy
# browser looks as late as it draws, so looks are counted and not only time.
STILL = """() => {
    const app = document.querySelector("[data-testid=stApp]");
    const now = [app?.dataset.testScriptState, document.all.length, document.body.innerText.length].join(" ");
    const waits = document.querySelector("[data-testid=stSkeleton]") !== null;
    const same = now === window.vigieSeen && now.startsWith("notRunning") && !waits;
    window.vigieSeen = now;
    window.vigieLooks = same ? window.vigieLooks + 1 : 0;
    return window.vigieLooks >= 6;
}"""


def settle(page: Any) -> None:
    """Wait until the app has stopped working and the page shows what it made."""
    page.wait_for_timeout(300)
    page.evaluate("window.vigieSeen = ''")
    page.wait_for_function(STILL, polling=100, timeout=120_000)


def cards(page: Any) -> list[str]:
    return [card.inner_text() for card in page.query_selector_all("[class*=st-key-card-]")]


def quietly(browser: Any, app: Any, path: str, wait_for: str) -> tuple[Any, list[str]]:
    """(a page, what it did that it should not): dialogs that opened, addresses beyond the app that it asked for."""
    page = browser.new_page(locale="en-GB")
    page.set_default_timeout(120_000)  # a busy machine serves the first page late
    found: list[str] = []
    mine = (app.url, app.url.replace("http", "ws"), "data:", "blob:")
    page.on("dialog", lambda dialog: (found.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: None if request.url.startswith(mine) else found.append(request.url))
    page.goto(f"{app.url}{path}")
    page.wait_for_selector(wait_for)
    settle(page)
    return page, found


def opens_cold(open_page: Callable[..., Any], address: str, scheme: str, width: int) -> Any:
    """A page that opens at an address without an error and without scrolling sideways."""
    page = open_page(address, color_scheme=scheme, viewport={"width": width, "height": 900})
    assert page.query_selector("[data-testid=stException]") is None
    wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert not wide, "the page scrolls sideways"
    return page

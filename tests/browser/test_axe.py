"""What helps whoever listens, types or sees little: every page by the rules of axe, and by the keyboard alone."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from typing import Any

import pytest

from tests.browser.conftest import SHOWN, settle
from tests.conftest import RunningApp

pytestmark = pytest.mark.browser
AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
PAGES = (
    "overview",
    "mentions",
    "mentions?look=compact",
    "mentions?view=answer",
    "mentions?view=answer&look=compact",
    "mentions?view=moderate",
    "mentions?view=moderate&look=compact",
    "topics",
    "debates",
    "tools",
    "reputation",
    "ideas",
    "calendar",
    "alerts",
    "people",
    "reports",
    "sources",
    "activity",
    "settings",
    "search",
    "team",
)
FIRST_CARD = "[class*=st-key-card-]"
# Icons have names in English that say nothing: none may be all that a control is called.
NAMELESS = """() => [...document.querySelectorAll("button, a[href], input, textarea")]
    .filter((node) => / icon$/.test((node.getAttribute("aria-label") || node.innerText || "").trim()))
    .map((node) => node.outerHTML.slice(0, 200))"""


def violations(page: Any) -> list[str]:
    """rule, selector and what is wrong, of each thing on a page that breaks a rule."""
    page.evaluate(AXE)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [f"{one['id']} {node['target']}: {node['failureSummary']}" for one in found for node in one["nodes"]]


@pytest.mark.parametrize(("scheme", "lang"), [("light", "en"), ("dark", "fr")])
def test_no_page_breaks_a_rule(demo_app: RunningApp, browser: Any, scheme: str, lang: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme=scheme)
    broken = {}
    for path in PAGES:
        page = context.new_page()
        page.set_default_timeout(120_000)
        page.goto(f"{demo_app.url}/{path}{'&' if '?' in path else '?'}lang={lang}")
        page.wait_for_selector(SHOWN)
        settle(page)
        wrong = [*violations(page), *page.evaluate(NAMELESS)]
        if wrong:
            broken[path] = wrong
        assert page.get_attribute("html", "lang") == lang
        page.close()
    context.close()
    assert broken == {}


def test_three_keys_lead_to_the_first_card(demo_app: RunningApp, open_page: Callable[..., Any]) -> None:
    page = open_page(f"{demo_app.url}/mentions?lang=fr")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.innerText") == "Aller au contenu"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate(f"document.activeElement.closest('{FIRST_CARD}') === document.querySelector('{FIRST_CARD}')")


def test_a_card_is_an_article_with_a_heading(demo_app: RunningApp, open_page: Callable[..., Any]) -> None:
    page = open_page(f"{demo_app.url}/mentions?lang=en")
    shown = page.locator(FIRST_CARD)
    articles = page.get_by_role("article")
    assert articles.count() == shown.count() == 25
    heading = articles.first.get_by_role("heading", level=2).inner_text()
    assert " · " in heading
    assert heading in shown.first.inner_text()
    handled = articles.first.get_by_role("button", name="Handled", exact=True)
    assert handled.bounding_box()["width"] < 60  # named, and still an icon alone
    assert "Handled" in handled.inner_text()


def test_a_slash_searches(demo_app: RunningApp, open_page: Callable[..., Any]) -> None:
    page = open_page(f"{demo_app.url}/mentions?lang=en")
    page.get_by_placeholder("Words,").press("/")
    assert page.url.split("?")[0].endswith("/mentions")  # a field keeps what is typed
    page.mouse.click(640, 890)
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("/")
    page.wait_for_url("**/search*")

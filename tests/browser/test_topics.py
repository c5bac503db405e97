"""The views of topics in a real browser: each leads to posts, and what people change can be undone."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from data.store import Store
from tests.browser.conftest import cards, opens_cold, settle
from tests.conftest import RunningApp

pytestmark = pytest.mark.browser
MAIN = "[data-testid=stMainBlockContainer]"
Open = Callable[..., Any]


def first_row(page: Any) -> None:
    """Select the first row of the first table."""
    page.wait_for_selector("[data-testid=stDataFrame]")
    settle(page)
    table = page.locator("[data-testid=stDataFrame]").first.bounding_box()
    page.mouse.click(table["x"] + 18, table["y"] + 38 + 18)
    settle(page)


@pytest.mark.parametrize("view", ["themes", "map", "time", "compare", "watched"])
@pytest.mark.parametrize(("lang", "scheme", "width"), [("en", "light", 1280), ("fr", "dark", 390)])
def test_every_view_opens_cold(
    demo_app: RunningApp, open_page: Open, view: str, lang: str, scheme: str, width: int
) -> None:
    opens_cold(open_page, f"{demo_app.url}/topics?view={view}&lang={lang}", scheme, width)


def test_a_box_on_the_map_gives_its_posts(demo_app: RunningApp, open_page: Open) -> None:
    page = open_page(f"{demo_app.url}/topics?view=map&lang=en")
    chart = page.locator("[data-testid=stVegaLiteChart]").first
    chart.wait_for()
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.3)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.6, steps=6)
    page.mouse.up()
    page.wait_for_selector("text=Posts in the box")
    settle(page)
    assert cards(page)


def test_a_theme_leads_to_its_topics(demo_app: RunningApp, open_page: Open) -> None:
    page = open_page(f"{demo_app.url}/topics?view=themes&lang=en")
    first_row(page)
    assert "theme=" in page.url
    first_row(page)
    page.wait_for_selector("text=Passport")
    assert "topic=" in page.url


def test_two_periods_lead_to_the_topic(demo_app: RunningApp, open_page: Open) -> None:
    page = open_page(f"{demo_app.url}/topics?view=compare&lang=en")
    assert re.search(r"New: \d+", page.inner_text(MAIN))
    first_row(page)
    page.wait_for_selector("text=Passport")


def test_a_topic_over_time_opens(demo_app: RunningApp, open_page: Open) -> None:
    page = open_page(f"{demo_app.url}/topics?view=time&lang=en")
    button = page.locator("[class*=st-key-series-] button").first
    name = button.inner_text().strip()
    button.click()
    page.wait_for_selector(f"{MAIN} h2")
    settle(page)
    assert page.inner_text(f"{MAIN} h2").startswith(name)


def test_split_undo_and_watch(demo_today: Callable[[str], Path], open_page: Open) -> None:
    folder = demo_today("split")
    app = RunningApp(folder, VIGIE_DEMO="true")
    try:
        page = open_page(f"{app.url}/topics?lang=en")
        page.wait_for_selector("[data-testid=stDataFrame]")
        settle(page)
        with Store(f"sqlite:///{folder / 'demo.sqlite'}").write():
            pass  # a refresh ended since the table was drawn: a click on it counts all the same
        first_row(page)
        page.wait_for_selector("text=Passport")
        number = re.search(r"topic=(\d+)", page.url)[1]  # type: ignore[index]
        page.get_by_role("button", name="Split", exact=True).click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("With these words").fill("the")
        dialog.get_by_label("With these words").press("Enter")
        settle(page)
        dialog.get_by_label("Its name").fill("A part of it")
        dialog.get_by_label("Its name").press("Enter")
        settle(page)
        dialog.get_by_role("button", name=re.compile("^Split off")).click()
        page.wait_for_selector("text=A part of it")
        settle(page)
        assert f"topic={number}" not in page.url
        assert cards(page)
        page.get_by_text("Passport").click()
        page.wait_for_selector("text=Made by a person")
        page.goto(f"{app.url}/topics?lang=en")
        page.wait_for_selector("[data-testid=stDataFrame]")
        settle(page)
        page.get_by_text("Changes and grouping").click()
        page.locator("[class*=st-key-undo-] button").first.click()
        page.wait_for_selector("text=Undone")
        page.goto(f"{app.url}/topics?view=watched&lang=en")
        box = page.get_by_role("textbox", name="Watch a subject")
        box.fill("reminders that do not arrive")
        box.press("Enter")
        page.wait_for_selector("text=How near must a post be?", timeout=300_000)  # the worker gives way to tests
        settle(page)
        assert cards(page)
    finally:
        app.close()


def test_a_click_on_a_name_opens_its_row(demo_app: RunningApp, open_page: Open) -> None:
    for path, opened in (("topics?view=list", "topic="), ("tools?view=table&days=90", "tool=")):
        page = open_page(f"{demo_app.url}/{path}&lang=en")
        table = page.locator("[data-testid=stDataFrame]").first
        table.scroll_into_view_if_needed()
        table.click(position={"x": 140, "y": 55})  # the name in the first row
        page.wait_for_url(f"**{opened}**")
        settle(page)
        assert page.query_selector("[data-testid=stException]") is None

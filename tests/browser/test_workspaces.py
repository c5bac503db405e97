"""Two workspaces in one session of a real browser: nothing of one shows in the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from data.store import Store
from tests.browser.conftest import SHOWN, settle
from tests.conftest import ROOT, RunningApp
from tests.workspaces import WORDS, two_workspaces

pytestmark = pytest.mark.browser
Open = Callable[..., Any]
HIDDEN = {"__init__", "account", "search"}  # not in the menu: one's own account, and the search of all, tried below
PAGES = sorted(path.stem for path in (ROOT / "dashboard" / "pages").glob("*.py") if path.stem not in HIDDEN)
NEVER_NAMED = {"activity", "settings", "ideas", "reports", "team"}  # pages that show none of the texts that were marked
# What each page writes into its address for one thing of its record.
DEEP = [
    "topics?topic={topic}",
    "mentions?topic={topic}&sources=1&q=antsword",
    "search?q=antsword",
    "debates?debate={debate}",
    "tools?tool={tool}",
    "alerts?alert={alert}",
    "ideas?idea={idea}",
    "calendar?item={item}",
    "reports?report={report}",
    "reputation?brand={brand}",
    "people?author=antsword",
]
TABLES = {"item": "calendar_item"}


@pytest.fixture(scope="module")
def app(demo_today: Callable[[str], Path]) -> Iterator[tuple[RunningApp, dict[str, Store]]]:
    folder = demo_today("pages-of-two")
    made = two_workspaces(folder)
    running = RunningApp(folder, VIGIE_WORKER="false")
    yield running, made
    running.close()


def all_words(page: Any) -> str:
    """Everything that a page holds: texts, what is written in fields, attributes, the address apart."""
    return str(
        page.evaluate(
            """() => {
                const deep = (root) => root.innerHTML + [...root.querySelectorAll("*")]
                    .filter((node) => node.shadowRoot).map((node) => deep(node.shadowRoot)).join(" ");
                return deep(document.documentElement)
                + [...document.querySelectorAll("input, textarea")].map((field) => field.value).join(" "); }"""
        )
    )


def go_to(page: Any, name: str) -> None:
    ending = "/" if name == "overview" else f"/{name}"
    page.locator("[data-testid=stSidebarNavLink]").nth(
        page.evaluate(
            """(ending) => [...document.querySelectorAll("[data-testid=stSidebarNavLink]")].findIndex(
            (link) => new URL(link.href).pathname === ending)""",
            ending,
        )
    ).click()
    page.wait_for_selector(SHOWN)
    settle(page)


def choose(page: Any, name: str) -> None:
    box = page.locator("[class*=st-key-workspace-choice] input")
    box.scroll_into_view_if_needed(timeout=10_000)
    page.wait_for_timeout(500)  # a list that has just opened closes as the menu beneath it scrolls
    box.click(timeout=10_000)
    page.get_by_role("option", name=name, exact=True).click(timeout=10_000)
    page.wait_for_timeout(1_000)
    page.wait_for_selector(SHOWN)
    settle(page)


def test_nothing_of_one_shows_in_the_other(app: tuple[RunningApp, dict[str, Store]], open_page: Open) -> None:
    running, _made = app
    page = open_page(f"{running.url}/?ws=ants&lang=en")
    named = set()
    for name in PAGES:
        go_to(page, name)
        words = all_words(page)
        assert WORDS["bees"] not in words, name
        named |= {name} if WORDS["ants"] in words else set()
    assert named >= set(PAGES) - NEVER_NAMED
    go_to(page, "mentions")
    search = page.locator("[data-testid=stMainBlockContainer] input[type=text]").first
    search.fill("antsword typed")
    search.press("Enter")
    settle(page)
    assert "q=antsword" in page.url
    choose(page, "Bees")
    assert "ws=bees" in page.url
    assert "antsword" not in page.url
    words = all_words(page)
    assert WORDS["bees"] in words
    assert WORDS["ants"] not in words
    for name in PAGES:
        go_to(page, name)
        assert WORDS["ants"] not in all_words(page), name


def test_an_address_of_one_shows_nothing_of_it_in_the_other(
    app: tuple[RunningApp, dict[str, Store]], open_page: Open
) -> None:
    running, made = app
    ids = {}
    with made["ants"].read() as connection:
        for name in ("topic", "debate", "tool", "alert", "idea", "item", "report", "brand"):
            ids[name] = connection.exec_driver_sql(f"SELECT max(id) FROM {TABLES.get(name, name)}").scalar_one()
    page = open_page(f"{running.url}/?ws=ants&lang=en")
    for path in DEEP:
        page.goto(f"{running.url}/{path.format(**ids)}&ws=bees&lang=en")
        page.wait_for_selector(SHOWN)
        settle(page)
        shown = page.locator("[data-testid=stMainBlockContainer]").inner_text()
        assert WORDS["ants"] not in shown, path


def test_no_workspace_is_invented(app: tuple[RunningApp, dict[str, Store]], open_page: Open, browser: Any) -> None:
    running, _made = app
    for key in ("none", "..%2F..%2Fetc", "ANTS", "%00", "a" * 400):
        page = browser.new_page(locale="en-GB")
        page.goto(f"{running.url}/?ws={key}")
        page.wait_for_selector("text=This workspace is not open to you.")
        assert WORDS["ants"] not in all_words(page)
        page.close()
    assert not list(running.log.parent.glob("workspaces/*none*"))


def test_a_workspace_is_made_and_set_up_in_the_app(
    app: tuple[RunningApp, dict[str, Store]], open_page: Open, tmp_path: Path
) -> None:
    running, _made = app
    logo = tmp_path / "logo.png"
    Image.new("RGB", (300, 100), "#7a0019").save(logo)
    page = open_page(f"{running.url}/settings?lang=en", viewport={"width": 1280, "height": 2000})
    page.get_by_label("Name of a new workspace").fill("Wasps & <b>Co</b>")
    page.get_by_role("button", name="Make it").click()
    page.wait_for_url("**ws=wasps-b-co-b**")
    page.wait_for_selector(SHOWN)
    settle(page)
    page.get_by_label("Name", exact=True).fill("Wasps and Co")
    page.set_input_files("input[type=file]", str(logo))
    settle(page)
    page.get_by_role("button", name="Keep", exact=True).first.click()
    page.wait_for_selector("text=Kept.")
    assert page.locator("[data-testid=stSidebarLogo], [data-testid=stLogo]").count() >= 1
    page.locator("[data-testid=stExpander] summary").first.click()
    page.get_by_role("button", name="Enter or replace").nth(3).click()
    page.get_by_label("key", exact=True).fill("SECRETVALUE")
    page.get_by_label("key", exact=True).press("Enter")
    settle(page)
    kept = running.log.parent / "workspaces" / "wasps-b-co-b" / "credentials.toml"
    assert "SECRETVALUE" in kept.read_text()
    assert "SECRETVALUE" not in all_words(page)
    page.reload()
    page.wait_for_selector(SHOWN)
    settle(page)
    assert "SECRETVALUE" not in all_words(page)
    assert b"SECRETVALUE" not in running.log.read_bytes()
    go_to(page, "overview")
    assert "Wasps and Co" in page.locator("[data-testid=stSidebar]").inner_text()
    page.locator("[class*=st-key-workspace-choice] input").click()
    page.get_by_role("option", name="Ants", exact=True).wait_for()

"""The calendar by month and week: a real mouse drags, a real keyboard carries, a phone lists the days of one week."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from data.content.calendar import Item, items, move_item, save_item
from data.house import accounts
from data.house.store import House
from data.settings import Settings
from data.store import Store
from tests.browser.conftest import settle
from tests.browser.test_axe import violations
from tests.conftest import RunningApp
from tests.dashboard.web.test_gate import PASSWORD, make_team

pytestmark = pytest.mark.browser
NOW = datetime(2026, 6, 1, tzinfo=UTC)
TITLE = "Ten years of the festival, told by those who built its stages"
HOSTILE = "<img src=x onerror=alert(1)> **bold** & more"
MAIN = "[data-testid=stMainBlockContainer]"
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RunningApp, Store]]:
    """The app on a record of its own, and that record."""
    folder: Path = tmp_path_factory.mktemp("planned")
    store = Store(Settings(data_dir=str(folder), demo=False).store_url)
    app = RunningApp(folder, VIGIE_DEMO="false", VIGIE_WORKER="false")
    yield app, store
    app.close()
    store.close()


@pytest.fixture
def record(planned: tuple[RunningApp, Store]) -> Store:
    """Three items with a date, one without, six on one day."""
    store = planned[1]
    with store.write() as connection:
        connection.exec_driver_sql("DELETE FROM calendar_item")
    save_item(store, Item(0, TITLE, status="draft", channel="mastodon", day=date(2026, 6, 10), hour=9), NOW)
    save_item(store, Item(0, HOSTILE, day=date(2026, 6, 16)), NOW)
    save_item(store, Item(0, "No day yet"), NOW)
    for hour in range(8, 14):
        save_item(store, Item(0, f"Part {hour}", day=date(2026, 6, 24), hour=hour), NOW)
    return store


def day_of(store: Store, title: str) -> str:
    with store.read() as connection:
        item = next(one for one in items(connection) if one.title == title)
    return item.day.isoformat() if item.day else ""


def chip(page: Any, title: str) -> Any:
    return page.locator(".calendar .chip .open", has_text=title)


def cell(page: Any, day: str) -> Any:
    return page.locator(f".calendar [data-day='{day}']")


def drag(page: Any, title: str, day: str) -> None:
    """As a hand does: press, go there in steps, let go."""
    start = chip(page, title)
    start.scroll_into_view_if_needed()
    cell(page, day).scroll_into_view_if_needed()
    a, b = start.bounding_box(), cell(page, day).bounding_box()
    page.mouse.move(a["x"] + 20, a["y"] + a["height"] / 2)
    page.mouse.down()
    page.mouse.move(a["x"] + 40, a["y"] + a["height"] / 2, steps=3)
    page.mouse.move(b["x"] + b["width"] / 2, b["y"] + b["height"] - 12, steps=8)
    assert page.locator(".calendar .over").get_attribute("data-day") == day
    page.mouse.up()
    settle(page)


def opened(planned: tuple[RunningApp, Store], open_page: Callable[..., Any], lang: str, **options: Any) -> Any:
    view = options.pop("view", "")
    page = open_page(f"{planned[0].url}/calendar?at=2026-06-10&lang={lang}{view}", **options)
    chip(page, TITLE).wait_for()
    return page


def test_an_item_is_dragged_and_put_back(
    planned: tuple[RunningApp, Store], record: Store, open_page: Callable[..., Any]
) -> None:
    page = opened(planned, open_page, "en", viewport={"width": 1280, "height": 1100})
    assert page.locator(".calendar .head").all_inner_texts() == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    drag(page, TITLE, "2026-06-18")
    assert day_of(record, TITLE) == "2026-06-18"
    assert cell(page, "2026-06-18").locator(".open").count() == 1
    assert "moved to 18 Jun 2026" in page.inner_text(MAIN)
    assert "item=" not in page.url  # a drag is no click
    page.locator(".st-key-undo-move button").click()
    settle(page)
    assert day_of(record, TITLE) == "2026-06-10"
    assert cell(page, "2026-06-10").locator(".open").count() == 1
    drag(page, "No day yet", "2026-06-12")
    assert day_of(record, "No day yet") == "2026-06-12"
    drag(page, "No day yet", "")
    assert day_of(record, "No day yet") == ""


def test_a_drag_scrolls_to_days_out_of_sight(
    planned: tuple[RunningApp, Store], record: Store, open_page: Callable[..., Any]
) -> None:
    page = opened(planned, open_page, "fr", viewport={"width": 1280, "height": 600})
    start, target = chip(page, "No day yet"), cell(page, "2026-06-02")
    start.scroll_into_view_if_needed()
    a = start.bounding_box()
    assert target.bounding_box()["y"] < 0  # above what one sees
    page.mouse.move(a["x"] + 20, a["y"] + 8)
    page.mouse.down()
    page.mouse.move(target.bounding_box()["x"] + 40, 20, steps=6)
    page.wait_for_function(
        "() => document.querySelector('[data-testid=stBidiComponentIsolated]').shadowRoot"
        ".querySelector(\"[data-day='2026-06-02']\").getBoundingClientRect().top > 100"
    )
    b = target.bounding_box()
    page.mouse.move(b["x"] + 40, b["y"] + 40, steps=3)
    page.mouse.up()
    settle(page)
    assert day_of(record, "No day yet") == "2026-06-02"


def test_a_title_is_whole_and_a_click_opens(
    planned: tuple[RunningApp, Store], record: Store, open_page: Callable[..., Any]
) -> None:
    page = opened(planned, open_page, "en")
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    tip = page.locator(".calendar .tip")
    chip(page, TITLE).hover()
    assert tip.inner_text().splitlines() == [f"09:00 {TITLE}", "Draft · Mastodon"]
    page.mouse.move(5, 5)
    tip.wait_for(state="hidden")
    chip(page, "bold").focus()
    assert tip.inner_text().startswith(HOSTILE)
    assert page.locator(".calendar img").count() == 0
    assert page.get_by_role("button", name=f"09:00 {TITLE}, Draft · Mastodon").count() == 1
    more = cell(page, "2026-06-24").locator(".more")
    assert more.inner_text() == "+3 more"
    assert cell(page, "2026-06-24").locator(".open:visible").count() == 3
    more.click()
    assert cell(page, "2026-06-24").locator(".open:visible").count() == 6
    chip(page, TITLE).click()
    page.wait_for_url("**item=*")
    settle(page)
    assert page.inner_text("h1") == TITLE


def test_the_keyboard_carries_in_french(
    planned: tuple[RunningApp, Store], record: Store, open_page: Callable[..., Any]
) -> None:
    page = opened(planned, open_page, "fr", locale="fr-FR")
    assert page.locator(".calendar .head").first.inner_text() == "lun."
    first = page.locator(".calendar .grid [tabindex='0']")
    assert first.count() == 1  # one stop of the Tab key for all days
    first.focus()
    for _ in range(9):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    focused = "document.querySelector('[data-testid=stBidiComponentIsolated]').shadowRoot.activeElement.innerText"
    assert TITLE in page.evaluate(focused)
    page.keyboard.down("Shift")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    assert day_of(record, TITLE) == "2026-06-10"  # nothing is written on the way
    page.keyboard.up("Shift")
    page.get_by_text("est passé au 18 juin 2026").wait_for()
    assert day_of(record, TITLE) == "2026-06-18"
    assert TITLE in page.evaluate(focused)  # the focus stays on what was moved
    page.keyboard.press("m")
    page.get_by_role("dialog", name="Changer de jour").get_by_label("Jour").fill("2026-06-04")
    page.keyboard.press("Enter")
    page.get_by_text("est passé au 4 juin 2026").wait_for()
    assert day_of(record, TITLE) == "2026-06-04"


def test_a_day_that_cannot_be_is_refused(
    planned: tuple[RunningApp, Store], record: Store, open_page: Callable[..., Any]
) -> None:
    page = opened(planned, open_page, "en")
    chip(page, TITLE).focus()
    page.keyboard.press("m")
    field = page.locator(".calendar dialog input")
    field.fill("2099-01-01")
    page.keyboard.press("Enter")
    assert field.is_visible()  # the browser says up to when
    field.evaluate("node => node.removeAttribute('max')")
    page.keyboard.press("Enter")
    page.get_by_text("This value is not possible here.").wait_for()
    settle(page)
    assert cell(page, "2026-06-10").locator(".open").count() == 1  # drawn anew where it is
    assert day_of(record, TITLE) == "2026-06-10"


def test_who_was_faster_is_told(
    planned: tuple[RunningApp, Store], record: Store, open_page: Callable[..., Any]
) -> None:
    page = opened(planned, open_page, "en", viewport={"width": 1280, "height": 1100})
    with record.read() as connection:
        item = next(one for one in items(connection) if one.title == TITLE)
    move_item(record, item.id, date(2026, 6, 5), item.day, NOW)
    drag(page, TITLE, "2026-06-18")
    assert "Your change was not written." in page.inner_text(MAIN)
    assert day_of(record, TITLE) == "2026-06-05"
    assert cell(page, "2026-06-05").locator(".open").count() == 1  # shown where it is
    assert cell(page, "2026-06-18").locator(".open").count() == 0
    cell(page, "2026-06-09").click(position={"x": 60, "y": 60})
    settle(page)
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Title").fill("From an empty day")
    dialog.get_by_role("button", name="Add").click()
    page.wait_for_url("**item=*")
    assert day_of(record, "From an empty day") == "2026-06-09"


@pytest.mark.parametrize(("lang", "scheme", "week"), [("en", "dark", "15 – 21 Jun"), ("fr", "light", "15 – 21 juin")])
def test_a_phone_lists_the_days_of_a_week(
    planned: tuple[RunningApp, Store],
    record: Store,
    open_page: Callable[..., Any],
    lang: str,
    scheme: str,
    week: str,
) -> None:
    phone = {"viewport": PHONE, "has_touch": True, "is_mobile": True, "color_scheme": scheme}
    page = opened(planned, open_page, lang, locale="fr-FR" if lang == "fr" else "en-GB", **phone)
    days = page.locator(".calendar .day:visible")
    assert [one.get_attribute("data-day")[-2:] for one in days.all()] == ["08", "09", "10", "11", "12", "13", "14"]
    tops = [one.bounding_box()["y"] for one in days.all()]
    assert tops == sorted(set(tops))  # one below the other
    shown = chip(page, TITLE)
    assert shown.evaluate("node => node.scrollHeight <= node.clientHeight + 1")  # the title is whole
    assert shown.evaluate("node => parseFloat(getComputedStyle(node).fontSize)") >= 14
    assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert violations(page) == []
    page.get_by_role("button", name=week).tap()
    chip(page, "bold").wait_for()
    page.locator(".calendar .chip", has_text="bold").locator(".move").tap()
    dialog = page.locator(".calendar dialog")
    dialog.locator("input").fill("2026-06-19")
    dialog.locator(".primary").tap()
    settle(page)
    assert day_of(record, HOSTILE) == "2026-06-19"
    assert days.first.get_attribute("data-day") == "2026-06-15"  # the week chosen stays


def test_a_month_and_a_week_break_no_rule(
    planned: tuple[RunningApp, Store], record: Store, open_page: Callable[..., Any]
) -> None:
    for view in ("", "&view=week"):
        page = opened(planned, open_page, "en", color_scheme="light" if view else "dark", view=view)
        assert page.locator(".calendar .day").count() == (7 if view else 35)
        assert violations(page) == []


@pytest.fixture
def team(tmp_path: Path) -> Iterator[tuple[RunningApp, Store, House]]:
    """The app with accounts: bob is an editor to begin with."""
    house = make_team(tmp_path)
    store = Store(Settings(data_dir=str(tmp_path), demo=False).store_url)
    app = RunningApp(tmp_path, VIGIE_DEMO="false", VIGIE_WORKER="false")
    yield app, store, house
    app.close()
    store.close()


def test_who_may_not_is_refused_and_then_cannot(team: tuple[RunningApp, Store, House], browser: Any) -> None:
    app, store, house = team
    save_item(store, Item(0, TITLE, status="draft", channel="mastodon", day=date(2026, 6, 10), hour=9), NOW)
    page = browser.new_context(viewport={"width": 1280, "height": 1100}, locale="en-GB").new_page()
    page.set_default_timeout(120_000)
    page.goto(f"{app.url}/calendar?at=2026-06-10&lang=en")
    page.fill("#login", "bob")
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    chip(page, TITLE).wait_for()
    settle(page)
    with house.read() as connection:
        bob = next(number for number, role in accounts.roles(connection).items() if role == "editor")
    accounts.set_role(house, bob, "reader", datetime.now(UTC))
    drag(page, TITLE, "2026-06-18")  # the page was drawn before
    assert day_of(store, TITLE) == "2026-06-10"
    assert cell(page, "2026-06-10").locator(".open").count() == 1
    assert "Only a member of the team can do this." in page.inner_text(MAIN)
    a, b = chip(page, TITLE).bounding_box(), cell(page, "2026-06-18").bounding_box()
    page.mouse.move(a["x"] + 20, a["y"] + 10)
    page.mouse.down()
    page.mouse.move(b["x"] + 20, b["y"] + 20, steps=8)
    assert page.locator(".calendar .ghost").count() == 0
    page.mouse.up()
    assert page.locator(".calendar .move").count() == 0
    assert page.locator(".calendar button.number").count() == 0
    chip(page, TITLE).hover()
    assert (
        page.locator(".calendar .tip").inner_text().splitlines()[2].startswith("Only a member of the team can do this.")
    )
    chip(page, TITLE).click()
    page.wait_for_url("**item=*")
    page.context.close()

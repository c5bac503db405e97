"""Forms with a keyboard and a mouse, as people fill them: nothing that was typed is lost, and a box closes once its act
is done and says what it was."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from data.alerts.destinations import destinations
from data.credentials import load_credentials
from data.settings import Settings
from data.sharing.reports import one_report, reports
from data.sharing.subscriptions import subscriptions
from data.store import Store
from tests.browser.conftest import settle
from tests.conftest import RunningApp

pytestmark = pytest.mark.browser
Open = Callable[..., Any]


@pytest.fixture(scope="module")
def written_in(
    demo_today: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[RunningApp, Settings, Store]]:
    """An app on a demo of its own."""
    folder = Path(tmp_path_factory.mktemp("written"))
    for path in demo_today("demo").glob("*.sqlite"):
        shutil.copy(path, folder)
    app = RunningApp(folder, VIGIE_DEMO="true", VIGIE_WORKER="false")
    settings = Settings(data_dir=str(folder), demo=True)
    yield app, settings, Store(settings.store_url)
    app.close()


def type_in(page: Any, name: str, words: str) -> None:
    """Click in a field, type, and leave it by Tab."""
    page.get_by_role("textbox", name=name, exact=True).click()
    page.keyboard.type(words)
    page.keyboard.press("Tab")


def test_an_address_typed_and_left_by_tab_is_kept(
    written_in: tuple[RunningApp, Settings, Store], open_page: Open
) -> None:
    app, settings, store = written_in
    page = open_page(f"{app.url}/alerts?lang=en&view=channels&channel=new")
    page.locator(".st-key-service-channel-0 button", has_text="Webhook").click()
    settle(page)
    type_in(page, "Address", "https://example.org/hook")
    page.locator(".st-key-channel-keep button").click()
    page.wait_for_selector("text=Webhook · at once, day and night")
    with store.read() as connection:
        (kept,) = destinations(connection)
    assert load_credentials(settings).get("channel", "value", kept.address).reveal() == "jsons://example.org/hook"

    page = open_page(f"{app.url}/reports?lang=en&view=recipients&recipient=new")
    type_in(page, "To", "ana@example.org")
    page.keyboard.type("smtp.example.org")  # Tab led to the next field
    type_in(page, "From", "vigie@example.org")
    page.locator(".st-key-recipient-keep button").click()
    page.wait_for_selector("text=Send it now")
    with store.read() as connection:
        (item,) = subscriptions(connection)
    address = load_credentials(settings).get("channel", "value", item.address).reveal()
    assert address.startswith("mailtos://smtp.example.org:587/")
    assert "to=ana%40example.org" in address
    page.locator("[class*=st-key-recipient-edit-] button").click()  # nothing that is kept is shown again
    settle(page)
    assert page.get_by_role("textbox", name="To", exact=True).input_value() == ""
    assert "example.org" not in page.inner_text("[data-testid=stMainBlockContainer]")
    page.locator(".st-key-recipient-keep button").click()
    page.wait_for_selector("text=Send it now")
    with store.read() as connection:
        assert subscriptions(connection)[0].address == item.address


def test_words_of_a_report_are_kept_on_a_change_of_tab(
    written_in: tuple[RunningApp, Settings, Store], open_page: Open
) -> None:
    app, _settings, store = written_in
    page = open_page(f"{app.url}/reports?lang=en")
    page.locator(".st-key-new-weekly button").first.click()
    page.wait_for_url("**report=*")
    settle(page)
    page.get_by_text("Your words", exact=True).click()
    settle(page)
    page.get_by_role("textbox", name="Comment").first.click()
    page.keyboard.type("A good month.")
    page.get_by_text("Arrange", exact=True).click()  # straight from the field to another tab
    settle(page)
    with store.read() as connection:
        held = reports(connection)[-1]
    assert list(held.comments.values()) == ["A good month."]
    page.get_by_text("Your words", exact=True).click()
    settle(page)
    assert page.get_by_role("textbox", name="Comment").first.input_value() == "A good month."
    with store.read() as connection:
        assert one_report(connection, held.id) == held


def test_the_box_of_a_merge_closes_and_says_what_was_done(
    written_in: tuple[RunningApp, Settings, Store], open_page: Open
) -> None:
    app, _settings, store = written_in
    with store.read() as connection:
        row = connection.exec_driver_sql(
            "SELECT topic_id, count(*) FROM post_topic GROUP BY topic_id ORDER BY 2 DESC LIMIT 1"
        ).first()
    page = open_page(f"{app.url}/topics?lang=en&days=90&topic={row[0]}")
    page.get_by_role("button", name="Merge").first.click()
    box = page.locator("[data-testid=stPopoverBody]")
    box.wait_for()
    box.get_by_role("button", name="Merge").click()
    page.wait_for_selector("text=Merged into")
    settle(page)
    assert not box.is_visible()
    assert f"topic={row[0]}&" not in f"{page.url}&"

"""A working day in a real browser, with a real keyboard and mouse, in both languages: from the morning's page to a
link that somebody opens on a phone. It prints how many clicks and keys each part took."""

from __future__ import annotations

import socket
from collections.abc import Callable
from email import message_from_bytes
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import func, select

from data.schema import calendar_item, report, snapshot, triage, triage_event, verbatim
from data.settings import Settings
from data.sharing.saved_views import saved_views
from data.store import Store
from tests.browser.conftest import SHOWN, settle
from tests.conftest import RunningApp

pytestmark = pytest.mark.browser
MAIN = "[data-testid=stMainBlockContainer]"
MOST = 60  # clicks, keys and texts typed, for all of it
SPOKEN = {"en": "en-GB", "fr": "fr-FR"}


class Inbox:
    """A mail server that keeps what it takes."""

    def __init__(self) -> None:
        self.taken: list[Any] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.taken.append(message_from_bytes(envelope.content))
        return "250 OK"


class Hands:
    """A keyboard and a mouse on a page that count what they do; a text that is typed is one."""

    def __init__(self, page: Any, lang: str) -> None:
        self.page, self.lang = page, lang
        self.acts: dict[str, int] = {}
        self._part = ""

    def begin(self, part: str) -> None:
        self._part = part
        self.acts[part] = 0

    def click(self, place: Any) -> None:
        self.acts[self._part] += 1
        (self.page.locator(place).first if isinstance(place, str) else place).click()
        settle(self.page)

    def press(self, key: str) -> None:
        self.acts[self._part] += 1
        self.page.keyboard.press(key)
        settle(self.page)

    def write(self, place: Any, words: str) -> None:
        """Into a field, in place of what stands there."""
        self.acts[self._part] += 2
        (self.page.locator(place).first if isinstance(place, str) else place).click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(words)

    def view(self, english: str, french: str) -> None:
        self.click(self.page.get_by_role("radio", name=french if self.lang == "fr" else english, exact=True))

    def menu(self, page: str) -> None:
        self.click(f"[data-testid=stSidebarNavLink][href*='/{page}']")
        self.page.wait_for_selector(SHOWN)
        settle(self.page)


def of_card(page: Any, place: int, name: str) -> Any:
    """A button of a post on the page."""
    return page.locator("[class*=st-key-card-mentions-]").nth(place).locator(f"[class*=st-key-{name}-] button").first


def answer_three(hands: Hands) -> None:
    hands.begin("three answers")
    hands.menu("mentions")
    hands.view("To answer", "À répondre")
    for number in range(3):
        hands.press("d")
        box = hands.page.get_by_role("dialog")
        reply = box.locator("textarea").first
        reply.click()
        hands.page.keyboard.press("Control+End")
        hands.page.keyboard.type(f" Merci {number}!")
        hands.acts["three answers"] += 2
        hands.click(box.locator(".st-key-reply-done button"))


def judge(hands: Hands) -> None:
    hands.begin("a moderation")
    hands.view("To judge", "À modérer")
    hands.press("2")


def assign_correct_quote(hands: Hands) -> None:
    page = hands.page
    hands.begin("an assignment")
    hands.view("All posts", "Tous les messages")
    hands.click(of_card(page, 0, "more"))
    box = page.get_by_role("dialog")
    hands.write(box.get_by_role("combobox").first, "Camille")
    hands.press("Enter")
    hands.click(box.get_by_test_id("stBaseButton-primaryFormSubmit").first)
    hands.begin("a correction")
    hands.click(of_card(page, 1, "more"))
    hands.click(box.get_by_role("tab").nth(1))
    hands.click(box.locator(".st-key-fix-sentiment-negative button"))
    hands.begin("two quotes")
    for place in (2, 3):
        hands.click(of_card(page, place, "quote"))


def save_a_view(hands: Hands) -> None:
    page = hands.page
    hands.begin("a saved view")
    hands.write(f"{MAIN} input[type=text]", "export")
    hands.press("Enter")
    hands.click("[class*=st-key-new-view-] button")
    hands.write(page.locator("[data-testid=stPopoverBody] input").last, "Export PDF")
    hands.press("Enter")


def try_an_alert(hands: Hands, port: int, name: str) -> None:
    """A channel of alerts, tried before it is kept."""
    page = hands.page
    hands.begin("an alert by mail")
    hands.menu("alerts")
    hands.view("Where they go", "Où elles vont")
    hands.click(".st-key-new-channel button")
    hands.write("[class*=st-key-channel-0-to] input", "boss@example.org")
    hands.write("[class*=st-key-channel-0-server] input", "127.0.0.1")
    hands.click("[class*=st-key-channel-0-security] input")
    hands.click(page.get_by_role("option").last)
    hands.write("[class*=st-key-channel-0-port] input", str(port))
    hands.write("[class*=st-key-channel-0-from] input", f"vigie-{name}@example.org")
    hands.click(".st-key-channel-try button")
    page.get_by_test_id("stAlert").filter(has_text="✓").or_(
        page.get_by_test_id("stAlertContentSuccess")
    ).first.wait_for()
    hands.click(".st-key-channel-keep button")


def plan_and_report(hands: Hands) -> None:
    page = hands.page
    hands.begin("an idea to the calendar")
    hands.menu("ideas")
    hands.click("[class*=st-key-draft-] button")
    hands.click(
        page.locator("[data-testid=stForm]").filter(has=page.get_by_test_id("stDateInput")).get_by_role("button").last
    )
    page.wait_for_url("**/calendar?**")
    hands.begin("a report")
    hands.menu("reports")
    hands.click(".st-key-new-weekly button")


def share(hands: Hands) -> str:
    hands.begin("a shared link")
    hands.click("[class*=st-key-freeze-] button")
    hands.click(".st-key-report-share button")
    return str(hands.page.get_by_test_id("stCode").first.inner_text()).strip()


@pytest.mark.parametrize(
    ("lang", "database"), [("en", "sqlite"), ("fr", "sqlite"), ("fr", "postgresql")], ids=["en", "fr", "fr-postgresql"]
)
def test_the_day(
    request: pytest.FixtureRequest,
    lang: str,
    database: str,
    demo_today: Callable[[str], Any],
    browser: Any,
    open_page: Callable[..., Any],
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder, inbox = demo_today(f"day-{lang}"), Inbox()
    environ, url = {"VIGIE_ALLOW_PRIVATE_NETWORK": "true"}, Settings(data_dir=str(folder), demo=True).store_url
    if database == "postgresql":
        environ["VIGIE_DATABASE_URL"] = url = request.getfixturevalue("postgres").holding("demo_today", folder)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    server = Controller(inbox, hostname="127.0.0.1", port=port)
    server.start()
    app = RunningApp(folder, VIGIE_DEMO="true", VIGIE_WORKER="false", **environ)
    store = Store(url)
    try:
        hands = Hands(open_page(f"{app.url}/?lang={lang}", locale=SPOKEN[lang]), lang)
        hands.page.set_default_timeout(40_000)
        hands.begin("the morning")
        assert hands.page.locator("[data-testid=stException]").count() == 0
        answer_three(hands)
        judge(hands)
        assign_correct_quote(hands)
        save_a_view(hands)
        try_an_alert(hands, port, lang)
        plan_and_report(hands)
        link = share(hands)
        phone = browser.new_page(
            viewport={"width": 390, "height": 844}, locale=SPOKEN[lang], color_scheme="dark", has_touch=True
        )
        phone.goto(link)
        assert phone.locator("h1").first.inner_text().strip()
        assert not phone.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        phone.close()
    finally:
        server.stop()
        app.close()
    with store.read() as connection:

        def number(query: Any) -> int:
            return int(connection.scalar(select(func.count()).select_from(query.subquery())) or 0)

        assert number(select(triage).where(triage.c.handled != "")) == 3
        assert number(select(triage).where(triage.c.decision == "watch")) == 1
        assert number(select(triage).where(triage.c.assigned == "Camille")) == 1
        assert number(select(triage_event).where(triage_event.c.field == "sentiment")) == 1
        assert number(select(verbatim)) == 2
        assert [one.name for one in saved_views(connection)] == ["Export PDF"]
        assert (
            number(select(calendar_item).where(calendar_item.c.idea_id != 0)) >= 1
        )  # one for each channel that is chosen
        assert number(select(report)) == number(select(snapshot)) == 1
    assert sum(hands.acts.values()) <= MOST
    (mail,) = inbox.taken
    assert mail["From"].endswith(f"vigie-{lang}@example.org>") or mail["From"] == f"vigie-{lang}@example.org"
    with capsys.disabled():
        print(
            f"\n{lang}: {sum(hands.acts.values())} clicks and keys:",
            ", ".join(f"{k} {n}" for k, n in hands.acts.items()),
        )

"""What helps whoever listens, types or sees little: every page by the rules of axe, and by the keyboard alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

import pytest

from data.house import invitations
from data.settings import Settings
from data.sharing import snapshots
from data.sharing.reports import Report, remove_report, save_report
from data.store import Store
from tests.browser.conftest import SHOWN, settle
from tests.browser.test_doors import sign_in
from tests.conftest import RunningApp
from tests.dashboard.files.test_files import rich
from tests.dashboard.web.test_gate import make_team

pytestmark = pytest.mark.browser
AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
MAIN = "[data-testid=stMain]"
# Each page with the boxes that are opened on it one after the other: what a click on each of these opens.
PAGES: tuple[tuple[str, ...], ...] = (
    ("", "[class*=st-key-how-overview] button", ".st-key-other-periods button"),
    ("mentions", "[class*=st-key-new-view-] button", "[class*=st-key-more-mentions-] button"),
    ("mentions?look=compact", ".st-key-columns button"),
    ("mentions?view=answer", "[class*=st-key-draft-] button", "[class*=st-key-others-] button"),
    ("mentions?view=answer&look=compact",),
    ("mentions?view=moderate", "[class*=st-key-after-] button"),
    ("mentions?view=quotes",),
    ("mentions?post={post}",),
    ("topics",),
    ("topics?view=map",),
    ("topics?topic={topic}", "[class*=st-key-box-merge-] button", ".st-key-split button"),
    ("debates",),
    ("debates?debate={debate}",),
    ("tools",),
    ("tools?tool={tool}", "[class*=st-key-box-note-] button"),
    ("reputation", f"{MAIN} [data-testid=stPopover]:has([data-testid=stIconMaterial]) button >> nth=-1"),
    ("reputation?view=actions", "[class*=st-key-box-action-new] button"),
    ("ideas", f"{MAIN} [class*=st-key-idea-] [data-testid=stPopoverButton]"),
    ("ideas?view=themes",),
    ("ideas?idea={idea}",),
    ("calendar",),
    ("calendar?item={item}",),
    ("alerts", f"{MAIN} [class*=st-key-alert-] [data-testid=stPopoverButton]"),
    ("alerts?alert={alert}",),
    ("alerts?view=channels&channel=new",),
    ("people",),
    ("reports",),
    ("reports?report={report}", "[class*=st-key-freeze-] button"),
    ("reports?report={report}&part=arrange", f"{MAIN} [data-testid=stPopoverButton] >> nth=-1"),
    ("sources", f"{MAIN} [data-testid=stPopoverButton] >> nth=-1"),
    ("activity",),
    ("settings", f"{MAIN} [data-testid=stExpander] summary"),
    ("search",),
    ("team",),
)
IN_MENU = (".st-key-keys button", ".st-key-share-page button")
# Two visits of each page: with both they see it in each scheme, in each language and at each width. Views and pages of
# one thing are seen once, and boxes opened once, each in another of these.
TURNS = (
    (("light", "en", 1280), ("dark", "fr", 1280), ("light", "fr", 390), ("dark", "en", 390)),
    (("dark", "fr", 390), ("light", "en", 390), ("dark", "en", 1280), ("light", "fr", 1280)),
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


def wrong(page: Any) -> list[str]:
    return [*violations(page), *page.evaluate(NAMELESS)]


def wrong_in_boxes(page: Any, boxes: tuple[str, ...]) -> dict[str, list[str]]:
    """The same for each box that a click opens."""
    broken = {}
    for box in boxes:
        page.locator(box).locator("visible=true").first.click()
        settle(page)
        if found := wrong(page):
            broken[box] = found
        page.keyboard.press("Escape")
    return broken


@contextmanager
def one_page(browser: Any, width: int) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": width, "height": 900}, has_touch=width < 600)
    page = context.new_page()
    page.set_default_timeout(120_000)
    yield page
    context.close()


@pytest.fixture(scope="module")
def details(demo_app: RunningApp, browser: Any) -> Iterator[dict[str, int]]:
    """What the pages of one thing show: the number of one of each."""
    with one_page(browser, 1280) as page:  # the first visit makes the demo
        page.goto(demo_app.url)
        page.wait_for_selector(SHOWN)
    store = Store(f"sqlite:///{demo_app.log.parent / 'demo.sqlite'}")
    blocks = ("summary", "reputation", "topics")
    report = save_report(store, Report(0, "Weekly", 7, blocks=blocks), datetime.now(UTC))
    found = {"report": report}
    with store.read() as connection:
        for name, among in {
            "post": "post",
            "topic": "topic WHERE NOT hidden AND merged_into IS NULL",
            "debate": "debate WHERE state = 'debate'",
            "tool": "tool WHERE state = 'shown'",
            "idea": "idea",
            "item": "calendar_item",
            "alert": "alert",
        }.items():
            found[name] = connection.exec_driver_sql(f"SELECT min(id) FROM {among}").scalar_one()
    yield found
    remove_report(store, report)
    store.close()


@pytest.mark.parametrize("turn", [0, 1])
@pytest.mark.timeout(600)
def test_no_page_breaks_a_rule(demo_app: RunningApp, browser: Any, details: dict[str, int], turn: int) -> None:
    broken = {}
    for width in (1280, 390):
        with one_page(browser, width) as page:
            for number, (path, *boxes) in enumerate(PAGES):
                scheme, lang, wide = TURNS[turn][number % 4]
                mine = number // 2 % 2 == turn
                if wide != width or not (mine or "?" not in path):
                    continue
                page.emulate_media(color_scheme=scheme)
                address = path.format_map(details)
                page.goto(f"{demo_app.url}/{address}{'&' if '?' in address else '?'}lang={lang}")
                page.wait_for_selector(SHOWN)
                settle(page)
                assert page.get_attribute("html", "lang") == lang
                in_menu = IN_MENU if (path, wide) == ("", 1280) else ()
                found = {"": wrong(page)}
                found |= wrong_in_boxes(page, (*(boxes if mine else ()), *in_menu))
                broken |= {(path, box, scheme, lang, width): held for box, held in found.items() if held}
    assert broken == {}


@pytest.fixture(scope="module")
def team_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RunningApp, list[str]]]:
    """(an app with a team and no source yet, the ways in and what guests see)."""
    folder = tmp_path_factory.mktemp("axe-team")
    house, now = make_team(folder), datetime.now(UTC)
    store = Store(Settings(data_dir=str(folder), demo=False).store_url)
    _number, token = snapshots.freeze(store, rich(), now, asks="approval", question="Is it good to go?")
    _number, locked = snapshots.freeze(store, rich(), now, password="Sésame, ouvre-toi")
    outside = ["signin", f"join/{invitations.invite(house, 'Zoé', 'editor', now)}", "join/nothing"]
    outside += [f"share/{token}", f"share/{token}/slides", f"share/{locked}", "share/nothing"]
    app = RunningApp(folder, VIGIE_DEMO="false", VIGIE_WORKER="false")
    yield app, outside
    app.close()
    store.close()


def test_no_way_in_and_no_empty_page_breaks_a_rule(team_app: tuple[RunningApp, list[str]], browser: Any) -> None:
    """Signing in, an invitation, shared pages, and what a team sees before it follows anything."""
    app, outside = team_app
    broken = {}
    with one_page(browser, 390) as page:
        for number, path in enumerate(outside):
            page.set_viewport_size({"width": (390, 1280)[number % 2], "height": 900})
            page.goto(f"{app.url}/{path}?lang={('fr', 'en')[number % 2]}")
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                if found := wrong(page):
                    broken[path, scheme] = found
        page.goto(f"{app.url}/signin?next=/")
        sign_in(page, "ana")
        for number, path in enumerate(("", "mentions", "reputation?view=brands", "sources", "team", "account")):
            scheme, lang, width = TURNS[0][number % 4]
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(f"{app.url}/{path}{'&' if '?' in path else '?'}lang={lang}")
            page.wait_for_selector(SHOWN)
            settle(page)
            if found := wrong(page):
                broken[path, scheme, lang, width] = found
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

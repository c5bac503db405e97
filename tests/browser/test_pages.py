"""The app in a real browser: every page cold, both languages, light and dark, clicks that filter."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from data.models import NewPost
from data.posts.ingest import add_posts
from data.scope import PARAMETERS
from data.settings import ROOT, Settings
from data.source_list import add_source, all_sources
from data.store import Store
from tests.browser.conftest import SHOWN, cards, opens_cold, quietly, settle
from tests.conftest import Loopback, RunningApp, serve_files

pytestmark = pytest.mark.browser
PAGES = {
    "": {"en": "Overview", "fr": "Vue d’ensemble"},
    "mentions": {"en": "Mentions", "fr": "Mentions"},
    "topics": {"en": "Topics", "fr": "Sujets"},
    "debates": {"en": "Debates", "fr": "Débats"},
    "tools": {"en": "New tools", "fr": "Nouveaux outils"},
    "reputation": {"en": "Reputation", "fr": "Réputation"},
    "ideas": {"en": "Ideas", "fr": "Idées"},
    "calendar": {"en": "Calendar", "fr": "Calendrier"},
    "alerts": {"en": "Alerts", "fr": "Alertes"},
    "people": {"en": "People", "fr": "Personnes"},
    "sources": {"en": "Sources", "fr": "Sources"},
    "search": {"en": "Search", "fr": "Rechercher"},
    "activity": {"en": "Activity", "fr": "Activité"},
    "team": {"en": "Team", "fr": "Équipe"},
}


def test_a_first_start_ends_in_a_populated_overview(browser: Any, tmp_path: Path) -> None:
    """How long it took is printed, not asserted: the worker makes the demo and yields to whatever else runs."""
    started = time.monotonic()
    app = RunningApp(tmp_path, VIGIE_DEMO="true")
    try:
        page = browser.new_page(locale="en-GB")
        page.goto(app.url)
        page.wait_for_selector("text=Largest topics", timeout=1_200_000)
        page.wait_for_selector("[class*=st-key-card-]", timeout=120_000)
        print(f"populated overview after {time.monotonic() - started:.1f} s")
        assert "Demo" in page.inner_text("[data-testid=stSidebar]")
        page.close()
    finally:
        app.close()


def test_fields_speak_french_and_a_post_stays_as_it_is(
    tmp_path: Path, browser: Any, open_page: Callable[..., Any]
) -> None:
    store, now = Store(Settings(data_dir=str(tmp_path), demo=False).store_url), datetime.now(UTC)
    with store.write() as connection:
        source, _ = add_source(connection, "feed", "http://a.example/feed", now, title="a.example")
        add_posts(connection, source.id, [NewPost("feed", "1", "", "Upload", published_at=now)], now)
    app = RunningApp(tmp_path, VIGIE_DEMO="false", VIGIE_WORKER="false")
    try:
        page = open_page(f"{app.url}/settings?lang=fr")
        page.locator("[data-testid=stFileUploaderDropzone]", has_text="Choisir un fichier").first.wait_for()
        assert "200\xa0Mo par fichier" in page.locator("[data-testid=stFileUploaderDropzone]").first.inner_text()
        page.goto(f"{app.url}/nowhere?lang=fr")
        page.get_by_role("dialog").get_by_text("Cette page n’existe pas").wait_for()
        page.set_viewport_size({"width": 390, "height": 844})
        page.goto(f"{app.url}/mentions?lang=fr")
        page.wait_for_selector("[class*=st-key-card-]")
        settle(page)
        (said,) = cards(page)
        assert "Upload" in said
        top = page.locator("[class*=st-key-card-]").first.bounding_box()["y"]
        assert top < 760  # of 844: the filters leave room to what they find
        page.goto(f"{app.url}/mentions?view=words&lang=fr")
        chosen = page.get_by_role("radio", name="Vocabulaire")
        chosen.wait_for()
        settle(page)
        box = chosen.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
    finally:
        app.close()


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(("lang", "scheme", "width"), [("en", "light", 1280), ("fr", "dark", 390)])
def test_every_page_opens_cold(
    demo_app: RunningApp, open_page: Callable[..., Any], name: str, lang: str, scheme: str, width: int
) -> None:
    page = opens_cold(open_page, f"{demo_app.url}/{name}?lang={lang}", scheme, width)
    assert page.inner_text(SHOWN) == PAGES[name][lang]


def test_answers_carry_safe_headers(demo_app: RunningApp, browser: Any) -> None:
    page = browser.new_page()
    answer = page.goto(demo_app.url)
    assert "frame-ancestors 'self'" in answer.headers["content-security-policy"]
    assert answer.headers["referrer-policy"] == "no-referrer"
    page.close()


def test_filters_live_in_the_url(demo_app: RunningApp, open_page: Callable[..., Any]) -> None:
    page = open_page(f"{demo_app.url}/mentions?lang=en&days=90&q=Kanvio&langs=fr")
    found = cards(page)
    assert 0 < len(found) <= 25
    assert all("Kanvio" in card and "French" in card for card in found)
    page.get_by_role("button", name="Remove all filters").click()
    settle(page)
    assert "q=" not in page.url
    assert len(cards(page)) == 25
    page.get_by_role("button", name="Next", exact=True).click()
    settle(page)
    assert "page_mentions=2" in page.url
    box = page.get_by_placeholder("Words,")
    box.fill("accessibilite")
    box.press("Enter")
    settle(page)
    assert "q=accessibilite" in page.url
    assert cards(page)
    assert all(re.search("accessibilité", card, re.IGNORECASE) for card in cards(page))


def test_addresses_that_make_no_sense_open(demo_app: RunningApp, open_page: Callable[..., Any]) -> None:
    """Every parameter with what is no number, with a number that nothing has, and filters on pages without them."""
    used = re.findall(r'parameter\("(\w+)"\)', "".join(p.read_text() for p in (ROOT / "dashboard").rglob("*.py")))
    used = sorted({*used, *PARAMETERS})
    assert len(used) > 40
    names = sorted({*used, "page_mentions", "page_topic"} - {"lang"})
    page = open_page(demo_app.url)
    for path in PAGES:
        for value in ("²", "0"):
            first = {"since": "0001-01-01", "until": "0001-01-01", "at": "0001-01-01", "last": "0001-01-01"}
            given = dict.fromkeys(names, value) | (first if value == "0" else {})
            page.goto(f"{demo_app.url}/{path}?lang=en&{urlencode(given)}")
            settle(page)
            assert page.query_selector("[data-testid=stException]") is None, (path, value)
    page.goto(f"{demo_app.url}/?lang=en&brand=1&topic=1&sentiments=negative")
    settle(page)
    page.locator(".st-key-open-negative button").click()
    page.wait_for_url("**/mentions?**sentiments=negative**")


def test_a_click_on_a_bar_shows_its_posts(demo_app: RunningApp, open_page: Callable[..., Any]) -> None:
    page = open_page(f"{demo_app.url}/?lang=en")
    before = page.inner_text("[data-testid=stMainBlockContainer]")
    assert "Latest posts" in before
    page.locator("[data-testid=stVegaLiteChart]").first.locator("path[aria-roledescription=bar]").nth(-4).click()
    settle(page)
    page.wait_for_selector("text=Posts behind your click")
    days = {re.search(r"\d{1,2} \w{3} \d{4}", card)[0] for card in cards(page)}  # type: ignore[index]
    assert len(days) == 1


def test_french_from_the_browser_and_by_the_switch(demo_app: RunningApp, open_page: Callable[..., Any]) -> None:
    page = open_page(demo_app.url, locale="fr-FR")
    assert page.inner_text(SHOWN) == "Vue d’ensemble"
    page.get_by_role("radio", name="English").or_(page.get_by_role("button", name="English")).first.click()
    settle(page)
    assert page.inner_text(SHOWN) == "Overview"
    assert "lang=en" in page.url


def test_an_empty_store_says_what_to_do(tmp_path: Path, open_page: Callable[..., Any]) -> None:
    app = RunningApp(tmp_path, VIGIE_DEMO="false", VIGIE_WORKER="false")
    try:
        for name in list(PAGES)[:3]:
            page = open_page(f"{app.url}/{name}")
            told = "Follow a first source" if name == "" else "Nothing here yet"
            assert told in page.inner_text("[data-testid=stMainBlockContainer]")
    finally:
        app.close()


def test_a_record_that_ended_says_so_and_leads_to_its_end(tmp_path: Path, open_page: Callable[..., Any]) -> None:
    settings, now = Settings(data_dir=str(tmp_path), demo=False), datetime.now(UTC)
    store = Store(settings.store_url)
    with store.write() as connection:
        made, _ = add_source(connection, "file", "archive.csv", now)
        then = datetime(2025, 3, 5, 12, tzinfo=UTC)
        add_posts(connection, made.id, [NewPost("file", "1", "", "The last word.", published_at=then)], now)
    store.close()
    app = RunningApp(tmp_path, VIGIE_DEMO="false", VIGIE_WORKER="false")
    try:
        page = open_page(f"{app.url}/mentions?lang=en")
        note = page.locator(".st-key-nothing-so-late")
        assert "the latest is of 5 Mar 2025" in note.inner_text()
        note.get_by_role("button", name="Show the 30 days up to it").click()
        page.wait_for_selector("text=The last word.")
        settle(page)
        assert page.locator(".st-key-nothing-so-late").count() == 0
    finally:
        app.close()


def test_a_damaged_database_is_explained(tmp_path: Path, browser: Any) -> None:
    (tmp_path / "vigie.sqlite").write_bytes(b"broken" * 5_000)
    app = RunningApp(tmp_path, VIGIE_DEMO="false", VIGIE_WORKER="false")
    try:
        page = browser.new_page(locale="en-GB")
        page.goto(app.url)
        page.wait_for_selector("text=The database is damaged", timeout=120_000)
        words = page.inner_text("[data-testid=stApp]")
        assert "Traceback" not in words
        assert "restore" in words
        page.close()
    finally:
        app.close()


@pytest.mark.corpora
def test_hostile_posts_are_shown_exactly_and_run_nothing(tmp_path: Path, browser: Any, corpora: Path) -> None:
    strings = [s for s in json.loads((corpora / "hostile" / "blns.json").read_text()) if s.strip()]
    strings += (corpora / "hostile" / "xss.txt").read_text(errors="replace").splitlines()
    chosen = [s for s in strings if any(c in s for c in "<>[]$*_`:")][:: max(1, len(strings) // 70)][:25]
    store = Store(Settings(data_dir=str(tmp_path), demo=False).store_url)
    now = datetime.now(UTC)
    with store.write() as connection:
        source, _ = add_source(connection, "feed", "http://a", now, title=chosen[0])
        posts = [NewPost("feed", str(i), t, t, title="", author=t[:50], published_at=now) for i, t in enumerate(chosen)]
        add_posts(connection, source.id, posts, now)
    app = RunningApp(tmp_path, VIGIE_DEMO="false", VIGIE_WORKER="false")
    try:
        page, wrong = quietly(browser, app, "/mentions?copies=all", "[class*=st-key-card-]")
        shown = [element.inner_text() for element in page.query_selector_all("[data-testid=stText]")]
        squeeze = lambda text: re.sub(r"\s+", " ", text).strip()  # noqa: E731
        missing = [text for text in chosen if squeeze(text) not in {squeeze(s) for s in shown}]
        assert missing == []
        assert wrong == []
        page.close()
    finally:
        app.close()


def test_a_topic_says_who_speaks_and_where_and_opens_their_posts(demo_app: RunningApp, browser: Any) -> None:
    page = browser.new_page(locale="en-GB", viewport={"width": 1280, "height": 900})
    page.set_default_timeout(120_000)
    page.goto(f"{demo_app.url}/topics?lang=en")
    page.wait_for_selector("[data-testid=stDataFrame]")
    settle(page)
    table = page.locator("[data-testid=stDataFrame]").bounding_box()
    page.mouse.click(table["x"] + 18, table["y"] + 38 + 18)
    page.wait_for_selector("text=Who says it, and where")
    settle(page)
    words = page.inner_text("[data-testid=stMainBlockContainer]")
    assert re.search(r"\d+ posts from \d+ authors in \d+ places?\.", words)
    page.get_by_text("Who says it, and where").click()
    settle(page)
    button = page.locator("[class*=st-key-voice-] button").first
    number = int(re.search(r"(\d+) posts?$", button.inner_text().strip())[1])
    button.click()
    page.wait_for_url("**/mentions?*")
    page.wait_for_selector("[class*=st-key-card-]")
    settle(page)
    assert "sources=" in page.url
    assert "topic=" in page.url
    assert re.search(rf"\b{number} posts?\b", page.inner_text("[data-testid=stMainBlockContainer]"))
    page.close()


def test_one_box_from_a_pasted_address_to_a_followed_source(
    tmp_path: Path, browser: Any, serve: Callable[[Any], Loopback]
) -> None:
    feed = (
        b'<rss version="2.0"><channel><title>The potting shed</title><item><guid>urn:1</guid>'
        b"<title>Repotting a fig</title></item></channel></rss>"
    )
    server = serve(serve_files({"feed.xml": feed}))
    app = RunningApp(tmp_path, VIGIE_DEMO="false", VIGIE_WORKER="false", VIGIE_ALLOW_PRIVATE_NETWORK="true")
    try:
        page = browser.new_page(locale="en-GB", viewport={"width": 1280, "height": 900})
        page.set_default_timeout(120_000)
        page.goto(f"{app.url}/sources")
        box = page.get_by_label("Address, handle, hashtag, r/name…")
        box.fill("https://www.tiktok.com/@acme")
        box.press("Enter")
        page.wait_for_selector("text=This network shows nothing to programs")
        box.fill("@acme")
        box.press("Enter")
        page.get_by_role("button", name="Try @acme@mastodon.social").wait_for()
        box.fill(f"{server.url}/feed.xml")
        box.press("Enter")
        page.wait_for_selector("text=Repotting a fig")
        page.get_by_role("button", name="Follow", exact=True).click()
        page.wait_for_selector("[class*=st-key-card-]:has-text('Repotting a fig')")  # Overview, for it is the first
        settle(page)
        page.goto(f"{app.url}/sources")
        page.wait_for_selector("text=1 post ·")
        settle(page)  # a run that ends now would close what is opened meanwhile
        page.get_by_role("button", name="Manage").click()
        page.get_by_text("This is ours").last.click()
        page.wait_for_selector("text=· ours")
        with Store(Settings(data_dir=str(tmp_path), demo=False).store_url).read() as connection:
            (source,) = all_sources(connection)
        assert (source.title, source.is_own) == ("The potting shed", True)
        page.close()
    finally:
        app.close()

"""Reputation, alerts, events, people in a real browser: figures lead to posts, and what people set is kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from data.alerts import alerts
from data.alerts import rules as alerts_rules
from data.alerts.alerts import AlertFacts, Finding
from data.alerts.rules import AlertRule
from data.models import Brand, NewPost, to_epoch
from data.posts.ingest import add_posts
from data.reputation import counts as reputation
from data.reputation.brands import get_brands, save_brand
from data.settings import Settings
from data.source_list import add_source
from data.store import Store
from insights.pipeline.refresh import refresh
from tests.browser.conftest import cards, opens_cold, quietly, settle
from tests.conftest import RunningApp, measured

pytestmark = pytest.mark.browser
MAIN = "[data-testid=stMainBlockContainer]"
Open = Callable[..., Any]
VIEWS = [
    "reputation?view=why&days=7",
    "reputation?view=aspects&days=90",
    "reputation?view=actions&days=90",
    "reputation?view=check",
    "reputation?view=brands",
    "reputation?view=brands&edit=1",
    "reputation?view=brands&edit=new",
    "alerts?view=rest",
    "alerts?view=rules",
    "alerts?view=rules&rule=new",
    "alerts?view=channels",
    "alerts?view=channels&channel=new",
    "alerts?alert=1",
    "alerts?alert=99999",
    "people?view=places",
    "people?group=loyal",
    "reputation?days=7&langs=fr&by=source",
    "reputation?since=2019-01-01&until=2019-02-01",
]


@pytest.mark.parametrize("path", VIEWS)
@pytest.mark.parametrize(("lang", "scheme", "width"), [("en", "light", 1280), ("fr", "dark", 390)])
def test_every_view_opens_cold(
    demo_app: RunningApp, open_page: Open, path: str, lang: str, scheme: str, width: int
) -> None:
    opens_cold(open_page, f"{demo_app.url}/{path}&lang={lang}", scheme, width)


def test_the_trap_is_called_as_such(demo_app: RunningApp, open_page: Open) -> None:
    page = open_page(f"{demo_app.url}/reputation?days=7&lang=en")
    told = page.inner_text(MAIN)
    assert "Mind the mix of sources" in told
    assert re.search(r"Between [−+]0\.\d+ and [−+]0\.\d+, nine times in ten", told)
    assert re.search(r"Worse than the 7 days before|No clear change against the 7 days before", told)
    assert "Brimelo: " in told


def test_a_figure_opens_its_posts(demo_app: RunningApp, open_page: Open) -> None:
    page = open_page(f"{demo_app.url}/reputation?lang=en&days=30")
    page.locator(".st-key-open-negative button").click()
    page.wait_for_url("**/mentions?**")
    settle(page)
    assert "sentiments=negative" in page.url
    assert "brand=" in page.url
    assert cards(page)
    assert all("Negative" in card for card in cards(page))


def test_a_click_in_a_chart_filters_the_posts_below(demo_app: RunningApp, open_page: Open) -> None:
    page = open_page(f"{demo_app.url}/reputation?lang=en&days=30&by=source")
    before = page.locator("text=/^\\d+ posts/").first.inner_text()
    chart = page.locator(".st-key-groups-source [data-testid=stVegaLiteChart]").first
    chart.scroll_into_view_if_needed()
    dot = chart.locator("path[aria-roledescription=circle], .mark-symbol path").first
    dot.click(force=True)
    page.wait_for_selector("text=Posts behind your click")
    settle(page)
    assert page.locator("text=/^\\d+ posts/").first.inner_text() != before
    places = {re.search(r"· ([^·]+) ·", card.replace("\n", " "))[1].strip() for card in cards(page)}  # type: ignore[index]
    assert len(places) == 1


def test_the_crisis_is_followed_from_its_alert(demo_app: RunningApp, open_page: Open) -> None:
    page = open_page(f"{demo_app.url}/alerts?view=rest&lang=en")
    row = page.locator("[class*=st-key-alert-]").filter(has_text="outage").first
    assert "More posts than usual" in row.inner_text()
    assert "Tone falls" in row.inner_text()
    row.get_by_role("button", name="Follow the event").click()
    page.wait_for_selector("text=How it went")
    settle(page)
    told = page.inner_text(MAIN)
    assert "Is it only us? Every shift in our Brimelo planning is gone" in told
    assert "3 hours" in told
    assert "It reaches " in told
    assert re.search(r"user-[0-9a-f]{10}", told)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Export as a page").click()
    text = Path(waiting.value.path()).read_text(encoding="utf-8")
    assert "<script" not in text
    assert "Is it only us? Every shift in our Brimelo planning is gone" in text
    assert "an invented brand" in text


def test_a_rule_is_rehearsed_before_it_is_kept(demo_app: RunningApp, open_page: Open) -> None:
    page = open_page(f"{demo_app.url}/alerts?view=rules&rule=1&lang=en")
    assert re.search(r"It would have told something \d times? in the last 90 days", page.inner_text(MAIN))
    assert "where about" in page.inner_text(MAIN)


def test_people_lead_to_what_they_wrote(demo_app: RunningApp, open_page: Open) -> None:
    page = open_page(f"{demo_app.url}/people?lang=en")
    table = page.locator("[data-testid=stDataFrame]").first.bounding_box()
    page.mouse.click(table["x"] + 18, table["y"] + 38 + 18)
    page.wait_for_selector(".st-key-one-person")
    settle(page)
    page.locator(".st-key-person-posts button").click()
    page.wait_for_url("**/mentions?**author=**")
    settle(page)
    assert cards(page)
    page.goto(f"{demo_app.url}/people?lang=en")
    settle(page)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="CSV with pseudonyms").click()
    text = Path(waiting.value.path()).read_text(encoding="utf-8")
    assert re.search(r"^user-[0-9a-f]{10},", text, re.MULTILINE)
    assert "Jean" not in text


HOSTILE = (
    "<img src=x onerror=alert(1)> ![x](http://evil.example/a.png) Acme <script>alert(2)</script> :red[no] $x^2$ panne"
)
# Words of so sure a tone that the markup beside them leaves it sure: what is not sure is not quoted.
ANGRY = (
    "I hate this awful app, it crashes all the time and I am so disappointed. "
    "I want a refund, it is the worst app ever."
)


@pytest.fixture(scope="module")
def own_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    """An app with posts of one's own, all of them hostile, and an alert on them."""
    folder = tmp_path_factory.mktemp("own")
    settings = Settings(data_dir=str(folder), demo=False)
    store = Store(settings.store_url)
    now = datetime.now(UTC)
    save_brand(store, Brand(0, "Acme", True))
    with store.write() as connection:
        made, _ = add_source(connection, "feed", "http://a.example/feed", now, title=HOSTILE[:60])
        posts = [
            NewPost(
                "feed",
                str(n),
                f"{HOSTILE} {n}",
                f"{ANGRY}\nThe support is terrible {HOSTILE} {n}. The price is awful.",
                author=HOSTILE[:40],
                published_at=now - timedelta(hours=n),
                community=HOSTILE[:50],
                lang="en",
                url="javascript:alert(3)",
            )
            for n in range(40)
        ]
        add_posts(connection, made.id, posts, now)
    refresh(measured(store), settings)
    rule = alerts_rules.save_rule(store, AlertRule(0, "keyword", HOSTILE[:100], query="acme"), now)
    with store.write() as connection:
        ids = [int(row[0]) for row in connection.exec_driver_sql("SELECT id FROM post ORDER BY id")]
        moment = to_epoch(now)
        facts = AlertFacts(count=3, words=(HOSTILE, "panne"), name=HOSTILE)
        alerts.keep_finding(
            connection,
            AlertRule(rule, "keyword"),
            Finding("k", moment - 140_000, moment, moment, tuple(ids[:5]), ids[0], facts),
        )
    app = RunningApp(folder, VIGIE_DEMO="false", VIGIE_WORKER="false")
    yield app
    app.close()


@pytest.mark.parametrize(
    ("path", "wait"),
    [
        ("/reputation?lang=en&view=aspects", "text=Price"),
        ("/reputation?lang=en&view=check", "text=Keys: 1 negative"),
        ("/reputation?lang=en&view=brands&edit=1", "text=in 90 days"),
        ("/alerts?lang=en", "text=Follow the event"),
        ("/alerts?lang=en&alert=1", "text=How it went"),
        ("/people?lang=en", "text=CSV with pseudonyms"),
        ("/people?lang=en&view=places", "text=When to be there"),
    ],
)
def test_hostile_posts_run_nothing(own_app: RunningApp, browser: Any, path: str, wait: str) -> None:
    page, found = quietly(browser, own_app, path, wait)
    assert found == []
    assert page.query_selector("[data-testid=stException]") is None
    assert page.query_selector(f"{MAIN} img[src*=evil], {MAIN} script") is None
    assert "alert(1)" in page.inner_text(MAIN) or "canvas" in page.inner_html(MAIN)
    page.close()


def test_an_exported_event_runs_nothing(own_app: RunningApp, browser: Any, open_page: Open, tmp_path: Path) -> None:
    page = open_page(f"{own_app.url}/alerts?lang=en&alert=1")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Export as a page").click()
    target = tmp_path / "event.html"
    waiting.value.save_as(target)
    opened = browser.new_page()
    seen: list[str] = []
    opened.on("dialog", lambda dialog: (seen.append(dialog.message), dialog.dismiss()))
    opened.on("request", lambda request: None if request.url.startswith("file:") else seen.append(request.url))
    opened.goto(target.as_uri())
    opened.wait_for_timeout(500)
    assert seen == []
    assert re.search(re.escape(HOSTILE) + r" \d+\. The price is awful", opened.inner_text("body"))
    assert opened.query_selector("img, script") is None
    assert opened.query_selector("a[href^=javascript]") is None
    opened.close()


def test_the_error_game_and_a_brand_are_kept(own_app: RunningApp, open_page: Open) -> None:
    page = open_page(f"{own_app.url}/reputation?lang=en&view=check")
    for name in ("Negative", "Neutral"):
        page.locator(f".st-key-check-{name.lower()} button").click()
        settle(page)
    assert "2 of 100 posts" in page.inner_text(MAIN)
    folder = own_app.log.parent
    store = Store(Settings(data_dir=str(folder), demo=False).store_url)
    with store.read() as connection:
        assert sum(reputation.tone_checks(connection).values()) == 2
    page.goto(f"{own_app.url}/reputation?lang=en&view=brands&edit=new")
    page.wait_for_selector("text=What is it?")
    settle(page)
    page.get_by_label("Name", exact=True).fill("Rival")
    page.get_by_label("Name", exact=True).press("Enter")
    settle(page)
    assert "0 posts in 90 days" in page.inner_text(MAIN)
    page.locator(".st-key-brand-expert-0 label").first.click()
    settle(page)
    box = page.get_by_label("Query", exact=True)
    box.fill("(panne OR")
    box.press("Control+Enter")
    settle(page)
    assert "A parenthesis is not closed. Here: character 1" in page.inner_text(MAIN)
    page.locator(".st-key-brand-keep button").click()  # keeps nothing: the query cannot be read
    settle(page)
    assert "A parenthesis is not closed. Here: character 1" in page.inner_text(MAIN)
    box.fill("panne -zzz lang:en")
    box.press("Control+Enter")
    settle(page)
    assert "40 posts in 90 days" in page.inner_text(MAIN)
    page.locator(".st-key-brand-keep button").click()
    page.wait_for_selector("text=Being looked for")
    with store.read() as connection:
        rival = next(b for b in get_brands(connection) if b.name == "Rival")
    assert rival.expert == "panne -zzz lang:en"


def test_an_alert_is_closed_and_a_channel_kept(own_app: RunningApp, open_page: Open) -> None:
    page = open_page(f"{own_app.url}/alerts?lang=en&view=channels&channel=new")
    page.get_by_text("Another service", exact=True).click()
    settle(page)
    page.get_by_label("Name", exact=True).fill("Team")
    address = page.locator("input[type=password]")
    address.fill("nonsense")
    page.locator(".st-key-channel-keep button").click()
    page.wait_for_selector("text=No service has such an address")
    address.fill("json://127.0.0.1:9/hook")
    address.press("Enter")
    page.wait_for_selector("text=at once, day and night")
    settle(page)
    page.get_by_role("button", name="Send a test").click()
    page.wait_for_selector("text=It did not arrive")
    page.goto(f"{own_app.url}/alerts?lang=en")
    page.wait_for_selector("text=Follow the event")
    settle(page)
    page.get_by_role("button", name="Close", exact=True).first.click()
    page.wait_for_selector("text=Nothing unusual.")

"""Ideas, drafts, the calendar in a real browser; the feed of the calendar; a language model behind a real server."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import icalendar
import pytest
from aiohttp import web

from dashboard.web.calendar_feed import new_token, revoke
from data.content.themes import Themes, set_themes
from data.models import NewPost
from data.posts.ingest import add_posts
from data.settings import Settings
from data.source_list import add_source
from data.store import Store
from insights.pipeline.refresh import refresh
from tests.browser.conftest import cards, opens_cold, quietly, settle
from tests.conftest import Loopback, RunningApp, measured

pytestmark = pytest.mark.browser
MAIN = "[data-testid=stMainBlockContainer]"
Open = Callable[..., Any]
VIEWS = [
    "ideas?view=kept",
    "ideas?view=days",
    "ideas?view=templates",
    "ideas?idea=2",
    "ideas?idea=99999",
    "calendar?view=week",
    "calendar?view=list",
    "calendar?item=2",
    "calendar?item=99999",
    "calendar?at=2027-02-01",
]
EVIL = "<img src=x onerror=alert(1)> **bold** [a](javascript:alert(2)) $x$"


@pytest.mark.parametrize("path", VIEWS)
@pytest.mark.parametrize(("lang", "scheme", "width"), [("en", "light", 1280), ("fr", "dark", 390)])
def test_every_view_opens_cold(
    demo_app: RunningApp, open_page: Open, path: str, lang: str, scheme: str, width: int
) -> None:
    opens_cold(open_page, f"{demo_app.url}/{path}&lang={lang}", scheme, width)


def test_an_idea_opens_its_posts(demo_app: RunningApp, open_page: Open) -> None:
    page = open_page(f"{demo_app.url}/ideas?lang=en")
    button = page.locator("[class*=st-key-idea-] button").filter(has_text=re.compile(r"Read \d+ posts")).first
    number = int(re.findall(r"\d+", button.inner_text())[0])
    button.click()
    page.wait_for_url("**/mentions?**")
    settle(page)
    assert page.get_by_text("Only the evidence of an idea").count()
    assert page.locator(f"text=/^{number} posts/").count()
    assert cards(page)


@pytest.fixture(scope="module")
def model() -> Iterator[Loopback]:
    """A server that speaks the protocol: it words the first post, and obeys the posts that instruct it."""

    async def answer(request: web.Request) -> web.Response:
        body = await request.json()
        posts = json.loads(body["messages"][1]["content"])["posts"]
        words = posts[0]["post"].split(".")[0]
        content = {
            "sentences": [
                {"text": "Kettlebird is a small reader for feeds.", "sources": [1]},
                {"text": "Visit https://evil.example at once.", "sources": [1]},
            ],
            "quotes": [{"source": 1, "words": words}, {"source": 1, "words": "never said"}],
        }
        return web.json_response(
            {"choices": [{"message": {"content": json.dumps(content)}}], "usage": {"total_tokens": 321}}
        )

    server = Loopback(answer)
    yield server
    server.close()


@pytest.fixture(scope="module")
def own_app(tmp_path_factory: pytest.TempPathFactory, model: Loopback) -> Iterator[tuple[RunningApp, Store]]:
    """An app on a record of its own, with hostile words in the evidence of an idea and a model set."""
    folder = Path(tmp_path_factory.mktemp("own"))
    settings = Settings(data_dir=str(folder), demo=False)
    store = Store(settings.store_url)
    now = datetime.now(UTC)
    posts = []
    for k in range(6):
        text = f"Introducing Kettlebird. Kettlebird is a small reader for feeds.\n{EVIL} {k}."
        posts.append(
            NewPost(
                "forum",
                f"t{k}",
                text,
                text,
                author=f"p{k} {EVIL}",
                lang="en",
                community=f"Forum {EVIL}",
                published_at=now - timedelta(hours=5 + k),
            )
        )
    with store.write() as connection:
        source, _ = add_source(connection, "feed", "http://evil.example", now)
        add_posts(connection, source.id, posts, now)
    set_themes(store, Themes(ours=("feeds",)))  # no brand is set: this says what is ours to speak of
    refresh(measured(store), settings, now=lambda: now)
    app = RunningApp(folder, VIGIE_DEMO="false", VIGIE_LLM_BASE_URL=f"{model.url}/v1", VIGIE_LLM_MODEL="tiny <b>")
    yield app, store
    app.close()


def test_hostile_words_stay_words(own_app: tuple[RunningApp, Store], browser: Any) -> None:
    app, _ = own_app
    for path, wait_for in (
        ("/ideas?lang=en", "text=Draft it"),
        ("/ideas?lang=en&idea=1", "text=Put it in the calendar"),
    ):
        page, found = quietly(browser, app, path, wait_for)
        assert found == [], path
        assert page.locator(f"{MAIN} img[src=x]").count() == 0
        page.close()


def test_a_model_words_it_and_what_it_makes_up_is_dropped(own_app: tuple[RunningApp, Store], open_page: Open) -> None:
    app, _ = own_app
    page = open_page(f"{app.url}/ideas?lang=en&idea=1")
    page.get_by_role("button", name="Have the model word it").click()
    page.wait_for_selector("text=Written by")
    settle(page)
    told = page.locator("[class*=st-key-model-]").first.inner_text()
    assert "Kettlebird is a small reader for feeds." in told
    assert "evil.example" not in told
    assert "never said" not in told
    assert "2 parts were dropped" in told
    page.get_by_text("What was dropped").click()
    page.wait_for_selector("text=never said")
    assert "names an address that its posts do not" in page.locator("[class*=st-key-model-]").first.inner_text()
    assert "321 tokens" in told


def test_an_idea_becomes_an_item_and_is_dismissed(own_app: tuple[RunningApp, Store], open_page: Open) -> None:
    app, _ = own_app
    page = open_page(f"{app.url}/ideas?lang=en&idea=1")
    assert re.search(r"\d+ of 500 characters|A thread of \d+ posts", page.inner_text(MAIN))
    link = page.get_by_role("link", name="Open in its own composer").first.get_attribute("href")
    assert re.match(r"https://(mastodon\.social/share|www\.linkedin\.com/feed/)\?", str(link))
    page.get_by_role("button", name="Add", exact=True).last.click()
    page.wait_for_url("**/calendar?**")
    settle(page)
    told = page.inner_text(MAIN)
    assert "Kettlebird" in told
    assert "Its idea" in told
    for name in ("Markdown", "PDF", "HTML", "Word"):
        with page.expect_download() as download:
            page.get_by_role("button", name=name, exact=True).click()
        assert Path(str(download.value.path())).stat().st_size > 300
    page.get_by_label("Title").fill("A better title")
    page.locator("[data-testid=stButtonGroup]").get_by_text("Ready", exact=True).click()
    settle(page)
    page.get_by_role("button", name="Save", exact=True).click()
    settle(page)
    page = open_page(f"{app.url}/calendar?lang=en&view=list")
    assert "A better title" in page.inner_text(MAIN)
    page = open_page(f"{app.url}/ideas?lang=en")
    page.get_by_role("button", name="Dismiss").first.click()
    page.get_by_role("button", name="Weak evidence").first.click()
    settle(page)
    page = open_page(f"{app.url}/ideas?lang=en&view=dismissed")
    assert "Dismissed: Weak evidence" in page.inner_text(MAIN)


def test_the_feed_opens_with_its_token_alone(own_app: tuple[RunningApp, Store]) -> None:
    app, store = own_app

    def get(token: str) -> tuple[int, bytes, Any]:
        try:
            with urllib.request.urlopen(f"{app.url}/calendar-feed/{token}.ics", timeout=20) as reply:
                return reply.status, reply.read(), reply.headers
        except urllib.error.HTTPError as error:
            return error.code, error.read(), error.headers

    closed = get("anything")
    token = new_token(store)
    assert len(token) >= 43  # 256 bits
    status, body, headers = get(token)
    assert status == 200
    assert headers["referrer-policy"] == "no-referrer"
    assert icalendar.Calendar.from_ical(body).name == "VCALENDAR"
    answers = {get(wrong)[:2] for wrong in ("x", token[:-1], token + "x", "%C3%A9" * 100)}
    assert answers == {closed[:2]} == {(404, b"Not found")}
    assert {get(wrong)[0] for wrong in ("%00", "..%2f..%2fetc")} <= {400, 404}
    other = new_token(store)
    assert get(token)[0] == 404
    assert get(other)[0] == 200
    revoke(store)
    assert get(other)[0] == 404

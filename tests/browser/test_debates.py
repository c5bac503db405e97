"""Debates and new tools in a real browser: cards with camps, figures that open posts, what people set is kept."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from data.models import NewPost
from data.posts.ingest import add_posts
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
    "debates?days=90",
    "debates?view=criticism&days=90",
    "debates?view=lively&days=90",
    "debates?view=aside&days=90",
    "debates?debate=99999",
    "debates?debate=2",
    "debates?debate=2&part=time",
    "debates?debate=2&part=stances&who=1",
    "debates?debate=2&part=act",
    "tools?days=120",
    "tools?view=table&days=120",
    "tools?view=week",
    "tools?view=followed",
    "tools?view=aside",
    "tools?tool=99999",
    "tools?since=2019-01-01&until=2019-02-01",
]


@pytest.mark.parametrize("path", VIEWS)
@pytest.mark.parametrize(("lang", "scheme", "width"), [("en", "light", 1280), ("fr", "dark", 390)])
def test_every_view_opens_cold(
    demo_app: RunningApp, open_page: Open, path: str, lang: str, scheme: str, width: int
) -> None:
    opens_cold(open_page, f"{demo_app.url}/{path}&lang={lang}", scheme, width)


def test_both_planted_debates_are_there_with_their_camps(demo_app: RunningApp, open_page: Open) -> None:
    page = open_page(f"{demo_app.url}/debates?lang=en&days=90")
    told = page.inner_text(MAIN)
    assert "Should Brimelo charge per member or one price per association?" in told
    assert "Should everyone in a club see who attends and who does not?" in told
    assert len(re.findall(r"Controversy \d+", told)) == 2
    assert told.count("The same question in another language") == 2
    page.get_by_text("How this score is made").first.click()
    settle(page)
    assert re.search(r"Together \d+, between \d+ and \d+", page.inner_text(MAIN))


def test_a_camp_opens_its_posts(demo_app: RunningApp, open_page: Open) -> None:
    page = open_page(f"{demo_app.url}/debates?lang=en&days=90")
    button = page.locator("[class*=st-key-camp-card-] button").first
    number = int(re.findall(r"(\d+) posts", button.inner_text())[0])
    button.click()
    page.wait_for_url("**/mentions?**")
    settle(page)
    assert "side=" in page.url
    assert page.get_by_text("Only posts of one side of a debate").count()
    assert page.locator(f"text=/^{number} posts/").count()
    assert cards(page)


def test_a_tool_is_followed_noted_and_shared(demo_app: RunningApp, open_page: Open) -> None:
    page = open_page(f"{demo_app.url}/tools?lang=en&view=week")
    told = page.inner_text(MAIN)
    assert "MinuteMoth" in told
    assert "Demo: these tools and posts are invented." in told
    page = open_page(f"{demo_app.url}/tools?lang=en&days=120")
    assert "7 new tools" in page.inner_text(MAIN)


@pytest.fixture(scope="module")
def own_app(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """An app on a record of its own, with hostile names and words in a debate and in a tool."""
    folder = Path(tmp_path_factory.mktemp("own"))
    settings = Settings(data_dir=str(folder), demo=False)
    store = Store(settings.store_url)
    now = datetime.now(UTC)
    evil = "<img src=x onerror=alert(1)> **bold** [a](javascript:alert(2)) $x$"
    posts = [
        NewPost(
            "forum",
            "r",
            f"Should we pay? {evil}",
            f"Should we pay? {evil}",
            title="Should we <b>pay</b> more?",
            author=f"Asker {evil}",
            published_at=now - timedelta(days=2),
            root_id="r",
            community=f"Forum {evil}",
        )
    ]
    for k in range(12):
        text = (f"I'm in favour of it, {evil}" if k % 2 else f"I'm against it because {evil}") + f" {k}"
        posts.append(
            NewPost(
                "forum",
                f"r{k}",
                text,
                text,
                author=f"p{k} {evil}",
                root_id="r",
                parent_id="r",
                published_at=now - timedelta(days=1, minutes=-k),
                community=f"Forum {evil}",
            )
        )
    told = f"Introducing Kettlebird, a small reader for feeds.\n{evil}"
    posts.append(NewPost("forum", "t", told, told, author=f"maker {evil}", published_at=now - timedelta(hours=5)))
    with store.write() as connection:
        source, _ = add_source(connection, "feed", "http://evil.example", now)
        add_posts(connection, source.id, posts, now)
    refresh(measured(store), settings, now=lambda: now)
    store.close()
    app = RunningApp(folder, VIGIE_DEMO="false")
    yield app
    app.close()


def test_hostile_words_stay_words(own_app: RunningApp, browser: Any) -> None:
    for path, wait_for in (
        ("/debates?lang=en", "text=Open the debate"),
        ("/debates?lang=en&debate=1", "text=Common ground"),
        ("/debates?lang=en&debate=1&part=act", "text=Calm it"),
        ("/tools?lang=en&view=week", "text=Kettlebird"),
        ("/tools?lang=en&tool=1", "text=How it spread"),
    ):
        page, found = quietly(browser, own_app, path, wait_for)
        assert found == [], path
        assert page.locator(f"{MAIN} img[src=x]").count() == 0
        page.close()


def test_a_wrong_side_is_corrected_and_the_debate_told_anew(own_app: RunningApp, open_page: Open) -> None:
    page = open_page(f"{own_app.url}/debates?lang=en&debate=1&part=stances&who=1")
    before = page.get_by_text(re.compile(r"^For \d+$")).first.inner_text()
    page.get_by_role("button", name="Wrong side?").first.click()
    page.get_by_role("button", name="Against", exact=True).first.click()
    settle(page)
    page.wait_for_timeout(800)
    page = open_page(f"{own_app.url}/debates?lang=en&debate=1&part=stances")
    after = page.get_by_text(re.compile(r"^For \d+$")).first.inner_text()
    assert int(after.split()[1]) == int(before.split()[1]) - 1


def test_what_is_set_aside_is_found_there(own_app: RunningApp, open_page: Open) -> None:
    page = open_page(f"{own_app.url}/debates?lang=en")
    page.get_by_role("button", name="Not a debate").first.click()
    settle(page)
    assert "No debate in this period" in page.inner_text(MAIN)
    page = open_page(f"{own_app.url}/debates?lang=en&view=aside")
    page.get_by_role("button", name="Bring it back").first.click()
    settle(page)
    page = open_page(f"{own_app.url}/debates?lang=en")
    assert page.get_by_role("button", name="Open the debate").count() == 1


def test_a_decision_on_a_tool_is_kept(own_app: RunningApp, open_page: Open) -> None:
    page = open_page(f"{own_app.url}/tools?lang=en&tool=1")
    assert "Kettlebird" in page.inner_text(MAIN)
    page.get_by_role("button", name="Known already").click()
    settle(page)
    page = open_page(f"{own_app.url}/tools?lang=en")
    assert "No new tool was named in this period" in page.inner_text(MAIN)
    page = open_page(f"{own_app.url}/tools?lang=en&tool=1")
    page.get_by_role("button", name="Known already").first.click()
    settle(page)
    page = open_page(f"{own_app.url}/tools?lang=en")
    assert "1 new tool" in page.inner_text(MAIN)

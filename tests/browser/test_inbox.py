"""The inbox in a real browser: answer by keyboard, judge, quote, undo; two people at once; hostile text marked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from data.actor import Actor, acting
from data.inbox import moderation, triage
from data.models import NewPost
from data.posts.ingest import add_posts
from data.settings import Settings
from data.source_list import add_source
from data.store import Store
from tests.browser.conftest import cards, opens_cold, quietly, settle
from tests.conftest import RunningApp

pytestmark = pytest.mark.browser
MAIN = "[data-testid=stMainBlockContainer]"
Open = Callable[..., Any]


@pytest.mark.parametrize("view", ["answer", "moderate", "quotes", "words"])
@pytest.mark.parametrize(("lang", "scheme", "width"), [("en", "light", 1280), ("fr", "dark", 390)])
def test_every_view_opens_cold(
    demo_app: RunningApp, open_page: Open, view: str, lang: str, scheme: str, width: int
) -> None:
    opens_cold(open_page, f"{demo_app.url}/mentions?view={view}&lang={lang}", scheme, width)


def test_kinds_filter_and_count(demo_app: RunningApp, open_page: Open) -> None:
    page = open_page(f"{demo_app.url}/mentions?lang=en&days=90&copies=all")
    button = page.get_by_role("button", name=re.compile(r"^Praise \d+$"))
    number = int(re.search(r"\d+", button.inner_text())[0])  # type: ignore[index]
    button.click()
    settle(page)
    assert "intents=praise" in page.url
    assert all("Praise" in card for card in cards(page))
    assert re.search(rf"\b{number} posts\b", page.inner_text(MAIN))


@pytest.fixture(scope="module")
def own_app(demo_today: Callable[[str], Path]) -> Iterator[RunningApp]:
    """A demo of its own, for tests that change it."""
    app = RunningApp(demo_today("inbox"), VIGIE_DEMO="true")
    yield app
    app.close()


def waiting(page: Any) -> int:
    return int(re.search(r"(\d+) posts? waits? for an answer", page.inner_text(MAIN).replace(",", ""))[1])  # type: ignore[index]


def test_answering_by_keyboard_with_undo(own_app: RunningApp, open_page: Open) -> None:
    page = open_page(f"{own_app.url}/mentions?view=answer&lang=en")
    before = waiting(page)
    assert "done today" not in page.inner_text(MAIN)
    page.keyboard.press("e")
    page.get_by_role("button", name="Undo").wait_for()
    settle(page)
    assert waiting(page) == before - 1
    assert "1 done today" in page.inner_text(MAIN)
    page.get_by_role("button", name="Undo").click()
    settle(page)
    assert waiting(page) == before
    page.keyboard.press("j")
    settle(page)
    page.keyboard.press("d")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Your reply").wait_for()
    text = dialog.get_by_label("Your reply").input_value()
    assert len(text) > 20
    assert dialog.locator("[data-testid=stCode]").count() == 0  # the reply stands there once
    question = dialog.locator("[class*=st-key-card-draft-]").first.inner_text()
    assert "What we answered before" in dialog.inner_text()
    assert question.strip()
    assert dialog.get_by_role("link", name="Open the post to reply").get_attribute("href").startswith("https://")


def test_judging_the_worst_first_with_its_context(own_app: RunningApp, open_page: Open) -> None:
    page = open_page(f"{own_app.url}/mentions?view=moderate&lang=en")
    assert "Conflict barometer" in page.inner_text(MAIN)
    case = page.locator("[class*=st-key-case-]").first
    case.get_by_role("button", name="Fine").wait_for()
    assert case.locator("span.stMarkdownColoredBackground").count() >= 1
    page.keyboard.press("2")
    page.get_by_role("button", name="Undo").wait_for()
    settle(page)
    page.get_by_role("button", name="Under watch").or_(page.get_by_role("radio", name="Under watch")).first.click()
    settle(page)
    assert page.locator("[class*=st-key-case-]").count() == 1
    page.get_by_role("button", name="Read the thread").first.click()
    settle(page)
    assert "post=" in page.url
    assert len(cards(page)) == 9


def test_quotes_are_collected_and_exported(own_app: RunningApp, open_page: Open) -> None:
    page = open_page(f"{own_app.url}/mentions?lang=en")
    first = page.locator("[class*=st-key-card-mentions-]").first
    words = first.locator("[data-testid=stText]").first.inner_text()
    first.locator("[class*=st-key-quote-] button").first.click()
    settle(page)
    page.goto(f"{own_app.url}/mentions?view=quotes&lang=en")
    page.wait_for_selector("[class*=st-key-quote-]")
    settle(page)
    assert words in page.inner_text(MAIN)
    with page.expect_download() as download:
        page.get_by_role("button", name="JSON").click()
    assert words.split("\n")[0] in Path(download.value.path()).read_text()
    assert "user-" in page.inner_text(MAIN)


def test_one_click_puts_the_tone_right(own_app: RunningApp, open_page: Open) -> None:
    page = open_page(f"{own_app.url}/mentions?lang=en&sentiments=neutral")
    first = page.locator("[class*=st-key-card-mentions-]").first
    words = first.locator("[data-testid=stText]").first.inner_text()
    first.locator("[class*=st-key-more-] button").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("tab", name="Correct").click()
    dialog.get_by_role("button", name="Negative").click()
    page.get_by_role("button", name="Undo").wait_for()
    settle(page)
    assert words not in [card.split("\n")[0] for card in cards(page)]
    query = " ".join(re.findall(r"\w{5,}", words)[:5])
    page.goto(f"{own_app.url}/mentions?lang=en&sentiments=negative&q={query}")
    page.wait_for_selector("[class*=st-key-card-]")
    settle(page)
    assert any(words.split("\n")[0] in card for card in cards(page))


def test_many_at_once(own_app: RunningApp, open_page: Open) -> None:
    page = open_page(f"{own_app.url}/mentions?lang=en&select=yes&q=festival")
    page.get_by_text(re.compile(r"^all \d+ found by the search$")).click()
    settle(page)
    button = page.get_by_role("button", name=re.compile(r"^Apply to \d+ posts$"))
    number = re.search(r"\d+", button.inner_text())[0]  # type: ignore[index]
    button.click()
    page.wait_for_selector(f"text={number} posts changed")
    page.get_by_role("button", name="Undo").click()
    page.wait_for_selector("text=posts changed", state="hidden")


def test_two_people_and_the_same_post(own_app: RunningApp, open_page: Open) -> None:
    first = open_page(f"{own_app.url}/mentions?lang=en&q=Kanvio")
    second = open_page(f"{own_app.url}/mentions?lang=en&q=Kanvio")
    for page, name in ((first, "Ana"), (second, "Ben")):
        page.get_by_role("button", name=re.compile("Your name")).click()
        page.get_by_role("textbox", name="Your name").fill(name)
        page.get_by_role("textbox", name="Your name").press("Enter")
        settle(page)
        page.locator("[class*=st-key-card-mentions-]").first.locator("[class*=st-key-more-] button").first.click()
        page.get_by_role("dialog").wait_for()
    for page in (first, second):
        page.get_by_role("dialog").get_by_role("button", name="3 days" if page is first else "7 days").click()
        settle(page)
    assert first.get_by_role("button", name="Undo").count() == 1
    words = second.inner_text(MAIN)
    assert "Ana changed this" in words
    assert "Your change was not written" in words


@pytest.mark.corpora
def test_marked_hostile_text_is_exact_and_runs_nothing(tmp_path: Path, browser: Any, corpora: Path) -> None:
    lines = (corpora / "hostile" / "xss.txt").read_text(errors="replace").splitlines()
    lines = [line for line in lines if len(line) < 300][:: max(1, len(lines) // 10)][:9]
    store = Store(Settings(data_dir=str(tmp_path), demo=False).store_url)
    now = datetime.now(UTC)
    with store.write() as connection:
        source, _ = add_source(connection, "feed", "http://a", now, title="T")
        posts = [NewPost("feed", str(i), t, t, published_at=now) for i, t in enumerate(lines)]
        add_posts(connection, source.id, posts, now)
        stored = connection.exec_driver_sql("SELECT post_id, plain FROM post_text").all()
        moderation.save_cases(
            connection, [], [moderation.Case(i, 0.9, 0.0, tuple(re.findall(r"\w{4,}", t)[:3])) for i, t in stored]
        )
    app = RunningApp(tmp_path, VIGIE_DEMO="false", VIGIE_WORKER="false")
    try:
        page, wrong = quietly(browser, app, "/mentions?view=moderate", "[class*=st-key-case-]")
        squeeze = lambda text: re.sub(r"\s+", "", text)  # noqa: E731
        shown = squeeze(page.inner_text(MAIN))
        assert [text for _, text in stored if squeeze(text) not in shown] == []
        assert wrong == []
        page.close()
    finally:
        app.close()


def test_what_another_did_meanwhile_is_kept(own_app: RunningApp, open_page: Open) -> None:
    page = open_page(f"{own_app.url}/mentions?lang=en&q=Tribuno")
    folder = own_app.log.parent
    store = Store(f"sqlite:///{folder / 'demo.sqlite'}")
    key = page.locator("[class*=st-key-card-mentions-]").first.get_attribute("class")
    post = int(re.search(r"st-key-card-mentions-(\d+)", key)[1])  # type: ignore[index]
    with acting(Actor(9, "Cleo", "member")):
        triage.change(store, [post], "starred", "yes", datetime.now(UTC))
    page.locator("[class*=st-key-star-] button").first.click()
    settle(page)
    with store.read() as connection:
        assert triage.triage_of(connection, [post])[post].starred == "yes"

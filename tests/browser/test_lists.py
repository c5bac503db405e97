"""Lists of posts in a real browser: how many a screen holds, undo where one clicked, many at once, the keys."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import settle
from tests.conftest import RunningApp

pytestmark = pytest.mark.browser
Open = Callable[..., Any]
MAIN = "[data-testid=stMainBlockContainer]"
CARD = f"{MAIN} [class*=st-key-card-]"
SCREEN = {"width": 1280, "height": 800}
# The cards that are seen whole on the first screen.
WHOLE = f"""() => [...document.querySelectorAll("{CARD}")]
    .filter((node) => node.getBoundingClientRect().bottom <= innerHeight).length"""


@pytest.fixture(scope="module")
def own_app(demo_today: Callable[[str], Path]) -> Iterator[RunningApp]:
    """A demo of its own, for tests that change it."""
    app = RunningApp(demo_today("lists"), VIGIE_DEMO="true", VIGIE_WORKER="false")
    yield app
    app.close()


def number(page: Any, words: str) -> int:
    return int(re.search(words, page.inner_text(MAIN))[1])  # type: ignore[index]


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_screen_holds_three_cards_or_eight_lines(own_app: RunningApp, open_page: Open, lang: str) -> None:
    page = open_page(f"{own_app.url}/mentions?view=answer&lang={lang}", viewport=SCREEN)
    assert page.evaluate(WHOLE) >= 3
    page.get_by_role("radio", name={"en": "Compact", "fr": "Lignes"}[lang]).click()
    settle(page)
    assert "look=compact" in page.url
    assert page.evaluate(WHOLE) >= 8
    line = page.locator(CARD).first
    first = line.locator("[data-testid=stText]").inner_text()
    assert first
    assert line.get_by_role("button", name={"en": "Handled", "fr": "Traité"}[lang]).count() == 1
    # The choice goes along to the other lists, which need not be told.
    page.get_by_role("radio", name={"en": "To judge", "fr": "À modérer"}[lang]).click()
    settle(page)
    assert "look=compact" in page.url
    assert page.locator("[class*=st-key-card-line-case-]").count() > 3
    # Nor told at the next visit.
    page = open_page(f"{own_app.url}/mentions?view=answer&lang={lang}", viewport=SCREEN)
    assert page.evaluate(WHOLE) >= 8
    page.get_by_role("radio", name={"en": "Cards", "fr": "Cartes"}[lang]).click()
    settle(page)


def test_a_line_shows_what_one_chooses(own_app: RunningApp, open_page: Open) -> None:
    page = open_page(f"{own_app.url}/mentions?look=compact&lang=en")
    line = page.locator(CARD).first
    assert "points" not in line.inner_text()
    page.get_by_role("button", name="What a line shows").click()
    page.get_by_role("button", name="Reach", exact=True).click()
    page.get_by_role("button", name="Tone", exact=True).last.click()
    settle(page)
    assert "columns=source,kind,reach" in page.url.replace("%2C", ",")
    assert re.search(r"points?|replies|reach not known", line.inner_text())
    assert not re.search("Neutral|Positive|Negative|Unsure", line.inner_text())
    page = open_page(f"{own_app.url}/mentions?lang=en")
    assert re.search(r"points?|replies|reach not known", page.locator(CARD).first.inner_text())
    page.get_by_role("radio", name="Cards").click()
    settle(page)


def test_undo_stands_where_one_clicked_for_ten_seconds(own_app: RunningApp, open_page: Open) -> None:
    page = open_page(f"{own_app.url}/mentions?view=answer&lang=en", viewport=SCREEN)
    words = r"(\d+) posts? waits? for an answer"
    before = number(page, words)
    card = page.locator(CARD).nth(1)
    name = re.search(r"st-key-card-\S+", card.get_attribute("class"))[0]  # type: ignore[index]
    place = card.bounding_box()["y"]
    card.get_by_role("button", name="Handled").click()
    undo = page.locator(f".{name}").get_by_role("button", name="Undo")
    undo.wait_for()
    settle(page)
    assert number(page, words) == before - 1
    assert page.locator(f".{name}").bounding_box()["y"] == place  # it did not move under the mouse
    undo.click()
    settle(page)
    assert number(page, words) == before
    page.locator(f".{name}").get_by_role("button", name="Handled").click()
    undo.wait_for()
    undo.wait_for(state="detached", timeout=20_000)  # by itself
    assert page.locator(f".{name}").bounding_box()["y"] == place
    page.reload()
    page.wait_for_selector(CARD)
    settle(page)
    assert number(page, words) == before - 1
    assert page.locator(f".{name}").count() == 0


def test_keys_go_on_to_what_is_still_to_be_done(own_app: RunningApp, open_page: Open) -> None:
    page = open_page(
        f"{own_app.url}/mentions?view=answer&look=compact&lang=fr", viewport={"width": 1280, "height": 500}
    )
    marked = page.locator(f"{CARD}:has(.st-key-marked)")
    first = marked.get_attribute("class")
    page.keyboard.press("e")
    page.get_by_role("button", name="Annuler").wait_for()
    settle(page)
    assert marked.get_attribute("class") != first
    for _press in range(6):
        page.keyboard.press("j")
        settle(page)
    box = marked.bounding_box()
    assert 0 <= box["y"] <= box["y"] + box["height"] <= 500  # the page goes along
    page.keyboard.press("Shift+?")
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("Proposer une réponse").or_(dialog.get_by_text("Préparer une réponse")).first.wait_for()
    told = dialog.inner_text()
    for key in ("J", "K", "E", "S", "D", "U", "/", "Ctrl + K", "?"):
        assert re.search(rf"(?m)^{re.escape(key)} · ", told), key
    page.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    page.goto(f"{own_app.url}/mentions?lang=fr")
    page.wait_for_selector(CARD)
    settle(page)
    page.locator(f"{MAIN} input").first.press("?")
    page.wait_for_timeout(500)
    assert dialog.count() == 0  # a field keeps what is typed


def test_many_of_a_queue_are_changed_and_taken_back_whole(own_app: RunningApp, open_page: Open) -> None:
    page = open_page(f"{own_app.url}/mentions?view=moderate&look=compact&select=yes&lang=en")
    before = number(page, r"(\d+) posts? in this period")
    page.get_by_text(f"all {before} that wait").click()
    settle(page)
    page.get_by_role("button", name=f"Apply to {before} posts").click()
    page.wait_for_selector(f"text={before} posts changed: Decision: Fine")
    settle(page)
    assert "0 posts in this period" in page.inner_text(MAIN)
    page.get_by_role("button", name="Undo").click()
    settle(page)
    assert number(page, r"(\d+) posts? in this period") == before

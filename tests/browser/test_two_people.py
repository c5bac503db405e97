"""Two people who have signed in, each in a browser of their own, on one post: each sees what the other does while their
page is open, and whatever both change, nobody's change goes without a word."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from data.inbox import triage
from data.models import Triage
from data.settings import Settings
from data.store import Store
from tests.browser.conftest import SHOWN, settle
from tests.conftest import RunningApp
from tests.dashboard.web.test_gate import PASSWORD, make_team

pytestmark = pytest.mark.browser
CARD = "[class*=st-key-card-mentions-]"


@pytest.fixture(scope="module")
def folder(demo_today: Callable[[str], Path]) -> Path:
    made = demo_today("two-people")
    make_team(made)
    return made


@pytest.fixture(scope="module")
def app(folder: Path) -> Iterator[RunningApp]:
    running = RunningApp(folder, VIGIE_DEMO="true", VIGIE_WORKER="false")
    yield running
    running.close()


@pytest.fixture(scope="module")
def people(app: RunningApp, browser: Any) -> Iterator[tuple[Any, Any]]:
    """Ana in English and Bob in French, both signed in."""
    contexts, pages = [], []
    for login, lang in (("ana", "en"), ("bob", "fr")):
        context = browser.new_context(viewport={"width": 1280, "height": 900}, locale=lang)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.goto(f"{app.url}/signin?next=/mentions%3Flang%3D{lang}")
        page.fill("#login", login)
        page.fill("#password", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_selector(CARD, timeout=120_000)
        pages.append(page)
    yield pages[0], pages[1]
    for context in contexts:
        context.close()


@pytest.fixture
def both(app: RunningApp, people: tuple[Any, Any], request: pytest.FixtureRequest) -> tuple[Any, Any, int]:
    """Both at the same page, just drawn, and the post that they act on: another one each time."""
    for page, lang in zip(people, ("en", "fr"), strict=True):
        page.goto(f"{app.url}/mentions?lang={lang}&days=90")
        page.wait_for_selector(SHOWN)
        page.wait_for_selector(CARD)
        settle(page)
    place = request.node.callspec.params.get("place", 0) if hasattr(request.node, "callspec") else 0
    names = people[0].locator(CARD).nth(place).get_attribute("class").split()
    key = next(name for name in names if name.startswith("st-key-card-mentions-"))
    return (*people, int(key.rpartition("-")[2]))


def card(page: Any, post: int) -> Any:
    return page.locator(f".st-key-card-mentions-{post}")


def state_of(folder: Path, post: int) -> tuple[Triage, dict[str, str]]:
    store = Store(Settings(data_dir=str(folder), demo=True).store_url)
    with store.read() as connection:
        return triage.triage_of(connection, [post])[post], triage.labels_of(connection, [post]).get(post, {})


def test_what_one_does_shows_on_the_others_card_while_it_is_open(both: tuple[Any, Any, int], folder: Path) -> None:
    ana, bob, post = both
    ana.evaluate("window.isTheSamePage = true")
    bob.locator(f".st-key-done-mentions-{post} button").first.click()
    told = card(ana, post).get_by_text("Just now:")
    told.wait_for(timeout=15_000)
    assert "Bob" in told.inner_text()
    assert "Handled" in told.inner_text()
    assert ana.evaluate("window.isTheSamePage")
    settle(bob)
    bob.locator(f".st-key-done-mentions-{post} button").first.click()
    card(ana, post).get_by_text("taken back").wait_for(timeout=15_000)
    assert state_of(folder, post)[0].handled == ""
    # and what she does herself is no news to her
    ana.locator(f".st-key-star-mentions-{post} button").first.click()
    settle(ana)
    card(bob, post).get_by_text("Ana").wait_for(timeout=15_000)
    ana.wait_for_timeout(3_000)
    assert card(ana, post).get_by_text("Just now:").count() == 0


def opened(page: Any, post: int, tab: int) -> Any:
    """The box about a post, at one of its tabs: follow up, correct, history."""
    page.locator(f".st-key-more-mentions-{post} button").first.click()
    box = page.get_by_role("dialog")
    box.get_by_role("tab").nth(tab).click()
    page.wait_for_timeout(300)
    return box


def press(box: Any, name: str) -> None:
    box.get_by_role("button", name=name, exact=True).locator("visible=true").first.click()


def typed_note(box: Any, words: str, save: str) -> None:
    box.locator("textarea").fill(words)
    press(box, save)


def named(box: Any, name: str, save: str) -> None:
    field = box.get_by_role("combobox").locator("visible=true").first
    field.fill(name)
    field.press("Enter")
    press(box, save)


def marked(box: Any, kind: str, save: str) -> None:
    box.get_by_role("button", name=kind, exact=True).first.click()
    press(box, save)


def moved(box: Any, place: int, save: str) -> None:
    field = box.get_by_role("combobox").locator("visible=true").last
    field.click()
    box.page.get_by_role("option").nth(place).click()
    box.get_by_role("button", name=save, exact=True).locator("visible=true").last.click()


def field_of(folder: Path, post: int, field: str) -> str:
    state, labels = state_of(folder, post)
    return str(getattr(state, field)) if field in triage.FIELDS else labels.get(field, "")


BOXES = {
    "snoozed": (0, lambda box: press(box, "7 days"), lambda box: press(box, "1 jour")),
    "note": (0, lambda box: typed_note(box, "from Ana", "Save"), lambda box: typed_note(box, "de Bob", "Enregistrer")),
    "assigned": (0, lambda box: named(box, "Ana", "Save"), lambda box: named(box, "Bob", "Enregistrer")),
    "sentiment": (1, lambda box: press(box, "Positive"), lambda box: press(box, "Négatif")),
    "intents": (1, lambda box: marked(box, "Praise", "Save"), lambda box: marked(box, "Question", "Enregistrer")),
    "lang": (1, lambda box: press(box, "English"), lambda box: press(box, "Français")),
    "topic": (1, lambda box: moved(box, 0, "Save"), lambda box: moved(box, 4, "Enregistrer")),
}


@pytest.mark.parametrize(("place", "field"), list(enumerate(BOXES, start=2)))
def test_of_two_changes_the_first_stays_and_the_second_is_told(
    both: tuple[Any, Any, int], folder: Path, place: int, field: str
) -> None:
    ana, bob, post = both
    tab, does, does_too = BOXES[field]
    late = opened(bob, post, tab)
    does(opened(ana, post, tab))
    ana.get_by_role("button", name="Undo").first.wait_for()
    kept = field_of(folder, post, field)
    assert kept
    late.get_by_text("À l’instant").wait_for(timeout=15_000)  # while he still has the box open
    assert "Ana" in late.get_by_text("À l’instant").inner_text()
    does_too(late)
    bob.get_by_text(re.compile("n’a pas été|Ce que vous avez écrit")).first.wait_for(
        timeout=15_000
    )  # his change was not written
    assert field_of(folder, post, field) == kept

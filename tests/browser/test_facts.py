"""From a question to what we know and back to the draft, in a real browser and in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest

from data.facts import matches
from data.store import Store
from tests.browser.conftest import opens_cold, settle
from tests.conftest import RunningApp

pytestmark = pytest.mark.browser
WAIT = 120  # seconds for the process that compares what is asked with what we know


@pytest.fixture(scope="module")
def app(demo_today: Callable[[str], Path]) -> Iterator[RunningApp]:
    running = RunningApp(demo_today("facts-round"), VIGIE_DEMO="true", VIGIE_WORKER="false")
    yield running
    running.close()


def draft(page: Any, number: int) -> Any:
    page.locator(f".st-key-draft-{number} button").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox").first.wait_for()
    settle(page)
    return dialog


@pytest.mark.parametrize(
    ("lang", "unknown", "write", "known", "keep", "sure"),
    [
        ("en", "Nothing we know answers this.", "Write what we know", "What we know", "Keep", "Surely:"),
        (
            "fr",
            "Rien de ce que nous savons n’y répond.",
            "Écrire ce que nous savons",
            "Ce que nous savons",
            "Garder",
            "Sûrement\xa0:",
        ),
    ],
)
def test_a_question_becomes_a_fact_and_the_draft_quotes_it(
    app: RunningApp,
    demo_today: Callable[[str], Path],
    open_page: Callable[..., Any],
    lang: str,
    unknown: str,
    write: str,
    known: str,
    keep: str,
    sure: str,
) -> None:
    address = f"{app.url}/mentions?view=answer&kind=question&days=90&lang={lang}"
    page = open_page(address)
    rows = page.locator("[class*='st-key-draft-']").evaluate_all("all => all.map(one => one.className)")
    numbers = [int(found[1]) for found in (re.search(r"st-key-draft-(\d+)", name) for name in rows) if found]
    store, today = Store(f"sqlite:///{app.log.parent / 'demo.sqlite'}"), datetime.now(UTC).date()
    with store.read() as connection:  # what the round before taught may answer in this language too
        answered = matches.with_an_answer(connection, numbers, today)
    number = next(one for one in numbers if one not in answered)
    dialog = draft(page, number)
    assert unknown in dialog.inner_text()
    dialog.get_by_role("button", name=write).click()
    said = f"This is so, by {lang} of the house."
    field = page.get_by_label(known, exact=True).last
    field.wait_for()
    settle(page)
    field.fill(said)
    field.press("Tab")
    settle(page)
    page.get_by_role("button", name=keep, exact=True).click()
    page.locator("[class*=st-key-fact-]").filter(has_text=said).first.wait_for()
    until = monotonic() + WAIT
    while monotonic() < until:
        with store.read() as connection:
            if any(one.sure for one in matches.matches(connection, number, today)):
                break
        sleep(0.5)
    page.goto(address)
    page.wait_for_selector(f".st-key-draft-{number}")
    settle(page)
    dialog = draft(page, number)
    assert sure in dialog.inner_text()
    assert said in " ".join(dialog.get_by_role("textbox").evaluate_all("all => all.map(one => one.value)"))


@pytest.mark.parametrize(("lang", "width"), [("en", 1280), ("fr", 390)])
def test_the_page_opens_cold(demo_app: RunningApp, open_page: Callable[..., Any], lang: str, width: int) -> None:
    opens_cold(open_page, f"{demo_app.url}/mentions?view=facts&lang={lang}", "light", width)
    opens_cold(open_page, f"{demo_app.url}/mentions?view=facts&facts=find&lang={lang}", "light", width)

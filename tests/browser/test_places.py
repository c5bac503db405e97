"""A place that somebody adds: its rules are read on a click, hostile as they are, quoted in the first words, and what
came of it is noted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from tests.browser.conftest import settle
from tests.conftest import Loopback, RunningApp

pytestmark = pytest.mark.browser
RULE = "No advertising, <img src=x onerror=alert(1)> **never** :red[ever]."
HOME = '<a href="/rules">Rules</a>'


async def forum(request: web.Request) -> web.Response:
    pages = {"/": HOME, "/rules": f"<main><p>Be kind.</p><p>{RULE.replace('<', '&lt;')}</p></main>"}
    if request.path not in pages:
        return web.Response(status=404)
    return web.Response(text=pages[request.path], content_type="text/html")


@pytest.fixture
def app(demo_today: Callable[[str], Path]) -> Iterator[RunningApp]:
    running = RunningApp(
        demo_today("places-round"), VIGIE_DEMO="true", VIGIE_WORKER="false", VIGIE_ALLOW_PRIVATE_NETWORK="true"
    )
    yield running
    running.close()


def test_from_an_address_to_what_came_of_it(
    app: RunningApp, serve: Callable[[Any], Loopback], open_page: Callable[..., Any]
) -> None:
    here = serve(forum)
    page = open_page(f"{app.url}/people?view=go&lang=fr")
    told: list[str] = []
    page.on("dialog", lambda dialog: (told.append(dialog.message), dialog.dismiss()))
    page.get_by_role("button", name="Ajouter un lieu").click()
    page.get_by_role("textbox", name="Adresse").fill(here.url)
    page.get_by_role("button", name="Mettre sur la liste").click()
    page.get_by_role("button", name="Lire ses règles et son rythme").wait_for()
    settle(page)
    assert here.requests == []  # nothing is asked before a click
    page.get_by_role("button", name="Lire ses règles et son rythme").click()
    page.get_by_text("Ces règles semblent interdire la promotion.").wait_for()
    settle(page)
    assert "/rules" in here.requests
    main = page.locator("[data-testid=stMainBlockContainer]")
    assert main.get_by_text(RULE).first.is_visible()  # as words
    assert main.locator("img[src=x]").count() == 0
    draft = page.get_by_role("textbox", name="Brouillon").input_value()
    assert RULE in draft  # word for word, in a message to those who keep the place
    assert "We are the team of Brimelo." in draft
    page.get_by_role("button", name="Noter ce que cela a donné").click()
    page.get_by_role("textbox", name="Note").fill("Écrit à l’équipe")
    page.get_by_role("combobox", name="État").click()
    page.get_by_role("option", name="Contacté").click()
    page.get_by_role("button", name="Garder").last.click()
    main.get_by_text("Écrit à l’équipe").wait_for()
    settle(page)
    page.goto(f"{app.url}/people?view=go&lang=fr")
    page.get_by_role("heading", name="Ce que cela a donné").wait_for()
    settle(page)
    assert main.get_by_text("Contacté").first.is_visible()
    assert told == []

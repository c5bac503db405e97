"""One search of everything: names lead where they belong, a misspelt word is asked about; views are kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.conftest import settle
from tests.conftest import RunningApp

pytestmark = pytest.mark.browser


def body(page: Any) -> str:
    return str(page.inner_text("[data-testid=stMainBlockContainer]"))


def test_everything_is_searched_and_a_view_is_kept(demo_app: RunningApp, open_page: Callable[..., Any]) -> None:
    page = open_page(f"{demo_app.url}/?lang=fr")
    page.keyboard.press("Control+k")
    page.wait_for_url("**/search**")
    box = page.get_by_label("Chercher partout").last
    box.fill("acessibilité")
    box.press("Enter")
    page.get_by_role("button", name="Vouliez-vous dire «\xa0accessibilité\xa0»\xa0?").click()
    page.wait_for_url("**q=accessibilit%C3%A9**")
    settle(page)
    assert "Sujets" in body(page)
    assert "Messages" in body(page)
    page.locator("[class*=st-key-found-button-Sujets-0] button").click()
    page.wait_for_url("**/topics?**topic=**")
    page.goto(f"{demo_app.url}/search?lang=fr&q=part+de+voix")
    settle(page)
    assert "Part d’une marque parmi les messages" in body(page)

    page.goto(f"{demo_app.url}/mentions?lang=fr&sentiments=negative&days=7")
    settle(page)
    page.locator("[data-testid=stPopover] button", has_text="Enregistrer cette vue").click()
    page.get_by_label("Nom", exact=True).last.fill("Ce qui fâche")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    page.locator("[data-testid=stSidebar] a", has_text="Ce qui fâche").wait_for()
    page.goto(f"{demo_app.url}/?lang=fr")
    settle(page)
    page.locator("[data-testid=stSidebar] a", has_text="Ce qui fâche").click()
    page.wait_for_url("**/mentions?**sentiments=negative**")
    settle(page)
    page.locator("[data-testid=stPopover] button", has_text="Ce qui fâche").click()
    page.get_by_role("button", name="S’abonner").click()
    page.locator("text=/\\/feed\\/.+\\.atom/").wait_for()
    page.get_by_role("button", name="Retirer cette vue").click()
    page.locator("[data-testid=stPopover] button", has_text="Enregistrer cette vue").wait_for()


def test_a_document_is_found_and_read_in_french_and_leads_to_another(
    demo_app: RunningApp, open_page: Callable[..., Any]
) -> None:
    page = open_page(f"{demo_app.url}/search?lang=fr&q=collisions+trous+agenda")
    page.get_by_role("button", name="Les idées et le calendrier : Calendrier").click()
    page.wait_for_url("**read=ideas.3**")
    settle(page)
    assert "Glissez un contenu vers un autre jour" in body(page)
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Réputation", exact=True).last.click()
    other = opened.value
    other.wait_for_url("**/search?lang=fr&read=reputation.0")
    settle(other)
    assert "Comment nous voit-on" in body(other)
    page.goto(f"{demo_app.url}/search?lang=fr&read=roles.0")
    settle(page)
    assert "Ce document n’existe pas encore en français." in body(page)

"""Periods of the calendar and what they are compared with, chosen with the mouse, kept in the address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.conftest import settle
from tests.conftest import RunningApp

pytestmark = pytest.mark.browser


def test_a_week_is_chosen_and_compared_with_last_year(demo_app: RunningApp, open_page: Callable[..., Any]) -> None:
    page = open_page(f"{demo_app.url}/reputation?lang=en")
    page.locator("[data-testid=stPopover] button", has_text="Other periods").click()
    page.get_by_role("radio", name="Last week").or_(page.get_by_role("button", name="Last week")).first.click()
    page.wait_for_url("**/reputation?**period=last-week**")
    settle(page)
    assert "the week before" in page.inner_text("[data-testid=stMainBlockContainer]")
    last_year = page.get_by_role("radio", name="Last year").or_(page.get_by_role("button", name="Last year")).first
    if not last_year.is_visible():  # what was chosen may close the box
        page.locator("[data-testid=stPopover] button", has_text="Last week").click()
    last_year.click()
    page.wait_for_url("**/reputation?**against=year**")
    settle(page)
    shown = page.inner_text("[data-testid=stMainBlockContainer]")
    assert "the same days last year" in shown
    assert "the week before" not in shown
    # The page after it keeps both, and so does the way back.
    page.locator(".st-key-open-posts button").click()
    page.wait_for_url("**/mentions?**period=last-week**")
    assert "against=year" in page.url

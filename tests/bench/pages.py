"""How long each page takes to come, and to settle after a click, in a real browser, beside what its script alone takes.

    python -m tests.bench.pages FOLDER [--days N] [--pages mentions,topics]

FOLDER holds `demo.sqlite` or `vigie.sqlite`. Medians of five. "Settled" is: the script has ended, nothing waits for its
code, nothing stale is on the page. The script's own time is taken over the socket, without a browser.
"""

from __future__ import annotations

import argparse
import time
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench.memory import PAGES, Visitors, tab
from tests.conftest import RunningApp

TURNS = 5
SETTLED = """() => {
    const app = document.querySelector("[data-testid=stApp]");
    return app && app.dataset.testScriptState === "notRunning"
        && !document.querySelector("[data-testid=stSkeleton]") && !document.querySelector("[data-stale=true]")
        && document.querySelectorAll("[data-testid=stMainBlockContainer] *").length > 20;
}"""
CHOICES = "[data-testid=stMainBlockContainer] [data-testid=stButtonGroup] button[role=radio]"


def settled(page: Any) -> None:
    page.wait_for_function(SETTLED, timeout=120_000, polling=20)


def timed(page: Any, act: Any) -> float:
    began = time.perf_counter()
    act()
    page.wait_for_timeout(50)  # the app notices a click a moment later
    settled(page)
    return time.perf_counter() - began


def measured(browser: Any, app: RunningApp, name: str, query: str) -> tuple[float, float, float, float]:
    """Seconds: the script alone, the first load of a fresh browser, a click in the menu, a click in the page (0: the
    page offers no choice)."""
    scripts = []
    with tab(Visitors(app), 0) as opened:
        scripts = [opened.open(name, query) for _ in range(TURNS)]
    loads, menus, clicks = [], [], []
    for turn in range(TURNS):
        context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
        page = context.new_page()
        path = "" if name == "overview" else name
        loads.append(timed(page, lambda page=page, path=path: page.goto(f"{app.url}/{path}?{query}")))
        choices = page.locator(CHOICES)
        if choices.count() > 1:
            place = (turn + 1) % choices.count()
            clicks.append(timed(page, lambda choices=choices, place=place: choices.nth(place).click()))
        link = page.locator(f"[data-testid=stSidebarNavLink][href$='/{path}']").first
        if link.count():
            elsewhere = page.locator("[data-testid=stSidebarNavLink]").nth(0 if name != "overview" else 1)
            timed(page, elsewhere.click)
            menus.append(timed(page, link.click))
        context.close()
    return median(scripts), median(loads), median(menus or [0.0]), median(clicks or [0.0])


def main() -> None:
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--pages", default="")
    given = parser.parse_args()
    today = datetime.now().astimezone().date()
    query = f"lang=en&since={today - timedelta(days=given.days - 1)}&until={today}"
    demo = "true" if (given.folder / "demo.sqlite").exists() else "false"
    app = RunningApp(given.folder.resolve(), VIGIE_DEMO=demo, VIGIE_WORKER="false")
    wanted = given.pages.split(",") if given.pages else [name for name in PAGES if name not in {"account", "team"}]
    print("page, seconds: script alone, first load, click in the menu, click in the page, click ÷ script")
    try:
        with sync_playwright() as play:
            browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
            for name in wanted:
                script, load, menu, click = measured(browser, app, name, query)
                print(f"{name} {script:.2f} {load:.2f} {menu:.2f} {click:.2f} {menu / script:.1f}", flush=True)
            browser.close()
    finally:
        app.close()


if __name__ == "__main__":
    main()

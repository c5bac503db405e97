"""How long each page takes to come, and to settle after a click, in a real browser, beside what its script alone takes.

    python -m tests.bench.pages FOLDER [--days N] [--pages mentions,topics] [--database URL]
    python -m tests.bench.pages FOLDER --beside URL [--days N] [--pages mentions,topics]

FOLDER holds `demo.sqlite` or `vigie.sqlite`. Medians of five. "Settled" is: the script has ended, nothing waits for its
code, nothing stale is on the page. The script's own time is taken over the socket, without a browser.

With `--database` the app reads the record at that address, which `python -m data move` made of the one in FOLDER. With
`--beside` the scripts' own times on both are told, one after the other in one run, each page after a write, so that
nothing that was read before counts.
"""

from __future__ import annotations

import argparse
import time
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from data.settings import Settings
from data.store import Store
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


def beside(folder: Path, database: str, names: list[str], query: str, demo: str) -> None:
    """The same pages on SQLite and on a server."""
    settings = Settings(data_dir=str(folder), demo=demo == "true")
    stores = [Store(settings.store_url), Store(database)]
    environ = {"VIGIE_DEMO": demo, "VIGIE_WORKER": "false"}
    apps = [RunningApp(folder, **environ), RunningApp(folder, VIGIE_DATABASE_URL=database, **environ)]
    try:
        with tab(Visitors(apps[0]), 0) as here, tab(Visitors(apps[1]), 0) as there:
            print("page, ms: SQLite, PostgreSQL, PostgreSQL ÷ SQLite")
            for name in names:
                took: tuple[list[float], list[float]] = ([], [])
                for turn in range(TURNS + 1):
                    for store, opened, times in zip(stores, (here, there), took, strict=True):
                        store.set_meta("bench", str(turn))
                        times.append(opened.open(name, query))
                one, other = (1_000 * median(times[1:]) for times in took)  # the first brings its program in
                print(f"{name} {one:.0f} {other:.0f} {other / one:.2f}", flush=True)
    finally:
        for app in apps:
            app.close()


def main() -> None:
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--pages", default="")
    parser.add_argument("--database", default="")
    parser.add_argument("--beside", default="")
    given = parser.parse_args()
    today = datetime.now().astimezone().date()
    query = f"lang=en&since={today - timedelta(days=given.days - 1)}&until={today}"
    demo = "true" if (given.folder / "demo.sqlite").exists() else "false"
    wanted = given.pages.split(",") if given.pages else [name for name in PAGES if name not in {"account", "team"}]
    if given.beside:
        beside(given.folder.resolve(), given.beside, wanted, query, demo)
        return
    environ = {"VIGIE_DATABASE_URL": given.database} if given.database else {}
    app = RunningApp(given.folder.resolve(), VIGIE_DEMO=demo, VIGIE_WORKER="false", **environ)
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

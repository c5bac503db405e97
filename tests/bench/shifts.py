"""How much each page moves while it comes, and after a click in it (cumulative layout shift).

    python -m tests.bench.shifts [--demo FOLDER] [--widths 1280,390] [--slow 1] [--pages ideas,topics] [--why]

FOLDER holds a demo that has been made. `--slow 4` gives the browser a quarter of its processor, as on a busy machine;
`--why` names what moved. A page's number is the sum of all its shifts but those within half a second of a click.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from data.settings import ROOT
from tests.bench.memory import demo_in
from tests.browser.conftest import SHOWN, settle
from tests.browser.test_axe import PAGES
from tests.conftest import RunningApp

# Every shift counts but those that somebody's own key or click made.
WATCH = """(() => {
    window.vigieShift = 0;
    window.vigieMoved = [];
    const told = (node) => {
        const near = node?.nodeType === 1 ? node : node?.parentElement;
        if (!near) return "(gone)";
        const marked = near.closest("[class*=st-key-], [data-testid]");
        const key = [...(near.closest("[class*=st-key-]")?.classList || [])].find((name) => name.startsWith("st-key-"));
        return [key || "", marked?.dataset?.testid || "", (near.innerText || "").slice(0, 30).replaceAll("\\n", " ")].join(" ");
    };
    new PerformanceObserver((list) => {
        for (const one of list.getEntries()) if (!one.hadRecentInput) {
            window.vigieShift += one.value;
            const moved = one.sources.map((s) => `${told(s.node)} ${[s.previousRect, s.currentRect]
                .map((r) => [r.x, r.y, r.width, r.height].map(Math.round).join(",")).join(" > ")}`);
            window.vigieMoved.push(`${one.value.toFixed(3)} at ${Math.round(one.startTime)}: ${moved.join("\\n        ")}`);
        }
    }).observe({type: "layout-shift", buffered: true});
})()"""
CHOICES = "[data-testid=stMainBlockContainer] [data-testid=stButtonGroup] button[role=radio]"


def shifted(page: Any) -> tuple[float, list[str]]:
    """What was counted since it was last asked, and what moved."""
    found: tuple[float, list[str]] = page.evaluate(
        "(() => { const all = [vigieShift, vigieMoved]; vigieShift = 0; vigieMoved = []; return all; })()"
    )
    return found


def measured(browser: Any, address: str, width: int, slow: float, clicks: int) -> list[tuple[str, float, list[str]]]:
    """What happened, how much it moved and what did: of a page opened with nothing kept, then of clicks on its choices
    and of one in the menu and back."""
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.add_init_script(WATCH)
    if slow > 1:
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slow})
    page.goto(address)
    page.wait_for_selector(SHOWN)
    settle(page)
    found = [("load", *shifted(page))]
    for place in range(clicks):
        if place >= page.locator(CHOICES).count():
            break
        choice = page.locator(CHOICES).nth(place)
        shut = choice.evaluate("node => node.closest('[inert]') !== null")  # in a part that is folded away
        if shut or not choice.is_visible() or choice.get_attribute("aria-checked") == "true":
            continue
        words = " ".join(choice.inner_text().split())
        choice.click()
        settle(page)
        found.append((words, *shifted(page)))
    context.close()
    return found


def main() -> None:
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--demo", default="")
    parser.add_argument("--widths", default="1280,390")
    parser.add_argument("--slow", type=float, default=1)
    parser.add_argument("--pages", default="")
    parser.add_argument("--clicks", type=int, default=12, help="choices of a page that are clicked")
    parser.add_argument("--lang", default="en")
    parser.add_argument("--why", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        demo_in(Path(folder), given.demo)
        if not given.demo:
            environ = {**os.environ, "VIGIE_DATA_DIR": folder, "VIGIE_DEMO": "true"}
            subprocess.run([sys.executable, "-m", "insights", "demo"], cwd=ROOT, env=environ, check=True)
        app = RunningApp(Path(folder), VIGIE_DEMO="true", VIGIE_WORKER="false")
        path = shutil.which("chromium") or "/usr/bin/chromium"
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        try:
            for name in given.pages.split(",") if given.pages else PAGES:
                address = f"{app.url}/{name}{'&' if '?' in name else '?'}lang={given.lang}"
                for width in map(int, given.widths.split(",")):
                    found = measured(browser, address, width, given.slow, given.clicks)
                    most = max(found[1:], key=lambda one: one[1], default=("no choice", 0.0, []))
                    print(f"{name} {width}: {found[0][1]:.3f}, after a click {most[1]:.3f} ({most[0]})", flush=True)
                    for what, much, moved in found if given.why else []:
                        if much > 0.02:
                            print(f"  {what} {much:.3f}", *(f"    {one}" for one in moved), sep="\n", flush=True)
        finally:
            browser.close()
            app.close()


if __name__ == "__main__":
    main()

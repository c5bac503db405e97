"""How much each page moves while it comes (layout shift), opened cold with the demo: `python -m tests.bench.shifts`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from data.settings import ROOT
from tests.browser.conftest import SHOWN, settle
from tests.browser.test_axe import PAGES
from tests.conftest import RunningApp

# Every shift counts but those that somebody's own key or click made.
WATCH = """(() => {
    window.vigieShift = 0;
    new PerformanceObserver((list) => {
        for (const one of list.getEntries()) if (!one.hadRecentInput) window.vigieShift += one.value;
    }).observe({type: "layout-shift", buffered: true});
})()"""


def main() -> None:
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        environ = {**os.environ, "VIGIE_DATA_DIR": folder, "VIGIE_DEMO": "true"}
        subprocess.run([sys.executable, "-m", "insights", "demo"], cwd=ROOT, env=environ, check=True)
        app = RunningApp(Path(folder), VIGIE_DEMO="true", VIGIE_WORKER="false")
        path = shutil.which("chromium") or "/usr/bin/chromium"
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        try:
            for name in PAGES:
                context = browser.new_context(viewport={"width": 1280, "height": 900})  # with nothing kept
                page = context.new_page()
                page.set_default_timeout(120_000)
                page.add_init_script(WATCH)
                page.goto(f"{app.url}/{name}{'&' if '?' in name else '?'}lang=en")
                page.wait_for_selector(SHOWN)
                settle(page)
                print(f"{name}: {page.evaluate('window.vigieShift'):.3f}", flush=True)
                context.close()
        finally:
            browser.close()
            app.close()


if __name__ == "__main__":
    main()

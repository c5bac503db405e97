"""Memory of the app's process with the demo open. python -m tests.bench.memory"""

from __future__ import annotations

import tempfile
from pathlib import Path

from data.settings import ROOT
from tests.browser.conftest import SHOWN
from tests.conftest import RunningApp


def resident(pid: int) -> float:
    """MB of memory that a process holds."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1_024
    return 0.0


def main() -> None:
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        app = RunningApp(Path(folder), VIGIE_DEMO="true")
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page()
        started = resident(app.process.pid)
        page.goto(app.url)
        page.wait_for_selector(SHOWN, timeout=120_000)  # the first visit makes the demo
        for name in [path.stem for path in sorted((ROOT / "dashboard/pages").glob("[!_]*.py"))]:
            page.goto(f"{app.url}/{'' if name == 'overview' else name}")
            page.wait_for_selector(SHOWN)
            page.wait_for_timeout(3_000)
        print(f"memory: app process {started:.0f} MB at start, {resident(app.process.pid):.0f} MB after every page")
        browser.close()
        app.close()


if __name__ == "__main__":
    main()

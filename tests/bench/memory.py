"""Memory of the app's process with the demo open. python -m tests.bench.memory"""

from __future__ import annotations

import tempfile
from pathlib import Path

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
        page.wait_for_selector("[class*=st-key-card-]", timeout=60_000)
        for name in ("mentions", "topics", "sources", "activity", ""):
            page.goto(f"{app.url}/{name}")
            page.wait_for_timeout(3_000)
        print(f"memory: app process {started:.0f} MB at start, {resident(app.process.pid):.0f} MB after every page")
        browser.close()
        app.close()


if __name__ == "__main__":
    main()

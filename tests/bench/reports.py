"""A monthly report on a store of generated posts: seconds and bytes of every output, and how fast a share opens.

    python -m tests.bench.reports [SIZE ...]

The plain way beside the PDF prints the same document's HTML with headless Chromium.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from data.store import Store
from tests.bench import record_at
from tests.bench.reputation import LAST, fill

NOW = datetime(LAST.year, LAST.month, LAST.day, 12, tzinfo=UTC)


def timed(run: Callable[[], Any]) -> tuple[Any, float]:
    began = time.perf_counter()
    found = run()
    return found, time.perf_counter() - began


def main() -> None:
    for size in [int(value) for value in sys.argv[1:]] or [100_000]:
        with tempfile.TemporaryDirectory() as folder:
            os.environ |= {"VIGIE_DATA_DIR": folder, "VIGIE_DEMO": "false"}
            store = Store(record_at(folder))
            fill(store, size)
            measure(store, size, Path(folder))


def measure(store: Store, size: int, folder: Path) -> None:
    from dashboard.charts.drawing import drawn
    from dashboard.documents.of_report import report_blocks, report_document
    from dashboard.files.html import as_html
    from dashboard.files.table import FILES, file_of
    from dashboard.words.language import speaking
    from data.sharing import snapshots
    from data.sharing.reports import Report

    report = Report(0, "Monthly report", 30, lang="en", blocks=tuple(report_blocks()))
    with speaking("en"):
        document, seconds = timed(lambda: report_document(report, NOW))
    print(f"{size} posts, {len(report_blocks())} blocks: figures and quotes read in {seconds:.2f} s (cold)")
    took = {}
    for kind in FILES:
        made, took[kind] = timed(lambda kind=kind: file_of(document, kind))
        print(f"  {kind}: {took[kind]:.2f} s, {len(made) / 1e3:.0f} kB; with the reading {took[kind] + seconds:.2f} s")
    _number, token = snapshots.freeze(store, drawn(document), NOW)

    def opened() -> str:
        with store.read() as connection:
            held = snapshots.find(connection, token, NOW)
            assert held is not None
            frozen = snapshots.document_of(connection, held.id)
        snapshots.note_view(store, held.id, NOW)
        return as_html(frozen)

    page, _first = timed(opened)
    times = sorted(timed(opened)[1] for _ in range(9))
    print(f"  a share opens in {1_000 * times[4]:.0f} ms of server time, {len(page.encode()) / 1e3:.0f} kB")
    chromium = shutil.which("chromium")
    if chromium:
        (folder / "page.html").write_text(as_html(drawn(document)))
        command = [
            chromium,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-pdf-header-footer",
            f"--print-to-pdf={folder / 'page.pdf'}",
            f"file://{folder / 'page.html'}",
        ]
        _done, plain = timed(lambda: subprocess.run(command, check=True, capture_output=True, timeout=120))
        print(f"  the same printed by Chromium: {plain:.2f} s, PDF takes {took['pdf'] / plain:.2f} of it")


if __name__ == "__main__":
    main()

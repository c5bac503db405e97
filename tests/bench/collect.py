"""Collect throughput against lemon24/reader's update_feeds(workers=10), same loopback server.

python -m tests.bench.collect (needs: pip install reader==3.26, in any environment; its python in READER_PYTHON)
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from data.posts.reads import total_posts
from data.settings import ROOT, Settings
from data.source_list import add_source
from data.store import Store
from sources.collect import collect
from tests.bench import record_at
from tests.conftest import Loopback, feed_files, serve_files

READER = """
import sys, time
from reader import make_reader
reader = make_reader(sys.argv[1])
for url in sys.argv[2:]:
    reader.add_feed(url)
for _ in range(2):
    started = time.perf_counter()
    reader.update_feeds(workers=10, scheduled=False)
    print(time.perf_counter() - started, flush=True)
print(reader.get_entry_counts().total)
"""


def main() -> None:
    corpora = Path(os.environ.get("VIGIE_CORPORA", ROOT.parent / "shared" / "corpora"))
    files = feed_files(corpora)
    server = Loopback(serve_files(files))
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=folder, demo=False, allow_private_network=True, database_url=record_at(folder))
        store = Store(settings.store_url)
        now = datetime.now(UTC)
        with store.write() as connection:
            for name in files:
                add_source(connection, "feed", f"{server.url}/{name}", now)
        seconds = []
        for later in (0, 2):
            started = time.perf_counter()
            asyncio.run(collect(store, settings, now=lambda later=later: now + timedelta(days=later)))
            seconds.append(time.perf_counter() - started)
        with store.read() as connection:
            print(
                f"collect: {total_posts(connection)} posts; first pass {seconds[0]:.2f} s, unchanged pass {seconds[1]:.2f} s"
            )
        command = [os.environ.get("READER_PYTHON", sys.executable), "-c", READER, f"{folder}/reader.sqlite"]
        out = subprocess.run(
            [*command, *(f"{server.url}/{name}" for name in files)], capture_output=True, text=True, check=False
        )
        if out.returncode:
            print("lemon24/reader is not installed: pip install reader==3.26\n" + out.stderr[-300:])
            return
        first, second, entries = (float(line) for line in out.stdout.split())
        print(
            f"reader: {entries:.0f} entries; first pass {first:.2f} s ({first / seconds[0]:.1f} times ours), "
            f"unchanged pass {second:.2f} s ({second / seconds[1]:.1f} times ours)"
        )
    server.close()


if __name__ == "__main__":
    main()

"""Collect throughput against lemon24/reader's update_feeds(workers=10) and newsboat's reload, same loopback server.

python -m tests.bench.collect (needs: pip install reader==3.26 sgmllib3k==1.0.0, in any environment, its python in
READER_PYTHON; apt-get install newsboat)

What each does differs: ours makes plain text, tells people apart, and can be searched after; newsboat keeps what the
feed says.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
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


Passes = tuple[float, float, int]  # seconds of the first pass, of one in which nothing changed, entries held


def _reader(urls: list[str], folder: Path) -> Passes | None:
    command = [os.environ.get("READER_PYTHON", sys.executable), "-c", READER, f"{folder}/reader.sqlite"]
    out = subprocess.run([*command, *urls], capture_output=True, text=True, check=False)
    if out.returncode:
        print(f"lemon24/reader does not run: {out.stderr[-200:]}")
        return None
    first, second, entries = out.stdout.split()
    return float(first), float(second), int(entries)


def _newsboat(urls: list[str], folder: Path) -> Passes | None:
    program = shutil.which("newsboat")
    if program is None:
        print("newsboat is not installed: apt-get install newsboat")
        return None
    listed, cache, config = folder / "urls", folder / "newsboat.sqlite", folder / "config"
    listed.write_text("\n".join(urls))
    config.write_text("reload-threads 10\nmax-items 0\n")
    seconds = []
    for _ in range(2):
        started = time.perf_counter()
        subprocess.run([program, "-u", listed, "-c", cache, "-C", config, "-x", "reload"], check=True)
        seconds.append(time.perf_counter() - started)
    with closing(sqlite3.connect(cache)) as held:
        return seconds[0], seconds[1], held.execute("SELECT count(*) FROM rss_item").fetchone()[0]


def _told(name: str, found: Passes | None, ours: list[float]) -> None:
    if found is not None:
        first, second, entries = found
        print(
            f"{name}: {entries} entries; first pass {first:.2f} s ({first / ours[0]:.1f} times ours), "
            f"unchanged pass {second:.2f} s ({second / ours[1]:.1f} times ours)",
            flush=True,
        )


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
        urls = [f"{server.url}/{name}" for name in files]
        _told("reader", _reader(urls, Path(folder)), seconds)
        _told("newsboat", _newsboat(urls, Path(folder)), seconds)
    server.close()


if __name__ == "__main__":
    main()

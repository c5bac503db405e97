"""The worker as a real process: it collects and understands on its own, and only one works."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from data.jobs import lease_holder, recent_jobs
from data.posts.analysis import count_waiting
from data.posts.reads import total_posts
from data.settings import ROOT, Settings
from data.source_list import add_source
from data.store import Store
from tests.conftest import Loopback, serve_files


def test_it_collects_then_understands_and_a_second_one_waits(
    store: Store, settings: Settings, serve: Callable[[Any], Loopback]
) -> None:
    items = "".join(f"<item><guid>g{i}</guid><title>Post {i} about planning</title></item>" for i in range(20))
    feed = f'<rss version="2.0"><channel><title>T</title>{items}</channel></rss>'.encode()
    server = serve(serve_files({"feed": feed}))
    with store.write() as connection:
        add_source(connection, "feed", f"{server.url}/feed", datetime.now(UTC))
    environ = {
        **os.environ,
        "VIGIE_DATA_DIR": settings.data_dir,
        "VIGIE_DEMO": "false",
        "VIGIE_ALLOW_PRIVATE_NETWORK": "true",
    }
    command = [sys.executable, "worker.py"]
    first = subprocess.Popen(command, cwd=ROOT, env=environ, stdin=subprocess.PIPE)
    second = None
    try:
        for _ in range(120):
            time.sleep(0.5)
            if second is None and lease_holder(store, "worker", datetime.now(UTC)):
                second = subprocess.Popen(command, cwd=ROOT, env=environ, stdin=subprocess.PIPE)
            with store.read() as connection:
                if total_posts(connection) == 20 and not count_waiting(connection):
                    break
        with store.read() as connection:
            assert (total_posts(connection), count_waiting(connection)) == (20, 0)
        time.sleep(1)
        assert lease_holder(store, "worker", datetime.now(UTC)).endswith(f":{first.pid}")
        kinds = [job.kind for job in recent_jobs(store)]
        assert kinds.count("collect") == 1
        assert kinds.count("refresh") == 1
        assert server.requests == ["/feed"]
        assert first.stdin is not None
        first.stdin.close()  # the app has gone: the worker ends by itself
        assert first.wait(timeout=20) == 0
    finally:
        for process in (first, second):
            if process is not None and process.poll() is None:
                process.kill()
                process.wait()

"""1,000 sources on loopback, one in ten failing: a first pass, then one in which nothing changed.

python -m tests.bench.many [SOURCES]
"""

from __future__ import annotations

import asyncio
import resource
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from aiohttp import web

from data.settings import Settings
from data.source_list import add_source
from data.store import Store
from sources.collect import Outcome, collect
from tests.bench import record_at
from tests.conftest import Loopback

HOSTS = 250  # addresses of 127.0.0.0/8: four sources to a host
FAULTS = (500, 404, 429, 403, 0)  # 0: the connection is cut


async def answer(request: web.Request) -> web.StreamResponse:
    number = int(request.path.strip("/"))
    if number % 10 == 0:
        status = FAULTS[number // 10 % len(FAULTS)]
        if not status and request.transport is not None:
            request.transport.abort()
        return web.Response(status=status or 500)
    if request.headers.get("If-None-Match"):
        return web.Response(status=304)
    body = "".join(
        f"<item><guid>urn:{number}:{n}</guid><title>Title {n} of {number}</title>"
        f"<description>&lt;p&gt;{'Some words of a post. ' * 15}&lt;/p&gt;</description></item>"
        for n in range(20)
    )
    xml = f'<rss version="2.0"><channel><title>Feed {number}</title>{body}</channel></rss>'
    return web.Response(text=xml, content_type="application/xml", headers={"ETag": f'"{number}"'})


def main(count: int = 1_000) -> None:
    first = 0.0
    server = Loopback(answer, host="0.0.0.0")
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=folder, demo=False, allow_private_network=True, database_url=record_at(folder))
        store = Store(settings.store_url)
        now = datetime.now(UTC)
        with store.write() as connection:
            for number in range(count):
                host = f"127.0.0.{number % HOSTS + 1}"
                add_source(connection, "feed", f"http://{host}:{server.port}/{number}", now)
        for name, hours in (("first pass", 0), ("nothing changed", 30)):
            before = len(server.requests)
            started = time.perf_counter()
            found: list[Outcome] = asyncio.run(collect(store, settings, now=lambda h=hours: now + timedelta(hours=h)))  # type: ignore[misc]
            seconds = time.perf_counter() - started
            first = seconds if hours == 0 else first
            codes = Counter(o.error.code for o in found if o.error)
            asked = len(server.requests) - before
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1_024
            print(
                f"{count} sources, {name}: {seconds:.1f} s, {len(found) / seconds:.0f} sources/s, "
                f"{sum(o.added.new for o in found)} posts, {sum(codes.values())} failed {dict(codes)}, "
                f"{asked / HOSTS:.1f} requests a host, peak memory {peak} MB with the server"
            )
    seconds_plain = plain([f"http://127.0.0.{n % HOSTS + 1}:{server.port}/{n}" for n in range(count)])
    print(
        f"the plain way, 10 threads of requests and feedparser, nothing stored: {seconds_plain:.1f} s, "
        f"{seconds_plain / first:.1f} times ours"
    )
    server.close()


def plain(urls: list[str]) -> float:
    """Seconds to fetch and parse with the usual libraries."""
    import feedparser
    import requests

    def one(url: str) -> int:
        try:
            return len(feedparser.parse(requests.get(url, timeout=30).content).entries)
        except requests.RequestException:
            return 0

    started = time.perf_counter()
    with ThreadPoolExecutor(10) as pool:
        list(pool.map(one, urls))
    return time.perf_counter() - started


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000)

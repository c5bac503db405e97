"""What a day of 300 sources and 5,000 posts costs in processor time, by the worker's own rounds.

    python -m tests.bench.day FOLDER [--sources 300] [--posts 5000] [--rounds 6] [--gather 300]

FOLDER holds `vigie.sqlite`, a record of posts that are understood already; a copy of it is worked on. Sources are feeds
on loopback, checked each hour; texts of new posts are those of the shared feeds. A round is what the worker does once
sources have been gathered for so many seconds: its steps are real processes, and their processor time is counted.
The plain way beside it is a run for each source as soon as it is due.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import shutil
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import escape
from pathlib import Path

from aiohttp import web

import worker
from data.jobs import holder_name
from data.models import to_epoch
from data.posts.analysis import count_waiting
from data.posts.reads import total_posts
from data.settings import ROOT, Settings
from data.source_list import add_source, update_source
from data.store import Store
from sources.errors import SourceError
from sources.kinds.feeds import parse_feed
from tests.conftest import Loopback, feed_files

HOSTS, SHOWN = 250, 20  # four sources in five have a host of their own; posts in a feed
HOUR, DAY = 3_600, 86_400


@dataclass(slots=True)
class Feeds:
    """Feeds whose posts come as the day goes on."""

    texts: list[tuple[str, str]]
    posts: dict[int, list[int]] = field(default_factory=dict)  # of each feed, those that came
    come: float = 0.0

    def deal(self, feeds: list[int], expected: float) -> None:
        """New posts, to be found when these feeds are looked at."""
        before, self.come = int(self.come), self.come + expected
        for place, one in enumerate(range(before, int(self.come))):
            self.posts.setdefault(feeds[place % len(feeds)], []).append(one)

    async def answer(self, request: web.Request) -> web.Response:
        number = int(request.path.strip("/"))
        mine = self.posts.get(number, [])[-SHOWN:]
        tag = f'"{len(self.posts.get(number, []))}"'
        if request.headers.get("If-None-Match") == tag:
            return web.Response(status=304, headers={"ETag": tag})
        items = "".join(
            f"<item><guid>day:{one}</guid><title>{escape(title)}</title><description>{escape(body)}</description></item>"
            for one in mine
            for title, body in [self.texts[one % len(self.texts)]]
        )
        body = f'<rss version="2.0"><channel><title>Feed {number}</title>{items}</channel></rss>'
        return web.Response(text=body, content_type="application/xml", headers={"ETag": tag})


def texts() -> list[tuple[str, str]]:
    corpora = Path(os.environ.get("VIGIE_CORPORA", ROOT.parent / "shared" / "corpora"))
    found = []
    for name, body in feed_files(corpora).items():
        with suppress(SourceError):  # some are read by the patient parser alone
            found += [(post.title, post.text) for post in parse_feed(body, f"http://{name}/").posts if post.text]
    random.Random(0).shuffle(found)
    return found


def spent() -> float:
    """Seconds of processor time of this process and of its ended children."""
    return sum(
        one.ru_utime + one.ru_stime for one in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def one_round(settings: Settings, store: Store, ids: list[int], holder: str) -> float:
    """Processor seconds of a round in which these sources are due, and all of them are collected and understood."""
    now = datetime.now(UTC)
    with store.write() as connection:
        for number in ids:
            update_source(connection, number, next_check=to_epoch(now) - worker.GATHER.total_seconds())
    began = spent()
    worker.once(settings, holder)
    took = spent() - began
    with store.read() as connection:
        if waiting := count_waiting(connection):
            raise RuntimeError(f"{waiting} posts still wait after a round")
    return took


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.day", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sources", type=int, default=300)
    parser.add_argument("--posts", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--gather", type=float, default=worker.GATHER.total_seconds())
    given = parser.parse_args()
    feeds = Feeds(texts())
    server = Loopback(feeds.answer, host="0.0.0.0")
    with tempfile.TemporaryDirectory() as name:
        for path in given.folder.glob("vigie*.sqlite"):
            shutil.copy(path, name)
        os.environ |= {"VIGIE_DATA_DIR": name, "VIGIE_DEMO": "false", "VIGIE_ALLOW_PRIVATE_NETWORK": "true"}
        settings = Settings(data_dir=name, demo=False, allow_private_network=True)
        store, holder, now = Store(settings.store_url), holder_name(), datetime.now(UTC)
        with store.write() as connection:
            connection.exec_driver_sql("UPDATE source SET state = 'paused'")
            ids = [
                add_source(connection, "feed", f"http://127.0.0.{n % HOSTS + 1}:{server.port}/{n}", now)[0].id
                for n in range(given.sources)
            ]
        worker.run(settings, "sources", "collect")  # a first look: later ones ask whether anything changed
        hourly = one_round(settings, store, [], holder)  # and the steps of each day, once
        print(f"the look of an hour, and all that is done once a day: {hourly:.1f} s")
        turn = 0
        for label, size, rounds in (
            ("gathered", max(1, round(given.sources * given.gather / HOUR)), given.rounds),
            ("one by one", 1, 2 * given.rounds),
        ):
            took, began, before = [], time.monotonic(), total(store)
            for _ in range(rounds):
                chosen = [(turn + n) % given.sources for n in range(size)]
                turn += size
                feeds.deal(chosen, given.posts / 24 * size / given.sources)
                took.append(one_round(settings, store, [ids[n] for n in chosen], holder))
            checks = 24 * given.sources / size
            mean = sum(took) / len(took)
            print(
                f"{label}: {rounds} rounds of {size} sources, {total(store) - before} posts, {mean:.1f} s of processor time"
                f" each ({time.monotonic() - began:.0f} s in all); a day has {checks:.0f}: {mean * checks / 60:.0f} min,"
                f" {100 * mean * checks / DAY:.1f}% of a core",
                flush=True,
            )
    server.close()


def total(store: Store) -> int:
    with store.read() as connection:
        return total_posts(connection)


if __name__ == "__main__":
    main()

"""Processes that bring posts in and understand them: collect, worker, import, refresh."""

from __future__ import annotations

import asyncio
import csv
import time
from datetime import UTC, datetime, timedelta

from aiohttp import web
from sqlalchemy import func, select, update

from data.demo_community import demo_posts
from data.jobs import lease_holder
from data.models import NewPost
from data.posts.analysis import all_ids, count_waiting
from data.posts.ingest import add_posts
from data.schema import brand_day, source
from data.source_list import add_source
from tests.bench.kills.scene import Scene, Tally, Victim, compare
from tests.conftest import Loopback


class Feeds:
    """A server whose feeds grow. A tag that comes back tells how many items its reader has."""

    def __init__(self, rng: object) -> None:
        self.items: dict[str, int] = {}
        self.had: dict[str, int] = {}
        self.asked = 0
        self.server = Loopback(self.answer, host="0.0.0.0")

    def address(self, number: int) -> str:
        return f"http://127.0.0.{number + 1}:{self.server.port}/feed{number}"

    def titles(self, numbers: dict[str, int]) -> set[str]:
        return {f"{name} item {n}" for name, most in numbers.items() for n in range(most)}

    async def answer(self, request: web.Request) -> web.Response:
        name = request.path.strip("/")
        if not name.startswith("feed"):
            return web.Response(status=404)
        tag = int(request.headers.get("If-None-Match", '"0"').strip('"'))
        self.had[name] = max(self.had.get(name, 0), tag)
        self.asked += 1
        await asyncio.sleep(self.asked % 7 * 0.01)
        number = self.items[name] = self.items.get(name, 0) + 3
        items = "".join(
            f"<item><guid>urn:{name}:{n}</guid><title>{name} item {n}</title>"
            f"<description>Words of item {n} of {name}.</description></item>"
            for n in range(number)
        )
        body = f'<rss version="2.0"><channel><title>{name}</title>{items}</channel></rss>'
        return web.Response(text=body, content_type="application/xml", headers={"ETag": f'"{number}"'})


class Collect(Scene):
    """Acknowledged: what a feed's tag says was received, and what was printed as new."""

    what = "collect"
    feeds_followed = 40

    def prepare(self) -> None:
        self.feeds = Feeds(self.rng)
        now = datetime.now(UTC)
        with self.store.write() as connection:
            for number in range(self.feeds_followed):
                add_source(connection, "feed", self.feeds.address(number), now)

    def close(self) -> None:
        self.feeds.server.close()

    def make_due(self) -> None:
        with self.store.write() as connection:
            connection.execute(update(source).values(next_check=0))

    def kill_once(self, tally: Tally) -> None:
        self.make_due()
        victim = self.start("-m", "sources", "collect")
        victim.after(0, self.rng.uniform(0.7, 2.2))
        victim.kill()
        tally.kills += 1
        self.look(tally)
        self.compare(tally, victim)

    def compare(self, tally: Tally, victim: Victim) -> None:
        if any("already" in line for line in victim.lines):
            tally.problems.append("kept from working by one that was killed")
        stored = self.stored()
        printed = {
            line.split("] ", 1)[1].split(":")[0]: int(line.rsplit(": ", 1)[1].split(" new")[0])
            for line in victim.lines
            if line.startswith("[") and " new, " in line
        }
        said = {f"{name} item {n}" for name, new in printed.items() if name in self.feeds.items for n in range(new)}
        compare(tally, self.feeds.titles(self.feeds.had) | said, stored)

    def finish(self, tally: Tally) -> None:
        self.make_due()
        last = self.start("-m", "sources", "collect")
        if last.end():
            tally.problems.append(f"collect ended badly: {last.lines[-1:]}")
        compare(tally, self.feeds.titles(self.feeds.items), self.stored())


class Worker(Collect):
    """The worker with its steps, or alone while a step of it goes on."""

    what = "worker"
    feeds_followed = 10

    def kill_once(self, tally: Tally) -> None:
        self.make_due()
        began = time.monotonic()
        victim = self.start("worker.py")
        while not lease_holder(self.store, "worker", datetime.now(UTC)).endswith(f":{victim.process.pid}"):
            time.sleep(0.05)
            if time.monotonic() - began > 15:
                tally.problems.append("kept from working by one that was killed")
                break
        tally.seconds.append(time.monotonic() - began)
        victim.after(0, self.rng.uniform(0.0, 4.0))
        victim.kill(steps=self.rng.random() < 0.6)
        tally.kills += 1
        time.sleep(self.rng.uniform(0.0, 0.5))
        self.sound(tally)
        victim.kill_steps()
        self.compare(tally, victim)

    def sound(self, tally: Tally) -> None:
        doctor = self.start("-m", "data", "doctor")
        if doctor.end():
            tally.problems += doctor.lines


class Import(Scene):
    """Acknowledged: the posts of each batch that was printed. The same command again brings the rest, nothing twice."""

    what = "import"
    rows = 3_500
    number = 0

    def kill_once(self, tally: Tally) -> None:
        self.number += 1
        path = self.settings.data_path / f"posts-{self.number}.csv"
        texts = [f"Row {row} of file {self.number}: words that somebody wrote" for row in range(self.rows)]
        with path.open("w", newline="", encoding="utf-8") as stream:
            lines = csv.writer(stream)
            lines.writerow(["id", "date", "author", "text"])
            lines.writerows([row, f"2026-05-{row % 28 + 1:02}", f"a{row % 90}", text] for row, text in enumerate(texts))
        before = sum(self.stored().values())
        victim = self.start("-m", "sources", "import", str(path))
        victim.after(self.rng.randrange(0, 5), self.rng.uniform(0.0, 0.4))
        victim.kill()
        tally.kills += 1
        self.look(tally)
        printed = [int(line.split()[3]) for line in victim.lines if "rows read" in line]
        acknowledged = max(printed, default=0)
        stored = self.stored()
        tally.lost += max(0, acknowledged - (sum(stored.values()) - before))
        tally.acknowledged += acknowledged
        again = self.start("-m", "sources", "import", str(path))
        if again.end():
            tally.problems.append(f"import ended badly: {again.lines[-1:]}")
        stored = self.stored()
        tally.lost += len(set(texts) - set(stored))
        tally.twice += sum(stored.values()) - len(stored)


class Refresh(Scene):
    """Acknowledged: posts that are stored. Each is read, and counted once in the figures."""

    what = "refresh"

    def prepare(self) -> None:
        now = datetime.now(UTC)
        self.posts = [
            NewPost("feed", post.native_id, post.text, post.plain, author=post.author, published_at=now - timedelta(i))
            for i, (_, post) in enumerate(demo_posts(now))
            if i < 600
        ]
        self.added = 0

    def add(self, number: int) -> None:
        with self.store.write() as connection:
            made, _ = add_source(connection, "feed", "http://127.0.0.1/feed", datetime.now(UTC))
            add_posts(connection, made.id, self.posts[self.added : self.added + number], datetime.now(UTC))
        self.added += number

    def kill_once(self, tally: Tally) -> None:
        self.add(12)
        victim = self.start("-m", "insights", "refresh")
        victim.after(self.rng.randrange(0, 3), self.rng.uniform(0.0, 3.0), most=self.rng.uniform(4.0, 14.0))
        victim.kill()
        tally.kills += 1
        self.look(tally)
        if any("already" in line for line in victim.lines):
            tally.problems.append("kept from working by one that was killed")
        tally.acknowledged = self.added
        tally.lost += self.added - sum(self.stored().values())

    def finish(self, tally: Tally) -> None:
        last = self.start("-m", "insights", "refresh")
        if last.end():
            tally.problems.append(f"refresh ended badly: {last.lines[-1:]}")
        with self.store.read() as connection:
            ids = all_ids(connection)
            counted = connection.execute(select(func.sum(brand_day.c.posts)).where(brand_day.c.brand_id == 0)).scalar()
            if count_waiting(connection):
                tally.problems.append("posts are left unread")
        tally.lost += max(0, len(ids) - int(counted or 0))
        tally.twice += max(0, int(counted or 0) - len(ids))

"""Processes that answer and send: the app, deliveries; and restoring."""

from __future__ import annotations

import asyncio
import re
import socket
import threading
import time
import urllib.request
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiohttp import web
from sqlalchemy import select

from data.alerts.alerts import AlertFacts, Finding, keep_finding
from data.alerts.destinations import Destination, queue_deliveries, save_destination
from data.alerts.rules import AlertRule, save_rule
from data.credentials import keep_channel_secret
from data.models import NewPost, to_epoch
from data.posts.ingest import add_posts
from data.schema import delivery, post_text, token
from data.sharing.tokens import grant
from data.source_list import add_source
from data.store import Store
from tests.bench.kills.scene import Scene, Tally, compare
from tests.conftest import Loopback

Sent = tuple[int, int]  # destination, alert


class Delivery(Scene):
    """Alerts on their way to web hooks. Acknowledged: what is marked as sent. A message that the server took, and whose
    mark the kill prevented, is sent again: no program can do both in one step. It is counted by itself."""

    what = "delivery"
    destinations = 20

    def prepare(self) -> None:
        self.received: Counter[Sent] = Counter()
        self.server = Loopback(self.answer)
        self.numbers: dict[int, int] = {}  # of the address -> id of the destination
        now = datetime.now(UTC)
        for number in range(self.destinations):
            secret = keep_channel_secret(self.settings, f"json://127.0.0.1:{self.server.port}/hook/{number}")
            self.numbers[number] = save_destination(self.store, Destination(0, f"d{number}", secret), now)
        self.rule = save_rule(self.store, AlertRule(0, "volume"), now)
        self.alerts: dict[int, int] = {}  # number in the words -> id of the alert
        self.marked: set[Sent] = set()
        self.expected_again: set[Sent] = set()

    def close(self) -> None:
        self.server.close()

    async def answer(self, request: web.Request) -> web.Response:
        body = await request.text()
        await asyncio.sleep(0.02)
        number = self.numbers[int(request.path.rsplit("/", 1)[1])]
        for alarm in {int(n) for n in re.findall(r"alarm (\d+) of this test", body)}:
            self.received[number, self.alerts[alarm]] += 1
        return web.Response(text="ok")

    def raise_alert(self) -> None:
        alarm = len(self.alerts) + 1
        now = datetime.now(UTC)
        moment = to_epoch(now)
        with self.store.write() as connection:
            made, _ = add_source(connection, "feed", "http://127.0.0.1/feed", now)
            text = f"This is alarm {alarm} of this test"
            when = now - timedelta(hours=1)
            add_posts(connection, made.id, [NewPost("feed", str(alarm), text, text, published_at=when)], now)
            ids = connection.execute(select(post_text.c.post_id).where(post_text.c.plain == text)).scalars().all()
            began = moment - 3_600
            facts = AlertFacts(window=1, count=12, expected=0.4, chance=1e-12, words=("alarm",))
            found = Finding(f"alarm:{alarm}", began, moment, moment, tuple(ids), ids[0], facts)
            self.alerts[alarm] = keep_finding(connection, AlertRule(self.rule, "volume"), found)
            queue_deliveries(connection, [self.alerts[alarm]], now)

    def sent(self) -> set[Sent]:
        with self.store.read() as connection:
            rows = connection.execute(
                select(delivery.c.channel_id, delivery.c.alert_id).where(delivery.c.state == "sent")
            )
            return {(int(channel), int(alert)) for channel, alert in rows}

    def kill_once(self, tally: Tally) -> None:
        self.raise_alert()
        before = self.received.copy()
        victim = self.start("-m", "dashboard", "deliver")
        until = time.monotonic() + 20
        wanted = sum(before.values()) + self.rng.randrange(0, self.destinations)
        while sum(self.received.values()) <= wanted and victim.process.poll() is None and time.monotonic() < until:
            time.sleep(0.002)
        victim.after(0, self.rng.uniform(0.0, 0.04))
        victim.kill()
        tally.kills += 1
        time.sleep(0.1)  # the server counts what it had begun to read
        self.look(tally)
        self.count(tally, before)

    def count(self, tally: Tally, before: Counter[Sent]) -> None:
        marked = self.sent()
        tally.lost += sum(not self.received[one] for one in marked)
        tally.twice += sum(self.received[one] > before[one] for one in self.marked)
        once_more = {one for one, number in self.received.items() if number and one not in marked}
        tally.again += len({destination for destination, _ in once_more - self.expected_again})  # one message each
        self.expected_again |= once_more
        self.marked = marked
        tally.acknowledged = len(marked)

    def finish(self, tally: Tally) -> None:
        before = self.received.copy()
        last = self.start("-m", "dashboard", "deliver")
        if last.end():
            tally.problems.append(f"deliver ended badly: {last.lines[-1:]}")
        self.count(tally, before)
        every = {(number, alert) for number in self.numbers.values() for alert in self.alerts.values()}
        tally.lost += sum(not self.received[one] for one in every)
        tally.twice += sum(n > 1 for one, n in self.received.items() if one not in self.expected_again)


class App(Scene):
    """The app under requests that write: each use of a token is counted before it is answered. Acknowledged: answers."""

    what = "app"
    clients = 3

    def prepare(self) -> None:
        self.tokens = [grant(self.store, "api", f"t{n}", datetime.now(UTC)) for n in range(self.clients)]
        self.asked, self.answered = Counter[int](), Counter[int]()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]

    def ask(self, number: int) -> bool:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/api/v1/posts", headers={"Authorization": f"Bearer {self.tokens[number]}"}
        )
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def keep_asking(self, number: int, until: threading.Event) -> None:
        for _ in range(100):  # fewer than a token may in a minute
            if until.is_set():
                return
            self.asked[number] += 1
            self.answered[number] += self.ask(number)

    def kill_once(self, tally: Tally) -> None:
        began = time.monotonic()
        where = ("--server.address", "127.0.0.1", "--server.port", str(self.port))
        victim = self.start("-m", "streamlit", "run", "server.py", *where)
        while time.monotonic() - began < 60:
            self.asked[0] += 1
            if self.ask(0):
                self.answered[0] += 1
                break
            time.sleep(0.05)
        else:
            tally.problems.append("the app did not start")
        if tally.kills:  # the start after a kill
            tally.seconds.append(time.monotonic() - began)
        stop = threading.Event()
        threads = [threading.Thread(target=self.keep_asking, args=(n, stop)) for n in range(self.clients)]
        for thread in threads:
            thread.start()
        time.sleep(self.rng.uniform(0.05, 1.0))
        victim.kill()
        tally.kills += 1
        stop.set()
        for thread in threads:
            thread.join()
        doctor = self.start("-m", "data", "doctor")
        if doctor.end():
            tally.problems += doctor.lines
        with self.store.read() as connection:
            uses = [int(n) for n in connection.execute(select(token.c.uses).order_by(token.c.id)).scalars()]
        tally.acknowledged = sum(self.answered.values())
        tally.lost += sum(max(0, self.answered[n] - uses[n]) for n in range(self.clients))
        tally.twice += sum(max(0, uses[n] - self.asked[n]) for n in range(self.clients))


class Restore(Scene):
    """Going back to a backup. Acknowledged: every post that was there; afterwards the record is the one before or the
    restored one, and where it is the restored one, what was set aside holds all that was there before."""

    what = "restore"

    def prepare(self) -> None:
        self.added = 0
        self.add(2_500)
        self.store.backup(self.settings.data_path / "kept.sqlite")
        self.kept = self.stored()
        self.add(200)

    def add(self, number: int) -> None:
        now = datetime.now(UTC)
        texts = [f"Post {n} {'with many words ' * 40}" for n in range(self.added, self.added + number)]
        self.added += number
        posts = [NewPost("feed", text.split(" with")[0], text, text, published_at=now) for text in texts]
        with self.store.write() as connection:
            made, _ = add_source(connection, "feed", "http://127.0.0.1/feed", now)
            add_posts(connection, made.id, posts, now)

    def set_aside(self) -> list[Path]:
        return sorted(self.settings.data_path.glob("*.set-aside-*.sqlite"))

    def kill_once(self, tally: Tally) -> None:
        before, revision = self.stored(), self.store.revision()
        victim = self.start("-m", "data", "restore", str(self.settings.data_path / "kept.sqlite"))
        victim.after(self.rng.randrange(0, 3), self.rng.uniform(0.0, 0.25))
        victim.kill()
        tally.kills += 1
        self.look(tally)
        now = self.stored()
        kept = set().union(*(self.held(path) for path in self.set_aside())) | set(now)
        compare(tally, before, Counter(dict.fromkeys(kept, 1)))
        tally.twice += sum(number - 1 for number in now.values())
        if now not in (before, self.kept):
            tally.problems.append("neither the record of before nor the restored one")
        if self.store.revision() < revision:
            tally.problems.append("the revision went back")
        for path in self.set_aside():
            path.unlink()
        if now == self.kept:
            self.add(200)

    def held(self, path: Path) -> set[str]:
        with Store(f"sqlite:///{path}").read() as connection:
            return set(connection.execute(select(post_text.c.plain)).scalars())

    def finish(self, tally: Tally) -> None:
        done = self.start("-m", "data", "restore", str(self.settings.data_path / "kept.sqlite"))
        if done.end():
            tally.problems.append(f"restore ended badly: {done.lines[-1:]}")
        if self.stored() != self.kept:
            tally.problems.append("the backup was not restored")
        left = [
            path.name for path in self.settings.data_path.iterdir() if ".part" in path.name or ".restoring" in path.name
        ]
        if left:
            tally.problems.append(f"left behind: {left}")

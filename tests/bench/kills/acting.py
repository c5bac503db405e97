"""Acts at a network: 200 answers to an instance on loopback, with what carries them out killed in between."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import func, select, update

from data.acting.acts import Wish, ask, retry
from data.acting.kept import listed
from data.acting.policy import Policy, save_policy
from data.credentials import enter_credentials
from data.schema import act
from tests.bench.kills.scene import Scene, Tally
from tests.mastodon import ACCEPT, DOWN, DROP, FAULT, TOKEN, Instance

HOME = "home.example"
ENDINGS: Sequence[str] = (ACCEPT, ACCEPT, ACCEPT, FAULT, DROP, DOWN)


class Acting(Scene):
    """The worker's step for acts, killed with SIGKILL at random moments, on an instance that knows no Idempotency-Key
    and answers a part of what it took with a fault, a cut connection, or keeps nothing. Acknowledged: every answer that
    was asked for. What failed six times waits for a person, who says at the end that it is to be tried again. Between
    two starts a day passes for what waits: the waits themselves have tests of their own.
    """

    what = "acts"
    each = 10  # answers asked for before each kill

    def prepare(self) -> None:
        self.place = Instance(honours_keys=False)
        self.question = self.place.add("zoe", "How do I reset it?")
        self.environ["VIGIE_BASE_URLS"] = f"mastodon@{HOME}={self.place.url}"
        self.environ["VIGIE_FETCH_TIMEOUT"] = "2"
        enter_credentials(self.store, self.settings, "mastodon_write", HOME, {"token": TOKEN})
        save_policy(self.store, Policy(on=True))
        self.texts: list[str] = []

    def close(self) -> None:
        self.place.close()

    def ask_for(self, number: int) -> None:
        for _ in range(number):
            text = f"Answer {len(self.texts)} of this test"
            self.texts.append(text)
            key = f"{len(self.texts):020d}"
            wish = Wish(key, "answer", "mastodon", HOME, target=self.question.uri, text=text)
            ask(self.store, wish, datetime.now(UTC))
            ask(self.store, wish, datetime.now(UTC))  # the second click

    def let_time_pass(self) -> None:
        """A day passes for what waits, and a minute for what was being sent."""
        with self.store.write(counts=False) as connection:
            waits = act.c.state.in_(("ready", "waits", "trying"))
            connection.execute(update(act).where(waits).values(due_at=0, tried_at=act.c.tried_at - 61))

    def kill_once(self, tally: Tally) -> None:
        self.ask_for(self.each)
        self.place.plan.extend(self.rng.choice(ENDINGS) for _ in range(self.each))
        before = self.place.posted
        victim = self.start("-m", "sources.acting")
        until = time.monotonic() + 20
        wanted = before + self.rng.randrange(0, self.each)
        while self.place.posted <= wanted and victim.process.poll() is None and time.monotonic() < until:
            time.sleep(0.001)
        victim.after(0, self.rng.uniform(0.0, 0.03))
        victim.kill()
        tally.kills += 1
        self.let_time_pass()

    def finish(self, tally: Tally) -> None:
        self.place.plan.clear()
        for _ in range(8):
            with self.store.read() as connection:
                refused = [one.id for one in listed(connection, ("refused",), 1_000)]
            for number in refused:  # six tries failed: a person says that it is to be tried again
                retry(self.store, number, datetime.now(UTC))
            self.let_time_pass()
            last = self.start("-m", "sources.acting")
            began = time.monotonic()
            if last.end():
                tally.problems.append(f"acting ended badly: {last.lines[-1:]}")
            tally.seconds.append(time.monotonic() - began)
            with self.store.read() as connection:
                states = Counter(
                    dict(connection.execute(select(act.c.state, func.count()).group_by(act.c.state)).tuples().all())
                )
            if set(states) == {"done"}:
                break
        else:
            tally.problems.append(f"not all done: {dict(states)}")
        there = Counter(status.text for status in self.place.ours())
        tally.acknowledged = len(self.texts)
        tally.lost = sum(not there[text] for text in self.texts)
        tally.twice = sum(number - 1 for number in there.values() if number > 1)
        with self.store.read() as connection:
            kept = Counter(connection.execute(select(act.c.native_id).where(act.c.state == "done")).scalars())
        tally.twice += sum(number - 1 for number in kept.values())
        if {status.uri for status in self.place.ours()} != set(kept):
            tally.problems.append("what stands there is not what is kept")

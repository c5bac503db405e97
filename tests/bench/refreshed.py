"""What a refresh of 1,000 new posts costs, step by step, in a large record beside one of 100,000 posts.

Part `refresh` of `tests.bench.ten`. Generated posts were never refreshed: here a record gets what earlier refreshes would
have left in it, and one real refresh of 100 posts, which makes and runs the alert rules for the first time. What is
measured after it are the worker's own steps with the real models, on posts of the shared feeds in their languages; the
same ones in both records, in turn.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

import numpy as np
from sqlalchemy import text

from data.models import Engagement, NewPost
from data.posts.ingest import add_posts
from data.posts.vectors import vectors_of
from data.schema import IDS_PER_DAY
from data.settings import Settings
from data.source_list import add_source
from data.store import Store, put_meta
from insights.pipeline import refresh as steps
from insights.pipeline.models import Models, open_models
from insights.pipeline.places import blob_of
from insights.pipeline.posts import copies, understand
from insights.pipeline.posts.reading import READERS, readers_of_now
from insights.pipeline.refresh import refresh
from insights.topics.fit import unit
from tests.bench.ten import heard

LATEST, OLDER, MARKS = 20_000, 10_000, 1_500  # posts that have vectors: those that a refresh may read
LONGEST = 400  # characters of a text: what the models take for long ones would hide the rest
OWN = 40  # a source that is a place of ours
NEAR = 0.6  # weight of the topic's centre in a post's vector
NEW, FIRST, TURNS = 1_000, 100, 3
HELD = (  # what is measured: where a step is looked up, its name, "" or the step that it is a part of
    (steps, "understand", ""),
    (steps, "settle", ""),
    (steps, "match_facts", ""),
    (steps, "add_new_themes", ""),
    (steps, "count_days", ""),
    (steps, "tell_trends", ""),
    (steps, "watch", ""),
    (steps, "find_published", ""),
    (steps, "measure_actions", ""),
    (steps, "find_ideas", ""),
    (copies.Copies, "of", "understand"),
    (understand, "read_words", "understand"),
    (understand, "count_days", "understand"),
)


@dataclass(slots=True)
class Took:
    """Processor seconds of a refresh and of its steps."""

    whole: float = 0.0
    steps: dict[str, float] = field(default_factory=dict)
    slowest: list[str] = field(default_factory=list)  # statements, by the clock

    @property
    def beside_reading(self) -> float:
        """Without what the models cost, which is the same in any record."""
        return self.whole - self.steps.get("understand: read_words", 0.0)


@contextmanager
def _timed(took: Took) -> Iterator[None]:
    def measured(name: str, run: Callable[..., Any]) -> Callable[..., Any]:
        def step(*given: Any, **named: Any) -> Any:
            began = time.process_time()
            try:
                return run(*given, **named)
            finally:
                took.steps[name] = took.steps.get(name, 0.0) + time.process_time() - began

        return step

    before = [(where, name, getattr(where, name)) for where, name, _ in HELD]
    for where, name, whole in HELD:
        setattr(where, name, measured(f"{whole}: {name}" if whole else name, getattr(where, name)))
    try:
        yield
    finally:
        for where, name, run in before:
            setattr(where, name, run)


def texts() -> list[tuple[str, str]]:
    from tests.bench.day import texts as of_feeds

    return [(title, body[:LONGEST]) for title, body in of_feeds() if len(body) > 80]


def real_posts(number: int, at: datetime, name: str, said: Sequence[tuple[str, str]]) -> list[NewPost]:
    """Posts as sources bring them: texts of feeds, three in ten answer in threads of twenty, a fifth name a brand."""
    made = []
    for n in range(number):
        title, body = said[n % len(said)]
        root = f"{name}-{n - n % 20}" if n % 10 < 3 else ""
        made.append(
            NewPost(
                "forum", f"{name}-{n}", body + (f"\n\nIs Brand{n % 4} any better?" if n % 5 == 0 else ""), None,
                title=title, url=f"http://forum.example/{name}/{n}", author=f"a{(n * 37) % 20_000}",
                published_at=at - timedelta(seconds=n * 79 % 80_000), root_id=root,
                parent_id=root if root != f"{name}-{n}" else "", community="Forum", engagement=Engagement(score=n % 7),
            )
        )  # fmt: skip
    return made


def as_refreshed(store: Store, models: Models, now: datetime, said: Sequence[tuple[str, str]]) -> None:
    """Leave what refreshes before would have left: a fit of these topics with centres and a map, vectors of the posts
    that a refresh may read (the latest, some older ones, those of the map), nothing that waits."""
    rng, model = np.random.default_rng(1), models.topics
    with store.read() as connection:
        topics = list(connection.execute(text("SELECT id FROM topic ORDER BY id")).scalars())
        number = int(connection.execute(text("SELECT sum(posts) FROM brand_day WHERE brand_id = 0")).scalar_one())
        latest = list(
            connection.execute(text(f"SELECT id FROM post ORDER BY id DESC LIMIT {LATEST}")).scalars()
        )  # fmt: skip
        older = _spread(connection, OLDER)
    # Centres are those of real texts, so that new posts fall into topics as they do in a real record.
    centres = unit(model.encode([f"{title}\n{body}" for title, body in said[: len(topics)]]))
    marks = older[:: max(1, len(older) // MARKS)][:MARKS]
    with store.write(counts=False) as connection:
        fitted = {"name": model.name, "number": number, "at": int((now - timedelta(days=1)).timestamp())}
        connection.execute(text("UPDATE topic_fit SET model = :name, fitted_posts = :number, created_at = :at"), fitted)
        connection.execute(text("UPDATE topic SET first_seen = :at"), {"at": fitted["at"] - 300 * 86_400})
        for table in ("topic_centroid", "map_mark", "dirty_day", "unsettled_post"):
            connection.execute(text(f"DELETE FROM {table}"))
        put_meta(connection, READERS, readers_of_now())
        connection.execute(text(f"UPDATE source SET is_own = true WHERE id = {OWN}"))
        connection.execute(text("UPDATE post SET pending = false WHERE post.pending"))
        connection.execute(
            text("INSERT INTO topic_centroid (fit_id, topic_id, vector, line) VALUES (1, :topic, :vector, :line)"),
            [{"topic": t, "vector": blob_of(v), "line": 0.45} for t, v in zip(topics, centres, strict=True)],
        )
        connection.execute(
            text("INSERT INTO map_mark (fit_id, post_id, x, y) VALUES (1, :post, :x, :y)"),
            [
                {"post": i, "x": float(x), "y": float(y)}
                for i, (x, y) in zip(marks, rng.random((len(marks), 2)), strict=True)
            ],
        )
        chosen = sorted({*latest, *older})
        homes = dict(
            row
            for start in range(0, len(chosen), 5_000)
            for row in connection.execute(
                text(
                    "SELECT post_id, topic_id FROM post_topic WHERE post_id IN "
                    f"({','.join(map(str, chosen[start : start + 5_000]))}) AND +fit_id = 1"
                )
            ).tuples()
        )
    seat = {topic: row for row, topic in enumerate(topics)}
    kept = vectors_of(store)
    for start in range(0, len(chosen), 5_000):
        part = chosen[start : start + 5_000]
        own = np.array([seat[homes[i]] if i in homes else rng.integers(len(topics)) for i in part])
        noise = unit(rng.standard_normal((len(part), centres.shape[1])).astype(np.float32))
        kept.put(model.name, part, unit(NEAR * centres[own] + (1 - NEAR) * noise))


def _spread(connection: Any, number: int) -> list[int]:
    """Posts spread over all days."""
    days = connection.execute(text("SELECT day, posts FROM brand_day WHERE brand_id = 0 ORDER BY day")).tuples().all()
    whole = sum(posts for _, posts in days)
    found = []
    for day, posts in days:
        wanted = max(1, round(number * posts / whole))
        found += [day * IDS_PER_DAY + 1 + posts * place // wanted for place in range(wanted)]
    rows = []
    for start in range(0, len(found), 5_000):
        listed = ",".join(map(str, found[start : start + 5_000]))
        rows += connection.execute(text(f"SELECT id FROM post WHERE id IN ({listed})")).scalars()
    return sorted(rows)


def one_refresh(store: Store, settings: Settings, models: Models, posts: list[NewPost], now: datetime) -> Took:
    with store.write(counts=False) as connection:
        source, _ = add_source(connection, "feed", "http://forum.example", now)
        add_posts(connection, source.id, posts, now)
    took = Took()
    with _timed(took), heard() as ears:
        began = time.process_time()
        done = refresh(store, settings, now=lambda: now, models=models)
        took.whole = time.process_time() - began
    took.slowest = ears.slowest(6, least=0.2)
    if done.refitted or done.posts < len(posts) * 0.9:
        raise RuntimeError(f"{done.posts} posts were read, grouped anew: {done.refitted}")
    return took


def compared(stores: Sequence[Store], settings: Settings, last: Callable[[Store], Any]) -> None:
    """Refreshes of the same posts in each of these records, in turn, and the ratio of the last to the first."""
    models, said = open_models(stores[0], settings), texts()
    took: dict[int, list[Took]] = {number: [] for number in range(len(stores))}
    moments = []
    for store in stores:
        now = datetime.combine(last(store), datetime.min.time(), UTC) + timedelta(hours=22)
        moments.append(now)
        as_refreshed(store, models, now, said)
        name = f"first{int(time.time())}"
        first = one_refresh(store, settings, models, real_posts(FIRST, now, name, said[-FIRST:]), now)
        print(
            f"{store.url}: the first refresh, of {FIRST} posts: {told(first)}",
            *first.slowest,
            sep="\n      ",
            flush=True,
        )
    for turn in range(TURNS):
        part = said[300 + NEW * turn : 300 + NEW * (turn + 1)]
        for number, store in enumerate(stores):
            now = moments[number] + timedelta(minutes=15 * (turn + 1))
            posts = real_posts(NEW, now, f"turn{turn}-{int(time.time())}", part)
            took[number].append(one_refresh(store, settings, models, posts, now))
            print(
                f"{number}, turn {turn}: {told(took[number][-1])}",
                *took[number][-1].slowest,
                sep="\n      ",
                flush=True,
            )
    for number in range(len(stores)):
        print(f"{stores[number].url}: {told(_middle(took[number]))}")
    small, large = _middle(took[0]), _middle(took[len(stores) - 1])
    print(
        f"{NEW} new posts: {large.whole:.1f} s beside {small.whole:.1f}, {large.whole / small.whole:.2f} times; "
        f"without reading them {large.beside_reading:.1f} and {small.beside_reading:.1f}"
    )


def _middle(took: Sequence[Took]) -> Took:
    names = dict.fromkeys(name for one in took for name in one.steps)
    return Took(
        median(one.whole for one in took), {name: median(one.steps.get(name, 0.0) for one in took) for name in names}
    )


def told(took: Took) -> str:
    parts = ", ".join(f"{name} {seconds:.2f}" for name, seconds in took.steps.items() if seconds >= 0.005)
    return f"{took.whole:.2f} s of the processor ({parts})"

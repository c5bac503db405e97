"""The reputation page on stores of 100,000 and 1,000,000 generated posts: server time of every chart, cold.

    python -m tests.bench.reputation [SIZE ...]

The plain way beside it counts the same figures from the posts themselves, without rollups.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import numpy as np
from sqlalchemy import Connection, text

from dashboard.charts import reputation as reputation_charts
from dashboard.reads import cache
from dashboard.reads import reputation as reputation_reads
from data.alerts.rules import AlertRule
from data.figures import roll_up
from data.models import Brand, date_to_day
from data.reputation import counts as reputation
from data.reputation.brands import save_brand
from data.reputation.members import members, places
from data.schema import IDS_PER_DAY
from data.scope import Scope
from data.store import Store
from insights.pipeline.alerts import rehearse
from tests.bench import record_at

DAYS = 365
LAST = date(2026, 6, 15)
SOURCES, AUTHORS, TOPICS, BRANDS = 200, 50_000, 300, 5
WORDS = [f"word{n}" for n in range(5_000)]
TONES = ("negative", "neutral", "positive", "unsure")


def fill(store: Store, size: int, seed: int = 1) -> None:
    """Generated posts: Zipf sources, authors, topics and words; a fifth name a brand. Written as the store keeps them."""
    rng, chance = np.random.default_rng(seed), random.Random(seed)
    for n in range(BRANDS):
        save_brand(store, Brand(0, f"Brand{n}", n == 0, kind="own" if n == 0 else "competitor"))
    with store.write() as connection:
        raw = _raw(connection)
        raw.executemany(
            "INSERT INTO source (id, kind, address, title, added_at) VALUES (?, 'feed', ?, ?, 0)",
            [(n + 1, f"http://s{n}.example", f"Source {n}") for n in range(SOURCES)],
        )
        raw.executemany(
            "INSERT INTO topic (id, label, first_fit) VALUES (?, ?, 1)", [(n + 1, f"Topic {n}") for n in range(TOPICS)]
        )
        raw.execute("INSERT INTO topic_fit VALUES (1, 0, 'm', 0, 0.3)")
        raw.execute("UPDATE meta SET value = '1' WHERE key = 'topic_fit'")
    first = date_to_day(LAST) - DAYS + 1
    made, per_day = 0, size // DAYS + 1
    for day in range(first, first + DAYS):
        n = min(per_day, size - made)
        made += n
        with store.write(counts=False) as connection:
            _fill_day(_raw(connection), day, n, rng, chance)
            roll_up(connection, [day], 1, weeks=(day - first) % 7 == 6 or day == first + DAYS - 1)


class _Server:
    """Many rows at once on a server: in one statement, as many as it takes parameters for."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def execute(self, statement: str) -> None:
        self._connection.exec_driver_sql(statement)

    def executemany(self, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
        head, _, row = statement.replace("?", "%s").partition(" VALUES ")
        step = 30_000 // max(1, row.count("%s"))
        for start in range(0, len(rows), step):
            part = rows[start : start + step]
            values = tuple(value for one in part for value in one)
            self._connection.exec_driver_sql(f"{head} VALUES {', '.join([row] * len(part))}", values)


def _raw(connection: Connection) -> Any:
    """What takes many rows at once: SQLite's own connection."""
    if connection.dialect.name == "postgresql":
        return _Server(connection)
    raw = connection.connection.driver_connection
    assert raw is not None
    return raw


def _zipf(rng: np.random.Generator, count: int, n: int) -> Any:
    weights = 1 / np.arange(1, count + 1) ** 0.9
    return rng.choice(count, n, p=weights / weights.sum())


def _fill_day(raw: Any, day: int, n: int, rng: np.random.Generator, chance: random.Random) -> None:
    sources, authors, topics = _zipf(rng, SOURCES, n) + 1, _zipf(rng, AUTHORS, n), _zipf(rng, TOPICS, n) + 1
    tones, moments = rng.choice(4, n, p=[0.3, 0.4, 0.22, 0.08]), rng.integers(0, 86_400, n)
    named = rng.random(n) < 0.2
    brand = rng.choice(BRANDS, n, p=[0.4, 0.3, 0.15, 0.1, 0.05]) + 1
    ids = day * IDS_PER_DAY + 1 + np.arange(n)
    langs = np.where(rng.random(n) < 0.5, "en", "fr")
    raw.executemany(
        "INSERT INTO post (id, source_kind, native_id, source_id, published_at, collected_at, author, community, "
        "lang, sentiment, sentiment_confidence, pending, score) VALUES (?, 'feed', ?, ?, ?, 0, ?, ?, ?, ?, 0.7, false, ?)",
        [
            (int(i), str(int(i)), int(s), day * 86_400 + int(m), f"a{a}", f"c{s}", str(lang), TONES[t], int(s) % 50)
            for i, s, a, t, m, lang in zip(ids, sources, authors, tones, moments, langs, strict=True)
        ],
    )
    raw.executemany(
        "INSERT INTO post_text (post_id, plain) VALUES (?, ?)",
        [
            (int(i), " ".join(chance.choices(WORDS, k=20)) + (f" Brand{b - 1}" if k else ""))
            for i, b, k in zip(ids, brand, named, strict=True)
        ],
    )
    raw.executemany(
        "INSERT INTO post_topic (fit_id, topic_id, post_id, similarity) VALUES (1, ?, ?, 0.5)",
        [(int(t), int(i)) for t, i in zip(topics, ids, strict=True)],
    )
    raw.executemany(
        "INSERT INTO mention VALUES (?, ?, ?, ?, ?, ?)",
        [
            (int(b), day, int(i), TONES[t], str(lang), int(s))
            for b, i, t, lang, s, k in zip(brand, ids, tones, langs, sources, named, strict=True)
            if k
        ],
    )
    raw.executemany(
        "INSERT INTO post_aspect VALUES (?, ?, ?, 0, 20)",
        [
            (("price", "support", "quality", "speed")[int(i) % 4], int(i), TONES[t])
            for i, t, k in zip(ids, tones, named, strict=True)
            if k and int(i) % 3 == 0
        ],
    )


def timed(run: Callable[[], Any], times: int = 5) -> float:
    """Median milliseconds."""
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        run()
        taken.append((time.perf_counter() - started) * 1_000)
    return sorted(taken)[len(taken) // 2]


def _cold(read: Callable[..., Any], connection: Connection, *arguments: Any) -> Any:
    """What a read answers when nothing of it is kept; reads that it calls are computed once, as on a page."""
    return cast(Any, read).__wrapped__(connection, *arguments)


def charts_of(connection: Connection, scope: Scope) -> dict[str, Callable[[], Any]]:
    """Every chart of the page, from the store to what the browser gets."""
    words = {"net": "n", "range_": "r", "posts": "p"}

    def net() -> None:
        series = _cold(reputation_reads.net_series, connection, scope)
        reputation_charts.net_chart(series.days, series.estimates, date_format="%d", **words).to_dict()

    def group(what: str) -> None:
        shown = [g for g in _cold(reputation_reads.groups, connection, scope, what) if g.estimate.posts >= 10][:12]
        reputation_charts.whisker_chart(
            [g.name for g in shown], [g.key for g in shown], [g.estimate for g in shown], whole=0.0, **words
        ).to_dict()

    def drivers() -> None:
        cause, names = _cold(reputation_reads.moves, connection, scope, "topic")
        parts = sorted(cause.parts, key=lambda part: -abs(part.total))[:8]
        reputation_charts.waterfall_chart(
            0.0,
            0.1,
            [names[p.group] for p in parts],
            [p.group for p in parts],
            [p.total for p in parts],
            before="b",
            after="a",
            move="m",
        ).to_dict()

    return {
        "figures and changes": lambda: _cold(reputation_reads.seen, connection, scope),
        "net sentiment over time": net,
        "share of voice": lambda: _cold(reputation_reads.voice_shares, connection, scope.since, scope.until),
        "by topic": lambda: group("topic"),
        "by source": lambda: group("source"),
        "by language": lambda: group("lang"),
        "aspects": lambda: group("aspect"),
        "drivers": drivers,
    }


ONE_AT_A_TIME = {"by source", "by language", "aspects", "drivers"}  # shown instead of another


def _from_rollups(connection: Connection, scope: Scope) -> None:
    for period in (scope, scope.earlier()):
        reputation.tones_of(connection, period)
        for what in ("source", "lang", "topic"):
            reputation.tones_by(connection, period, what)


def _from_posts(connection: Connection, scope: Scope) -> None:
    """The same counts the plain way."""
    joins = "JOIN post_topic t ON t.post_id = p.id AND t.fit_id = 1"
    for period in (scope, scope.earlier()):
        bounds = {"a": date_to_day(period.since), "b": date_to_day(period.until)}
        for column, more in (("1", ""), ("p.source_id", ""), ("p.lang", ""), ("t.topic_id", joins)):
            connection.execute(
                text(
                    f"SELECT {column}, p.sentiment, count(*) FROM mention m JOIN post p ON p.id = m.post_id {more} "
                    "WHERE m.brand_id = 1 AND m.day BETWEEN :a AND :b GROUP BY 1, 2"
                ),
                bounds,
            ).all()


def measure(folder: Path, size: int) -> None:
    store = Store(record_at(folder / str(size)))
    started = time.perf_counter()
    fill(store, size)
    made = time.perf_counter() - started
    scope = Scope(LAST - timedelta(days=89), LAST, brand=1)
    month = replace(scope, since=LAST - timedelta(days=29))
    rule, until = AlertRule(0, "volume", brand=1), datetime(LAST.year, LAST.month, LAST.day, tzinfo=UTC)
    print(f"{size:,} posts over {DAYS} days, made in {made:.0f} s; the page over 90 days, one brand:")
    with cache.one_record(store.url), store.read() as connection:
        total = 0.0
        for name, run in charts_of(connection, scope).items():
            taken = timed(run)
            total += 0 if name in ONE_AT_A_TIME else taken
            print(f"  {name:26} {taken:8.1f} ms")
        print(f"  {'all charts of the page':26} {total:8.1f} ms")
        counted = timed(lambda: _from_rollups(connection, scope))
        plain = timed(lambda: _from_posts(connection, scope), 3)
        print(
            f"  {'counts from rollups':26} {counted:8.1f} ms; from the posts {plain:.1f} ms, {plain / counted:.1f} times"
        )
        for name, run in (
            ("people, 30 days", lambda: members(connection, month)),
            ("communities, 30 days", lambda: places(connection, month)),
            ("rehearsal of a rule", lambda: rehearse(connection, rule, until - timedelta(days=90), until)),
        ):
            print(f"  {name:26} {timed(run, 3):8.1f} ms")
    started = time.perf_counter()
    with store.write(counts=False) as connection:
        roll_up(connection, [date_to_day(LAST)], 1)
    print(f"  {'recount of one day':26} {(time.perf_counter() - started) * 1_000:8.1f} ms")
    with store.read() as connection:
        assert sum(reputation.tones_of(connection, Scope(LAST - timedelta(days=DAYS - 1), LAST))) == size


def main() -> None:
    sizes = [int(argument) for argument in sys.argv[1:]] or [100_000, 1_000_000]
    assert all(size > 0 for size in sizes)
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            measure(Path(folder), size)


if __name__ == "__main__":
    main()

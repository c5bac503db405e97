"""The reputation page on stores of 100,000 and 1,000,000 generated posts: server time of every chart, cold.

    python -m tests.bench.reputation [SIZE ...]

The plain way beside it counts the same figures from the posts themselves, without rollups.
"""

from __future__ import annotations

import math
import random
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import text

from dashboard.reads import reputation as reputation_reads
from data.figures import roll_up
from data.models import Brand, Scope, date_to_day
from data.reputation import counts as reputation
from data.reputation.brands import save_brand
from data.reputation.members import members, places
from data.schema import IDS_PER_DAY
from data.settings import Settings
from data.store import Store

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
    first = date_to_day(LAST) - DAYS + 1
    per_day = size // DAYS + 1

    def zipf(count: int, n: int) -> Any:
        weights = 1 / np.arange(1, count + 1) ** 0.9
        return rng.choice(count, n, p=weights / weights.sum())

    with store.write() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.executemany(
            "INSERT INTO source (id, kind, address, title, added_at) VALUES (?, 'feed', ?, ?, 0)",
            [(n + 1, f"http://s{n}.example", f"Source {n}") for n in range(SOURCES)],
        )
        raw.executemany(
            "INSERT INTO topic (id, label, first_fit) VALUES (?, ?, 1)", [(n + 1, f"Topic {n}") for n in range(TOPICS)]
        )
        raw.execute("INSERT INTO topic_fit VALUES (1, 0, 'm', 0, 0.3)")
        raw.execute("UPDATE meta SET value = '1' WHERE key = 'topic_fit'")
    made = 0
    for day in range(first, first + DAYS):
        n = min(per_day, size - made)
        made += n
        sources, authors, topics = zipf(SOURCES, n) + 1, zipf(AUTHORS, n), zipf(TOPICS, n) + 1
        tones, moments = rng.choice(4, n, p=[0.3, 0.4, 0.22, 0.08]), rng.integers(0, 86_400, n)
        named = rng.random(n) < 0.2
        brand = rng.choice(BRANDS, n, p=[0.4, 0.3, 0.15, 0.1, 0.05]) + 1
        ids = day * IDS_PER_DAY + 1 + np.arange(n)
        langs = np.where(rng.random(n) < 0.5, "en", "fr")
        with store.write(counts=False) as connection:
            raw = connection.connection.driver_connection
            assert raw is not None
            raw.executemany(
                "INSERT INTO post (id, source_kind, native_id, source_id, published_at, collected_at, author, community, "
                "lang, sentiment, sentiment_confidence, pending, score) VALUES (?, 'feed', ?, ?, ?, 0, ?, ?, ?, ?, 0.7, 0, ?)",
                [
                    (
                        int(i),
                        str(int(i)),
                        int(s),
                        day * 86_400 + int(m),
                        f"a{a}",
                        f"c{s}",
                        str(lang),
                        TONES[t],
                        int(s) % 50,
                    )
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
            roll_up(connection, [day], 1, weeks=(day - first) % 7 == 6 or day == first + DAYS - 1)


def timed(run: Callable[[], Any], times: int = 5) -> float:
    """Median milliseconds."""
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        run()
        taken.append((time.perf_counter() - started) * 1_000)
    return sorted(taken)[len(taken) // 2]


def measure(folder: Path, size: int, plain: dict[str, Callable[..., Any]]) -> None:
    from dashboard.charts import reputation as reputation_charts
    from dashboard.reads import cache
    from dashboard.reads import reputation as reputation_reads

    store = Store(f"sqlite:///{folder}/posts{size}.sqlite")
    started = time.perf_counter()
    fill(store, size)
    made = time.perf_counter() - started
    cache.settings = lambda: Settings(database_url=store.url, demo=False)  # type: ignore[assignment]
    cache.store = lambda: store
    scope = Scope(LAST - timedelta(days=89), LAST, brand=1)

    def read(name: str, *arguments: Any) -> Any:
        with store.read() as connection:
            return plain[name](connection, *arguments)

    shown = read("seen", scope)
    reputation_reads.seen = lambda *_: shown  # the page computes it once
    words = {"net": "n", "range_": "r", "posts": "p"}

    def net() -> None:
        series = read("net_series", scope)
        reputation_charts.net_chart(series.days, series.estimates, date_format="%d", **words).to_dict()

    def group(what: str) -> Callable[[], None]:
        def run() -> None:
            found = read("groups", scope, what)
            top = [g for g in found if g.estimate.posts >= 10][:12]
            reputation_charts.whisker_chart(
                [g.name for g in top], [g.key for g in top], [g.estimate for g in top], whole=0.0, **words
            ).to_dict()

        return run

    def drivers() -> None:
        cause, names = read("moves", scope, "topic")
        top = sorted(cause.parts, key=lambda part: -abs(part.total))[:8]
        reputation_charts.waterfall_chart(
            0.0,
            0.1,
            [names[p.group] for p in top],
            [p.group for p in top],
            [p.total for p in top],
            before="b",
            after="a",
            move="m",
        ).to_dict()

    def rolled() -> None:
        with store.read() as connection:
            for period in (scope, scope.previous()):
                reputation.tones_of(connection, period)
                for what in ("source", "lang", "topic"):
                    reputation.tones_by(connection, period, what)

    def by_hand() -> None:
        joins = "JOIN post_topic t ON t.post_id = p.id AND t.fit_id = 1"
        with store.read() as connection:
            for period in (scope, scope.previous()):
                bounds = {"a": date_to_day(period.since), "b": date_to_day(period.until)}
                for column, more in (("1", ""), ("p.source_id", ""), ("p.lang", ""), ("t.topic_id", joins)):
                    connection.execute(
                        text(
                            f"SELECT {column}, p.sentiment, count(*) FROM mention m JOIN post p ON p.id = m.post_id {more} "
                            "WHERE m.brand_id = 1 AND m.day BETWEEN :a AND :b GROUP BY 1, 2"
                        ),
                        bounds,
                    ).all()

    def people() -> None:
        with store.read() as connection:
            members(connection, replace(scope, since=LAST - timedelta(days=29)))

    def communities() -> None:
        with store.read() as connection:
            places(connection, replace(scope, since=LAST - timedelta(days=29)))

    def rehearsed() -> None:
        from data.alerts.rules import AlertRule
        from insights.pipeline.alerts import rehearse

        with store.read() as connection:
            rehearse(
                connection,
                AlertRule(0, "volume", brand=1),
                datetime(2026, 3, 17, tzinfo=UTC),
                datetime(2026, 6, 15, tzinfo=UTC),
            )

    print(f"{size:,} posts over {DAYS} days, made in {made:.0f} s; the page over 90 days, one brand:")
    total = 0.0
    for name, run in (
        ("figures and changes", lambda: read("seen", scope)),
        ("net sentiment over time", net),
        ("share of voice", lambda: read("voice_shares", scope.since, scope.until)),
        ("by topic", group("topic")),
        ("by source", group("source")),
        ("by language", group("lang")),
        ("aspects", group("aspect")),
        ("drivers", drivers),
    ):
        taken = timed(run)
        total += (
            taken if name not in {"by source", "by language", "aspects", "drivers"} else 0
        )  # one grouping is shown at a time
        print(f"  {name:26} {taken:8.1f} ms")
    print(f"  {'all charts of the page':26} {total:8.1f} ms")
    counted, hand = timed(rolled, 5), timed(by_hand, 3)
    print(f"  {'counts from rollups':26} {counted:8.1f} ms; from the posts {hand:.1f} ms, {hand / counted:.1f} times")
    for name, run in (
        ("people, 30 days", people),
        ("communities, 30 days", communities),
        ("rehearsal of a rule", rehearsed),
    ):
        print(f"  {name:26} {timed(run, 3):8.1f} ms")
    week = [date_to_day(LAST) - n for n in range(1)]
    started = time.perf_counter()
    with store.write(counts=False) as connection:
        roll_up(connection, week, 1)
    print(f"  {'recount of one day':26} {(time.perf_counter() - started) * 1_000:8.1f} ms")
    with store.read() as connection:
        assert sum(reputation.tones_of(connection, Scope(LAST - timedelta(days=DAYS - 1), LAST))) == size


def main() -> None:
    sizes = [int(argument) for argument in sys.argv[1:]] or [100_000, 1_000_000]
    assert all(size > 0 and math.isfinite(size) for size in sizes)

    # The reads of the page without its cache.
    names = ("seen", "net_series", "groups", "moves", "voice_shares")
    plain = {name: getattr(reputation_reads, name).__wrapped__ for name in names}
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            measure(Path(folder), size, plain)


if __name__ == "__main__":
    main()

"""Ideas on a store of generated posts: seconds after a refresh.

    python -m tests.bench.ideas [SIZE ...]

The plain way beside it reads every post of the two months once and counts by topic in Python, for one kind of idea.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime

from data.schema import IDS_PER_DAY
from data.store import Store
from insights.pipeline.ideas import WINDOW, find_ideas
from tests.bench import record_at
from tests.bench.reputation import LAST, fill

NOW = datetime(LAST.year, LAST.month, LAST.day, 12, tzinfo=UTC)


def main() -> None:
    for size in [int(value) for value in sys.argv[1:]] or [100_000]:
        with tempfile.TemporaryDirectory() as folder:
            store = Store(record_at(folder))
            fill(store, size)
            with store.write() as connection:
                connection.exec_driver_sql(
                    "INSERT INTO post_intent (intent, post_id, confidence) SELECT CASE id % 3 WHEN 0 THEN 'question' "
                    "WHEN 1 THEN 'complaint' ELSE 'praise' END, id, 0.9 FROM post WHERE id % 4 = 0"
                )
                connection.exec_driver_sql(
                    "INSERT INTO inquiry (post_id, kind, alike) SELECT post_id, 'question', post_id FROM post_intent "
                    "WHERE intent = 'question' AND post_id % 8 = 0"
                )
            took = []
            for _ in range(3):
                began = time.perf_counter()
                number = find_ideas(store, NOW)
                took.append(time.perf_counter() - began)
            first = (int(NOW.timestamp()) // 86_400 - WINDOW) * IDS_PER_DAY
            began = time.perf_counter()
            with store.read() as connection:
                rows = connection.exec_driver_sql(
                    "SELECT a.topic_id, t.plain FROM post p JOIN post_text t ON t.post_id = p.id "
                    f"JOIN post_topic a ON a.post_id = p.id WHERE p.id >= {first}"
                ).all()
            asked = Counter(topic for topic, plain in rows if "?" in plain or "word1" in plain)
            plain = time.perf_counter() - began
            print(
                f"{size} posts: {number} ideas in {min(took):.2f} s; reading the {len(rows)} posts of two months once, for "
                f"one kind of idea ({len(asked)} topics): {plain:.2f} s, {min(took) / plain:.1f} times"
            )
            store.close()


if __name__ == "__main__":
    main()

"""What we know, searched by words: milliseconds, and the ratio to reading every fact.

    python -m tests.bench.facts [SIZE]

The plain way beside it reads all facts and folds their words in Python.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from statistics import median

from data.facts.facts import Asked, Fact, add_facts, all_facts, find_facts
from data.posts.folding import folded
from data.store import Store
from tests.bench import record_at

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
TURNS = 5


def taken(act: Callable[[], object]) -> float:
    """Seconds that it takes, the median of several."""
    took = []
    for _ in range(TURNS):
        began = time.perf_counter()
        act()
        took.append(time.perf_counter() - began)
    return median(took)


def made(size: int) -> list[Fact]:
    dice = random.Random(0)
    words = [f"word{n}" for n in range(20_000)]

    def said(number: int) -> str:
        return " ".join(dice.choices(words, k=number))

    return [Fact(0, f"{said(80)} {n}", (f"How do I {said(6)}?",)) for n in range(size)]


def main() -> None:
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    with tempfile.TemporaryDirectory() as folder:
        store = Store(record_at(folder))
        add_facts(store, made(size), NOW)

        def searched(words: str) -> int:
            with store.read() as connection:
                return find_facts(connection, Asked(words), NOW.date())[1]

        def plainly(words: str) -> int:
            with store.read() as connection:
                some = all_facts(connection)
            wanted = folded(words)
            texts = (folded(f"{' '.join(one.questions)} {one.text}") for one in some)
            return sum(all(any(t.startswith(w) for t in text) for w in wanted) for text in texts)

        for words in ("word77", "word123 word4", "nowhere"):
            assert searched(words) == plainly(words)
            fast, plain = taken(lambda words=words: searched(words)), taken(lambda words=words: plainly(words))  # type: ignore[misc]
            print(
                f"{size} facts, {words!r} ({searched(words)} found): {1000 * fast:.1f} ms; reading them all: "
                f"{1000 * plain:.0f} ms, {plain / fast:.0f} times"
            )
        store.close()


if __name__ == "__main__":
    main()

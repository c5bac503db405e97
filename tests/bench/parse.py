"""Parse speed against feedparser's defaults on the real feeds. python -m tests.bench.parse"""

from __future__ import annotations

import os
import time
from pathlib import Path

import feedparser

from data.settings import ROOT
from sources.kinds.feeds import parse_feed


def main() -> None:
    folder = Path(os.environ.get("VIGIE_CORPORA", ROOT.parent / "shared" / "corpora")) / "feeds"
    bodies = [path.read_bytes() for path in sorted(folder.iterdir())]
    for body in bodies[:5]:
        parse_feed(body, "http://x/")
        feedparser.parse(body)
    fast, slow = [], []  # seconds of each round; the machine's other work makes them longer, never shorter
    for _ in range(2):
        for _ in range(3):
            started = time.perf_counter()
            ours = sum(len(parse_feed(body, "http://x/").posts) for body in bodies)
            fast.append(time.perf_counter() - started)
        started = time.perf_counter()
        theirs = sum(len(feedparser.parse(body).entries) for body in bodies)
        slow.append(time.perf_counter() - started)
    best, plain = min(fast), min(slow)
    print(
        f"parse: {len(bodies)} feeds, {ours} entries in {best:.2f} s; feedparser {theirs} in {plain:.1f} s: {plain / best:.1f} times"
    )


if __name__ == "__main__":
    main()

"""Topics: quality, stability and cost against plain BERTopic().fit_transform.

    python -m tests.bench.topics quality [POSTS] [SEEDS]
    python -m tests.bench.topics stability
    python -m tests.bench.topics cost [POSTS ...]        vectors given; each fit in a process of its own
    python -m tests.bench.topics refresh [sizes]         1,000 new posts on stores of 10,000 and 100,000
    python -m tests.bench.topics assign [POSTS]          stored vectors of a mixture to the topics of a fit

Without an argument: quality and stability.
"""

from __future__ import annotations

import gzip
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from data.settings import ROOT
from tests.bench import record_at

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)


def labelled() -> dict[str, list[str]]:
    corpora = Path(os.environ.get("VIGIE_CORPORA", ROOT.parent / "shared" / "corpora")) / "labelled"
    with gzip.open(corpora / "topics_20newsgroups.jsonl.gz", "rt") as stream:
        news = stream.readlines()
    with gzip.open(corpora / "topics_sib200_en_fr.jsonl.gz", "rt") as stream:
        sib = stream.readlines()
    return {
        "20 newsgroups": news,
        "SIB-200 fr": [line for line in sib if json.loads(line)["lang"] == "fr"],
        "SIB-200 en": [line for line in sib if json.loads(line)["lang"] == "en"],
        "SIB-200 both": sib,
    }


def quality(posts: int = 4_000, seeds: int = 1) -> None:
    from insights.evaluate.topics import evaluate_topics

    for seed in range(seeds):
        for name, lines in labelled().items():
            chosen = random.Random(seed).sample(lines, min(posts, len(lines)))
            with tempfile.TemporaryDirectory() as folder:
                file = Path(folder) / "set.jsonl"
                file.write_text("".join(chosen), encoding="utf-8")
                found = evaluate_topics(file, seed=seed)
            plain = found["plain"]
            print(
                f"quality, {name}, {found['n']} posts, seed {seed}: AMI {found['ami_all']:.3f} "
                f"(plain {plain['ami_all']:.3f}, plain then nearest centroid {plain['ami_assigned']:.3f}), "
                f"assigned {found['coverage']:.2f} ({plain['coverage']:.2f}), "
                f"topics {found['topics']} ({plain['topics']}), npmi {found['npmi']:.3f} ({plain['npmi']:.3f}), "
                f"diversity {found['diversity']:.2f} ({plain['diversity']:.2f}), "
                f"{found['seconds']:.1f} s ({plain['seconds']:.1f}): {found['seconds'] / plain['seconds']:.2f}"
                + (
                    f", translations together {found['translations_together']:.2f} ({plain['translations_together']:.2f})"
                    if found["translations_together"] is not None
                    else ""
                ),
                flush=True,
            )


def stability() -> None:
    """Share of assigned posts that keep their topic after a tenth more posts; adjusted Rand over seeds and orders."""
    from sklearn.metrics import adjusted_rand_score

    from insights.evaluate.topics import plain_bertopic
    from insights.models.topic_vectors import open_embedder
    from insights.topics.fit import fit_topics, unit
    from insights.topics.identity import match_groups

    embedder = open_embedder()
    for name, lines in labelled().items():
        texts = [json.loads(line)["text"] for line in random.Random(0).sample(lines, min(4_400, len(lines)))]
        vectors = unit(embedder.encode(texts))
        first = int(len(texts) / 1.1)

        def ours(n: int, previous: Any = None, seed: int = 0, texts: Any = texts, vectors: Any = vectors) -> Any:
            return fit_topics(texts[:n], vectors[:n], previous=previous, seed=seed)

        base = ours(first)
        before = np.zeros(len(texts), dtype=np.int64)
        before[:first] = base.assigned + 1
        again = ours(len(texts), before, seed=1)
        ids = np.array([*(o or 10_000 + i for i, o in enumerate(again.origin)), 0])
        held = before > 0
        kept = float((ids[again.assigned][held] == before[held]).mean())

        plain = np.array(plain_bertopic(texts[:first], vectors[:first])[0])
        plain_again = np.array(plain_bertopic(texts, vectors)[0])
        pair = match_groups(plain + 1, plain_again[:first], int(plain_again.max()) + 1)
        named = np.array([*pair, 0])[plain_again[:first]]
        plain_kept = float((named[plain >= 0] == plain[plain >= 0] + 1).mean())

        rand, plain_rand = [], []
        for seed in range(1, 5):
            order = np.random.default_rng(seed).permutation(first)
            other = fit_topics([texts[i] for i in order], vectors[order], seed=seed)
            rand.append(adjusted_rand_score(base.assigned[order], other.assigned))
            if seed < 3:
                theirs = plain_bertopic([texts[i] for i in order], vectors[order])[0]
                plain_rand.append(adjusted_rand_score(plain[order], theirs))
        print(
            f"stability, {name}, {first} posts: {kept:.3f} keep their topic after a tenth more "
            f"(plain, matched by shared posts: {plain_kept:.3f}); adjusted Rand with other seeds and orders "
            f"{np.mean(rand):.2f}, least {min(rand):.2f} (plain {np.mean(plain_rand):.2f}, least {min(plain_rand):.2f})",
            flush=True,
        )


def many(posts: int) -> tuple[list[str], Any]:
    """`posts` texts and vectors: the labelled ones, then copies whose words and vectors are shaken."""
    from insights.models.topic_vectors import open_embedder
    from insights.topics.fit import unit

    lines = random.Random(0).sample(labelled()["20 newsgroups"], 4_000)
    texts = [json.loads(line)["text"][:600] for line in lines]
    kept = Path(tempfile.gettempdir()) / "vigie-bench-20news-2.npy"
    if not kept.exists():
        np.save(kept, open_embedder().encode(texts))
    vectors = np.load(kept)
    rng = np.random.default_rng(1)
    chosen = np.arange(posts) if posts <= len(texts) else rng.integers(0, len(texts), posts)
    shaken = vectors[chosen] + rng.normal(scale=0.55 / np.sqrt(vectors.shape[1]), size=(posts, vectors.shape[1]))
    words = [texts[i].split() for i in chosen]
    for number in range(min(posts, len(texts)), posts):
        random.Random(number).shuffle(words[number])
    return [" ".join(part) for part in words], unit(shaken.astype(np.float32))


def _one(which: str, posts: int) -> None:
    """One fit, timed, in this process: prints seconds, the growth of peak memory in GB, topics."""
    from insights.evaluate.topics import plain_bertopic
    from insights.topics.fit import FIT_POSTS, assign, fit_topics

    texts, vectors = many(posts)
    warm_texts, warm = texts[:300], vectors[:300]
    fit_topics(warm_texts, warm) if which == "ours" else plain_bertopic(warm_texts, warm)
    started = time.perf_counter()
    if which == "plain":
        topics = len(set(plain_bertopic(texts, vectors)[0]))
    else:
        sample = np.linspace(0, posts - 1, min(posts, FIT_POSTS)).astype(int)
        fit = fit_topics([texts[i] for i in sample], vectors[sample])
        assign(np.delete(vectors, sample, axis=0), fit.centroids, fit.threshold)
        topics = len(fit.topics)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(json.dumps({"seconds": time.perf_counter() - started, "peak": peak, "topics": topics}))


def cost(sizes: list[int]) -> None:
    for posts in sizes:
        found = {}
        for which in ("ours", "plain"):
            command = [sys.executable, "-m", "tests.bench.topics", "one", which, str(posts)]
            output = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
            found[which] = json.loads(output.splitlines()[-1])
        ours, plain = found["ours"], found["plain"]
        print(
            f"cost, {posts} posts: {ours['seconds']:.1f} s against {plain['seconds']:.1f} "
            f"({ours['seconds'] / plain['seconds']:.2f} of it), peak {ours['peak']:.2f} GB against {plain['peak']:.2f} "
            f"({ours['peak'] / plain['peak']:.2f}), topics {ours['topics']} against {plain['topics']}",
            flush=True,
        )


class Given:
    """Stands for the model: the vector of a text is looked up."""

    def __init__(self, texts: list[str], vectors: Any) -> None:
        from insights.models.precision import Precision
        from insights.models.topic_vectors import NAME

        self.name, self.precision = NAME, Precision("given", 1.0, 1.0)
        self._rows = dict(zip(texts, vectors, strict=True))

    def encode(self, texts: Any, progress: Callable[[int, int], None] | None = None) -> Any:
        return np.stack([self._rows[text] for text in texts])


def refresh(small: int = 10_000, large: int = 100_000) -> None:
    """1,000 new posts on a store that holds `small` posts, and on one that holds `large`; both of 1,000 posts a day."""
    from data.models import NewPost
    from data.posts.ingest import add_posts
    from data.settings import Settings
    from data.source_list import add_source
    from data.store import Store
    from insights.pipeline.models import Models
    from insights.pipeline.refresh import refresh as run

    texts, vectors = many(large + 1_000)
    texts = [f"{text} {number}" for number, text in enumerate(texts)]
    model = Given(texts, vectors)
    taken = {}
    for size in (small, large):
        with tempfile.TemporaryDirectory() as folder:
            store = Store(record_at(folder))
            settings = Settings(data_dir=folder)

            def add(numbers: range, spread: float, store: Store = store) -> None:
                with store.write() as connection:
                    source, _ = add_source(connection, "feed", "http://a", NOW)
                    for start in range(0, len(numbers), 2_000):
                        part = numbers[start : start + 2_000]
                        made = [
                            NewPost(
                                "feed",
                                str(n),
                                texts[n],
                                texts[n],
                                author=f"a{n % 997}",
                                published_at=NOW - timedelta(days=spread * (n - numbers[0]) / len(numbers)),
                            )
                            for n in part
                        ]
                        add_posts(connection, source.id, made, NOW)

            add(range(size), size / 1_000)
            started = time.perf_counter()
            run(store, settings, now=lambda: NOW, models=Models.one(model))
            first = time.perf_counter() - started
            add(range(large, large + 1_000), 1.0)
            started = time.perf_counter()
            run(store, settings, now=lambda: NOW, models=Models.one(model))
            taken[size] = time.perf_counter() - started
            print(f"refresh, {size} posts from nothing {first:.1f} s; 1,000 more {taken[size]:.2f} s", flush=True)
    print(f"refresh, {large} against {small}: {taken[large] / taken[small]:.2f} times", flush=True)


def assign_stored(posts: int = 1_000_000) -> None:
    """Stored vectors of a mixture (300 centres, 384 dimensions) put in 300 topics."""
    from data.posts.vectors import VectorFile
    from insights.topics.fit import assign, unit

    rng = np.random.default_rng(0)
    centres = unit(rng.normal(size=(300, 384)).astype(np.float32))
    with tempfile.TemporaryDirectory() as folder:
        file = VectorFile(Path(folder) / "vectors.sqlite")
        for start in range(0, posts, 20_000):
            rows = centres[rng.integers(0, 300, 20_000)] + rng.normal(scale=0.05, size=(20_000, 384))
            file.put("mixture", range(start, start + 20_000), unit(rows.astype(np.float32)))
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        started = time.perf_counter()
        placed = 0
        for _ids, rows in file.all("mixture"):
            placed += int((assign(rows, centres, 0.3)[0] >= 0).sum())
        seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(
        f"assign, {posts} stored vectors to 300 topics: {seconds:.1f} s, {placed} placed, peak {peak / 1e6:.2f} GB "
        f"(before: {before / 1e6:.2f})",
        flush=True,
    )


def main() -> None:
    what, *rest = sys.argv[1:] or ["both"]
    if what in ("quality", "both"):
        quality(*(int(value) for value in rest))
    if what in ("stability", "both"):
        stability()
    if what == "cost":
        cost([int(value) for value in rest] or [1_000, 10_000, 100_000])
    if what == "one":
        _one(rest[0], int(rest[1]))
    if what == "refresh":
        refresh(*(int(value) for value in rest))
    if what == "assign":
        assign_stored(*(int(value) for value in rest))


if __name__ == "__main__":
    main()

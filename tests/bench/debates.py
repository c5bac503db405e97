"""What debates and new tools add to a refresh: 1,000 new posts on stores of 10,000 and of 100,000.

    python -m tests.bench.debates [SIZE ...]

Posts are those of the demo, in threads of about twenty, with other names of tools. The plain way beside it reads all
posts again and judges every thread, as a program without a memory would.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta

from data.debates.discussions import save_stances
from data.demo_community import demo_posts
from data.models import NewPost
from data.posts.ingest import add_posts
from data.source_list import add_source
from data.store import Store
from insights.pipeline.debates import find_debates, stances_to_save
from insights.pipeline.tools import note_names, tell_tools
from tests.bench import record_at

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
NEW = 1_000
THREAD = 20


def posts_of(count: int, rng: random.Random, start: int = 0, days: float = 365) -> list[NewPost]:
    """Posts with the texts of the demo; two thirds of them in threads, some of which argue."""
    demo = [post for _, post in demo_posts(NOW)]
    argued = [post for post in demo if "-debate-" in post.native_id]
    found: list[NewPost] = []
    for number in range(count):
        serial = start + number
        thread = serial // THREAD
        in_thread = serial % 3 < 2
        post = rng.choice(argued if in_thread and thread % 10 == 0 else demo)
        text = (post.plain or "").replace("Kanvio", f"Kan{serial % 97}vio")
        key = f"bench-{serial}"
        root = f"bench-root-{thread}" if in_thread else key
        found.append(
            NewPost(
                "forum",
                key,
                text,
                text,
                author=f"author {rng.randrange(count // 5 + 50)}",
                lang=post.lang,
                published_at=NOW - timedelta(days=days * (1 - number / max(1, count)), seconds=serial % 60),
                root_id=root,
                parent_id=root if in_thread else "",
                community="Bench",
            )
        )
    return found


def put(store: Store, posts: list[NewPost]) -> list[int]:
    ids: list[int] = []
    for first in range(0, len(posts), 5_000):
        with store.write(counts=False) as connection:
            source, _ = add_source(connection, "feed", "http://bench.example", NOW)
            add_posts(connection, source.id, posts[first : first + 5_000], NOW)
    with store.read() as connection:
        known = dict(connection.exec_driver_sql("SELECT native_id, id FROM post").all())
    ids += [int(known[post.native_id]) for post in posts]
    return ids


def read(store: Store, ids: list[int], posts: list[NewPost]) -> dict[str, float]:
    """Seconds of each step over these posts."""
    took = {"stances": 0.0, "names": 0.0}
    touched: set[int] = set()
    for first in range(0, len(ids), 512):
        part, texts = ids[first : first + 512], [post.plain or "" for post in posts[first : first + 512]]
        langs = [post.lang for post in posts[first : first + 512]]
        began = time.perf_counter()
        with store.write(counts=False) as connection:
            save_stances(connection, part, stances_to_save(part, texts))
            took["stances"] += time.perf_counter() - began
            began = time.perf_counter()
            touched |= note_names(connection, part, texts, langs, frozenset({"brimelo", "plandora", "tidello"}))
        took["names"] += time.perf_counter() - began
    began = time.perf_counter()
    debates = find_debates(store, ids)
    took["debates"] = time.perf_counter() - began
    began = time.perf_counter()
    tools = tell_tools(store, touched, frozenset({"brimelo", "plandora", "tidello"}))
    took["tools"] = time.perf_counter() - began
    print(f"  {debates} debates, {tools} tools told; " + ", ".join(f"{k} {v:.2f} s" for k, v in took.items()))
    return took


def main() -> None:
    sizes = [int(value) for value in sys.argv[1:]] or [10_000, 100_000]
    for size in sizes:
        rng = random.Random(1)
        with tempfile.TemporaryDirectory() as folder:
            store = Store(record_at(folder))
            posts = posts_of(size, rng)
            ids = put(store, posts)
            print(f"{size} posts, all read:")
            whole = sum(read(store, ids, posts).values())
            new = posts_of(NEW, rng, start=size - NEW // 2, days=2)
            new = [post for post in new if post.native_id not in {p.native_id for p in posts[-NEW:]}]
            more = posts_of(NEW - len(new), rng, start=size + NEW, days=2)
            fresh = [*new, *more]
            added = put(store, fresh)
            print(f"{len(added)} new posts on them:")
            part = sum(read(store, added, fresh).values())
            print(
                f"  {part:.2f} s; reading all again would take {whole + part:.1f} s: {(whole + part) / part:.0f} times"
            )


if __name__ == "__main__":
    main()

"""Work on a cluster against the same work here: speed with one and two workers, what moves, what stays serial, kills.

python -m tests.bench.dask [POSTS] [WORK]   understanding so many posts of the demo (2,000), collecting 300 feeds,
                                            importing 20,000 rows; then the kills on smaller ones. WORK: one of these

One thread a process everywhere. What more cores would give is computed from measured parts (Amdahl 1967), not measured.
"""

from __future__ import annotations

import asyncio
import csv
import io
import multiprocessing
import os
import pickle
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

from sqlalchemy import select

from data.cluster.chosen import open_workers
from data.cluster.workers import Workers
from data.demo_community import demo_posts
from data.posts.analysis import count_waiting
from data.posts.ingest import add_posts
from data.posts.vectors import vectors_of
from data.schema import post, post_text
from data.settings import Settings
from data.source_list import add_source
from data.store import Store
from insights.pipeline.models import Models, open_models
from insights.pipeline.posts.reading import Reader
from insights.pipeline.posts.settle import settle
from insights.pipeline.posts.tones import Tones
from insights.pipeline.posts.understand import understand
from sources import collect as collecting
from sources.files import imports
from sources.files.posts import preview
from tests.cluster import Cluster
from tests.conftest import NOW, Loopback
from tests.insights.test_order import found

CORES = (2, 16, 160)
MB = 1_000_000
Act = Callable[[], None]


class Counted(Workers):
    """This process, as if it were a cluster: what would travel is pickled and counted, what would run there timed."""

    far = True
    slots = 4

    def __init__(self) -> None:
        self.seconds, self.out, self.back = 0.0, 0, 0

    def each(
        self,
        work: Callable[[Any], Any],
        batches: Iterable[Any],
        here: Callable[[Any], Any] | None = None,
        *,
        in_order: bool = True,
    ) -> Iterator[Any]:
        for batch in batches:
            self.out += len(pickle.dumps(batch, protocol=5))
            started = time.perf_counter()
            result = (here or work)(batch)
            self.seconds += time.perf_counter() - started
            self.back += len(pickle.dumps(result, protocol=5))
            yield result


@dataclass
class Step:
    """One kind of work: `run` does it in a folder and gives (seconds, a fingerprint of all that was written)."""

    name: str
    run: Callable[[Path, str, Workers | None, Act], tuple[float, Any]]


def opened(address: str, workers: Workers | None) -> AbstractContextManager[Workers]:
    return nullcontext(workers) if workers is not None else open_workers(Settings(dask_scheduler=address))


def written(store: Store) -> Any:
    with store.read() as connection:
        rows = connection.execute(select(post.c.native_id, post_text.c.plain).join(post_text))
        return sorted(map(tuple, rows))


def understanding(number: int, models: Models) -> Step:
    posts = [replace(item, source_kind="feed") for _, item in demo_posts(NOW)][-number:]

    def run(folder: Path, address: str, workers: Workers | None, act: Act) -> tuple[float, Any]:
        store = Store(f"sqlite:///{folder / 'vigie.sqlite'}")
        with store.write() as connection:
            source, _ = add_source(connection, "feed", "http://a.example", NOW)
            add_posts(connection, source.id, posts, NOW)
        vectors, tones = vectors_of(store), Tones(store, Reader.of_record(store, models.reading))
        acts = iter([act])
        with opened(address, workers) as mine:
            started = time.perf_counter()
            understand(
                store,
                models,
                vectors,
                number,
                lambda step, done, _: next(acts, act_no)() if done else None,
                tones,
                mine,
            )
            settle(store, models, vectors, None, lambda *_: None, mine)
            seconds = time.perf_counter() - started
        rows = found(store)
        with store.read() as connection:
            assert not count_waiting(connection)
        return seconds, (rows, vectors.get(models.topics.name, [row[0] for row in rows["post"]])[1].tobytes())

    return Step(f"understanding {number:,} posts", run)


def act_no() -> None:
    pass


def serve_feeds(pipe: Any, posts: int) -> None:
    """A server of feeds in a process of its own, so that it takes no time of those that are measured."""
    from aiohttp import web

    rng = random.Random(3)
    said = [item.text for _, item in demo_posts(NOW)]

    async def answer(request: web.Request) -> web.Response:
        name = f"{request.host.partition(':')[0]}{request.path}"
        items = "".join(
            f"<item><guid>{name}#{n}</guid><title>{n} of {name}</title><description>"
            f"&lt;div&gt;&lt;p&gt;{'&lt;/p&gt;&lt;p&gt;'.join(rng.choice(said).replace('&', '').replace('<', '') for _ in range(8))}"
            "&lt;/p&gt;&lt;/div&gt;</description><pubDate>Mon, 01 Jun 2026 10:00:00 GMT</pubDate></item>"
            for n in range(posts)
        )
        body = f'<rss version="2.0"><channel><title>{name}</title>{items}</channel></rss>'
        return web.Response(body=body.encode(), content_type="text/xml")

    server = Loopback(answer, "0.0.0.0")
    pipe.send(server.port)
    pipe.recv()


def collecting_feeds(feeds: int, port: int) -> Step:
    def run(folder: Path, address: str, workers: Workers | None, act: Act) -> tuple[float, Any]:
        settings = Settings(data_dir=str(folder), demo=False, allow_private_network=True, dask_scheduler=address)
        store = Store(settings.store_url)
        with store.write() as connection:
            for number in range(feeds):
                add_source(connection, "feed", f"http://127.0.0.{2 + number % 60}:{port}/{number}", NOW)
        acts = iter([act])
        chosen = patch.object(collecting, "open_workers", lambda _: nullcontext(workers)) if workers else nullcontext()
        with chosen:
            started = time.perf_counter()
            asyncio.run(collecting.collect(store, settings, now=lambda: NOW, progress=lambda *_: next(acts, act_no)()))
            seconds = time.perf_counter() - started
        return seconds, [row[0] for row in written(store)]

    return Step(f"collecting {feeds} feeds", run)


def importing(rows: int) -> Step:
    rng, out = random.Random(1), io.StringIO()
    said = [item.text for _, item in demo_posts(NOW)]
    lines = csv.writer(out)
    lines.writerow(["id", "date", "text", "author", "likes"])
    for number in range(1, rows + 1):
        lines.writerow([number, f"2026-05-{1 + number % 28:02d} 10:00:00", rng.choice(said), f"a{number % 90}", 3])
    body = out.getvalue().encode()

    def run(folder: Path, address: str, workers: Workers | None, act: Act) -> tuple[float, Any]:
        settings = Settings(data_dir=str(folder), demo=False, dask_scheduler=address)
        store, stream = Store(settings.store_url), io.BytesIO(body)
        guess = preview(stream, "posts.csv", now=NOW).guess
        acts = iter([act])
        chosen = patch.object(imports, "open_workers", lambda _: nullcontext(workers)) if workers else nullcontext()
        with chosen:
            started = time.perf_counter()
            imports.import_file(
                store, settings, stream, "posts.csv", guess, now=lambda: NOW, progress=lambda _: next(acts, act_no)()
            )
            seconds = time.perf_counter() - started
        return seconds, written(store)

    return Step(f"importing {rows:,} rows", run)


def done(step: Step, address: str = "", workers: Workers | None = None, act: Act = act_no) -> tuple[float, Any]:
    with tempfile.TemporaryDirectory() as folder:
        return step.run(Path(folder), address, workers, act)


def speeds(steps: list[Step]) -> None:
    """Local, one worker, two: the second run of each cluster counts, as models are loaded once."""
    print("\n| work | here, s | 1 worker, s | 2 workers, s | 1 to here | 2 to here | first run of 1 and 2, s | same |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |", flush=True)
    for step in steps:
        here, wanted = done(step)
        cells, first, same = [here], [], True
        for number in (1, 2):
            with Cluster(number) as cluster:
                for turn in range(2):
                    seconds, rows = done(step, cluster.address)
                    same = same and rows == wanted
                    (cells if turn else first).append(seconds)
        ratios = [f"{here / seconds:.2f}" for seconds in cells[1:]]
        times = [f"{seconds:.1f}" for seconds in cells]
        print(
            f"| {step.name} | {' | '.join((*times, *ratios))} | {first[0]:.1f}, {first[1]:.1f} | {same} |", flush=True
        )


def shares(steps: list[Step]) -> None:
    """What would run elsewhere and what stays, in one process; and what follows for more cores."""
    print(
        "\n| work | travels, s | stays, s | serial share | MB out | MB back | "
        + " | ".join(f"at most with {n} cores" for n in CORES)
        + " |"
    )
    print("| --- " * (6 + len(CORES)) + "|", flush=True)
    for step in steps:
        counted = Counted()
        seconds, _ = done(step, workers=counted)
        serial = max(0.0, seconds - counted.seconds) / seconds
        most = [f"{1 / (serial + (1 - serial) / cores):.1f}x" for cores in CORES]
        cells = (f"{counted.seconds:.1f}", f"{seconds - counted.seconds:.2f}", f"{serial:.1%}")
        print(
            f"| {step.name} | {' | '.join(cells)} | {counted.out / MB:.2f} | {counted.back / MB:.2f} | {' | '.join(most)} |",
            flush=True,
        )


def processor_time(steps: list[Step]) -> None:
    """CPU seconds of the process that holds the record and of the workers, which a busy machine does not stretch; what
    follows for more cores, none of the work at once with any other."""
    print(
        "\n| work | CPU here, s | with workers: record, s | workers, s | "
        + " | ".join(f"{n} cores, computed" for n in CORES)
        + " |"
    )
    print("| --- " * (4 + len(CORES)) + "|", flush=True)
    for step in steps:
        before = time.process_time()
        done(step)
        here = time.process_time() - before
        with Cluster(2) as cluster:
            done(step, cluster.address)  # models are loaded
            before, worked = time.process_time(), cluster.cpu_seconds()
            done(step, cluster.address)
            record, worked = time.process_time() - before, cluster.cpu_seconds() - worked
        most = [f"{here / (record + worked / cores):.1f}x" for cores in CORES]
        print(f"| {step.name} | {here:.1f} | {record:.1f} | {worked:.1f} | {' | '.join(most)} |", flush=True)


def kills(steps: list[Step]) -> None:
    """SIGKILL on the way: what there was to do, what was done."""
    print("\n| work | killed | rows wanted | rows there | lost | twice | other | s |")
    print("| --- " * 8 + "|", flush=True)
    for step in steps:
        _, wanted = done(step)
        for victim in ("a worker", "the scheduler"):
            with Cluster(2) as cluster:
                act = cluster.kill_worker if victim == "a worker" else cluster.kill_scheduler
                seconds, rows = done(step, cluster.address, act=act)
            before, after = (
                [row[0] for row in one[0]["post"]] if isinstance(one, tuple) else one for one in (wanted, rows)
            )
            lost, twice = len(set(before) - set(after)), len(after) - len(set(after))
            other = "none" if rows == wanted else "some"
            print(
                f"| {step.name} | {victim} | {len(before)} | {len(after)} | {lost} | {twice} | {other} | {seconds:.1f} |",
                flush=True,
            )


@contextmanager
def feed_server(posts: int) -> Iterator[int]:
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve_feeds, args=(theirs, posts), daemon=True)
    process.start()
    yield ours.recv()
    process.kill()


def main() -> None:
    if os.environ.get("OMP_NUM_THREADS") != "1":  # read by libraries as they load; sums of two threads end otherwise
        program = [sys.executable, "-m", "tests.bench.dask", *sys.argv[1:]]
        os.execve(sys.executable, program, {**os.environ, "OMP_NUM_THREADS": "1"})
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    only = sys.argv[2] if len(sys.argv) > 2 else ""
    with tempfile.TemporaryDirectory() as folder:
        models = open_models(Store(f"sqlite:///{folder}/x.sqlite"), Settings(threads=1))
    with feed_server(20) as port:
        steps = [importing(20_000), collecting_feeds(300, port), understanding(number, models)]
        small = [importing(5_000), collecting_feeds(120, port), understanding(300, models)]
        processor_time([step for step in steps if step.name.startswith(only)])
        shares([step for step in steps if step.name.startswith(only)])
        speeds([step for step in steps if step.name.startswith(only)])
        kills([step for step in small if step.name.startswith(only)])


if __name__ == "__main__":
    main()

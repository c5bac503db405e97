"""Work on a cluster of real processes: the same posts and the same findings, also where some of them are killed."""

from __future__ import annotations

import asyncio
import csv
import io
import os
import random
import shutil
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from aiohttp import web
from sqlalchemy import select, update

from data.cluster import dask
from data.cluster.chosen import for_workers, open_workers
from data.cluster.task import code_version
from data.credentials import Credentials, Secret
from data.models import UNREAD, Source
from data.posts.vectors import vectors_of
from data.schema import post, post_text, post_topic, source
from data.settings import ROOT, Settings, SettingsError, load_settings
from data.source_list import add_source
from data.store import Store
from insights.models.topic_vectors import NAME as TOPICS
from insights.pipeline.models import ModelNames, Models, open_named
from insights.pipeline.posts.reading import Reader
from insights.pipeline.posts.settle import settle
from insights.pipeline.posts.tones import Tones
from insights.pipeline.posts.understand import understand
from sources.addresses.hosts import host_of, shared_out
from sources.collect import SOURCES, collect, stays
from sources.files.imports import import_file
from sources.files.posts import preview
from tests.cluster import Cluster, double, picky
from tests.conftest import NOW, Loopback
from tests.insights.test_order import found, silent
from tests.postgres import free_port

NAMES = ModelNames("auto", TOPICS, "float32", "", "")  # the models of topics; posts are read by their words


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with Cluster(2) as made:
        yield made


# Without the setting


def test_nothing_of_dask_is_loaded_without_the_setting(tmp_path: Path) -> None:
    code = """
import asyncio, csv, io, sys
from data.cluster.chosen import open_workers
from data.demo_community import demo_posts
from data.settings import load_settings
from data.store import Store
from insights.pipeline.demo import kept_models
from insights.pipeline.refresh import refresh
from sources.collect import collect
from sources.files import imports
from sources.files.meaning.columns import Mapped
from tests.conftest import NOW
settings = load_settings()
store = Store(settings.store_url)
out = io.StringIO()
csv.writer(out).writerows([("text", "date"), *((p.text, p.published_at) for _, p in demo_posts(NOW)[:20])])
imports.WORTH = 1
imports.import_file(store, settings, io.BytesIO(out.getvalue().encode()), "a.csv", Mapped({"text": "text"}))
asyncio.run(collect(store, settings))
print(refresh(store, settings, models=kept_models()).posts)
with open_workers(settings) as workers:
    print(list(workers.each(abs, [-1])))
print(sorted(name for name in sys.modules if name.split(".")[0] in {"dask", "distributed", "tornado"}))
"""
    environ = {**os.environ, "VIGIE_DATA_DIR": str(tmp_path), "VIGIE_DEMO": "false"}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environ, capture_output=True, text=True)
    assert done.stdout.splitlines()[-3:] == ["20", "[1]", "[]"], done.stderr


def test_an_address_is_checked_and_a_missing_package_named(tmp_path: Path) -> None:
    for good in ("tcp://10.0.0.5:8786", "tls://scheduler.example:8786", "tcp://[::1]:8786"):
        assert load_settings({"VIGIE_DASK_SCHEDULER": good}).dask_scheduler == good
    for bad in ("10.0.0.5:8786", "http://a:1", "tcp://a", "tcp://a:1/x", "tcp://a b:1"):
        with pytest.raises(SettingsError, match="dask_scheduler"):
            load_settings({"VIGIE_DASK_SCHEDULER": bad})
    code = (
        "import sys; sys.modules['distributed'] = None\nfrom sources.__main__ import main\nsys.exit(main(['collect']))"
    )
    settings = Settings(data_dir=str(tmp_path), demo=False)
    with Store(settings.store_url).write() as connection:
        add_source(connection, "feed", "http://127.0.0.1:1/feed", NOW)
    environ = {**os.environ, "VIGIE_DATA_DIR": str(tmp_path), "VIGIE_DEMO": "false"}
    environ["VIGIE_DASK_SCHEDULER"] = "tcp://127.0.0.1:1"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environ, capture_output=True, text=True)
    assert done.returncode == 1
    assert "pip install -r requirements-dask.txt" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_scheduler_that_is_not_there_costs_a_line(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    with open_workers(replace(settings, dask_scheduler=f"tcp://127.0.0.1:{free_port()}")) as workers:
        assert list(workers.each(abs, [-1, -2])) == [1, 2]
    (line,) = capsys.readouterr().err.splitlines()
    assert "does not answer" in line


# Each by itself


def test_what_fails_on_a_worker_is_done_here(
    cluster: Cluster, settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TEST_HERE", "1")
    with open_workers(replace(settings, dask_scheduler=cluster.address)) as workers:
        assert workers.far
        assert list(workers.each(double, range(20))) == list(range(0, 40, 2))
        assert sorted(workers.each(double, range(20), in_order=False)) == list(range(0, 40, 2))
        assert capsys.readouterr().err == ""
        assert list(workers.each(picky, range(5))) == list(range(5))
    (line,) = capsys.readouterr().err.splitlines()
    assert "no two" in line
    assert "done here" in line


def test_workers_with_other_code_are_found_out(
    cluster: Cluster, settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dask, "code_version", lambda: "0123456789ab")
    with open_workers(replace(settings, dask_scheduler=cluster.address)) as workers:
        assert list(workers.each(double, range(9))) == list(range(0, 18, 2))
    (line,) = capsys.readouterr().err.splitlines()
    assert f"other code ({code_version()}, here 0123456789ab)" in line


def test_no_more_batches_are_under_way_than_there_is_room_for(cluster: Cluster, settings: Settings) -> None:
    taken: list[int] = []

    def batches() -> Iterator[int]:
        for number in range(30):
            taken.append(number)
            yield number

    with open_workers(replace(settings, dask_scheduler=cluster.address)) as workers:
        for given, _ in enumerate(workers.each(double, batches())):
            assert len(taken) - given <= workers.slots == 4


def test_no_secret_travels() -> None:
    whole = Settings(database_url="postgresql://u:secret@h/d", llm_key="secret", openid_client_secret="secret")
    assert "secret" not in repr([getattr(for_workers(whole), name) for name in Settings.__slots__])


# Collecting


def feed(name: str, posts: int) -> bytes:
    items = "".join(
        f"<item><guid>{name}-{n}</guid><title>News {n} of {name}</title>"
        f"<description>&lt;p&gt;The {name} says &lt;b&gt;{n}&lt;/b&gt; things&lt;/p&gt;</description>"
        f"<pubDate>Mon, 0{1 + n % 5} Jun 2026 10:00:00 GMT</pubDate></item>"
        for n in range(posts)
    )
    return f'<rss version="2.0"><channel><title>{name}</title>{items}</channel></rss>'.encode()


HOSTS, EACH, POSTS = 20, 3, 10


class Web:
    """Twenty hosts with three feeds each; one asks to be left alone. `at` is called at a request of that number."""

    def __init__(self) -> None:
        self.now: Counter[str] = Counter()
        self.most: Counter[str] = Counter()
        self.asked: Counter[str] = Counter()
        self.at: dict[int, Callable[[], None]] = {}
        self.server = Loopback(self.answer, "0.0.0.0")

    async def answer(self, request: web.Request) -> web.Response:
        host = request.host
        self.now[host] += 1
        self.asked[host] += 1
        self.most[host] = max(self.most[host], self.now[host])
        act = self.at.pop(self.asked.total(), None)
        if act is not None:
            threading.Thread(target=act).start()
        await asyncio.sleep(0.15)
        self.now[host] -= 1
        if host.startswith("127.0.0.2:"):
            return web.Response(status=429, headers={"Retry-After": "600"})
        return web.Response(body=feed(f"{host.partition(':')[0]}{request.path}", POSTS), content_type="text/xml")

    def record(self, folder: Path) -> tuple[Store, Settings]:
        settings = Settings(data_dir=str(folder), demo=False, allow_private_network=True)
        store = Store(settings.store_url)
        with store.write() as connection:
            for number in range(EACH):
                for host in range(2, HOSTS + 2):
                    add_source(connection, "feed", f"http://127.0.0.{host}:{self.server.port}/{number}", NOW)
        return store, settings


@pytest.fixture
def places() -> Iterator[Web]:
    made = Web()
    yield made
    made.server.close()


def collected(store: Store) -> dict[str, list[Any]]:
    """All that collecting writes, without ids and moments that chance gives."""
    with store.read() as connection:
        posts = select(post.c.native_id, post_text.c.title, post_text.c.plain, post.c.published_at, source.c.address)
        joined = posts.join(post_text, post_text.c.post_id == post.c.id).join(source, source.c.id == post.c.source_id)
        states = select(source.c.address, source.c.title, source.c.error_code, source.c.failures, source.c.etag)
        return {
            "posts": sorted(map(tuple, connection.execute(joined))),
            "sources": sorted(map(tuple, connection.execute(states))),
        }


def gathered(store: Store, settings: Settings) -> dict[str, list[Any]]:
    outcomes = asyncio.run(collect(store, settings, now=lambda: NOW))
    assert len(outcomes) == HOSTS * EACH
    return collected(store)


def test_collecting_is_the_same_and_as_polite(cluster: Cluster, places: Web, tmp_path: Path) -> None:
    here = gathered(*places.record(tmp_path / "here"))
    assert len(here["posts"]) == (HOSTS - 1) * EACH * POSTS
    asked = places.asked.copy()
    places.asked.clear()
    store, settings = places.record(tmp_path / "there")
    assert gathered(store, replace(settings, dask_scheduler=cluster.address)) == here
    assert places.asked == asked
    assert asked[f"127.0.0.2:{places.server.port}"] == max(places.most.values()) == 2, "it asked to be left alone"


@pytest.mark.parametrize("victim", ["worker", "scheduler"])
def test_collecting_loses_nothing_where_some_are_killed(
    victim: str, cluster: Cluster, places: Web, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    here = gathered(*places.record(tmp_path / "here"))
    places.asked.clear()
    with nullcontext(cluster) if victim == "worker" else Cluster(2) as mine:
        places.at = {15: mine.kill_worker if victim == "worker" else mine.kill_scheduler}
        store, settings = places.record(tmp_path / "there")
        assert gathered(store, replace(settings, dask_scheduler=mine.address)) == here
        assert not places.at, "nobody was killed"
        if victim == "worker":
            mine.add()
    told = capsys.readouterr().err
    assert ("the rest of this run is done here" in told) == (victim == "scheduler"), told


def test_what_is_counted_or_secret_stays_where_the_record_is() -> None:
    """Kinds that count what they use say so; a host whose sources stay is asked by nobody else."""
    uses = {path.stem for path in (ROOT / "sources" / "kinds").rglob("*.py") if "client.meter." in path.read_text()}
    assert {kind for kind, one in SOURCES.items() if one.metered} == uses
    token = Credentials({("mastodon", "m.example", "token"): Secret("t")})
    numbers = iter(range(1, 100))

    def one(kind: str, address: str) -> Source:
        return Source(next(numbers), kind, address)

    feeds = [one("feed", f"https://www.a.example/{n}") for n in range(3)] + [one("feed", "https://b.example/f")]
    toots = [one("mastodon", "@ann@m.example"), one("feed", "https://m.example/@ann.rss")]
    closed = [one("feed", "https://c.example/{secret:0123456789ab}"), one("feed", "https://c.example/open")]
    reddit = [one("reddit", "r/boats"), one("feed", "https://old.reddit.com/r/x/.rss")]
    mine, parts = shared_out([*feeds, *toots, *closed, *reddit], lambda item: stays(item, token), 2)
    assert mine == [*toots, *closed, *reddit]
    assert parts == [feeds[:3], feeds[3:]]
    assert host_of(one("hackernews", "harbour boats")) == "hackernews"
    _, parts = shared_out(toots, lambda item: stays(item, Credentials()), 2)
    assert parts == [toots], "without a token it may travel"


# Files


def table(rows: int) -> bytes:
    """A file with replies by number, posts that nobody signed and that say the same, and rows that are none."""
    rng = random.Random(1)
    out = io.StringIO()
    lines = csv.writer(out)
    lines.writerow(["id", "date", "text", "author", "parent id", "likes"])
    for number in range(1, rows + 1):
        day = f"2026-05-{1 + number % 28:02d} 1{number % 10}:00:00"
        words = f"Boat {rng.randrange(500)} was late again at pier {rng.randrange(9)}, and nobody says why"
        parent = str(rng.randrange(1, number)) if number % 3 == 0 else ""
        lines.writerow([number, day, "" if number % 97 == 0 else words, f"a{number % 50}", parent, number % 7])
    return out.getvalue().encode()


def unsigned(rows: int) -> bytes:
    """Answers to a question, which say the same again and again on one day."""
    lines = [f"2026-05-{1 + n % 5:02d},The harbour office answered too late for number {n % 40}" for n in range(rows)]
    return "\n".join(["date,text", *lines]).encode()


def imported(folder: Path, body: bytes, address: str, act: Callable[[], None] = lambda: None) -> tuple[Any, ...]:
    settings = Settings(data_dir=str(folder), demo=False, dask_scheduler=address)
    store = Store(settings.store_url)
    stream = io.BytesIO(body)
    acts = iter([act])

    def progress(done: object) -> None:
        next(acts, lambda: None)()

    guess = preview(stream, "posts.csv", now=NOW).guess
    done = import_file(store, settings, stream, "posts.csv", guess, now=lambda: NOW, progress=progress)
    with store.read() as connection:
        columns = (post.c.native_id, post.c.root_id, post.c.parent_id, post.c.published_at, post_text.c.plain)
        rows = connection.execute(select(*columns).join(post_text, post_text.c.post_id == post.c.id))
        return (done.rows, done.new, dict(done.reasons), sorted(map(tuple, rows)))


def test_files_bring_the_same_posts_where_some_are_killed(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sources.files.imports.WORTH", 1)
    body, answers = table(2_400), unsigned(800)
    here = imported(tmp_path / "here", body, "")
    assert here[1] == 2_400 - 2_400 // 97
    assert len({row[2] for row in here[3]}) > 500, "replies"
    assert imported(tmp_path / "cluster", body, cluster.address, cluster.kill_worker) == here
    cluster.add()
    same = imported(tmp_path / "same", answers, "")
    assert same[1] == 800
    assert imported(tmp_path / "same there", answers, cluster.address) == same
    assert capsys.readouterr().err == ""
    with Cluster(1) as mine:
        assert imported(tmp_path / "alone", body, mine.address, mine.kill_scheduler) == here
    assert "the rest of this run is done here" in capsys.readouterr().err


# Understanding

WAITING = 160


@pytest.fixture(scope="module")
def models() -> Models:
    return open_named(NAMES)


def waiting(demo: Store, folder: Path) -> Store:
    """The demo, of which the newest posts were never read."""
    folder.mkdir()
    for path in demo.path.parent.glob("demo*.sqlite"):
        shutil.copy(path, folder / path.name)
    store = Store(f"sqlite:///{folder / 'demo.sqlite'}")
    with store.write() as connection:
        ids = connection.execute(select(post.c.id).order_by(post.c.id.desc()).limit(WAITING)).scalars().all()
        never = update(post).where(post.c.id.in_(ids))
        connection.execute(never.values(pending=True, sentiment=UNREAD, sentiment_confidence=0.0, group_id=0, lang=""))
        connection.execute(post_topic.delete().where(post_topic.c.post_id.in_(ids)))
    vectors_of(store).forget(ids)
    return store


def understood(
    store: Store, models: Models, address: str, act: Callable[[], None] = lambda: None
) -> tuple[int, dict[str, list[Any]], Any]:
    acts = iter([act])

    def progress(step: str, done: int, total: int) -> None:
        if done:
            next(acts, lambda: None)()

    vectors, tones = vectors_of(store), Tones(store, Reader.of_record(store, None))
    with open_workers(Settings(dask_scheduler=address)) as workers:
        read = understand(store, models, vectors, WAITING, progress, tones, workers)
        settle(store, models, vectors, None, silent, workers)
    rows = found(store)
    with store.read() as connection:
        placed = connection.execute(select(post_topic).order_by(post_topic.c.post_id))
        rows["places"] = [tuple(row) for row in placed]
    return read, rows, vectors.get(TOPICS, [row[0] for row in rows["post"]])


@pytest.fixture(scope="module")
def read_here(models: Models, demo_store: Store, tmp_path_factory: pytest.TempPathFactory) -> Any:
    return understood(waiting(demo_store, tmp_path_factory.mktemp("read") / "here"), models, "")


@pytest.mark.parametrize("victim", ["worker", "scheduler"])
def test_posts_are_understood_alike_where_some_are_killed(
    victim: str,
    cluster: Cluster,
    models: Models,
    read_here: Any,
    demo_store: Store,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    read, rows, (ids, vectors) = read_here
    assert read == WAITING
    assert sum(row[1] > 0 for row in rows["places"]) > 1_000
    act = cluster.kill_worker if victim == "worker" else cluster.kill_scheduler  # the last test of the cluster
    there = understood(waiting(demo_store, tmp_path / "there"), models, cluster.address, act)
    assert there[0] == read
    assert {name for name in rows if rows[name] != there[1][name]} == set()
    assert there[2][0] == ids
    assert np.array_equal(there[2][1], vectors)
    told = capsys.readouterr().err
    assert ("the rest of this run is done here" in told) == (victim == "scheduler"), told

"""The worker as a real process: it collects and understands on its own, and only one works."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from data.acting.acts import Wish, ask
from data.acting.policy import Policy, save_policy
from data.credentials import enter_credentials
from data.house.workspaces import close_workspace, make_workspace
from data.jobs import lease_holder, recent_jobs, release_lease, take_lease
from data.models import Source
from data.posts.analysis import count_waiting
from data.posts.reads import total_posts
from data.settings import ROOT, Settings
from data.source_list import add_source
from data.store import Store
from insights.__main__ import threads_for
from tests.conftest import NOW, Loopback, measured, serve_files
from tests.mastodon import TOKEN, Instance
from worker import GATHER, is_time


def test_it_collects_then_understands_and_a_second_one_waits(
    store: Store, settings: Settings, serve: Callable[[Any], Loopback]
) -> None:
    items = "".join(f"<item><guid>g{i}</guid><title>Post {i} about planning</title></item>" for i in range(20))
    feed = f'<rss version="2.0"><channel><title>T</title>{items}</channel></rss>'.encode()
    server = serve(serve_files({"feed": feed}))
    with store.write() as connection:
        add_source(connection, "feed", f"{server.url}/feed", datetime.now(UTC))
    environ = {
        **os.environ,
        "VIGIE_DATA_DIR": settings.data_dir,
        "VIGIE_DEMO": "false",
        "VIGIE_ALLOW_PRIVATE_NETWORK": "true",
    }
    command = [sys.executable, "worker.py"]
    first = subprocess.Popen(command, cwd=ROOT, env=environ, stdin=subprocess.PIPE)
    second = None
    try:
        for _ in range(360):
            time.sleep(0.5)
            if second is None and lease_holder(store, "worker", datetime.now(UTC)):
                second = subprocess.Popen(command, cwd=ROOT, env=environ, stdin=subprocess.PIPE)
            with store.read() as connection:
                if total_posts(connection) == 20 and not count_waiting(connection):
                    break
        with store.read() as connection:
            assert (total_posts(connection), count_waiting(connection)) == (20, 0)
        time.sleep(1)
        assert lease_holder(store, "worker", datetime.now(UTC)).endswith(f":{first.pid}")
        assert os.getpriority(os.PRIO_PROCESS, first.pid) == min(19, os.getpriority(os.PRIO_PROCESS, 0) + 10)
        kinds = [job.kind for job in recent_jobs(store)]
        assert kinds.count("collect") == 1
        assert kinds.count("refresh") == 1
        assert server.requests == ["/feed"]
        assert first.stdin is not None
        first.stdin.close()  # the app has gone: the worker ends by itself
        assert first.wait(timeout=20) == 0
    finally:
        for process in (first, second):
            if process is not None and process.poll() is None:
                process.kill()
                process.wait()


@pytest.mark.parametrize("cores", [1, 2])
def test_threads_are_bounded_by_the_cores_that_the_worker_may_use(cores: int) -> None:
    mine = sorted(os.sched_getaffinity(0))[:cores]
    code = "import os; os.sched_setaffinity(0, {mine}); import insights.__main__ as m; print(m.bound_threads())"
    run = subprocess.run(
        [sys.executable, "-c", code.replace("{mine}", str(set(mine)))],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(run.stdout) == len(mine)


@pytest.mark.parametrize(("cores", "threads"), [(1, 1), (2, 2), (3, 2), (4, 3), (8, 4), (64, 4)])
def test_a_core_is_left_to_the_app(cores: int, threads: int) -> None:
    assert threads_for(cores) == threads


@pytest.mark.parametrize(
    ("changes", "starts"),
    [
        ({}, False),  # it waits for others
        ({"next_check": NOW - GATHER}, True),
        ({"last_attempt": None}, True),  # it is new
        ({"next_check": None}, True),  # somebody asked for it
        ({"last_attempt": NOW - timedelta(seconds=61)}, True),  # it is being read back
        (
            {"last_attempt": NOW + timedelta(hours=3), "next_check": NOW + timedelta(hours=4)},
            True,
        ),  # set back
    ],
)
def test_sources_that_are_due_are_gathered_but_nobody_is_kept_waiting(changes: dict[str, Any], starts: bool) -> None:
    usual = Source(1, "feed", "http://a.example", next_check=NOW, last_attempt=NOW - timedelta(hours=1))
    late = replace(usual, id=2, next_check=NOW - timedelta(minutes=1))
    assert not is_time([], NOW)
    assert not is_time([late], NOW)
    assert is_time([late, replace(usual, **changes)], NOW) == starts


def test_what_was_just_followed_is_collected_and_read_at_once(
    store: Store, settings: Settings, serve: Callable[[Any], Loopback]
) -> None:
    now = datetime.now(UTC)
    feed = (
        b"<rss version='2.0'><channel><title>T</title><item><guid>g</guid><title>A post</title></item></channel></rss>"
    )
    server = serve(serve_files(dict.fromkeys(("mine", "other", "elsewhere"), feed)))
    client = measured(Store(settings.for_workspace(make_workspace(settings, "Client", now)).store_url))
    with store.write() as connection:
        add_source(connection, "feed", f"{server.url}/elsewhere", now)  # the same number in another record
    with client.write() as connection:
        mine, _ = add_source(connection, "feed", f"{server.url}/mine", now)
        add_source(connection, "feed", f"{server.url}/other", now)
    assert take_lease(client, "collect", "another run", now, 60)
    environ = {**os.environ, "VIGIE_DATA_DIR": settings.data_dir, "VIGIE_DEMO": "false"}
    environ |= {"VIGIE_ALLOW_PRIVATE_NETWORK": "true"}
    command = [sys.executable, "worker.py", "now", "client", str(mine.id)]
    process = subprocess.Popen(command, cwd=ROOT, env=environ, stdin=subprocess.DEVNULL)
    try:
        time.sleep(5)
        assert server.requests == []  # it waits for the run that is collecting
        release_lease(client, "collect", "another run")
        assert process.wait(timeout=240) == 0
    finally:
        process.kill()
        process.wait()
    assert server.requests == ["/mine"]
    with client.read() as connection:
        assert (total_posts(connection), count_waiting(connection)) == (1, 0)
    assert not lease_holder(client, "worker", datetime.now(UTC))


def test_every_open_workspace_is_served(store: Store, settings: Settings, serve: Callable[[Any], Loopback]) -> None:
    now = datetime.now(UTC)
    feed = (
        "<rss version='2.0'><channel><title>T</title><item><guid>g</guid><title>A post</title></item></channel></rss>"
    )
    server = serve(serve_files({name: feed.encode() for name in ("own", "open", "shut")}))
    records = {"own": store}
    for name in ("open", "shut"):
        key = make_workspace(settings, name, now)
        records[name] = Store(settings.for_workspace(key).store_url)
    for name, record in records.items():
        with measured(record).write() as connection:
            add_source(connection, "feed", f"{server.url}/{name}", now)
    close_workspace(settings, "shut", now)
    environ = {**os.environ, "VIGIE_DATA_DIR": settings.data_dir, "VIGIE_DEMO": "false"}
    environ |= {"VIGIE_ALLOW_PRIVATE_NETWORK": "true"}
    process = subprocess.Popen([sys.executable, "worker.py"], cwd=ROOT, env=environ, stdin=subprocess.PIPE)
    try:
        for _ in range(360):
            time.sleep(0.5)
            with records["own"].read() as own, records["open"].read() as other:
                if total_posts(own) and total_posts(other):
                    break
        assert sorted(server.requests) == ["/open", "/own"]
        assert lease_holder(records["open"], "worker", datetime.now(UTC)).endswith(f":{process.pid}")
        assert not lease_holder(records["shut"], "worker", datetime.now(UTC))
    finally:
        process.kill()
        process.wait()


def test_it_does_what_was_asked_for_at_a_network(store: Store, settings: Settings) -> None:
    place = Instance()
    question = place.add("zoe", "How do I reset it?")
    enter_credentials(store, settings, "mastodon_write", "home.example", {"token": TOKEN})
    save_policy(store, Policy(on=True))
    text = "Hold it for a while."
    wish = Wish("k" * 20, "answer", "mastodon", "home.example", target=question.uri, text=text)
    ask(store, wish, datetime.now(UTC))
    environ = {
        **os.environ,
        "VIGIE_DATA_DIR": settings.data_dir,
        "VIGIE_DEMO": "false",
        "VIGIE_ALLOW_PRIVATE_NETWORK": "true",
        "VIGIE_BASE_URLS": f"mastodon@home.example={place.url}",
    }
    worker = subprocess.Popen([sys.executable, "worker.py"], cwd=ROOT, env=environ, stdin=subprocess.PIPE)
    try:
        until = time.monotonic() + 90
        while not place.ours() and time.monotonic() < until:
            time.sleep(0.2)
        assert [status.text for status in place.ours()] == [text]
    finally:
        worker.terminate()
        worker.wait(30)
        place.close()

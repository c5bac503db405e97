"""Two apps and two workers beside one PostgreSQL server, each with a data folder of its own, as on several machines."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

from data.house import accounts
from data.house.store import House
from data.house.workspaces import close_workspace, make_workspace, put_member
from data.jobs import holder_name, lease_holder
from data.models import NewPost
from data.posts.ingest import add_posts
from data.settings import ROOT, Settings
from data.sharing import tokens
from data.source_list import add_source
from data.store import Store
from tests.conftest import Postgres, RunningApp
from tests.dashboard.web.test_gate import cookie_of, make_team, sign_in, socket_of


@pytest.fixture
def settings(postgres: Postgres, tmp_path: Path) -> Settings:
    return Settings(data_dir=str(tmp_path), demo=False, database_url=postgres.make(template="template"))


@pytest.fixture
def house(settings: Settings) -> House:
    return make_team(settings.home, settings.database_url)


@pytest.fixture
def apps(settings: Settings, house: House, tmp_path: Path) -> Iterator[tuple[RunningApp, RunningApp]]:
    environ = {"VIGIE_DEMO": "false", "VIGIE_WORKER": "false", "VIGIE_DATABASE_URL": settings.database_url}
    with ExitStack() as held:
        started = []
        for name in ("one", "two"):
            (tmp_path / name).mkdir()
            started.append(RunningApp(tmp_path / name, **environ))
            held.callback(started[-1].close)
        yield started[0], started[1]


@contextmanager
def tab(app: RunningApp, cookie: str) -> Iterator[Callable[[str], bytes]]:
    """A tab of a browser: what each page that is opened in it shows, one after the other in one session."""
    with connect(
        app.url.replace("http", "ws") + "/_stcore/stream",
        additional_headers={"Cookie": cookie},
        subprotocols=["streamlit"],  # type: ignore[list-item]
        origin=app.url,  # type: ignore[arg-type]
        max_size=None,
    ) as socket:

        def shown(page: str) -> bytes:
            asked, got = BackMsg(), b""
            asked.rerun_script.page_name, asked.rerun_script.query_string = page, "lang=en"
            socket.send(asked.SerializeToString())
            while True:
                part = bytes(socket.recv(timeout=120, decode=False))
                got += part
                if ForwardMsg.FromString(part).WhichOneof("type") == "script_finished":
                    return got

        yield shown


def add(store: Store, words: str) -> None:
    now = datetime.now(UTC)
    with store.write() as connection:
        source, _ = add_source(connection, "feed", "http://a.example/feed", now, title="A")
        add_posts(connection, source.id, [NewPost("feed", words, "", words, published_at=now)], now)


def test_what_one_app_does_holds_in_the_other(
    apps: tuple[RunningApp, RunningApp], settings: Settings, house: House
) -> None:
    (one, two), record, now = apps, Store(settings.store_url), datetime.now(UTC)
    add(record, "firstword")
    ana, bob = cookie_of(sign_in(one)), cookie_of(sign_in(two, "bob"))
    with tab(two, ana) as shown, tab(one, bob) as shown_to_bob:  # each signed in at the other app
        assert b"firstword" in shown("mentions")
        add(record, "secondword")
        assert b"secondword" in shown("mentions")  # at the next click
        assert b"secondword" in shown_to_bob("mentions")
        with house.read() as connection:
            number = accounts.find(connection, "bob").id  # type: ignore[union-attr]
        with house.write() as connection:
            put_member(connection, number, "own", "", now)  # he is in no workspace any more
        assert b"You are in no workspace yet" in shown_to_bob("mentions")
    accounts.close(house, number, now)
    assert [socket_of(app, bob) for app in apps] == ["403", "403"]
    assert [socket_of(app, ana) for app in apps] == ["open", "open"]


def test_a_workspace_that_is_closed_is_closed_in_both(
    apps: tuple[RunningApp, RunningApp], settings: Settings, house: House
) -> None:
    key = make_workspace(settings, "Ants", datetime.now(UTC))
    record = Store(settings.for_workspace(key).store_url)
    add(record, "antsword")
    bearer = {"Authorization": f"Bearer {tokens.grant(record, 'api', 'reader', datetime.now(UTC))}"}

    def answers() -> list[int]:
        return [requests.get(f"{app.url}/api/v1/posts", headers=bearer, timeout=60).status_code for app in apps]

    assert answers() == [200, 200]
    close_workspace(settings, key, datetime.now(UTC))
    assert answers() == [401, 401]


def test_tries_at_the_door_are_counted_by_both_together(apps: tuple[RunningApp, RunningApp]) -> None:
    for turn in range(6):
        assert not sign_in(apps[turn % 2], password="a wrong one of these").cookies
    assert not [one for app in apps if (one := sign_in(app).cookies.get("vigie_session"))]  # the right one waits too


@contextmanager
def working(folder: Path, settings: Settings) -> Iterator[subprocess.Popen[bytes]]:
    folder.mkdir()
    environ = {
        **os.environ,
        "VIGIE_DATA_DIR": str(folder),
        "VIGIE_DEMO": "false",
        "VIGIE_DATABASE_URL": settings.database_url,
    }
    process = subprocess.Popen([sys.executable, "worker.py"], cwd=ROOT, env=environ, stdin=subprocess.PIPE)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=30)


def until(found: Callable[[], Any]) -> None:
    for _ in range(600):
        if found():
            return
        time.sleep(0.2)
    raise AssertionError("it never came")


def test_one_worker_works_and_another_takes_over(settings: Settings, tmp_path: Path) -> None:
    store, here = Store(settings.store_url), holder_name().rpartition(":")[0]

    def holder() -> str:
        return lease_holder(store, "worker", datetime.now(UTC))

    with working(tmp_path / "one", settings) as one, working(tmp_path / "two", settings) as two:
        names = {f"{here}:{process.pid}": process for process in (one, two)}
        until(holder)
        first = holder()
        assert first in names
        seen = set()
        until(lambda: seen.add(holder()) or store.get_meta("looked"))  # both have looked round meanwhile
        assert seen <= {first}
        os.kill(names[first].pid, signal.SIGKILL)
        names[first].wait(timeout=10)
        until(lambda: holder() in set(names) - {first})

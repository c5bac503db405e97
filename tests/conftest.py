"""Fixtures: a fresh store, a real HTTP server on loopback, a real browser, the shared corpora."""

from __future__ import annotations

import asyncio
import os
import runpy
import shutil
import ssl
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from data.network import _watch_connections
from data.settings import ROOT, Settings
from data.store import Store
from tests import spread
from tests.made_once import MadeOnce
from tests.postgres import Postgres, free_port, shared_server

ALONE = ROOT / "tests" / "alone"  # its `sitecustomize` keeps a process from reaching other computers
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(ALONE), os.environ.get("PYTHONPATH", ""))))
_watch_connections()  # Vigie's own guard speaks first, so that tests see its refusal
runpy.run_path(str(ALONE / "sitecustomize.py"))
# The same for Chromium, whose names are looked up by itself.
NO_NAMES = "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost , EXCLUDE 127.0.0.1"

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
MEMORY, ROOM = Path("/dev/shm"), 8 << 30
REQUIRED = os.environ.get("VIGIE_REQUIRE_ALL_TESTS") == "1"
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")  # of the processes of a run, which one this is


def lacking(reason: str) -> None:
    """Skip, or fail where every test must run."""
    if REQUIRED:
        pytest.fail(f"{reason}, and VIGIE_REQUIRE_ALL_TESTS is set")
    pytest.skip(reason)


def pytest_configure(config: pytest.Config) -> None:
    """Files of tests lie in memory where there is plenty: on a disk, each of tens of thousands of writes is waited for.
    Those of tests that passed go at once."""
    if config.option.basetemp or not MEMORY.is_dir():
        return
    held, whole = os.statvfs(MEMORY), os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    if min(held.f_bavail * held.f_frsize, whole // 2) > ROOM and not held.f_flag & os.ST_NOEXEC:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    spread.in_order(items)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> spread.Spread:
    return spread.Spread(config, log)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=str(tmp_path), demo=False, allow_private_network=True, fetch_timeout=5)


@pytest.fixture(scope="session")
def empty_record(made_once: MadeOnce) -> Path:
    """A file of SQLite with an empty record in it. A copy is there at once, where each migration takes its time."""
    return made_once.folder("empty", lambda made: Store(f"sqlite:///{made}/empty.sqlite").close()) / "empty.sqlite"


@pytest.fixture
def sqlite_store(settings: Settings, empty_record: Path) -> Store:
    shutil.copyfile(empty_record, settings.store_url.removeprefix("sqlite:///"))
    return Store(settings.store_url)


@pytest.fixture
def store(sqlite_store: Store) -> Store:
    return sqlite_store


def measured(store: Store) -> Store:
    """A record that knows in which numbers models compute here, as after its first refresh: measuring takes seconds."""
    from insights.pipeline.models import AUTO, READING, precision_key

    for name in (AUTO, READING):
        store.set_meta(precision_key(name), "float32")
    return store


def record_of(version: str, path: Path, *statements: tuple[str, tuple[Any, ...]]) -> str:
    """The address of a record as that version of the migrations left it, with these statements run on it."""
    from alembic import command
    from alembic.config import Config
    from sqlalchemy import make_url

    from data import sqlite

    url = f"sqlite:///{path}"
    config = Config()
    config.set_main_option("script_location", str(ROOT / "data" / "migrations"))
    with sqlite.open_engine(make_url(url)).connect() as connection:
        sqlite.begin(connection, writes=True)
        config.attributes["connection"] = connection
        command.upgrade(config, version)
        for statement, values in statements:
            connection.exec_driver_sql(statement, values)
        if connection.in_transaction():
            connection.commit()
    return url


def wait_for_streamlit(url: str, log: Path) -> None:
    """Until an app answers. Raises RuntimeError, with its log, where it has not in a minute or more."""
    for _ in range(240):
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2):
                return
        except OSError:
            time.sleep(0.25)
    raise RuntimeError(f"the app did not start: {log.read_text()}")


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> MadeOnce:
    """What is costly to make, shared by the processes of a run."""
    base = tmp_path_factory.getbasetemp()
    return MadeOnce(base.parent if WORKER else base)


@pytest.fixture(scope="session")
def postgres(made_once: MadeOnce) -> Iterator[Postgres]:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        lacking("no PostgreSQL on this machine")
    with shared_server(found[-1].parent, made_once, f"{WORKER or 'test'}_") as server:
        yield server


DATABASES = ("sqlite", "postgresql")


def record_on(request: pytest.FixtureRequest) -> Iterator[Store]:
    """An empty record on the database that a fixture's parameter names."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_store")
        return
    server = request.getfixturevalue("postgres")
    made = Store(server.make(template="template"))
    yield made
    made.close()
    server.drop(made.url)


@pytest.fixture(scope="session")
def corpora() -> Path:
    path = Path(os.environ.get("VIGIE_CORPORA", ROOT.parent / "shared" / "corpora"))
    if not path.is_dir():
        lacking("the shared corpora are not on this machine")
    return path


Handler = Callable[[web.Request], Any]


class Loopback:
    """A real aiohttp server in a thread; `handler` answers every request and may be replaced."""

    def __init__(self, handler: Handler, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> None:
        self.handler = handler
        self._tls = tls
        self._host = host
        self.requests: list[str] = []
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        assert self._ready.wait(10)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)

        async def answer(request: web.Request) -> Any:
            self.requests.append(request.path_qs)
            return await self.handler(request)

        async def start() -> None:
            app = web.Application()
            app.router.add_route("*", "/{tail:.*}", answer)
            self._runner = runner = web.AppRunner(app, shutdown_timeout=0.1)
            await runner.setup()
            site = web.TCPSite(runner, self._host, 0, ssl_context=self._tls)
            await site.start()
            self.port = runner.addresses[0][1]
            self._ready.set()

        self._loop.run_until_complete(start())
        self._loop.run_forever()

    def close(self) -> None:
        async def end() -> None:
            for site in list(self._runner.sites):
                await site.stop()  # from now on a connection is refused, where one that nobody answers is waited for
            for task in asyncio.all_tasks(self._loop) - {asyncio.current_task()}:
                task.cancel()
            self._loop.call_later(0.05, self._loop.stop)

        if self._thread.is_alive():  # it may have been closed by its test
            asyncio.run_coroutine_threadsafe(end(), self._loop)
        self._thread.join(5)


@pytest.fixture
def serve() -> Iterator[Callable[[Handler], Loopback]]:
    servers: list[Loopback] = []

    def start(handler: Handler) -> Loopback:
        servers.append(Loopback(handler))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def feed_files(corpora: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((corpora / "feeds").iterdir())}


def serve_files(files: dict[str, bytes]) -> Handler:
    """Feeds with an ETag each, answering 304 to who has it."""

    async def answer(request: web.Request) -> web.Response:
        body = files.get(request.path.strip("/"))
        if body is None:
            return web.Response(status=404)
        tag = f'"{len(body)}"'
        if request.headers.get("If-None-Match") == tag:
            return web.Response(status=304, headers={"ETag": tag})
        return web.Response(body=body, headers={"ETag": tag, "Content-Type": "application/xml"})

    return answer


@pytest.fixture(scope="module")  # Playwright keeps a loop in this thread, which asyncio.run elsewhere would meet
def browser() -> Iterator[Any]:
    path = shutil.which("chromium") or "/usr/bin/chromium"
    if not Path(path).exists():
        lacking("no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu", NO_NAMES])
        yield opened
        opened.close()


class RunningApp:
    """The app as `make run` starts it, on a free port with a data folder of its own."""

    def __init__(self, folder: Path, address: str = "127.0.0.1", **environ: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environ = environ
        self.log = folder / "app.log"
        command = ["streamlit", "run", "server.py", "--server.address", address, "--server.port", str(self.port)]
        self.process = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=ROOT,
            env={**os.environ, "VIGIE_DATA_DIR": str(folder), **environ},
            stdout=self.log.open("wb"),
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
        )
        wait_for_streamlit(self.url, self.log)

    def close(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()


@pytest.fixture(scope="session")
def demo_today(made_once: MadeOnce, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """A folder of that name with today's demo in it, as a first start makes it."""

    def fill(folder: Path) -> None:
        environ = {**os.environ, "VIGIE_DATA_DIR": str(folder), "VIGIE_DEMO": "true"}
        subprocess.run([sys.executable, "-m", "insights", "demo"], cwd=ROOT, env=environ, check=True)

    def copied(name: str) -> Path:
        target = tmp_path_factory.mktemp(name)
        return Path(shutil.copytree(made_once.folder("demo-today", fill), target, dirs_exist_ok=True))

    return copied


@pytest.fixture(scope="session")
def demo_app(demo_today: Callable[[str], Path]) -> Iterator[RunningApp]:
    app = RunningApp(demo_today("demo"), VIGIE_DEMO="true")
    yield app
    app.close()


@pytest.fixture(scope="session")
def demo_store(made_once: MadeOnce, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The demo community at a fixed moment. Read only."""

    def fill(folder: Path) -> None:
        from insights.pipeline.demo import make_demo

        made = Store(f"sqlite:///{folder / 'demo.sqlite'}")
        make_demo(made, Settings(data_dir=str(folder)), NOW)
        made.close()

    folder = tmp_path_factory.mktemp("demo-store")
    shutil.copytree(made_once.folder("demo-june", fill), folder, dirs_exist_ok=True)
    return Store(f"sqlite:///{folder / 'demo.sqlite'}")

"""Fixtures: a fresh store, a real HTTP server on loopback, a real browser, the shared corpora."""

from __future__ import annotations

import asyncio
import fcntl
import os
import runpy
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
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

ALONE = ROOT / "tests" / "alone"  # its `sitecustomize` keeps a process from reaching other computers
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(ALONE), os.environ.get("PYTHONPATH", ""))))
_watch_connections()  # Vigie's own guard speaks first, so that tests see its refusal
runpy.run_path(str(ALONE / "sitecustomize.py"))
# The same for Chromium, whose names are looked up by itself.
NO_NAMES = "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost , EXCLUDE 127.0.0.1"

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
REQUIRED = os.environ.get("VIGIE_REQUIRE_ALL_TESTS") == "1"


def lacking(reason: str) -> None:
    """Skip, or fail where every test must run."""
    if REQUIRED:
        pytest.fail(f"{reason}, and VIGIE_REQUIRE_ALL_TESTS is set")
    pytest.skip(reason)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=str(tmp_path), demo=False, allow_private_network=True, fetch_timeout=5)


@pytest.fixture
def store(settings: Settings) -> Store:
    return Store(settings.store_url)


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


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_streamlit(url: str, log: Path) -> None:
    """Until an app answers. Raises RuntimeError, with its log, where it has not in a minute or more."""
    for _ in range(240):
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2):
                return
        except OSError:
            time.sleep(0.25)
    raise RuntimeError(f"the app did not start: {log.read_text()}")


class Postgres:
    """A PostgreSQL server of Debian's package on loopback, with a database for each test."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self._run = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []  # it refuses to run as root
        self.programs, self._data, self._log = programs, folder / "data", folder / "log"
        if self._run:
            shutil.chown(folder, "postgres")
        self.port = free_port()
        self._call("initdb", "-D", self._data, "-U", "vigie", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")
        self.start()
        self._number, self._held = 0, set[str]()
        Store(self.make("template")).close()  # migrated once; tests copy it

    def _call(self, program: str, *arguments: object) -> None:
        command = [*self._run, str(self.programs / program), *map(str, arguments)]
        subprocess.run(command, check=True, capture_output=True, cwd="/")

    def make(self, name: str = "", template: str = "template1") -> str:
        """The address of a new database."""
        self._number += 1
        name = name or f"test{self._number}"
        self.ask(f"CREATE DATABASE {name} TEMPLATE {template}")
        return f"postgresql://vigie@127.0.0.1:{self.port}/{name}"

    def holding(self, name: str, folder: Path) -> str:
        """The address of a new database with the demo of a folder, moved there once for all that ask by this name."""
        if name not in self._held:
            from data.keeping.moving import move

            move(Settings(data_dir=str(folder), demo=True), self.make(name))
            self.ask(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
            self._held.add(name)
        return self.make(template=name)

    def ask(self, statement: str) -> None:
        import pg8000.native

        connection = pg8000.native.Connection("vigie", host="127.0.0.1", port=self.port, database="postgres")
        try:
            connection.run(statement)
        finally:
            connection.close()

    def start(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
        self._call("pg_ctl", "-D", self._data, "-o", options, "-l", self._log, "-w", "start")

    def close(self) -> None:
        """Stop it as a failing machine does: nobody is asked to finish."""
        self._call("pg_ctl", "-D", self._data, "-m", "immediate", "stop")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        lacking("no PostgreSQL on this machine")
    folder = Path(tempfile.mkdtemp(prefix="vigie-postgres-"))
    server = Postgres(found[-1].parent, folder)
    yield server
    server.close()
    shutil.rmtree(folder, ignore_errors=True)


DATABASES = ("sqlite", "postgresql")


def record_on(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Store]:
    """An empty record on the database that a fixture's parameter names."""
    if request.param == "sqlite":
        yield Store(settings.store_url)
        return
    made = Store(request.getfixturevalue("postgres").make(template="template"))
    yield made
    made.close()


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
def made_once(tmp_path_factory: pytest.TempPathFactory) -> MadeOnce:
    """Folders that are costly to fill, shared by the processes of a run."""
    base = tmp_path_factory.getbasetemp()
    return MadeOnce(base.parent if "PYTEST_XDIST_WORKER" in os.environ else base)


class MadeOnce:
    """Fills a folder the first time that it is asked for; others wait for it."""

    def __init__(self, base: Path) -> None:
        self._base = base

    def folder(self, name: str, fill: Callable[[Path], object]) -> Path:
        folder, done = self._base / name, self._base / f"{name}.done"
        with (self._base / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not done.exists():
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir()
                fill(folder)
                done.touch()
        return folder


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

"""Behind pgbouncer: what a record needs of its session is there in each transaction, or it is told what to set."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select, text

from data import postgresql
from data.erasing.bytes import _vacuum
from data.house import accounts
from data.house.store import House
from data.jobs import lease_holder, take_lease
from data.keeping.moving import move
from data.models import NewPost
from data.posts.erasure import erase_ids
from data.posts.ingest import add_posts
from data.posts.reads import total_posts
from data.schema import post
from data.settings import Settings
from data.source_list import add_source
from data.store import Store, StoreError
from tests.conftest import NOW, Postgres, free_port, lacking
from tests.dashboard.web.test_gate import make_team
from tests.store.conftest import Later

KEYS = ("ants", "bees", "cats")
PROGRAM = shutil.which("pgbouncer") or "/usr/sbin/pgbouncer"


class Pooler:
    """pgbouncer of Debian's package on loopback, before a server."""

    def __init__(self, server: Postgres, mode: str, sessions: int, **more: int) -> None:
        self.port, self.mode = free_port(), mode
        self._folder = Path(tempfile.mkdtemp(prefix="vigie-pgbouncer-"))
        (self._folder / "users").write_text('"vigie" ""\n')
        settings = {
            "listen_addr": "127.0.0.1", "listen_port": self.port, "unix_socket_dir": "", "auth_type": "trust",
            "auth_file": self._folder / "users", "pool_mode": mode, "default_pool_size": sessions,
            "max_client_conn": 100, "logfile": self._folder / "log", **more,
        }  # fmt: skip
        lines = [f"* = host=127.0.0.1 port={server.port}", "[pgbouncer]", *(f"{k} = {v}" for k, v in settings.items())]
        (self._folder / "ini").write_text("\n".join(["[databases]", *lines]))
        as_another = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []  # it refuses to run as root
        if as_another:
            for path in (self._folder, *self._folder.iterdir()):
                shutil.chown(path, "postgres")
        self._process = subprocess.Popen(
            [*as_another, PROGRAM, "--quiet", str(self._folder / "ini")], cwd="/", stderr=subprocess.DEVNULL
        )
        until = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                if time.monotonic() > until:
                    raise RuntimeError((self._folder / "log").read_text()) from None
                time.sleep(0.05)

    def before(self, url: str) -> str:
        """The same database through it."""
        return f"postgresql://vigie@127.0.0.1:{self.port}/{urlsplit(url).path[1:]}"

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(20)
        shutil.rmtree(self._folder, ignore_errors=True)


@pytest.fixture
def pooler(postgres: Postgres) -> Iterator[Callable[[str, int], Pooler]]:
    if not Path(PROGRAM).exists():
        lacking("no pgbouncer on this machine")
    started: list[Pooler] = []

    def start(mode: str, sessions: int = 20, **more: int) -> Pooler:
        started.append(Pooler(postgres, mode, sessions, **more))
        return started[-1]

    yield start
    postgresql._shared.cache_clear()
    for one in started:
        one.close()


def records(url: str, folder: Path) -> list[Store]:
    settings = Settings(data_dir=str(folder), demo=False, database_url=url)
    return [Store(settings.store_url), *(Store(settings.for_workspace(key).store_url) for key in KEYS)]


@pytest.fixture(params=["session", "transaction"])
def url(request: pytest.FixtureRequest, pooler: Callable[..., Pooler], postgres: Postgres) -> str:
    """An empty database. By transactions each goes to whichever of few sessions of the server is free."""
    few = 5 if request.param == "transaction" else 20
    return f"{pooler(request.param, few).before(postgres.make())}?connections=3"


def test_each_record_sees_its_own_whatever_session_it_gets(url: str, tmp_path: Path) -> None:
    stores = records(url, tmp_path)
    for number, store in enumerate(stores):
        store.set_meta("mark", str(number))
    sources = []
    for store in stores:
        with store.write() as connection:
            sources.append(add_source(connection, "feed", "http://a.example", NOW, title="A")[0].id)

    def visit(number: int) -> None:
        mine = number % len(stores)
        for turn in range(6):
            said = f"{number} {turn}"
            at = NOW - timedelta(minutes=10 * number + turn)
            written = NewPost("feed", said, "", f"word {said}", published_at=at)
            with stores[mine].write() as connection:
                add_posts(connection, sources[mine], [written], NOW)
            assert stores[mine].get_meta("mark") == str(mine)

    with ThreadPoolExecutor(6) as sessions:
        list(sessions.map(visit, range(16)))
    for store in stores:
        with store.read() as connection:
            assert total_posts(connection) == 16 // len(stores) * 6
            assert connection.execute(text("SHOW jit")).scalar_one() == "off"
            assert connection.execute(text("SHOW transaction_isolation")).scalar_one() == "repeatable read"


def test_who_is_there_is_told_from_the_house(url: str, tmp_path: Path) -> None:
    """Its count of writes is read outside of any transaction."""
    make_team(tmp_path, url)
    settings = Settings(data_dir=str(tmp_path), demo=False, database_url=url)
    one, two = House(settings.house_url), House(settings.house_url)
    named = ("bob",)

    def bob(house: House) -> bool:
        return house.kept(named, lambda connection: accounts.find(connection, "bob").is_open)  # type: ignore[union-attr]

    Store(settings.store_url).set_meta("writes", "1")  # of the same name, in a record beside it
    assert [bob(one), bob(two)] == [True, True]
    with one.read() as connection:
        number = accounts.find(connection, "bob").id  # type: ignore[union-attr]
    accounts.close(one, number, NOW)
    assert [bob(one), bob(two)] == [False, False]
    assert two._counted()[2] == one._counted()[2] > 1


def test_what_is_kept_for_a_moment_is_of_one_transaction(url: str, tmp_path: Path) -> None:
    """Temporary tables, leases, and what runs outside of transactions."""
    for store in records(url, tmp_path)[:2]:
        with store.write() as connection:
            source, _ = add_source(connection, "feed", "http://a.example", NOW, title="A")
            some = [NewPost("feed", str(n), "", f"word {n}", published_at=NOW) for n in range(4)]
            add_posts(connection, source.id, some, NOW)
        for left in (3, 2):
            with store.write() as connection:
                assert erase_ids(connection, select(post.c.id).order_by(post.c.id).limit(1)) == 1
            with store.read() as connection:
                assert total_posts(connection) == left
        assert take_lease(store, "worker", "me:1", NOW)
        assert not take_lease(store, "worker", "other:2", NOW)
        assert lease_holder(store, "worker", NOW) == "me:1"
        _vacuum(store)


def test_tables_change_beside_others(url: str, tmp_path: Path, later: Later) -> None:
    """An index is built outside of a transaction, in the record's own schema."""
    for store in records(url, tmp_path)[:2]:
        with store.write() as connection:
            source, _ = add_source(connection, "feed", "http://a.example", NOW, title="A")
            add_posts(connection, source.id, [NewPost("feed", "1", "", "word", published_at=NOW)], NOW)
        newer = later("0021")(store.url)
        with newer.read() as connection:
            made = text("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('post_by_length')")
            assert connection.execute(made).scalar_one()
            assert connection.execute(text("SELECT count(*) FROM post WHERE length > 0")).scalar_one() == 1
    with store.engine.connect() as connection:
        held = (
            "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database "
            "WHERE l.locktype = 'advisory' AND d.datname = current_database()"
        )
        assert connection.execute(text(held)).scalar_one() == 0  # no session keeps one for those that come after


def test_a_record_moves_there_and_back(url: str, tmp_path: Path) -> None:
    settings = Settings(data_dir=str(tmp_path), demo=False)
    with Store(settings.store_url).write() as connection:
        source, _ = add_source(connection, "feed", "http://a.example", NOW, title="A")
        add_posts(connection, source.id, [NewPost("feed", "1", "", "word\t\\N\n", published_at=NOW)], NOW)
    (there,) = move(settings, url)
    back = replace(settings, data_dir=str(tmp_path / "back"), database_url=url)
    moved = move(back, f"sqlite:///{tmp_path}/back/vigie.sqlite")
    assert there.rows in [one.rows for one in moved]


def test_a_mode_without_transactions_is_refused(pooler: Callable[..., Pooler], postgres: Postgres) -> None:
    behind = pooler("statement").before(postgres.make(template="template"))
    with pytest.raises(StoreError, match="pool_mode = transaction"):
        Store(behind)


def test_one_that_is_full_says_so(pooler: Callable[..., Pooler], postgres: Postgres) -> None:
    """Where each process keeps more sessions than pgbouncer has of the server."""
    store = Store(pooler("session", 1, query_wait_timeout=1).before(postgres.make(template="template")))
    with store.read(), pytest.raises(StoreError, match="no free connection") as raised, store.read():
        pass
    assert raised.value.code == "locked"

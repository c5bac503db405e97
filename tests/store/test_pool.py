"""Connections of a process to a server: few, shared by all its records, waited for rather than refused."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import text

from data import postgresql
from data.models import NewPost
from data.posts.ingest import add_posts
from data.posts.reads import total_posts
from data.settings import Settings
from data.source_list import add_source
from data.store import Store, StoreError
from tests.conftest import NOW, Postgres

KEYS = ("ants", "bees", "cats")
SESSIONS = 30
MOST = 6  # connections that the server gives


@pytest.fixture
def few(postgres: Postgres) -> Iterator[str]:
    """A database whose owner gets `MOST` connections, and nobody who may do more than that."""
    postgres.ask(f"CREATE ROLE few LOGIN CONNECTION LIMIT {MOST}")
    url = postgres.make()
    name = urlsplit(url).path[1:]
    postgres.ask(f"ALTER DATABASE {name} OWNER TO few")
    yield url.replace("//vigie@", "//few@")
    postgres.ask(f"DROP DATABASE {name} WITH (FORCE)")
    postgres.ask("DROP ROLE few")


def stores(url: str, folder: Path) -> list[Store]:
    settings = Settings(data_dir=str(folder), demo=False, database_url=url)
    return [Store(settings.for_workspace(key).store_url) for key in KEYS]


def test_thirty_sessions_of_three_workspaces_wait_for_four_connections(few: str, tmp_path: Path) -> None:
    records = stores(f"{few}?connections=4", tmp_path)
    sources = []
    for store in records:
        with store.write() as connection:
            sources.append(add_source(connection, "feed", "http://a.example", NOW, title="A")[0].id)
    seen = []

    def visit(number: int) -> int:
        store = records[number % len(records)]
        for turn in range(5):
            post = NewPost(
                "feed",
                f"{number} {turn}",
                "",
                f"word {number} {turn}",
                published_at=NOW - timedelta(minutes=5 * number + turn),
            )
            with store.write() as connection:
                add_posts(connection, sources[number % len(records)], [post], NOW)
            with store.read() as connection, store.read() as other:  # a read of a page asks others
                assert total_posts(connection) <= total_posts(other)
                mine = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'few'"
                seen.append(int(connection.execute(text(mine)).scalar_one()))
        return number

    with ThreadPoolExecutor(SESSIONS) as sessions:
        assert list(sessions.map(visit, range(SESSIONS))) == list(range(SESSIONS))
    assert max(seen) <= MOST
    for store in records:
        with store.read() as connection:
            assert total_posts(connection) == SESSIONS // len(records) * 5
    records[0].close()


def test_a_process_that_rests_keeps_few_whatever_its_workspaces(few: str, tmp_path: Path) -> None:
    records = stores(few, tmp_path)
    for store in records * 4:
        assert store.revision() == 0
    with records[0].read() as connection:
        mine = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'few'"
        assert connection.execute(text(mine)).scalar_one() <= postgresql.IDLE
    records[0].close()


def test_each_record_sees_its_own_through_the_same_connection(few: str, tmp_path: Path) -> None:
    records = stores(f"{few}?connections=1", tmp_path)
    for number, store in enumerate(records):
        store.set_meta("mark", str(number))
    for number, store in enumerate(records):
        assert store.get_meta("mark") == str(number)
        with store.engine.connect() as connection:
            assert connection.execute(text("SELECT current_schema()")).scalar_one() == f"ws_{KEYS[number]}"
    records[0].close()


def test_a_server_that_gives_none_says_so(few: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (store, *_rest) = stores(few, tmp_path)
    monkeypatch.setattr(postgresql, "PATIENCE", 0.3)
    held = [store.engine.connect() for _ in range(MOST)]
    with pytest.raises(StoreError, match="no free connection") as raised:
        store.revision()
    assert raised.value.code == "locked"
    for connection in held:
        connection.close()
    assert store.revision() == 0
    store.close()


@pytest.mark.parametrize("said", ["0", "many", "-1", "1001"])
def test_a_number_of_connections_that_is_none_is_refused(said: str) -> None:
    with pytest.raises(ValueError, match="write a number from 1 to 1000"):
        Store(f"postgresql://vigie@127.0.0.1:1/vigie?connections={said}")


@pytest.mark.parametrize(
    ("said", "kept"), [("", "?"), ("?schema=mine", "?"), ("?schema=mine&connections=3", "?connections=3&")]
)
def test_an_address_may_name_the_schema_of_the_first_record(said: str, kept: str) -> None:
    settings = Settings(database_url=f"postgresql://vigie@127.0.0.1/vigie{said}")
    assert settings.store_url == settings.database_url
    assert settings.house_url == f"postgresql://vigie@127.0.0.1/vigie{kept}schema=house"

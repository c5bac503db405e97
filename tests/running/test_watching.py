"""Health and figures without an app: what is asked, what it costs, who is answered."""

from __future__ import annotations

import asyncio
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import event, text
from starlette.requests import Request
from starlette.responses import Response

from dashboard.web.watching import health
from data.actor import Actor, RefusedError, acting
from data.house.store import House
from data.jobs import take_lease
from data.keeping.standing import OLDEST
from data.running.health import SEEN, is_ready, worker_seen
from data.running.measures import Figure, exposition, of_record
from data.settings import Settings
from data.sharing import tokens
from data.store import Store, put_meta
from tests.conftest import NOW, Postgres, record_of


def test_ready_is_a_record_of_this_version(tmp_path: Path) -> None:
    settings = Settings(data_dir=str(tmp_path), demo=False)
    assert is_ready(settings)  # nothing is there: the first page makes it
    assert list(tmp_path.iterdir()) == []
    record_of("0019", tmp_path / "vigie.sqlite")
    assert not is_ready(settings)
    Store(settings.store_url)
    assert is_ready(settings)
    house = House(settings.house_url)
    with house.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    assert not is_ready(settings)


def test_a_newer_record_that_was_only_added_to_is_ready(tmp_path: Path) -> None:
    settings = Settings(data_dir=str(tmp_path), demo=False)
    store = Store(settings.store_url)
    with store.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9998'"))
        put_meta(connection, OLDEST, Store.head)
    assert is_ready(settings)
    with store.write() as connection:
        put_meta(connection, OLDEST, "9997")
    assert not is_ready(settings)


def test_a_damaged_record_and_a_lost_server_are_not_ready(tmp_path: Path) -> None:
    (tmp_path / "vigie.sqlite").write_bytes(b"no database at all" * 500)
    assert not is_ready(Settings(data_dir=str(tmp_path), demo=False))
    gone = Settings(data_dir=str(tmp_path), demo=False, database_url="postgresql://vigie@127.0.0.1:9/none")
    assert not is_ready(gone)


def test_on_a_server_it_is_ready_once_it_is_made(postgres: Postgres, tmp_path: Path) -> None:
    settings = Settings(data_dir=str(tmp_path), demo=False, database_url=postgres.make())
    assert not is_ready(settings)
    Store(settings.store_url).close()
    assert is_ready(settings)


def test_a_worker_is_seen_while_it_works_and_a_little_longer(tmp_path: Path) -> None:
    settings = Settings(data_dir=str(tmp_path), demo=False)
    store = Store(settings.store_url)
    assert not worker_seen(settings, NOW)
    take_lease(store, "worker", "elsewhere:1", NOW, 60)
    assert worker_seen(settings, NOW.replace(minute=2))
    assert not worker_seen(settings, datetime.fromtimestamp(NOW.timestamp() + 60 + SEEN, UTC))


def test_many_who_ask_cost_one_look_and_a_slow_look_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    looks, go_on = [], threading.Event()

    def look(settings: Settings) -> bool:
        looks.append(1)
        go_on.wait(10)
        return True

    monkeypatch.setattr(health, "PATIENCE", 0.3)
    watched = health.Watched(look)
    request = Request({"type": "http", "headers": []})

    async def many() -> list[Response]:
        return await asyncio.gather(*(watched.answer(request) for _ in range(50)))

    began = time.monotonic()
    assert {answer.status_code for answer in asyncio.run(many())} == {503}
    assert time.monotonic() - began < 3
    go_on.set()
    fresh = health.Watched(look)

    async def asked() -> list[Response]:
        return await asyncio.gather(*(fresh.answer(request) for _ in range(50)))

    before = len(looks)
    assert {answer.status_code for answer in asyncio.run(asked())} == {200}
    assert len(looks) == before + 1


def test_only_an_administrator_makes_a_token_for_figures(store: Store) -> None:
    with acting(Actor(2, "Bob", "editor")):
        assert tokens.grant(store, "api", "sheet", NOW)
        with pytest.raises(RefusedError):
            tokens.grant(store, "metrics", "watcher", NOW)
    token = tokens.grant(store, "metrics", "watcher", NOW)
    with store.read() as connection:
        assert tokens.find(connection, "metrics", token, NOW) is not None
        assert tokens.find(connection, "api", token, NOW) is None


def test_labels_are_escaped_as_prometheus_reads_them() -> None:
    odd = 'a"b\\c\nd{}=,'
    text = exposition({"": [Figure("x", "one\\two\nlines", [({"code": odd}, 1.5), ({"code": ""}, 0)])]})
    (family,) = text_string_to_metric_families(text)
    assert family.documentation == "one\\two\nlines"
    assert [(sample.labels["code"], sample.value) for sample in family.samples] == [(odd, 1.5), ("", 0)]


def test_a_record_tells_its_figures(store: Store) -> None:
    names = {figure.name for figure in of_record(store, NOW)}
    assert {"vigie_collect_lag_seconds", "vigie_posts", "vigie_waiting", "vigie_jobs_running"} <= names


def test_figures_of_a_record_go_through_no_posts(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'vigie.sqlite'}")
    asked: list[tuple[str, Any]] = []
    event.listen(store.engine, "before_cursor_execute", lambda *given: asked.append((given[2], given[3])))
    assert list(of_record(store, NOW))
    with store.read() as connection:
        for statement, values in list(asked):
            if statement.startswith("SELECT"):
                plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
                for row in plan:
                    assert not (row[3].startswith("SCAN post") and "INDEX" not in row[3]), (statement, row)
                if "WHERE pending" in statement:
                    assert any("post_by_pending" in row[3] for row in plan), plan

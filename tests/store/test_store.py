"""The record: migrations that match the code, errors in words, backup, leases, jobs, visits."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import inspect, make_url

from data import schema, sqlite
from data.jobs import habit_of, keep_habit, lease_holder, note_visit, recent_jobs, release_lease, run_job, take_lease
from data.models import NewPost
from data.posts.ingest import add_posts
from data.posts.reads import total_posts
from data.reputation.brands import get_brands
from data.schema import content as content_schema
from data.settings import ROOT, Settings, SettingsError, choose_workspace, load_settings
from data.source_list import add_source
from data.store import HEAD, Store, StoreError
from tests.conftest import record_of


def test_migrations_make_the_tables_that_the_code_names(store: Store) -> None:
    with store.read() as connection:
        assert content_schema.idea.name in schema.metadata.tables
        for table in schema.metadata.sorted_tables:
            found = {column["name"] for column in inspect(connection).get_columns(table.name)}
            assert found - {"search"} == set(table.c.keys()), table.name
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == HEAD
    assert store.check() == []


def test_a_record_of_each_earlier_vigie_is_brought_up_to_date(tmp_path: Path) -> None:
    known = sorted(path.stem[:4] for path in (ROOT / "data" / "migrations" / "versions").glob("0*.py"))
    assert known[-1] == HEAD
    config = Config()
    config.set_main_option("script_location", str(ROOT / "data" / "migrations"))
    for revision in known:
        path = tmp_path / f"{revision}.sqlite"
        engine = sqlite.open_engine(make_url(f"sqlite:///{path}"))
        with engine.connect() as connection:
            config.attributes["connection"] = connection
            sqlite.begin(connection, writes=True)
            command.upgrade(config, revision)
            if connection.in_transaction():
                connection.commit()
        opened = Store(f"sqlite:///{path}")
        with opened.read() as connection:
            tables = set(inspect(connection).get_table_names())
        assert set(schema.metadata.tables) <= tables, revision
        assert opened.get_meta("revision") != ""


def test_opening_twice_changes_nothing(store: Store) -> None:
    assert Store(store.url).revision() == store.revision()


@pytest.mark.parametrize("content", [b"this is not a database at all" * 200, b"SQLite format 3\0" + b"\xff" * 8_000])
def test_a_damaged_file_is_said_to_be_damaged(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "vigie.sqlite"
    path.write_bytes(content)
    with pytest.raises(StoreError) as raised:
        Store(f"sqlite:///{path}")
    assert raised.value.code == "corrupt"
    assert "restore" in str(raised.value)


def test_a_locked_file_is_said_to_be_locked(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("data.sqlite.BUSY_MS", 200)
    other = sqlite3.connect(sqlite_store.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError) as raised, sqlite_store.write():
        pass
    assert raised.value.code == "locked"
    other.close()


def test_a_full_disk_loses_nothing(sqlite_store: Store, now: datetime) -> None:
    with sqlite_store.write() as connection:
        source, _ = add_source(connection, "feed", "http://a", now)
        add_posts(connection, source.id, [NewPost("feed", "1", "kept", "kept")], now)
    pages = sqlite3.connect(sqlite_store.path).execute("PRAGMA page_count").fetchone()[0]
    many = [NewPost("feed", f"x{i}", "y" * 5_000, "y" * 5_000) for i in range(99)]

    def fill() -> None:
        with sqlite_store.write() as connection:
            connection.exec_driver_sql(f"PRAGMA max_page_count={pages + 2}")
            add_posts(connection, source.id, many, now)

    with pytest.raises(StoreError) as raised:
        fill()
    assert raised.value.code == "full"
    with sqlite_store.read() as connection:
        assert total_posts(connection) == 1
    assert sqlite_store.check() == []


def test_a_newer_record_is_not_touched(store: Store) -> None:
    with store.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError) as raised:
        Store(store.url)
    assert raised.value.code == "newer"


def test_backup_is_whole(sqlite_store: Store, now: datetime, tmp_path: Path) -> None:
    with sqlite_store.write() as connection:
        source, _ = add_source(connection, "feed", "http://a", now)
        add_posts(connection, source.id, [NewPost("feed", "1", "x", "x")], now)
    sqlite_store.backup(tmp_path / "copies" / "one.sqlite")
    copy = Store(f"sqlite:///{tmp_path / 'copies' / 'one.sqlite'}")
    with copy.read() as connection:
        assert total_posts(connection) == 1


def test_every_visible_write_changes_the_revision(store: Store, now: datetime) -> None:
    before = store.revision()
    with store.write():
        pass
    assert store.revision() == before + 1
    take_lease(store, "worker", "me", now)
    assert store.revision() == before + 1


def test_a_lease_has_one_holder_until_it_expires(store: Store, now: datetime) -> None:
    assert take_lease(store, "worker", "a", now, 60)
    assert not take_lease(store, "worker", "b", now + timedelta(seconds=30), 60)
    assert lease_holder(store, "worker", now) == "a"
    assert take_lease(store, "worker", "b", now + timedelta(seconds=61), 60)
    release_lease(store, "worker", "a")
    assert lease_holder(store, "worker", now + timedelta(seconds=62)) == "b"


def test_jobs_tell_how_they_ended(store: Store, now: datetime) -> None:
    with run_job(store, "collect", lambda: now) as job:
        job.progress(3, 10, "somewhere")
    with pytest.raises(ValueError, match="broken"), run_job(store, "refresh", lambda: now):
        raise ValueError("broken")
    failed, done = recent_jobs(store)
    assert (done.state, done.done, done.total) == ("done", 3, 10)
    assert (failed.state, failed.error) == ("failed", "broken")


def test_a_job_that_died_is_marked_interrupted(store: Store, now: datetime) -> None:
    context = run_job(store, "collect", lambda: now)
    context.__enter__()  # and its process is killed here
    with run_job(store, "collect", lambda: now + timedelta(hours=1)):
        pass
    assert [job.state for job in recent_jobs(store)] == ["done", "interrupted"]


def test_last_visit_is_the_one_before_this(store: Store, now: datetime) -> None:
    assert note_visit(store, "local", now) is None
    assert note_visit(store, "local", now + timedelta(minutes=5)) is None
    later = now + timedelta(hours=20)
    assert note_visit(store, "local", later) == now + timedelta(minutes=5)


def test_settings_name_the_nearest_key(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="Did you mean 'brand_name'"):
        load_settings({"VIGIE_BRAND_NAM": "x"})
    file = tmp_path / "vigie.toml"
    file.write_text("fetch_timout = 5\n")
    with pytest.raises(SettingsError, match="fetch_timeout"):
        load_settings({"VIGIE_CONFIG": str(file)})
    file.write_text('fetch_timeout = "soon"\n')
    with pytest.raises(SettingsError, match="'fetch_timeout' is 'soon'"):
        load_settings({"VIGIE_CONFIG": str(file)})
    for wrong in ("vigie.example", "https://vigie.example/path", "javascript://x", "https://a:b@x", "https://x y"):
        with pytest.raises(SettingsError, match="'public_url'"):
            load_settings({"VIGIE_PUBLIC_URL": wrong})
    assert load_settings({"VIGIE_PUBLIC_URL": "https://vigie.example:8443"}).public_url == "https://vigie.example:8443"
    file.write_text('brand_name = "Acme"\nbrand_aliases = ["ACME Corp"]\ndemo = false\n')
    loaded = load_settings({"VIGIE_CONFIG": str(file), "VIGIE_BRAND_NAME": "Other"})
    assert (loaded.brand_name, loaded.brand_aliases, loaded.demo) == ("Other", ("ACME Corp",), False)


def test_the_workspace_choice_is_remembered(tmp_path: Path) -> None:
    environ = {"VIGIE_DATA_DIR": str(tmp_path)}
    assert load_settings(environ).demo
    choose_workspace(Settings(data_dir=str(tmp_path)), demo=False)
    assert not load_settings(environ).demo
    assert load_settings({**environ, "VIGIE_DEMO": "1"}).demo


@pytest.mark.parametrize("version", ["0001", "0002", "0003", "0004"])
def test_a_record_of_every_earlier_version_opens(tmp_path: Path, version: str) -> None:
    statements = (
        "INSERT INTO source (id, kind, address, added_at) VALUES (1, 'feed', 'http://a', 0)",
        "INSERT INTO brand (name, is_own, aliases) VALUES ('Rival', 0, '[]'), ('Acme', 1, '[\"acme.io\"]')",
        "INSERT INTO post (id, source_kind, native_id, source_id, published_at, collected_at, pending) "
        "VALUES (200000000001, 'feed', 'x', 1, 1728000000, 1728000000, 0)",
        "INSERT INTO post_text (post_id, plain) VALUES (200000000001, 'kept')",
    )
    url = record_of(version, tmp_path / "old.sqlite", *((statement, ()) for statement in statements))
    store = Store(url)
    assert store.check() == []
    with store.read() as connection:
        assert total_posts(connection) == 1
        assert [(b.name, b.kind, b.aliases) for b in get_brands(connection)] == [
            ("Acme", "own", ("acme.io",)),
            ("Rival", "competitor", ()),
        ]
        assert connection.exec_driver_sql("SELECT pending FROM post").scalar() == 1  # read again, for what is new


def test_a_habit_is_its_person_s_own(store: Store) -> None:
    assert habit_of(store, "local", "list") == ""
    keep_habit(store, "local", "list", "look=compact")
    keep_habit(store, "account 2", "list", "look=cards")
    keep_habit(store, "local", "list", "look=compact&columns=source")
    assert habit_of(store, "local", "list") == "look=compact&columns=source"
    assert habit_of(store, "account 2", "list") == "look=cards"
    assert habit_of(store, "local", "map") == ""

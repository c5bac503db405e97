"""Backups and going back to one: nothing lost, nothing left behind, everything refused by its own name."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import insert, select, update

from dashboard.reads import cache
from dashboard.reads.cache import cached, one_record
from data import schema
from data.actor import Actor, acting
from data.audit import Asked, audited
from data.changes import note_change
from data.house.store import House
from data.inbox import triage
from data.jobs import lease_holder, run_job, take_lease
from data.keeping.backups import KEPT_BACKUPS, back_up, backup_folder, backups
from data.keeping.restore import restore
from data.models import NewPost
from data.posts.ingest import add_posts
from data.posts.reads import total_posts
from data.posts.vectors import VectorFile
from data.settings import ROOT, Settings
from data.source_list import add_source
from data.store import Store, StoreError
from tests.conftest import record_of


def add(store: Store, now: datetime, *names: str) -> None:
    with store.write() as connection:
        source, _ = add_source(connection, "feed", "http://a", now)
        add_posts(connection, source.id, [NewPost("feed", name, name, name, published_at=now) for name in names], now)


def texts(path: Path) -> set[str]:
    with Store(f"sqlite:///{path}").read() as connection:
        return set(connection.execute(select(schema.post_text.c.plain)).scalars())


def listing(folder: Path) -> set[str]:
    """Every file there, but for what SQLite keeps beside a file in use."""
    names = (str(path.relative_to(folder)) for path in folder.rglob("*"))
    return {name for name in names if not name.endswith(("-wal", "-shm"))}


@pytest.fixture
def record(sqlite_store: Store, now: datetime) -> Store:
    add(sqlite_store, now, "first")
    return sqlite_store


def test_what_was_there_is_set_aside_with_what_its_log_holds(record: Store, settings: Settings, now: datetime) -> None:
    (made,) = back_up(settings, now)
    reader = sqlite3.connect(record.path)  # keeps the log from being folded in
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM post").fetchone()
    add(record, now, "thereafter")
    log = record.path.with_name(record.path.name + "-wal")
    assert log.stat().st_size
    assert b"thereafter" not in record.path.read_bytes()
    done = restore(settings, now, made)
    reader.close()
    assert done.set_aside is not None
    assert texts(record.path) == {"first"}
    assert texts(done.set_aside) == {"first", "thereafter"}
    assert record.check() == []


def test_each_set_aside_has_a_name_of_its_own(record: Store, settings: Settings, now: datetime) -> None:
    back_up(settings, now)
    names = {restore(settings, now).set_aside for _ in range(3)}
    assert {path.name for path in names if path} == {
        "vigie.set-aside-20260615-120000.sqlite",
        "vigie.set-aside-20260615-120000-2.sqlite",
        "vigie.set-aside-20260615-120000-3.sqlite",
    }


def test_an_open_app_shows_the_restored_record(
    record: Store, settings: Settings, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The app's own way to read: an answer kept under a revision is never shown for the restored record."""
    monkeypatch.setattr(cache, "settings", lambda: settings)
    count = cached()(total_posts)

    def shown() -> int:
        with one_record(settings.store_url):
            return count()

    back_up(settings, now)
    backed_up = record.revision()
    seen = [shown()]
    for number in range(3):
        add(record, now, f"later {number}")
        seen.append(shown())
    before = record.revision()
    environ = {**os.environ, "VIGIE_DATA_DIR": settings.data_dir, "VIGIE_DEMO": "false"}
    subprocess.run([sys.executable, "-m", "data", "restore"], cwd=ROOT, env=environ, check=True)
    assert record.revision() == before + 1 > backed_up
    assert [*seen, shown()] == [1, 2, 3, 4, 1]
    add(record, now, "after")
    assert shown() == 2


def test_nobody_restores_under_a_run_and_no_run_begins_under_a_restore(
    record: Store, settings: Settings, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("data.keeping.restore.WAIT", 0.1)
    monkeypatch.setattr("data.sqlite.BUSY_MS", 100)
    back_up(settings, now)
    add(record, now, "second")
    before = listing(settings.data_path)
    with run_job(record, "collect", lambda: now), pytest.raises(StoreError) as raised:
        restore(settings, now)
    assert raised.value.code == "locked"
    assert str(record.path) in str(raised.value)
    assert "(collect)" in str(raised.value)
    assert listing(settings.data_path) == before
    assert texts(record.path) == {"first", "second"}

    def while_restoring() -> None:
        with pytest.raises(StoreError) as raised, run_job(record, "collect", lambda: now):
            pass
        assert "being restored" in str(raised.value)

    told: list[str] = []

    def tell(words: str) -> None:
        told.append(words)
        while_restoring()

    restore(settings, now, told=tell)
    assert len(told) == 2
    with run_job(record, "collect", lambda: now):
        pass


def test_a_run_that_was_killed_keeps_nobody_from_restoring(record: Store, settings: Settings, now: datetime) -> None:
    back_up(settings, now)
    code = (
        "import os, signal; from datetime import datetime, UTC; from data.store import Store; "
        "from data.jobs import run_job; import sys\n"
        "with run_job(Store(sys.argv[1]), 'collect', lambda: datetime.now(UTC)): os.kill(os.getpid(), signal.SIGKILL)"
    )
    killed = subprocess.run([sys.executable, "-c", code, record.url], cwd=ROOT, check=False)
    assert killed.returncode == -9
    assert restore(settings, now).set_aside is not None


def foreign(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE post (id INTEGER)")


def newer(path: Path) -> None:
    Store(f"sqlite:///{path}").close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")


def of_demo(path: Path) -> None:
    store = Store(f"sqlite:///{path}")
    store.set_meta("demo_day", "2026-06-15")
    store.close()


def damaged(path: Path) -> None:
    store = Store(f"sqlite:///{path}")
    store.close()
    content = bytearray(path.read_bytes())
    content[4_096 * 3 : 4_096 * 20] = os.urandom(4_096 * 17)
    path.write_bytes(content)


def cut_short(path: Path) -> None:
    Store(f"sqlite:///{path}").close()
    path.write_bytes(path.read_bytes()[:-50_000])


REFUSED = {
    "empty": (lambda path: path.touch(), "is empty"),
    "no database": (lambda path: path.write_bytes(b"words " * 9_000), "is not a database"),
    "of another program": (foreign, "another program"),
    "the accounts": (lambda path: House(f"sqlite:///{path}").close(), "--house"),
    "newer": (newer, "newer Vigie"),
    "of the demo": (of_demo, "is of the demo"),
    "damaged": (damaged, "is damaged"),
    "cut short": (cut_short, "its end is missing"),
    "missing": (lambda path: None, "no file"),
    "a folder": (lambda path: path.mkdir(), "no file"),
}


@pytest.mark.parametrize("case", REFUSED, ids=str)
def test_what_is_no_backup_is_refused_by_its_name(case: str, record: Store, settings: Settings, now: datetime) -> None:
    make, words = REFUSED[case]
    elsewhere = settings.data_path / "elsewhere"
    elsewhere.mkdir()
    make(elsewhere / "chosen.sqlite")
    for left in elsewhere.glob("chosen.*sqlite-*"):
        left.unlink()
    record.close()
    before, content = listing(settings.data_path), record.path.read_bytes()
    held = {path: path.read_bytes() for path in elsewhere.iterdir() if path.is_file()}
    with pytest.raises(StoreError) as raised:
        restore(settings, now, elsewhere / "chosen.sqlite")
    assert str(elsewhere / "chosen.sqlite") in str(raised.value)
    assert words in str(raised.value)
    assert listing(settings.data_path) == before
    assert not list(settings.data_path.rglob("*-wal"))
    assert record.path.read_bytes() == content
    assert {path: path.read_bytes() for path in elsewhere.iterdir() if path.is_file()} == held


def test_an_older_backup_is_brought_up_to_date(
    record: Store, settings: Settings, now: datetime, tmp_path: Path
) -> None:
    old = tmp_path / "old" / "old.sqlite"
    old.parent.mkdir()
    source = (
        "INSERT INTO source (id, kind, address, added_at) VALUES (7, 'feed', 'http://old', 0)",
        (),
    )
    record_of("0005", old, source)
    content = old.read_bytes()
    restore(settings, now, old)
    with record.read() as connection:
        assert connection.execute(select(schema.source.c.address)).scalars().all() == ["http://old"]
    assert record.check() == []
    assert old.read_bytes() == content


def test_a_damaged_record_is_replaced_and_kept_byte_for_byte(record: Store, settings: Settings, now: datetime) -> None:
    back_up(settings, now)
    record.close()
    known = record.revision()
    content = b"SQLite format 3\0" + os.urandom(30_000)
    record.path.write_bytes(content)
    log = record.path.with_name(record.path.name + "-wal")
    log.write_bytes(b"what the log held")
    aside = restore(settings, now).set_aside
    assert aside is not None
    assert aside.read_bytes() == content
    assert aside.with_name(aside.name + "-wal").read_bytes() == b"what the log held"
    assert texts(record.path) == {"first"}
    assert record.check() == []
    assert record.revision() > known


def test_a_record_damaged_within_is_replaced_too(record: Store, settings: Settings, now: datetime) -> None:
    add(record, now, *(f"{n} {'x' * 3_000}" for n in range(50)))
    back_up(settings, now)
    record.close()
    content = bytearray(record.path.read_bytes())
    content[4_096 * 40 : 4_096 * 90] = os.urandom(4_096 * 50)
    record.path.write_bytes(content)
    restore(settings, now)
    assert len(texts(record.path)) == 51
    assert record.check() == []


def test_vectors_of_other_posts_go_and_lost_ones_are_made_again(
    record: Store, settings: Settings, now: datetime
) -> None:
    add(record, now, "second", "third")
    with record.write() as connection:
        connection.execute(update(schema.post).values(pending=False))
        ids = dict(
            connection.execute(select(schema.post_text.c.plain, schema.post_text.c.post_id)).tuples().all(),
        )
    back_up(settings, now)
    add(record, now, "fourth")
    vectors = VectorFile(record.vector_path)
    with record.write() as connection:
        connection.execute(update(schema.post_text).where(schema.post_text.c.plain == "second").values(plain="other"))
        (fourth,) = connection.execute(
            select(schema.post_text.c.post_id).where(schema.post_text.c.plain == "fourth")
        ).scalars()
    held = [ids["first"], ids["second"], fourth]
    vectors.put("model", held, np.ones((3, 4), dtype=np.float32))
    restore(settings, now)
    with record.read() as connection:
        gone = set(connection.execute(select(schema.erased_post.c.post_id)).scalars())
        pending = set(connection.execute(select(schema.post.c.id).where(schema.post.c.pending)).scalars())
    assert gone == {ids["second"], fourth}
    assert pending == {ids["second"], ids["third"]}


def test_what_was_sent_spent_and_withdrawn_stays_so(record: Store, settings: Settings, now: datetime) -> None:
    link = {"title": "t", "made_at": 1, "names": "names", "body": b""}
    with record.write() as connection:
        for alert in (1, 2):
            connection.execute(insert(schema.delivery).values(channel_id=1, alert_id=alert, due_at=0))
        connection.execute(insert(schema.service_usage).values(service="x", period="2026-06", used=5))
        for digest in ("kept", "revoked", "removed"):
            connection.execute(insert(schema.snapshot).values(digest=digest, **link))
    back_up(settings, now)
    with record.write() as connection:
        connection.execute(
            update(schema.delivery).where(schema.delivery.c.alert_id == 1).values(state="sent", sent_at=9)
        )
        connection.execute(
            insert(schema.mailing).values(subscription_id=3, edition="2026-06-15", due_at=0, state="sent")
        )
        connection.execute(update(schema.service_usage).values(used=8))
        connection.execute(update(schema.snapshot).where(schema.snapshot.c.digest == "revoked").values(revoked_at=4))
        connection.execute(schema.snapshot.delete().where(schema.snapshot.c.digest == "removed"))
    take_lease(record, "worker", "somebody", now)
    restore(settings, now)
    with record.read() as connection:
        states = connection.execute(select(schema.delivery.c.alert_id, schema.delivery.c.state)).tuples().all()
        assert dict(states) == {1: "sent", 2: "waiting"}
        assert connection.execute(select(schema.mailing.c.state)).scalars().all() == ["sent"]
        assert connection.execute(select(schema.service_usage.c.used)).scalars().all() == [8]
        links = connection.execute(select(schema.snapshot.c.digest, schema.snapshot.c.revoked_at != 0)).tuples().all()
        assert dict(links) == {"kept": False, "revoked": True, "removed": True}
    assert lease_holder(record, "worker", now) == "somebody"


def test_who_did_what_since_the_backup_stays_told(record: Store, settings: Settings, now: datetime) -> None:
    number = {"batch": 1, "at": 5, "who": "Ana", "account": 3, "post_id": 7, "field": "note"}
    with record.write() as connection:
        note_change(connection, "brand.saved", "brand 1: before")
        connection.execute(insert(schema.triage_event).values(**number, before="", after="before"))
    back_up(settings, now)
    with acting(Actor(3, "Ana", "editor")), record.write() as connection:
        note_change(connection, "brand.saved", "brand 2: after", "x", "y")
        connection.execute(insert(schema.triage_event).values(**number, before="before", after="after"))
    restore(settings, now)
    asked = Asked(datetime(1970, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
    with record.read() as connection:
        told = [(one.action, one.subject, one.before, one.after) for one in audited(connection, None, asked, 100)]
        assert len(triage.history(connection, 7)) == 1  # what it made of the post is gone
    assert sorted(told) == [
        ("brand.saved", "brand 1: before", "", ""),
        ("brand.saved", "brand 2: after", "x", "y"),
        ("post.note", "7", "", "before"),
        ("post.note", "7", "before", "after"),
        ("record.restored", told[0][1], "", ""),
    ]


def test_pruning_keeps_what_was_just_made_and_what_is_not_ours(
    record: Store, settings: Settings, now: datetime
) -> None:
    folder = backup_folder(settings)
    folder.mkdir()
    for name in ("vigie-before-the-move.sqlite", "vigie-acme-20200101-000000.sqlite", "other.sqlite"):
        (folder / name).write_bytes(b"not ours to delete")
    for number in range(KEPT_BACKUPS):
        back_up(settings, now + timedelta(minutes=number))
    (made,) = back_up(settings, now - timedelta(days=900))  # the clock was set back
    assert made.is_file()
    assert len(backups(settings, record.path)) == KEPT_BACKUPS + 1
    (again,) = back_up(settings, now - timedelta(days=900))
    assert again.name == "vigie-20231228-120000-2.sqlite"
    assert again.is_file()
    assert len([path for path in folder.iterdir() if b"not ours" in path.read_bytes()[:20]]) == 3


def test_a_backup_takes_the_place_of_nothing(record: Store, settings: Settings, now: datetime) -> None:
    with pytest.raises(StoreError) as raised:
        back_up(settings, now, record.path)
    assert str(record.path) in str(raised.value)
    assert texts(record.path) == {"first"}


def test_a_backup_can_be_made_of_a_missing_record_by_nobody(settings: Settings, now: datetime) -> None:
    with pytest.raises(StoreError, match="no record"):
        back_up(settings, now)
    assert not (settings.data_path / "vigie.sqlite").exists()


def test_the_house_is_backed_up_beside_and_restored_only_when_named(
    record: Store, settings: Settings, now: datetime
) -> None:
    house = House(settings.house_url)
    with house.write() as connection:
        connection.exec_driver_sql("INSERT INTO account (name, login, made_at) VALUES ('Ann', 'ann', 0)")
        connection.exec_driver_sql(
            "INSERT INTO session (digest, account_id, made_at, seen_at, expires_at) VALUES ('d', 1, 0, 0, 9)"
        )
    _, kept = back_up(settings, now)
    assert kept.name == "house-20260615-120000.sqlite"
    with house.write() as connection:
        connection.exec_driver_sql("DELETE FROM account")
    restore(settings, now)
    with house.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM account").scalar() == 0
    before = house.revision()
    done = restore(settings, now, house=True)
    assert done.set_aside is not None
    assert done.set_aside.name.startswith("house.set-aside-")
    with house.read() as connection:
        assert connection.exec_driver_sql("SELECT login FROM account").scalars().all() == ["ann"]
        assert connection.exec_driver_sql("SELECT count(*) FROM session").scalar() == 0  # all sign in again
    assert house.revision() == before + 1


def test_a_backup_copied_by_hand_is_read_with_its_log(record: Store, settings: Settings, now: datetime) -> None:
    copied = settings.data_path / "copied"
    copied.mkdir()
    reader = sqlite3.connect(record.path)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM post").fetchone()
    add(record, now, "in the log")
    for suffix in ("", "-wal"):
        shutil.copyfile(f"{record.path}{suffix}", copied / f"by-hand.sqlite{suffix}")
    reader.close()
    restore(replace(settings), now, copied / "by-hand.sqlite")
    assert "in the log" in texts(record.path)

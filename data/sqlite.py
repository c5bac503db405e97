"""SQLite: the default. WAL, one writer at a time by `BEGIN IMMEDIATE`, short connections."""

from __future__ import annotations

import math
import os
import sqlite3
import time
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.pool import NullPool

from data.posts.folding import spread

BUSY_MS = 15_000
INDEXES = ("post_fts", "fact_fts")


def is_read_only(path: Path) -> bool:
    """The record is there and cannot be written: its file, or the folder that would hold its log."""
    return path.exists() and not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK))


def open_engine(url: URL) -> Engine:
    """An engine whose connections are ready for one writer beside many readers, or only read what cannot be written."""
    engine = create_engine(url, poolclass=NullPool, hide_parameters=True)
    path = Path(url.database or "")

    @event.listens_for(engine, "do_connect")
    def choose(_dialect: Any, _record: Any, _given: Any, _named: Any) -> Any:
        return open_to_read(path) if is_read_only(path) else None  # None: as usual

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        _prepare(connection, writes=not is_read_only(path))

    return engine


def open_to_read(path: Path) -> sqlite3.Connection:
    """A record on a medium that cannot be written has no log of its own: SQLite is told that nothing changes there.
    Where one who may write works on it (its log is there), it is read with that log."""
    log, index = (path.with_name(path.name + suffix) for suffix in ("-wal", "-shm"))
    if log.exists() and log.stat().st_size and not index.exists():
        raise sqlite3.OperationalError(f"readonly log {log.name}")  # immutable would pass over what the log holds
    mode = "mode=ro" if log.exists() and index.exists() else "immutable=1"
    address = f"{path.absolute().as_uri()}?{mode}"
    return sqlite3.connect(address, uri=True, timeout=BUSY_MS / 1000, check_same_thread=False)


def _prepare(connection: Any, *, writes: bool) -> None:
    connection.isolation_level = None  # transactions are ours: see begin()
    connection.execute(f"PRAGMA busy_timeout={BUSY_MS}")
    if writes:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA temp_store=MEMORY")
    connection.execute("PRAGMA cache_size=-16000")
    # Some builds of SQLite come without it.
    connection.create_function("floor", 1, lambda x: None if x is None else math.floor(x), deterministic=True)
    # The triggers that keep the search index call it; some builds forbid that unless told otherwise.
    connection.execute("PRAGMA trusted_schema=ON")
    connection.create_function("spread", 1, spread, deterministic=True)


def begin(connection: Connection, *, writes: bool) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def commit(connection: Connection) -> None:
    connection.exec_driver_sql("COMMIT")


def roll_back(connection: Connection) -> None:
    if connection.connection.driver_connection.in_transaction:  # type: ignore[union-attr]
        connection.exec_driver_sql("ROLLBACK")


def explain(words: str) -> str:
    """The code of a `StoreError` for what the driver said."""
    if "locked" in words or "busy" in words:
        return "locked"
    if "full" in words or "no space" in words or "quota" in words:
        return "full"
    if "readonly" in words or "read-only" in words:
        return "readonly"
    return "corrupt" if "malformed" in words or "not a database" in words or "corrupt" in words else "unreadable"


def fold_log(connection: Connection) -> None:
    """Without it the write-ahead log of a long import grows to gigabytes."""
    connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def copy(origin: Path, target: Path) -> None:
    """Copy a record in use into another file, which may be in use too: who has that open sees what it held before, and
    the whole copy from then on (SQLite's online backup, one transaction there).

    Raises sqlite3.Error, as where another program keeps `target` locked for longer than BUSY_MS.
    """
    until = time.monotonic() + BUSY_MS / 1000

    def still(status: int, _remaining: int, _total: int) -> None:
        if status in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED} and time.monotonic() > until:
            raise sqlite3.OperationalError("database is locked")

    read = open_to_read(origin) if is_read_only(origin) else sqlite3.connect(origin)
    write = sqlite3.connect(target)
    try:
        for connection in (read, write):
            connection.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        read.backup(write, progress=still, sleep=0.05)
    finally:
        read.close()
        write.close()


def damage(path: Path, *, thorough: bool = True) -> str:
    """What is wrong with a file, "" where nothing is. Raises sqlite3.Error where it is no database at all."""
    connection = open_to_read(path) if is_read_only(path) else sqlite3.connect(path)
    try:
        connection.create_function("spread", 1, spread, deterministic=True)  # later versions look at the index too
        found = connection.execute(f"PRAGMA {'integrity' if thorough else 'quick'}_check(1)").fetchone()
        return "" if found[0] == "ok" else str(found[0])
    finally:
        connection.close()


def check(connection: Connection) -> list[str]:
    problems = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA integrity_check(20)")]
    return [] if problems == ["ok"] else problems


def check_index(connection: Connection) -> None:
    """Raises where a search index does not match its texts. With rank 0 only its own pages would be looked at."""
    for name in _indexes(connection):
        connection.execute(text(f"INSERT INTO {name}({name}, rank) VALUES ('integrity-check', 1)"))


def make_index_anew(connection: Connection) -> None:
    for name in _indexes(connection):
        connection.execute(text(f"INSERT INTO {name}({name}) VALUES ('rebuild')"))


def _indexes(connection: Connection) -> list[str]:
    """Those that there are: a record of an earlier version has fewer."""
    there = set(connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars())
    return [name for name in INDEXES if name in there]

"""SQLite: the default. WAL, one writer at a time by `BEGIN IMMEDIATE`, short connections."""

from __future__ import annotations

import math
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.pool import NullPool

from data.posts.folding import spread

BUSY_MS = 15_000


def open_engine(url: URL) -> Engine:
    """An engine whose connections are ready for one writer beside many readers."""
    engine = create_engine(url, poolclass=NullPool)
    event.listen(engine, "connect", _prepare)
    return engine


def _prepare(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions are ours: see begin()
    connection.execute(f"PRAGMA busy_timeout={BUSY_MS}")
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
    if "full" in words or "no space" in words:
        return "full"
    return "corrupt" if "malformed" in words or "not a database" in words or "corrupt" in words else "unreadable"


def fold_log(connection: Connection) -> None:
    """Without it the write-ahead log of a long import grows to gigabytes."""
    connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def backup(path: Path, part: Path) -> None:
    """Copy a record in use (SQLite's online backup)."""
    origin, copy = sqlite3.connect(path), sqlite3.connect(part)
    try:
        origin.backup(copy)
    finally:
        origin.close()
        copy.close()


def check(connection: Connection) -> list[str]:
    problems = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA integrity_check(20)")]
    return [] if problems == ["ok"] else problems


def check_index(connection: Connection) -> None:
    """Raises where the search index does not match the posts."""
    connection.execute(text("INSERT INTO post_fts(post_fts) VALUES ('integrity-check')"))

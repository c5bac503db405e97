"""No word of what was erased stays in any byte of the files of a record."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

from sqlalchemy import delete, select

from data import postgresql
from data.dialect import is_among
from data.posts.sketches import forget_sketches
from data.schema import erased_post
from data.sqlite import INDEXES
from data.store import Store, StoreError


def scrub(store: Store) -> bool:
    """Write the files of a record anew, without what was erased: the search index, free pages, log, and vectors.

    False where another program has the record open for reading all along: the log is then emptied at its next write.
    On PostgreSQL dead rows are vacuumed; what the server archives is its own.
    """
    _forget_vectors(store)
    if store.is_server:
        _vacuum(store)
        return True
    with store.write(counts=False) as connection:
        for name in INDEXES:
            connection.exec_driver_sql(f"INSERT INTO {name}({name}) VALUES ('optimize')")
    try:
        with closing(sqlite3.connect(store.path, timeout=15, isolation_level=None)) as raw:
            raw.execute("VACUUM")  # frees the pages of older words too, those from before `secure_delete`
            busy, _, _ = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if store.vector_path.exists():
            with closing(sqlite3.connect(store.vector_path, timeout=15, isolation_level=None)) as raw:
                raw.execute("VACUUM")
                raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.OperationalError as error:
        if "locked" in str(error) or "busy" in str(error):
            return False
        raise StoreError("unreadable", f"{store.path}: {error}") from error
    return not busy


def _vacuum(store: Store) -> None:
    """Outside of any transaction, as PostgreSQL wants it."""
    with postgresql.connected(store.engine) as connection:
        driver: Any = connection.connection.driver_connection
        driver.autocommit = True
        try:
            for table in ("post", "post_text", "snapshot", "change", "triage", "vector"):
                driver.cursor().execute(f"VACUUM {postgresql.of_schema(connection)}{table}")
        finally:
            driver.autocommit = False


def _forget_vectors(store: Store) -> None:
    with store.read() as connection:
        gone = list(connection.execute(select(erased_post.c.post_id)).scalars())
    if not gone or (not store.is_server and not store.vector_path.exists()):
        return
    from data.posts.vectors import vectors_of  # numpy, which a start can do without

    vectors_of(store).forget(gone)
    with store.write(counts=False) as connection:
        forget_sketches(connection, gone)
        connection.execute(delete(erased_post).where(is_among(erased_post.c.post_id, gone)))

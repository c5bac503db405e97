"""Open the store, write safely, count revisions. What is stored is in the modules beside this one:
`posts`, `source_list`, `topic_list`, `figures`, `jobs`.

SQLite: WAL, one writer at a time by `BEGIN IMMEDIATE`, short connections. Vectors lie in a file of
their own beside the record, because they can be computed again and posts cannot.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, event, make_url, select, text
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.pool import NullPool

from data.schema import meta

BUSY_MS = 15_000
CHECKPOINT_EVERY = 20  # writes; without it the log of a long import grows to gigabytes


class StoreError(Exception):
    """The record cannot be used. `code` is one of missing, corrupt, locked, full, newer, unreadable."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def explain(error: Exception, path: str) -> StoreError:
    """A database error in words that say what to do."""
    words = str(error).lower()
    if "locked" in words or "busy" in words:
        return StoreError("locked", f"{path} is in use by another program. Close it or wait a minute, then try again.")
    if "full" in words or "no space" in words:
        return StoreError("full", f"The disk that holds {path} is full. Free some space: nothing was lost.")
    if "malformed" in words or "not a database" in words or "corrupt" in words:
        return StoreError("corrupt", f"{path} is damaged. Run 'python -m data restore' to go back to the last backup.")
    if "unable to open" in words or "readonly" in words or "permission" in words:
        return StoreError("unreadable", f"{path} cannot be opened. Check that you may read and write it.")
    return StoreError("unreadable", f"{path}: {error}")


class Store:
    """One record. Opening creates or migrates it. Cheap to keep; each use opens a short connection.

    Raises StoreError when the file is damaged, locked, unreadable, or made by a newer Vigie.
    """

    def __init__(self, url: str) -> None:
        parsed = make_url(url)
        if parsed.get_backend_name() != "sqlite" or not parsed.database or parsed.database == ":memory:":
            raise StoreError("unreadable", f"{url}: this version keeps posts in a SQLite file.")
        self.path = Path(parsed.database)
        self.vector_path = self.path.with_suffix(".vectors.sqlite")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError("unreadable", f"{self.path.parent} cannot be made: {error.strerror}.") from error
        self.engine = create_engine(parsed, poolclass=NullPool)
        event.listen(self.engine, "connect", self._prepare)
        self._writes = 0
        try:
            self._migrate()
        except (OperationalError, DatabaseError, sqlite3.Error) as error:
            raise explain(error, str(self.path)) from error

    def _prepare(self, connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # transactions are ours: see read() and write()
        connection.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA temp_store=MEMORY")
        connection.execute("PRAGMA cache_size=-16000")

    def _migrate(self) -> None:
        from alembic.config import Config
        from alembic.runtime.migration import MigrationContext
        from alembic.script import ScriptDirectory

        location = str(Path(__file__).parent / "migrations")
        head = "0004"  # checked against the files by a test; spares reading them at every start
        with self.engine.connect() as connection:
            connection.exec_driver_sql("BEGIN")
            current = MigrationContext.configure(connection).get_current_revision()
            connection.exec_driver_sql("COMMIT")
            if current == head:
                return
            config = Config()
            config.set_main_option("script_location", location)
            known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
            if current is not None and current not in known:
                raise StoreError("newer", f"{self.path} was made by a newer Vigie. Update the program to open it.")
            from alembic import command

            connection.exec_driver_sql("BEGIN IMMEDIATE")
            # Another process may have migrated while this one waited for the lock.
            if MigrationContext.configure(connection).get_current_revision() == head:
                connection.exec_driver_sql("ROLLBACK")
                return
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            if connection.in_transaction():
                connection.commit()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A short connection with one consistent view of the record."""
        try:
            with self.engine.connect() as connection:
                connection.exec_driver_sql("BEGIN")
                try:
                    yield connection
                finally:
                    connection.exec_driver_sql("ROLLBACK")
        except (OperationalError, DatabaseError) as error:
            raise explain(error, str(self.path)) from error

    @contextmanager
    def write(self, *, counts: bool = True) -> Iterator[Connection]:
        """One transaction, all or nothing. `counts` says whether pages must read again."""
        try:
            with self.engine.connect() as connection:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                try:
                    yield connection
                    if counts:
                        connection.execute(
                            text("UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE key = 'revision'")
                        )
                    connection.exec_driver_sql("COMMIT")
                except BaseException:
                    if connection.connection.driver_connection.in_transaction:  # type: ignore[union-attr]
                        connection.exec_driver_sql("ROLLBACK")
                    raise
                self._writes += 1
                if self._writes % CHECKPOINT_EVERY == 0:
                    connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        except (OperationalError, DatabaseError) as error:
            raise explain(error, str(self.path)) from error

    def revision(self) -> int:
        """Grows with every write that a page could show: the key of every cache."""
        with self.read() as connection:
            return int(connection.execute(select(meta.c.value).where(meta.c.key == "revision")).scalar_one())

    def get_meta(self, key: str, default: str = "") -> str:
        with self.read() as connection:
            found = connection.execute(select(meta.c.value).where(meta.c.key == key)).scalar()
        return default if found is None else str(found)

    def set_meta(self, key: str, value: str) -> None:
        with self.write() as connection:
            put_meta(connection, key, value)

    def close(self) -> None:
        """Fold the write-ahead log into the file, so that the file alone is the record."""
        with self.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.exec_driver_sql("PRAGMA journal_mode=DELETE")

    def backup(self, target: Path) -> None:
        """Copy the record while it is in use (SQLite's online backup). Replaces `target` only when whole."""
        part = target.with_suffix(".part")
        part.unlink(missing_ok=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        origin, copy = sqlite3.connect(self.path), sqlite3.connect(part)
        try:
            origin.backup(copy)
        except sqlite3.Error as error:
            raise explain(error, str(self.path)) from error
        finally:
            origin.close()
            copy.close()
        part.replace(target)

    def check(self) -> list[str]:
        """What is wrong with the record, in words; empty when nothing is."""
        with self.read() as connection:
            found = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA integrity_check(20)")]
            problems = [] if found == ["ok"] else found
            orphans = connection.execute(
                text("SELECT count(*) FROM post WHERE id NOT IN (SELECT post_id FROM post_text)")
            ).scalar_one()
        if orphans:
            problems.append(f"{orphans} posts have no text.")
        try:
            with self.write(counts=False) as connection:
                connection.exec_driver_sql("INSERT INTO post_fts(post_fts) VALUES ('integrity-check')")
        except StoreError as error:
            problems.append(f"The search index does not match the posts: {error}")
        return problems


def put_meta(connection: Connection, key: str, value: str) -> None:
    connection.execute(
        text("INSERT INTO meta (key, value) VALUES (:k, :v) ON CONFLICT (key) DO UPDATE SET value = :v"),
        {"k": key, "v": value},
    )

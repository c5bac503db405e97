"""Open the store, write safely, count revisions. What is stored is in the modules and folders beside this one.

SQLite by default, PostgreSQL where the address says so: see `data.sqlite` and `data.postgresql`. One writer at
a time on both. Vectors of a SQLite record lie in a file of their own beside it, because they can be computed
again and posts cannot.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, inspect, make_url, select, text
from sqlalchemy.exc import DatabaseError, DBAPIError, InterfaceError, OperationalError

from data import postgresql, sqlite
from data.schema import meta

CHECKPOINT_EVERY = 20  # writes
HEAD = "0017"  # checked against the files by a test; spares reading them at every start


class StoreError(Exception):
    """The record cannot be used. `code` is one of missing, corrupt, locked, full, newer, unreadable."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def explain(error: Exception, path: str, *, server: bool = False) -> StoreError:
    """A database error in words that say what to do."""
    words = str(error).lower()
    code = postgresql.explain(words) if server else sqlite.explain(words)
    if code == "locked":
        return StoreError("locked", f"{path} is in use by another program. Close it or wait a minute, then try again.")
    if code == "full":
        return StoreError("full", f"The disk that holds {path} is full. Free some space: nothing was lost.")
    if code == "corrupt":
        return StoreError("corrupt", f"{path} is damaged. Run 'python -m data restore' to go back to the last backup.")
    if server:
        return StoreError("unreadable", f"{path}: {_short(error)}")
    if "unable to open" in words or "readonly" in words or "permission" in words:
        return StoreError("unreadable", f"{path} cannot be opened. Check that you may read and write it.")
    return StoreError("unreadable", f"{path}: {error}")


def _short(error: Exception) -> str:
    """What the server or the network said, without the statement."""
    cause = getattr(error, "orig", None) or error
    said = cause.args[0] if cause.args else cause
    return str(said.get("M", said) if isinstance(said, dict) else said)[:300]


class Store:
    """One record. Opening creates or migrates it. Cheap to keep; each use opens a short connection.

    Raises StoreError when the record is damaged, locked, unreadable, or made by a newer Vigie.
    """

    head = HEAD
    migrations = Path(__file__).parent / "migrations"
    starts_from_schema = True  # on a server: see `data.postgresql`

    def __init__(self, url: str) -> None:
        parsed = make_url(url)
        self.is_server = parsed.get_backend_name() == "postgresql"
        if not self.is_server and (parsed.get_backend_name() != "sqlite" or parsed.database in {None, "", ":memory:"}):
            raise StoreError("unreadable", f"{url}: write sqlite:///FILE or postgresql://USER@HOST/DATABASE.")
        self.url = url
        self.name = parsed.render_as_string(hide_password=True) if self.is_server else str(parsed.database)
        if self.is_server:
            self.engine = postgresql.open_engine(parsed)
        else:
            # A server has no file: who asks for one has taken the wrong way.
            self.path = Path(parsed.database or "")
            self.vector_path = self.path.with_suffix(".vectors.sqlite")
            try:
                self.path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise StoreError("unreadable", f"{self.path.parent} cannot be made: {error.strerror}.") from error
            self.engine = sqlite.open_engine(parsed)
        self.writes = 0  # made through this object: who keeps a revision sees that it is old
        try:
            self._migrate()
        except (DBAPIError, sqlite3.Error, OSError) as error:
            raise self._explain(error) from error

    def _explain(self, error: Exception) -> StoreError:
        return explain(error, self.name, server=self.is_server)

    def _begin(self, connection: Connection, *, writes: bool) -> None:
        (postgresql if self.is_server else sqlite).begin(connection, writes=writes)

    def _commit(self, connection: Connection) -> None:
        connection.commit() if self.is_server else sqlite.commit(connection)

    def _roll_back(self, connection: Connection) -> None:
        connection.rollback() if self.is_server else sqlite.roll_back(connection)

    def _current(self, connection: Connection) -> str | None:
        if not inspect(connection).has_table("alembic_version"):
            return None
        revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        return None if revision is None else str(revision)

    def _migrate(self) -> None:
        with self.engine.connect() as connection:
            self._begin(connection, writes=False)
            current = self._current(connection)
            self._roll_back(connection)
            if current == self.head:
                return
            from alembic import command
            from alembic.config import Config
            from alembic.script import ScriptDirectory

            config = Config()
            config.set_main_option("script_location", str(self.migrations))
            known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
            if current is not None and current not in known:
                raise StoreError("newer", f"{self.name} was made by a newer Vigie. Update the program to open it.")
            self._begin(connection, writes=True)
            # Another process may have migrated while this one waited for the lock.
            current = self._current(connection)
            if current == self.head:
                self._roll_back(connection)
                return
            config.attributes["connection"] = connection
            if self.is_server and current is None and self.starts_from_schema:
                postgresql.make_schema(connection)
                command.stamp(config, postgresql.START)
            command.upgrade(config, "head")
            if self.is_server or connection.in_transaction():
                connection.commit()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A short connection with one consistent view of the record."""
        try:
            with self.engine.connect() as connection:
                self._begin(connection, writes=False)
                try:
                    yield connection
                finally:
                    self._roll_back(connection)
        except (OperationalError, DatabaseError, InterfaceError) as error:
            raise self._explain(error) from error

    @contextmanager
    def write(self, *, counts: bool = True) -> Iterator[Connection]:
        """One transaction, all or nothing. `counts` says whether pages must read again."""
        try:
            with self.engine.connect() as connection:
                self._begin(connection, writes=True)
                try:
                    yield connection
                    if counts:
                        connection.execute(
                            text(
                                "UPDATE meta SET value = CAST(CAST(value AS BIGINT) + 1 AS TEXT) WHERE key = 'revision'"
                            )
                        )
                    self._commit(connection)
                except BaseException:
                    self._roll_back(connection)
                    raise
                self.writes += 1
                if self.writes % CHECKPOINT_EVERY == 0 and not self.is_server:
                    sqlite.fold_log(connection)
        except (OperationalError, DatabaseError, InterfaceError) as error:
            raise self._explain(error) from error

    def revision(self) -> int:
        """Grows with every write that a page could show: the key of every cache."""
        with self.read() as connection:
            return int(connection.execute(select(meta.c.value).where(meta.c.key == "revision")).scalar_one())

    def get_meta(self, key: str, default: str = "") -> str:
        with self.read() as connection:
            held = connection.execute(select(meta.c.value).where(meta.c.key == key)).scalar()
        return default if held is None else str(held)

    def set_meta(self, key: str, value: str) -> None:
        with self.write() as connection:
            put_meta(connection, key, value)

    def close(self) -> None:
        """Let go of it. On SQLite the write-ahead log is folded in, so that the file alone is the record."""
        if self.is_server:
            self.engine.dispose()
            return
        with self.engine.connect() as connection:
            sqlite.fold_log(connection)
            connection.exec_driver_sql("PRAGMA journal_mode=DELETE")

    def backup(self, target: Path) -> None:
        """Copy a SQLite record while it is in use. Replaces `target` only when whole."""
        if self.is_server:
            raise StoreError("unreadable", f"Back up {self.name} with pg_dump, and restore it with pg_restore.")
        part = target.with_suffix(".part")
        part.unlink(missing_ok=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            sqlite.backup(self.path, part)
        except sqlite3.Error as error:
            raise self._explain(error) from error
        part.replace(target)

    def check(self) -> list[str]:
        """What is wrong with the record, in words; empty when nothing is."""
        with self.read() as connection:
            problems = postgresql.check(connection) if self.is_server else sqlite.check(connection)
            orphans = connection.execute(
                text("SELECT count(*) FROM post WHERE id NOT IN (SELECT post_id FROM post_text)")
            ).scalar_one()
        if orphans:
            problems.append(f"{orphans} posts have no text.")
        if not self.is_server:
            try:
                with self.write(counts=False) as connection:
                    sqlite.check_index(connection)
            except StoreError as error:
                problems.append(f"The search index does not match the posts: {error}")
        return problems


def put_meta(connection: Connection, key: str, value: str) -> None:
    connection.execute(
        text("INSERT INTO meta (key, value) VALUES (:k, :v) ON CONFLICT (key) DO UPDATE SET value = :v"),
        {"k": key, "v": value},
    )

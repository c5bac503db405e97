"""Open the store, write safely, count revisions. What is stored is in the modules and folders beside this one.

SQLite by default, PostgreSQL where the address says so: see `data.sqlite` and `data.postgresql`. One writer at
a time on both. Vectors of a SQLite record lie in a file of their own beside it, because they can be computed
again and posts cannot.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path

from sqlalchemy import Connection, make_url, select, text
from sqlalchemy.exc import DatabaseError, DBAPIError, InterfaceError, OperationalError

from data import postgresql, sqlite
from data.keeping import locks
from data.keeping.standing import standing
from data.keeping.whole import whole_file
from data.schema import meta

CHECKPOINT_EVERY = 20  # writes
HEAD = "0020"  # checked against the files by a test; spares reading them at every start


class StoreError(Exception):
    """The record cannot be used. `code` is one of missing, corrupt, locked, full, newer, readonly,
    unreadable."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def explain(error: Exception, path: str, *, server: bool = False) -> StoreError:
    """A database error in words that say what to do."""
    words = str(error).lower()
    code = postgresql.explain(words) if server else sqlite.explain(words)
    if server and postgresql.is_full(words):
        return StoreError(
            "locked",
            f"{path} has no free connection. Wait a minute, then try again; where it comes back: docs/postgresql.md.",
        )
    if server and postgresql.has_no_transactions(words):
        return StoreError(
            "unreadable",
            f"pgbouncer before {path} is set to pool_mode = statement, where nothing can be written all or nothing. "
            "Set pool_mode = transaction there, then try again: nothing was changed.",
        )
    if code == "locked":
        return StoreError("locked", f"{path} is in use by another program. Close it or wait a minute, then try again.")
    if code == "full":
        return StoreError("full", f"The disk that holds {path} is full. Free some space: nothing was lost.")
    if code == "corrupt":
        return StoreError("corrupt", f"{path} is damaged. Run 'python -m data restore' to go back to the last backup.")
    if server and postgresql.is_gone(words):
        return StoreError(
            "unreadable",
            f"{path} does not answer: {_short(error)} What was told as done is kept. Start the server, then do the "
            "same again.",
        )
    if server:
        return StoreError("unreadable", f"{path}: {_short(error)}")
    if code == "readonly":
        log = " and what its log (-wal) holds" if "readonly log" in words else ""
        return StoreError(
            "readonly", f"{path} can only be read. Copy it{log} to a folder that can be written, then open it there."
        )
    if "unable to open" in words or "permission" in words:
        return StoreError("unreadable", f"{path} cannot be opened. Check that you may read and write it.")
    return StoreError("unreadable", f"{path}: {error}")


def _short(error: Exception) -> str:
    """What the server or the network said, without the statement."""
    cause = getattr(error, "orig", None) or error
    said = cause.args[0] if cause.args and not isinstance(cause, OSError) else cause
    return str(said.get("M", said) if isinstance(said, dict) else said)[:300]


class Store:
    """One record. Opening creates or migrates it, or leaves it `as_it_is`: to copy it, or to tell its version. Cheap to
    keep; each use opens a short connection.

    Raises StoreError when the record is damaged, locked, unreadable, or made by a newer Vigie.
    """

    head = HEAD
    migrations = Path(__file__).parent / "migrations"
    starts_from_schema = True  # on a server: see `data.postgresql`

    def __init__(self, url: str, *, as_it_is: bool = False) -> None:
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
            if not as_it_is:
                self._migrate()
        except (DBAPIError, sqlite3.Error, OSError) as error:
            raise self._explain(error) from error

    @property
    def is_read_only(self) -> bool:
        """It can be read and not written, as on a medium that is write-protected: pages open, nothing is noted."""
        return not self.is_server and sqlite.is_read_only(self.path)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Held by who relies over several transactions on what it read: the record is not restored meanwhile.

        Raises StoreError (locked) where it is being restored.
        """
        with ExitStack() as held:
            if not self.is_server:
                try:
                    held.enter_context(locks.shared(self.path, sqlite.BUSY_MS / 1000))
                except locks.TakenError as error:
                    raise StoreError(
                        "locked", f"{self.name} is being restored. Wait a minute, then try again."
                    ) from error
            yield

    def _explain(self, error: Exception) -> StoreError:
        return explain(error, self.name, server=self.is_server)

    def _connected(self) -> AbstractContextManager[Connection]:
        return postgresql.connected(self.engine) if self.is_server else self.engine.connect()

    def _begin(self, connection: Connection, *, writes: bool) -> None:
        (postgresql if self.is_server else sqlite).begin(connection, writes=writes)

    def _commit(self, connection: Connection) -> None:
        connection.commit() if self.is_server else sqlite.commit(connection)

    def _roll_back(self, connection: Connection) -> None:
        connection.rollback() if self.is_server else sqlite.roll_back(connection)

    def version(self) -> str:
        """The version of its tables, "" of an empty database."""
        with self.read() as connection:
            return standing(connection).current or ""

    def fits(self) -> bool:
        """Whether this program may work with it as it is: of its version, or of a newer one that only added to it."""
        with self.read() as connection:
            at = standing(connection)
        return at.current == self.head or bool(at.current and at.current > self.head and self._may_follow(at.oldest))

    def _migrate(self) -> None:
        with self._connected() as connection:
            if self.is_server:
                postgresql.make_room(connection, postgresql.schema_of(make_url(self.url)))
            self._begin(connection, writes=False)
            at = standing(connection)
            self._roll_back(connection)
            if at.current == self.head and not at.unfinished:
                return
            if self.is_read_only:
                raise StoreError(
                    "readonly",
                    f"{self.name} can only be read, and another Vigie made it. Copy it to a folder that can be "
                    "written, then open it there.",
                )
            from data.keeping import migrating

            migrations = migrating.Migrations(self.migrations)
            if not migrations.knows(at.current):
                self._follow_newer(at.oldest)
                return
            if self.is_server and at.current is not None:
                migrating.beside_others(self.engine, migrations, lambda one: self._begin(one, writes=True))
                return
            self._begin(connection, writes=True)
            # Another process may have migrated while this one waited for the lock.
            if standing(connection).current is None and self.is_server and self.starts_from_schema:
                postgresql.make_schema(connection)
                migrations.stamp(connection, postgresql.START)
            migrating.at_once(connection, migrations)
            if self.is_server or connection.in_transaction():
                connection.commit()

    def _may_follow(self, oldest: str) -> bool:
        return bool(oldest) and oldest <= self.head

    def _follow_newer(self, oldest: str) -> None:
        """A newer Vigie changed the record. What only added to it leaves this one at work."""
        if not self._may_follow(oldest):
            raise StoreError("newer", f"{self.name} was made by a newer Vigie. Update the program to open it.")

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A short connection with one consistent view of the record."""
        try:
            with self._connected() as connection:
                self._begin(connection, writes=False)
                try:
                    yield connection
                finally:
                    self._roll_back(connection)
        except (OperationalError, DatabaseError, InterfaceError) as error:
            raise self._explain(error) from error
        except ConnectionError as error:  # the driver lets it through where its server stops
            if self.is_server:
                raise self._explain(error) from error
            raise

    @contextmanager
    def write(self, *, counts: bool = True) -> Iterator[Connection]:
        """One transaction, all or nothing. `counts` says whether pages must read again."""
        try:
            with self.at_work(), self._connected() as connection:
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
                    with suppress(OperationalError):  # a full disk: it is folded another time, what is written stays
                        sqlite.fold_log(connection)
        except (OperationalError, DatabaseError, InterfaceError) as error:
            raise self._explain(error) from error
        except ConnectionError as error:  # the driver lets it through where its server stops
            if self.is_server:
                raise self._explain(error) from error
            raise

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
        if self.is_server or self.is_read_only:
            self.engine.dispose()
            return
        with self.engine.connect() as connection:
            sqlite.fold_log(connection)
            connection.exec_driver_sql("PRAGMA journal_mode=DELETE")

    def backup(self, target: Path) -> None:
        """Copy a SQLite record while it is in use. Replaces `target` only when whole."""
        if self.is_server:
            raise StoreError("unreadable", f"Back up {self.name} with pg_dump, and restore it with pg_restore.")
        try:
            with whole_file(target) as part:
                sqlite.copy(self.path, part)
        except (sqlite3.Error, OSError) as error:
            said = explain(error, self.name)
            raise explain(error, str(target)) if said.code == "full" else said from error

    def check(self) -> list[str]:
        """What is wrong with the record, in words; empty when nothing is."""
        with self.read() as connection:
            problems = postgresql.check(connection) if self.is_server else sqlite.check(connection)
            orphans = connection.execute(
                text("SELECT count(*) FROM post WHERE id NOT IN (SELECT post_id FROM post_text)")
            ).scalar_one()
        if orphans:
            problems.append(f"{orphans} posts have no text.")
        if not self.is_server and (wrong := self.index_problem()):
            problems.append(wrong)
        return problems

    def index_problem(self) -> str:
        """What is wrong with the search index, in words; "" where nothing is, or it cannot be written to be asked."""
        if self.is_server:
            with self.read() as connection:
                return " ".join(postgresql.check(connection))
        if self.is_read_only:
            return ""
        try:
            with self.write(counts=False) as connection:
                sqlite.check_index(connection)
        except StoreError as error:
            if error.code != "corrupt":
                raise
            return "The search index does not match the posts."
        return ""


def put_meta(connection: Connection, key: str, value: str) -> None:
    connection.execute(
        text("INSERT INTO meta (key, value) VALUES (:k, :v) ON CONFLICT (key) DO UPDATE SET value = :v"),
        {"k": key, "v": value},
    )

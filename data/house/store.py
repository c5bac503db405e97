"""Open the house: a small database beside the records, of who may come in and which workspaces there are."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from data import postgresql, sqlite
from data.store import Store

R = TypeVar("R")
MOST_KEPT = 1_000
Mark = tuple[int, int, int]  # the file, by its number and our opening of it, and its version
COUNT = text(
    "INSERT INTO meta (key, value) VALUES ('writes', '1') "
    "ON CONFLICT (key) DO UPDATE SET value = CAST(CAST(meta.value AS BIGINT) + 1 AS TEXT)"
)


class House(Store):
    """Opened and written like a record. Its revision grows when accounts, roles or workspaces change."""

    head = "0002"
    migrations = Path(__file__).parent / "migrations"
    starts_from_schema = False

    def __init__(self, url: str, *, as_it_is: bool = False) -> None:
        super().__init__(url, as_it_is=as_it_is)
        self._lock = threading.Lock()
        self._watch: sqlite3.Connection | Connection | None = None
        self._watched: tuple[int, int] = (0, 0)
        self._kept: dict[Hashable, tuple[Mark, Any]] = {}

    def kept(self, key: Hashable, read: Callable[[Connection], R]) -> R:
        """What `read` finds, kept under `key` until anybody writes here, in this process or another: a page asks who is
        behind it dozens of times. It must not be changed by who gets it, and not hang on the time."""
        mark = self._mark()  # before the read: what is written meanwhile is seen at the next question
        held = self._kept.get(key)
        if mark is not None and held is not None and held[0] == mark:
            found: R = held[1]
            return found
        with self.read() as connection:
            found = read(connection)
        if mark is not None:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[key] = (mark, found)
        return found

    def _mark(self) -> Mark | None:
        """Another one follows each write. None where that cannot be told: the read itself says what is wrong."""
        try:
            with self._lock:
                return self._counted() if self.is_server else self._version()
        except (OSError, sqlite3.Error, SQLAlchemyError):
            return None

    def _version(self) -> Mark:
        file = self.path.stat().st_ino
        if not isinstance(self._watch, sqlite3.Connection) or self._watched[0] != file:
            self._close_watch()
            self._watch = sqlite3.connect(f"{self.path.absolute().as_uri()}?mode=ro", uri=True, check_same_thread=False)
            self._watched = (file, self._watched[1] + 1)
        return *self._watched, int(self._watch.execute("PRAGMA data_version").fetchone()[0])

    def _counted(self) -> Mark:
        """On a server writes are counted: one short answer, on a connection of its own, in place of a transaction."""
        if not isinstance(self._watch, Connection):
            self._watch = self.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            self._watched = (0, self._watched[1] + 1)
        try:
            counted = f"SELECT value FROM {postgresql.of_schema(self._watch)}meta WHERE key = 'writes'"
            return *self._watched, int(self._watch.exec_driver_sql(counted).scalar() or 0)
        except (SQLAlchemyError, OSError):
            self._close_watch()
            raise

    def _close_watch(self) -> None:
        if self._watch is not None:
            with suppress(SQLAlchemyError, OSError):
                self._watch.close()
            self._watch = None

    @contextmanager
    def write(self, *, counts: bool = True) -> Iterator[Connection]:
        with super().write(counts=counts) as connection:
            yield connection
            if self.is_server:
                connection.execute(COUNT)

    def close(self) -> None:
        with self._lock:
            self._close_watch()
        super().close()

    def check(self) -> list[str]:
        with self.read() as connection:
            return [] if self.is_server else sqlite.check(connection)

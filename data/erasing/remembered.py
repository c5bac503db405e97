"""The list of who and what was erased: keyed digests, outside of the record and of its backups.

A record that is restored from an older backup does not know of later erasures, so the list lies beside a SQLite
record in a file of its own (`NAME.erasures.sqlite`, mode 0600), and on PostgreSQL in a schema of its own
(`erasures`). Its random key is in the same place: losing one without the other would be losing both. Without the
list nobody can test a guess, and with it nobody reads a name.
"""

from __future__ import annotations

import hmac
import os
import secrets
import sqlite3
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, Engine, text

from data.postgresql import connected

ANY = "*"  # instead of a kind of source: wherever it comes from
FILE = "import"  # what files of posts may say of any network
_PART = 500


class ErasureList(Protocol):
    """Digests by what they are of: author, post, page, name, or the first word of a name of several."""

    def key(self, *, make: bool = False) -> bytes | None:
        """The key of the digests; None while nothing was erased."""

    def add(self, what: str, digests: Iterable[bytes]) -> None:
        """Remember, for good before it returns."""

    def among(self, digests: Collection[bytes]) -> set[bytes]:
        """Those that are remembered."""

    def of(self, what: str) -> set[bytes]:
        """All of one sort."""


def digest(key: bytes, what: str, kind: str, value: str) -> bytes:
    return hmac.new(key, f"{what}\0{kind}\0{value}".encode("utf-8", "surrogatepass"), sha256).digest()


class FileList:
    """Beside a SQLite record."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
        with closing(sqlite3.connect(self.path, timeout=15)) as connection, connection:
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute("CREATE TABLE IF NOT EXISTS key (value BLOB NOT NULL)")
            connection.execute("CREATE TABLE IF NOT EXISTS erased (digest BLOB PRIMARY KEY, what TEXT) WITHOUT ROWID")
            yield connection

    def key(self, *, make: bool = False) -> bytes | None:
        if not make and not self.path.exists():
            return None
        with self._open() as connection:
            connection.execute("BEGIN IMMEDIATE")
            row = connection.execute("SELECT value FROM key").fetchone()
            if row is None and make:
                row = (secrets.token_bytes(32),)
                connection.execute("INSERT INTO key VALUES (?)", row)
            return bytes(row[0]) if row else None

    def add(self, what: str, digests: Iterable[bytes]) -> None:
        with self._open() as connection:
            connection.executemany("INSERT OR IGNORE INTO erased VALUES (?, ?)", ((d, what) for d in digests))

    def among(self, digests: Collection[bytes]) -> set[bytes]:
        wanted = list(digests)
        found: set[bytes] = set()
        with self._open() as connection:
            for start in range(0, len(wanted), _PART):
                part = wanted[start : start + _PART]
                marks = ",".join("?" * len(part))
                found.update(
                    bytes(row[0])
                    for row in connection.execute(f"SELECT digest FROM erased WHERE digest IN ({marks})", part)
                )
        return found

    def of(self, what: str) -> set[bytes]:
        with self._open() as connection:
            return {bytes(row[0]) for row in connection.execute("SELECT digest FROM erased WHERE what = ?", (what,))}


_MAKE = (
    "CREATE SCHEMA IF NOT EXISTS erasures",
    "CREATE TABLE IF NOT EXISTS erasures.key (record TEXT PRIMARY KEY, value BYTEA NOT NULL)",
    "CREATE TABLE IF NOT EXISTS erasures.erased (record TEXT, digest BYTEA, what TEXT, PRIMARY KEY (record, digest))",
)


class TableList:
    """In a schema of its own of a PostgreSQL server, by the schema of the record; in transactions of its own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @contextmanager
    def _open(self) -> Iterator[Connection]:
        with connected(self._engine) as connection, connection.begin():
            yield connection

    def _there(self, connection: Connection) -> bool:
        return connection.execute(text("SELECT to_regclass('erasures.erased')")).scalar() is not None

    def key(self, *, make: bool = False) -> bytes | None:
        with self._open() as connection:
            if not self._there(connection):
                if not make:
                    return None
                for statement in _MAKE:
                    connection.execute(text(statement))
            if make:
                connection.execute(
                    text("INSERT INTO erasures.key VALUES (current_schema(), :k) ON CONFLICT DO NOTHING"),
                    {"k": secrets.token_bytes(32)},
                )
            held = connection.execute(text("SELECT value FROM erasures.key WHERE record = current_schema()")).scalar()
            return bytes(held) if held is not None else None

    def add(self, what: str, digests: Iterable[bytes]) -> None:
        rows = [{"d": d, "w": what} for d in digests]
        if rows:
            with self._open() as connection:
                connection.execute(
                    text("INSERT INTO erasures.erased VALUES (current_schema(), :d, :w) ON CONFLICT DO NOTHING"), rows
                )

    def among(self, digests: Collection[bytes]) -> set[bytes]:
        wanted = list(digests)
        found: set[bytes] = set()
        with self._open() as connection:
            for start in range(0, len(wanted), _PART):
                rows = connection.execute(
                    text(
                        "SELECT digest FROM erasures.erased WHERE record = current_schema() "
                        "AND encode(digest, 'hex') = ANY(string_to_array(:d, ','))"
                    ),
                    {"d": ",".join(d.hex() for d in wanted[start : start + _PART])},
                )
                found.update(bytes(row[0]) for row in rows)
        return found

    def of(self, what: str) -> set[bytes]:
        query = text("SELECT digest FROM erasures.erased WHERE record = current_schema() AND what = :w")
        with self._open() as connection:
            return {bytes(row[0]) for row in connection.execute(query, {"w": what})}


def list_beside(path: Path) -> FileList:
    return FileList(path.with_suffix(".erasures.sqlite"))


def list_of(connection: Connection) -> ErasureList:
    """The list of the record that a connection is on."""
    if connection.dialect.name == "postgresql":
        return TableList(connection.engine)
    return list_beside(Path(str(connection.engine.url.database)))

"""PostgreSQL: where one machine is not enough. One writer at a time by an advisory lock, as on SQLite.

The schema begins at `START` (`migrations/postgresql.sql`); later migrations run on both databases.

All records of a process that lie in one database share one pool: its size does not grow with the workspaces.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache, partial
from pathlib import Path
from threading import BoundedSemaphore, local
from typing import Any

from pg8000.exceptions import InterfaceError  # type: ignore[import-untyped]
from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

START = "0005"
SCHEMA = Path(__file__).parent / "migrations" / "postgresql.sql"
WRITERS = 7_345_001  # the advisory lock that writers of one schema hold
WAIT = "30s"
PATIENCE = 30.0  # seconds that a connection is waited for
CONNECTIONS = 10  # that one process works with at once, where the address does not say `?connections=`
IDLE = 4  # kept open by a process that does nothing
_FULL = ("53300", "no free connection", "max_client_conn", "query_wait_timeout")  # the latter of pgbouncer
_GONE = ("create a connection", "network error", "connection reset", "57p01", "57p02", "57p03", "08006", "closed")
_SCHEMA = re.compile(r"[a-z][a-z0-9_]{0,40}")


def driver_url(url: URL) -> URL:
    return url.set(drivername="postgresql+pg8000").difference_update_query(["schema", "connections"])


def schema_of(url: URL) -> str:
    """The schema that an address names with `?schema=`, "" for the database's own. Raises ValueError for no name."""
    named = url.query.get("schema", "")
    if not isinstance(named, str) or (named and not _SCHEMA.fullmatch(named)):
        raise ValueError(f"schema {named!r}: write small letters, digits and _, beginning with a letter")
    return named


def connections_of(url: URL) -> int:
    """How many a process works with at once. Raises ValueError for what is no such number."""
    said = url.query.get("connections", str(CONNECTIONS))
    if not isinstance(said, str) or not said.isdecimal() or not 1 <= int(said) <= 1_000:
        raise ValueError(f"connections {said!r}: write a number from 1 to 1000")
    return int(said)


def open_engine(url: URL) -> Engine:
    """An engine of one record; its pool is that of all records of this process in that database."""
    schema, most = schema_of(url), connections_of(url)
    shared = _shared(driver_url(url).render_as_string(hide_password=False), most)
    engine = shared.execution_options(schema=schema)

    @event.listens_for(engine, "begin")
    def choose(connection: Connection) -> None:
        connection.connection.info["schema"] = schema  # see `_begin`

    return engine


@lru_cache(maxsize=8)
def _shared(url: str, most: int) -> Engine:
    logging.getLogger("sqlalchemy.pool").setLevel(logging.CRITICAL)  # a lost server is told once, by a `StoreError`
    engine = create_engine(
        url,
        pool_size=min(IDLE, most),
        max_overflow=4 * most,  # see `connected`
        pool_timeout=PATIENCE,
        pool_pre_ping=True,
        pool_recycle=1_800,
        hide_parameters=True,
    )
    # Many rows in one statement: the driver sends them one by one otherwise.
    engine.dialect.use_insertmanyvalues_wo_returning = True
    # One answer of the server each, where the driver waits for three.
    dialect: Any = engine.dialect
    dialect.do_ping = _ping
    dialect.do_begin, dialect.do_commit, dialect.do_rollback = (
        _begin,
        partial(_end, "commit"),
        partial(_end, "rollback"),
    )

    @event.listens_for(engine, "connect", insert=True)
    def listen(connection: Any, _record: Any) -> None:
        connection.message_types[b"E"] = partial(_last_words, connection)

    return engine.execution_options(places=BoundedSemaphore(most))


def _last_words(connection: Any, data: bytes, context: Any) -> None:
    """What is told before a connection is ended: the driver reads on, and says that there is nothing more."""
    connection.handle_ERROR_RESPONSE(data, context)
    said = context.error.args[0]
    if said.get("V", said.get("S")) == "FATAL" and "M" in said:
        raise InterfaceError(f"network error: {said['M']}")


def _ping(connection: Any) -> bool:
    connection.execute_simple("SELECT 1")
    return True


def _begin(connection: Any) -> None:
    """What a record needs is set for each transaction: behind pgbouncer the next one may be in another session.

    Its schema alone is seen: a table of another would be taken for its own. `jit`: a statement of a page is read sooner
    than it is compiled.
    """
    if not connection.autocommit:
        schema = connection.info["schema"] or "DEFAULT"
        connection.execute_simple(f"BEGIN; SET LOCAL search_path = {schema}; SET LOCAL jit = off")


def _end(how: str, connection: Any) -> None:
    if connection._in_transaction:
        connection.execute_simple(how)


_mine = local()  # `held`: connections of this thread


@contextmanager
def connected(engine: Engine) -> Iterator[Connection]:
    """A connection. It is waited for where this process works with as many as it may, or the server gives no more.

    Who holds one already does not wait for another of this process: it would wait for itself. Raises OperationalError
    where none came free in time.
    """
    alone = not getattr(_mine, "held", 0)
    places = engine.get_execution_options()["places"]
    if alone and not places.acquire(timeout=PATIENCE):
        raise OperationalError("", {}, Exception("no free connection"))
    _mine.held = getattr(_mine, "held", 0) + 1
    try:
        connection = _open(engine)
        try:
            yield connection
        finally:
            connection.close()
    finally:
        _mine.held -= 1
        if alone:
            places.release()


def _open(engine: Engine) -> Connection:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return engine.connect()
        except PoolTimeout as error:
            raise OperationalError("", {}, Exception("no free connection")) from error
        except DBAPIError as error:
            if "53300" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(0.1)


def of_schema(connection: Connection) -> str:
    """What stands before the name of a table of this record where no transaction has said which schema is meant."""
    schema = connection.get_execution_options()["schema"]
    return f"{schema}." if schema else ""


def make_room(connection: Connection, schema: str) -> None:
    """The schema of a record, made where there is none."""
    if connection.execute(text("SELECT current_schema()")).scalar() is None:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key, 0)"), {"key": WRITERS})  # two at once would clash
        connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {schema}")
        connection.commit()
    else:
        connection.rollback()


def begin(connection: Connection, *, writes: bool) -> None:
    """SQLAlchemy has begun already: say what this transaction sees, and wait for other writers."""
    if writes:
        connection.execute(text(f"SET LOCAL lock_timeout = '{WAIT}'"))
        connection.execute(text(f"SELECT pg_advisory_xact_lock({WRITERS}, hashtext(current_schema()))"))
    else:
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))


def explain(words: str) -> str:
    """The code of a `StoreError` for what the server said."""
    if is_full(words):
        return "locked"
    if "lock timeout" in words or "55p03" in words or "deadlock" in words:
        return "locked"
    if "no space" in words or "53100" in words or "disk" in words:
        return "full"
    return "unreadable"


def has_no_transactions(words: str) -> bool:
    """Whether pgbouncer stands before the server and gives each statement another session."""
    return "statement pooling" in words


def is_full(words: str) -> bool:
    """Whether no connection could be had."""
    return any(mark in words for mark in _FULL)


def is_gone(words: str) -> bool:
    """Whether what the driver said means that the server has stopped or cannot be reached."""
    return any(mark in words for mark in _GONE)


_WHERE_UNACCENT = """SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
WHERE e.extname = 'unaccent'"""


def _reach_unaccent(connection: Connection) -> None:
    """An extension is in one schema of a database, and a record sees its own alone: it gets a function of that name."""
    if connection.execute(text("SELECT current_schema()")).scalar_one() == "public":
        return
    connection.execute(text("CREATE EXTENSION IF NOT EXISTS unaccent SCHEMA public"))
    there = str(connection.execute(text(_WHERE_UNACCENT)).scalar_one()).replace('"', '""')
    if connection.execute(text("SELECT to_regproc('unaccent') IS NULL")).scalar_one():
        connection.exec_driver_sql(
            "CREATE FUNCTION unaccent(said text) RETURNS text LANGUAGE sql STABLE AS "
            f'$$ SELECT "{there}".unaccent(said) $$'
        )


def make_schema(connection: Connection) -> None:
    """Create everything in an empty database. Raises where the extension `unaccent` is missing on the server."""
    _reach_unaccent(connection)
    for statement in SCHEMA.read_text(encoding="utf-8").split(";;\n"):
        if statement.strip():
            connection.exec_driver_sql(statement)


def check(connection: Connection) -> list[str]:
    told = []
    for table, words, name in (
        ("post_text", "title || ' ' || plain", "posts"),
        ("fact", "questions || ' ' || text", "facts"),
    ):
        lost = connection.execute(
            text(f"SELECT count(*) FROM {table} WHERE search IS DISTINCT FROM words_of({words})")
        ).scalar_one()
        told += [f"The search index of {lost} {name} does not match them."] if lost else []
    return told

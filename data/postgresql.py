"""PostgreSQL: where one machine is not enough. One writer at a time by an advisory lock, as on SQLite.

The schema begins at `START` (`migrations/postgresql.sql`); later migrations run on both databases.
"""

from __future__ import annotations

import logging
import re
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, text

START = "0005"
SCHEMA = Path(__file__).parent / "migrations" / "postgresql.sql"
WRITERS = 7_345_001  # the advisory lock that writers of one schema hold
WAIT = "30s"
_GONE = ("create a connection", "network error", "connection reset", "57p01", "57p02", "57p03", "08006", "closed")
_SCHEMA = re.compile(r"[a-z][a-z0-9_]{0,40}")


def driver_url(url: URL) -> URL:
    return url.set(drivername="postgresql+pg8000").difference_update_query(["schema"])


def schema_of(url: URL) -> str:
    """The schema that an address names with `?schema=`, "" for the database's own. Raises ValueError for no name."""
    named = url.query.get("schema", "")
    if not isinstance(named, str) or (named and not _SCHEMA.fullmatch(named)):
        raise ValueError(f"schema {named!r}: write small letters, digits and _, beginning with a letter")
    return named


def open_engine(url: URL) -> Engine:
    logging.getLogger("sqlalchemy.pool").setLevel(logging.CRITICAL)  # a lost server is told once, by a `StoreError`
    schema = schema_of(url)
    kept = 1 if schema else 4  # connections: a server has about 100 for all workspaces together
    engine = create_engine(
        driver_url(url), pool_size=kept, max_overflow=12 - kept, pool_pre_ping=True, pool_recycle=1_800
    )
    # Many rows in one statement: the driver sends them one by one otherwise.
    engine.dialect.use_insertmanyvalues_wo_returning = True

    @event.listens_for(engine, "connect", insert=True)  # before the dialect asks which schema it is in
    def choose(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute("SET jit = off")  # a statement of a page is read sooner than it is compiled
        if schema:
            cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
            cursor.execute(f"SET search_path = {schema}")  # alone: a table of another would be taken for its own
        connection.commit()

    return engine


def begin(connection: Connection, *, writes: bool) -> None:
    """SQLAlchemy has begun already: say what this transaction sees, and wait for other writers."""
    if writes:
        connection.execute(text(f"SET LOCAL lock_timeout = '{WAIT}'"))
        connection.execute(text(f"SELECT pg_advisory_xact_lock({WRITERS}, hashtext(current_schema()))"))
    else:
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))


def explain(words: str) -> str:
    """The code of a `StoreError` for what the server said."""
    if "lock timeout" in words or "55p03" in words or "deadlock" in words:
        return "locked"
    if "no space" in words or "53100" in words or "disk" in words:
        return "full"
    return "unreadable"


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

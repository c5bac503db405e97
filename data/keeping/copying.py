"""Many rows into a PostgreSQL record and out of it at once, by COPY."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Table, text
from sqlalchemy.exc import DatabaseError

from data.keeping.packed import END, HEAD

TOGETHER = 200  # rows that travel in one message

# Foreign keys last: they need the keys that they point to.
_CONSTRAINTS = text(
    "SELECT quote_ident(t.relname) AS of, quote_ident(c.conname) AS name, pg_get_constraintdef(c.oid) AS made "
    "FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid WHERE c.contype IN ('p', 'u', 'f') "
    "AND t.relnamespace = CAST(current_schema() AS regnamespace) AND t.relname = ANY(:names) "
    "ORDER BY c.contype = 'f', t.relname, c.conname"
)
_INDEXES = text(
    "SELECT quote_ident(i.relname) AS name, pg_get_indexdef(i.oid) AS made FROM pg_index x "
    "JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid "
    "WHERE t.relnamespace = CAST(current_schema() AS regnamespace) AND t.relname = ANY(:names) "
    "AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.oid AND c.contype IN ('p', 'u')) "
    "ORDER BY i.relname"
)


@contextmanager
def bare(connection: Connection, tables: Sequence[Table]) -> Iterator[None]:
    """These tables emptied, and without keys and indexes, which come back at the end: sorted once, where each row would
    look for its place in every one of them. All of it within the transaction that is open.
    """
    names = {"names": [table.name for table in tables]}
    constraints = connection.execute(_CONSTRAINTS, names).all()
    indexes = connection.execute(_INDEXES, names).all()
    for one in reversed(constraints):
        connection.exec_driver_sql(f"ALTER TABLE {one.of} DROP CONSTRAINT {one.name}")
    for one in indexes:
        connection.exec_driver_sql(f"DROP INDEX {one.name}")
    every = ", ".join(connection.dialect.identifier_preparer.format_table(table) for table in tables)
    connection.exec_driver_sql(f"TRUNCATE {every}")
    yield
    for one in (one for one in constraints if not one.made.startswith("FOREIGN")):
        connection.exec_driver_sql(f"ALTER TABLE {one.of} ADD CONSTRAINT {one.name} {one.made}")
    for one in indexes:
        connection.exec_driver_sql(one.made)
    for one in (one for one in constraints if one.made.startswith("FOREIGN")):
        connection.exec_driver_sql(f"ALTER TABLE {one.of} ADD CONSTRAINT {one.name} {one.made}")
    connection.exec_driver_sql(f"ANALYZE {every}")  # pages are found by their indexes from the first on


def _columns(connection: Connection, table: Table) -> str:
    names = connection.dialect.identifier_preparer
    return f"{names.format_table(table)} ({', '.join(names.format_column(column) for column in table.columns)})"


def _copy(connection: Connection, statement: str, stream: Any) -> None:
    """Raises DatabaseError, as SQLAlchemy does for what its driver says."""
    try:
        connection.connection.cursor().execute(statement, stream=stream)  # type: ignore[call-arg]
    except connection.dialect.loaded_dbapi.Error as error:
        raise DatabaseError(statement, {}, error) from error


def copy_in(connection: Connection, table: Table, rows: Iterable[bytes]) -> None:
    """Write rows packed by `packer` to a table that `bare` emptied. What `rows` raises is raised here.

    They are kept as rows of long ago (FREEZE): nobody could see the table meanwhile, and its pages need no second
    writing by vacuum.
    """
    raised: list[BaseException] = []

    def pieces() -> Iterator[bytes]:
        yield HEAD
        ready = iter(rows)
        while True:
            try:
                some = list(islice(ready, TOGETHER))
            except BaseException as error:  # noqa: BLE001  # the driver cannot break off: told after COPY's end
                raised.append(error)
                break
            if not some:
                break
            yield b"".join(some)
        yield END

    _copy(connection, f"COPY {_columns(connection, table)} FROM STDIN (FORMAT binary, FREEZE)", pieces())
    if raised:
        raise raised[0]


class _Rows:
    """Takes what the driver receives: the server sends each row by itself, the head before the first."""

    def __init__(self, take: Callable[[bytes], None]) -> None:
        self._take, self.raised = take, list[BaseException]()

    def write(self, data: bytes) -> None:
        data = bytes(data).removeprefix(HEAD)
        if self.raised or not data or data == END:
            return
        try:
            self._take(data)
        except BaseException as error:  # noqa: BLE001  # what is on its way comes all the same: told after it
            self.raised.append(error)


def copy_out(connection: Connection, table: Table, take: Callable[[bytes], None]) -> None:
    """Give every row, packed, to `take`, in no order. What `take` raises is raised here."""
    rows = _Rows(take)
    _copy(connection, f"COPY {_columns(connection, table)} TO STDOUT (FORMAT binary)", rows)
    if rows.raised:
        raise rows.raised[0]

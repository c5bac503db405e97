"""The whole installation to another database, SQLite to PostgreSQL or back: counted and compared row by row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from hashlib import blake2b
from itertools import product
from typing import Any

from sqlalchemy import Connection, MetaData, Table, delete, func, insert, select, text, tuple_

from data import schema
from data.house import schema as house_schema
from data.house.store import House
from data.house.workspaces import has_record, workspaces
from data.keeping import locks
from data.posts.vectors import vectors_of
from data.settings import Settings
from data.store import Store, StoreError

BATCH = 2_000  # rows held at once
WAIT = 5.0  # seconds for others to end what they do
LEFT_OUT = {"vector"}  # beside a SQLite record they lie in a file: moved by `_vectors`
Said = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Moved:
    """What went to one database: `rows` by table, and vectors."""

    name: str
    rows: dict[str, int]
    vectors: int = 0


def move(settings: Settings, url: str, told: Said = lambda words: None) -> list[Moved]:
    """Copy accounts and every workspace's record to the database at `url`; what they lay in stays as it is.

    Each goes in one transaction, and is read back and compared before it counts. Raises StoreError: the new database
    holds something already, a text cannot be kept there (it is named), somebody works on the record.
    """
    if not settings.is_built_in:
        raise StoreError("unreadable", "Everything is moved together: leave --workspace out.")
    if settings.store_url.split(":")[0] == url.split(":")[0].removesuffix("+pg8000"):
        raise StoreError(
            "unreadable", "Moving is from SQLite to PostgreSQL or back: 'python -m data backup' copies a file."
        )
    there = replace(settings, database_url=url)
    pairs: list[tuple[Store, Store, MetaData]] = []
    if settings.database_url.startswith("postgresql") or (settings.home / "house.sqlite").exists():
        pairs.append((House(settings.house_url), House(there.house_url), house_schema.metadata))
    for key in (one.key for one in workspaces(settings)):
        one = settings.for_workspace(key)
        if one.is_built_in and key != settings.key:
            told(f"The workspace '{key}' stays where it is: a database holds one of the two that need no set-up.")
        elif has_record(one):
            pairs.append((Store(one.store_url), Store(there.for_workspace(key).store_url), schema.metadata))
    for _origin, sink, metadata in pairs:
        _must_be_empty(sink, metadata)
    return [_move_one(origin, target, metadata, told) for origin, target, metadata in pairs]


def _must_be_empty(target: Store, metadata: MetaData) -> None:
    with target.read() as connection:
        for table in metadata.sorted_tables:
            if table.name != "meta" and connection.execute(select(func.count()).select_from(table)).scalar_one():
                raise StoreError(
                    "unreadable",
                    f"{target.name} holds rows of '{table.name}' already: nothing was changed. Name an empty database.",
                )


def _move_one(origin: Store, target: Store, metadata: MetaData, told: Said) -> Moved:
    with _still(origin) as source:
        with Store.write(target, counts=False) as sink:  # not counted as a house does: all stays as it is
            rows = {}
            for table in metadata.sorted_tables:
                if table.name in LEFT_OUT:
                    continue
                sink.execute(delete(table))
                rows[table.name] = _copy(source, sink, table, target)
                if _digest(source, table) != _digest(sink, table):
                    raise StoreError("corrupt", f"'{table.name}' arrived otherwise than it was sent: nothing was kept.")
            if target.is_server:
                _go_on_counting(sink, metadata)
        number = 0 if isinstance(origin, House) else _vectors(origin, target)
    told(f"{origin.name} is in {target.name}: {sum(rows.values())} rows of {len(rows)} tables, compared one by one.")
    return Moved(target.name, rows, number)


@contextmanager
def _still(origin: Store) -> Iterator[Connection]:
    """A record that nobody writes to meanwhile."""
    with ExitStack() as held:
        if origin.is_server:
            yield held.enter_context(Store.write(origin, counts=False))  # the one who may write
            return
        try:
            held.enter_context(locks.alone(origin.path, WAIT))
        except locks.TakenError as error:
            raise StoreError(
                "locked", f"{origin.name} is being worked on. Stop Vigie, then move it again: nothing was changed."
            ) from error
        yield held.enter_context(origin.read())


def _batches(connection: Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
    """Every row, in the order of the key that this database has; not all at once."""
    key = tuple_(*table.primary_key.columns)
    names = [column.name for column in table.primary_key.columns]
    chosen = select(table).order_by(*table.primary_key.columns).limit(BATCH)
    rows = connection.execute(chosen).mappings().all()
    while rows:
        yield [dict(row) for row in rows]
        last = tuple_(*(rows[-1][name] for name in names))
        rows = connection.execute(chosen.where(key > last)).mappings().all() if len(rows) == BATCH else []


def _copy(source: Connection, sink: Connection, table: Table, target: Store) -> int:
    number = 0
    for batch in _batches(source, table):
        if target.is_server:
            _must_be_kept(batch, table)
        sink.execute(insert(table), batch)
        number += len(batch)
    return number


def _must_be_kept(batch: list[dict[str, Any]], table: Table) -> None:
    for row, name in product(batch, table.columns.keys()):
        if isinstance(row[name], str) and "\0" in row[name]:
            key = ", ".join(str(row[column.name]) for column in table.primary_key.columns)
            raise StoreError(
                "unreadable",
                f"'{name}' of {table.name} {key} holds a character (number 0) that PostgreSQL cannot keep: "
                "nothing was changed.",
            )


def _digest(connection: Connection, table: Table) -> tuple[int, int]:
    """(rows, a sum over all of them that hangs on every value and not on their order)."""
    number = total = 0
    for batch in _batches(connection, table):
        for row in batch:
            values = [bytes(value) if isinstance(value, memoryview) else value for value in row.values()]
            total += int.from_bytes(blake2b(repr(values).encode(), digest_size=16).digest(), "big")
        number += len(batch)
    return number, total % 2**128


def _go_on_counting(sink: Connection, metadata: MetaData) -> None:
    """New rows get numbers after those that came."""
    for table in metadata.sorted_tables:
        for column in table.primary_key.columns:
            name = sink.execute(
                text("SELECT pg_get_serial_sequence(:table, :column)"), {"table": table.name, "column": column.name}
            ).scalar()
            if name:
                most = sink.execute(select(func.max(column))).scalar()
                sink.execute(
                    text("SELECT setval(:name, :most, :has)"),
                    {"name": name, "most": most or 1, "has": most is not None},
                )


def _vectors(origin: Store, target: Store) -> int:
    before, after = vectors_of(origin), vectors_of(target)
    number = 0
    for model in before.models():
        for ids, vectors in before.all(model, BATCH):
            after.put(model, ids, vectors)
            number += len(ids)
    return number

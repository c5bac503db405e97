"""The whole installation to another database, SQLite to PostgreSQL or back: counted and compared row by row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from sqlalchemy import Connection, MetaData, Table, delete, func, insert, select, text

from data import schema
from data.house import schema as house_schema
from data.house.store import House
from data.house.workspaces import has_record, workspaces
from data.keeping import copying, locks
from data.keeping.packed import CannotBeKeptError, Seen, packer, unpacker
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
    tables = [table for table in metadata.sorted_tables if table.name not in LEFT_OUT]
    with _still(origin) as source:
        with Store.write(target, counts=False) as sink:  # not counted as a house does: all stays as it is
            with copying.bare(sink, tables) if target.is_server else nullcontext():
                rows = {
                    table.name: (_to_server if target.is_server else _to_file)(source, sink, table) for table in tables
                }
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


def _held(connection: Connection, table: Table) -> Iterator[bytes]:
    """Every row of a file, packed, in the order of its key."""
    names = connection.dialect.identifier_preparer
    columns = ", ".join(names.format_column(column) for column in table.columns)
    key = ", ".join(names.format_column(column) for column in table.primary_key.columns)
    rows = connection.exec_driver_sql(f"SELECT {columns} FROM {names.format_table(table)} ORDER BY {key}")
    return map(packer(table), chain.from_iterable(rows.partitions(BATCH)))


def _to_server(source: Connection, sink: Connection, table: Table) -> int:
    sent, arrived = Seen(), Seen()
    try:
        copying.copy_in(sink, table, sent.through(_held(source, table)))
    except CannotBeKeptError as error:
        raise StoreError("unreadable", f"{error}: nothing was changed.") from error
    copying.copy_out(sink, table, arrived.see)
    return _the_same(table, sent, arrived)


def _to_file(source: Connection, sink: Connection, table: Table) -> int:
    sink.execute(delete(table))
    sent, arrived = Seen(), Seen()
    unpacked, ready = unpacker(table), list[dict[str, Any]]()
    names = table.columns.keys()

    def keep() -> None:
        if ready:
            sink.execute(insert(table), ready)
            ready.clear()

    def take(packed: bytes) -> None:
        sent.see(packed)
        ready.append(dict(zip(names, unpacked(packed), strict=True)))
        if len(ready) == BATCH:
            keep()

    copying.copy_out(source, table, take)
    keep()
    for packed in _held(sink, table):
        arrived.see(packed)
    return _the_same(table, sent, arrived)


def _the_same(table: Table, sent: Seen, arrived: Seen) -> int:
    if sent != arrived:
        raise StoreError("corrupt", f"'{table.name}' arrived otherwise than it was sent: nothing was kept.")
    return sent.rows


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

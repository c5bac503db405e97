"""What SQLite and PostgreSQL write differently; everything else is the same SQLAlchemy Core code."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Connection, Insert, Integer, Table, column, text
from sqlalchemy.ext.compiler import compiles

# Both databases know `json_each`: PostgreSQL by a function of ours. One parameter holds any number of ids.
CHOSEN = "SELECT value FROM json_each(:ids)"


def ids_parameter(ids: Iterable[int]) -> str:
    """The value of `:ids` in `CHOSEN`."""
    return json.dumps([int(i) for i in ids])


def is_among(value: ColumnElement[Any], ids: Iterable[int]) -> ColumnElement[bool]:
    """A column that holds one of any number of ids."""
    return value.in_(text(CHOSEN).bindparams(ids=ids_parameter(ids)).columns(column("value", Integer)))


def by_letters(connection: Connection) -> str:
    """What makes an order of texts the one that Python has, letter by letter, whatever a server's language is."""
    return 'COLLATE "C"' if connection.dialect.name == "postgresql" else ""


class InsertNew(Insert):
    """An insert that leaves the rows that are there already."""

    inherit_cache = True


class InsertOver(Insert):
    """An insert that replaces the rows that are there already."""

    inherit_cache = True


@compiles(InsertNew)
def _insert_new(element: InsertNew, compiler: Any, **options: Any) -> str:
    return f"{compiler.visit_insert(element, **options)} ON CONFLICT DO NOTHING"


@compiles(InsertOver)
def _insert_over(element: InsertOver, compiler: Any, **options: Any) -> str:
    table: Any = element.table
    keys = [c.name for c in table.primary_key.columns]
    rest = [c.name for c in table.columns if c.name not in keys]
    sets = ", ".join(f"{name} = excluded.{name}" for name in rest)
    words = compiler.visit_insert(element, **options)
    return f"{words} ON CONFLICT ({', '.join(keys)}) DO " + (f"UPDATE SET {sets}" if sets else "NOTHING")


def insert_new(table: Table) -> InsertNew:
    return InsertNew(table).inline()  # ids of rows that may not be written are not asked for


def insert_over(table: Table) -> InsertOver:
    """For rows that name every column of the table."""
    return InsertOver(table)

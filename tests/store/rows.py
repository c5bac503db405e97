"""A row of any table, for tests that need one to be there and not what it says."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Integer, LargeBinary, Table, insert, text
from sqlalchemy.types import Float


def put_row(connection: Connection, table: Table, **values: Any) -> None:
    """Insert a row: each column that must have a value, and was given none, has 1, "x" or a byte."""
    for column in table.c:
        if column.name not in values and not column.nullable and column.server_default is None:
            kind = column.type
            number = isinstance(kind, (Integer, Float))
            values[column.name] = 1 if number else b"x" if isinstance(kind, LargeBinary) else "x"
    connection.execute(insert(table).values(**values))
    if connection.dialect.name == "postgresql" and values.get("id", 1_000) < 1_000:  # what is made next comes after it
        number = text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :id)")
        connection.execute(number, {"name": table.name, "id": values["id"]})

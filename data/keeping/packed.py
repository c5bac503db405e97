"""Rows packed as PostgreSQL's COPY packs them in binary: the one form in which those of both databases are carried and
compared. Every value has one form alone, so that equal rows are equal bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from sqlalchemy import Boolean, Column, Float, Integer, LargeBinary, Table, Text

HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)  # before the first row
END = b"\xff\xff"  # after the last
_NONE = b"\xff\xff\xff\xff"
_LENGTH, _INTEGER, _FLOAT = struct.Struct("!i"), struct.Struct("!iq"), struct.Struct("!id")
_TRUTH = {False: b"\0\0\0\1\0", True: b"\0\0\0\1\1"}
Row = Sequence[Any]


class CannotBeKeptError(ValueError):
    """A value that PostgreSQL has no place for."""


def _integer(value: int) -> bytes:
    return _INTEGER.pack(8, value)


def _float(value: float) -> bytes:
    return _FLOAT.pack(8, value)


def _text(value: str) -> bytes:
    said = value.encode()
    if b"\0" in said:
        raise CannotBeKeptError("holds a character (number 0) that PostgreSQL cannot keep")
    return _LENGTH.pack(len(said)) + said


def _bytes(value: bytes) -> bytes:
    return _LENGTH.pack(len(value)) + value


# How a column's value is packed, and what it is from its bytes.
_WAYS: tuple[tuple[type[Any], Callable[[Any], bytes], Callable[[bytes], Any]], ...] = (
    (Boolean, _TRUTH.__getitem__, lambda held: held == b"\1"),
    (Integer, _integer, lambda held: int.from_bytes(held, "big", signed=True)),
    (Float, _float, lambda held: struct.unpack("!d", held)[0]),
    (Text, _text, bytes.decode),
    (LargeBinary, _bytes, bytes),
)


def _way(column: Column[Any]) -> tuple[Callable[[Any], bytes], Callable[[bytes], Any]]:
    return next((pack, unpack) for kind, pack, unpack in _WAYS if isinstance(column.type, kind))


def packer(table: Table) -> Callable[[Row], bytes]:
    """Packs rows that hold every column of the table in its order. Raises CannotBeKeptError, which names the value."""
    ways = [_way(column)[0] for column in table.columns]
    number = struct.pack("!h", len(ways))

    def pack(row: Row) -> bytes:
        try:
            return number + b"".join(
                [_NONE if value is None else way(value) for way, value in zip(ways, row, strict=True)]
            )
        except (ValueError, TypeError, AttributeError, KeyError, struct.error) as error:
            raise _named(table, row) from error

    return pack


def _named(table: Table, row: Row) -> CannotBeKeptError:
    key = ", ".join(str(row[place]) for place, column in enumerate(table.columns) if column.primary_key)
    for column, value in zip(table.columns, row, strict=True):
        try:
            value is None or _way(column)[0](value)
        except CannotBeKeptError as error:
            return CannotBeKeptError(f"'{column.name}' of {table.name} {key} {error}")
        except (ValueError, TypeError, AttributeError, KeyError, struct.error):
            return CannotBeKeptError(
                f"'{column.name}' of {table.name} {key} is no {str(column.type).lower()}, as is kept there"
            )
    return CannotBeKeptError(f"{table.name} {key} has not the columns that it should")


def unpacker(table: Table) -> Callable[[bytes], tuple[Any, ...]]:
    """What `packer` packed, again as a row."""
    ways = [_way(column)[1] for column in table.columns]

    def unpack(packed: bytes) -> tuple[Any, ...]:
        place, values = 2, []
        for way in ways:
            length = _LENGTH.unpack_from(packed, place)[0]
            place += 4
            values.append(None if length < 0 else way(packed[place : place + length]))
            place += max(length, 0)
        return tuple(values)

    return unpack


@dataclass(slots=True)
class Seen:
    """How many rows went by, and a sum over digests of all: it hangs on every value, and not on their order."""

    rows: int = 0
    total: int = 0

    def see(self, packed: bytes) -> None:
        self.rows += 1
        self.total = (self.total + int.from_bytes(blake2b(packed, digest_size=16).digest(), "big")) % 2**128

    def through(self, rows: Iterable[bytes]) -> Iterator[bytes]:
        for packed in rows:
            self.see(packed)
            yield packed

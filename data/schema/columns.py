"""What the tables have in common."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    MetaData,
    Text,
    text,
)
from sqlalchemy import Integer as _Integer

metadata = MetaData()


Integer = _Integer().with_variant(BigInteger(), "postgresql")  # ids and times pass 32 bits


def text_column(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, server_default="")


def count_column(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default="0")


def tone_columns() -> list[Column[int]]:
    return [Column(name, Integer, nullable=False) for name in ("posts", "negative", "neutral", "positive", "unsure")]


def audit_columns() -> list[Column[Any]]:
    """A change: when, by which account and name, what was done to what, from what to what."""
    return [
        Column("at", Integer, nullable=False),
        count_column("account"),  # 0 where nobody signs in
        text_column("who"),
        Column("action", Text, nullable=False),
        text_column("subject"),
        text_column("before"),
        text_column("after"),
    ]


def flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False, server_default=text("false"))

"""Which version a record is of, and who may use it: asked at every opening, so nothing heavy is brought in here."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, inspect, text

OLDEST, UNFINISHED = "oldest_head", "unfinished_head"  # in `meta`


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a record is: its version, the oldest that may use it, the one that was broken off."""

    current: str | None
    oldest: str = ""
    unfinished: str = ""


def standing(connection: Connection) -> Standing:
    if not inspect(connection).has_table("alembic_version"):
        return Standing(None)
    current = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if current is None:
        return Standing(None)
    named = text("SELECT key, value FROM meta WHERE key IN (:a, :b)")
    said: dict[str, str] = dict(connection.execute(named, {"a": OLDEST, "b": UNFINISHED}).tuples().all())
    return Standing(str(current), said.get(OLDEST, ""), said.get(UNFINISHED, ""))

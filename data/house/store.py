"""Open the house: a small database beside the records, of who may come in and which workspaces there are."""

from __future__ import annotations

from pathlib import Path

from data import sqlite
from data.store import Store


class House(Store):
    """Opened and written like a record. Its revision grows when accounts, roles or workspaces change."""

    head = "0002"
    migrations = Path(__file__).parent / "migrations"
    starts_from_schema = False

    def check(self) -> list[str]:
        with self.read() as connection:
            return [] if self.is_server else sqlite.check(connection)
